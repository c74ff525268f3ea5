"""The bytes of a file, with care: regular files only, within the limit, and never through a link out of the folder."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from index.errors import SourceError
from index.reading import limits

_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC  # a FIFO in the place of a file must not stop a build
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_BESIDE_MINUTES = ("thumbs.db", "desktop.ini", "roster.csv")


def is_minutes_name(name: str) -> bool:
    """Whether a file of this name may hold minutes: nothing hidden, no sidecar, no roster, lock or system file."""
    return not (name.startswith((".", "~$")) or name.lower() in _BESIDE_MINUTES or name.endswith(".meta.toml"))


def content_of(path: Path, name: str, root: Path | None = None) -> bytes:
    """The bytes of the file at `path`, called `name` in messages.

    With `root`, the file must lie under that folder and no link is followed on the way from there, even one put
    there since the folder was looked through. Raises SourceError.
    """
    try:
        handle = _opened(path, root)
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise SourceError(f"{name}: this is not a regular file; give a file of minutes")
            if found.st_size > limits.MAX_BYTES:
                size, limit = found.st_size // 2**20, limits.MAX_BYTES // 2**20
                raise SourceError(f"{name}: {size} MB is over the limit of {limit} MB (MAX_BYTES); split the file")
            content = file.read(limits.MAX_BYTES + 1)
    except OSError as error:
        if root is not None and error.errno in (errno.ELOOP, errno.EMLINK, errno.ENOTDIR):
            raise SourceError(f"{name}: a link stands in the way and is not followed; put the file there") from error
        raise SourceError(f"{name}: cannot be opened ({error.strerror}); check the path and its permissions") from error
    if not content:
        raise SourceError(f"{name}: the file is empty (0 bytes); nothing to index")
    if len(content) > limits.MAX_BYTES:
        raise SourceError(f"{name}: the file is growing over the limit (MAX_BYTES); try again when it is complete")
    return content


def _opened(path: Path, root: Path | None) -> int:
    if root is None:
        return os.open(path, _READ)
    *folders, last = path.relative_to(root).parts
    handle = os.open(root, _FOLDER)
    try:
        for folder in folders:
            inner = os.open(folder, _FOLDER, dir_fd=handle)
            os.close(handle)
            handle = inner
        return os.open(last, _READ | os.O_NOFOLLOW, dir_fd=handle)
    finally:
        os.close(handle)
