"""Citations in the forms that people paste: Japanese, English, Markdown."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Literal

from index.matching import LABEL_MARKS
from index.minutes import Meeting, Speaker
from index.offices import is_shared
from qa.citing import Cited

Form = Literal["ja", "en", "markdown"]
FORMS: tuple[Form, ...] = ("ja", "en", "markdown")
_ERAS = ((date(2019, 5, 1), "令和", 2018), (date(1989, 1, 8), "平成", 1988), (date(1926, 12, 25), "昭和", 1925))
# What makes a list, or the line under a heading, of a line that begins with it.
_BEGINS = re.compile(r"^(\d+)(?=[.)])|^(?=[-+=])")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~!])")


def era_date(day: date) -> str:
    """2023-02-14 as 令和5年2月14日."""
    for first, era, offset in _ERAS:
        if day >= first:
            year = day.year - offset
            return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"{day.year}年{day.month}月{day.day}日"


def cite(entry: Cited, form: Form, quote: str | None = None) -> str:
    """The statement, or `quote` of it, with who said it where and when, the record, the page and the address.

    「…」（外務大臣発言、第4回経済安全保障推進会議、令和5年2月14日、議事要旨による、p.1）.
    """
    quoted = quote if quote is not None else entry.statement.text
    if form == "ja":
        return f"「{quoted}」（{'、'.join(_japanese(entry))}）"
    if form == "en":
        return f"“{quoted}” ({', '.join(_english(entry))})"
    lines = "\n".join(f"> {escaped(line)}" for line in quoted.splitlines())
    return f"{lines}\n>\n> — {_linked(entry)}"


def quoted(entry: Cited, form: Form) -> str:
    """The sentences that answer, each word for word, with a mark where something between them is left out.

    The whole statement where none is marked.
    """
    text, gap = entry.statement.text, " […] " if form == "en" else "（中略）"
    pieces: list[str] = []
    done = 0
    for start, quote in sorted((text.find(quote), quote) for quote in entry.quotes):
        if start < done:
            continue
        left_out = text[done:start].strip()
        pieces += [gap if left_out else text[done:start]] if pieces else []
        pieces.append(quote)
        done = start + len(quote)
    return "".join(pieces) or text


def _japanese(entry: Cited) -> list[str]:
    meeting = entry.meeting.meeting
    parts = [f"{_who(entry.statement.speaker)}発言"] if entry.statement.speaker else []
    parts += [plain(meeting.title)] if meeting.title else []
    parts += [era_date(meeting.date)] if meeting.date else []
    parts += _marks(meeting, {"summary": "議事要旨による", "verbatim": "会議録による"}, "未定稿", "架空")
    return [*parts, *_where(entry)]


def _english(entry: Cited) -> list[str]:
    meeting = entry.meeting.meeting
    parts = [f"statement by {_who(entry.statement.speaker)}"] if entry.statement.speaker else []
    parts += [plain(meeting.title)] if meeting.title else []
    parts += [f"{meeting.date.day} {meeting.date:%B} {meeting.date.year}"] if meeting.date else []
    records = {"summary": "from summary minutes, not the speaker's own words", "verbatim": "from verbatim minutes"}
    return [*parts, *_marks(meeting, records, "draft", "fictional"), *_where(entry)]


def _linked(entry: Cited) -> str:
    """The Japanese form with the meeting's title as a link, where an address is known."""
    url = entry.meeting.meeting.url
    title = entry.meeting.meeting.title
    shown = []
    for part in _japanese(entry):
        linked = url and title and part == plain(title)
        shown.append(f"[{escaped(part)}](<{url}>)" if linked else part if part == url else escaped(part))
    return "、".join(part for part in shown if part != url or not title)


def _marks(meeting: Meeting, records: dict[str, str], draft: str, fictional: str) -> list[str]:
    return [
        records[meeting.record],
        *([draft] if meeting.draft else []),
        *([fictional] if meeting.fictional else []),
    ]


def _where(entry: Cited) -> list[str]:
    pages = sorted({span.page for span in entry.statement.spans})
    url = entry.meeting.meeting.url
    return [f"p.{'–'.join(str(page) for page in dict.fromkeys(pages[:1] + pages[-1:]))}", *([url] if url else [])]


def _who(speaker: Speaker | None) -> str:
    """The office where one person holds it, else the label as printed: 外務大臣, 池山委員."""
    if speaker is None:
        return ""
    if speaker.role and not is_shared(speaker.role):
        return speaker.role
    return speaker.label.strip(LABEL_MARKS)


def plain(title: str) -> str:
    """A title as it is written in running text: ASCII digits, no blanks between Japanese characters."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", unicodedata.normalize("NFKC", title))


def escaped(text: str) -> str:
    """A line that Markdown shows as it is."""
    return _BEGINS.sub(r"\1\\", _MARKDOWN.sub(r"\\\1", text.lstrip(" \t")))
