"""How much of a question stands in a text, in the same words, in synonyms, or in words of like meaning."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from index.encoder import Encoder, load_encoder
from qa.thesaurus import Alternatives

ALIKE = 0.5
"""Cosine of two words from which on they begin to stand for each other."""
WORDS_KEPT = 50_000


def covered(
    asked: Sequence[str], text: Collection[str], weights: Mapping[str, float], others: Alternatives, *, like: bool
) -> float:
    """The share of the tokens `asked`, by weight, that the tokens of a text hold; 0 for none.

    A token counts whole where it or an alternative stands there. With `like`, a token that does not counts by its
    nearest neighbour there: 0 at a cosine of ALIKE, whole at 1.
    """
    held = set(text)
    shares = [float(_stands(token, held, others)) for token in asked]
    missing = [place for place, share in enumerate(shares) if not share]
    if like and missing and held:
        nearest = (_vectors([asked[place] for place in missing]) @ _vectors(sorted(held)).T).max(axis=1)
        for place, cosine in zip(missing, nearest, strict=True):
            shares[place] = max(0.0, (float(cosine) - ALIKE) / (1 - ALIKE))
    total = sum(weights[token] for token in asked)
    return sum(weights[token] * share for token, share in zip(asked, shares, strict=True)) / total if total else 0.0


def _stands(token: str, held: Collection[str], others: Alternatives) -> bool:
    return token in held or any(all(part in held for part in sequence) for sequence in others.get(token, ()))


def _vectors(tokens: Sequence[str]) -> npt.NDArray[np.float32]:
    """Vectors of single words: shape (tokens, dimension).

    Always of the embedded encoder, which is there and knows words; a contextual one knows sentences.
    """
    known = _known()
    vectors = {token: known[token] for token in tokens if token in known}
    unknown = [token for token in tokens if token not in vectors]
    if unknown:
        vectors |= dict(zip(unknown, _encoder().encode_documents(unknown), strict=True))
        if len(known) + len(unknown) <= WORDS_KEPT:
            known.update(vectors)
    return np.stack([vectors[token] for token in tokens])


@cache
def _encoder() -> Encoder:
    return load_encoder()


@cache
def _known() -> dict[str, npt.NDArray[np.float32]]:
    return {}
