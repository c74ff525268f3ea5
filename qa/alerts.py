"""What is new in the minutes on questions that somebody keeps in a file."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Literal

from index.errors import QuestionRejected, UsageError
from index.history import Change, Shown, Step
from index.identity import squeezed
from index.minutes import Speaker
from index.search import Filters, Snapshot
from index.store import Version
from qa.answer import Asked, understood
from qa.calibration import Calibration, calibration
from qa.evidence import Evidence
from qa.tracing import proven_text
from qa.views import Match, Matches, all_matches

Novelty = Literal["added", "corrected", "reattributed"]

QUESTIONS = 200
"""Questions of one file; each is a search of its own."""
MEETINGS_AT_ONCE = 100
"""Meetings that one search is restricted to; every one of the index is compared with each of them."""

_WIDE = [field.name for field in fields(Evidence)].index("wide")


@dataclass(frozen=True, slots=True)
class Before:
    """A statement as it was known before; `text` is None where it cannot be proven."""

    id: str
    text: str | None
    speaker: Speaker | None


@dataclass(frozen=True, slots=True)
class News:
    """A statement that matches and is new, corrected or attributed to another speaker, and the version that brought it.

    `before` is None for a new one.
    """

    match: Match
    change: Novelty
    version: Version
    before: Before | None


@dataclass(frozen=True, slots=True)
class Alert:
    """What is new on one question, the surest first; `error` says why it was refused.

    `complete` is False where more matches than were looked at, `withheld` counts what could not be proven.
    """

    question: str
    news: tuple[News, ...] = ()
    complete: bool = True
    withheld: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What `version` shows and version `since` did not; `since` is 0 for everything that matches."""

    version: Version
    since: int
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class _Novel:
    """A statement of which something changed: as it was before all changes, as it is, and who brought it."""

    before: Shown | None
    now: Shown
    version: Version

    @property
    def change(self) -> Novelty | None:
        """What all changes together come to; None where they cancel out."""
        if self.before is None:
            return "added"
        before, now = self.before.statement, self.now.statement
        if squeezed(before.text) != squeezed(now.text):
            return "corrected"
        return "reattributed" if before.speaker != now.speaker else None


@dataclass(frozen=True, slots=True)
class _Novelties:
    """What changed, by id, and the meetings that hold it, by theirs; `meetings` is None where everything is new."""

    by_id: Mapping[str, _Novel]
    meetings: frozenset[str] | None
    oldest: Version


def read_questions(file: Path) -> tuple[str, ...]:
    """The questions of a file, one a line; blank lines and those that begin with # aside. Raises UsageError."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"the questions file {file.name!r} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        reason = f"{error.reason} at byte {error.start}"
        raise UsageError(f"the questions file {file.name!r} is not UTF-8 ({reason}); save it as UTF-8") from error
    lines = (line.strip() for line in text.splitlines())
    questions = tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    if not questions:
        raise UsageError(f"the questions file {file.name!r} holds no question; write one a line")
    if len(questions) > QUESTIONS:
        raise UsageError(
            f"the questions file {file.name!r} holds {len(questions)} questions, at most {QUESTIONS} are asked; "
            "divide it into several files"
        )
    return questions


def report(questions: Sequence[str], snapshot: Snapshot, since: int, today: date) -> Report:
    """What came after version `since` on each question; a question that is refused stops no other.

    Raises IndexDamaged.
    """
    by_id = _novel(snapshot, since)
    meetings = frozenset(one.now.meeting.meeting.id for one in by_id.values()) if since else None
    novelties = _Novelties(by_id, meetings, snapshot.versions()[0])
    return Report(snapshot.version, since, tuple(_alert(text, snapshot, today, novelties) for text in questions))


def _novel(snapshot: Snapshot, since: int) -> dict[str, _Novel]:
    """By id what the snapshot shows and version `since` did not show so."""
    found: dict[str, _Novel] = {}
    gone: dict[str, Shown] = {}
    for step in snapshot.steps(since):
        _take(step, found, gone)
    moved = (_moved(novel, snapshot) for novel in found.values())
    return {one.now.statement.id: one for one in moved if one and one.change}


def _take(step: Step, found: dict[str, _Novel], gone: dict[str, Shown]) -> None:
    """Add one step: what was changed before keeps what it was at first, what comes back is what went."""
    # All that end are taken out first: in one step A may become B where B becomes C.
    befores = [_first(change, found) for change in step.changes]
    for change, before in zip(step.changes, befores, strict=True):
        if change.after:
            id_ = change.after.statement.id
            found[id_] = _Novel(gone.pop(id_, None) if change.kind == "added" else before, change.after, step.version)
        elif before:
            gone[before.statement.id] = before


def _first(change: Change, found: dict[str, _Novel]) -> Shown | None:
    """The statement that a change changed, as it was before all changes."""
    if change.before is None:
        return None
    earlier = found.pop(change.before.statement.id, None)
    return earlier.before if earlier else change.before


def _moved(novel: _Novel, snapshot: Snapshot) -> _Novel | None:
    """The same under the id that it has now: another record of a meeting may hold it word for word."""
    if snapshot.shows(novel.now.statement.id):
        return novel
    traced = snapshot.trace(novel.now.statement.id)
    return replace(novel, now=traced.now) if traced and traced.now else None


def _alert(text: str, snapshot: Snapshot, today: date, novelties: _Novelties) -> Alert:
    try:
        looked = list(_matches(text, snapshot, today, novelties.meetings))
    except QuestionRejected as error:
        return Alert(text, error=str(error))
    matches = sorted((match for one in looked for match in one.matches), key=lambda match: -match.confidence)
    found = [news for match in matches if (news := _news(match, novelties, snapshot))]
    ranked = (replace(one, match=_ranked(one.match, rank)) for rank, one in enumerate(found, 1))
    return Alert(text, tuple(ranked), all(one.complete for one in looked), sum(one.withheld for one in looked))


def _ranked(match: Match, rank: int) -> Match:
    return replace(match, cited=replace(match.cited, rank=rank))


def _news(match: Match, novelties: _Novelties, snapshot: Snapshot) -> News | None:
    """What is new about a statement that matches; None where nothing is."""
    novel = novelties.by_id.get(match.cited.statement.id)
    if novelties.meetings is None:
        # Vacuum keeps no record of what the oldest version brought, and all of that is new to whoever asks first.
        return News(match, "added", novel.version if novel else novelties.oldest, None)
    if novel is None or not (change := novel.change):
        return None
    before = novel.before
    known = Before(before.statement.id, proven_text(before, snapshot), before.statement.speaker) if before else None
    return News(match, change, novel.version, known)


def _matches(text: str, snapshot: Snapshot, today: date, within: Collection[str] | None) -> Iterator[Matches]:
    """What matches the question in the meetings `within`, by their ids, as it would match in all; None means all."""
    question, filters = understood(Asked(text), snapshot, today)
    unclear = not (question.words or filters.speakers or filters.meetings or filters.since or filters.until)
    if within is None or unclear:  # which is refused there
        yield all_matches(Asked(text), snapshot, today)
        return
    filters = replace(filters, kinds=("speech",))
    rows = snapshot.meetings_in(filters)
    older = snapshot.editions.superseded
    # An older edition that is named by its id would be looked through.
    ids = [one.meeting.id for one in rows if one.meeting.id in within and one.row not in older]
    for first in range(0, len(ids), MEETINGS_AT_ONCE):
        meetings = tuple(ids[first : first + MEETINGS_AT_ONCE])
        restricted = replace(filters, meetings=meetings)
        if snapshot.scope(restricted).statements:
            asked = Asked(text, given=Filters(meetings=meetings))
            yield all_matches(asked, snapshot, today, _judging(filters, restricted, snapshot))


def _judging(whole: Filters, restricted: Filters, snapshot: Snapshot) -> Calibration:
    """The calibration that judges what is found in a few meetings as if it were found in all that may answer.

    Among few statements less is alike by chance; but whoever waits for news has all of them searched, time after time.
    """
    model = calibration(snapshot.version.encoder)
    all_, few = snapshot.scope(whole).statements, snapshot.scope(restricted).statements
    return replace(model, intercept=model.intercept + model.weights[_WIDE] * (math.log(all_) - math.log(few)))
