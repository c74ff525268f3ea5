"""Reading rows of one version over an open connection."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from index.codec import meeting_from_json, speaker_from_json
from index.minutes import Span, Statement
from index.store.schema import (
    DIGESTED,
    Columns,
    Forgotten,
    Life,
    MeetingRow,
    Source,
    Version,
    cached_whole,
    damaged,
    digest_of,
)

# The meetings that version :v shows.
LIVE = "m.added <= :v AND (m.removed IS NULL OR m.removed > :v)"


def texts(*columns: str) -> str:
    """Columns that are read before their digest is looked at: damage may have made bytes of a text."""
    return ", ".join(f"CAST({column} AS TEXT)" for column in columns)


def ordered(columns: str) -> str:
    """A query for the statements of version :v in statement order: by path, place in the document, position."""
    return f"""
        SELECT {columns} FROM meetings m
        JOIN (SELECT document, MIN(path) AS path FROM sources
              WHERE added <= :v AND (removed IS NULL OR removed > :v) GROUP BY document) f ON f.document = m.document
        JOIN statements s ON s.meeting = m.row
        WHERE {LIVE} ORDER BY f.path, m.place, s.position"""


def read_versions(connection: sqlite3.Connection) -> list[Version]:
    """All versions, oldest first."""
    return [Version(*found) for found in connection.execute(f"SELECT {DIGESTED['versions']} FROM versions ORDER BY id")]


def latest_version(connection: sqlite3.Connection) -> Version | None:
    """The newest version, None before the first build has finished. Raises IndexDamaged."""
    query = f"SELECT {DIGESTED['versions']}, digest FROM versions ORDER BY id DESC LIMIT 1"
    found = connection.execute(query).fetchone()
    if found and digest_of(found[:-1]) != found[-1]:
        raise damaged(f"version {found[0]} is not what was written")
    return Version(*found[:-1]) if found else None


def named_version(connection: sqlite3.Connection) -> tuple[int, int]:
    """The newest version that meetings and files name, and the newest that there is; 0 for none."""
    query = """SELECT MAX(named), (SELECT COALESCE(MAX(id), 0) FROM versions) FROM (
        SELECT COALESCE(MAX(added), 0) AS named FROM meetings UNION SELECT COALESCE(MAX(removed), 0) FROM meetings
        UNION SELECT COALESCE(MAX(added), 0) FROM sources UNION SELECT COALESCE(MAX(removed), 0) FROM sources)"""
    named, newest = connection.execute(query).fetchone()
    return named, newest


def read_sources(connection: sqlite3.Connection, version: int) -> list[Source]:
    """The files of a version, by path."""
    query = f"""SELECT {texts("s.path", "s.root")}, s.document, {texts("d.sha256", "s.parser")}
        FROM sources s JOIN documents d ON d.row = s.document
        WHERE s.added <= :v AND (s.removed IS NULL OR s.removed > :v) ORDER BY s.path"""
    return [Source(*found) for found in connection.execute(query, {"v": version})]


def read_meetings(
    connection: sqlite3.Connection, version: int, only: Literal["new", "leaving"] | None = None
) -> list[MeetingRow]:
    """The meetings of a version in statement order. Raises IndexDamaged where one is not what was written.

    `only` keeps those that the version brought, or those that the next one no longer has.
    """
    sources: dict[int, list[Source]] = {}
    for source in read_sources(connection, version):
        sources.setdefault(source.document, []).append(source)
    which = {None: "", "new": " AND m.added = :v", "leaving": " AND m.removed = :v + 1"}[only]
    query = f"SELECT {DIGESTED['meetings']}, digest FROM meetings m WHERE {LIVE}{which}"
    found = []
    for *values, digest in connection.execute(query, {"v": version}):
        row, id_, document, place, meta, content, _ = values
        if digest_of(values) != digest:
            raise damaged(f"meeting row {row} is not what was written")
        if document in sources:
            meeting = meeting_from_json(id_, json.loads(meta))
            of = tuple(sources[document])
            found.append(MeetingRow(row, meeting, document, place, content, of[0].sha256, of))
    return sorted(found, key=lambda meeting: (meeting.sources[0].path, meeting.place))


def content_of_version(meetings: Iterable[MeetingRow]) -> str:
    """Digest over what a version shows: its meetings in order, each with its paths; ids and row numbers aside."""
    shown = ([meeting.sha256, meeting.place, meeting.content, meeting.paths] for meeting in meetings)
    return digest_of(shown)


def read_columns(connection: sqlite3.Connection, version: int) -> Columns:
    """What filters need of every statement, in statement order."""
    query = ordered(f"s.row, {texts('s.id')}, s.meeting, {texts('s.kind', 's.speaker', 's.reply_to')}")
    found = connection.execute(query, {"v": version}).fetchall()
    return Columns(*zip(*found, strict=True)) if found else Columns((), (), (), (), (), ())


def read_row(connection: sqlite3.Connection, id_: str, version: int) -> int | None:
    """The row of a statement that a version shows, by its id."""
    query = f"SELECT s.row FROM statements s JOIN meetings m ON m.row = s.meeting WHERE s.id = :id AND {LIVE}"
    found = connection.execute(query, {"id": id_, "v": version}).fetchone()
    return int(found[0]) if found else None


def read_rows(connection: sqlite3.Connection, version: int) -> npt.NDArray[np.int64]:
    """The rows of a version's statements, in statement order: shape (statements,)."""
    found = connection.execute(ordered("s.row"), {"v": version})
    return np.fromiter((row for (row,) in found), dtype=np.int64)


def read_texts(connection: sqlite3.Connection, rows: Iterable[int]) -> Iterator[str]:
    """The texts of statements by row, in the order of `rows`. Raises IndexDamaged where one is missing."""
    for row in rows:
        found = connection.execute("SELECT text FROM statements WHERE row = ?", (int(row),)).fetchone()
        if found is None:
            raise damaged(f"statement row {row} is missing")
        yield found[0]


def count_statements(connection: sqlite3.Connection, version: int) -> dict[int, int]:
    """How many statements of a version each document has, by its row."""
    query = f"""SELECT m.document, COUNT(*) FROM meetings m JOIN statements s ON s.meeting = m.row
        WHERE {LIVE} GROUP BY m.document"""
    return dict(connection.execute(query, {"v": version}).fetchall())


def read_ids(connection: sqlite3.Connection, version: int, document: int) -> set[str]:
    """The ids of the statements that a version shows of a document."""
    query = f"SELECT s.id FROM meetings m JOIN statements s ON s.meeting = m.row WHERE {LIVE} AND m.document = :d"
    return {id_ for (id_,) in connection.execute(query, {"v": version, "d": document})}


def read_vectors(
    connection: sqlite3.Connection, fingerprint: str, dimension: int, keys: Sequence[bytes]
) -> npt.NDArray[np.float32]:
    """Vectors by text key, half precision on disk. Raises IndexDamaged where one is missing or changed."""
    vectors = np.empty((len(keys), dimension), dtype=np.float32)
    for place, value in enumerate(_cached(connection, "vectors", fingerprint, keys)):
        vectors[place] = np.frombuffer(value, dtype=np.float16)
    return vectors


def read_tokens(connection: sqlite3.Connection, tokeniser: str, keys: Sequence[bytes]) -> list[list[str]]:
    """Tokens by text key. Raises IndexDamaged where they are missing or changed."""
    return [json.loads(value) for value in _cached(connection, "tokens", tokeniser, keys)]


def read_in_meeting(connection: sqlite3.Connection, meeting: int) -> list[Statement]:
    """The statements of a meeting, by its row, in order. Raises IndexDamaged where one is not what was written."""
    query = f"SELECT {DIGESTED['statements']}, digest FROM statements WHERE meeting = ? ORDER BY position"
    return [read_statement(found) for found in connection.execute(query, (meeting,))]


def read_lives(connection: sqlite3.Connection, id_: str, version: int) -> list[Life]:
    """The meetings that have held a statement with this id until `version`, oldest first."""
    query = """SELECT m.row, m.added, m.removed FROM statements s JOIN meetings m ON m.row = s.meeting
        WHERE s.id = ? AND m.added <= ? AND (m.removed IS NULL OR m.removed > m.added) ORDER BY m.added, m.row"""
    return [Life(*found) for found in connection.execute(query, (id_, version))]


def read_files(connection: sqlite3.Connection, version: int) -> tuple[set[str], set[str]]:
    """The paths that a version brought, and those that it no longer has; a changed file is in both."""
    added = connection.execute("SELECT path FROM sources WHERE added = ?", (version,))
    removed = connection.execute("SELECT path FROM sources WHERE removed = ?", (version,))
    return {path for (path,) in added}, {path for (path,) in removed}


def read_forgotten(connection: sqlite3.Connection, id_: str) -> Forgotten | None:
    """What vacuum kept of a statement: its successor, and since when it is not shown. Raises IndexDamaged."""
    query = f"SELECT {DIGESTED['forgotten']}, digest FROM forgotten WHERE id = ? ORDER BY version DESC LIMIT 1"
    found = connection.execute(query, (id_,)).fetchone()
    if found is None:
        return None
    if digest_of(found[:-1]) != found[-1]:
        raise damaged(f"row {found[0]} of what was removed is not what was written")
    return Forgotten(*found[1:-1])


def read_derived(connection: sqlite3.Connection, version: int) -> dict[str, str]:
    """SHA-256 by file name of what was derived for a version."""
    # Damage that is no UTF-8 any more is a digest that does not fit, for which the file is built anew.
    query = "SELECT CAST(name AS BLOB), CAST(sha256 AS BLOB) FROM derived WHERE version = ?"
    found = connection.execute(query, (version,))
    return {name.decode(errors="surrogateescape"): digest.decode(errors="surrogateescape") for name, digest in found}


def read_maker(connection: sqlite3.Connection, name: str) -> int | None:
    """The number of an encoder or tokeniser in the caches, by its fingerprint."""
    found = connection.execute("SELECT id FROM makers WHERE name = ?", (name,)).fetchone()
    return int(found[0]) if found else None


def _cached(connection: sqlite3.Connection, table: str, maker: str, keys: Sequence[bytes]) -> Iterator[bytes]:
    number = read_maker(connection, maker)
    query = f"SELECT value, digest FROM {table} WHERE text = ? AND maker = ?"
    for key in keys:
        found = connection.execute(query, (key, number)).fetchone()
        if found is None or not cached_whole(key, maker, *found):
            raise damaged(f"{table}: the entry of a statement is missing or changed")
        yield found[0]


def read_statement(found: Sequence[Any]) -> Statement:
    """A statement from its digested columns and digest. Raises IndexDamaged where it is not what was written."""
    *values, digest = found
    if digest_of(values) != digest:
        raise damaged(f"statement row {values[0]} is not what was written")
    _, id_, turn, _, position, kind, speaker, agenda, text, spans, reply_to = values
    return Statement(
        id=id_,
        turn=turn,
        position=position,
        kind=kind,
        speaker=speaker_from_json(speaker),
        agenda=agenda,
        text=text,
        spans=tuple(Span(*span) for span in json.loads(spans)),
        reply_to=reply_to,
    )
