"""Writer: the writing side of an index folder, and the rows that it inserts."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Literal

from index.codec import meeting_to_json, speaker_to_json
from index.errors import IndexBusy, IndexMismatch
from index.minutes import Meeting, Statement
from index.reading import Document
from index.store.schema import (
    DATABASE,
    DIGESTED,
    FORMAT,
    SCHEMA,
    SHOWN,
    cache_digest,
    content_of_meeting,
    digest_of,
    named_damage,
    unwritable,
)

# The values of a statement that its meeting's digest covers.
SHOWN_VALUES = itemgetter(*SHOWN.split(", "))

Cache = Literal["vectors", "tokens"]


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
                f"the index has the format {found and found[0]!r}, this program writes {FORMAT!r}; "
                "remove the index folder, or name another --index, and run: python -m index build FOLDER"
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
                self.connection.execute("COMMIT")
            except BaseException:
                # SQLite itself ends a transaction for which the disk is full.
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def maker(self, name: str) -> int:
        """The number of an encoder or tokeniser in the caches, by its fingerprint; given one if it is new."""
        with self.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO makers (name) VALUES (?)", (name,))
            return int(connection.execute("SELECT id FROM makers WHERE name = ?", (name,)).fetchone()[0])

    def missing(self, table: Cache, maker: str, keys: Iterable[bytes]) -> set[bytes]:
        """Which text keys have no cached value of this maker (encoder or tokeniser fingerprint) yet."""
        query = f"SELECT 1 FROM {table} WHERE text = ? AND maker = ?"
        number = self.maker(maker)
        with named_damage():
            return {key for key in keys if not self.connection.execute(query, (key, number)).fetchone()}

    def cache(self, table: Cache, maker: str, values: Mapping[bytes, bytes]) -> None:
        """Commit a batch of values by text key: a killed build goes on after it."""
        number = self.maker(maker)
        rows = [(key, number, value, cache_digest(key, maker, value)) for key, value in values.items()]
        with self.transaction() as connection:
            connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?, ?)", rows)


def insert(connection: sqlite3.Connection, table: str, **values: object) -> int:
    """Insert a row with its digest; returns its number."""
    columns = [name.strip() for name in DIGESTED[table].split(",")]
    key = columns[0]
    if key not in values:
        # AUTOINCREMENT: the number of a row that vacuum removed is never given to another.
        found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        values[key] = found[0] + 1 if found else 1
    row = [values[column] for column in columns]
    marks = ", ".join("?" * (len(columns) + 1))
    connection.execute(f"INSERT INTO {table} ({DIGESTED[table]}, digest) VALUES ({marks})", [*row, digest_of(row)])
    return int(str(values[key]))


def insert_document(connection: sqlite3.Connection, document: Document) -> int:
    """The row of a document, inserted unless a file with the same bytes is there already."""
    found = connection.execute("SELECT row FROM documents WHERE sha256 = ?", (document.sha256,)).fetchone()
    return int(found[0]) if found else insert(connection, "documents", **document_values(document))


def document_values(document: Document) -> dict[str, object]:
    """What the row of a document holds."""
    pages = json.dumps(document.pages)
    return {"sha256": document.sha256, "media": document.media, "pages": pages, "text": document.text}


def insert_meeting(connection: sqlite3.Connection, meeting: Meeting, document: int, place: int, version: int) -> None:
    """Insert a meeting and its statements as added by `version`."""
    number = insert(connection, "meetings", document=document, place=place, added=version, **meeting_values(meeting))
    for statement in meeting.statements:
        insert(connection, "statements", meeting=number, **statement_values(statement))


def meeting_values(meeting: Meeting) -> dict[str, object]:
    """What the row of a meeting holds of the meeting itself."""
    meta = json.dumps(meeting_to_json(meeting), ensure_ascii=False)
    rows = map(statement_values, meeting.statements)
    return {"id": meeting.id, "meta": meta, "content": content_of_meeting(meta, map(SHOWN_VALUES, rows))}


def statement_values(statement: Statement) -> dict[str, object]:
    """What the row of a statement holds of the statement itself."""
    return {
        "id": statement.id,
        "turn": statement.turn,
        "position": statement.position,
        "kind": statement.kind,
        "speaker": speaker_to_json(statement.speaker),
        "agenda": statement.agenda,
        "text": statement.text,
        "spans": json.dumps([[span.page, span.start, span.end] for span in statement.spans]),
        "reply_to": statement.reply_to,
    }


def remove_document(connection: sqlite3.Connection, document: int, version: int) -> None:
    """Mark the meetings of a document, and so their statements, as removed by `version`."""
    connection.execute(
        "UPDATE meetings SET removed = :v WHERE document = :d AND removed IS NULL", {"v": version, "d": document}
    )


def now() -> str:
    """The present moment in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
