"""The words that open a field of a head (日時, 場所, 出席者, 議題 …) and those that end it."""

from __future__ import annotations

import re

from index.layouts.lines import Line
from index.layouts.titles import is_record

_NUMBERING = (
    r"(?:第?\s*[0-9０-９一二三四五六七八九]{1,2}\s*[.．、:：)）]?|"
    r"[（(][0-9０-９一二三四五六七八九]{1,2}[)）]|[○◯〇◎◆■●□・•]|[-*#]{1,4}\s)?\s*\*{0,2}"
)


def _field(words: str) -> re.Pattern[str]:
    """Matches a numbered head word, its letters set apart or not (日 時), and captures what follows it."""
    spaced = "|".join(r"[ \t　]{0,6}".join(word) for word in words.split("|"))
    # Where is no place, and People say: a word of a language with blanks needs a colon behind it, or nothing.
    behind = r"(?:[\s　]*[:：]\*{0,2}|(?<![A-Za-z*])[\s　]+|(?<![A-Za-z*])(?=[（(\[［【])|[\s　]*$)"
    return re.compile(rf"^{_NUMBERING}(?:{spaced})\*{{0,2}}{behind}[\s　]*(.*)$")


_DATE = _field("日時|開催日時|開催日|開会日時|会議日時|会議開催日時|開催年月日|年月日|期日|と き|とき|Date|When|Term")
_PLACE = _field("場所|開催場所|会場|開催会場|会議場所|と こ ろ|ところ|Place|Location|Where|Venue")
ATTENDEES = _field(
    "出席者|出席委員|出席議員|出席説明員|説明員|出席者氏名|出席者名簿|事務局|委員|臨時委員|専門委員|オブザーバー|傍聴者|傍聴人|"
    "列席者|出席理事者|構成員|関係者|出席政府参考人|職務のため出席した者|説明のため出席した者|出席した者|議会事務局出席職員|"
    "参加者|出席部会員|出席構成員|出席理事|政府からの出席者|出席国務大臣|出席政府委員|委員等|幹事|事務局等|説明者|"
    "Attendees|Present|Participants|People|Observers|Invited|In attendance"
)
ABSENT = re.compile(rf"^[\s　]*{_NUMBERING}(?:欠\s*席|欠\s*員)")
# What stands before a name in a list of absent people too; 事務局 or 説明員 after one begins a list of those present.
RANK = _field("委員|臨時委員|専門委員|特別委員|構成員")
_AGENDA = _field(
    "議題|議事日程|議事次第|会議次第|次第|本日の会議に付した事件|会議に付した事件|付議事件|案件|議案|議事|"
    "本日の会議に付した案件|会議の案件|Agenda"
)
_NAME = _field("会議名|会議の名称|名称|会議名称|件名|Meeting")
_MATERIALS = _field("配付資料|配布資料|資料|参考資料|配付資料一覧|配布資料一覧|会議資料")
BODY = re.compile(
    rf"^{_NUMBERING}[（(【]?(?:議事(?:の?(?:概要|要旨|経過|内容|録|要録|記録))|会議の?(?:模様|概要|経過|内容)|発言(?:要旨|概要|内容|記録)|"
    r"議事|意見交換|主な意見|審議(?:の?(?:内容|経過|概要))?|質疑(?:応答)?|主な質疑|主な発言(?:内容|要旨)?|質疑の概要|概要|要旨|Minutes|Discussion)(?:等)?[)）】]?[:：]?(?:[（(]次のとおり[）)])?$"
)
AGENDA_DATED = re.compile(r"(?:月.{1,4}日)?議事日程(?:第.{1,4}号)?$")
PROSE = re.compile(
    r"ついて、|から、|ており、|(?:ました|ます|でした|です|あった|した|する|いる|ある)。|^[^、，]{1,12}[、，]$"
)
NOBODY = re.compile(r"^[○〇◯]\s*(?:null|[（(]None君?[）)])[\s　]*")
DRAFT = re.compile(r"速報版?|未定稿|暫定版|未校正|Draft|DRAFT")
DRAFT_TITLE = re.compile(r"[（(【]案[)）】]|素案")
COUNT = re.compile(r"[（(]?[0-9０-９〇一二三四五六七八九十百]+\s*[名人]")
ROOM = re.compile(r"[^、。：:]{0,30}(?:会議室|委員会室|議場|講堂|ホール|会館)(?:[（(].{0,30}[)）])?")
NUMBERED_HEAD = re.compile(r"第?[0-9０-９]{1,2}[\s　]*[.．、)）][\s　]*\S|第[0-9０-９]{1,2}[\s　]+\S")
ASIDE = re.compile(r"[（(【][^（）()【】]{1,12}[)）】]")
MEETING = re.compile(r"議事|会議|開会|審議会|委員会|Minutes|meeting", re.IGNORECASE)
HEAD_LINES = 2000
LONGEST_FIELD = 160
LONGEST_SHORT = 80
FRONT_MATTER = re.compile(r"---|(?:lang|tags|title|layout|date|author)\s*:.*", re.IGNORECASE)
# The day of the page, not of the meeting.
PAGE_DATE = re.compile("(?:最終)?(?:更新日|公開日|掲載日|公表日)|ページ番号")
DAY_HEADING = re.compile(r"#{1,6}\s+(?=.*\d)\S.{5,40}")
BULLET = re.compile(r"[*•+-]\s+\S")
FIELDS = (
    ("title", _NAME),
    ("date", _DATE),
    ("place", _PLACE),
    # 場 and 所:官邸 on two lines, as PDFs give words that were spread over their field.
    ("place", re.compile(r"^所[\s　]*[:：][\s　]*(.*)$")),
    ("date", re.compile(r"^時[\s　]*[:：][\s　]*(.*)$")),
    ("attendees", ATTENDEES),
    ("agenda", _AGENDA),
    ("materials", _MATERIALS),
)


def begins_body(line: Line) -> bool:
    """Whether the line is a heading like 議事概要 or 会議の模様."""
    return len(line.text) <= 30 and bool(BODY.match(squeezed(line.text)))


def field_of(line: Line) -> str | None:
    """Which field of the head a line opens: date, place, attendees …"""
    return next((name for name, pattern in FIELDS if pattern.match(line.text) and not is_record(line.text)), None)


def squeezed(text: str) -> str:
    """The words of a line without blanks between their letters."""
    return re.sub(r"\s+", "", text)
