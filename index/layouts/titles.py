"""The title of a meeting as printed, and the body that met."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from index.dates import find_dates, number
from index.layouts.passages import tidy
from index.minutes import Record

_WHOLE_TITLE = re.compile(
    r"[^第回\s]{2,}(?:議会|会議|委員会|審議会|協議会|分科会|部会|本部|定例会|臨時会).*(?:会議録|議事録|議事要旨|議事概要)"
)
_SUMMARY = re.compile(r"議事要旨|議事概要|会議概要|会議要旨|議事の概要|議事要録|概要版|発言要旨|[Ss]ummary|要約")
_VERBATIM = re.compile(r"議事録|会議録|速記録|会議の記録")
_MEETINGS = r"(?:委員会|会議|審議会|協議会|分科会|部会|研究会|懇談会|検討会|本部|定例会|臨時会|議会|会合)"
_NAME = re.compile(
    rf"[^、。：:|]{{2,40}}{_MEETINGS}(?:[（(].{{1,20}}[)）])?(?:本文|会議録|議事録|[（(]?第?[0-9０-９一二三四五六七八九十]{{1,3}}[日号回][)）]?)*"
)
# What a council's site prints around a title, and a mark of a footnote behind one.
# 市長冒頭発言コピペ is the name of a file; the title of a meeting names one.
_OF_A_MEETING = re.compile(
    r"[会議審]|本部|委員|チーム|グループ|ワーキング|打合|懇談|フォーラム|シンポジウム|セミナー|[録簿]|要旨|概要|第.{1,4}回"
)
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_CHROME = re.compile(r"[↓▼▲△]?\s*(?:最初のヒット|検索結果|トップページ|文書閲覧\s|すべての発言)")
_BEHIND = re.compile(r"[\s　]+(?:本文[\s　]*)?[|｜]?[\s　]*(?:開催日\s*[:：].*|[*＊※]\d*)$")
_OPENED = re.compile(
    rf"(?:^|[、。])(?:(?:それでは|では|本日は|ただ(?:いま|今)(?:から|より)|これより)、?)*(?P<name>[^、。「」]{{2,45}}?{_MEETINGS}(?:[（(][^（）()]{{1,12}}[)）])?)"
    r"(?:(?:の会議)?を(?:開会|開催|開き|始め)|の開会に(?:当たり|あたり|際し))"
)
_THIS = re.compile(r"(?:本日|この|当|本|ただ|今|これ|会議$|第[^回]{1,6}回(?:目)?の?(?:会議|会合|委員会|部会|審議会)$)")
_RECORDS = r"(?:議事要旨|議事概要|議事録|会議録|議事要録|会議要旨|会議概要|議事次第|議事記録|速記録|本文)$"
_RECORD_ALONE = re.compile(_RECORDS)
_RECORD_AT_END = re.compile(rf"(?<=\S)[\s　]+{_RECORDS}")
ORDINAL = re.compile(r"第\s*([0-9]{1,4}|[〇一二三四五六七八九十百]{1,6})\s*回")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_ENGLISH_ORDINAL = re.compile(rf"(?<!\d)(\d{{1,4}})(?:st|nd|rd|th)\b(?! (?:of )?(?:{_MONTHS}))")
_SESSION = re.compile("定例会|臨時会|国会|[都道府県市区町村]議会")
_NUMBER = "[0-9０-９]{1,2}"
_SESSION_DAY = re.compile(
    rf"(?P<era>令和|平成)[\s　]*(?P<year>元|{_NUMBER})年.{{0,40}}?(?P<month>{_NUMBER})月[\s　]*(?P<day>{_NUMBER})日"
)
_NOT_THE_BODY = (
    re.compile(r"[（(【]?架空[)）】]?"),
    re.compile(r"[（(【][^（）()]{0,6}第[^（）()]{1,8}回[^（）()]{0,6}[)）】]|[(（]案[)）]"),
    re.compile(r"第\s?[0-9０-９〇一二三四五六七八九十百]{1,6}\s?回国会"),
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
    for words in whole[:1] or [_BEHIND.sub("", line) for line in lines if not _CHROME.match(line)]:
        plain = re.sub(r"^[#＃]+\s*", "", tidy(words))
        if _RECORD_ALONE.fullmatch(plain):
            continue
        part = tidy(_RECORD_AT_END.sub("", words)) if _RECORD_AT_END.search(words) else plain
        if part in joined:
            continue  # pages of council sites print their title twice
        latin = joined[-1:].isascii() and part[:1].isascii() and joined
        joined += (" " if latin else "") + part
    return joined if joined and (_OF_A_MEETING.search(joined) or not _CJK.search(joined)) else None


def is_record(line: str) -> bool:
    """Whether the line says nothing but which kind of record this is: 議 事 録."""
    return bool(_RECORD_ALONE.fullmatch("".join(line.split())))


def is_title(line: str) -> bool:
    """Whether a line by itself is the title of minutes: 第３回○○会議 議事録, 令和五年○○議会会議録第二号."""
    words = unicodedata.normalize("NFKC", "".join(line.split()))
    return len(words) <= 60 and bool(_WHOLE_TITLE.fullmatch(words) or (ORDINAL.search(words) and says_record(line)))


def is_named(line: str) -> bool:
    """Whether a line is the name of one meeting, as council sites print it: ＤＸ推進調査特別委員会　本文."""
    return len(line) <= 60 and bool(_NAME.fullmatch("".join(line.split())))


def opened(text: str) -> str | None:
    """The meeting that these words open: ただいまから国土審議会第１回専門委員会を開催いたします."""
    match = _OPENED.search("".join(text.split()))
    return match["name"] if match and not _THIS.match(match["name"]) else None


def record_of(words: str | None) -> Record | None:
    """Which kind of record the words name, None where they name none."""
    plain = "".join((words or "").split())
    if _SUMMARY.search(plain):
        return "summary"
    return "verbatim" if _VERBATIM.search(plain) else None


def says_record(line: str) -> bool:
    """Whether a line of the title already says that these are minutes: …会議 議事要旨."""
    return bool(_RECORD_AT_END.search(line.strip()) or _WHOLE_TITLE.search("".join(line.split())))


def body_of(title: str | None) -> str | None:
    """The body that met: the title without its number, year and kind of record."""
    words = title or ""
    for pattern in _NOT_THE_BODY:
        words = pattern.sub("", words.strip())
    return tidy(words) or None


def ordinal_of(title: str | None) -> int | None:
    """The 4 of 第４回 or 4th; a session of an assembly (第１回定例会) is counted within its year and has none."""
    plain = unicodedata.normalize("NFKC", title or "")
    found = ORDINAL.search(plain) or _ENGLISH_ORDINAL.search(plain)
    return number(found[1]) if found and not _SESSION.search(plain) else None


def day_in(title: str | None) -> date | None:
    """The one day that a title states."""
    words = title or ""
    # 令和　６年第１回　２月定例会 02月22日－01号: the year stands before the session, the day behind it.
    if session := _SESSION_DAY.search(words):
        words = "{era}{year}年{month}月{day}日".format_map(session.groupdict())
    days = {one.since for one in find_dates(words) if one.since == one.until}
    return days.pop() if len(days) == 1 else None
