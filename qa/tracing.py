"""Every id resolves: to its statement, to what corrected it, to what was removed, or to the day on which it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.errors import IndexDamaged
from index.history import Former, Shown, Traced
from index.minutes import Speaker
from index.proof import proven
from index.search import Snapshot
from index.store import Version
from index.wording import Stretch, differences
from qa.citing import Cited, cited

State = Literal["current", "corrected", "removed", "forgotten"]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A former state of a statement, which version `until` ended; `text` is None where it cannot be proven.

    `difference` leads to the state that came after it; empty where the words stayed, or none came.
    """

    id: str
    text: str | None
    speaker: Speaker | None
    until: Version
    difference: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an id stands for.

    `shown` is the statement itself, its successor, or what was shown last of a removed one; None where nothing is
    left to show or its proof fails. `history` holds the former states, oldest first, the removed one among them; None
    where the rows are damaged. `forgotten` is the day since which a statement is not shown whose words were dropped.
    """

    id: str
    state: State
    shown: Cited | None
    history: tuple[Earlier, ...] | None
    forgotten: str | None = None


def resolve(id_: str, snapshot: Snapshot) -> Resolved | None:
    """What became of the statement with this id; None where no version had it. Raises IndexDamaged."""
    try:
        traced = snapshot.trace(id_)
    except IndexDamaged:
        # A damaged row hides itself and what was before it, never a statement that is whole.
        whole = snapshot.statement(id_)
        if whole is None:
            raise
        return Resolved(id_, "current", cited(whole[1], whole[0], snapshot), None)
    if traced is None:
        return None
    last = traced.now or (traced.former[-1].shown if traced.former else None)
    shown = cited(last.statement, last.meeting, snapshot) if last else None
    return Resolved(id_, _state(traced), shown, _history(traced, snapshot), traced.forgotten)


def _state(traced: Traced) -> State:
    if traced.forgotten:
        return "forgotten"
    if traced.now is None:
        return "removed"
    return "current" if traced.now.statement.id == traced.id else "corrected"


def _history(traced: Traced, snapshot: Snapshot) -> tuple[Earlier, ...]:
    states = [*(former.shown for former in traced.former), *([traced.now] if traced.now else [])]
    texts = [proven_text(shown, snapshot) for shown in states]
    return tuple(_earlier(former, texts[place], texts[place + 1 :][:1]) for place, former in enumerate(traced.former))


def _earlier(former: Former, text: str | None, later: Sequence[str | None]) -> Earlier:
    statement = former.shown.statement
    changed = bool(text and later and later[0] and text != later[0])
    difference = differences(text or "", later[0] or "") if changed else ()
    return Earlier(statement.id, text, statement.speaker, former.until, difference)


def proven_text(shown: Shown, snapshot: Snapshot) -> str | None:
    """The words of a statement as some version showed it; None where its stored document does not hold them."""
    try:
        document = snapshot.document(shown.meeting.document).text
    except IndexDamaged:
        return None
    return shown.statement.text if proven(shown.statement, document) else None
