"""Which meetings and days a question is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.dates import DateRange, find_dates, number
from index.minutes import Meeting
from index.search import Snapshot, name_key

Field = Literal["speakers", "meetings", "since", "until", "kinds"]
Stretch = tuple[int, int]
"""Start and end in the question."""


@dataclass(frozen=True, slots=True)
class Understood:
    """One filter understood: its field and value, the words it came from, and whether an earlier question gave it."""

    field: Field
    value: str
    words: str
    carried: bool = False


_GENERAL = "会議|会合|委員会|本会議|推進会議|協議会|議会|定例会|臨時会"
_ORDINAL = re.compile(
    r"第\s?(?P<number>[0-9]{1,4}|[一二三四五六七八九十百]{1,6})\s?回"
    rf"(?:(?P<session>定例会|臨時会|都議会|議会)|の?(?:{_GENERAL}))?"
)
_LATEST = re.compile(
    r"(?:直近|最新|最近|一番新しい|いちばん新しい|前回|latest|last meeting)(?:の(?:会議|会合|委員会|議会|協議会|もの))?"
)


def meetings_named(text: str, snapshot: Snapshot) -> tuple[list[Understood], list[Stretch]]:
    """Meetings named by title, by body, by ordinal (第4回), or as the latest; and where."""
    meetings = [row.meeting for row in snapshot.meetings.values()]
    parts, places = _by_name(text, meetings)
    ordinals = [match for match in _ORDINAL.finditer(text) if not _inside(match.start(), places)]
    numbered = [part for match in ordinals for part in _by_ordinal(match, parts, meetings)]
    if numbered:
        parts = numbered
        places.extend(match.span() for match in ordinals)
    latest = _LATEST.search(text)
    dated = [meeting for meeting in meetings if meeting.date]
    if latest and dated and not parts:
        newest = max(dated, key=lambda meeting: meeting.date or date.min)
        alone = newest.title and sum(meeting.title == newest.title for meeting in meetings) == 1
        parts.append(Understood("meetings", newest.title if alone and newest.title else newest.id, latest.group()))
        places.append(latest.span())
    return parts, places


def _by_name(text: str, meetings: Sequence[Meeting]) -> tuple[list[Understood], list[Stretch]]:
    parts: list[Understood] = []
    places: list[Stretch] = []
    names = {name for meeting in meetings for name in (meeting.title, meeting.body) if name}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        key = name_key(name)
        place = text.find(key)
        if len(key) >= 3 and place >= 0 and not _inside(place, places):
            places.append((place, place + len(key)))
            parts.append(Understood("meetings", name, text[place : place + len(key)]))
    return parts, places


def _by_ordinal(ordinal: re.Match[str], named: Sequence[Understood], meetings: Iterable[Meeting]) -> list[Understood]:
    """The meetings of that ordinal, of the bodies named where some are; a meeting that is not here stays named."""
    bodies = [name_key(part.value) for part in named]
    titles = [
        meeting.title
        for meeting in meetings
        if meeting.title
        and meeting.ordinal == number(ordinal["number"])
        and (not bodies or any(body in name_key(meeting.title) for body in bodies))
    ]
    if not titles and ordinal["session"]:
        return []  # 第一回定例会 counts sessions; that no meeting bears the number says nothing.
    named_so = dict.fromkeys(titles or [f"第{ordinal['number']}回"])
    return [Understood("meetings", title, ordinal.group()) for title in named_so]


def _inside(place: int, stretches: Iterable[Stretch]) -> bool:
    return any(start <= place < end for start, end in stretches)


# What ties a date to a meeting: 2月14日の会議, 2023年以降.
_TIED = re.compile(
    r"\s?(?:の|に|、|時点|付|開催|から|以降|以後|以前|まで|より)?\s?(?:の)?"
    r"(?:会議|会合|委員会|本会議|議会|定例会|協議会|議事|開|行われ|発言|答弁|時点|以降|以後|以前|まで|から)|、"
)
_GENERAL_BEHIND = re.compile(rf"の?(?:{_GENERAL})")
_NUMBER = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_YEARLESS = re.compile(rf"(?<![\d年月一-龯])(?<!年の)(?P<month>{_NUMBER})月(?:(?P<day>{_NUMBER})日)?")


def days_named(text: str, snapshot: Snapshot, today: date) -> tuple[list[Understood], list[Stretch]]:
    """Dates that say when something was said, and where they stand.

    A date that no meeting falls on and that nothing ties to a meeting (2050年の目標) is part of the topic.
    """
    held = sorted({row.meeting.date for row in snapshot.meetings.values() if row.meeting.date})
    parts: list[Understood] = []
    places: list[Stretch] = []
    for found in (*_yearless(text, held), *find_dates(text, today)):
        open_side = date.min in (found.since, found.until) or date.max in (found.since, found.until)
        within = any(found.since <= day <= found.until for day in held)
        if _inside(found.start, places) or not (within or open_side or _TIED.match(text, found.end)):
            continue
        # With the general word behind it: 2月26日の本会議で.
        general = _GENERAL_BEHIND.match(text, found.end)
        places.append((found.start, general.end() if general else found.end))
        if found.since != date.min:
            parts.append(Understood("since", found.since.isoformat(), found.words))
        if found.until != date.max:
            parts.append(Understood("until", found.until.isoformat(), found.words))
    return parts, places


def _yearless(text: str, held: Sequence[date]) -> list[DateRange]:
    """2月26日, 2月の会議: without a year, the latest meeting on such a day."""
    found = []
    for match in _YEARLESS.finditer(text):
        month, day_of_month = number(match["month"]), number(match["day"]) if match["day"] else None
        tied = match["day"] or _TIED.match(text, match.end())
        days = [day for day in held if day.month == month and day_of_month in (None, day.day)]
        if days and tied:
            found.append(DateRange(days[-1], days[-1], match.start(), match.end(), match.group()))
    return found
