"""Runs: what one system made of one set of questions, kept so that a repeated evaluation costs seconds."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from eval.questions import ROOT
from eval.systems import System
from index.encoder import load_encoder
from index.models import find
from index.search import Fusion

RUNS = Path("var/eval/runs")
"""Where runs are kept."""
DEPTH = 100
"""Statements of a ranking that are kept."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a set, as it is judged.

    `grades` are the statements that answer it (qrels). `cluster` is the meeting of its answer: questions about one
    meeting are no independent draws. `words` counts its words, `overlap` is the share of them that its answer holds.
    `speaker` is who must stand first, None where nobody in particular must; `asked` says whether they are asked for.
    """

    id: str
    text: str
    kind: str
    cluster: str
    unanswerable: bool
    grades: Mapping[str, int]
    speaker: str | None = None
    asked: bool = False
    dated: bool = False
    words: int = 0
    overlap: float | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """What can be found: its text, its turn, the exchange of question and reply that it belongs to, its source."""

    text: str
    turn: str
    exchange: str
    speaker: str = ""
    meeting: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question.

    `found` is the ranking of the search with its scores, at most DEPTH long; `shown` what the page shows, as answer or,
    where refused, as near misses, with its grades. `matched` is the whole set that a view gives to a question for all
    that was said, a comparison or a timeline. `let_through` says whether the filters understood leave a statement that
    answers; `milliseconds` is the time of the answer. What a question has none of is None.
    """

    question: str
    found: tuple[tuple[str, float], ...]
    shown: tuple[str, ...] = ()
    shown_grades: tuple[int, ...] = ()
    answered: bool = True
    confidence: float | None = None
    right_speaker: bool | None = None
    let_through: bool | None = None
    matched: tuple[str, ...] | None = None
    proofs: tuple[bool, ...] = ()
    milliseconds: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A system's outcomes over a set, stamped with everything that they come from.

    `refuses` says whether refused questions count as missed; where not, the ranking is measured as if none were.
    """

    set: str
    system: System
    stamp: Mapping[str, str]
    questions: tuple[Question, ...]
    outcomes: tuple[Outcome, ...]
    passages: Mapping[str, Passage]
    refuses: bool = True

    def to_json(self) -> str:
        """The run as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Run:
        """The reverse of `to_json`. Raises ValueError, KeyError or TypeError for anything else."""
        value = json.loads(text)
        return cls(
            set=value["set"],
            system=_system(value["system"]),
            stamp=value["stamp"],
            questions=tuple(Question(**one) for one in value["questions"]),
            outcomes=tuple(_outcome(one) for one in value["outcomes"]),
            passages={id_: Passage(**one) for id_, one in value["passages"].items()},
            refuses=value["refuses"],
        )


def _system(value: Mapping[str, Any]) -> System:
    return System(**{**value, "fusion": Fusion(**value["fusion"]) if value["fusion"] else None})


def _outcome(value: Mapping[str, Any]) -> Outcome:
    found = tuple((str(id_), float(score)) for id_, score in value["found"])
    return Outcome(
        **{
            **value,
            "found": found,
            "shown": tuple(value["shown"]),
            "shown_grades": tuple(value["shown_grades"]),
            "proofs": tuple(value["proofs"]),
            "matched": None if value["matched"] is None else tuple(value["matched"]),
        }
    )


class Kept:
    """Runs that are kept in a folder, each under a name that everything that decides it has a part in."""

    def __init__(self, folder: Path | None, name: str, sources: Sequence[Path]) -> None:
        """`sources` are the files and folders that the set `name` comes from; no `folder` keeps nothing."""
        self._folder = folder
        self._set = (name, [content(path) for path in sources]) if folder else None

    def _file(self, system: System) -> Path | None:
        if self._folder is None:
            return None
        engines = [load_encoder(system.encoder).fingerprint]
        engines += [find(system.reranker, "reranker").revision] if system.reranker else []
        decides = (self._set, asdict(system), engines, code())
        return self._folder / f"{hashlib.sha256(repr(decides).encode()).hexdigest()[:24]}.json"

    def get(self, system: System) -> Run | None:
        """The run of a system, None where it has to be made."""
        file = self._file(system)
        try:
            return Run.from_json(file.read_text(encoding="utf-8")) if file else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, run: Run) -> None:
        """Keep a run."""
        if file := self._file(run.system):
            file.parent.mkdir(parents=True, exist_ok=True)
            written = file.with_suffix(f".{os.getpid()}")
            written.write_text(run.to_json(), encoding="utf-8")
            written.replace(file)


@cache
def code() -> str:
    """SHA-256 over the program's own files, models aside."""
    parts = sorted(file for part in ("eval", "index", "qa") for file in (ROOT / part).rglob("*") if file.is_file())
    return _digest(file for file in parts if "__pycache__" not in file.parts and file.suffix != ".md")


def content(path: Path) -> str:
    """SHA-256 over a file, or over all files of a folder with their names."""
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    return _digest(files, path)


def _digest(files: Iterable[Path], top: Path = ROOT) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(f"{os.path.relpath(file, top)}\0{file.stat().st_size}\0".encode())
        total.update(file.read_bytes())
    return total.hexdigest()


@cache
def commit() -> str:
    """The commit of the program, with a plus where files were changed since; "unknown" outside a repository."""
    try:
        said = subprocess.run(
            ["git", "describe", "--always", "--abbrev=12", "--dirty=+", "--exclude=*"],  # noqa: S607 as the user has it
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return said.stdout.strip()


def stamp(system: System, index_content: str, version: int | None = None) -> dict[str, str]:
    """What a run file says about where it comes from: index, encoder, system, commit."""
    made = {"system": system.name, "commit": commit(), "encoder": load_encoder(system.encoder).fingerprint}
    if system.reranker:
        made["reranker"] = str(find(system.reranker, "reranker").name)
    return made | {"index": index_content} | ({"version": str(version)} if version is not None else {})


def rankings(run: Run) -> dict[str, Sequence[tuple[str, float]]]:
    """The rankings of a run, by question, for a TREC run file."""
    return {outcome.question: outcome.found for outcome in run.outcomes}
