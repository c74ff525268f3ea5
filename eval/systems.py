"""Systems to compare: an encoder, its weight beside BM25, filters, a reranker, abstention."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.encoder import EMBEDDED
from index.errors import UsageError
from index.search import Fusion
from qa.calibration import Calibration, calibration


@dataclass(frozen=True, slots=True)
class System:
    """One way to answer. What is None is as it was fitted for the encoder, or not used (`reranker`).

    `weight` is that of the encoder beside BM25: 0 is BM25 alone, 1 the encoder alone. Without `filters`, what a
    question names (a speaker, a meeting, a day) does not restrict the search. Nothing is answered with a confidence
    under `threshold`. `fusion` takes the place of everything that was fitted for mixing.
    """

    name: str
    encoder: str = EMBEDDED
    weight: float | None = None
    filters: bool = True
    reranker: str | None = None
    threshold: float | None = None
    fusion: Fusion | None = None

    def model(self) -> Calibration:
        """The encoder's calibration with what this system sets itself."""
        fitted = calibration(self.encoder)
        fusion = self.fusion or fitted.fusion
        fusion = fusion if self.weight is None else replace(fusion, weight=self.weight)
        threshold = fitted.threshold if self.threshold is None else self.threshold
        return replace(fitted, fusion=fusion, threshold=threshold)


BUILT_IN = (System("bm25", weight=0.0), System("dense", weight=1.0), System("both"))
_KINDS: dict[str, tuple[type, ...]] = {
    "encoder": (str,),
    "weight": (int, float),
    "filters": (bool,),
    "reranker": (str,),
    "threshold": (int, float),
}
_SHARES = ("weight", "threshold")


def read_systems(file: Path) -> tuple[System, ...]:
    """The systems of a TOML file: each table is one, its name the system's. Raises UsageError."""
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"the systems {file.name!r} cannot be read: {error}") from error
    if not tables:
        raise UsageError(f"{file.name} names no system; write a table for each, such as [half] with weight = 0.5")
    return tuple(_system(file.name, name, table) for name, table in tables.items())


def _system(file: str, name: str, table: Any) -> System:
    if not isinstance(table, dict):
        raise UsageError(f"{file}: {name} stands outside a table; write [NAME] above it")
    if not name.isprintable() or " " in name:
        raise UsageError(f"{file}: a system's name holds no blanks: {name!r}")
    for key, value in table.items():
        if key not in _KINDS:
            known = ", ".join(_KINDS)
            raise UsageError(f"{file}, [{name}]: there is no {key!r}; a system has {known}")
        right = isinstance(value, _KINDS[key]) and (bool in _KINDS[key] or not isinstance(value, bool))
        if not right or (key in _SHARES and not 0 <= value <= 1):
            raise UsageError(f"{file}, [{name}]: {key} cannot be {value!r}")
    return System(name, **table)


def chosen(names: Sequence[str], file: Path | None) -> tuple[System, ...]:
    """The systems called `names` of the built-in ones and those of a file; all of them for no names.

    Raises UsageError for a name that there is not.
    """
    there = {system.name: system for system in (*BUILT_IN, *(read_systems(file) if file else ()))}
    if unknown := [name for name in names if name not in there]:
        raise UsageError(f"there is no system {unknown[0]!r}; there are {', '.join(there)}")
    return tuple(there[name] for name in names) if names else tuple(there.values())
