"""Static embedding models without the library that they are made with: importing it takes seconds of every command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

# As the library has named its module over the years.
_TYPES = {
    "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding",
    "sentence_transformers.models.StaticEmbedding",
}


class StaticModel:
    """The mean of the vectors of a text's tokens, of length 1: what `StaticEmbedding` computes, to the last digits."""

    length: int | None = None
    """It reads a text to its end."""

    def __init__(self, folder: Path) -> None:
        """Load tokeniser and weights. Raises what these libraries raise for damaged files."""
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        folder /= _part(folder)
        self._tokenizer = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
        self._tokenizer.no_padding()
        self._weights = load_file(folder / "model.safetensors")["embedding.weight"].astype(np.float32)
        self.dimension = int(self._weights.shape[1])

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Whether the folder holds such a model and nothing else."""
        modules = json.loads((folder / "modules.json").read_bytes())
        return [module["type"] in _TYPES for module in modules] == [True] and (
            folder / _part(folder) / "model.safetensors"
        ).is_file()

    def encode(self, texts: Sequence[str], prompt: str) -> npt.NDArray[np.float32]:
        """Texts to vectors: shape (texts, dimension); 0 for a text without a token."""
        from scipy.sparse import csr_array

        ids = [
            one.ids for one in self._tokenizer.encode_batch([prompt + text for text in texts], add_special_tokens=False)
        ]
        counts = np.array([len(one) for one in ids])
        starts = np.concatenate([[0], np.cumsum(counts)])
        flat = np.fromiter((id_ for one in ids for id_ in one), dtype=np.int64, count=int(starts[-1]))
        bags = csr_array((np.ones(len(flat), dtype=np.float32), flat, starts), shape=(len(ids), len(self._weights)))
        means = (bags @ self._weights) / np.maximum(counts, 1)[:, None]
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        return np.asarray(means / np.maximum(lengths, 1e-12), dtype=np.float32)


def _part(folder: Path) -> str:
    """Where in the folder of a model its one module lies."""
    return str(json.loads((folder / "modules.json").read_bytes())[0].get("path", ""))
