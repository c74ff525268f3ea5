"""Citations: statements found, proven at the moment they are shown, with what a reader needs beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from index.errors import IndexDamaged
from index.identity import squeezed
from index.matching import name_key
from index.minutes import Speaker, Statement
from index.proof import proven
from index.search import Hit, Snapshot
from index.sources import SourceState, source_state
from index.store import MeetingRow
from qa.question import Question
from qa.quoting import quotes, reported

ALIKE = 0.85
"""Statements of two records of one meeting, or replies of one person, are the same from this share of characters on."""


@dataclass(frozen=True, slots=True)
class Cited:
    """One statement shown: whole, with the sentences that answer, and where it stands. `text` has been proven.

    `reported` are sentences that report somebody else's words. `context` is what it answers and what stands around
    it, `also` the same statement in other records of the meeting, `repeated` the same words given to other askers.
    """

    rank: int
    score: float
    statement: Statement
    quotes: tuple[str, ...]
    meeting: MeetingRow
    file: SourceState
    reported: tuple[str, ...] = ()
    context: tuple[Beside, ...] = ()
    also: tuple[Cited, ...] = ()
    repeated: tuple[Cited, ...] = ()

    @property
    def question(self) -> Cited | None:
        """The question that it replies to."""
        return next((beside.cited for beside in self.context if beside.relation == "question"), None)


@dataclass(frozen=True, slots=True)
class Beside:
    """A statement that stands beside a cited one: the question that it answers, or its neighbour in the same turn."""

    relation: Literal["question", "before", "after"]
    cited: Cited


@dataclass(frozen=True, slots=True)
class Shown:
    """What of the hits can be shown, and how many could not be proven."""

    cited: tuple[Cited, ...]
    withheld: int


def cite(hits: Sequence[Hit], question: Question | None, snapshot: Snapshot, top: int, *, merged: bool = True) -> Shown:
    """The first `top` hits as proven citations; a statement whose proof fails is left out and counted.

    Where `merged`, one exchange stands once, with the reply. One person's same words to several askers stand once, and
    so does a statement that several records of a meeting hold.
    """
    found = snapshot.whole([hit.row for hit in hits])
    withheld = len(hits) - len(found)
    whole = [(hit, found[hit.row]) for hit in hits if hit.row in found]
    shown: list[Cited] = []
    told: set[str] = set()
    for hit, statement in _replies_first(whole) if merged else whole:
        same = _said_before(statement, hit.meeting, shown) if merged else None
        if statement.id in told or (len(shown) == top and not same):
            continue
        entry = _proven(statement, snapshot.meetings[hit.meeting], snapshot)
        if entry is None:
            withheld += 1
        elif same:
            again = replace(entry, context=tuple(_beside(entry, snapshot, neighbours=False)))
            shown[shown.index(same)] = replace(same, repeated=(*same.repeated, again))
        else:
            entry = replace(
                entry,
                rank=len(shown) + 1,
                score=hit.score,
                quotes=quotes(statement.text, question, snapshot),
                context=tuple(_beside(entry, snapshot)),
                also=tuple(_other_records(entry, snapshot)),
            )
            shown.append(entry)
            told |= {other.statement.id for other in entry.also}
            told |= {entry.question.statement.id} if entry.question and merged else set()
    return Shown(tuple(shown), withheld)


def _replies_first(found: Sequence[tuple[Hit, Statement]]) -> list[tuple[Hit, Statement]]:
    """The statements in their order, but a question gives its place to the first of them that replies to it."""
    replies: dict[str, tuple[Hit, Statement]] = {}
    for pair in found:
        if pair[1].reply_to:
            replies.setdefault(pair[1].reply_to, pair)
    ordered: dict[str, tuple[Hit, Statement]] = {}
    for pair in found:
        if reply := replies.get(pair[1].id):
            ordered.setdefault(reply[1].id, reply)
        ordered.setdefault(pair[1].id, pair)
    return list(ordered.values())


def cited(statement: Statement, meeting: MeetingRow, snapshot: Snapshot) -> Cited | None:
    """A statement by itself, with what stands beside it; None where it cannot be proven."""
    entry = _proven(statement, meeting, snapshot)
    if entry is None:
        return None
    return replace(entry, context=tuple(_beside(entry, snapshot)), also=tuple(_other_records(entry, snapshot)))


def _proven(statement: Statement, meeting: MeetingRow, snapshot: Snapshot) -> Cited | None:
    try:
        document = snapshot.document(meeting.document).text
    except IndexDamaged:
        return None
    if not proven(statement, document):
        return None
    return Cited(1, 1.0, statement, (), meeting, source_state(meeting), reported(statement.text))


def still_proven(entry: Cited, snapshot: Snapshot) -> bool:
    """Whether a citation that was made earlier stands, quotes and all, in the document as this version holds it."""
    row = snapshot.meetings.get(entry.meeting.row)
    if row is None or row.meeting.id != entry.meeting.meeting.id:
        return False
    try:
        document = snapshot.document(row.document).text
    except IndexDamaged:
        return False
    statement = entry.statement
    return proven(statement, document) and all(quote in statement.text for quote in entry.quotes)


def _said_before(statement: Statement, meeting: int, shown: Iterable[Cited]) -> Cited | None:
    """An entry that holds the same reply of the same person in the same meeting, given to another question."""
    if not statement.reply_to or not statement.speaker:
        return None
    return next(
        (
            entry
            for entry in shown
            if entry.meeting.row == meeting
            and entry.statement.reply_to
            and entry.statement.reply_to != statement.reply_to
            and entry.statement.speaker == statement.speaker
            and _alike(entry.statement.text, statement.text)
        ),
        None,
    )


def _alike(one: str, other: str) -> bool:
    first, second = squeezed(one), squeezed(other)
    if first == second:
        return True
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _beside(entry: Cited, snapshot: Snapshot, *, neighbours: bool = True) -> Iterable[Beside]:
    """The question that a reply answers, then the statements before and after it in its turn."""
    statement = entry.statement
    asked = snapshot.statement(statement.reply_to) if statement.reply_to else None
    if asked and (question := _proven(asked[1], asked[0], snapshot)):
        yield Beside("question", question)
    for meeting, other in snapshot.neighbours(statement.id, 1, 1) if neighbours else ():
        if other.id != statement.id and other.turn == statement.turn and (near := _proven(other, meeting, snapshot)):
            yield Beside("before" if other.position < statement.position else "after", near)


def _other_records(entry: Cited, snapshot: Snapshot) -> Iterable[Cited]:
    """The same statement in the other records of its meeting: draft and final form, copies, summary and verbatim."""
    for row in snapshot.editions.beside.get(entry.meeting.row, ()):
        alike = [
            other
            for other in snapshot.in_meeting(row)
            if _may_be_one(other.speaker, entry.statement.speaker) and _alike(entry.statement.text, other.text)
        ]
        same = next((other for other in alike if squeezed(other.text) == squeezed(entry.statement.text)), None)
        best = same or (alike[0] if alike else None)
        if best and (other := _proven(best, snapshot.meetings[row], snapshot)):
            yield other


def _may_be_one(one: Speaker | None, other: Speaker | None) -> bool:
    """Whether two records may mean the same person: what both print of role or name agrees."""
    if one is None or other is None:
        return one is other
    if one.role and other.role and one.role != other.role:
        return False
    if one.name and other.name:
        return one.name.startswith(other.name) or other.name.startswith(one.name)
    return bool(one.role and other.role) or name_key(one.label) == name_key(other.label)
