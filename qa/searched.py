"""What was searched: meetings and statements, from when to when, and which meetings of a series are missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from index.search import Filters, Snapshot

SHOWN = 5
"""Holes that are named; a long list helps nobody."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Meetings of a series that lie between two that are here, by their numbers: 第7〜9回."""

    body: str
    first: int
    last: int

    def text(self, question: str) -> str:
        """The hole in the language of the question."""
        japanese = re.search(r"[ぁ-んァ-ヴ一-龯]", question)
        numbers = f"{self.first}" if self.first == self.last else f"{self.first}{'〜' if japanese else '–'}{self.last}"
        return f"{self.body}の第{numbers}回" if japanese else f"{self.body}, no. {numbers}"


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search looked through; `holes` are known gaps in the series that it touches.

    Meetings and days are those in which it looked, whoever speaks there; statements those that it could have found.
    """

    meetings: int
    statements: int
    first: date | None
    last: date | None
    holes: tuple[Hole, ...] = ()


def searched(filters: Filters, snapshot: Snapshot) -> Searched:
    """What the filters leave to search."""
    rows = snapshot.meetings_in(filters)
    days = sorted(row.meeting.date for row in rows if row.meeting.date)
    first, last = (days[0], days[-1]) if days else (None, None)
    return Searched(len(rows), snapshot.scope(filters).statements, first, last, _holes(filters, snapshot))


def _holes(filters: Filters, snapshot: Snapshot) -> tuple[Hole, ...]:
    """Gaps between the numbers of a body's meetings, within the bodies that are searched.

    A number that two days bear is counted anew each year (第1回定例会): such a body has no known gaps.
    """
    series: dict[str, dict[int, set[date | None]]] = {}
    for row in snapshot.meetings.values():
        meeting = row.meeting
        if meeting.body and meeting.ordinal:
            series.setdefault(meeting.body, {}).setdefault(meeting.ordinal, set()).add(meeting.date)
    bodies = {row.meeting.body for row in snapshot.meetings_in(filters)} if filters.meetings else set(series)
    found = []
    for body in sorted(bodies & series.keys(), key=str):
        numbers = series[body]  # type: ignore[index]
        if any(len(days) > 1 for days in numbers.values()):
            continue
        missing = sorted(set(range(min(numbers), max(numbers))) - set(numbers))
        for _, run in groupby(enumerate(missing), key=lambda pair: pair[1] - pair[0]):
            whole = [number for _, number in run]
            found.append(Hole(str(body), whole[0], whole[-1]))
    return tuple(found[:SHOWN])
