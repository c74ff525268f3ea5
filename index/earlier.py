"""What a statement was before it was shown as it is: the way back that `index.history.trace` does not go."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace

from index.editions import edition_key
from index.history import Former, Shown, Traced, alike, meeting_in, statement_in, successors_in, trace
from index.store import (
    Life,
    MeetingRow,
    Store,
    damaged,
    named_damage,
    read_lives,
    read_meetings,
    read_versions,
)


@dataclass(frozen=True, slots=True)
class _Past:
    """A statement as it was shown, and from which version to which."""

    shown: Shown
    life: Life


def trace_both_ways(store: Store, id_: str, version: int) -> Traced | None:
    """`trace` with what the statement was before: each former state once, until the last version that ended it."""
    traced = trace(store, id_, version)
    if traced is None or traced.forgotten:
        return traced
    later = () if traced.now and traced.now.statement.id == id_ else traced.former
    states = (*_before(store, id_, version), *later)
    follows = [*(former.shown for former in states[1:]), *([traced.now] if traced.now else [])]
    # A file that was read anew for something else ends no state; what was removed has nothing that follows.
    last = len(follows)
    kept = [one for place, one in enumerate(states) if place == last or not alike(one.shown, follows[place])]
    return replace(traced, former=tuple(kept))


def _before(store: Store, id_: str, version: int) -> tuple[Former, ...]:
    """The states that ended in this statement, oldest first, as far back as vacuum has left them."""
    with closing(store.connect()) as connection, named_damage():
        versions = {one.id: one for one in read_versions(connection)}
        found: list[Former] = []
        past = _replaced(connection, id_, read_lives(connection, id_, version)[-1])
        while past and past.life.removed in versions:
            found.append(Former(past.shown, versions[past.life.removed]))
            past = _replaced(connection, past.shown.statement.id, past.life)
    return tuple(reversed(found))


def _replaced(connection: sqlite3.Connection, id_: str, life: Life) -> _Past | None:
    """What stood in the place of a statement when its life began; else itself, where it had been gone for a time."""
    live = read_meetings(connection, life.added)
    meeting = meeting_in(connection, life.meeting, life.added)
    for old in read_meetings(connection, life.added - 1, "leaving"):
        if _may_be_one(old, meeting):
            ids = [before for before, after in successors_in(connection, [old], live).items() if after == id_]
            if ids:
                return _past(connection, id_ if id_ in ids else ids[0], old, life.added)
    gone = [one for one in read_lives(connection, id_, life.added) if one.removed and one.removed <= life.added]
    if not gone:
        return None
    removed = gone[-1].removed or 0
    return _past(connection, id_, meeting_in(connection, gone[-1].meeting, removed - 1), life.added)


def _past(connection: sqlite3.Connection, id_: str, meeting: MeetingRow, until: int) -> _Past:
    """A statement of a meeting that version `until`, or one before it, no longer had."""
    statement = statement_in(connection, id_, meeting)
    life = next((one for one in read_lives(connection, id_, until) if one.meeting == meeting.row), None)
    if life is None:
        raise damaged(f"a statement of meeting row {meeting.row} is missing")
    return _Past(Shown(statement, meeting), life)


def _may_be_one(old: MeetingRow, new: MeetingRow) -> bool:
    """Whether one row may stand for the other, as far as that is seen without their statements."""
    key = edition_key(old)
    return old.meeting.id == new.meeting.id or (key is not None and key == edition_key(new))
