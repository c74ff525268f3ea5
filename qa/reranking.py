"""The statements found, in the order of a reranker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.reranker import Reranker
from index.search import Hit, Snapshot


def reranked(text: str, hits: Sequence[Hit], snapshot: Snapshot, reranker: Reranker) -> list[Hit]:
    """The hits, best first by the reranker's score, which takes the place of the mixed one, relative to the best.

    Those that are not what was written keep theirs: nobody can read them, and `cite` counts them.
    """
    statements = snapshot.whole([hit.row for hit in hits])
    readable = [hit for hit in hits if hit.row in statements]
    scores = reranker.scores(text, [statements[hit.row].text for hit in readable]).tolist()
    best = max(scores, default=0.0) or 1.0
    judged = {hit.row: replace(hit, score=score / best) for hit, score in zip(readable, scores, strict=True)}
    return sorted((judged.get(hit.row, hit) for hit in hits), key=lambda hit: -hit.score)
