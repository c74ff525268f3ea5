"""Passages ranked by BM25, by the encoder and by both: all against all, or each query's own candidates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eval.data import Alike, Candidates, Passages
from eval.measures import Judged, by_score, ranked, spearman
from index.encoder import Encoder
from index.lexical import Lexical, tokens
from index.search import Fusion, mix

Matrix = npt.NDArray[np.float32]


class Scored:
    """Both sides' scores of every passage for every query: shape (queries, passages)."""

    def __init__(self, passages: Passages, encoder: Encoder) -> None:
        self._gold = passages.gold
        self.ids = tuple(f"{number:06}" for number in range(len(passages.passages)))
        lexical = Lexical.build([tokens(passage) for passage in passages.passages])
        asked = [tokens(query) for query in passages.queries]
        self.lexical: Matrix = np.stack([lexical.scores(words) for words in asked])
        self._highest = [lexical.highest(words) for words in asked]
        self.cosines: Matrix = encoder.encode_queries(passages.queries) @ encoder.encode_documents(passages.passages).T

    def mixed(self, fusion: Fusion) -> Iterator[Matrix]:
        """The scores of all passages for each query, the two sides mixed."""
        for cosines, lexical, highest in zip(self.cosines, self.lexical, self._highest, strict=True):
            yield mix(cosines, lexical, fusion, highest)

    def measured(self, fusion: Fusion, measures: Sequence[str]) -> dict[str, float]:
        """The measures with the two sides mixed: weight 0 is BM25 alone, 1 the encoder alone."""
        results = [
            Judged(str(number), by_score(self.ids, scores), {self.ids[gold]: 1})
            for number, (scores, gold) in enumerate(zip(self.mixed(fusion), self._gold, strict=True))
        ]
        return ranked(results, measures)

    def closest(self, share: float) -> float:
        """The cosine that the best passage exceeds for all but this share of the queries."""
        return float(np.quantile(self.cosines.max(axis=1), share))

    def unrelated(self, seed: int = 1) -> float:
        """The mean cosine of queries and passages drawn at random."""
        drawn = np.random.default_rng(seed).integers(0, self.cosines.shape[1], size=(self.cosines.shape[0], 50))
        return float(np.take_along_axis(self.cosines, drawn, axis=1).mean())


@dataclass(frozen=True, slots=True)
class _Sides:
    """Scores of one query's candidates, shape (candidates,), and what BM25 can give at most."""

    cosines: Matrix
    lexical: Matrix
    highest: float

    @classmethod
    def of(cls, query: str, passages: Sequence[str], encoder: Encoder) -> _Sides:
        lexical = Lexical.build([tokens(passage) for passage in passages])
        words = tokens(query)
        cosines = encoder.encode_documents(passages) @ encoder.encode_queries([query])[0]
        return cls(cosines, lexical.scores(words), lexical.highest(words))


class Reranked:
    """Both sides' scores of each query's own candidates; BM25 knows no other texts than these."""

    def __init__(self, candidates: Candidates, encoder: Encoder) -> None:
        self._relevant = candidates.relevant
        self._sides = [
            _Sides.of(query, passages, encoder)
            for query, passages in zip(candidates.queries, candidates.passages, strict=True)
        ]

    def measured(self, fusion: Fusion, measures: Sequence[str]) -> dict[str, float]:
        """The measures with the two sides mixed: weight 0 is BM25 alone, 1 the encoder alone."""
        results = []
        for number, (sides, relevant) in enumerate(zip(self._sides, self._relevant, strict=True)):
            ids = tuple(f"{place:06}" for place in range(len(sides.lexical)))
            scores = mix(sides.cosines, sides.lexical, fusion, sides.highest)
            results.append(Judged(str(number), by_score(ids, scores), {ids[place]: 1 for place in relevant}))
        return ranked(results, measures)


def alike(pairs: Alike, encoder: Encoder) -> float:
    """Spearman's correlation of cosines with what people say."""
    first, second = encoder.encode_documents(pairs.first), encoder.encode_documents(pairs.second)
    return spearman((first * second).sum(axis=1).astype(np.float64), pairs.label)
