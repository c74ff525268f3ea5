"""Our measures against published and hand-made answers, and against what must hold for any run."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.measures import Judged, by_score, per_query, ranked, set_measures, turn_grades, turn_level

FEW = settings(max_examples=40)
"""Every example asks an engine for all measures."""
MEASURES = ("nDCG@10", "R@1", "R@5", "R@10", "R@100", "RR@10", "AP", "Success@1", "Success@5", "Success@10")

# Topics 302 and 303 of TREC-6 (ad hoc) in the example that comes with trec_eval, the program of the US National
# Institute of Standards and Technology (test/results.test, test/qrels.test): at which of its 500 ranks the relevant
# documents stand. 77 documents are relevant to topic 302, 10 to topic 303. Only ranks and published figures are taken.
RELEVANT_302 = (
    *(1, 2, 4, 5, 6, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 24, 27, 28, 30, 31, 34, 36, 37, 39, 42, 43, 44),
    *(47, 48, 49, 50, 51, 53, 56, 58, 72, 79, 82, 84, 116, 154, 289, 301, 331, 353, 394, 458),
)
RELEVANT_303 = (19, 37, 41, 43, 44, 65, 67, 89, 99, 107)
PUBLISHED = {
    # What trec_eval's own test/out.test.aq says: topic 302, topic 303.
    "AP": (0.4175, 0.0858),
    "RR": (1.0000, 0.0526),
    "Rprec": (0.5065, 0.0000),
    "nDCG": (0.6617, 0.3862),
    "nDCG@10": (0.7530, 0.0000),
    "nDCG@20": (0.8082, 0.0509),
    "nDCG@100": (0.6046, 0.3537),
    "P@5": (0.8000, 0.0000),
    "P@20": (0.8000, 0.0500),
    "R@5": (0.0519, 0.0000),
    "R@10": (0.0909, 0.0000),
    "R@100": (0.5455, 0.9000),
    "R@1000": (0.6494, 1.0000),
    "AP@100": (0.3983, 0.0764),
    "Success@1": (1.0000, 0.0000),
    "Success@10": (1.0000, 0.0000),
}


def topic(query: str, ranks: tuple[int, ...], relevant: int) -> Judged:
    """500 documents named by their ranks; whatever is relevant beyond `ranks` was not found."""
    unfound = {f"unfound-{number}": 1 for number in range(relevant - len(ranks))}
    return Judged(query, tuple(str(rank) for rank in range(1, 501)), {str(rank): 1 for rank in ranks} | unfound)


def test_the_numbers_that_trec_eval_publishes_of_its_example() -> None:
    results = [topic("302", RELEVANT_302, 77), topic("303", RELEVANT_303, 10)]
    means = ranked(results, tuple(PUBLISHED))
    for name, values in per_query(results, tuple(PUBLISHED)).items():
        assert values == pytest.approx(PUBLISHED[name], abs=0.00005), name
        assert means[name] == pytest.approx(sum(PUBLISHED[name]) / 2, abs=0.00005), name


def test_small_runs_done_by_hand() -> None:
    results = [
        # Relevant (grade 2) at rank 1, (1) at rank 3, and one (1) that was not found.
        Judged("first", ("a", "x", "b", "y"), {"a": 2, "b": 1, "c": 1}),
        # The only relevant one at rank 2.
        Judged("second", ("x", "a"), {"a": 1}),
        # Nothing found.
        Judged("third", (), {"a": 1}),
        # Relevant at rank 11: beyond the cut of 10, within 100.
        Judged("fourth", (*"0123456789", "a"), {"a": 1}),
    ]
    got = per_query(results, MEASURES)
    ideal = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    assert got["nDCG@10"] == pytest.approx([(2 + 1 / math.log2(4)) / ideal, 1 / math.log2(3), 0, 0])
    assert got["R@1"] == pytest.approx([1 / 3, 0, 0, 0])
    assert got["R@5"] == pytest.approx([2 / 3, 1, 0, 0])
    assert got["R@100"] == pytest.approx([2 / 3, 1, 0, 1])
    assert got["RR@10"] == pytest.approx([1, 1 / 2, 0, 0])
    assert got["AP"] == pytest.approx([(1 / 1 + 2 / 3) / 3, 1 / 2, 0, 1 / 11])
    assert got["Success@1"] == pytest.approx([1, 0, 0, 0])
    assert got["Success@10"] == pytest.approx([1, 1, 0, 0])
    assert ranked(results, ("AP",))["AP"] == pytest.approx(got["AP"].mean())


@st.composite
def judged(draw: st.DrawFn) -> Judged:
    """A run for one query with at least one relevant document, not all of which need to be found."""
    ranking = draw(st.permutations([f"d{number:02}" for number in range(draw(st.integers(0, 25)))]))
    named = [*ranking, "unfound-1", "unfound-2"]
    grades = draw(st.dictionaries(st.sampled_from(named), st.integers(0, 2)).filter(lambda own: any(own.values())))
    return Judged("q", tuple(ranking), grades)


def values(result: Judged) -> dict[str, float]:
    return {name: float(found[0]) for name, found in per_query([result], MEASURES).items()}


@FEW
@given(judged())
def test_trec_eval_itself_says_the_same(result: Judged) -> None:
    names = {"ndcg_cut_10", "recall_1,5,10,100", "map", "success_1,5,10", "recip_rank"}
    scores = {id_: 1 / rank for rank, id_ in enumerate(result.ranking, 1)}
    evaluator = pytrec_eval.RelevanceEvaluator({"q": dict(result.grades)}, names)
    theirs = evaluator.evaluate({"q": scores})["q"]
    cut = {id_: score for id_, score in scores.items() if id_ in result.ranking[:10]}
    wanted = {
        "nDCG@10": theirs["ndcg_cut_10"],
        "AP": theirs["map"],
        "RR@10": evaluator.evaluate({"q": cut})["q"]["recip_rank"],
        **{f"R@{k}": theirs[f"recall_{k}"] for k in (1, 5, 10, 100)},
        **{f"Success@{k}": theirs[f"success_{k}"] for k in (1, 5, 10)},
    }
    assert values(result) == pytest.approx(wanted)


@FEW
@given(judged())
def test_a_perfect_run_gives_one(result: Judged) -> None:
    relevant = {id_: grade for id_, grade in result.grades.items() if grade}
    perfect = replace(result, ranking=tuple(sorted(relevant, key=lambda id_: -relevant[id_])))
    got = values(perfect)
    for name in MEASURES:
        # Recall at a cut is 1 only where the cut leaves room for all that is relevant.
        room = int(name[2:]) if name.startswith("R@") else len(relevant)
        assert got[name] == pytest.approx(min(1, room / len(relevant))), name


@FEW
@given(judged(), st.integers(0, 25), st.booleans())
def test_irrelevant_documents_never_help(result: Judged, place: int, many: bool) -> None:
    """What further meetings bring: documents that nobody judged, above, between or below."""
    new = tuple(f"other-{number}" for number in range(12 if many else 1))
    ranking = (*result.ranking[:place], *new, *result.ranking[place:])
    before, after = values(result), values(replace(result, ranking=ranking))
    assert all(after[name] <= before[name] + 1e-12 for name in MEASURES)
    below = values(replace(result, ranking=(*result.ranking, *new)))
    assert below == pytest.approx(before)


@FEW
@given(judged(), st.integers(0, 24))
def test_losing_a_relevant_document_never_helps(result: Judged, place: int) -> None:
    found = [id_ for id_ in result.ranking if result.grades.get(id_)]
    if found:
        lost = found[place % len(found)]
        # Its place is taken by an irrelevant one; removed alone, it would let others move up.
        ranking = tuple("other" if id_ == lost else id_ for id_ in result.ranking)
        before, after = values(result), values(replace(result, ranking=ranking))
        assert all(after[name] <= before[name] + 1e-12 for name in MEASURES)
        assert after["AP"] < before["AP"]
        assert after["R@100"] < before["R@100"]


@FEW
@given(judged(), st.integers(0, 23))
def test_a_better_document_further_up_never_hurts(result: Judged, place: int) -> None:
    if place + 1 < len(result.ranking):
        upper, lower = result.ranking[place : place + 2]
        if result.grades.get(lower, 0) > result.grades.get(upper, 0):
            swapped = (*result.ranking[:place], lower, upper, *result.ranking[place + 2 :])
            before, after = values(result), values(replace(result, ranking=swapped))
            assert all(after[name] >= before[name] - 1e-12 for name in MEASURES)


@FEW
@given(judged())
def test_names_do_not_matter(result: Judged) -> None:
    """Backwards in the alphabet, and in Japanese."""
    new = {id_: f"発言{99 - number}" for number, id_ in enumerate(sorted({*result.ranking, *result.grades}))}
    grades = {new[id_]: grade for id_, grade in result.grades.items()}
    renamed = Judged("問", tuple(new[id_] for id_ in result.ranking), grades)
    assert values(renamed) == pytest.approx(values(result))


@FEW
@given(judged(), st.data())
def test_the_order_in_which_equal_scores_come_does_not_matter(result: Judged, data: st.DataObject) -> None:
    ids = result.ranking
    scores = np.asarray(data.draw(st.lists(st.integers(0, 2), min_size=len(ids), max_size=len(ids))), dtype=np.float64)
    order = data.draw(st.permutations(range(len(ids))))
    one = by_score(ids, scores, 100)
    other = by_score([ids[place] for place in order], scores[order] if len(ids) else scores, 100)
    assert values(replace(result, ranking=one)) == values(replace(result, ranking=other))


@FEW
@given(st.lists(judged(), min_size=1, max_size=5))
def test_queries_are_measured_one_by_one_and_averaged(results: list[Judged]) -> None:
    own = [replace(result, query=f"q{number}") for number, result in enumerate(results)]
    together, means = per_query(own, MEASURES), ranked(own, MEASURES)
    for name in MEASURES:
        assert together[name] == pytest.approx([values(result)[name] for result in results])
        assert means[name] == pytest.approx(np.mean(together[name]))


def test_a_query_without_judgements_or_without_results_counts_as_nothing() -> None:
    results = [Judged("a", ("x",), {}), Judged("b", (), {"x": 1}), Judged("c", ("x",), {"x": 1})]
    assert per_query(results, ("RR@10", "AP"))["RR@10"] == pytest.approx([0, 0, 1])
    assert ranked(results, ("RR@10",)) == {"RR@10": pytest.approx(1 / 3)}


SETS = st.sets(st.sampled_from("abcdef"))


@given(SETS, SETS)
def test_sets_are_measured_by_what_they_share(found: set[str], wanted: set[str]) -> None:
    got, mirrored = set_measures(found, wanted), set_measures(wanted, found)
    assert (got.precision, got.recall, got.f1) == (mirrored.recall, mirrored.precision, mirrored.f1)
    assert (got == (1, 1, 1)) is (found == wanted)
    if got.precision + got.recall:
        assert got.f1 == pytest.approx(2 * got.precision * got.recall / (got.precision + got.recall))
    else:
        assert got.f1 == 0


def test_set_measures_by_hand() -> None:
    assert set_measures({"a", "b", "x", "y"}, {"a", "b", "c"}) == pytest.approx((2 / 4, 2 / 3, 4 / 7))
    assert set_measures(set(), {"a"}) == (0, 0, 0)
    assert set_measures({"a"}, set()) == (0, 0, 0)


def test_statements_become_turns_where_the_first_of_them_stands() -> None:
    turn_of = {"s1": "t1", "s2": "t1", "s3": "t2", "s4": "t3"}
    assert turn_level(("s3", "s2", "s1", "s4", "s3"), turn_of) == ("t2", "t1", "t3")
    assert turn_level(("s1", "unknown", "s2"), turn_of) == ("t1", "unknown")
    assert turn_grades({"s1": 1, "s2": 2, "s4": 0, "unknown": 1}, turn_of) == {"t1": 2, "t3": 0, "unknown": 1}


@FEW
@given(judged(), st.integers(1, 30))
def test_a_turn_is_found_at_least_as_early_as_its_statements(result: Judged, size: int) -> None:
    ids = sorted({*result.ranking, *result.grades})
    turn_of = {id_: f"turn-{number // size}" for number, id_ in enumerate(ids)}
    turns = Judged("q", turn_level(result.ranking, turn_of), turn_grades(result.grades, turn_of))
    assert values(turns)["RR@10"] >= values(result)["RR@10"] - 1e-12
    assert values(turns)["Success@5"] >= values(result)["Success@5"]
