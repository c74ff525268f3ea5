"""What systems reach side by side: means with intervals, differences with tests, parts of a set, single questions."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import fmean

import numpy as np

from eval.measures import Floats
from eval.runs import Question, Run, commit
from eval.scoring import CERTAIN, Values, Whole, measured, whole
from eval.statistics import Wins, holm, interval, paired, quintiles, wins
from index.errors import UsageError

TESTED = (
    "MRR@10",
    "RR@10",
    "nDCG@10",
    "recall@10",
    "right speaker first",
    "unanswerable refused",
    "answerable answered",
)
"""Measures that differences are tested on; all tests of one table are corrected together."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What one system reaches on one set: every measure for each question, and what the set has as a whole."""

    system: str
    stamp: Mapping[str, str]
    values: Mapping[str, Values]
    whole: Whole


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One set with what each system reaches on it."""

    set: str
    questions: tuple[Question, ...]
    systems: tuple[Reached, ...]

    def of(self, system: str) -> Reached | None:
        """What the system of this name reaches."""
        return next((reached for reached in self.systems if reached.system == system), None)


@dataclass(frozen=True, slots=True)
class Report:
    """Sets with the systems that were evaluated on them, at a commit."""

    commit: str
    sets: tuple[Evaluated, ...]

    def to_json(self) -> str:
        """The report as JSON; without times, which no two runs share, equal programs give equal text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=0, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str, name: str) -> Report:
        """The reverse of `to_json`; `name` is what the file is called. Raises UsageError."""
        try:
            value = json.loads(text)
            sets = tuple(
                Evaluated(
                    one["set"],
                    tuple(Question(**question) for question in one["questions"]),
                    tuple(Reached(**{**each, "whole": Whole(**each["whole"])}) for each in one["systems"]),
                )
                for one in value["sets"]
            )
            return cls(value["commit"], sets)
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{name} is no report of python -m eval report ({type(error).__name__} {error}); make it again"
            ) from error

    def without_times(self) -> Report:
        """The report without times of answers, which differ from machine to machine."""
        return replace(self, sets=tuple(replace(one, systems=tuple(map(_timeless, one.systems))) for one in self.sets))


def _timeless(reached: Reached) -> Reached:
    return replace(reached, whole=replace(reached.whole, p50=None, p95=None))


def evaluated(runs: Sequence[Run]) -> Evaluated:
    """What the systems of these runs over one set reach."""
    reached = tuple(Reached(run.system.name, run.stamp, measured(run), whole(run)) for run in runs)
    return Evaluated(runs[0].set, runs[0].questions, reached)


def report(sets: Sequence[Evaluated]) -> Report:
    """A report at the commit of this program."""
    return Report(commit(), tuple(sets))


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a measure over `count` questions, with its 95 % interval (whole meetings drawn)."""

    mean: float
    low: float
    high: float
    count: int


def mean(values: Values, questions: Sequence[Question]) -> Mean:
    """The mean of a measure over those of the questions that it exists for; there must be one."""
    own = [question for question in questions if question.id in values]
    found = np.asarray([values[question.id] for question in own])
    low, high = interval(found, [question.cluster for question in own])
    return Mean(float(found.mean()), low, high, len(own))


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much `other` exceeds `one` in a measure on a set, over the `count` questions that both have.

    The interval is that of the mean difference. `p` comes from a paired randomisation test, `adjusted` corrects for
    all differences of one table; both are None where nothing was tested.
    """

    set: str
    measure: str
    one: str
    other: str
    mean_one: float
    mean_other: float
    low: float
    high: float
    wins: Wins
    count: int
    p: float | None = None
    adjusted: float | None = None

    @property
    def by(self) -> float:
        """The mean difference."""
        return self.mean_other - self.mean_one

    @property
    def fell(self) -> bool:
        """Whether `other` is worse by more than its noise; of what must always hold, whether it is worse at all."""
        return self.high < 0 or (self.measure in CERTAIN and self.by < -1e-9)


def difference(
    set_: str, measure: str, questions: Sequence[Question], one: Reached, other: Reached
) -> Difference | None:
    """The difference in one measure; None where the two systems share no question that it exists for."""
    first, second = one.values.get(measure, {}), other.values.get(measure, {})
    shared = [question for question in questions if question.id in first and question.id in second]
    if not shared:
        return None
    before, after = (np.asarray([values[question.id] for question in shared]) for values in (first, second))
    low, high = interval(after - before, [question.cluster for question in shared])
    return Difference(
        set_, measure, one.system, other.system, float(before.mean()), float(after.mean()), low, high,
        wins(after, before), len(shared), paired(before, after) if measure in TESTED else None,
    )  # fmt: skip


def corrected(differences: Sequence[Difference]) -> list[Difference]:
    """The same with p-values corrected for all that were tested (Holm)."""
    tested = [one for one in differences if one.p is not None]
    adjusted = dict(zip(map(id, tested), holm([one.p for one in tested if one.p is not None]), strict=True))
    return [replace(one, adjusted=adjusted.get(id(one))) for one in differences]


def compared(one: Evaluated, other: Evaluated, first: str, second: str) -> Iterator[Difference]:
    """The differences between a system of `one` and a system of `other`, which are about the same set."""
    before, after = one.of(first), other.of(second)
    if before and after:
        for measure in before.values:
            found = difference(one.set, measure, other.questions, before, after)
            if found:
                yield found


SLICES: dict[str, Callable[[Question], str]] = {
    "kind": lambda question: question.kind,
    "speaker asked for": lambda question: "yes" if question.asked else "no",
    "day asked for": lambda question: "yes" if question.dated else "no",
    "words": lambda question: "up to 5" if question.words <= 5 else "6 to 10" if question.words <= 10 else "above 10",
}
"""Ways to divide the questions of a set, each by the part that a question belongs to."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of a set, with the mean of a measure for each system."""

    by: str
    part: str
    count: int
    means: Mapping[str, float]


def slices(one: Evaluated, measure: str) -> list[Slice]:
    """The parts of a set in a measure: kind, speaker, day, length, overlap with the answer, where both sides differ."""
    parts: dict[tuple[str, str], list[Question]] = defaultdict(list)
    have = [q for q in one.questions if all(q.id in reached.values.get(measure, {}) for reached in one.systems)]
    for question in have:
        for name, part in SLICES.items():
            parts[name, part(question)].append(question)
    for name, numbers in _fifths(one, have, measure):
        for question, number in zip(have, numbers, strict=True):
            parts[name, f"fifth {number} of 5"].append(question)
    return [
        Slice(name, part, len(own), {r.system: fmean(r.values[measure][q.id] for q in own) for r in one.systems})
        for (name, part), own in sorted(parts.items())
        if len(own) < len(have)
    ]


def _fifths(one: Evaluated, have: Sequence[Question], measure: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Divisions into fifths: by the words that question and answer share, by what BM25 and the encoder differ in."""
    if have and all(question.overlap is not None for question in have):
        yield (
            "words shared with the answer",
            quintiles(np.asarray([question.overlap for question in have], dtype=float)),
        )
    lexical, dense = one.of("bm25"), one.of("dense")
    if have and lexical and dense:
        gap: Floats = np.asarray([dense.values[measure][q.id] - lexical.values[measure][q.id] for q in have])
        if gap.any():
            yield "encoder minus BM25", quintiles(gap)


@dataclass(frozen=True, slots=True)
class Changed:
    """A question with what two systems reach on it."""

    question: Question
    one: float
    other: float


def changed(one: Evaluated, other: Evaluated, first: str, second: str, measure: str, most: int) -> list[Changed]:
    """The questions on which two systems differ most, the worst falls first."""
    before, after = one.of(first), other.of(second)
    if not before or not after:
        return []
    old, new = before.values.get(measure, {}), after.values.get(measure, {})
    found = [Changed(q, old[q.id], new[q.id]) for q in other.questions if q.id in old and q.id in new]
    moved = [entry for entry in found if abs(entry.other - entry.one) > 1e-9]
    return sorted(moved, key=lambda entry: (-abs(entry.other - entry.one), entry.other - entry.one, entry.question.id))[
        :most
    ]


def worst(one: Evaluated, system: str, measure: str, most: int) -> list[Question]:
    """The questions on which a system reaches least."""
    reached = one.of(system)
    values = reached.values.get(measure, {}) if reached else {}
    own = [question for question in one.questions if values.get(question.id, 1.0) < 1.0]
    return sorted(own, key=lambda question: (values[question.id], question.id))[:most]


def main_measure(one: Evaluated) -> str | None:
    """The measure by which single questions of a set are shown: of answers where there are any, else of the search."""
    there = set(one.systems[0].values) if one.systems else set()
    return next((measure for measure in ("MRR@10", "RR@10") if measure in there), None)
