"""Where a text with several meetings is cut: at headings that are dates, or at heads that come again."""

from __future__ import annotations

import re
from dataclasses import replace

from index.dates import find_dates
from index.layouts.lines import Line
from index.layouts.titles import body_of, is_title, record_of
from index.minutes import Metadata
from index.reading import Document, Part

_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_BESIDE_A_DATE = re.compile(
    r"[\s　|,.:：()（）\-–—*_]*"
    r"(?:(?:\w+day|\w{3}|meeting|minutes|notes|agenda|議事録|会議|[月火水木金土日])[\s.,)）*_-]*)*",
    re.I,
)
# January 5, 2024 (9am PT) ([recording](https://…)): when and where, besides the day.
_TIME_BESIDE = re.compile(
    r"\(\[?(?:recording|video|slides?)[^()]*(?:\([^()]*\))?\s*\)|\[[^\[\]]*\]\([^()]*\)|[@(]*\d{1,2}(?::\d\d)?\s*(?:[ap]\.?m\.?)?"
    r"(?:\s*(?:-|–|to)\s*\d{1,2}(?::\d\d)?)?\s*(?:[ap]\.?m\.?)?\s*(?:\b(?:[PMCE][SD]?T|UTC|GMT|BST|CES?T|JST|IST|Pacific|Eastern)\b)?\)?",
    re.I,
)
_DATE_FIELD = re.compile(
    r"^[\s　]*(?:(?:第?[0-9０-９一]{1,2}[.．、\s　]*)?(?:開催|会議)?(?:日\s*時|日|年月日)\s*[:：\s　]|Date\s*:)"
)
_CLOSED = re.compile(r"(?:散会|閉会|延会|閉議|終了)[\s。]*$|以\s*上[\s　)）]*$|^[-―－─\s]*了[-―－─\s]*$|^[-=─━＝]{4,}$")
_HEAD_LINES = 6


def parts_of(document: Document, lines: list[Line]) -> tuple[Part, ...]:
    """The meetings of a text file, in order; one part where nothing proves that there are several."""
    starts = _dated_headings(lines) or _heads(lines)
    if len(starts) < 2:
        return (Part(0, len(document.text)),)
    # What stands before the first meeting is about all of them, and is kept with the first.
    ends = [*(part.start for part in starts[1:]), len(document.text)]
    parts = [replace(part, end=end) for part, end in zip(starts, ends, strict=True)]
    return (replace(parts[0], start=0), *parts[1:])


def _dated_headings(lines: list[Line]) -> list[Part]:
    """Markdown headings of one level that name nothing but a day, each another one."""
    found: dict[str, list[Part]] = {}
    title = None
    for line in lines:
        match = _HEADING.match(line.text)
        if not match:
            continue
        days = find_dates(match[2])
        if len(days) == 1 and days[0].since == days[0].until and _is_bare(match[2], days[0].start, days[0].end):
            stated = Metadata(title=title, body=body_of(title), date=days[0].since, record=record_of(title))
            found.setdefault(match[1], []).append(Part(line.start, line.end, stated))
        elif title is None:
            title = match[2].strip()
    several = [parts for parts in found.values() if len({part.stated.date for part in parts}) == len(parts) > 1]
    return several[0] if len(several) == 1 else []


def _is_bare(text: str, start: int, end: int) -> bool:
    behind = _TIME_BESIDE.sub("", text[end:])
    return bool(_BESIDE_A_DATE.fullmatch(text[:start].lstrip("[")) and _BESIDE_A_DATE.fullmatch(behind.lstrip("]")))


def _heads(lines: list[Line]) -> list[Part]:
    """Titles of minutes with a date below them, where a meeting has ended above."""
    return [
        Part(line.start, line.end)
        for index, line in enumerate(lines)
        if is_title(line.text) and _begins(lines, index) and _dated(lines, index)
    ]


def _begins(lines: list[Line], index: int) -> bool:
    """Whether the line is the first of the file or stands after the end of another meeting."""
    if index == 0:
        return True
    return any(_CLOSED.search(line.text) for line in lines[max(0, index - 3) : index])


def _dated(lines: list[Line], index: int) -> bool:
    below = lines[index + 1 : index + 1 + _HEAD_LINES]
    return any(_DATE_FIELD.match(line.text) and find_dates(line.text) for line in below)
