"""What each version changed, and what became of a statement that is no longer shown as it was.

A meeting that is corrected keeps its id, and a statement whose words stay keeps its own, whoever it is attributed to.
A statement with other words gets another id: what stood in its place before is found by what stands around it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from index.editions import edition_key
from index.identity import squeezed
from index.minutes import Statement
from index.store import (
    Life,
    MeetingRow,
    Store,
    Version,
    damaged,
    named_damage,
    read_files,
    read_forgotten,
    read_in_meeting,
    read_lives,
    read_meetings,
    read_versions,
)

Kind = Literal["added", "removed", "corrected", "reattributed"]

# From this share of equal characters on, a statement that stands where another stood is its correction.
CORRECTED = 0.5


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement as some version showed it, in its meeting."""

    statement: Statement
    meeting: MeetingRow


@dataclass(frozen=True, slots=True)
class Change:
    """What a version did to one statement: `before` is None for an added one, `after` for a removed one."""

    kind: Kind
    before: Shown | None
    after: Shown | None


@dataclass(frozen=True, slots=True)
class Step:
    """A version with what it changed against the one before."""

    version: Version
    changes: tuple[Change, ...]
    files_added: tuple[str, ...]
    files_removed: tuple[str, ...]

    def count(self, kind: Kind) -> int:
        """How many statements were changed in this way."""
        return sum(change.kind == kind for change in self.changes)


@dataclass(frozen=True, slots=True)
class Former:
    """A statement as it was shown until version `until` ended that."""

    shown: Shown
    until: Version


@dataclass(frozen=True, slots=True)
class Traced:
    """What became of a statement that is no longer shown, or shown otherwise than before.

    `former` are its earlier forms, oldest first. `now` is itself or its successor; None where it was removed. Where
    vacuum has dropped the words, `former` is empty and `forgotten` is the day on which it was no longer shown.
    """

    id: str
    former: tuple[Former, ...]
    now: Shown | None
    forgotten: str | None = None


def steps(store: Store, after: int = 0) -> Iterator[Step]:
    """The versions above `after`, oldest first, each with what it changed against the one before.

    The oldest version that vacuum left has nothing to be compared with: it is left out, unless it is the first.
    """
    with closing(store.connect()) as connection, named_damage():
        versions = read_versions(connection)
        known = {version.id for version in versions}
        for version in versions:
            if version.id > after and (version.id == 1 or version.id - 1 in known):
                yield _step(connection, version)


def _step(connection: sqlite3.Connection, version: Version) -> Step:
    new = read_meetings(connection, version.id, "new")
    old = read_meetings(connection, version.id - 1, "leaving")
    pairs = _partners(connection, old, new)
    changes: list[Change] = []
    for meeting in old:
        partner = pairs.get(meeting.row)
        changes += _compared(_said(connection, meeting), _said(connection, partner) if partner else [])
    paired = {partner.row for partner in pairs.values()}
    for meeting in new:
        if meeting.row not in paired:
            changes += [Change("added", None, shown) for shown in _said(connection, meeting)]
    added, removed = read_files(connection, version.id)
    return Step(version, tuple(changes), tuple(sorted(added - removed)), tuple(sorted(removed - added)))


def _partners(
    connection: sqlite3.Connection, old: Sequence[MeetingRow], new: Sequence[MeetingRow]
) -> dict[int, MeetingRow]:
    """By the row of each old meeting the one that stands for it: the same id, else another record of the meeting.

    A summary never stands for a record in full. Where several may, it is the one that shares most words with it.
    """
    by_id = {meeting.meeting.id: meeting for meeting in new}
    pairs = {meeting.row: by_id[meeting.meeting.id] for meeting in old if meeting.meeting.id in by_id}
    taken = {meeting.row for meeting in pairs.values()}
    free = {meeting.row: meeting for meeting in new if meeting.row not in taken}
    by_key: dict[object, list[MeetingRow]] = {}
    for meeting in free.values():
        by_key.setdefault((edition_key(meeting), meeting.meeting.record), []).append(meeting)
    for meeting in old:
        if meeting.row not in pairs and (key := edition_key(meeting)):
            alike = [one for one in by_key.get((key, meeting.meeting.record), ()) if one.row in free]
            if alike:
                pairs[meeting.row] = free.pop(_closest(connection, meeting, alike).row)
    return pairs


def _closest(connection: sqlite3.Connection, meeting: MeetingRow, others: Sequence[MeetingRow]) -> MeetingRow:
    """The one of the others that has most statements word for word in common with a meeting."""
    if len(others) == 1:
        return others[0]
    words = _words(connection, meeting)
    return max(others, key=lambda other: len(words & _words(connection, other)))


def _words(connection: sqlite3.Connection, meeting: MeetingRow) -> set[str]:
    return {squeezed(statement.text) for statement in read_in_meeting(connection, meeting.row)}


def _said(connection: sqlite3.Connection, meeting: MeetingRow) -> list[Shown]:
    return [Shown(statement, meeting) for statement in read_in_meeting(connection, meeting.row)]


def _compared(old: Sequence[Shown], new: Sequence[Shown]) -> Iterator[Change]:
    """What differs between a meeting and the one that stands for it."""
    after = {shown.statement.id: shown for shown in new}
    successors = _successors(old, new)
    for shown in old:
        follower = successors.get(shown.statement.id)
        if follower is None:
            yield Change("removed", shown, None)
        elif squeezed(follower.statement.text) != squeezed(shown.statement.text):
            yield Change("corrected", shown, follower)
        elif follower.statement.speaker != shown.statement.speaker:
            yield Change("reattributed", shown, follower)
    followed = {follower.statement.id for follower in successors.values()}
    yield from (Change("added", None, shown) for id_, shown in after.items() if id_ not in followed)


def _successors(old: Sequence[Shown], new: Sequence[Shown]) -> dict[str, Shown]:
    """For each old statement, by id, the new one with its words, else the one in its place that is like it."""
    one, other = ([squeezed(shown.statement.text) for shown in side] for side in (old, new))
    found: dict[str, Shown] = {}
    left: list[tuple[Sequence[Shown], Sequence[Shown]]] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            found |= {shown.statement.id: same for shown, same in zip(old[a:b], new[c:d], strict=True)}
        elif tag == "replace":
            left.append((old[a:b], new[c:d]))
    # A statement that was moved keeps its id, and so is found wherever it stands.
    by_id = {shown.statement.id: shown for shown in new}
    found |= {id_: by_id[id_] for shown in old if (id_ := shown.statement.id) in by_id}
    taken = {shown.statement.id for shown in found.values()}
    for olds, news in left:
        free = [shown for shown in news if shown.statement.id not in taken]
        for shown in olds:
            if shown.statement.id not in found and (best := _most_alike(shown, free)):
                found[shown.statement.id] = best
                free.remove(best)
    return found


def _most_alike(one: Shown, others: Sequence[Shown]) -> Shown | None:
    """The statement that is most like one, if any is like it at all."""
    matcher: SequenceMatcher[str] = SequenceMatcher(autojunk=False)
    matcher.set_seq2(squeezed(one.statement.text))
    best, share = None, CORRECTED
    for other in others:
        matcher.set_seq1(squeezed(other.statement.text))
        if matcher.real_quick_ratio() >= share and matcher.quick_ratio() >= share and matcher.ratio() >= share:
            best, share = other, matcher.ratio()
    return best


def trace(store: Store, id_: str, version: int) -> Traced | None:
    """What `version` and those before it know of the statement `id_`; None where none of them had it."""
    with closing(store.connect()) as connection, named_damage():
        versions = {one.id: one for one in read_versions(connection)}
        return _traced(connection, id_, version, versions, frozenset())


def _traced(
    connection: sqlite3.Connection, id_: str, version: int, versions: Mapping[int, Version], seen: frozenset[str]
) -> Traced | None:
    lives = read_lives(connection, id_, version)
    if not lives:
        gone = read_forgotten(connection, id_)
        if gone is None:
            return None
        later = _later(connection, gone.successor, version, versions, seen | {id_})
        return Traced(id_, (), later.now if later else None, gone.day)
    *ended, last = lives
    if last.removed is None or last.removed > version:
        now = _as_shown(connection, id_, last, version)
        before = (_former(connection, id_, life, versions) for life in ended)
        former = [one for one in before if not alike(one.shown, now)]
        return Traced(id_, tuple(former), now)
    former = [_former(connection, id_, last, versions)]
    successors = successors_in(connection, [former[0].shown.meeting], read_meetings(connection, last.removed))
    later = _later(connection, successors.get(id_), version, versions, seen | {id_})
    return Traced(id_, (*former, *(later.former if later else ())), later.now if later else None)


def _later(
    connection: sqlite3.Connection,
    successor: str | None,
    version: int,
    versions: Mapping[int, Version],
    seen: frozenset[str],
) -> Traced | None:
    """What became of the successor; None where there is none, or one that was looked at before."""
    if successor is None or successor in seen:
        return None
    return _traced(connection, successor, version, versions, seen)


def _former(connection: sqlite3.Connection, id_: str, life: Life, versions: Mapping[int, Version]) -> Former:
    removed = life.removed or 0
    # A version that was damaged itself may have been dropped: then it ended with the next one.
    until = min((number for number in versions if number >= removed), default=None)
    if until is None:
        raise damaged(f"version {removed} is missing")
    return Former(_as_shown(connection, id_, life, removed - 1), versions[until])


def _as_shown(connection: sqlite3.Connection, id_: str, life: Life, version: int) -> Shown:
    """The statement in its meeting as `version` showed it."""
    meeting = meeting_in(connection, life.meeting, version)
    return Shown(statement_in(connection, id_, meeting), meeting)


def meeting_in(connection: sqlite3.Connection, row: int, version: int) -> MeetingRow:
    """The meeting with this row as `version` showed it. Raises IndexDamaged where it is missing."""
    found = next((meeting for meeting in read_meetings(connection, version) if meeting.row == row), None)
    if found is None:
        raise damaged(f"meeting row {row} is missing")
    return found


def statement_in(connection: sqlite3.Connection, id_: str, meeting: MeetingRow) -> Statement:
    """The statement with this id in a meeting. Raises IndexDamaged where it is missing."""
    found = next((one for one in read_in_meeting(connection, meeting.row) if one.id == id_), None)
    if found is None:
        raise damaged(f"a statement of meeting row {meeting.row} is missing")
    return found


def alike(one: Shown, other: Shown) -> bool:
    """Whether both are the same words of the same speaker."""
    first, second = one.statement, other.statement
    return first.speaker == second.speaker and squeezed(first.text) == squeezed(second.text)


def successors_in(
    connection: sqlite3.Connection, meetings: Sequence[MeetingRow], live: Sequence[MeetingRow]
) -> dict[str, str]:
    """The successors, id by id, of the statements of meetings that a version ended; `live` are those that it shows."""
    pairs = _partners(connection, meetings, live)
    found: dict[str, str] = {}
    for meeting in meetings:
        if partner := pairs.get(meeting.row):
            followers = _successors(_said(connection, meeting), _said(connection, partner))
            found |= {id_: follower.statement.id for id_, follower in followers.items()}
    return found
