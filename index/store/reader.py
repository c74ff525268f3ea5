"""Store: the reading side of an index folder."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.errors import IndexMismatch, IndexMissing, IndexReadOnly
from index.minutes import Statement
from index.reading import Document
from index.store.rows import (
    latest_version,
    read_columns,
    read_derived,
    read_meetings,
    read_row,
    read_statement,
    read_tokens,
    read_vectors,
    read_versions,
)
from index.store.schema import (
    DATABASE,
    DIGESTED,
    FORMAT,
    Columns,
    MeetingRow,
    Version,
    damaged,
    digest_of,
    named_damage,
)


class Store:
    """Reading side of one index folder. Every method takes the version that it reads."""

    def __init__(self, directory: Path, database: str = DATABASE) -> None:
        """Open an existing index read-only; a backup by the name of its file.

        Raises IndexMissing where there is none, IndexDamaged, IndexMismatch for another format.
        """
        self.directory = directory
        self._database = database
        try:
            exists = (directory / database).is_file()
        except OSError as error:
            raise IndexMissing(
                f"the index {directory.name} cannot be read ({error.strerror}); fix its rights"
            ) from error
        if not exists:
            raise IndexMissing(f"no index in {directory.name}; make one with: python -m index build FOLDER")
        with closing(self.connect()) as connection, named_damage():
            found = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        if found is None or found[0] != FORMAT:
            raise IndexMismatch(
                f"the index has the format {found and found[0]!r}, this program reads {FORMAT!r}; "
                "remove the index folder, or name another --index, and run: python -m index build FOLDER"
            )

    def connect(self) -> sqlite3.Connection:
        """A new read-only connection, for one thread; the caller closes it.

        A folder that cannot be written is opened immutable, since readers of a WAL would have to write there;
        not while the WAL holds anything, since an immutable database is read without it.
        """
        path = (self.directory / self._database).absolute()
        writable = os.access(self.directory, os.W_OK)
        mode = "mode=ro" if writable or self._unmerged() else "mode=ro&immutable=1"
        with named_damage():
            if not os.access(path, os.R_OK):
                raise IndexMissing(f"the index {self.directory.name} cannot be read; fix its rights")
            connection = sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True, timeout=5)
        if not writable and mode == "mode=ro":
            self._try_wal(connection)
        return connection

    def _unmerged(self) -> bool:
        """Whether the last writer was killed, or still writes: its changes stand in the WAL alone."""
        try:
            return (self.directory / f"{self._database}-wal").stat().st_size > 0
        except FileNotFoundError:
            return False

    def _try_wal(self, connection: sqlite3.Connection) -> None:
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            raise IndexReadOnly(
                f"the index {self.directory.name} has changes that are not merged yet, and its folder cannot be "
                f"written ({error}); copy the whole folder to a place that can be written and use that as --index"
            ) from error

    def latest(self) -> Version:
        """The newest version. Raises IndexMissing while the first build has not finished."""
        with closing(self.connect()) as connection, named_damage():
            version = latest_version(connection)
        if version is None:
            raise IndexMissing(
                f"the index {self.directory.name} has no finished version; run: python -m index build FOLDER"
            )
        return version

    def versions(self) -> list[Version]:
        """All versions that are kept, oldest first."""
        with closing(self.connect()) as connection, named_damage():
            return read_versions(connection)

    def meetings(self, version: int) -> list[MeetingRow]:
        """The meetings of a version in statement order."""
        with closing(self.connect()) as connection, named_damage():
            return read_meetings(connection, version)

    def columns(self, version: int) -> Columns:
        """What filters need of every statement, in statement order."""
        with closing(self.connect()) as connection, named_damage():
            return read_columns(connection, version)

    def row_of(self, statement_id: str, version: int) -> int | None:
        """The row of a statement that a version shows, by its id."""
        with closing(self.connect()) as connection, named_damage():
            return read_row(connection, statement_id, version)

    def statements(self, rows: Sequence[int]) -> dict[int, Statement]:
        """Statements by row. Raises IndexDamaged where a row is not what was written."""
        with closing(self.connect()) as connection, named_damage():
            marks = ",".join("?" * len(rows))
            query = f"SELECT {DIGESTED['statements']}, digest FROM statements WHERE row IN ({marks})"
            found = {row[0]: read_statement(row) for row in connection.execute(query, list(rows))}
        if missing := sorted(set(rows) - set(found)):
            raise damaged(f"statement row {missing[0]} is missing")
        return found

    def document(self, row: int) -> Document:
        """A document as it was read. Raises IndexDamaged where its text is not what was written."""
        with closing(self.connect()) as connection, named_damage():
            found = connection.execute(
                f"SELECT {DIGESTED['documents']}, digest FROM documents WHERE row = ?", (row,)
            ).fetchone()
        if found is None or digest_of(found[:-1]) != found[-1]:
            raise damaged(f"document {row} is not what was written")
        return Document(path="", sha256=found[1], media=found[2], pages=tuple(json.loads(found[3])), text=found[4])

    def vectors(self, version: Version, keys: Sequence[bytes]) -> npt.NDArray[np.float32]:
        """The vectors of texts by their keys: shape (len(keys), dimension)."""
        with closing(self.connect()) as connection, named_damage():
            return read_vectors(connection, version.fingerprint, version.dimension, keys)

    def texts_of(self, meeting: int) -> frozenset[str]:
        """The texts of a meeting's statements, by the meeting's row."""
        with closing(self.connect()) as connection, named_damage():
            found = connection.execute("SELECT text FROM statements WHERE meeting = ?", (meeting,))
            return frozenset(text for (text,) in found)

    def tokens(self, tokeniser: str, keys: Sequence[bytes]) -> list[list[str]]:
        """The tokens of texts by their keys."""
        with closing(self.connect()) as connection, named_damage():
            return read_tokens(connection, tokeniser, keys)

    def derived(self, version: int) -> dict[str, str]:
        """SHA-256 by file name of what was derived for a version."""
        with closing(self.connect()) as connection, named_damage():
            return read_derived(connection, version)
