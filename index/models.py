"""Models: where their files lie, what of them counts, and what is refused before any of them is loaded."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from index.errors import ModelUnavailable
from index.hub import cached, fetched, keep_quiet
from index.names import EMBEDDED, ONNX, OPENVINO, PINS, TORCH, Backend, Name

EMBEDDED_FOLDER = Path(__file__).parents[1] / "models" / "embedded"
Kind = Literal["encoder", "reranker"]
DESCRIBED_BY: dict[Kind, str] = {"encoder": "modules.json", "reranker": "config.json"}
"""The file that a model of each kind cannot lack."""
NEEDS: dict[Backend, tuple[str, ...]] = {
    TORCH: (),
    ONNX: ("optimum", "onnxruntime"),
    OPENVINO: ("optimum", "openvino"),
}
"""The packages that each backend needs beside those of this program."""
PICKLED = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl"})
"""Weights that run code when they are read."""
CHUNK = 1 << 20

# What is fetched from the hub: never pickled weights, never those of another backend.
SETTINGS = ("*.json", "*.txt", "*.model")
# The form of a backend, in the folder of the model or in one called after the backend; the first file is the model.
FORMS: dict[Backend, tuple[str, ...]] = {ONNX: ("model.onnx*", "Constant_*"), OPENVINO: ("openvino_model.*",)}
WEIGHTS: dict[Backend, tuple[str, ...]] = {TORCH: ("*.safetensors",)} | {
    backend: (*form, *(f"{backend}/{one}" for one in form), "[0-9]_*/*.safetensors") for backend, form in FORMS.items()
}
OTHERS = {TORCH: ("onnx/*", "openvino/*"), ONNX: ("openvino/*",), OPENVINO: ("onnx/*",)}


@dataclass(frozen=True, slots=True)
class Model:
    """A model whose files are here and may be loaded. `name` finds exactly these again (a commit, a whole path)."""

    name: Name
    folder: Path
    weights: tuple[Path, ...]
    parts: tuple[Path, ...]
    """The folders of its modules, the first one first."""

    @property
    def revision(self) -> str:
        """SHA-256 of the weights."""
        return digest(self.weights)

    @property
    def tokeniser(self) -> str:
        """SHA-256 of the tokeniser."""
        files = self._files("tokenizer.json")
        return digest(files or [*self._files("*.model"), *self._files("*.txt")])

    @property
    def settings(self) -> str:
        """SHA-256 of what else decides a vector: pooling, length, letter case."""
        return digest(file for file in self._files("*.json") if file.name != "tokenizer.json")

    def _files(self, pattern: str) -> list[Path]:
        return sorted({file for part in self.parts for file in part.glob(pattern)})

    def unloadable(self, error: Exception) -> ModelUnavailable:
        """The refusal where a library could not load these files."""
        return _unloadable(self.name, error)


def find(text: str, kind: Kind) -> Model:
    """The model called `text`, from the hub's cache or the hub itself where it is one of the hub's.

    Nothing of it is loaded. Raises ModelUnavailable, also for a model that is of another kind, would run code of its
    own or has only pickled weights.
    """
    name = Name.parse(text)
    if any(find_spec(package) is None for package in NEEDS[name.backend]):
        raise _without_backend(name)
    if name.model == EMBEDDED:
        return _checked(name, EMBEDDED_FOLDER, kind)
    if name.is_on_disk and Path(name.model).is_dir():
        return _checked(name, Path(name.model), kind)
    if name.is_on_disk or name.model.count("/") != 1 or name.model.startswith((".", "~")) or name.model.endswith("/"):
        raise ModelUnavailable(
            f'no model "{name.label}": give "{EMBEDDED}", an existing model folder, or a name at the hub such as '
            f"{next(iter(PINS))}"
        )
    return _from_hub(name, kind)


def _from_hub(name: Name, kind: Kind) -> Model:
    wanted, others = (*SETTINGS, *WEIGHTS[name.backend]), OTHERS[name.backend]
    revision = name.revision or PINS.get(name.model)
    if here := cached(name.model, revision, wanted, others):
        with suppress(ModelUnavailable):  # another program may have left only a part of it there
            return _checked(Name(name.backend, name.model, revision), here, kind)
    described = fetched(name.model, revision, SETTINGS, others)
    exact = Name(name.backend, name.model, described.name)
    _parts(exact, described, kind)  # what is refused is refused before its weights are fetched
    return _checked(exact, fetched(name.model, exact.revision, wanted, others), kind)


def _checked(name: Name, folder: Path, kind: Kind) -> Model:
    parts = _parts(name, folder, kind)
    if name.backend == TORCH:
        weights = sorted({file for part in parts for file in part.glob("*.safetensors")})
        unsafe = [part for part in parts if not list(part.glob("*.safetensors")) and _pickled(part)]
    else:
        weights, unsafe = _converted(name.backend, parts), []
    if unsafe or not weights:
        raise ModelUnavailable(f'the model "{name.shown}" has no weights {_lacking(name)}')
    return Model(name, folder, tuple(weights), parts)


def _pickled(part: Path) -> bool:
    return any(file.suffix in PICKLED for file in part.glob("*"))


def _converted(backend: Backend, parts: Sequence[Path]) -> list[Path]:
    """The weights in the form of a backend, with those of the modules after the one that it computes."""
    form = FORMS[backend]
    for place in (parts[0], parts[0] / backend):
        if list(place.glob(form[0])):
            others = [file for part in parts[1:] for file in part.glob("*.safetensors")]
            return [*sorted(file for one in form for file in place.glob(one)), *sorted(others)]
    return []


def _lacking(name: Name) -> str:
    if name.backend == TORCH:
        return (
            "as safetensors, and pickled ones (.bin, .pt) are never read, since they can run code; "
            f'name another revision, or "{Name(ONNX, name.label, name.revision)}" where it has onnx/model.onnx'
        )
    return f'in the form of {name.backend}; convert it once (docs/models.md), or leave "{name.backend}:" out'


def _parts(name: Name, folder: Path, kind: Kind) -> tuple[Path, ...]:
    """The folders of the model's modules. Raises ModelUnavailable where it is none, is broken or names foreign code."""
    if not (folder / DESCRIBED_BY[kind]).is_file():
        raise ModelUnavailable(
            f'the model "{name.shown}" has no {DESCRIBED_BY[kind]}: give a model of sentence-transformers'
        )
    try:
        listed = folder / "modules.json"
        modules = json.loads(listed.read_bytes()) if listed.is_file() else []
        parts = tuple(dict.fromkeys(folder / module["path"] for module in modules)) or (folder,)
        # All are read: a tokeniser cut short would raise a bare Exception further down.
        settings = [json.loads(file.read_bytes()) for part in (folder, *parts) for file in sorted(part.glob("*.json"))]
        foreign = [str(module["type"]) for module in modules]
        foreign = [type_ for type_ in foreign if not type_.startswith("sentence_transformers.")]
        foreign += [str(one["auto_map"]) for one in settings if isinstance(one, dict) and one.get("auto_map")]
        found = _kind(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unloadable(name, error) from error
    if found != kind:  # the library would load it all the same, with weights made up at random
        raise ModelUnavailable(f'the model "{name.shown}" is no {kind}: it was made as {found}')
    if foreign:
        raise ModelUnavailable(
            f'the model "{name.shown}" wants to run code of its own ({foreign[0]}): refused; choose another model'
        )
    return parts


def _kind(folder: Path) -> str:
    """What a model was made as: "encoder", "reranker" or what its settings say."""
    files = (folder / "config_sentence_transformers.json", folder / "config.json")
    library, transformer = (json.loads(file.read_bytes()) if file.is_file() else {} for file in files)
    classifies = any(one.endswith("ForSequenceClassification") for one in transformer.get("architectures") or ())
    made_as = library.get("model_type", "CrossEncoder" if classifies else "SentenceTransformer")
    return {"SentenceTransformer": "encoder", "CrossEncoder": "reranker"}.get(made_as, str(made_as))


def _unloadable(name: Name, error: Exception) -> ModelUnavailable:
    cure = (
        "put the original files back" if name.is_on_disk else "delete it from the cache of the hub and fetch it again"
    )
    return ModelUnavailable(
        f'the model "{name.shown}" cannot be loaded ({type(error).__name__}): its files are damaged, incomplete '
        f"or made for another version of sentence-transformers; {cure}"
    )


def _without_backend(name: Name) -> ModelUnavailable:
    extra = "optimum-onnx[onnxruntime]" if name.backend == ONNX else "optimum-intel[openvino]"
    return ModelUnavailable(
        f'the model "{name.shown}" needs the packages of the backend {name.backend}, which are not here or do not fit '
        f'the installed version of transformers: pip install "{extra}" (docs/models.md says which fit), '
        f'or leave "{name.backend}:" out'
    )


def digest(files: Iterable[Path]) -> str:
    """SHA-256 over the bytes of the files, in their order."""
    total = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                total.update(chunk)
    return total.hexdigest()


def prepare(name: Name) -> None:
    """What has to be so before a model is loaded: torch is not imported yet, the libraries report on it to nobody.

    Raises ModelUnavailable where the backend does not fit the other libraries.
    """
    # Its threads wait by spinning, which makes a question 50 times slower on cores that others use as well.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from transformers.utils import logging as reports

    keep_quiet()
    logging.getLogger("optimum").setLevel(logging.ERROR)
    reports.set_verbosity_error()  # type: ignore[no-untyped-call]
    if not sys.stderr.isatty():
        reports.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        match name.backend:
            case "onnx":
                import_module("optimum.onnxruntime.modeling")
            case "openvino":
                import_module("optimum.intel.openvino.modeling")
    except (ImportError, RuntimeError) as error:
        raise _without_backend(name) from error
