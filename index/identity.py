"""Ids of meetings, turns and statements: hashes, so that links outlive rebuilds."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace

from index.minutes import Meeting, Statement


def identity(*parts: object) -> str:
    """Sixteen hexadecimal digits that name `parts`."""
    return hashlib.sha256("\n".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def squeezed(text: str) -> str:
    """`text` without white space: what must not change between a statement and its source."""
    return "".join(text.split())


def identified(meeting: Meeting, meeting_id: str) -> Meeting:
    """`meeting` with this id, and its turns and statements with the ids that follow from it.

    A statement's id comes from meeting id, text and occurrence, not from the speaker, so that a
    corrected attribution keeps it.
    """
    turns: dict[str, str] = {}
    ids: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for statement in meeting.statements:
        turns.setdefault(statement.turn, identity(meeting_id, "turn", len(turns)))
        text = squeezed(statement.text)
        ids[_handle(statement)] = identity(meeting_id, text, seen[text])
        seen[text] += 1
    statements = tuple(
        replace(
            statement,
            id=ids[_handle(statement)],
            turn=turns[statement.turn],
            reply_to=ids[statement.reply_to] if statement.reply_to else None,
        )
        for statement in meeting.statements
    )
    return replace(meeting, id=meeting_id, statements=statements)


def _handle(statement: Statement) -> str:
    """How `reply_to` names a statement: by its id, or by its position while it has none."""
    return statement.id or str(statement.position)
