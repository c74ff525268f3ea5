"""The meetings of an index as a library: by series and day, searched by title, speaker or day, and what is new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from index.dates import find_dates
from index.matching import name_key
from index.search import Filters, Snapshot
from index.store import MeetingRow


@dataclass(frozen=True, slots=True)
class Series:
    """The meetings of one body, the latest first; `body` is None for those that name none."""

    body: str | None
    meetings: tuple[MeetingRow, ...]


@dataclass(frozen=True, slots=True)
class News:
    """What came after a version: ids of meetings that are new or changed, and how many files were taken away."""

    since: str
    meetings: frozenset[str]
    files_removed: int


def library(sought: str, snapshot: Snapshot, today: date) -> tuple[Series, ...]:
    """The meetings whose title, body, speaker or day is what is sought, all for a blank; the longest series first."""
    grouped: dict[str | None, list[MeetingRow]] = {}
    for row in _found(sought, snapshot, today):
        grouped.setdefault(row.meeting.body, []).append(row)
    series = [Series(body, tuple(sorted(rows, key=_newest_first))) for body, rows in grouped.items()]
    return tuple(sorted(series, key=lambda one: (-len(one.meetings), one.body or "")))


def news(after: int, snapshot: Snapshot) -> News | None:
    """What changed after a version; None where that version is not kept or nothing did. Raises IndexDamaged."""
    before = next((version for version in snapshot.versions() if version.id == after), None)
    if before is None or before == snapshot.version:
        return None
    steps = list(snapshot.steps(after))
    touched = {change.after.meeting.meeting.id for step in steps for change in step.changes if change.after}
    removed = {path for step in steps for path in {*step.files_removed} - {*step.files_added}}
    here = {path for row in snapshot.meetings.values() for path in row.paths}
    meetings = frozenset(row.meeting.id for row in snapshot.meetings.values() if row.meeting.id in touched)
    return News(before.created, meetings, len(removed - here))


def _found(sought: str, snapshot: Snapshot, today: date) -> Iterable[MeetingRow]:
    key = name_key(sought)
    if not key:
        return snapshot.meetings.values()
    days = find_dates(sought, today)
    spoke = {hit.meeting for hit in snapshot.listed(Filters(speakers=(sought,)), snapshot.version.statements)}
    return [
        row
        for row in snapshot.meetings.values()
        if key in name_key(row.meeting.title or "")
        or key in name_key(row.meeting.body or "")
        or row.row in spoke
        or (row.meeting.date and any(day.since <= row.meeting.date <= day.until for day in days))
    ]


def _newest_first(row: MeetingRow) -> tuple[int, int, str]:
    day = row.meeting.date.toordinal() if row.meeting.date else 0
    return (-day, -(row.meeting.ordinal or 0), row.meeting.title or "")
