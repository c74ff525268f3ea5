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
from index.layouts.headwords import (
    ABSENT,
    AGENDA_DATED,
    ASIDE,
    ATTENDEES,
    BULLET,
    COUNT,
    DAY_HEADING,
    DRAFT,
    DRAFT_TITLE,
    FIELDS,
    FRONT_MATTER,
    HEAD_LINES,
    LONGEST_FIELD,
    LONGEST_SHORT,
    MEETING,
    NOBODY,
    NUMBERED_HEAD,
    PAGE_DATE,
    PROSE,
    RANK,
    ROOM,
    begins_body,
    field_of,
    squeezed,
)
from index.layouts.lines import Line
from index.layouts.passages import tidy
from index.layouts.titles import (
    ORDINAL,
    body_of,
    day_in,
    is_named,
    is_record,
    ordinal_of,
    record_of,
    says_record,
    title_of,
)
from index.minutes import Attendee, Record


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
    when: str = ""
    numbered: bool = False
    times: list[str] = field(default_factory=list)
    place: str | None = None
    clocks: list[Line] = field(default_factory=list)


def read_head(lines: list[Line], furniture: dict[int, str], first_opening: int | None) -> Head:
    """Understands the lines before the first speaker; where no speaker is shown, those before the first sentences."""
    reading = _Reading()
    last = min(len(lines) if first_opening is None else first_opening, HEAD_LINES)
    body = last
    fields = [i for i in range(min(last, 120)) if field_of(lines[i])]
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
    titles = (i for i in range(body, last) if re.match(r"#{1,6}\s", lines[i].text) and ATTENDEES.match(lines[i].text))
    first = next(titles, last)
    rest = range(first + 1, last)
    end = next((i for i in rest if not (BULLET.match(lines[i].text) or lines[i].text[0] == "|")), last)
    return list(range(first, end)) if end > first + 1 else []


def _begins_discussion(line: Line, reading: _Reading) -> bool:
    """In Markdown a heading ends the head, unless it is the title or stands over metadata."""
    if not re.match(r"#{1,6}\s", line.text) or not reading.titled:
        return False
    if DAY_HEADING.fullmatch(line.text) and find_dates(line.text):
        return False
    return field_of(line) in (None, "agenda") and not re.search(r"\b(?:Links?|URLs?)\b", line.text)


def _after_head(line: Line, reading: _Reading, opening_is_next: bool) -> bool:
    if not (reading.titled or reading.day or any(says_record(title) for title in reading.titles)):
        return False
    # 議事 alone is as often the heading of the agenda.
    bare = re.sub(r"^[^議審]*", "", squeezed(line.text)).rstrip(":：")
    return opening_is_next or bare not in ("議事", "審議")


def _counts_on(lines: list[Line], index: int) -> bool:
    """Whether a numbered line is an item of a list: 4.質疑応答 right above 5.挨拶."""
    match = re.match(r"[0-9０-９]{1,2}", lines[index].text)
    value = number(match[0]) if match else None
    after = [re.match(r"[0-9０-９]{1,2}(?=[\s　]*[.．、\s　])", line.text) for line in lines[index + 1 : index + 3]]
    return value is not None and any(number(other[0]) == value + 1 for other in after if other)


# ・目標を明確にすべき, under the day of the meeting.
_SAID = re.compile(r"[・○●◯〇][\s　]*\S{4}")


def _is_prose(line: Line, reading: _Reading) -> bool:
    """Whether the line is of a sentence, not of a title, a field or a list."""
    if line.text.startswith("#"):
        return False
    if reading.section in ("attendees", "absentees", "materials"):
        told = PROSE.search(line.text) or (_is_sentence(line) and line.text.isascii() and len(line.text.split()) > 5)
        return bool(told) and not field_of(line)
    if reading.section == "agenda":
        return _is_sentence(line)
    if field_of(line) or (NUMBERED_HEAD.match(line.text) and not line.ends_sentence):
        return False
    if len(line.text) > LONGEST_FIELD or line.text[-1] in "、，":
        return True
    if reading.section == "date" and _SAID.match(line.text):
        return True
    listed = reading.titled and reading.section is None and BULLET.match(line.text)
    if listed and len(line.text.split()) > 4 and "://" not in line.text:
        # What a list says under the title; addresses and other metadata are a word or two.
        return True
    return _is_sentence(line) or ("、" in line.text and line.width > 40)


def _is_sentence(line: Line) -> bool:
    return line.ends_sentence and len(line.text) > (15 if line.text.isascii() else 4)


def _is_notice(line: Line, index: int) -> bool:
    return index < 3 and bool(re.search("架空|[Ff]ictional", line.text))


def _read_line(lines: list[Line], index: int, reading: _Reading) -> None:
    """Gives one line of the head its meaning."""
    line, text = lines[index], lines[index].text
    if PAGE_DATE.match(text):
        reading.claims[index] = "metadata"
    elif clock_event(line):
        reading.claims[index] = "time"
        reading.clocks.append(line)
    elif reading.section and ABSENT.match(text):
        reading.section = "absentees"
        reading.claims[index] = "absentees"
    elif is_record(text) and not reading.titled:
        reading.claims[index] = "title"
        reading.titled = bool(reading.titles)
        reading.titles.append(text)
    elif not (_opens_field(lines, index, reading) or _goes_on(index, text, reading)):
        _read_loose(line, index, reading)


def _opens_field(lines: list[Line], index: int, reading: _Reading) -> bool:
    """Whether a line opens a field (日時, 場所, 出席者 …); then its value is read."""
    text = lines[index].text
    for name, pattern in FIELDS:
        match = pattern.match(text)
        if match and not (name == "attendees" and _is_entry(text, match[1], reading)):
            above = lines[index - 1].text if name == "date" and reading.claims.get(index - 1) == "heading" else ""
            if is_named(above):
                # On a page of a council's site the name of the meeting stands right above its date.
                reading.titles = [above]
                reading.claims[index - 1] = "title"
            reading.section, reading.titled = name, True
            reading.numbered = bool(NUMBERED_HEAD.match(text))
            reading.claims[index] = name
            _take(match[1], reading)
            return True
    return False


def _goes_on(index: int, text: str, reading: _Reading) -> bool:
    """Whether a line belongs to the section that is open, or ends it with a heading."""
    if reading.section and reading.numbered and NUMBERED_HEAD.match(text):
        # The head goes on counting: 4.欠席委員, 5.主な質疑.
        reading.section, reading.titled = None, True
        reading.claims[index] = "heading"
    elif AGENDA_DATED.search(tidy(text)) and len(text) < 24 and reading.titles:
        reading.section, reading.titled = "agenda", True
        reading.claims[index] = "agenda"
    elif reading.section == "date" and not (find_dates(text) or times_in(text)):
        return False
    elif reading.section:
        reading.claims[index] = reading.section
        _take(text, reading)
    else:
        return False
    return True


def _read_loose(line: Line, index: int, reading: _Reading) -> None:
    """A line under no field: a day, a room, a notice, front matter, a title or a heading."""
    text = line.text
    if _date_alone(text, reading):
        reading.claims[index] = "date"
        reading.titled = True
    elif reading.place is None and ROOM.fullmatch(NOBODY.sub("", text)):
        reading.place = tidy(NOBODY.sub("", text))
        reading.claims[index] = "place"
    elif _is_notice(line, index) and (line.ends_sentence or text[0] in "（(【※"):
        titled = not line.ends_sentence and not reading.titles
        if titled and len(re.sub(r"^[（(【※].{0,4}架空.{0,10}?[)）】]", "", text)) > 3:
            reading.claims[index] = "title"
            reading.titles.append(text)
        else:
            reading.claims[index] = "heading"
    elif index < 12 and FRONT_MATTER.fullmatch(text):
        reading.claims[index] = "metadata"
    elif reading.titled or len(reading.titles) >= 4 or not _could_be_title(line, reading) or ASIDE.fullmatch(text):
        reading.claims[index] = "heading"
    else:
        reading.claims[index] = "title"
        reading.titles.append(NOBODY.sub("", text))
        reading.titled = text.startswith("#")


def _is_entry(text: str, value: str, reading: _Reading) -> bool:
    """Whether a line like 委員　山田太郎 is an entry of the list that is being read, not the head of another."""
    if reading.section == "absentees":
        return bool(RANK.match(text))
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
    text = text[:LONGEST_FIELD]
    if reading.section == "title":
        if text:
            reading.titles = [text]
            reading.section = None
    elif reading.section == "date" and len(reading.when) < LONGEST_FIELD:
        # The end of a line may part a time in two: 午後２時４ / ０分.
        reading.when += text if reading.when[-1:].isdigit() or text[:1].isdigit() else f" {text}"
        single = [one for one in find_dates(reading.when) if one.since == one.until]
        if single and not reading.day_stated:
            # What the field says goes before a date that stands alone: that may be the day of publication.
            reading.day, reading.day_stated = single[0].since, True
        reading.times = times_in(reading.when[single[0].end :] if single else reading.when)
    elif reading.section == "place" and text:
        reading.place = reading.place or tidy(text)
        reading.section = None


def _head(lines: list[Line], reading: _Reading, body: int) -> Head:
    short = [line.text for line in lines[: max(body, 1)][:40] if len(line.text) <= LONGEST_SHORT]
    title = title_of(reading.titles)
    return Head(
        claims=reading.claims,
        body=body,
        title=title,
        ordinal=ordinal_of(title),
        organ=body_of(title),
        day=reading.day or day_in(" ".join(reading.titles)),
        times=tuple(reading.times[:2]),
        place=reading.place,
        record=_record(reading.titles, short),
        draft=any(DRAFT.search(text) for text in short if len(text) <= 30)
        or any(map(DRAFT_TITLE.search, reading.titles)),
        fictional=bool(lines) and bool(re.search("架空|fictional", lines[0].text, re.IGNORECASE)),
        attendees=attendees_of(_listed(lines, reading.claims)),
        clocks=tuple(reading.clocks),
        of_a_meeting=bool(reading.day) or any(MEETING.search(line.text) for line in lines[:30]),
    )


def _listed(lines: list[Line], claims: Mapping[int, str]) -> list[str]:
    """The lines of the lists of those present and absent, indented as in the document; a blank line where one ends."""
    found: list[str] = []
    before = None
    for index in (index for index in sorted(claims) if claims[index] in ("attendees", "absentees")):
        if lines[index].blank or index - 1 != before:
            found.append("")
        value = None if RANK.match(lines[index].text) else ATTENDEES.match(lines[index].text)
        if value and value[1] and not COUNT.match(value[1]):
            # ３　出席委員　　福山委員長、…: the heading and the first of those present share a line.
            found += [lines[index].text[: value.start(1)].rstrip("　 :："), "　　" + value[1]]
        else:
            found.append("　" * lines[index].indent + lines[index].text)
        before = index
    return found


def _record(titles: list[str], short: list[str]) -> Record:
    """What the title calls itself, before what a heading below it does."""
    return record_of("".join(titles)) or record_of("".join(short)) or "verbatim"
