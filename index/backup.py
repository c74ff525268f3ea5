"""A copy of the index while it is in use, and the way back."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from index import derived
from index.errors import IndexDamaged, IndexMissing, UsageError
from index.store import DATABASE, Store, Version, Writer, damage, named_damage, unwritable

# Pages that are copied before somebody else may write again.
STEP = 4_096

Progress = Callable[[int, int], None]
"""Told how many pages are still to be copied, and how many there are."""


def backup(directory: Path, file: Path, progress: Progress | None = None) -> Version:
    """Copy all versions into one file, whoever reads or writes meanwhile; returns the newest in it.

    The file appears whole or not at all: SQLite's online backup, written beside it and then given its name. Raises
    IndexMissing, IndexDamaged, UsageError for a file that is there already, IndexReadOnly for a full disk.
    """
    store = Store(directory)
    store.latest()
    _refuse_existing(file)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        os.close(handle)
    except OSError as error:
        raise UsageError(f"the folder of {file.name!r} cannot be written ({error.strerror})") from error
    written = Path(name)
    try:
        with closing(store.connect()) as source, closing(sqlite3.connect(written)) as target, named_damage():
            source.backup(target, pages=STEP, progress=lambda _, left, all_: progress and progress(left, all_))
            target.execute("PRAGMA journal_mode = DELETE")  # one file, which opens on a disk that cannot be written
        version = Store(written.parent, written.name).latest()
        with written.open("rb") as content:
            os.fsync(content.fileno())
        os.link(written, file)  # unlike a rename, this replaces nothing that has come meanwhile
    except FileExistsError:
        _refuse_existing(file)
        raise
    except OSError as error:
        raise unwritable(error.strerror) from error
    finally:
        written.unlink(missing_ok=True)
    return version


def _refuse_existing(file: Path) -> None:
    if file.exists():
        raise UsageError(f"the file {file.name!r} is there already; give a new name, a backup replaces nothing")


def restore(file: Path, directory: Path, *, replace: bool = False) -> Version:
    """Make the index in `directory` what the backup holds; whoever reads it moves on as to any new version.

    Raises UsageError for a backup that is not what was written, or where there is an index and not `replace`;
    IndexMissing, IndexBusy, IndexReadOnly. Until the last moment the index is what it was.
    """
    if not file.is_file():
        raise IndexMissing(f"there is no backup {file.name!r}")
    if (directory / DATABASE).exists() and not replace:
        raise UsageError(
            f"{directory.name!r} holds an index already; restore into another --index, or add --replace to give it up"
        )
    try:
        store = Store(file.parent, file.name)
        version, found = store.latest(), damage(store)
    except IndexDamaged as error:
        raise UsageError(f"{file.name!r} is no backup of an index, or damaged; take another one") from error
    if found:
        raise UsageError(f"the backup {file.name!r} is damaged ({found[0]}); take another one")
    _put_aside_unreadable(directory)
    with Writer(directory) as writer, closing(store.connect()) as source, named_damage():
        source.backup(writer.connection)
    derived.discard_others(directory, {version.id})  # used where they are what the backup's digests say
    return version


def _put_aside_unreadable(directory: Path) -> None:
    """A database that SQLite cannot even open is kept under another name, so that a sound one can take its place."""
    try:
        with Writer(directory):
            return
    except IndexDamaged:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    for path in directory.glob(f"{DATABASE}*"):
        with suppress(FileNotFoundError):
            path.rename(directory / f"damaged-{stamp}-{path.name}")
