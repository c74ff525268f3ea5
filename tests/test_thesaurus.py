"""What else a question's words may be called."""

from __future__ import annotations

from qa.thesaurus import alternatives


def test_rows_apply_by_the_tokens_of_their_members() -> None:
    found = alternatives("人工知能を使う", ("人工", "知能", "使う"), lambda token: set())
    assert ("ai",) in found["人工"] & found["知能"]
    assert "使う" not in found


def test_synonyms_of_single_tokens_join() -> None:
    assert ("価格",) in alternatives("値段", ("値段",), lambda token: {"価格"} if token == "値段" else set())["値段"]


def test_nothing_stands_for_everything() -> None:
    """An empty alternative would be held by every statement."""
    for word in ("期限", "いつまで", "専門家", "役所", "お金"):
        for sequences in alternatives(word, (word, "専門", "家", "金"), lambda token: set()).values():
            assert () not in sequences
