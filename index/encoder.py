"""Texts to vectors: the embedded encoder, a model folder or a hub model, in the form of sentence-transformers.

Nothing here ever falls back to another model: what cannot be loaded is refused as `ModelUnavailable`.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import ModelUnavailable
from index.static import StaticModel

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

EMBEDDED = "embedded"
EMBEDDED_FOLDER = Path(__file__).parents[1] / "models" / "embedded"
BATCH = 256
# Weights are read from safetensors alone; a hub model brings nothing that could run.
DOWNLOADED = ("*.json", "*.safetensors", "*.txt", "*.model")

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into unit vectors; one instance may be used by several threads.

    `revision` is the SHA-256 of the weights, `fingerprint` names everything that decides a vector.
    """

    name: str
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
HUB_PROMPTS = {
    "cl-nagoya/ruri-v3-30m": RURI_V3,
    "cl-nagoya/ruri-v3-130m": RURI_V3,
    "cl-nagoya/ruri-v3-310m": RURI_V3,
    "intfloat/multilingual-e5-small": Prompts("query: ", "passage: "),
}


@dataclass(frozen=True, slots=True)
class _Files:
    """A model on disk: what it is called, where it lies, and the digests of its weights and of its tokeniser."""

    name: str
    folder: Path
    revision: str
    tokeniser: str

    def load(self) -> _Model:
        """The model itself. Raises ModelUnavailable."""
        from safetensors import SafetensorError

        try:
            return StaticModel(self.folder) if StaticModel.is_in(self.folder) else _Library(self.folder)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, SafetensorError) as error:
            raise _unloadable(self.name, error) from error


class _Model(Protocol):
    """What turns texts into unit vectors: shape (texts, dimension)."""

    dimension: int

    def encode(self, texts: Sequence[str], prompt: str) -> Vectors: ...


class _Library:
    """Any model of sentence-transformers."""

    def __init__(self, folder: Path) -> None:
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True, trust_remote_code=False)
        # Half precision keeps the files small; sums and products are made in single precision.
        self._model: SentenceTransformer = model.float()
        self.dimension = int(model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = self._model.encode(
            list(texts),
            prompt=prompt or None,
            batch_size=BATCH,
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return np.asarray(vectors, dtype=np.float32)


class SentenceEncoder:
    """An `Encoder` over a sentence-transformers model."""

    def __init__(self, files: _Files, prompts: Prompts, known: str | None) -> None:
        """Load the model; later, when it is first needed, where `known` is the fingerprint of the same files."""
        self.name = files.name
        self.revision = files.revision
        self._files = files
        self._prompts = prompts
        # The tokenisers of transformers keep state while they run ("Already borrowed").
        self._lock = threading.Lock()
        self._model: _Model | None = None
        dimension = json.loads(known)["dimension"] if known else 0
        if not known or self._fingerprint(dimension) != known:
            self._model = files.load()
            dimension = self._model.dimension
        self.dimension = dimension
        self.fingerprint = self._fingerprint(dimension)

    def _fingerprint(self, dimension: int) -> str:
        named = {
            "name": self.name,
            "revision": self.revision,
            "tokeniser": self._files.tokeniser,
            "dimension": dimension,
            "prompts": [self._prompts.query, self._prompts.document],
            "normalisation": "l2",
        }
        return json.dumps(named, ensure_ascii=False)

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
            self._model = self._model or self._files.load()
            return self._model.encode(texts, prompt)


def load_encoder(name: str | None = None, known: str | None = None) -> Encoder:
    """The encoder called `name`: None or "embedded", a model folder, or a hub name as owner/model.

    Where `known` is the fingerprint of its files, the model itself is loaded when it is first needed. Only a hub name
    uses the network, and only for what is not in the local cache yet. Raises ModelUnavailable where that fails.
    """
    if name is None or name == EMBEDDED:
        return _from_folder(EMBEDDED, EMBEDDED_FOLDER, Prompts(), known)
    if name and Path(name).is_dir():
        return _from_folder(Path(name).resolve().name, Path(name), Prompts(), known)
    if name.count("/") != 1 or name.startswith((".", "/", "~")) or name.endswith("/"):
        shown = Path(name).name or name
        raise ModelUnavailable(
            f'no encoder "{shown}": give "{EMBEDDED}", an existing model folder, or a hub name such as '
            f"{next(iter(HUB_PROMPTS))}"
        )
    return _from_folder(name, _downloaded(name), HUB_PROMPTS.get(name, Prompts()), known)


def _from_folder(name: str, folder: Path, prompts: Prompts, known: str | None) -> SentenceEncoder:
    weights = sorted(folder.rglob("*.safetensors"))
    if not weights or not (folder / "modules.json").is_file():
        raise ModelUnavailable(
            f'the encoder "{name}" has no modules.json or no weights as safetensors: '
            "give a complete sentence-transformers folder"
        )
    try:
        _refuse_foreign_code(name, folder)
        for file in folder.rglob("*.json"):
            json.loads(file.read_bytes())  # a tokeniser cut short would raise a bare Exception further down
        files = _Files(name, folder, _digest(weights), _digest(sorted(folder.rglob("tokenizer.json"))))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unloadable(name, error) from error
    return SentenceEncoder(files, prompts, known)


def _unloadable(name: str, error: Exception) -> ModelUnavailable:
    return ModelUnavailable(
        f'the encoder "{name}" cannot be loaded ({type(error).__name__}): its files are damaged, incomplete '
        "or made for another version of sentence-transformers; put the original files back"
    )


def _refuse_foreign_code(name: str, folder: Path) -> None:
    """A model folder may name only classes of sentence-transformers."""
    for module in json.loads((folder / "modules.json").read_text(encoding="utf-8")):
        if not str(module["type"]).startswith("sentence_transformers."):
            raise ModelUnavailable(f'the encoder "{name}" wants to run code of its own ({module["type"]}): refused')


def _digest(files: Sequence[Path]) -> str:
    """SHA-256 over the bytes of the files, in their order."""
    total = hashlib.sha256()
    for file in files:
        total.update(file.read_bytes())
    return total.hexdigest()


def _downloaded(name: str) -> Path:
    """The local folder of a hub model, downloaded first if it is not in the cache."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    try:
        return Path(snapshot_download(name, allow_patterns=list(DOWNLOADED)))
    except (HfHubHTTPError, OSError, ValueError) as error:
        raise ModelUnavailable(
            f'the hub model "{name}" could not be fetched ({type(error).__name__}): check the name and the network, '
            f'or use "{EMBEDDED}"'
        ) from error
