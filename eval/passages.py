"""Passages ranked by BM25, by the encoder and by both, all against all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from eval.data import Alike, Passages
from eval.measures import Judged, by_score, ranked, spearman
from index.encoder import Encoder
from index.lexical import Lexical, tokens
from index.search import Fusion, mix

Matrix = npt.NDArray[np.float32]


class Scored:
    """Both sides' scores of every passage for every query: shape (queries, passages)."""

    def __init__(self, passages: Passages, encoder: Encoder) -> None:
        self._gold = passages.gold
        self._ids = tuple(f"{number:06}" for number in range(len(passages.passages)))
        lexical = Lexical.build([tokens(passage) for passage in passages.passages])
        asked = [tokens(query) for query in passages.queries]
        self.lexical: Matrix = np.stack([lexical.scores(words) for words in asked])
        self._highest = [lexical.highest(words) for words in asked]
        self.cosines: Matrix = encoder.encode_queries(passages.queries) @ encoder.encode_documents(passages.passages).T

    def measured(self, fusion: Fusion, measures: Sequence[str]) -> dict[str, float]:
        """The measures with the two sides mixed: weight 0 is BM25 alone, 1 the encoder alone."""
        sides = zip(self.cosines, self.lexical, self._highest, self._gold, strict=True)
        results = [
            Judged(str(number), by_score(self._ids, mix(cosines, lexical, fusion, highest)), {self._ids[gold]: 1})
            for number, (cosines, lexical, highest, gold) in enumerate(sides)
        ]
        return ranked(results, measures)

    def closest(self, share: float) -> float:
        """The cosine that the best passage exceeds for all but this share of the queries."""
        return float(np.quantile(self.cosines.max(axis=1), share))

    def unrelated(self, seed: int = 1) -> float:
        """The mean cosine of queries and passages drawn at random."""
        drawn = np.random.default_rng(seed).integers(0, self.cosines.shape[1], size=(self.cosines.shape[0], 50))
        return float(np.take_along_axis(self.cosines, drawn, axis=1).mean())


def alike(pairs: Alike, encoder: Encoder) -> float:
    """Spearman's correlation of cosines with what people say."""
    first, second = encoder.encode_documents(pairs.first), encoder.encode_documents(pairs.second)
    return spearman((first * second).sum(axis=1).astype(np.float64), pairs.label)
