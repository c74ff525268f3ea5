"""FAISS over the vectors of statements: exact search, filtered by a bitmap before the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import faiss

# Below this many statements the exact float32 index is as fast and needs no training;
# above it SQfp16 halves memory and time at the same recall (docs/decisions.md).
FLAT_UNTIL = 20_000


class Dense:
    """Inner-product search over L2-normalised vectors, in statement order."""

    def __init__(self, engine: faiss.Index) -> None:
        self._engine = engine

    @classmethod
    def build(cls, vectors: npt.NDArray[np.float32]) -> Dense:
        """Index `vectors`, shape (statements, dimension)."""
        engine = _engine(*vectors.shape)
        if len(vectors):
            engine.add(vectors)
        return cls(engine)

    def updated(self, origin: npt.NDArray[np.int64], added: npt.NDArray[np.float32]) -> Dense | None:
        """The same as `build` over what is left of these vectors and those added; None where it must be built.

        `origin` gives for each statement its place here, or -1 for the next of `added`, shape (new, dimension).
        """
        import faiss

        engine = _engine(len(origin), self._engine.d)
        if type(engine) is not type(self._engine) or self._engine.d != added.shape[1]:
            return None
        stored = faiss.vector_to_array(self._engine.codes).reshape(self._engine.ntotal, engine.sa_code_size())
        codes = np.empty((len(origin), engine.sa_code_size()), dtype=np.uint8)
        codes[origin >= 0] = stored[origin[origin >= 0]]
        if len(added):
            codes[origin < 0] = engine.sa_encode(added)
        if len(codes):
            engine.add_sa_codes(codes)
        return Dense(engine)

    def top(self, query: npt.NDArray[np.float32], allowed: npt.NDArray[np.bool_], count: int) -> npt.NDArray[np.int64]:
        """The `count` nearest allowed statements to `query` (dimension,), best first; fewer where fewer are allowed."""
        import faiss

        count = min(count, int(allowed.sum()))
        if count == 0:
            return np.empty(0, dtype=np.int64)
        bits = np.packbits(allowed, bitorder="little")
        parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
        _, found = self._engine.search(query[None, :], count, params=parameters)
        return np.asarray(found[0][found[0] >= 0], dtype=np.int64)

    def similarity(self, query: npt.NDArray[np.float32], places: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Cosine of `query` and the statements at `places`: shape (len(places),)."""
        if not len(places):
            return np.empty(0, dtype=np.float32)
        return np.asarray(self._engine.reconstruct_batch(places) @ query, dtype=np.float32)

    def serialise(self) -> bytes:
        """The bytes that `load` reads."""
        import faiss

        return bytes(faiss.serialize_index(self._engine))

    @classmethod
    def load(cls, stored: bytes) -> Dense:
        """Read what `serialise` wrote; the caller has verified the bytes, for FAISS loads damaged ones silently."""
        import faiss

        return cls(faiss.deserialize_index(np.frombuffer(stored, dtype=np.uint8)))


def _engine(count: int, dimension: int) -> faiss.Index:
    """An empty engine for this many vectors; neither kind needs training."""
    import faiss

    return faiss.index_factory(dimension, "Flat" if count < FLAT_UNTIL else "SQfp16", faiss.METRIC_INNER_PRODUCT)
