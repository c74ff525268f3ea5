"""Measures over rankings, scores and times. Rankings go through ir-measures; ties are broken by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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


def ranked(results: Sequence[Judged], measures: Sequence[str]) -> dict[str, float]:
    """The mean over all queries of measures in the spelling of ir-measures ("RR@10"); 0 without queries."""
    values = each(results, measures)
    return {name: sum(own.values()) / len(own) if own else 0.0 for name, own in values.items()}


def each(results: Sequence[Judged], measures: Iterable[str]) -> dict[str, dict[str, float]]:
    """Each measure, in the spelling of ir-measures, for each query by its id.

    Engines break equal scores each in their own way, so they are handed ranks, not scores.
    """
    import ir_measures

    qrels = [ir_measures.Qrel(r.query, id_, grade) for r in results for id_, grade in r.grades.items()]
    run = [ir_measures.ScoredDoc(r.query, id_, float(-rank)) for r in results for rank, id_ in enumerate(r.ranking)]
    parsed = {name: ir_measures.parse_measure(name) for name in measures}
    # A query with an empty ranking reaches nothing, and engines leave it out.
    values = {name: dict.fromkeys((result.query for result in results), 0.0) for name in parsed}
    names = {str(measure): name for name, measure in parsed.items()}
    if results:
        for metric in ir_measures.iter_calc(list(parsed.values()), qrels, run):
            values[names[str(metric.measure)]][metric.query_id] = metric.value
    return values


def share(values: Sequence[bool]) -> float:
    """The share of True; 1 for no values, for then nothing went wrong."""
    return sum(values) / len(values) if values else 1.0


def _ranks(values: Floats) -> Floats:
    """Ranks from 1, equal values share the mean of theirs."""
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    mean: Floats = (ends - (counts - 1) / 2)[group]
    return mean


def spearman(one: Floats, other: Floats) -> float:
    """Spearman's rank correlation."""
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


def auroc(scores: Floats, positive: npt.NDArray[np.bool_]) -> float:
    """The chance that a positive scores above a negative, equal scores counting half; 0.5 without one of them."""
    count, others = int(positive.sum()), int((~positive).sum())
    if not count or not others:
        return 0.5
    return float((_ranks(scores)[positive].sum() - count * (count + 1) / 2) / (count * others))


def percentile(milliseconds: Sequence[float], percent: float) -> float:
    """A percentile of times, 0 without any."""
    return float(np.percentile(np.asarray(milliseconds), percent)) if milliseconds else 0.0
