"""Statistics against worked examples, definitions and simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import permutation_test

from eval.measures import Floats
from eval.statistics import (
    Bin,
    aurc,
    ece,
    holm,
    interval,
    kappa,
    overlap,
    paired,
    quintiles,
    reliability,
    risk_coverage,
    wins,
)

SHARES = st.floats(0, 1)
GRADES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30)


def values(*numbers: float) -> Floats:
    return np.asarray(numbers, dtype=np.float64)


def clustered(random: np.random.Generator) -> tuple[Floats, list[str]]:
    """40 meetings of 1 to 8 questions, true mean 0, of which a meeting's own level makes up most of the variance."""
    sizes = random.integers(1, 9, size=40)
    meeting = np.repeat(np.arange(40), sizes)
    return random.normal(size=40)[meeting] + 0.5 * random.normal(size=len(meeting)), [str(name) for name in meeting]


def test_an_interval_covers_the_truth_about_as_often_as_promised() -> None:
    random = np.random.default_rng(7)
    covered = ignoring = 0
    for _ in range(200):
        sample, meetings = clustered(random)
        low, high = interval(sample, meetings, draws=500)
        covered += low <= 0 <= high
        low, high = interval(sample, [str(place) for place in range(len(sample))], draws=500)
        ignoring += low <= 0 <= high
    assert 0.89 <= covered / 200 <= 0.99
    assert ignoring / 200 < 0.85  # as if every question were about a meeting of its own


def test_an_interval_is_the_same_in_every_run_and_in_every_order() -> None:
    sample, meetings = clustered(np.random.default_rng(1))
    assert interval(sample, meetings) == interval(sample, meetings)
    assert interval(sample, meetings) != interval(sample, meetings, seed=2)
    backwards = interval(sample[::-1], meetings[::-1])
    assert backwards == pytest.approx(interval(sample, meetings))
    narrow = interval(sample, meetings, level=0.5)
    assert interval(sample, meetings)[0] < narrow[0] < sample.mean() < narrow[1] < interval(sample, meetings)[1]


def test_questions_about_one_meeting_are_drawn_by_themselves() -> None:
    sample = np.random.default_rng(3).random(30)
    alone = interval(sample, ["same"] * 30)
    assert alone == interval(sample, [f"{place:02}" for place in range(30)])
    assert alone[0] < sample.mean() < alone[1]
    assert interval(values(0.25), ["same"]) == (0.25, 0.25)
    with pytest.raises(ValueError, match="at least one"):
        interval(values(), [])
    with pytest.raises(ValueError, match="same queries"):
        interval(values(1.0, 2.0), ["one"])


def test_a_randomisation_test_done_by_hand() -> None:
    # Three queries, each better by the same: of 8 ways to swap, only none and all give a difference as large.
    assert paired(values(0.5, 0.5, 0.5, 0.1), values(0, 0, 0, 0.1)) == 2 / 8
    # Differences 1, 2, -4: |sum| is 1, and every one of the 8 signed sums (odd numbers) is as large.
    assert paired(values(1, 2, 0), values(0, 0, 4)) == 1.0
    # Differences 1, 2, 4: 7 is reached by all or none swapped, 2 of 8.
    assert paired(values(1, 2, 4), values(0, 0, 0)) == 2 / 8
    # Queries on which both are the same change nothing, however many: it stays exact.
    assert paired(np.append(values(1, 2, 4), np.ones(30)), np.append(values(0, 0, 0), np.ones(30))) == 2 / 8
    assert paired(values(0.1 + 0.2), values(0.3)) == 1.0  # rounding is no difference


@given(st.lists(st.tuples(SHARES, SHARES), min_size=1, max_size=8))
def test_the_exact_test_agrees_with_scipy_and_does_not_care_who_is_first(pairs: list[tuple[float, float]]) -> None:
    one, other = np.asarray(pairs).round(3).T
    mine = paired(one, other)
    assert mine == paired(other, one)

    def apart(first: Floats, second: Floats, axis: int) -> Floats:
        return np.abs(np.round(np.mean(first - second, axis=axis), 9))

    if len(one) > 1:
        theirs = permutation_test(
            (one, other), apart, permutation_type="samples", alternative="greater", vectorized=True, n_resamples=np.inf
        )
        assert mine == pytest.approx(theirs.pvalue)


def test_drawn_p_values_are_near_the_exact_ones_and_never_zero() -> None:
    random = np.random.default_rng(5)
    one, other = random.random(12), random.random(12)
    exact = paired(one, other)
    # A thirteenth query whose difference is too small to matter makes the test draw.
    drawn = paired(np.append(one, 1e-8), np.append(other, 0.0))
    assert drawn == pytest.approx(exact, abs=0.02)
    assert drawn != exact
    assert paired(np.ones(50), np.zeros(50), draws=99) == 1 / 100


def test_p_values_are_uniform_where_the_systems_are_equally_good() -> None:
    random = np.random.default_rng(11)
    found = np.asarray([paired(random.random(30), random.random(30), draws=199) for _ in range(400)])
    for level in (0.05, 0.25, 0.5, 0.75):
        assert np.mean(found <= level) == pytest.approx(level, abs=0.06)
    assert np.mean(found <= 0.05) < 0.09


def test_holm_by_a_worked_example() -> None:
    # Wikipedia, "Holm-Bonferroni method": at .05 the first and the last of these are rejected, the others not.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([0.9, 0.8]) == (1.0, 1.0)
    assert holm([]) == ()


@given(st.lists(SHARES, max_size=8), SHARES)
def test_holm_rejects_what_the_step_down_procedure_rejects(p_values: list[float], level: float) -> None:
    rejected = set()
    for step, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        if p_values[place] * (len(p_values) - step) > level:
            break
        rejected.add(place)
    if level < 1:
        assert {place for place, own in enumerate(holm(p_values)) if own <= level} == rejected
    assert all(adjusted >= own for adjusted, own in zip(holm(p_values), p_values, strict=True))


def test_wins_and_losses_and_ties() -> None:
    assert wins(values(1, 0.5, 0.2, 0.1 + 0.2), values(0.5, 1, 0.1, 0.3)) == (2, 1, 1)
    assert wins(values(), values()) == (0, 0, 0)
    with pytest.raises(ValueError, match="same queries"):
        wins(values(1, 2), values(1))


def judged(table: list[list[int]]) -> tuple[list[int], list[int]]:
    """The judgements behind a table: rows by the first judge's grade, columns by the second's."""
    cells = [(row, column) for row, counts in enumerate(table) for column, n in enumerate(counts) for _ in range(n)]
    return [row for row, _ in cells], [column for _, column in cells]


def test_kappa_by_worked_examples() -> None:
    # A textbook case: 50 grant proposals, both readers yes 20, both no 15, else 5 and 10.
    # Observed .7; by chance .5 * .6 + .5 * .4 = .5; (.7 - .5) / .5 = .4.
    assert kappa(*judged([[20, 5], [10, 15]])) == pytest.approx(0.4)
    # Linear weights: observed cost (2 + 3 + 2 + 1) * 1 + (0 + 1) * 2 = 10 of 30. Rows 12, 10, 8, columns 14, 8, 8:
    # by chance (12*8 + 10*14 + 10*8 + 8*8) * 1 + (12*8 + 8*14) * 2 = 796 of 900. 1 - (10/30) / (796/900) = .62312
    assert kappa(*judged([[10, 2, 0], [3, 5, 2], [1, 1, 6]]), weighted=True) == pytest.approx(1 - 300 / 796)
    # The same unweighted: observed 21/30, by chance (12*14 + 10*8 + 8*8) / 900 = 312/900.
    assert kappa(*judged([[10, 2, 0], [3, 5, 2], [1, 1, 6]])) == pytest.approx((0.7 - 312 / 900) / (1 - 312 / 900))


@given(GRADES, st.booleans())
def test_kappa_of_judges_who_agree_is_one_and_never_more(pairs: list[tuple[int, int]], weighted: bool) -> None:
    one, other = [first for first, _ in pairs], [second for _, second in pairs]
    assert kappa(one, one, weighted=weighted) == 1.0
    assert kappa(one, other, weighted=weighted) == pytest.approx(kappa(other, one, weighted=weighted))
    assert (kappa(one, other, weighted=weighted) == 1.0) is (one == other)


@given(GRADES)
def test_weights_change_nothing_between_two_grades(pairs: list[tuple[int, int]]) -> None:
    one, other = [min(first, 1) for first, _ in pairs], [min(second, 1) for _, second in pairs]
    assert kappa(one, other) == pytest.approx(kappa(one, other, weighted=True))


def test_agreement_needs_judgements() -> None:
    with pytest.raises(ValueError, match="at least one"):
        kappa([], [])


def test_risk_and_coverage_by_hand() -> None:
    confidence, right = values(0.8, 0.3, 0.9, 0.8), np.asarray([True, False, True, False])
    coverage, risk = risk_coverage(confidence, right)
    assert coverage == pytest.approx([1 / 4, 3 / 4, 1])
    assert risk == pytest.approx([0, 1 / 3, 1 / 2])
    # One answered: none wrong. Two: half a mistake, as either of the tied comes second. Then 1 of 3, 2 of 4.
    assert aurc(confidence, right) == pytest.approx((0 + 0.5 / 2 + 1 / 3 + 2 / 4) / 4)
    assert aurc(np.full(4, np.inf), right) == 1 / 2
    assert aurc(values(), np.asarray([], dtype=bool)) == 0.0


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=20), st.randoms())
def test_the_order_of_questions_does_not_matter_and_knowing_is_best(
    rows: list[tuple[int, bool]], random: np.random.RandomState
) -> None:
    def area(entries: list[tuple[int, bool]]) -> float:
        return aurc(values(*(score for score, _ in entries)), np.asarray([right for _, right in entries]))

    shuffled = list(rows)
    random.shuffle(shuffled)
    assert area(shuffled) == pytest.approx(area(rows))
    knowing = area([(right, right) for _, right in rows])
    assert knowing <= area(rows) + 1e-12
    assert area([(not right, right) for _, right in rows]) >= area(rows) - 1e-12


def test_a_reliability_diagram_by_hand() -> None:
    confidence, truth = values(0.05, 0.1, 0.15, 1.0), np.asarray([False, True, False, True])
    diagram = reliability(confidence, truth)
    assert diagram == (
        Bin(0.0, 0.1, 1, 0.25, 0.05, 0.0),
        Bin(0.1, 0.2, 2, 0.5, pytest.approx(0.125), 0.5),
        Bin(0.9, 1.0, 1, 0.25, 1.0, 1.0),
    )
    assert ece(diagram) == pytest.approx(0.25 * 0.05 + 0.5 * 0.375)
    weighted = reliability(confidence, truth, weights=values(1, 3, 1, 5))
    assert [entry.weight for entry in weighted] == pytest.approx([0.1, 0.4, 0.5])
    assert weighted[1].held == pytest.approx(0.75)
    assert ece(()) == 0.0


@given(st.lists(st.tuples(SHARES, st.booleans()), min_size=1, max_size=40), st.integers(1, 12))
def test_every_question_is_in_one_bin_that_holds_its_confidence(rows: list[tuple[float, bool]], bins: int) -> None:
    confidence, truth = values(*(score for score, _ in rows)), np.asarray([true for _, true in rows])
    diagram = reliability(confidence, truth, bins)
    assert sum(entry.count for entry in diagram) == len(rows)
    for entry in diagram:
        own = [c for c in confidence if entry.low <= c < entry.high or (c == 1.0 == entry.high)]
        assert len(own) == entry.count
    assert 0 <= ece(diagram) <= 1 + 1e-12
    # One bin knows means only: Naeini et al. 2015, the error is the difference of both means.
    assert ece(reliability(confidence, truth, 1)) == pytest.approx(abs(confidence.mean() - truth.mean()))


@given(st.lists(st.integers(0, 10), max_size=40))
def test_quintiles_keep_equal_values_together_and_the_order(numbers: list[int]) -> None:
    labels = quintiles(values(*numbers))
    assert all(1 <= label <= 5 for label in labels)
    for one, first in zip(numbers, labels, strict=True):
        for other, second in zip(numbers, labels, strict=True):
            assert (first <= second) if one <= other else (first >= second)
            assert one != other or first == second


def test_quintiles_by_hand() -> None:
    assert quintiles(values(7, 1, 3, 5, 9)) == (4, 1, 2, 3, 5)
    assert quintiles(values(1, 1, 2, 3, 4)) == (2, 2, 3, 4, 5)  # ranks 1.5: on the border of the first two fifths
    assert quintiles(values(4, 4, 4)) == (3, 3, 3)
    assert quintiles(values()) == ()


@given(st.integers(1, 60), st.randoms())
def test_quintiles_of_different_values_are_of_equal_size(count: int, random: np.random.RandomState) -> None:
    numbers = list(range(count))
    random.shuffle(numbers)
    sizes = np.bincount(quintiles(values(*numbers)), minlength=6)[1:]
    assert sizes.max() - sizes.min() <= 1


def test_the_share_of_words_that_an_answer_holds() -> None:
    assert overlap(["予算", "予算", "いくら"], ["予算", "は"]) == 1 / 2
    assert overlap([], ["予算"]) == 0.0
    assert overlap(["予算"], []) == 0.0
