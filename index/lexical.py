"""Japanese tokens (Sudachi, normalised forms) and BM25 over them (bm25s)."""

from __future__ import annotations

import math
import threading
import unicodedata
from collections.abc import Sequence
from functools import cache, cached_property
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import bm25s
    from sudachipy import Tokenizer

DROPPED_POS = frozenset({"助詞", "助動詞", "補助記号", "空白"})
# Sudachi refuses inputs of more than 49,149 bytes; a UTF-8 character has at most four.
SUDACHI_CHARS = 12_000

_local = threading.local()


@cache
def tokeniser_fingerprint() -> str:
    """Names everything that decides how text becomes tokens; stored in the index and compared on open."""
    return f"sudachi-a-norm/1 sudachipy={version('sudachipy')} dict=core-{version('sudachidict-core')}"


def _tokenizer() -> Tokenizer:
    # A Sudachi tokenizer must not be used by two threads at once, so each thread has its own.
    if not hasattr(_local, "tokenizer"):
        from sudachipy import Dictionary, SplitMode

        _local.tokenizer = Dictionary(dict="core").tokenizer(mode=SplitMode.A)
    tokenizer: Tokenizer = _local.tokenizer
    return tokenizer


def tokens(text: str) -> list[str]:
    """The content words of a text in their normalised form (取組み and 取り組み are one), lower case."""
    text = unicodedata.normalize("NFKC", text)
    morphemes = chain.from_iterable(
        _tokenizer().tokenize(text[start : start + SUDACHI_CHARS]) for start in range(0, len(text), SUDACHI_CHARS)
    )
    return [
        morpheme.normalized_form().lower() for morpheme in morphemes if morpheme.part_of_speech()[0] not in DROPPED_POS
    ]


def nouns(text: str) -> frozenset[str]:
    """Those of the tokens of a text (no longer than SUDACHI_CHARS) that are nouns."""
    morphemes = _tokenizer().tokenize(unicodedata.normalize("NFKC", text)[:SUDACHI_CHARS])
    return frozenset(m.normalized_form().lower() for m in morphemes if m.part_of_speech()[0] == "名詞")


@cache
def synonym_groups(word: str) -> tuple[int, ...]:
    """The groups of Sudachi's synonym dictionary that a token belongs to (アメリカ and 米国 share one)."""
    morphemes = list(_tokenizer().tokenize(word))
    return tuple(morphemes[0].synonym_group_ids()) if len(morphemes) == 1 else ()


class Lexical:
    """BM25 over the token lists of statements, in their order (Robertson & Zaragoza 2009; Lucene's IDF)."""

    def __init__(self, engine: bm25s.BM25 | None, size: int) -> None:
        self._engine = engine
        self._size = size

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]]) -> Lexical:
        """Index `documents`, one token list per statement."""
        if not any(documents):
            return cls(None, len(documents))
        import bm25s

        # Our own sorted vocabulary: bm25s would number tokens in the order of a set, and the files differ by run.
        vocabulary = {token: place for place, token in enumerate(sorted(set(chain.from_iterable(documents))))}
        ids = [[vocabulary[token] for token in document] for document in documents]
        engine = bm25s.BM25(method="lucene")
        engine.index(bm25s.tokenization.Tokenized(ids=ids, vocab=vocabulary), show_progress=False)
        return cls(engine, len(documents))

    def scores(self, query: Sequence[str]) -> npt.NDArray[np.float32]:
        """BM25 of every statement for the query's tokens: shape (statements,), 0 where no token is shared."""
        known = [token for token in query if self._engine and token in self._engine.vocab_dict]
        if not known or self._engine is None:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._engine.get_scores(known), dtype=np.float32)

    @cached_property
    def _by_group(self) -> dict[int, set[str]]:
        groups: dict[int, set[str]] = {}
        for token in self._engine.vocab_dict if self._engine else ():
            for group in synonym_groups(token):
                groups.setdefault(group, set()).add(token)
        return groups

    def synonyms(self, token: str) -> set[str]:
        """The other tokens of these statements that share a synonym group with `token`."""
        found = (self._by_group.get(group, set()) for group in synonym_groups(token))
        return set().union(*found) - {token}

    def knows(self, token: str) -> bool:
        """Whether any statement holds the token."""
        return self._engine is not None and token in self._engine.vocab_dict

    def idf(self, token: str) -> float:
        """Lucene's inverse document frequency of a token; a token in no statement has the highest."""
        found = 0
        if self._engine is not None and token in self._engine.vocab_dict:
            column = self._engine.vocab_dict[token]
            found = int(self._engine.scores["indptr"][column + 1] - self._engine.scores["indptr"][column])
        return math.log(1 + (self._size - found + 0.5) / (found + 0.5))

    def save(self, folder: Path) -> None:
        """Write the arrays into `folder`; nothing is written where no statement has a token."""
        if self._engine is not None:
            self._engine.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, size: int) -> Lexical:
        """Read what `save` wrote for `size` statements."""
        if not (folder / "params.index.json").exists():
            return cls(None, size)
        import bm25s

        return cls(bm25s.BM25.load(str(folder), load_corpus=False), size)
