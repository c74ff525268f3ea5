"""What a run reaches: each measure for each question, and what only a whole set has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from eval.measures import Judged, auroc, per_query, percentile, set_measures, turn_grades, turn_level
from eval.runs import Outcome, Question, Run
from eval.statistics import aurc, ece, reliability

Level = Literal["statement", "turn", "exchange"]
Values = Mapping[str, float]
"""The value of a measure for each question that has one, by the question's id."""

RANKED = {
    "nDCG@10": "nDCG@10",
    "recall@1": "R@1",
    "recall@5": "R@5",
    "recall@10": "R@10",
    "recall@100": "R@100",
    "RR@10": "RR@10",
    "AP": "AP",
}
"""Measures of the whole ranking of the search, and what ir-measures calls them."""
SHOWN = {"hit@1": "Success@1", "hit@3": "Success@3", "MRR@10": "RR@10"}
"""Measures of what the page shows; a question that is refused is missed."""
CERTAIN = frozenset({"quotes proven", "right speaker, asked for"})
"""What must be 1 for every question: any fall is one."""


@dataclass(frozen=True, slots=True)
class Whole:
    """What a set has as a whole: how well the confidence tells, how long answers take.

    `auroc`: the chance that an answerable question gets a higher confidence than one without answer. `aurc`: the area
    under the curve of risk over coverage. `ece`: how far the confidence is from the share that it promises. None where
    a set has no questions of both kinds. Times in milliseconds, None where nothing was answered.
    """

    auroc: float | None
    aurc: float | None
    ece: float | None
    p50: float | None
    p95: float | None


def measured(run: Run) -> dict[str, Values]:
    """Every measure of a run, for each question that it exists for."""
    pairs = list(zip(run.questions, run.outcomes, strict=True))
    answerable = [(question, outcome) for question, outcome in pairs if not question.unanswerable]
    searched = [(question, outcome) for question, outcome in answerable if question.grades]
    result: dict[str, Values] = {}
    if any(outcome.milliseconds is not None for _, outcome in pairs):
        result |= hits(run)
        result |= _decided(pairs, answerable)
    for level in ("statement", "turn") if searched else ():
        result |= _searched(run, searched, level)
        result |= _sets(run, searched, level)
    return {name: values for name, values in result.items() if values}


def hits(run: Run) -> dict[str, Values]:
    """Hits among what the page shows, over the questions that have an answer."""
    pairs = zip(run.questions, run.outcomes, strict=True)
    answerable = [(question, outcome) for question, outcome in pairs if not question.unanswerable]
    seen = [_seen(question, outcome) for question, outcome in answerable]
    given = [
        one if outcome.answered or not run.refuses else Judged(one.query, (), one.grades)
        for one, (_, outcome) in zip(seen, answerable, strict=True)
    ]
    exchanges = [_joined(one, run, "exchange") for one in given]
    found = _each(given, SHOWN) | _each(exchanges, {"exchange hit@3": "Success@3"})
    return found | (_each(seen, {"hit@3 with near misses": "Success@3"}) if run.refuses else {})


def _each(judged: Sequence[Judged], names: Mapping[str, str]) -> dict[str, Values]:
    """Measures by our name for them, for each question."""
    values = per_query(judged, tuple(names.values()))
    ids = [one.query for one in judged]
    return {name: dict(zip(ids, values[measure].tolist(), strict=True)) for name, measure in names.items()}


def _seen(question: Question, outcome: Outcome) -> Judged:
    shown = {id_: grade for id_, grade in zip(outcome.shown, outcome.shown_grades, strict=True) if grade}
    # An answer that stands in the head of a meeting is no statement; an id that is never shown stands for it.
    return Judged(question.id, outcome.shown, {**question.grades, **shown} or {"unseen": 1})


def _decided(
    pairs: Sequence[tuple[Question, Outcome]], answerable: Sequence[tuple[Question, Outcome]]
) -> dict[str, Values]:
    """Speakers, refusals, proofs."""
    spoken = [(question, float(o.right_speaker)) for question, o in answerable if o.right_speaker is not None]
    return {
        "right speaker first": {question.id: right for question, right in spoken},
        "right speaker, asked for": {question.id: right for question, right in spoken if question.asked},
        "unanswerable refused": {q.id: float(not outcome.answered) for q, outcome in pairs if q.unanswerable},
        "answerable answered": {question.id: float(outcome.answered) for question, outcome in answerable},
        "filters let the answer through": {
            q.id: float(o.let_through) for q, o in answerable if o.let_through is not None
        },
        "quotes proven": {q.id: float(np.mean(outcome.proofs)) for q, outcome in pairs if outcome.proofs},
    }


def _searched(run: Run, searched: Sequence[tuple[Question, Outcome]], level: Level) -> dict[str, Values]:
    """The whole ranking, of statements or of turns."""
    judged = [Judged(q.id, tuple(id_ for id_, _ in outcome.found), q.grades) for q, outcome in searched]
    if level != "statement":
        judged = [_joined(one, run, level) for one in judged]
    return _each(judged, {name if level == "statement" else f"{level} {name}": RANKED[name] for name in RANKED})


def _sets(run: Run, searched: Sequence[tuple[Question, Outcome]], level: Level) -> dict[str, Values]:
    """How well a view finds all that was said: of statements or turns; of a comparison, of the people.

    What helps (grade 1) is neither missed nor wrong.
    """
    reached: dict[str, dict[str, float]] = {}
    for question, outcome in searched:
        if outcome.matched is None:
            continue
        by = "speaker" if question.kind == "comparison" else level
        unit = {id_: id_ if by == "statement" else getattr(passage, by) for id_, passage in run.passages.items()}
        wanted = {unit[id_] for id_, grade in question.grades.items() if grade > 1}
        helpful = {unit[id_] for id_ in question.grades} - wanted
        measures = set_measures({unit[id_] for id_ in outcome.matched} - helpful, wanted)
        for name, value in measures._asdict().items():
            reached.setdefault(f"set {name}" if level == "statement" else f"{level} set {name}", {})[question.id] = (
                value
            )
    return dict(reached)


def _joined(one: Judged, run: Run, level: Level) -> Judged:
    """A ranking of turns or exchanges: each stands where its first statement does, and is as good as its best."""
    unit_of = {id_: getattr(passage, level) for id_, passage in run.passages.items()}
    return Judged(one.query, turn_level(one.ranking, unit_of), turn_grades(one.grades, unit_of))


def whole(run: Run) -> Whole:
    """What only the set as a whole has."""
    pairs = [(q, o) for q, o in zip(run.questions, run.outcomes, strict=True) if o.confidence is not None]
    times = [outcome.milliseconds for _, outcome in pairs if outcome.milliseconds is not None]
    p50, p95 = ((percentile(times, share) if times else None) for share in (50, 95))
    truth = np.asarray([not question.unanswerable for question, _ in pairs], dtype=bool)
    if not truth.any() or truth.all():
        return Whole(None, None, None, p50, p95)
    confidence = np.asarray([outcome.confidence for _, outcome in pairs], dtype=np.float64)
    # An answer is right where it is shown first; to a question without an answer nothing is.
    right = np.asarray([bool(outcome.shown_grades and outcome.shown_grades[0]) for _, outcome in pairs]) & truth
    return Whole(auroc(confidence, truth), aurc(confidence, right), ece(reliability(confidence, truth)), p50, p95)


SLICES: dict[str, Callable[[Question], str | None]] = {
    "kind": lambda question: question.kind,
    "speaker asked for": lambda question: "yes" if question.asked else "no",
    "day asked for": lambda question: "yes" if question.dated else "no",
}
"""Ways to divide the questions of a set: each gives the name of a question's part."""
