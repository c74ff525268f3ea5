"""The title of a meeting as printed, and the body that met."""

from __future__ import annotations

import re

from index.layouts.passages import tidy

_WHOLE_TITLE = re.compile(
    r"[^第回\s]{2,}(?:議会|会議|委員会|審議会|協議会|分科会|部会|本部|定例会|臨時会).*(?:会議録|議事録|議事要旨|議事概要)"
)
_RECORDS = r"(?:議事要旨|議事概要|議事録|会議録|議事要録|会議要旨|会議概要|議事次第|議事記録|速記録|本文)$"
_RECORD_ALONE = re.compile(_RECORDS)
_RECORD_AT_END = re.compile(rf"(?<=\S)[\s　]+{_RECORDS}")
_NOT_THE_BODY = (
    re.compile(r"[（(【]?架空[)）】]?"),
    re.compile(r"[（(【][^（）()]{0,6}第[^（）()]{1,8}回[^（）()]{0,6}[)）】]|[(（]案[)）]"),
    re.compile(r"第\s?[0-9０-９〇一二三四五六七八九十百]{1,6}\s?[回号](?:会議|定例会|臨時会)?"),
    re.compile(
        r"(?:令和|平成|昭和)\s?[0-9０-９元一二三四五六七八九十]{1,3}\s?年度?(?:[0-9０-９一二三四五六七八九十]{1,2}月)?"
    ),
    re.compile(r"[‐-―-]?\s?(?:議事要旨|議事概要|議事録|会議録|議事要録|会議概要|速記録|本文).*$"),
    re.compile(r"^[（(].*$|[（(][^（）()]*[)）]\s*$"),
    re.compile(r"(?:定例会|臨時会)\s*$"),
)


def title_of(lines: list[str]) -> str | None:
    """The lines of the title joined as printed, without a last word that only says 議事要旨 or 議事録."""
    whole = [line for line in lines if _WHOLE_TITLE.search("".join(line.split()))]
    joined = ""
    for words in whole[:1] or lines:
        plain = re.sub(r"^[#＃]+\s*", "", tidy(words))
        if _RECORD_ALONE.fullmatch(plain):
            continue
        part = tidy(_RECORD_AT_END.sub("", words)) if _RECORD_AT_END.search(words) else plain
        latin = joined[-1:].isascii() and part[:1].isascii() and joined
        joined += (" " if latin else "") + part
    return joined or None


def is_record(line: str) -> bool:
    """Whether the line says nothing but which kind of record this is: 議 事 録."""
    return bool(_RECORD_ALONE.fullmatch("".join(line.split())))


def says_record(line: str) -> bool:
    """Whether a line of the title already says that these are minutes: …会議 議事要旨."""
    return bool(_RECORD_AT_END.search(line.strip()) or _WHOLE_TITLE.search("".join(line.split())))


def body_of(title: str | None) -> str | None:
    """The body that met: the title without its number, year and kind of record."""
    words = title or ""
    for pattern in _NOT_THE_BODY:
        words = pattern.sub("", words.strip())
    return tidy(words) or None
