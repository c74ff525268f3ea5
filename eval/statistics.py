"""What differences between systems are worth: intervals, tests, agreement of judges, abstention, slices.

Functions over numbers per query. Chance comes from a seeded generator, so two runs give identical numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eval.measures import Floats, ranks

Bools = npt.NDArray[np.bool_]

DRAWS = 10_000
"""How often chance is asked: a probability of .05 is then known to within .005."""
EXACT = 12
"""Up to this many queries that differ all ways to swap the systems are tried (4,096), beyond it they are drawn."""
ALIKE = 1e-9
"""Values of one query that differ by less are equal: what is left is rounding."""
AT_ONCE = 1_000
"""Draws that are held in memory at the same time."""


def interval(
    values: Floats, clusters: Sequence[str], draws: int = DRAWS, seed: int = 1, level: float = 0.95
) -> tuple[float, float]:
    """Low and high end of a bootstrap interval of the mean (percentiles).

    `values` has shape (queries,), `clusters` names the meeting that each query is about: queries about one meeting
    fail together, so whole meetings are drawn (Field and Welsh 2007, "Bootstrapping clustered data"). Where all are
    about one meeting the queries themselves are drawn, and the interval says nothing about other meetings. With fewer
    than about ten meetings it is too narrow, as every bootstrap is. Raises ValueError without values.
    """
    _same_length(values, clusters)
    if not len(values):
        raise ValueError("an interval needs at least one value")
    names, place = np.unique(np.asarray(clusters), return_inverse=True)
    if len(names) == 1:
        place = np.arange(len(values))
    sizes, sums = np.bincount(place), np.bincount(place, weights=values)
    means = []
    for random, count in _blocks(draws, seed):
        drawn = random.integers(len(sizes), size=(count, len(sizes)))
        means.append(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1))
    low, high = np.quantile(np.concatenate(means), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def paired(one: Floats, other: Floats, draws: int = DRAWS, seed: int = 1) -> float:
    """The two-sided p-value of a paired randomisation test on the mean difference (Fisher 1935).

    Shape (queries,) each, same order. It asks how often swapping the systems on some queries gives a difference as
    large (Smucker, Allan and Carterette 2007): exactly for few differing queries, else (k + 1) / (draws + 1) where k of
    the draws do, so never 0. 1 where the systems do not differ.
    """
    _same_length(one, other)
    differences = np.asarray(one - other, dtype=np.float64)
    differences = differences[np.abs(differences) > ALIKE]
    if not len(differences):
        return 1.0
    least = abs(differences.sum()) - ALIKE
    if len(differences) <= EXACT:
        signs = np.asarray(list(product((-1.0, 1.0), repeat=len(differences))))
        return float(np.mean(np.abs(signs @ differences) >= least))
    reached = 0
    for random, count in _blocks(draws, seed):
        swapped = random.integers(2, size=(count, len(differences))) * 2.0 - 1.0
        reached += int(np.count_nonzero(np.abs(swapped @ differences) >= least))
    return (reached + 1) / (draws + 1)


def _blocks(draws: int, seed: int) -> Iterator[tuple[np.random.Generator, int]]:
    """One generator for all draws, and how many of them to make at once."""
    random = np.random.default_rng(seed)
    for done in range(0, draws, AT_ONCE):
        yield random, min(AT_ONCE, draws - done)


def _same_length(one: Sequence[object] | Floats | Bools, other: Sequence[object] | Floats | Bools) -> None:
    if len(one) != len(other):
        raise ValueError(f"{len(one)} values beside {len(other)}; they must be about the same queries")


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """p-values of several comparisons, adjusted so that all together err as rarely as one (Holm 1979); same order."""
    given = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(given, kind="stable")
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(given[order] * np.arange(len(given), 0, -1)))
    return tuple(map(float, adjusted))


class Wins(NamedTuple):
    """On how many queries the first system is better, worse, and neither."""

    won: int
    lost: int
    tied: int


def wins(one: Floats, other: Floats) -> Wins:
    """Query by query: shape (queries,) each, same order; higher is better."""
    _same_length(one, other)
    won, lost = (int(np.count_nonzero(sign * (one - other) > ALIKE)) for sign in (1, -1))
    return Wins(won, lost, len(one) - won - lost)


def kappa(one: Sequence[int], other: Sequence[int], *, weighted: bool = False) -> float:
    """How far two judges of the same documents agree beyond chance: 1 fully, 0 as by chance, below 0 less than that.

    Cohen (1960); `weighted` by the distance of their grades (linear, Cohen 1968), so that 1 against 2 is a smaller
    disagreement than 0 against 2. Where both always give one and the same grade, chance would agree as well and the
    quotient is 0/0. That is 1 here: judges who never differ have 1 however rare the other grade is, and its last
    occurrence changes nothing. Say beside it how many grades were given. Raises ValueError without judgements.
    """
    _same_length(one, other)
    if not len(one):
        raise ValueError("agreement needs at least one document that both judged")
    grades, place = np.unique(np.asarray([one, other]), return_inverse=True)
    table = np.zeros((len(grades), len(grades)))
    np.add.at(table, tuple(place.reshape(2, -1)), 1 / len(one))
    apart = np.abs(grades[:, None] - grades[None, :]).astype(np.float64)
    cost = apart if weighted else np.sign(apart)
    by_chance = float(table.sum(axis=1) @ cost @ table.sum(axis=0))
    return 1 - float((table * cost).sum()) / by_chance if by_chance else 1.0


def _falling(confidence: Floats, right: Bools) -> tuple[Floats, Floats]:
    """How many questions have each confidence that occurs, highest first, and how many of their answers are wrong."""
    _same_length(confidence, right)
    _, place, sizes = np.unique(-confidence, return_inverse=True, return_counts=True)
    return sizes.astype(np.float64), np.bincount(place, weights=~right, minlength=len(sizes)).astype(np.float64)


def risk_coverage(confidence: Floats, right: Bools) -> tuple[Floats, Floats]:
    """The share of questions answered and the share of these answers that are wrong, as the threshold falls.

    One point for each confidence that occurs, for questions of equal confidence are answered together
    (El-Yaniv and Wiener 2010). Both of shape (points,), coverage rising to 1.
    """
    sizes, wrong = _falling(confidence, right)
    answered = np.cumsum(sizes)
    return answered / len(confidence), np.cumsum(wrong) / answered


def aurc(confidence: Floats, right: Bools) -> float:
    """The area under the risk-coverage curve, the lower the better: the mean risk when the surest 1, 2, … questions
    are answered (Geifman, Uziel and El-Yaniv 2019).

    Within equal confidence the mean over all orders counts, so a coarse confidence gains nothing: one that is the same
    for all gives the share of wrong answers. 0 without questions.
    """
    if not len(confidence):
        return 0.0
    sizes, wrong = _falling(confidence, right)
    each = np.repeat(wrong / sizes, sizes.astype(int))
    return float(np.mean(np.cumsum(each) / np.arange(1, len(each) + 1)))


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions whose confidence lies from `low` up to `high`: what it promised on average, and the share that held.

    `weight` is their share of all questions, or of the weight of all.
    """

    low: float
    high: float
    count: int
    weight: float
    promised: float
    held: float


def reliability(confidence: Floats, truth: Bools, bins: int = 10, weights: Floats | None = None) -> tuple[Bin, ...]:
    """The reliability diagram of a confidence between 0 and 1, without its empty bins; 1 lies in the last.

    Shape (questions,) each. With `weights` questions count by these, for sets that hold too many of one kind.
    """
    _same_length(confidence, truth)
    weight = np.ones(len(confidence)) if weights is None else weights
    edges = np.arange(bins + 1) / bins
    place = np.searchsorted(edges[1:-1], confidence, side="right")
    return tuple(
        Bin(
            float(edges[number]),
            float(edges[number + 1]),
            int(own.sum()),
            float(weight[own].sum() / weight.sum()),
            float(np.average(confidence[own], weights=weight[own])),
            float(np.average(truth[own], weights=weight[own])),
        )
        for number in range(bins)
        if (own := place == number).any()
    )


def ece(diagram: Sequence[Bin]) -> float:
    """The expected calibration error: how far promise and truth lie apart on average (Naeini et al. 2015)."""
    return sum((entry.weight * abs(entry.promised - entry.held) for entry in diagram), 0.0)


def quintiles(values: Floats) -> tuple[int, ...]:
    """For every value its fifth of all, from 1 (lowest) to 5; equal values stay together, where their middle lies."""
    middles = (ranks(values) - 0.5) / max(1, len(values))
    return tuple(int(5 * middle) + 1 for middle in middles)


def overlap(question: Sequence[str], answer: Sequence[str]) -> float:
    """The share of the question's different tokens that the answer holds; 0 for a question without tokens."""
    asked = set(question)
    return len(asked & set(answer)) / len(asked) if asked else 0.0
