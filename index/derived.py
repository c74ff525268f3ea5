"""Files derived from minutes.db for one version: FAISS and BM25. Deleting them loses nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.errors import IndexBusy, IndexReadOnly
from index.lexical import Lexical
from index.store import Store, Version, Writer, read_tokens, read_vectors, text_key, unwritable
from index.vectors import Dense

DENSE = "dense.faiss"


@dataclass(frozen=True, slots=True)
class Derived:
    """Both engines over the statements of one version, in statement order."""

    dense: Dense
    lexical: Lexical


def derive(connection: sqlite3.Connection, version: Version, texts: Sequence[str]) -> Derived:
    """Build both engines from the cached vectors and tokens of `texts`."""
    keys = [text_key(text) for text in texts]
    vectors = read_vectors(connection, version.fingerprint, version.dimension, keys)
    return Derived(Dense.build(vectors), Lexical.build(read_tokens(connection, version.tokeniser, keys)))


def publish(directory: Path, version: int, derived: Derived) -> dict[str, str]:
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
        (temporary / DENSE).write_bytes(derived.dense.serialise())
        derived.lexical.save(temporary)
        digests: dict[str, str] = {}
        for path in sorted(temporary.iterdir()):
            with path.open("rb") as file:
                os.fsync(file.fileno())
                digests[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
        final = parent / str(version)
        if final.exists():
            shutil.rmtree(final)
        temporary.chmod(0o755)
        temporary.rename(final)
        _flush(parent)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        raise unwritable(error.strerror) from error
    return digests


def load(store: Store, version: Version) -> Derived:
    """Read the files of a version after verifying them; build them anew where they are missing or damaged."""
    if not damaged(store, version):
        folder = store.directory / "derived" / str(version.id)
        return Derived(Dense.load((folder / DENSE).read_bytes()), Lexical.load(folder, version.statements))
    return rebuild(store, version)


def damaged(store: Store, version: Version) -> list[str]:
    """Names of derived files of a version that are missing or not what was written."""
    expected = store.derived(version.id)
    if DENSE not in expected:
        return [DENSE]
    folder = store.directory / "derived" / str(version.id)
    return [name for name, sha256 in sorted(expected.items()) if _sha256(folder / name) != sha256]


def rebuild(store: Store, version: Version) -> Derived:
    """Build the engines from minutes.db, and publish them where the folder can be written and nobody else writes."""
    with closing(store.connect()) as connection:
        derived = derive(connection, version, store.texts(version.id))
    try:
        with Writer(store.directory) as writer:
            digests = publish(store.directory, version.id, derived)
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
    for path in (directory / "derived").iterdir():
        if path.name not in {str(version) for version in keep}:
            shutil.rmtree(path, ignore_errors=True)


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
