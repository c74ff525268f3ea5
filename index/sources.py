"""Whether the file that a document was read from is still there, as it was."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Literal

from index.errors import SourceError
from index.reading import member_digests
from index.store import MeetingRow, Source

SourceState = Literal["current", "changed", "gone"]


def source_state(meeting: MeetingRow) -> SourceState:
    """The state of the meeting's files: current while one of them still has the bytes that were indexed."""
    states = [source_state_of(source) for source in meeting.sources]
    return next((state for state in ("current", "changed") if state in states), "gone")


def current_source(meeting: MeetingRow) -> Source | None:
    """A file of the meeting that still has the bytes that were indexed; None where none has."""
    return next((source for source in meeting.sources if source_state_of(source) == "current"), None)


def source_file(source: Source) -> Path:
    """Where a source lies on this machine; for a file in a ZIP, the ZIP."""
    return _on_disk(source)[0]


def _on_disk(source: Source) -> tuple[Path, str]:
    """The file that holds a source, and the source's path inside where that is a ZIP, else nothing."""
    file = Path(source.root)
    parts = source.path.split("/")[1:]
    for place, part in enumerate(parts, 1):
        file = file / part
        if place < len(parts) and file.is_file():
            return file, "/".join(parts[place:])
    return file, ""


def source_state_of(source: Source) -> SourceState:
    """The state of one file."""
    file, inner = _on_disk(source)
    try:
        stat = file.stat()
        if inner:
            sha256 = _members(file, stat.st_mtime_ns, stat.st_size).get(inner)
            if sha256 is None:
                return "gone"
        else:
            sha256 = _sha256(file, stat.st_mtime_ns, stat.st_size)
    except OSError:
        return "gone"
    except SourceError:  # the ZIP can no longer be read
        return "changed"
    return "current" if sha256 == source.sha256 else "changed"


@lru_cache(maxsize=1_000)
def _sha256(file: Path, changed_ns: int, size: int) -> str:  # noqa: ARG001 time and size are keys of the cache
    """SHA-256 of a file, computed again only when its time or size changes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@lru_cache(maxsize=100)
def _members(file: Path, changed_ns: int, size: int) -> dict[str, str]:  # noqa: ARG001 as for _sha256
    """SHA-256 of each file in a ZIP by its path inside."""
    return member_digests(file)
