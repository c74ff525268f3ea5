"""Whether the file that a document was read from is still there, as it was."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Literal

from index.store import MeetingRow, Source

SourceState = Literal["current", "changed", "gone"]


def source_state(meeting: MeetingRow) -> SourceState:
    """The state of the meeting's files: current while one of them still has the bytes that were indexed."""
    states = [_state(source) for source in meeting.sources]
    return next((state for state in ("current", "changed") if state in states), "gone")


def source_file(source: Source) -> Path:
    """Where a source lies on this machine."""
    return Path(source.root).joinpath(*source.path.split("/")[1:])


def _state(source: Source) -> SourceState:
    try:
        stat = source_file(source).stat()
        sha256 = _sha256(source_file(source), stat.st_mtime_ns, stat.st_size)
    except OSError:
        return "gone"
    return "current" if sha256 == source.sha256 else "changed"


@lru_cache(maxsize=1_000)
def _sha256(file: Path, changed_ns: int, size: int) -> str:  # noqa: ARG001 time and size are keys of the cache
    """SHA-256 of a file, computed again only when its time or size changes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
