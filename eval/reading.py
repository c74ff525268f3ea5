"""How fast files are read and cut into statements, beside what only takes the text out of a PDF."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import SourceError
from index.layouts import parse
from index.reading import Document, Refused, read_all

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Speed:
    """One kind of file: how much of it there was, and the shortest of ROUNDS times in seconds of the wall clock."""

    kind: str
    files: int
    megabytes: float
    pages: int
    reading: float
    cutting: float
    pdftotext: float | None

    @property
    def line(self) -> str:
        """A row of the table; megabytes are of UTF-8 text, pages of PDF."""
        total = self.reading + self.cutting
        rate = f"{self.pages / total:7.0f} pages/s" if self.kind == ".pdf" else f"{self.megabytes / total:7.2f} MB/s"
        beside = f"   pdftotext {self.pages / self.pdftotext:.0f} pages/s" if self.pdftotext else ""
        return (
            f"{self.kind:6} {self.files:4} files {self.megabytes:6.2f} MB {self.pages:5} pages   "
            f"read {self.reading:6.2f} s   cut {self.cutting:6.2f} s   {rate}{beside}"
        )


def speeds(folder: Path, say: Callable[[str], None]) -> Iterator[Speed]:
    """Measures every kind of file under `folder` that can be read, by its ending."""
    kinds: dict[str, list[Path]] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and _documents(file):
            kinds.setdefault(file.suffix.lower(), []).append(file)
    for kind, files in sorted(kinds.items()):
        say(f"{kind}: {len(files)} files")
        yield _speed(kind, files)


def _documents(file: Path) -> list[Document]:
    try:
        return [one for one in read_all(file) if not isinstance(one, Refused)]
    except SourceError:
        return []


def _speed(kind: str, files: Sequence[Path]) -> Speed:
    documents = [document for file in files for document in _documents(file)]
    return Speed(
        kind=kind,
        files=len(files),
        megabytes=sum(len(document.text.encode()) for document in documents) / 1e6,
        pages=sum(len(document.pages) for document in documents),
        reading=_shortest(lambda: [_documents(file) for file in files]),
        cutting=_shortest(lambda: [parse(document) for document in documents]),
        pdftotext=_shortest(lambda: _pdftotext(files)) if kind == ".pdf" and shutil.which("pdftotext") else None,
    )


def _shortest(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def _pdftotext(files: Sequence[Path]) -> None:
    """Poppler's own reader, one process for each file as one would call it."""
    for file in files:
        subprocess.run(["pdftotext", str(file), "-"], stdout=subprocess.DEVNULL, check=True)  # noqa: S603, S607
