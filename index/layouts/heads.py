"""What minutes print about the meeting itself: title, date, times, place, attendees, agenda."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from index.dates import find_dates, number
from index.layouts.attendees import attendees_of
from index.layouts.clock import clock_event, times_in
from index.layouts.lines import Line
from index.layouts.passages import tidy
from index.layouts.titles import ORDINAL, body_of, is_named, is_record, record_of, says_record, title_of
from index.minutes import Attendee, Record

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
_ATTENDEES = _field(
    "出席者|出席委員|出席議員|出席説明員|説明員|出席者氏名|出席者名簿|事務局|委員|臨時委員|専門委員|オブザーバー|傍聴者|傍聴人|"
    "列席者|出席理事者|構成員|関係者|出席政府参考人|職務のため出席した者|説明のため出席した者|出席した者|議会事務局出席職員|"
    "参加者|出席部会員|出席構成員|出席理事|政府からの出席者|出席国務大臣|出席政府委員|委員等|幹事|事務局等|説明者|"
    "Attendees|Present|Participants|People|Observers|Invited|In attendance"
)
_ABSENT = re.compile(rf"^[\s　]*{_NUMBERING}(?:欠\s*席|欠\s*員)")
# What stands before a name in a list of absent people too; 事務局 or 説明員 after one begins a list of those present.
_RANK = _field("委員|臨時委員|専門委員|特別委員|構成員")
_AGENDA = _field(
    "議題|議事日程|議事次第|会議次第|次第|本日の会議に付した事件|会議に付した事件|付議事件|案件|議案|議事|"
    "本日の会議に付した案件|会議の案件|Agenda"
)
_NAME = _field("会議名|会議の名称|名称|会議名称|件名|Meeting")
_MATERIALS = _field("配付資料|配布資料|資料|参考資料|配付資料一覧|配布資料一覧|会議資料")
_BODY = re.compile(
    rf"^{_NUMBERING}[（(【]?(?:議事(?:の?(?:概要|要旨|経過|内容|録|要録|記録))|会議の?(?:模様|概要|経過|内容)|発言(?:要旨|概要|内容|記録)|"
    r"議事|意見交換|主な意見|審議(?:の?(?:内容|経過|概要))?|質疑(?:応答)?|主な質疑|質疑の概要|概要|要旨|Minutes|Discussion)(?:等)?[)）】]?[:：]?(?:[（(]次のとおり[）)])?$"
)
_AGENDA_DATED = re.compile(r"(?:月.{1,4}日)?議事日程(?:第.{1,4}号)?$")
_PROSE = re.compile(
    r"ついて、|から、|ており、|(?:ました|ます|でした|です|あった|した|する|いる|ある)。|^[^、，]{1,12}[、，]$"
)
_NOBODY = re.compile(r"^[○〇◯]\s*(?:null|[（(]None君?[）)])[\s　]*")
_DRAFT = re.compile(r"速報版?|未定稿|暫定版|未校正|Draft|DRAFT")
_DRAFT_TITLE = re.compile(r"[（(【]案[)）】]|素案")
_COUNT = re.compile(r"[（(]?[0-9０-９〇一二三四五六七八九十百]+\s*[名人]")
_ROOM = re.compile(r"[^、。：:]{0,30}(?:会議室|委員会室|議場|講堂|ホール|会館)(?:[（(].{0,30}[)）])?")
_NUMBERED_HEAD = re.compile(r"第?[0-9０-９]{1,2}[\s　]*[.．、)）][\s　]*\S|第[0-9０-９]{1,2}[\s　]+\S")
_ASIDE = re.compile(r"[（(【][^（）()【】]{1,12}[)）】]")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_ENGLISH_ORDINAL = re.compile(rf"(?<!\d)(\d{{1,4}})(?:st|nd|rd|th)\b(?! (?:of )?(?:{_MONTHS}))")
_MEETING = re.compile(r"議事|会議|開会|審議会|委員会|Minutes|meeting", re.IGNORECASE)
_HEAD_LINES = 2000
_LONGEST_FIELD = 160
_LONGEST_SHORT = 80
_FRONT_MATTER = re.compile(r"---|(?:lang|tags|title|layout|date|author)\s*:.*", re.IGNORECASE)
_DAY_HEADING = re.compile(r"#{1,6}\s+(?=.*\d)\S.{5,40}")
_BULLET = re.compile(r"[*•+-]\s+\S")
_SESSION = re.compile("定例会|臨時会|国会|[都道府県市区町村]議会")
_NUMBER = "[0-9０-９]{1,2}"
_SESSION_DAY = re.compile(
    rf"(?P<era>令和|平成)[\s　]*(?P<year>元|{_NUMBER})年.{{0,40}}?(?P<month>{_NUMBER})月[\s　]*(?P<day>{_NUMBER})日"
)
_FIELDS = (
    ("title", _NAME),
    ("date", _DATE),
    ("place", _PLACE),
    # 場 and 所:官邸 on two lines, as PDFs give words that were spread over their field.
    ("place", re.compile(r"^所[\s　]*[:：][\s　]*(.*)$")),
    ("date", re.compile(r"^時[\s　]*[:：][\s　]*(.*)$")),
    ("attendees", _ATTENDEES),
    ("agenda", _AGENDA),
    ("materials", _MATERIALS),
)


@dataclass(frozen=True, slots=True)
class Head:
    """What the head says, which lines it claims (line index -> as what), and where the body begins (line index)."""

    claims: dict[int, str]
    body: int
    title: str | None = None
    ordinal: int | None = None
    organ: str | None = None
    day: date | None = None
    times: tuple[str, ...] = ()
    place: str | None = None
    record: Record = "verbatim"
    draft: bool = False
    fictional: bool = False
    attendees: tuple[Attendee, ...] = ()
    clocks: tuple[Line, ...] = ()
    of_a_meeting: bool = False


@dataclass(slots=True)
class _Reading:
    """The state while the head is read line by line."""

    claims: dict[int, str] = field(default_factory=dict)
    section: str | None = None
    titles: list[str] = field(default_factory=list)
    titled: bool = False
    day: date | None = None
    day_stated: bool = False
    numbered: bool = False
    times: list[str] = field(default_factory=list)
    place: str | None = None
    clocks: list[Line] = field(default_factory=list)


def read_head(lines: list[Line], furniture: dict[int, str], first_opening: int | None) -> Head:
    """Understands the lines before the first speaker; where no speaker is shown, those before the first sentences."""
    reading = _Reading()
    last = min(len(lines) if first_opening is None else first_opening, _HEAD_LINES)
    body = last
    fields = [i for i in range(min(last, 120)) if _field_of(lines[i])]
    for index in range(last):
        if index in furniture:
            continue
        line = lines[index]
        if _begins_discussion(line, reading):
            body = index
            break
        follows = index + 1 == first_opening
        if begins_body(line) and _after_head(line, reading, follows) and not _counts_on(lines, index):
            reading.claims[index] = "heading"
            body = index + 1
            break
        if _is_prose(line, reading) and not _is_notice(line, index):
            if first_opening is None and not any(field > index for field in fields):
                body = index
                break
            reading.titled = True
            continue
        _read_line(lines, index, reading)
    reading.claims.update(dict.fromkeys(_listed_below(lines, body, last), "attendees"))
    return _head(lines, reading, body)


def _listed_below(lines: list[Line], body: int, last: int) -> list[int]:
    """A list of those present under a heading of its own, below the agenda and above the first speaker."""
    titles = (i for i in range(body, last) if re.match(r"#{1,6}\s", lines[i].text) and _ATTENDEES.match(lines[i].text))
    first = next(titles, last)
    rest = range(first + 1, last)
    end = next((i for i in rest if not (_BULLET.match(lines[i].text) or lines[i].text[0] == "|")), last)
    return list(range(first, end)) if end > first + 1 else []


def begins_body(line: Line) -> bool:
    """Whether the line is a heading like 議事概要 or 会議の模様."""
    return len(line.text) <= 30 and bool(_BODY.match(_squeezed(line.text)))


def _begins_discussion(line: Line, reading: _Reading) -> bool:
    """In Markdown a heading ends the head, unless it is the title or stands over metadata."""
    if not re.match(r"#{1,6}\s", line.text) or not reading.titled:
        return False
    if _DAY_HEADING.fullmatch(line.text) and find_dates(line.text):
        return False
    return _field_of(line) in (None, "agenda") and not re.search(r"\b(?:Links?|URLs?)\b", line.text)


def _after_head(line: Line, reading: _Reading, opening_is_next: bool) -> bool:
    if not (reading.titled or reading.day or any(says_record(title) for title in reading.titles)):
        return False
    # 議事 alone is as often the heading of the agenda.
    bare = re.sub(r"^[^議審]*", "", _squeezed(line.text)).rstrip(":：")
    return opening_is_next or bare not in ("議事", "審議")


def _counts_on(lines: list[Line], index: int) -> bool:
    """Whether a numbered line is an item of a list: 4.質疑応答 right above 5.挨拶."""
    match = re.match(r"[0-9０-９]{1,2}", lines[index].text)
    value = number(match[0]) if match else None
    after = [re.match(r"[0-9０-９]{1,2}(?=[\s　]*[.．、\s　])", line.text) for line in lines[index + 1 : index + 3]]
    return value is not None and any(number(other[0]) == value + 1 for other in after if other)


def _is_prose(line: Line, reading: _Reading) -> bool:
    """Whether the line is of a sentence, not of a title, a field or a list."""
    if line.text.startswith("#"):
        return False
    if reading.section in ("attendees", "absentees", "materials"):
        told = _PROSE.search(line.text) or (_is_sentence(line) and line.text.isascii() and len(line.text.split()) > 5)
        return bool(told) and not _field_of(line)
    if reading.section == "agenda":
        return _is_sentence(line)
    if _field_of(line) or (_NUMBERED_HEAD.match(line.text) and not line.ends_sentence):
        return False
    if len(line.text) > _LONGEST_FIELD or line.text[-1] in "、，":
        return True
    listed = reading.titled and reading.section is None and _BULLET.match(line.text)
    if listed and len(line.text.split()) > 4 and "://" not in line.text:
        # What a list says under the title; addresses and other metadata are a word or two.
        return True
    return _is_sentence(line) or ("、" in line.text and line.width > 40)


def _is_sentence(line: Line) -> bool:
    return line.ends_sentence and len(line.text) > (15 if line.text.isascii() else 4)


def _field_of(line: Line) -> str | None:
    return next((name for name, pattern in _FIELDS if pattern.match(line.text) and not is_record(line.text)), None)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _is_notice(line: Line, index: int) -> bool:
    return index < 3 and bool(re.search("架空|[Ff]ictional", line.text))


def _read_line(lines: list[Line], index: int, reading: _Reading) -> None:
    """Gives one line of the head its meaning."""
    line, text = lines[index], lines[index].text
    if clock_event(line):
        reading.claims[index] = "time"
        reading.clocks.append(line)
        return
    if reading.section and _ABSENT.match(text):
        reading.section = "absentees"
        reading.claims[index] = "absentees"
        return
    if is_record(text) and not reading.titled:
        reading.claims[index] = "title"
        reading.titled = bool(reading.titles)
        reading.titles.append(text)
        return
    for name, pattern in _FIELDS:
        match = pattern.match(text)
        if match and not (name == "attendees" and _is_entry(text, match[1], reading)):
            if (
                name == "date"
                and index
                and reading.claims.get(index - 1) == "heading"
                and is_named(lines[index - 1].text)
            ):
                # On a page of a council's site the name of the meeting stands right above its date.
                reading.titles = [lines[index - 1].text]
                reading.claims[index - 1] = "title"
            reading.section, reading.titled = name, True
            reading.numbered = bool(_NUMBERED_HEAD.match(text))
            reading.claims[index] = name
            _take(match[1], reading)
            return
    if reading.section and reading.numbered and _NUMBERED_HEAD.match(text):
        # The head goes on counting: 4.欠席委員, 5.主な質疑.
        reading.section, reading.titled = None, True
        reading.claims[index] = "heading"
    elif _AGENDA_DATED.search(tidy(text)) and len(text) < 24 and reading.titles:
        reading.section, reading.titled = "agenda", True
        reading.claims[index] = "agenda"
    elif reading.section in ("attendees", "absentees", "agenda", "materials") or (reading.section and text):
        reading.claims[index] = reading.section or "heading"
        _take(text, reading)
    elif _date_alone(text, reading):
        reading.claims[index] = "date"
        reading.titled = True
    elif reading.place is None and _ROOM.fullmatch(_NOBODY.sub("", text)):
        reading.place = tidy(_NOBODY.sub("", text))
        reading.claims[index] = "place"
    elif _is_notice(line, index) and (line.ends_sentence or text[0] in "（(【※"):
        reading.claims[index] = "heading"
        if (
            not line.ends_sentence
            and not reading.titles
            and len(re.sub(r"^[（(【※].{0,4}架空.{0,10}?[)）】]", "", text)) > 3
        ):
            reading.claims[index] = "title"
            reading.titles.append(text)
    elif index < 12 and _FRONT_MATTER.fullmatch(text):
        reading.claims[index] = "metadata"
    elif reading.titled or len(reading.titles) >= 4 or not _could_be_title(line, reading) or _ASIDE.fullmatch(text):
        reading.claims[index] = "heading"
    else:
        reading.claims[index] = "title"
        reading.titles.append(_NOBODY.sub("", text))
        reading.titled = text.startswith("#")


def _is_entry(text: str, value: str, reading: _Reading) -> bool:
    """Whether a line like 委員　山田太郎 is an entry of the list that is being read, not the head of another."""
    if reading.section == "absentees":
        return bool(_RANK.match(text))
    return reading.section == "attendees" and bool(value)


def _could_be_title(line: Line, reading: _Reading) -> bool:
    """Short, no list item and no sentence; after the first line only what is set like a title."""
    if line.text[0] in "*-|<>" or len(line.text) > (100 if not reading.titles else 50):
        return False
    return not line.text.endswith(("です", "ます", "する"))


def _date_alone(text: str, reading: _Reading) -> bool:
    """A line that is little else than a date."""
    if len(text) > 60:
        return False
    single = [one for one in find_dates(text) if one.since == one.until]
    rest = (
        re.sub(r"[（(][月火水木金土日](?:曜日?)?[)）]|[（(]\s*[)）]", "", text.replace(single[0].words, ""))
        if single
        else ""
    )
    if single and not reading.titles and is_named(rest.strip()):
        # 産業経済委員会（平成27年3月4日）: the name and the day in one line.
        reading.titles.append(rest.strip())
    if reading.day and (not single or single[0].since != reading.day or reading.times):
        return False
    if not single or (not reading.titles and len(text) - len(single[0].words) > 12):
        return False
    if ORDINAL.search(unicodedata.normalize("NFKC", text)) and len(text) - len(single[0].words) > 25:
        return False
    reading.day = single[0].since
    reading.times.extend(times_in(text[single[0].end :]))
    return True


def _take(text: str, reading: _Reading) -> None:
    """Reads the value of a field, on its own line or on the one below."""
    text = text[:_LONGEST_FIELD]
    if reading.section == "title":
        if text:
            reading.titles = [text]
            reading.section = None
    elif reading.section == "date":
        single = [one for one in find_dates(text) if one.since == one.until]
        if single and not reading.day_stated:
            # What the field says goes before a date that stands alone: that may be the day of publication.
            reading.day, reading.day_stated = single[0].since, True
        reading.times.extend(times_in(text[single[0].end :] if single else text))
    elif reading.section == "place" and text:
        reading.place = reading.place or tidy(text)
        reading.section = None


def _head(lines: list[Line], reading: _Reading, body: int) -> Head:
    short = [line.text for line in lines[: max(body, 1)][:40] if len(line.text) <= _LONGEST_SHORT]
    title = title_of(reading.titles)
    return Head(
        claims=reading.claims,
        body=body,
        title=title,
        ordinal=ordinal_of(title),
        organ=body_of(title),
        day=reading.day or _day_in(" ".join(reading.titles)),
        times=tuple(reading.times[:2]),
        place=reading.place,
        record=_record(reading.titles, short),
        draft=any(_DRAFT.search(text) for text in short if len(text) <= 30)
        or any(map(_DRAFT_TITLE.search, reading.titles)),
        fictional=bool(lines) and bool(re.search("架空|fictional", lines[0].text, re.IGNORECASE)),
        attendees=attendees_of(_listed(lines, reading.claims)),
        clocks=tuple(reading.clocks),
        of_a_meeting=bool(reading.day) or any(_MEETING.search(line.text) for line in lines[:30]),
    )


def _listed(lines: list[Line], claims: Mapping[int, str]) -> list[str]:
    """The lines of the lists of those present and absent, indented as in the document; a blank line where one ends."""
    found: list[str] = []
    before = None
    for index in (index for index in sorted(claims) if claims[index] in ("attendees", "absentees")):
        if lines[index].blank or index - 1 != before:
            found.append("")
        value = None if _RANK.match(lines[index].text) else _ATTENDEES.match(lines[index].text)
        if value and value[1] and not _COUNT.match(value[1]):
            # ３　出席委員　　福山委員長、…: the heading and the first of those present share a line.
            found += [lines[index].text[: value.start(1)].rstrip("　 :："), "　　" + value[1]]
        else:
            found.append("　" * lines[index].indent + lines[index].text)
        before = index
    return found


def ordinal_of(title: str | None) -> int | None:
    """The 4 of 第４回 or 4th; a session of an assembly (第１回定例会) is counted within its year and has none."""
    plain = unicodedata.normalize("NFKC", title or "")
    found = ORDINAL.search(plain) or _ENGLISH_ORDINAL.search(plain)
    return number(found[1]) if found and not _SESSION.search(plain) else None


def _day_in(title: str | None) -> date | None:
    words = title or ""
    # 令和　６年第１回　２月定例会 02月22日－01号: the year stands before the session, the day behind it.
    if session := _SESSION_DAY.search(words):
        words = "{era}{year}年{month}月{day}日".format_map(session.groupdict())
    days = {one.since for one in find_dates(words) if one.since == one.until}
    return days.pop() if len(days) == 1 else None


def _record(titles: list[str], short: list[str]) -> Record:
    """What the title calls itself, before what a heading below it does."""
    return record_of("".join(titles)) or record_of("".join(short)) or "verbatim"
