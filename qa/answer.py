"""From a question to an answer: understand, search, abstain or quote, prove."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.identity import squeezed
from index.lexical import tokens
from index.minutes import Span, Speaker, Statement
from index.search import Filters, Hit, Index, Scope, Snapshot, speaker_matches
from index.sources import SourceState, source_state
from index.store import MeetingRow
from qa.calibration import Calibration, calibration
from qa.evidence import JUDGED, Evidence, covered, gather
from qa.occasions import Field, Understood
from qa.question import Question, understand
from qa.speakers import resolved

NO_FILTERS = Filters()
NEAR_MISSES = 3
# A statement is shown below the first only while it is at least this close to it, in mixed score.
CLOSE = 0.35
# A sentence is marked when it carries at least this share of the best sentence's score.
MARKED = 0.8


@dataclass(frozen=True, slots=True)
class Cited:
    """One statement shown: whole, with the sentences that answer, and where it stands. `text` has been proven."""

    rank: int
    score: float
    statement: Statement
    quotes: tuple[str, ...]
    meeting: MeetingRow
    file: SourceState


@dataclass(frozen=True, slots=True)
class Answer:
    """What the minutes say to a question; where not `answered`, `statements` is empty and `note` says why."""

    question: Question
    answered: bool
    confidence: float
    version: int
    filters: Filters
    scope: Scope
    note: str | None
    statements: tuple[Cited, ...] = ()
    near_misses: tuple[Cited, ...] = ()
    evidence: Evidence | None = None
    """What the confidence comes from; None where nothing had to be weighed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what stands beside it: earlier questions, filters given, understood filters taken away."""

    text: str
    history: tuple[str, ...] = ()
    given: Filters = NO_FILTERS
    without: frozenset[tuple[Field, str]] = frozenset()
    top: int = 5


def ask(asked: Asked, index: Index, today: date | None = None, model: Calibration | None = None) -> Answer:
    """Answer a question from one version of the index. Raises QuestionRejected.

    `model` None takes the calibration of the index's encoder; evaluation asks under others.
    """
    snapshot = index.snapshot()
    question = understand(asked.text, asked.history, snapshot, today or date.today())
    question = replace(question, understood=tuple(_kept(question.understood, asked)))
    filters = _with_given(question.filters, asked.given, snapshot)
    if question.head:
        head = _about_the_meeting(question, filters, snapshot)
        if head:
            return _answered(question, 1.0, filters, snapshot, head)
    model = model or calibration(snapshot.version.encoder)
    if not question.words:
        if not (filters.speakers or filters.meetings or filters.since or filters.until):
            return replace(_refused(question, 0.0, filters, snapshot, ()), note=_note("unclear", question))
        hits = snapshot.listed(filters, asked.top)
        cited = _cite(hits, None, snapshot)
        return (
            _answered(question, 1.0, filters, snapshot, cited)
            if cited
            else _refused(question, 0.0, filters, snapshot, ())
        )
    hits = snapshot.search(question.topic, question.searched, filters, model.fusion, max(asked.top, JUDGED))
    if not hits:
        return _refused(question, 0.0, filters, snapshot, ())
    evidence = gather(question, hits, filters, snapshot, model.fusion)
    confidence = model.confidence(evidence)
    if confidence < model.threshold:
        near = _cite(hits[:NEAR_MISSES], question, snapshot)
        return replace(_refused(question, confidence, filters, snapshot, near), evidence=evidence)
    shown = [hit for hit in hits[: asked.top] if hit.score >= CLOSE * hits[0].score]
    cited = _cite(shown, question, snapshot)
    return replace(_answered(question, confidence, filters, snapshot, cited), evidence=evidence)


def _kept(parts: Iterable[Understood], asked: Asked) -> Iterable[Understood]:
    """Understood filters that were neither taken away nor replaced by given ones."""
    given = {
        "speakers": asked.given.speakers,
        "meetings": asked.given.meetings,
        "since": asked.given.since,
        "until": asked.given.until,
    }
    return (part for part in parts if (part.field, part.value) not in asked.without and not given.get(part.field))


def _with_given(understood: Filters, given: Filters, snapshot: Snapshot) -> Filters:
    named = dict.fromkeys(value for given_ in given.speakers for value in resolved(given_, snapshot.speakers))
    speakers = tuple(named) or understood.speakers
    return Filters(
        speakers=speakers,
        meetings=given.meetings or understood.meetings,
        since=given.since or understood.since,
        until=given.until or understood.until,
        kinds=given.kinds or (("speech",) if speakers else understood.kinds),
    )


def _cite(hits: Sequence[Hit], question: Question | None, snapshot: Snapshot) -> tuple[Cited, ...]:
    """Hits as proven citations; a statement whose proof fails is left out."""
    found = snapshot.statements(hit.row for hit in hits)
    cited: list[Cited] = []
    for hit in hits:
        statement, meeting = found[hit.row], snapshot.meetings[hit.meeting]
        if not proven(statement, snapshot.document(meeting.document).text):
            continue
        quotes = _quotes(statement, question, snapshot)
        cited.append(Cited(len(cited) + 1, hit.score, statement, quotes, meeting, source_state(meeting)))
    return tuple(cited)


def proven(statement: Statement, document: str) -> bool:
    """Whether the statement is word for word what its spans of the document hold, white space aside."""
    return squeezed(statement.text) == squeezed("".join(document[span.start : span.end] for span in statement.spans))


_SENTENCE = re.compile(r"[^。!?！？\n]*(?:[。!?！？]+[」』)）]*|\n|$)")


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order, as substrings of it; a list that a sentence holds stays whole."""
    parts = [found.group().strip() for found in _SENTENCE.finditer(text)] if "\n" not in text else [text]
    return [part for part in parts if part]


def _quotes(statement: Statement, question: Question | None, snapshot: Snapshot) -> tuple[str, ...]:
    """The sentences that answer: those that score close to the best by words and meaning."""
    parts = sentences(statement.text)
    if question is None or len(parts) < 2:
        return tuple(parts)
    cosines = snapshot.similarity(question.topic, parts)
    idf = {word: snapshot.idf(word) for word in question.words}
    scores = [
        float(cosine) + covered(question.words, set(tokens(part)), idf, question.alternatives)
        for cosine, part in zip(cosines, parts, strict=True)
    ]
    best = max(scores)
    return (
        tuple(part for part, score in zip(parts, scores, strict=True) if score >= MARKED * best)
        if best > 0
        else tuple(parts)
    )


def _about_the_meeting(question: Question, filters: Filters, snapshot: Snapshot) -> tuple[Cited, ...]:
    """What the minutes print about the meetings that are asked about, as entries of kind head."""
    cited: list[Cited] = []
    for meeting in snapshot.meetings_in(filters):
        text = snapshot.document(meeting.document).text
        names = ["title", *question.head]
        if "attendees" in names and not meeting.meeting.head.get("attendees"):
            names.append("speakers")  # No list of attendees: those recorded as speaking are what is known.
        spans = _in_order(span for name in names for span in meeting.meeting.head.get(name, ()))
        asked_for = [span for name in names[1:] for span in meeting.meeting.head.get(name, ())]
        if not asked_for:
            continue
        lines = ["".join(text[span.start : span.end].splitlines()).strip() for span in spans]
        quotes = tuple(line for span, line in zip(spans, lines, strict=True) if span in asked_for)
        statement = Statement(
            id=f"{meeting.meeting.id}-head",
            turn=f"{meeting.meeting.id}-head",
            position=-1,
            kind="head",
            speaker=None,
            agenda=None,
            text="\n".join(lines),
            spans=spans,
        )
        if proven(statement, text):
            cited.append(Cited(len(cited) + 1, 1.0, statement, quotes, meeting, source_state(meeting)))
    # Latest first: 「いつ開かれた」 without a meeting named asks for the last one first.
    cited.sort(key=lambda entry: entry.meeting.meeting.date or date.min, reverse=True)
    return tuple(replace(entry, rank=rank) for rank, entry in enumerate(cited[:5], 1))


def _in_order(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted(set(spans), key=lambda span: span.start))


def _answered(
    question: Question, confidence: float, filters: Filters, snapshot: Snapshot, cited: tuple[Cited, ...]
) -> Answer:
    note = None if cited else _note("nothing", question)
    return Answer(question, bool(cited), confidence, snapshot.version.id, filters, snapshot.scope(filters), note, cited)


def _refused(
    question: Question, confidence: float, filters: Filters, snapshot: Snapshot, near: tuple[Cited, ...]
) -> Answer:
    note = _note(_case(filters, snapshot), question)
    return Answer(question, False, confidence, snapshot.version.id, filters, snapshot.scope(filters), note, (), near)


_NOTES = {
    "unclear": {
        "ja": "何についての質問か読み取れませんでした。知りたいことがらか、発言者を入れてください。",
        "en": "It is not clear what this asks about; name a topic or a speaker.",
    },
    "nothing": {
        "ja": "この範囲の議事録に、この質問に答える発言は見つかりませんでした。",
        "en": "No statement in these minutes answers this question.",
    },
    "meeting": {
        "ja": "この会議・期間の議事録は索引にありません。",
        "en": "The index holds no minutes of this meeting or period.",
    },
    "absent": {
        "ja": "この発言者の発言は、この範囲の議事録に記録されていません。",
        "en": "No statement of this speaker is recorded in these minutes.",
    },
    "attended": {
        "ja": "この人は出席者として記載されていますが、発言は記録されていません。",
        "en": "This person is listed as attending, but no statement of theirs is recorded.",
    },
    "other topic": {
        "ja": "この発言者の発言はありますが、この件についての発言は見つかりませんでした。",
        "en": "This speaker is recorded, but no statement on this was found.",
    },
}


def _case(filters: Filters, snapshot: Snapshot) -> str:
    """Which kind of nothing it is."""
    meetings = snapshot.meetings_in(filters)
    if not meetings:
        return "meeting"
    if filters.speakers:
        if snapshot.scope(filters).statements:
            return "other topic"
        attendees = [
            Speaker(label=attendee.name or attendee.role or "", role=attendee.role, name=attendee.name)
            for row in meetings
            for attendee in row.meeting.attendees
        ]
        present = any(speaker_matches(value, attendee) for value in filters.speakers for attendee in attendees)
        return "attended" if present else "absent"
    return "nothing"


def _note(case: str, question: Question) -> str:
    """The sentence for a case, in the language of the question."""
    return _NOTES[case]["ja" if re.search(r"[ぁ-んァ-ヴ一-龯]", question.text) else "en"]
