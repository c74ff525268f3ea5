"""From a question to an answer: understand, search, abstain or quote, prove."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.lexical import tokens
from index.matching import name_key, speaker_matches
from index.minutes import Speaker, Statement
from index.reranker import Reranker
from index.search import Filters, Fusion, Hit, Index, Snapshot
from qa.asking import fitting_first
from qa.calibration import Calibration, calibration
from qa.citing import Cited, Shown, cite
from qa.conversation import understand
from qa.evidence import Evidence, gather
from qa.heads import about_the_meetings, unlisted
from qa.notes import Case, note
from qa.occasions import Understood
from qa.question import Question
from qa.quoting import quotes
from qa.reranking import reranked
from qa.searched import Searched, searched
from qa.speakers import resolved
from qa.words import words

NO_FILTERS = Filters()
NEAR_MISSES = 3
OTHERS = 3
"""Statements of others that stand beside a refusal."""
LISTED = 200
"""Statements that are looked through for a question without a topic."""
WEIGHED = 30
"""Statements from which those that are shown are chosen."""
# A statement is shown below the first only while it is at least this close to it, in mixed score.
CLOSE = 0.35


@dataclass(frozen=True, slots=True)
class Answer:
    """What the minutes say to a question; where not `answered`, `statements` is empty and `note` says why.

    `case` names which kind of answer or refusal it is. `others` are statements of others than those who were asked
    about, where these have none. `withheld` counts statements that could not be proven and are not shown.
    """

    question: Question
    answered: bool
    confidence: float
    version: int
    filters: Filters
    searched: Searched
    note: str | None
    case: Case | None = None
    statements: tuple[Cited, ...] = ()
    near_misses: tuple[Cited, ...] = ()
    others: tuple[Cited, ...] = ()
    withheld: int = 0
    evidence: Evidence | None = None
    """What the confidence comes from; None where nothing had to be weighed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what stands beside it.

    `history` holds earlier questions. `given` filters replace what is understood; `without` names words from which
    nothing is understood; `named` makes speakers of people whom the question names without asking for their words.
    """

    text: str
    history: tuple[str, ...] = ()
    given: Filters = NO_FILTERS
    without: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    top: int = 5


def ask(asked: Asked, index: Index, today: date | None = None, model: Calibration | None = None) -> Answer:
    """Answer a question from one version of the index, in the order of its reranker if any. Raises QuestionRejected.

    `model` None takes the calibration of the index's encoder; evaluation asks under others.
    """
    return answer(asked, index.snapshot(), today or date.today(), model, index.reranker)


def answer(
    asked: Asked, snapshot: Snapshot, today: date, model: Calibration | None = None, reranker: Reranker | None = None
) -> Answer:
    """The same from a snapshot."""
    question, filters = understood(asked, snapshot, today)
    model = model or calibration(snapshot.version.encoder)
    if question.head:
        return _about_the_meeting(question, filters, snapshot)
    if not question.words:
        return _listed(question, filters, snapshot, model.fusion, asked.top)
    hits = found(question, filters, snapshot, model.fusion, max(asked.top, WEIGHED))
    if not hits:
        return _with_others(_refused(question, 0.0, filters, snapshot), snapshot, model)
    evidence = gather(question, hits, filters, snapshot)
    confidence = model.confidence(evidence)
    if confidence < model.threshold:
        near = cite(hits, question, snapshot, NEAR_MISSES)
        refused = _refused(question, confidence, filters, snapshot, near)
        return replace(_with_others(refused, snapshot, model), evidence=evidence)
    if reranker:
        # After the confidence, which was fitted on what the index itself finds.
        hits = fitting_first(question.wishes, reranked(question.topic, hits, snapshot, reranker), snapshot)
    close = [hit for hit in hits if hit.score >= CLOSE * hits[0].score]
    shown = cite(_spread(close, question, snapshot), question, snapshot, asked.top, merged=not question.asks_who)
    return replace(_answered(question, confidence, filters, snapshot, shown), evidence=evidence)


def understood(asked: Asked, snapshot: Snapshot, today: date) -> tuple[Question, Filters]:
    """A question as understood with its filters, once the given ones are in their place."""
    question = understand(asked.text, asked.history, snapshot, today, asked.named)
    for part in question.understood:
        if part.field == "topic" and part.words in asked.without:
            question = _without_topic(question, part.value)
    question = replace(question, understood=tuple(_kept(question.understood, asked)))
    return question, _with_chair(_with_given(question.filters, asked.given, snapshot), snapshot)


def _without_topic(question: Question, topic: str) -> Question:
    """The question with only what it says itself, without the topic that it carried over."""
    carried = set(tokens(topic))
    kept = tuple(word for word in question.words if word not in carried)
    return replace(question, topic=question.topic.replace(topic, "").strip(), words=kept)


def found(question: Question, filters: Filters, snapshot: Snapshot, fusion: Fusion, top: int) -> list[Hit]:
    """The statements for a question, best first: searched, of the kind that is wished for, no mere handing over."""
    hits = snapshot.search(question.topic, question.searched, filters, fusion, top, replies=question.act != "asked")
    return fitting_first(question.wishes, answering(hits, filters, snapshot), snapshot)


def answering(hits: Sequence[Hit], filters: Filters, snapshot: Snapshot) -> list[Hit]:
    """The hits that may answer; those that are not what was written stay, for `cite` to count."""
    statements = snapshot.whole([hit.row for hit in hits])
    return [hit for hit in hits if hit.row not in statements or _may_answer(statements[hit.row], filters)]


# Narration that only gives the floor says nothing about the topic that it repeats.
_HANDS_OVER = re.compile(r"^[〔（(【].*[〕）)】]$|発言があった。?$", re.DOTALL)


def _may_answer(statement: Statement, filters: Filters) -> bool:
    """Whether a statement may answer: not where it only gives the floor, or is asked for as somebody's own words
    and only reports another's."""
    if statement.kind == "narration":
        return not _HANDS_OVER.search(statement.text)
    return not filters.speakers or bool(quotes(statement.text, None))


def _spread(hits: Sequence[Hit], question: Question, snapshot: Snapshot) -> list[Hit]:
    """Where several speakers are asked for, the best statement of each before the second of any."""
    if not question.several:
        return list(hits)
    statements = snapshot.whole([hit.row for hit in hits])
    seen: dict[str, int] = {}
    rounds = []
    for hit in hits:
        speaker = statements[hit.row].speaker if hit.row in statements else None
        # As printed: what is known of affiliations differs from meeting to meeting.
        label = name_key(speaker.label) if speaker else ""
        seen[label] = seen.get(label, -1) + 1
        rounds.append(seen[label])
    return [hits[place] for place in sorted(range(len(hits)), key=lambda place: (rounds[place], place))]


def _with_chair(filters: Filters, snapshot: Snapshot) -> Filters:
    """Who only led the meeting is asked about what they did: procedure counts where there is no speech of theirs."""
    if filters.kinds != ("speech",) or snapshot.scope(filters).statements:
        return filters
    return replace(filters, kinds=("speech", "procedure"))


def _listed(question: Question, filters: Filters, snapshot: Snapshot, fusion: Fusion, top: int) -> Answer:
    """All that the filters leave, in order, for a question without a topic; refused where it has no filter either."""
    if not (filters.speakers or filters.meetings or filters.since or filters.until):
        return _refused(question, 0.0, filters, snapshot, case="unclear")
    general = tokens(question.rest) if not question.carried else []
    ordered = any(word not in words().asking for word in general)
    most = max(top, LISTED)
    hits = snapshot.search(question.rest, general, filters, fusion, most) if ordered else snapshot.listed(filters, most)
    # 総理の指示は: of all that was said, the instructions first.
    cues = [part for part in question.wishes if part.field == "cue"]
    shown = cite(fitting_first(cues, answering(hits, filters, snapshot), snapshot), None, snapshot, top, merged=False)
    if not shown.cited:
        return _refused(question, 0.0, filters, snapshot, shown)
    given = _answered(question, 1.0, filters, snapshot, shown)
    return given if ordered else replace(given, case="listed", note=note("listed", question.text))


def _kept(parts: Iterable[Understood], asked: Asked) -> Iterable[Understood]:
    """Understood filters that were neither taken away nor replaced by given ones; a given day replaces both days."""
    days = asked.given.since or asked.given.until
    given: Mapping[str, object] = {
        "speakers": asked.given.speakers,
        "not_speakers": asked.given.speakers,
        "meetings": asked.given.meetings,
        "since": days,
        "until": days,
    }
    return (part for part in parts if part.words not in asked.without and not given.get(part.field))


def _with_given(understood: Filters, given: Filters, snapshot: Snapshot) -> Filters:
    named = dict.fromkeys(value for given_ in given.speakers for value in resolved(given_, snapshot.speakers))
    speakers = tuple(named) or understood.speakers
    return Filters(
        speakers=speakers,
        meetings=given.meetings or understood.meetings,
        since=given.since or understood.since,
        until=given.until or understood.until,
        kinds=given.kinds or (("speech",) if speakers else understood.kinds),
        not_speakers=understood.not_speakers,
    )


def _about_the_meeting(question: Question, filters: Filters, snapshot: Snapshot) -> Answer:
    """What the minutes print about the meetings that are asked about."""
    entries = about_the_meetings(question, filters, snapshot)
    if not entries:
        case: Case = "unprinted" if snapshot.meetings_in(filters) else "meeting"
        return _refused(question, 0.0, filters, snapshot, case=case)
    given = _answered(question, 1.0, filters, snapshot, Shown(entries, 0))
    return (
        replace(given, case="unlisted", note=note("unlisted", question.text)) if unlisted(question, entries) else given
    )


def _answered(question: Question, confidence: float, filters: Filters, snapshot: Snapshot, shown: Shown) -> Answer:
    if not shown.cited:  # No quote could be proven: nothing is shown.
        return _refused(question, confidence, filters, snapshot, shown)
    said = note("withheld", question.text, count=shown.withheld) if shown.withheld else None
    return Answer(
        question,
        True,
        confidence,
        snapshot.version.id,
        filters,
        searched(filters, snapshot),
        said,
        statements=shown.cited,
        withheld=shown.withheld,
    )


NOTHING = Shown((), 0)


def _refused(
    question: Question,
    confidence: float,
    filters: Filters,
    snapshot: Snapshot,
    near: Shown = NOTHING,
    case: Case | None = None,
) -> Answer:
    case = case or _case(filters, snapshot)
    within = searched(filters, snapshot)
    said = [note(case, question.text, who="、".join(_who(question, filters)))]
    if near.withheld:
        said.append(note("withheld", question.text, count=near.withheld))
    said += [note("holes", question.text, holes=hole.text(question.text)) for hole in within.holes]
    return Answer(
        question,
        False,
        confidence,
        snapshot.version.id,
        filters,
        within,
        "".join(said),
        case,
        near_misses=near.cited,
        withheld=near.withheld,
    )


def _who(question: Question, filters: Filters) -> list[str]:
    """Those who are asked about, in the question's words where it named them."""
    named = [part.words.rstrip("はがものに、") for part in question.understood if part.field == "speakers"]
    return list(dict.fromkeys(named or filters.speakers))


def _with_others(refused: Answer, snapshot: Snapshot, model: Calibration) -> Answer:
    """A refusal to a question about somebody, with what others said on the topic, apart from it."""
    filters = refused.filters
    if not filters.speakers:
        return refused
    anyone = replace(filters, speakers=(), kinds=("speech",))
    question = replace(
        refused.question, understood=tuple(part for part in refused.question.understood if part.field != "speakers")
    )
    hits = found(question, anyone, snapshot, model.fusion, WEIGHED)
    if not hits or model.confidence(gather(question, hits, anyone, snapshot)) < model.threshold:
        return refused
    shown = cite([hit for hit in hits if hit.score >= CLOSE * hits[0].score], question, snapshot, OTHERS)
    return replace(refused, others=shown.cited)


def _case(filters: Filters, snapshot: Snapshot) -> Case:
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
