"""Writer: the writing side of an index folder, and the rows that it inserts."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from index.codec import meeting_to_json, speaker_to_json
from index.errors import IndexBusy, IndexMismatch
from index.minutes import Meeting
from index.reading import Document
from index.store.schema import DATABASE, DIGESTED, FORMAT, SCHEMA, cache_digest, digest_of, named_damage, unwritable


class Writer:
    """The one writer of an index folder; holds its lock until closed."""

    def __init__(self, directory: Path) -> None:
        """Create or open the index for writing. Raises IndexBusy, IndexReadOnly, IndexMismatch."""
        self.directory = directory
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise unwritable(error.strerror) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with named_damage():
                self.connection = sqlite3.connect(directory / DATABASE, isolation_level=None, timeout=10)
                self._prepare()
        except BlockingIOError as error:
            os.close(self._lock)
            raise IndexBusy(
                f"another process is writing the index {directory.name}; try again when it has finished"
            ) from error
        except BaseException:
            os.close(self._lock)
            raise

    def _prepare(self) -> None:
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        made = self.connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
        if not made:
            # One transaction: a kill between two tables must not leave a half-made database.
            self.connection.executescript(f"BEGIN; {SCHEMA} INSERT INTO meta VALUES ('format', '{FORMAT}'); COMMIT;")
            return
        found = self.connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        if not found or found[0] != FORMAT:
            raise IndexMismatch(
                f"the index has the format {found and found[0]!r}, this program writes {FORMAT!r}; use another --index"
            )

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            self.connection.close()
        finally:
            os.close(self._lock)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; IMMEDIATE, so that nothing is found locked half-way."""
        with named_damage():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    def missing(self, table: Literal["vectors", "tokens"], maker: str, keys: Iterable[str]) -> set[str]:
        """Which text keys have no cached value of this maker (encoder or tokeniser fingerprint) yet."""
        query = f"SELECT 1 FROM {table} WHERE text = ? AND maker = ?"
        with named_damage():
            return {key for key in keys if not self.connection.execute(query, (key, maker)).fetchone()}

    def cache(self, table: Literal["vectors", "tokens"], maker: str, values: Mapping[str, bytes]) -> None:
        """Commit a batch of values by text key: a killed build goes on after it."""
        rows = [(key, maker, value, cache_digest(key, maker, value)) for key, value in values.items()]
        with self.transaction() as connection:
            connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?, ?)", rows)


def insert(connection: sqlite3.Connection, table: str, **values: object) -> int:
    """Insert a row with its digest; returns its number."""
    columns = [name.strip() for name in DIGESTED[table].split(",")]
    key = columns[0]
    if key not in values:
        values[key] = connection.execute(f"SELECT COALESCE(MAX({key}), 0) + 1 FROM {table}").fetchone()[0]
    row = [values[column] for column in columns]
    marks = ", ".join("?" * (len(columns) + 1))
    connection.execute(f"INSERT INTO {table} ({DIGESTED[table]}, digest) VALUES ({marks})", [*row, digest_of(row)])
    return int(str(values[key]))


def insert_document(connection: sqlite3.Connection, document: Document) -> int:
    """The row of a document, inserted unless a file with the same bytes is there already."""
    found = connection.execute("SELECT row FROM documents WHERE sha256 = ?", (document.sha256,)).fetchone()
    if found:
        return int(found[0])
    return insert(
        connection,
        "documents",
        sha256=document.sha256,
        media=document.media,
        pages=json.dumps(document.pages),
        text=document.text,
    )


def insert_meeting(connection: sqlite3.Connection, meeting: Meeting, document: int, place: int, version: int) -> None:
    """Insert a meeting and its statements as added by `version`."""
    meta = json.dumps(meeting_to_json(meeting), ensure_ascii=False)
    row = insert(connection, "meetings", id=meeting.id, document=document, place=place, meta=meta, added=version)
    for statement in meeting.statements:
        insert(
            connection,
            "statements",
            id=statement.id,
            turn=statement.turn,
            meeting=row,
            position=statement.position,
            kind=statement.kind,
            speaker=speaker_to_json(statement.speaker),
            agenda=statement.agenda,
            text=statement.text,
            added=version,
            spans=json.dumps([[span.page, span.start, span.end] for span in statement.spans]),
            reply_to=statement.reply_to,
        )


def remove_document(connection: sqlite3.Connection, document: int, version: int) -> None:
    """Mark the meetings and statements of a document as removed by `version`."""
    connection.execute(
        "UPDATE statements SET removed = :v WHERE removed IS NULL AND meeting IN "
        "(SELECT row FROM meetings WHERE document = :d AND removed IS NULL)",
        {"v": version, "d": document},
    )
    connection.execute(
        "UPDATE meetings SET removed = :v WHERE document = :d AND removed IS NULL", {"v": version, "d": document}
    )


def now() -> str:
    """The present moment in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
