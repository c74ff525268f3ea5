"""Files derived from minutes.db for one version: FAISS and BM25. Deleting them loses nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.catalogue import Catalogue, catalogue
from index.errors import IndexBusy, IndexReadOnly
from index.lexical import FILES as LEXICAL_FILES
from index.lexical import Lexical, array_from_bytes, array_to_bytes
from index.store import (
    Store,
    Version,
    Writer,
    named_damage,
    read_columns,
    read_texts,
    read_tokens,
    read_vectors,
    text_key,
    unwritable,
)
from index.vectors import Dense

ROWS = "rows.npy"
DENSE = "dense.faiss"
FILES = frozenset({ROWS, DENSE, *LEXICAL_FILES})


@dataclass(frozen=True, slots=True)
class Derived:
    """Both engines over the statements of one version, in statement order, and what filters need to know of them."""

    version: Version
    catalogue: Catalogue
    dense: Dense
    lexical: Lexical


def derive(connection: sqlite3.Connection, version: Version, old: Derived | None = None) -> Derived:
    """Build both engines from the cached vectors and tokens of a version's statements.

    What `old` holds of another version is taken over: only what is new is read, and the files come out the same.
    """
    listed = catalogue(read_columns(connection, version.id))
    rows = listed["row"]
    origin = _origin(rows, old.catalogue["row"]) if old else np.full(len(rows), -1)
    dense = lexical = None
    if old and old.version.fingerprint == version.fingerprint:
        dense = old.dense.updated(origin, _vectors(connection, version, rows[origin < 0]))
    if old and old.version.tokeniser == version.tokeniser:
        lexical = old.lexical.updated(origin, _tokens(connection, version, rows[origin < 0]))
    return Derived(
        version,
        listed,
        dense or Dense.build(_vectors(connection, version, rows)),
        lexical or Lexical.build(_tokens(connection, version, rows)),
    )


def _origin(rows: npt.NDArray[np.int64], old: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each of `rows` its place in `old`, -1 where it is not there."""
    if not len(old):
        return np.full(len(rows), -1)
    order = np.argsort(old)
    found = order[np.minimum(np.searchsorted(old, rows, sorter=order), len(old) - 1)]
    return np.where(old[found] == rows, found, -1)


def _vectors(connection: sqlite3.Connection, version: Version, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    keys = [text_key(text) for text in read_texts(connection, rows)]
    return read_vectors(connection, version.fingerprint, version.dimension, keys)


def _tokens(connection: sqlite3.Connection, version: Version, rows: npt.NDArray[np.int64]) -> list[list[str]]:
    return read_tokens(connection, version.tokeniser, [text_key(text) for text in read_texts(connection, rows)])


def publish(directory: Path, derived: Derived) -> dict[str, str]:
    """Write the files of a version under a temporary name, flush, rename; returns SHA-256 by file name.

    Whatever stood under the final name (a killed build, a damaged copy) is replaced. Raises IndexReadOnly.
    """
    parent = directory / "derived"
    try:
        parent.mkdir(exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".new-", dir=parent))
    except OSError as error:
        raise unwritable(error.strerror) from error
    try:
        digests = {name: _written(temporary / name, content) for name, content in _files(derived)}
        _flush(temporary)
        final = parent / str(derived.version.id)
        if final.exists():
            shutil.rmtree(final)
        temporary.chmod(0o755)
        temporary.rename(final)
        _flush(parent)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        raise unwritable(error.strerror) from error
    return digests


def _files(derived: Derived) -> Iterator[tuple[str, bytes]]:
    """What is on disk of a version, by file name."""
    yield ROWS, array_to_bytes(derived.catalogue)
    yield DENSE, derived.dense.serialise()
    yield from derived.lexical.files().items()


def _written(path: Path, content: bytes) -> str:
    """Write a file to disk; returns the SHA-256 of what it shall hold."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(content).hexdigest()


def load(store: Store, version: Version) -> Derived:
    """Read the files of a version, verified; build them anew where they are missing or damaged."""
    return stored(store.directory, version, store.derived(version.id)) or rebuild(store, version)


def stored(directory: Path, version: Version, expected: Mapping[str, str]) -> Derived | None:
    """The files of a version as published, None where one is missing or not what was written.

    The bytes that were verified are the bytes that are used: a file that changes later changes nothing.
    """
    files = {name: content for name, content in _contents(directory, version, expected) if content is not None}
    if files.keys() != FILES:
        return None
    listed = array_from_bytes(files[ROWS])
    return Derived(version, listed, Dense.load(files[DENSE]), Lexical.load(files, version.statements))


def damaged(store: Store, version: Version) -> list[str]:
    """Names of derived files of a version that are missing, not what was written, or of other rows than there are."""
    expected = store.derived(version.id)
    found = dict(_contents(store.directory, version, expected))
    if found[ROWS] != array_to_bytes(catalogue(store.columns(version.id))):
        found[ROWS] = None
    return sorted(name for name, content in found.items() if content is None)


def _contents(directory: Path, version: Version, expected: Mapping[str, str]) -> Iterator[tuple[str, bytes | None]]:
    """The bytes of each derived file, None where they are not those that were written."""
    for name in sorted(FILES):
        try:
            content = (directory / "derived" / str(version.id) / name).read_bytes()
        except OSError:
            content = b""
        yield name, content if hashlib.sha256(content).hexdigest() == expected.get(name) else None


def rebuild(store: Store, version: Version) -> Derived:
    """Build the engines from minutes.db, and publish them where the folder can be written and nobody else writes."""
    with closing(store.connect()) as connection, named_damage():
        derived = derive(connection, version)
    try:
        with Writer(store.directory) as writer:
            digests = publish(store.directory, derived)
            with writer.transaction() as connection:
                record(connection, version.id, digests)
    except (IndexBusy, IndexReadOnly):
        pass  # Serving from memory is as good: the files are only there to start faster.
    return derived


def record(connection: sqlite3.Connection, version: int, digests: dict[str, str]) -> None:
    """Remember the digests of a version's files."""
    connection.execute("DELETE FROM derived WHERE version = ?", (version,))
    connection.executemany(
        "INSERT INTO derived VALUES (?, ?, ?)", [(version, *item) for item in sorted(digests.items())]
    )


def discard_others(directory: Path, keep: set[int]) -> None:
    """Remove the derived files of other versions and what killed builds left; a lost race loses nothing."""
    for path in (directory / "derived").glob("*"):
        if path.name not in {str(version) for version in keep}:
            shutil.rmtree(path, ignore_errors=True)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
