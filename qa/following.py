"""What one may ask next: made from the index, and only what it answers."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from index.errors import MinutesError
from index.matching import speaker_matches
from index.search import Filters, Snapshot
from index.store import MeetingRow
from qa.answer import Answer, Asked, answer
from qa.calibration import calibration
from qa.speakers import filter_value

OFFERED = 3
"""Questions offered."""
TRIED = 6
"""Candidates asked at the most: each costs as much as a question."""
SECONDS = 1.0
"""After so long no further candidate is asked."""
LOOKED_AT = 40
"""Statements on the topic whose speakers are candidates."""
JAPANESE = re.compile(r"[ぁ-んァ-ヴ]")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A question, and the speaker or meeting that its answer has to come from."""

    text: str
    speaker: str | None = None
    meeting: str | None = None


def following(asked: Asked, answered: Answer, snapshot: Snapshot, today: date) -> tuple[str, ...]:
    """At most OFFERED questions that go on from an answer: other speakers on its topic, other meetings of its series.

    Each leans on the question before it, as one asked next in the conversation does, and has been answered by this
    version from the speaker or meeting that it names.
    """
    narrowed = answered.filters.speakers or answered.filters.meetings
    if not answered.question.words or answered.question.head or not (answered.answered or narrowed):
        return ()  # where all minutes were searched in vain, nobody else has spoken on it
    shown = {entry.statement.id for entry in answered.statements}
    history = (*asked.history, asked.text)
    until = time.monotonic() + SECONDS
    kept: list[str] = []
    new = (candidate for candidate in _candidates(answered, snapshot) if candidate.text not in history)
    for tried, candidate in enumerate(new):
        if len(kept) == OFFERED or tried == TRIED or time.monotonic() > until:
            break
        try:
            given = answer(Asked(candidate.text, history, top=1), snapshot, today)
        except MinutesError:
            continue
        if (
            given.answered
            and given.evidence
            and _holds(candidate, given)
            and given.statements[0].statement.id not in shown
        ):
            kept.append(candidate.text)
    return tuple(kept)


def _holds(candidate: _Candidate, given: Answer) -> bool:
    first = given.statements[0]
    speaker = first.statement.speaker
    if candidate.speaker and not (speaker and speaker_matches(candidate.speaker, speaker)):
        return False
    return candidate.meeting in {None, first.meeting.meeting.id}


def _candidates(answered: Answer, snapshot: Snapshot) -> Iterator[_Candidate]:
    """Two other speakers for each other meeting, while there are both."""
    japanese = bool(JAPANESE.search(answered.question.text))
    speakers, meetings = _other_speakers(answered, snapshot), _other_meetings(answered, snapshot)
    while True:
        names = [name for _, name in zip(range(2), speakers, strict=False)]
        row = next(meetings, None)
        for name in names:
            yield _Candidate(f"{name}は何と言いましたか" if japanese else f"What did {name} say?", speaker=name)
        if row:
            title = row.meeting.title
            text = f"{title}では何と言いましたか" if japanese else f"And at {title}?"
            yield _Candidate(text, meeting=row.meeting.id)
        if not names and not row:
            return


def _other_speakers(answered: Answer, snapshot: Snapshot) -> Iterator[str]:
    """Who else speaks on the topic within the same meetings and days, the closest statement first."""
    question = answered.question
    anyone = replace(answered.filters, speakers=(), not_speakers=(), kinds=("speech",))
    fusion = calibration(snapshot.version.encoder).fusion
    hits = snapshot.search(question.topic, question.searched, anyone, fusion, LOOKED_AT)
    found = snapshot.whole([hit.row for hit in hits])
    heard = [entry.statement.speaker for entry in answered.statements]
    told = {filter_value(speaker) for speaker in heard if speaker}
    for hit in hits:
        speaker = found[hit.row].speaker if hit.row in found else None
        if speaker is None or any(speaker_matches(value, speaker) for value in answered.filters.speakers):
            continue
        name = speaker.role or speaker.name or speaker.label
        if filter_value(speaker) not in told and name not in told:
            told |= {filter_value(speaker), name}
            yield name


def _other_meetings(answered: Answer, snapshot: Snapshot) -> Iterator[MeetingRow]:
    """Other meetings of the body whose statements were shown, the latest first."""
    shown = [entry.meeting.meeting for entry in (*answered.statements, *answered.near_misses)]
    ids, bodies = {meeting.id for meeting in shown}, {meeting.body for meeting in shown if meeting.body}
    rows = snapshot.meetings_in(Filters()) if bodies else []
    others = [row for row in rows if row.meeting.body in bodies and row.meeting.id not in ids and row.meeting.title]
    yield from sorted(others, key=lambda row: row.meeting.date or date.min, reverse=True)
