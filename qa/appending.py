"""Adding lines to a file of JSON lines so that each is on the disk, whole, before it counts."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path


def append_line(path: Path, value: Mapping[str, object]) -> None:
    """Add a line; it is on the disk on return. A line that a crash has cut is ended first. Raises OSError."""
    line = json.dumps(value, ensure_ascii=False) + "\n"
    new = not path.exists()
    with path.open("ab+") as file:
        whole = new or file.seek(0, os.SEEK_END) == 0 or _last_byte(path) == b"\n"
        file.write(("" if whole else "\n").encode() + line.encode())
        file.flush()
        os.fsync(file.fileno())
    if new:
        _sync_folder(path.parent)


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)


def _sync_folder(folder: Path) -> None:
    """Have the disk know of a new file's name too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
