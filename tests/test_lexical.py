"""BM25 over counts: the same scores as a known library, the same bytes however the statements came together."""

from __future__ import annotations

import bm25s
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.lexical import Lexical, tokens
from index.search import Fusion, mix
from index.vectors import Dense
from tests.conftest import KEIZAI

WORDS = st.lists(st.sampled_from(["毛布", "訓練", "予算", "避難", "情報", "\n", "a"]), max_size=8)


def spoken() -> list[list[str]]:
    return [tokens(line) for line in KEIZAI.read_text(encoding="utf-8").splitlines() if line.strip()]


def test_scores_are_those_of_a_known_library() -> None:
    documents = spoken()
    ours = Lexical.build(documents)
    theirs = bm25s.BM25(method="lucene")
    theirs.index(documents, show_progress=False)
    for query in (["情報", "保全"], ["経済", "安全", "安全", "保障"], ["ない言葉"], documents[3]):
        known = [word for word in query if word in theirs.vocab_dict]
        expected = theirs.get_scores(known) if known else np.zeros(len(documents))
        np.testing.assert_allclose(ours.scores(query), expected, rtol=1e-5)


@given(st.lists(WORDS, max_size=12), st.lists(WORDS, max_size=6), st.randoms(use_true_random=False))
def test_updated_equals_built_at_once(old: list[list[str]], added: list[list[str]], chance: object) -> None:
    """Any statements may go, come and change places: the stored bytes are those of an index built at once."""
    places = [place for place in range(len(old)) if chance.random() < 0.7]  # type: ignore[attr-defined]
    origin = places + [-1] * len(added)
    chance.shuffle(origin)  # type: ignore[attr-defined]
    new = iter(added)
    documents = [old[place] if place >= 0 else next(new) for place in origin]
    updated = Lexical.build(old).updated(np.array(origin, dtype=np.int64), added)
    assert updated.files() == Lexical.build(documents).files()
    assert Lexical.load(updated.files(), len(documents)).files() == updated.files()


@given(st.integers(0, 9), st.integers(0, 5), st.randoms(use_true_random=False))
def test_vectors_updated_equal_vectors_built_at_once(count: int, more: int, chance: object) -> None:
    everything = np.random.default_rng(count * 7 + more).random((count + more, 8), dtype=np.float32)
    old, added = everything[:count], everything[count:]
    origin = [place for place in range(count) if chance.random() < 0.7] + [-1] * more  # type: ignore[attr-defined]
    chance.shuffle(origin)  # type: ignore[attr-defined]
    new = iter(added)
    wanted = np.array([old[place] if place >= 0 else next(new) for place in origin], dtype=np.float32).reshape(-1, 8)
    updated = Dense.build(old).updated(np.array(origin, dtype=np.int64), added)
    assert updated is not None
    assert updated.serialise() == Dense.build(wanted).serialise()


@given(
    st.lists(st.lists(st.sampled_from("abcde"), max_size=6), min_size=1, max_size=8),
    st.lists(st.sampled_from("abcdef")),
)
def test_no_score_reaches_the_highest(documents: list[list[str]], query: list[str]) -> None:
    lexical = Lexical.build(documents)
    assert lexical.scores(query).max() <= lexical.highest(query) + 1e-6


def test_a_question_in_the_words_of_a_statement_finds_it_against_the_nearest_vector() -> None:
    near, words, even = np.float32([1.0, 0.5]), np.float32([0.0, 4.0]), Fusion(weight=0.7, floor=0.0)
    assert mix(near, words, even, highest=100.0).argmax() == 0  # a few of its words, as any statement holds them
    assert mix(near, words, even, highest=8.0).argmax() == 1  # half of what all its words could give


@given(st.floats(0, 1), st.floats(0, 50), st.floats(0.1, 100))
def test_a_mix_stays_between_0_and_1_and_follows_both_sides(weight: float, score: float, highest: float) -> None:
    cosines, lexical = np.float32([0.9, 0.2, 0.2]), np.float32([score, score, 0.0])
    mixed = mix(cosines, lexical, Fusion(weight, 0.1), highest)
    assert ((mixed >= 0) & (mixed <= 1 + 1e-6)).all()
    assert mixed[0] >= mixed[1] >= mixed[2]


def test_a_nearest_vector_that_is_hardly_near_says_little() -> None:
    cosines, lexical = np.float32([0.14, 0.1]), np.float32([0.5, 1.0])
    assert mix(cosines, lexical, Fusion(weight=0.7, floor=0.1), highest=100.0).argmax() == 0
    assert mix(cosines, lexical, Fusion(weight=0.7, floor=0.1, near=0.3), highest=100.0).argmax() == 1
