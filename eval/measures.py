"""Measures over rankings, sets, scores and times. Rankings go through ir-measures; ties are broken by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

DEPTH = 10

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """One query's result: ids best first, and the grade of every relevant id."""

    query: str
    ranking: tuple[str, ...]
    grades: Mapping[str, int]


def by_score(ids: Sequence[str], scores: npt.NDArray[np.floating], depth: int = DEPTH) -> tuple[str, ...]:
    """The `depth` best ids, equal scores in the order of their ids."""
    best = np.arange(len(ids))
    if len(ids) > depth:
        edge = np.partition(scores, -depth)[-depth]
        best = np.flatnonzero(scores >= edge)
    order = sorted(best.tolist(), key=lambda place: (-float(scores[place]), ids[place]))
    return tuple(ids[place] for place in order[:depth])


def per_query(results: Sequence[Judged], measures: Sequence[str]) -> dict[str, Floats]:
    """Measures in the spelling of ir-measures ("RR@10"), for each a value per result, in their order.

    Engines break equal scores each in their own way, so they are handed ranks, not scores. A query that an engine
    leaves out, for nothing is relevant or found, counts as 0. Every result must have a query id of its own.
    """
    values = {name: np.zeros(len(results)) for name in measures}
    if not results:
        return values
    import ir_measures

    qrels = [ir_measures.Qrel(r.query, id_, grade) for r in results for id_, grade in r.grades.items()]
    run = [ir_measures.ScoredDoc(r.query, id_, float(-rank)) for r in results for rank, id_ in enumerate(r.ranking)]
    parsed = {name: ir_measures.parse_measure(name) for name in measures}
    names = {str(measure): name for name, measure in parsed.items()}
    place = {result.query: number for number, result in enumerate(results)}
    for metric in ir_measures.iter_calc(list(parsed.values()), qrels, run):
        values[names[str(metric.measure)]][place[metric.query_id]] = metric.value
    return values


def ranked(results: Sequence[Judged], measures: Sequence[str]) -> dict[str, float]:
    """The mean over all queries of what `per_query` measures; 0 without queries."""
    return {name: float(values.mean()) if results else 0.0 for name, values in per_query(results, measures).items()}


def turn_level(ranking: Sequence[str], turn_of: Mapping[str, str]) -> tuple[str, ...]:
    """A ranking of statements as one of turns, each where its first statement stands.

    A statement that `turn_of` does not know is a turn of its own.
    """
    return tuple(dict.fromkeys(turn_of.get(id_, id_) for id_ in ranking))


def turn_grades(grades: Mapping[str, int], turn_of: Mapping[str, str]) -> dict[str, int]:
    """Grades of statements as grades of turns: a turn is as relevant as its best statement."""
    best: dict[str, int] = {}
    for id_, grade in grades.items():
        turn = turn_of.get(id_, id_)
        best[turn] = max(grade, best.get(turn, grade))
    return best


class SetMeasures(NamedTuple):
    """How well a set that was found covers the set that was wanted, each from 0 to 1."""

    precision: float
    recall: float
    f1: float


def set_measures(found: Set[str], wanted: Set[str]) -> SetMeasures:
    """Precision, recall and their harmonic mean, for answers whose order says nothing.

    Nothing found where nothing was wanted is right (1); where only one of both is empty all are 0, as in trec_eval.
    """
    if not found and not wanted:
        return SetMeasures(1.0, 1.0, 1.0)
    if not found or not wanted:
        return SetMeasures(0.0, 0.0, 0.0)
    hits = len(found & wanted)
    return SetMeasures(hits / len(found), hits / len(wanted), 2 * hits / (len(found) + len(wanted)))


def share(values: Sequence[bool]) -> float:
    """The share of True; 1 for no values, for then nothing went wrong."""
    return sum(values) / len(values) if values else 1.0


def ranks(values: Floats) -> Floats:
    """Ranks from 1, equal values share the mean of theirs."""
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    mean: Floats = (ends - (counts - 1) / 2)[group]
    return mean


def spearman(one: Floats, other: Floats) -> float:
    """Spearman's rank correlation."""
    return float(np.corrcoef(ranks(one), ranks(other))[0, 1])


def auroc(scores: Floats, positive: npt.NDArray[np.bool_]) -> float:
    """The chance that a positive scores above a negative, equal scores counting half; 0.5 without one of them."""
    count, others = int(positive.sum()), int((~positive).sum())
    if not count or not others:
        return 0.5
    return float((ranks(scores)[positive].sum() - count * (count + 1) / 2) / (count * others))


def percentile(milliseconds: Sequence[float], percent: float) -> float:
    """A percentile of times, 0 without any."""
    return float(np.percentile(np.asarray(milliseconds), percent)) if milliseconds else 0.0
