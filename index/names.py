"""What models are called, and at which commit one is taken whose name says none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

EMBEDDED = "embedded"
Backend = Literal["torch", "onnx", "openvino"]
TORCH: Backend = "torch"
ONNX: Backend = "onnx"
OPENVINO: Backend = "openvino"
BACKENDS = (TORCH, ONNX, OPENVINO)

# The commit that a model is taken at where none is named, so that nobody's upload changes an index.
PINS = {
    "cl-nagoya/ruri-v3-30m": "24899e5de370b56d179604a007c0d727bf144504",
    "cl-nagoya/ruri-v3-130m": "e3114c6ee10dbab8b4b235fbc6dcf9dd4d5ac1a6",
    "cl-nagoya/ruri-v3-310m": "18b60fb8c2b9df296fb4212bb7d23ef94e579cd3",
    "BAAI/bge-m3": "5617a9f61b028005a4858fdac845db406aefb181",
    "intfloat/multilingual-e5-small": "614241f622f53c4eeff9890bdc4f31cfecc418b3",
    "hotchpotch/static-embedding-japanese": "95b3d9c80a7ccf604e2b5daee7b1b3eed6b1a9d3",
    "cl-nagoya/ruri-v3-reranker-310m": "bb46934ee9ed09f850b9fcff17501b3ef7ddb2b3",
}
SHORT = {name.partition("/")[2]: name for name in PINS}


@dataclass(frozen=True, slots=True)
class Name:
    """A model as it is named: [BACKEND:]NAME[@REVISION].

    `model` is "embedded", a folder or owner/model. Short names of the pinned models stand for them.
    """

    backend: Backend
    model: str
    revision: str | None = None

    @classmethod
    def parse(cls, text: str) -> Name:
        """The parts of a name, whether there is such a model or not; reads nothing but whether it is a folder."""
        backend = next((one for one in BACKENDS if text.startswith(f"{one}:")), TORCH)
        rest = text.removeprefix(f"{backend}:")
        if rest == EMBEDDED or rest in SHORT:
            return cls(backend, SHORT.get(rest, rest))
        if rest and (Path(rest).is_absolute() or Path(rest).is_dir()):
            return cls(backend, str(Path(rest).resolve()))
        model, _, revision = rest.partition("@")
        return cls(backend, SHORT.get(model, model), revision or None)

    def __str__(self) -> str:
        backend = "" if self.backend == TORCH else f"{self.backend}:"
        return f"{backend}{self.model}" + (f"@{self.revision}" if self.revision else "")

    @property
    def is_on_disk(self) -> bool:
        """Whether it is the embedded model or a folder, not a model of the hub."""
        return self.model == EMBEDDED or Path(self.model).is_absolute()

    @property
    def label(self) -> str:
        """The model without backend and revision, a folder without its place on this machine."""
        return Path(self.model).name if Path(self.model).is_absolute() else self.model

    @property
    def shown(self) -> str:
        """The whole name without a place on this machine."""
        return str(Name(self.backend, self.label, self.revision))


def settled(named: str | None, recorded: str | None) -> str:
    """The name to build with: what is `named`, else what the index has `recorded`, else the embedded model.

    Where both are the same model and no revision is named, the recorded one stays: only another name moves an index.
    """
    if named is None or recorded is None:
        return named or recorded or EMBEDDED
    new, old = Name.parse(named), Name.parse(recorded)
    same = (new.backend, new.model) == (old.backend, old.model)
    return recorded if same and new.revision is None else named
