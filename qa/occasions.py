"""Parts of a question that are understood, and the days that it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.dates import DateRange, find_dates, number
from index.search import Snapshot

Field = Literal["speakers", "not_speakers", "meetings", "since", "until", "act", "cue", "topic"]
Stretch = tuple[int, int]
"""Start and end in the question."""


@dataclass(frozen=True, slots=True)
class Understood:
    """One filter understood: its field and value, the words it came from, and whether an earlier question gave it."""

    field: Field
    value: str
    words: str
    carried: bool = False


GENERAL = "会議|会合|委員会|本会議|推進会議|協議会|議会|定例会|臨時会|部会|研究会"
"""Words for any meeting."""


def inside(place: int, stretches: Iterable[Stretch]) -> bool:
    """Whether a place lies in one of the stretches."""
    return any(start <= place < end for start, end in stretches)


# What ties a date to a meeting: 2月14日の会議, 2023年以降.
_TIED = re.compile(
    r"\s?(?:の|に|、|時点|付|開催|から|以降|以後|以前|まで|より)?\s?(?:の)?"
    rf"(?:[一-龯]{{0,12}}(?:{GENERAL})|第.{{1,4}}[回号]|議事|開(?:かれ|催|い)[^。]{{0,6}}(?:{GENERAL})|行われ|やっ|あった|発言|答弁|"
    r"時点|以降|以後|以前|まで|から)|、|\s(?:meeting|minutes|session)"
)
_GENERAL_BEHIND = re.compile(rf"の?(?:{GENERAL})")
_NUMBER = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_YEARLESS = re.compile(rf"(?<![\d年月一-龯])(?<!年の)(?P<month>{_NUMBER})月(?:(?P<day>{_NUMBER})日)?")
_SLASHED = re.compile(r"(?<![\d/])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![\d/])")


def days_named(text: str, snapshot: Snapshot, today: date) -> tuple[list[Understood], list[Stretch]]:
    """Dates that say when something was said, and where they stand.

    A date that no meeting falls on and that nothing ties to a meeting (2050年の目標) is part of the topic.
    """
    held = sorted({row.meeting.date for row in snapshot.meetings.values() if row.meeting.date})
    parts: list[Understood] = []
    places: list[Stretch] = []
    for found in (*_yearless(text, held), *find_dates(text, today)):
        open_side = date.min in (found.since, found.until) or date.max in (found.since, found.until)
        # 平成17年度の事業 is what is spoken about, 平成17年度の会議 is when.
        within = any(found.since <= day <= found.until for day in held) and not found.words.endswith("年度")
        if inside(found.start, places) or not (within or open_side or _TIED.match(text, found.end)):
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
    for match in (*_YEARLESS.finditer(text), *_SLASHED.finditer(text)):
        month, day_of_month = number(match["month"]), number(match["day"]) if match["day"] else None
        tied = match["day"] or _TIED.match(text, match.end())
        days = [day for day in held if day.month == month and day_of_month in (None, day.day)]
        if days and tied:
            found.append(DateRange(days[-1], days[-1], match.start(), match.end(), match.group()))
    return found
