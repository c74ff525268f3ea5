"""Which files of minutes lie under the folders that a build was given."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import UsageError
from index.reading.files import is_minutes_name


@dataclass(frozen=True, slots=True)
class Found:
    """A file on disk. `path` begins with the folder's own name; `root` is the folder's place on this machine.

    `refused` says why something that bears the name of a file is not to be opened.
    """

    path: str
    root: str
    file: Path
    refused: str | None = None


def scan(folders: Sequence[Path]) -> list[Found]:
    """Every file under the folders (or the single files given), sorted; links, pipes and devices are refused.

    What is clearly no minutes (hidden files, sidecars, rosters, files of the system) is left out. Raises UsageError
    for a folder that does not exist or cannot be read, since it must not remove anything.
    """
    found: dict[str, Found] = {}
    for folder in folders:
        if not folder.exists():
            raise UsageError(f"the folder {folder.name!r} does not exist; nothing was changed")
        root = folder.resolve()
        base = root if root.is_dir() else root.parent
        for file in _walk(root):
            path = "/".join([base.name, *file.relative_to(base).parts])
            if path in found and found[path].file != file:
                raise UsageError(f"two folders named {base.name!r} both hold {path!r}; rename one of them")
            found[path] = Found(path, str(base), file, _refusal(file))
    return [found[path] for path in sorted(found)]


def _walk(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return
    try:
        entries = sorted(root.iterdir())
    except OSError as error:
        raise UsageError(f"the folder {root.name!r} cannot be read ({error.strerror}); nothing was changed") from error
    for entry in entries:
        if not is_minutes_name(entry.name):
            continue
        # Links are not followed: reading stays under the given folder.
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk(entry)
        else:
            yield entry


def _refusal(file: Path) -> str | None:
    try:
        mode = file.lstat().st_mode
    except OSError:
        return None  # it has gone since, or cannot be looked at: opening it says why
    if stat.S_ISLNK(mode):
        return "this is a link, and links are not followed; put the file or folder itself there"
    return None if stat.S_ISREG(mode) else "this is a pipe, socket or device, not a file; remove it from the folder"
