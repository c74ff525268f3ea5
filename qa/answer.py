"""From a question to an answer: understand, search, abstain or quote, prove."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.identity import squeezed
from index.lexical import tokens
from index.minutes import Speaker, Statement
from index.search import Filters, Fusion, Hit, Index, Scope, Snapshot, speaker_matches
from index.sources import SourceState, source_state
from index.store import MeetingRow
from qa.calibration import Calibration, calibration
from qa.evidence import JUDGED, Evidence, covered, gather
from qa.notes import note
from qa.occasions import Field, Understood
from qa.question import Question, understand
from qa.speakers import resolved
from qa.words import words

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
    filters = _with_chair(_with_given(question.filters, asked.given, snapshot), snapshot)
    if question.head:
        return _about_the_meeting(question, filters, snapshot)
    model = model or calibration(snapshot.version.encoder)
    if not question.words:
        return _listed(question, filters, snapshot, model.fusion, asked.top)
    hits = snapshot.search(question.topic, question.searched, filters, model.fusion, max(asked.top, JUDGED))
    hits = _not_handing_over(hits, snapshot)
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


def _with_chair(filters: Filters, snapshot: Snapshot) -> Filters:
    """Who only led the meeting is asked about what they did: procedure counts where there is no speech of theirs."""
    if filters.kinds != ("speech",) or snapshot.scope(filters).statements:
        return filters
    return replace(filters, kinds=("speech", "procedure"))


def _listed(question: Question, filters: Filters, snapshot: Snapshot, fusion: Fusion, top: int) -> Answer:
    """All that the filters leave, in order, for a question without a topic; refused where it has no filter either."""
    if not (filters.speakers or filters.meetings or filters.since or filters.until):
        return replace(_refused(question, 0.0, filters, snapshot, ()), note=note("unclear", question.text))
    general = tokens(question.rest) if not question.carried else []
    ordered = any(word not in words().asking for word in general)
    hits = snapshot.search(question.rest, general, filters, fusion, top) if ordered else snapshot.listed(filters, top)
    cited = _cite(hits, None, snapshot)
    if not cited:
        return _refused(question, 0.0, filters, snapshot, ())
    answer = _answered(question, 1.0, filters, snapshot, cited)
    return answer if ordered else replace(answer, note=note("listed", question.text))


# Narration that only gives the floor says nothing about the topic that it repeats.
_HANDS_OVER = re.compile(r"^[〔（(【].*[〕）)】]$|発言があった。?$", re.DOTALL)


def _not_handing_over(hits: Sequence[Hit], snapshot: Snapshot) -> list[Hit]:
    found = snapshot.statements(hit.row for hit in hits)
    return [hit for hit in hits if found[hit.row].kind != "narration" or not _HANDS_OVER.search(found[hit.row].text)]


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


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order, as substrings of it.

    What stands in brackets ends no sentence (「です。」と言った), and a list that a sentence holds stays whole.
    """
    if "\n" in text:
        return [text]
    parts, start, depth = [], 0, 0
    for place, char in enumerate(text):
        depth = max(0, depth + (char in "「『（(") - (char in "」』）)"))
        if depth == 0 and char in "。!?！？" and text[place + 1 : place + 2] not in set("。!?！？"):
            parts.append(text[start : place + 1].strip())
            start = place + 1
    return [part for part in (*parts, text[start:].strip()) if part]


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


def _about_the_meeting(question: Question, filters: Filters, snapshot: Snapshot) -> Answer:
    """What the minutes print about the meetings that are asked about, as entries of kind head, the latest first."""
    entries = [entry for row in snapshot.meetings_in(filters) if (entry := _head_entry(question, row, snapshot))]
    entries.sort(key=lambda entry: entry.meeting.meeting.date or date.min, reverse=True)
    if not entries:
        case = "unprinted" if snapshot.meetings_in(filters) else "meeting"
        return replace(_refused(question, 0.0, filters, snapshot, ()), note=note(case, question.text))
    cited = tuple(replace(entry, rank=rank) for rank, entry in enumerate(entries[:5], 1))
    answer = _answered(question, 1.0, filters, snapshot, cited)
    unlisted = "attendees" in question.head and any(not entry.meeting.meeting.head.get("attendees") for entry in cited)
    return replace(answer, note=note("unlisted", question.text)) if unlisted else answer


def _head_entry(question: Question, row: MeetingRow, snapshot: Snapshot) -> Cited | None:
    """The title of a meeting with the lines that are asked for; None where it prints none of them."""
    printed, text = row.meeting.head, snapshot.document(row.document).text
    names: list[str] = list(question.head)
    if "attendees" in names and not printed.get("attendees"):
        names.append("speakers")  # No list of attendees: those recorded as speaking are what is known.
    asked_for = {span for name in names for span in printed.get(name, ())}
    spans = tuple(sorted({*printed.get("title", ()), *asked_for}, key=lambda span: span.start))
    lines = ["".join(text[span.start : span.end].splitlines()).strip() for span in spans]
    id_ = f"{row.meeting.id}-head"
    statement = Statement(id_, id_, -1, "head", None, None, "\n".join(lines), spans)
    if not asked_for or not proven(statement, text):
        return None
    quotes = tuple(line for span, line in zip(spans, lines, strict=True) if span in asked_for)
    return Cited(1, 1.0, statement, quotes, row, source_state(row))


def _answered(
    question: Question, confidence: float, filters: Filters, snapshot: Snapshot, cited: tuple[Cited, ...]
) -> Answer:
    if not cited:  # No quote could be proven: nothing is shown.
        return _refused(question, confidence, filters, snapshot, ())
    return Answer(question, True, confidence, snapshot.version.id, filters, snapshot.scope(filters), None, cited)


def _refused(
    question: Question, confidence: float, filters: Filters, snapshot: Snapshot, near: tuple[Cited, ...]
) -> Answer:
    said = note(_case(filters, snapshot), question.text)
    return Answer(question, False, confidence, snapshot.version.id, filters, snapshot.scope(filters), said, (), near)


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
