"""Japanese tokens (Sudachi, normalised forms) and BM25 over them."""

from __future__ import annotations

import io
import json
import math
import threading
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib.metadata import version
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csc_array, csr_array
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


# BM25's usual constants: how soon a repeated word stops counting, how much a long statement is discounted.
K1 = 1.5
B = 0.75
# What `Lexical.files` gives.
FILES = frozenset({"counts.npy", "statements.npy", "columns.npy", "vocabulary.json"})
# A word counts this often in one statement at the most: it is stored in two bytes.
MAX_COUNT = 65_535


class Lexical:
    """BM25 over the token lists of statements, in their order (Robertson & Zaragoza 2009; Lucene's IDF).

    Kept are counts alone, weights are computed for the words of a question: statements that come or go change
    every weight, but only their own counts.
    """

    def __init__(self, vocabulary: Sequence[str], counts: csc_array) -> None:
        """`counts` holds how often each statement (row) has each token (column); `vocabulary` names the columns."""
        self._vocabulary = vocabulary
        self._counts = counts
        self._column = {token: place for place, token in enumerate(vocabulary)}
        self._size = int(counts.shape[0])
        lengths = counts.sum(axis=1, dtype=np.float32)
        mean = float(lengths.mean(dtype=np.float64)) if counts.nnz else 1.0
        self._saturation = (K1 * (1 - B + B * lengths / mean)).astype(np.float32)

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]]) -> Lexical:
        """Index `documents`, one token list per statement."""
        vocabulary = sorted(set(chain.from_iterable(documents)))
        return cls(vocabulary, _counted(documents, vocabulary).tocsc())

    def updated(self, origin: npt.NDArray[np.int64], added: Sequence[Sequence[str]]) -> Lexical:
        """The same as `build` over what is left of these statements and those added.

        `origin` gives for each statement its place here, or -1 for the next of `added`.
        """
        from scipy.sparse import vstack

        known = self._column
        vocabulary = [*self._vocabulary, *sorted(set(chain.from_iterable(added)) - known.keys())]
        old = self._counts.tocsr()
        old.resize(self._size, len(vocabulary))
        place = np.where(origin >= 0, origin, self._size + np.cumsum(origin < 0) - 1)
        counts = vstack([old, _counted(added, vocabulary)], format="csr")[place].tocsc()
        used = np.flatnonzero(np.diff(counts.indptr))
        order = used[np.argsort(np.array(vocabulary, dtype=object)[used])]
        return Lexical([vocabulary[column] for column in order], counts[:, order])

    def scores(self, query: Sequence[str]) -> npt.NDArray[np.float32]:
        """BM25 of every statement for the query's tokens: shape (statements,), 0 where no token is shared."""
        total = np.zeros(self._size, dtype=np.float32)
        for token in query:
            if (column := self._column.get(token)) is not None:
                stretch = slice(self._counts.indptr[column], self._counts.indptr[column + 1])
                places = self._counts.indices[stretch]
                count = self._counts.data[stretch].astype(np.float32)
                total[places] += np.float32(self.idf(token)) * count / (count + self._saturation[places])
        return total

    def highest(self, query: Sequence[str]) -> float:
        """What no statement's score for the query can reach: that of all its words, repeated without end."""
        return sum(self.idf(token) for token in query)

    @cached_property
    def _by_group(self) -> dict[int, set[str]]:
        groups: dict[int, set[str]] = {}
        for token in self._vocabulary:
            for group in synonym_groups(token):
                groups.setdefault(group, set()).add(token)
        return groups

    def synonyms(self, token: str) -> set[str]:
        """The other tokens of these statements that share a synonym group with `token`."""
        found = (self._by_group.get(group, set()) for group in synonym_groups(token))
        return set().union(*found) - {token}

    def knows(self, token: str) -> bool:
        """Whether any statement holds the token."""
        return token in self._column

    def idf(self, token: str) -> float:
        """Lucene's inverse document frequency of a token; a token in no statement has the highest."""
        column = self._column.get(token)
        found = 0 if column is None else int(self._counts.indptr[column + 1] - self._counts.indptr[column])
        return math.log(1 + (self._size - found + 0.5) / (found + 0.5))

    def files(self) -> dict[str, bytes]:
        """What `load` reads, by file name; equal statements give equal bytes."""
        counts = self._counts
        stored = {
            # One width of numbers, however scipy chose them.
            "counts.npy": array_to_bytes(counts.data),
            "statements.npy": array_to_bytes(counts.indices.astype(np.int32)),
            "columns.npy": array_to_bytes(counts.indptr.astype(np.int64)),
        }
        return stored | {"vocabulary.json": json.dumps(self._vocabulary, ensure_ascii=False).encode()}

    @classmethod
    def load(cls, files: Mapping[str, bytes], size: int) -> Lexical:
        """Read what `files` gave for `size` statements."""
        from scipy.sparse import csc_array

        vocabulary = json.loads(files["vocabulary.json"])
        parts = tuple(array_from_bytes(files[f"{name}.npy"]) for name in ("counts", "statements", "columns"))
        return cls(vocabulary, csc_array(parts, shape=(size, len(vocabulary))))


def _counted(documents: Sequence[Sequence[str]], vocabulary: Sequence[str]) -> csr_array:
    """How often each document (row) has each token of the vocabulary (column)."""
    from scipy.sparse import csr_array

    column = {token: place for place, token in enumerate(vocabulary)}
    counted = [Counter(document) for document in documents]
    starts = np.cumsum([0, *map(len, counted)], dtype=np.int64)
    indices = np.fromiter((column[token] for count in counted for token in count), dtype=np.int32)
    data = np.fromiter((min(n, MAX_COUNT) for count in counted for n in count.values()), dtype=np.uint16)
    return csr_array((data, indices, starts), shape=(len(documents), len(vocabulary)))


def array_to_bytes(array: npt.NDArray[Any]) -> bytes:
    """An array in numpy's own format."""
    stored = io.BytesIO()
    np.save(stored, array, allow_pickle=False)
    return stored.getvalue()


def array_from_bytes(stored: bytes) -> npt.NDArray[Any]:
    """The reverse of `array_to_bytes`."""
    array: npt.NDArray[Any] = np.load(io.BytesIO(stored), allow_pickle=False)
    return array
