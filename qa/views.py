"""Views of everything that matches, by the same search: comparison, coverage, timeline, all matches.

Procedure is never counted. A speaker without a match has no recorded statement that was found, which is not to say
that nothing was said: minutes are summaries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from index.errors import QuestionRejected
from index.matching import LABEL_MARKS, speaker_matches
from index.minutes import Speaker
from index.offices import is_shared
from index.persons import full_name
from index.search import Filters, Hit, Snapshot
from index.store import MeetingRow
from index.wording import Stretch, differences
from qa.answer import Asked, answering, found, understood
from qa.asking import cue_phrases
from qa.calibration import Calibration, calibration
from qa.citing import Cited, cite
from qa.evidence import gather
from qa.question import Question
from qa.searched import Searched, searched

Sort = Literal["relevance", "date", "meeting"]
By = Literal["speaker", "role", "affiliation"]

LOOKED_AT = 1_000
"""Statements that may match, best first; of a topic that more speak about, the rest is not counted."""
IN_VAIN = 40
"""After so many in a row that do not match, none further down does."""
TOPICS = 8
"""Topics of one table of coverage."""


@dataclass(frozen=True, slots=True)
class Match:
    """One statement that matches, with its own confidence and the phrases that show what kind it is."""

    cited: Cited
    confidence: float
    cues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """Every statement found on a topic. `complete` is False where LOOKED_AT was reached."""

    question: Question
    filters: Filters
    searched: Searched
    version: int
    matches: tuple[Match, ...]
    complete: bool = True
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker, role or affiliation with the best match, or None where no recorded statement was found."""

    name: str
    best: Match | None
    count: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """One best statement for each voice, the surest first."""

    of: Matches
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Speakers by topics: `cells[speaker][topic]` is the best match or None, in the order of both tuples."""

    topics: tuple[Matches, ...]
    names: tuple[str, ...]
    cells: tuple[tuple[Match | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A statement in time. `breaks` where another person holds the office from here on; `wording` compares it with
    the one before, where both are the secretariat's summary, whose wording is chosen."""

    match: Match
    person: str
    breaks: bool
    wording: tuple[Stretch, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Timeline:
    """Statements of a person or on a topic, the earliest first."""

    of: Matches
    moments: tuple[Moment, ...]


def all_matches(
    asked: Asked, snapshot: Snapshot, today: date, model: Calibration | None = None, sort: Sort = "relevance"
) -> Matches:
    """Every statement above the threshold, each judged by itself. Raises QuestionRejected."""
    question, filters = understood(asked, snapshot, today)
    filters = replace(filters, kinds=("speech",))
    model = model or calibration(snapshot.version.encoder)
    if question.words:
        chosen, complete = _matching(question, filters, snapshot, model)
    else:
        if not (filters.speakers or filters.meetings or filters.since or filters.until):
            raise QuestionRejected("the question names no topic, speaker, meeting or day; name one of them")
        listed = snapshot.listed(filters, LOOKED_AT + 1)
        complete = len(listed) <= LOOKED_AT
        chosen = [(hit, 1.0) for hit in answering(listed[:LOOKED_AT], filters, snapshot)]
    sure = [replace(hit, score=confidence) for hit, confidence in chosen]
    shown = cite(sure, question if question.words else None, snapshot, len(sure), merged=False)
    matches = [Match(entry, entry.score, cue_phrases(entry.statement.text)) for entry in shown.cited]
    within, version = searched(filters, snapshot), snapshot.version.id
    return Matches(question, filters, within, version, tuple(_sorted(matches, sort)), complete, shown.withheld)


def comparison(matches: Matches, by: By = "speaker") -> Comparison:
    """One best statement for each speaker, role or affiliation; those asked for by name stand even without one."""
    grouped: dict[str, list[Match]] = {}
    for match in matches.matches:
        if name := _voice(match.cited, by):
            grouped.setdefault(name, []).append(match)
    voices = [Voice(name, max(own, key=lambda match: match.confidence), len(own)) for name, own in grouped.items()]
    voices.sort(key=lambda voice: -voice.best.confidence if voice.best else 0.0)
    silent = [Voice(value, None, 0) for value in _silent(matches)] if by != "affiliation" else []
    return Comparison(matches, (*voices, *silent))


def coverage(topics: Sequence[Matches]) -> Coverage:
    """Speakers by topics; raises QuestionRejected for more than TOPICS."""
    if not 1 <= len(topics) <= TOPICS:
        raise QuestionRejected(f"{len(topics)} topics: give from 1 to {TOPICS}")
    tables = [{voice.name: voice.best for voice in comparison(topic).voices if voice.best} for topic in topics]
    silent = [set(_silent(topic)) for topic in topics]
    # Who spoke on one of the topics stands under that name alone.
    never = [value for value in topics[0].filters.speakers if all(value in values for values in silent)]
    names = tuple(dict.fromkeys([*(name for table in tables for name in table), *never]))
    return Coverage(tuple(topics), names, tuple(tuple(table.get(name) for table in tables) for name in names))


def ordered(matches: Matches, sort: Sort) -> Matches:
    """The same matches in another order."""
    return replace(matches, matches=tuple(_sorted(matches.matches, sort)))


def timeline(matches: Matches) -> Timeline:
    """The matches in time. Of a role that is asked for, it breaks where the person changes."""
    moments: list[Moment] = []
    for match in _sorted(matches.matches, "date"):
        person = _voice(match.cited, "speaker") or ""
        same_office = [one for one in moments if _same_role(one.match.cited, match.cited)]
        before = same_office[-1] if same_office else None
        breaks = before is not None and before.person != person
        wording = _wording(before.match.cited, match.cited) if before and not breaks else ()
        moments.append(Moment(match, person, breaks, wording))
    return Timeline(matches, tuple(moments))


def _matching(
    question: Question, filters: Filters, snapshot: Snapshot, model: Calibration
) -> tuple[list[tuple[Hit, float]], bool]:
    hits = found(question, filters, snapshot, model.fusion, LOOKED_AT)
    chosen: list[tuple[Hit, float]] = []
    in_vain = 0
    for hit in hits:
        confidence = model.confidence(gather(question, [hit], filters, snapshot))
        in_vain = 0 if confidence >= model.threshold else in_vain + 1
        if confidence >= model.threshold:
            chosen.append((hit, confidence))
        if in_vain == IN_VAIN:
            return chosen, True
    return chosen, len(hits) < LOOKED_AT


def _sorted(matches: Sequence[Match], sort: Sort) -> list[Match]:
    """By confidence, by day, or by meeting; within a meeting in its order."""
    if sort == "relevance":
        return sorted(matches, key=lambda match: (-match.confidence, _place(match.cited)))
    return sorted(matches, key=lambda match: _sorted_by(sort, match.cited))


def arranged(entries: Sequence[Cited], sort: Sort) -> list[Cited]:
    """Citations, given the most relevant first, in another order; within a meeting in its order."""
    return list(entries) if sort == "relevance" else sorted(entries, key=lambda entry: _sorted_by(sort, entry))


def _place(entry: Cited) -> tuple[str, str, int]:
    meeting = entry.meeting.meeting
    return (meeting.date.isoformat() if meeting.date else "", meeting.id, entry.statement.position)


def _sorted_by(sort: Sort, entry: Cited) -> tuple[str, str, str, int]:
    return (entry.meeting.meeting.title or "" if sort == "meeting" else "", *_place(entry))


def _voice(entry: Cited, by: By) -> str | None:
    speaker = entry.statement.speaker
    if speaker is None:
        return None
    if by == "affiliation":
        return speaker.affiliation
    if by == "role":
        return speaker.role or _called(speaker, entry.meeting)
    return _called(speaker, entry.meeting)


def _called(speaker: Speaker, meeting: MeetingRow) -> str:
    """A full name is one person everywhere, any other label only within its body."""
    name = full_name(speaker)
    if name:
        return f"{speaker.role}（{name}）" if speaker.role else name
    label = speaker.label.strip(LABEL_MARKS)
    body = meeting.meeting.body
    return f"{label}（{body}）" if body and not speaker.role else label


def _silent(matches: Matches) -> Iterable[str]:
    """Those asked for by name of whom nothing was found."""
    heard = [match.cited.statement.speaker for match in matches.matches]
    for value in matches.filters.speakers:
        if not any(speaker and speaker_matches(value, speaker) for speaker in heard):
            yield value


def _same_role(one: Cited, other: Cited) -> bool:
    """Whether both speak in one office; in a role that several hold at once (委員), whether both are printed alike."""
    first, second = one.statement.speaker, other.statement.speaker
    if first is None or second is None:
        return False
    if first.role and first.role == second.role and not is_shared(first.role):
        return True
    return first.label == second.label


def _wording(before: Cited, after: Cited) -> tuple[Stretch, ...]:
    """What the later wording keeps, drops and adds; nothing for verbatim minutes, where people just speak freely."""
    if before.meeting.meeting.record != "summary" or after.meeting.meeting.record != "summary":
        return ()
    if before.meeting.meeting.id == after.meeting.meeting.id:
        return ()
    return differences(before.statement.text, after.statement.text)
