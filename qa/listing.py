"""Lists for other programs: statements near a topic, meetings, changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from index.commands.changes import version_before
from index.errors import QuestionRejected
from index.history import Step
from index.search import Filters, Snapshot
from index.store import MeetingRow
from qa.answer import WEIGHED, Asked, answering, found, understood
from qa.calibration import Calibration, calibration
from qa.citing import Shown, cite
from qa.question import Question
from qa.searched import Searched, searched


@dataclass(frozen=True, slots=True)
class Ranked:
    """The statements nearest to a topic, best first; whether they say anything on it is not judged."""

    question: Question
    filters: Filters
    searched: Searched
    version: int
    shown: Shown


@dataclass(frozen=True, slots=True)
class Meetings:
    """Meetings, the latest first, those without a date last; `superseded` are rows that a later edition replaces."""

    rows: tuple[MeetingRow, ...]
    superseded: frozenset[int]
    version: int


def ranked(asked: Asked, snapshot: Snapshot, today: date, model: Calibration | None = None) -> Ranked:
    """The first `top` statements for a topic, each by itself. Raises QuestionRejected."""
    question, filters = understood(asked, snapshot, today)
    model = model or calibration(snapshot.version.encoder)
    if question.words:
        hits = found(question, filters, snapshot, model.fusion, max(asked.top, WEIGHED))
    elif filters.speakers or filters.meetings or filters.since or filters.until:
        # One may be left out for merely reporting others: a few more make up for it.
        hits = answering(snapshot.listed(filters, asked.top + WEIGHED), filters, snapshot)
    else:
        raise QuestionRejected("the topic names no subject, speaker, meeting or day; name one of them")
    shown = cite(hits, question if question.words else None, snapshot, asked.top, merged=False)
    return Ranked(question, filters, searched(filters, snapshot), snapshot.version.id, shown)


def meetings_of(filters: Filters, snapshot: Snapshot) -> Meetings:
    """The meetings that the filters on meeting and date allow."""
    rows = sorted(snapshot.meetings_in(filters), key=lambda row: row.meeting.date or date.min, reverse=True)
    return Meetings(tuple(rows), frozenset(snapshot.editions.superseded), snapshot.version.id)


def changes_since(since: str, snapshot: Snapshot) -> tuple[Step, ...]:
    """What the versions after a version, or made on a day or later, changed, the newest first. Raises UsageError."""
    return tuple(snapshot.steps(version_before(snapshot.versions(), since)))[::-1]
