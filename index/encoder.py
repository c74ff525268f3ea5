"""Texts to vectors: the embedded encoder, a model folder or a hub model, in the form of sentence-transformers.

Nothing here ever falls back to another model: what cannot be loaded is refused as `ModelUnavailable`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from index.models import EMBEDDED_FOLDER, Model, find, prepare
from index.names import EMBEDDED, TORCH
from index.static import StaticModel

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["EMBEDDED", "EMBEDDED_FOLDER", "Encoder", "load_encoder"]

# Texts at once: a transformer pads them to the longest, a table of vectors does not.
BATCH = 32
STATIC_BATCH = 256

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into unit vectors; one instance may be used by several threads.

    `revision` is the SHA-256 of the weights, `fingerprint` names everything that decides a vector. `exact` is the name
    that loads this encoder again and no other, as an index keeps it: owner/model@COMMIT, a whole path.
    """

    name: str
    exact: str
    revision: str
    dimension: int
    fingerprint: str

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions to vectors: shape (texts, dimension), length 1, or 0 for a text without a known token."""
        ...

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Statements to vectors: as `encode_queries`."""
        ...


@dataclass(frozen=True, slots=True)
class Prompts:
    """What a model wants to read before a question and before a statement."""

    query: str = ""
    document: str = ""


RURI_V3 = Prompts("検索クエリ: ", "検索文書: ")
# Of the models that were trained with prompts, for revisions whose files do not name them.
KNOWN_PROMPTS = {
    "cl-nagoya/ruri-v3-30m": RURI_V3,
    "cl-nagoya/ruri-v3-130m": RURI_V3,
    "cl-nagoya/ruri-v3-310m": RURI_V3,
    "intfloat/multilingual-e5-small": Prompts("query: ", "passage: "),
}


def _prompts(model: Model) -> Prompts:
    """What the model's own files say, else what is known of it."""
    file = model.folder / "config_sentence_transformers.json"
    own = json.loads(file.read_bytes()).get("prompts") or {} if file.is_file() else {}
    prompts = Prompts(own.get("query") or "", own.get("document") or own.get("passage") or "")
    return prompts if prompts != Prompts() else KNOWN_PROMPTS.get(model.name.model, prompts)


class _Loaded(Protocol):
    """What turns texts into unit vectors: shape (texts, dimension). `length` is the most tokens read of a text."""

    dimension: int
    length: int | None

    def encode(self, texts: Sequence[str], prompt: str) -> Vectors: ...


class _Library:
    """Any model of sentence-transformers, on the graphics card where there is one."""

    def __init__(self, model: Model) -> None:
        prepare(model.name)
        from sentence_transformers import SentenceTransformer

        loaded = SentenceTransformer(
            str(model.folder),
            backend=model.name.backend,
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True} if model.name.backend == TORCH else None,
        )
        # Half precision keeps the files small; sums and products are made in single precision.
        self._model: SentenceTransformer = loaded.float() if model.name.backend == TORCH else loaded
        self.dimension = int(loaded.get_embedding_dimension() or 0)
        self.length = loaded.max_seq_length if loaded.transformers_model is not None else None
        self._batch = STATIC_BATCH if self.length is None else BATCH

    def encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = self._model.encode(
            list(texts),
            prompt=prompt,  # also where it is empty: else the model may take a default one
            batch_size=self._batch,
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return np.asarray(vectors, dtype=np.float32)


class SentenceEncoder:
    """An `Encoder` over a sentence-transformers model."""

    def __init__(self, model: Model, known: str | None) -> None:
        """Load the model; later, when it is first needed, where `known` is the fingerprint of the same files."""
        self.name = model.name.label
        self.exact = str(model.name)
        self._files = model
        # The tokenisers of transformers keep state while they run ("Already borrowed").
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None
        try:
            self.revision = model.revision
            self._prompts = _prompts(model)
            said = json.loads(known) if known else {}
            self.dimension = said.get("dimension", 0)
            self.fingerprint = self._fingerprint(said.get("max_seq_length"))
        except (OSError, ValueError, AttributeError) as error:
            raise model.unloadable(error) from error
        if self.fingerprint != known:
            self._loaded = _load(model)
            self.dimension = self._loaded.dimension
            self.fingerprint = self._fingerprint(self._loaded.length)

    def _fingerprint(self, length: int | None) -> str:
        """What decides a vector, in JSON; what is as with the embedded model stands only where it differs.

        Torch computes in single precision whatever the files hold; for another backend its own files decide.
        """
        named: dict[str, Any] = {
            "name": self.name,
            "revision": self.revision,
            "tokeniser": self._files.tokeniser,
            "dimension": self.dimension,
            "prompts": [self._prompts.query, self._prompts.document],
            "normalisation": "l2",
        }
        if self._files.name.backend != TORCH:
            named["backend"] = self._files.name.backend
        if self._files.name.revision:
            named["commit"] = self._files.name.revision
        if not StaticModel.is_in(self._files.folder):
            named |= {"settings": self._files.settings, "max_seq_length": length, "precision": self._precision}
        return json.dumps(named, ensure_ascii=False)

    @property
    def _precision(self) -> str:
        return "float32" if self._files.name.backend == TORCH else "as stored"

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions to vectors: shape (texts, dimension), length 1, or 0 for a text without a known token."""
        return self._encode(texts, self._prompts.query)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Statements to vectors: as `encode_queries`."""
        return self._encode(texts, self._prompts.document)

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            self._loaded = self._loaded or _load(self._files)
            return self._loaded.encode(texts, prompt)


def load_encoder(name: str | None = None, known: str | None = None) -> Encoder:
    """The encoder called `name`: None or "embedded", a model folder, or a hub model ([BACKEND:]NAME[@REVISION]).

    Where `known` is the fingerprint of its files, the model itself is loaded when it is first needed. Only a hub name
    uses the network, and only for what is not in the local cache yet. Raises ModelUnavailable where that fails.
    """
    return SentenceEncoder(find(EMBEDDED if name is None else name, "encoder"), known)


def _load(model: Model) -> _Loaded:
    from safetensors import SafetensorError

    try:
        is_static = model.name.backend == TORCH and StaticModel.is_in(model.folder)
        return StaticModel(model.folder) if is_static else _Library(model)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, SafetensorError) as error:
        raise model.unloadable(error) from error
