"""What in minutes.db is not what was written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from index.store.reader import Store
from index.store.rows import content_of_version, named_version, read_meetings, read_versions
from index.store.schema import DIGESTED, SHOWN, cached_whole, content_of_meeting, digest_of, named_damage


def damage(store: Store) -> list[str]:
    """Every row, meeting and version that is not what was written, in words; empty when all is well."""
    with closing(store.connect()) as connection, named_damage():
        # Bytes that are no UTF-8 any more must fail their digest, not the whole check.
        connection.text_factory = lambda value: value.decode("utf-8", "surrogateescape")
        found = [f"database: {line}" for (line,) in connection.execute("PRAGMA integrity_check") if line != "ok"]
        found += [f"{table}: row {row} is not what was written" for table, row in damaged_rows(connection)]
        found += [f"{table}: row {row} is not what was written" for table, row in damaged_caches(connection)]
        found += [f"meetings: row {row} has other statements than were written" for row in damaged_meetings(connection)]
        if missing := missing_version(connection):
            found.append(f"versions: row {missing} is missing")
        # What a version shows can only be read where every row is whole.
        if not found:
            found += [f"version {id_}: it shows something else than was written" for id_ in _damaged(connection)]
    return found


def damaged_rows(connection: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """Table and number of each row whose digest does not fit."""
    for table, columns in DIGESTED.items():
        for *values, digest in connection.execute(f"SELECT {columns}, digest FROM {table}"):
            if digest_of(values) != digest:
                yield table, values[0]


def damaged_caches(connection: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """Table and number of each vector or list of tokens whose digest does not fit."""
    makers = dict(connection.execute("SELECT id, name FROM makers").fetchall())
    for table in ("vectors", "tokens"):
        for row, key, maker, value, digest in connection.execute(f"SELECT rowid, * FROM {table}"):
            if maker not in makers or not cached_whole(key, makers[maker], value, digest):
                yield table, row


def damaged_meetings(connection: sqlite3.Connection) -> Iterator[int]:
    """The rows of meetings whose statements are not, all and in order, those that were written."""
    query = f"SELECT {SHOWN} FROM statements WHERE meeting = ? ORDER BY position"
    for row, meta, content in connection.execute("SELECT row, meta, content FROM meetings"):
        if content_of_meeting(meta, connection.execute(query, (row,))) != content:
            yield row


def missing_version(connection: sqlite3.Connection) -> int | None:
    """The version that meetings or files name as newer than the newest that there is."""
    named, newest = named_version(connection)
    return named if named > newest else None


def _damaged(connection: sqlite3.Connection) -> Iterator[int]:
    for version in read_versions(connection):
        if content_of_version(read_meetings(connection, version.id)) != version.content:
            yield version.id
