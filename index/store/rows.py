"""Reading rows of one version over an open connection."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from index.codec import meeting_from_json, meeting_to_json, speaker_from_json
from index.minutes import Span, Statement
from index.store.schema import DIGESTED, Column, MeetingRow, Source, Version, cache_digest, damaged, digest_of


def ordered(columns: str) -> str:
    """A query for the statements of version :v in statement order: by path, place in the document, position."""
    return f"""
        SELECT {columns} FROM statements s
        JOIN meetings m ON m.row = s.meeting
        JOIN (SELECT document, MIN(path) AS path FROM sources
              WHERE added <= :v AND (removed IS NULL OR removed > :v) GROUP BY document) f ON f.document = m.document
        WHERE s.added <= :v AND (s.removed IS NULL OR s.removed > :v)
        ORDER BY f.path, m.place, s.position"""


def read_versions(connection: sqlite3.Connection) -> list[Version]:
    """All versions, oldest first."""
    return [Version(*found) for found in connection.execute(f"SELECT {DIGESTED['versions']} FROM versions ORDER BY id")]


def latest_version(connection: sqlite3.Connection) -> Version | None:
    """The newest version, None before the first build has finished."""
    found = connection.execute(f"SELECT {DIGESTED['versions']} FROM versions ORDER BY id DESC LIMIT 1").fetchone()
    return Version(*found) if found else None


def read_sources(connection: sqlite3.Connection, version: int) -> list[Source]:
    """The files of a version, by path."""
    query = """SELECT s.path, s.root, s.document, d.sha256, s.parser
        FROM sources s JOIN documents d ON d.row = s.document
        WHERE s.added <= :v AND (s.removed IS NULL OR s.removed > :v) ORDER BY s.path"""
    return [Source(*found) for found in connection.execute(query, {"v": version})]


def read_meetings(connection: sqlite3.Connection, version: int) -> list[MeetingRow]:
    """The meetings of a version in statement order. Raises IndexDamaged where one is not what was written."""
    sources: dict[int, list[Source]] = {}
    for source in read_sources(connection, version):
        sources.setdefault(source.document, []).append(source)
    query = f"""SELECT {DIGESTED["meetings"]}, digest FROM meetings
        WHERE added <= :v AND (removed IS NULL OR removed > :v)"""
    found = []
    for *values, digest in connection.execute(query, {"v": version}):
        row, id_, document, place, meta, _ = values
        if digest_of(values) != digest:
            raise damaged(f"meeting row {row} is not what was written")
        if document in sources:
            meeting = meeting_from_json(id_, json.loads(meta))
            of = tuple(sources[document])
            found.append(MeetingRow(row, meeting, document, place, of[0].sha256, of))
    return sorted(found, key=lambda meeting: (meeting.sources[0].path, meeting.place))


def read_columns(connection: sqlite3.Connection, version: int) -> list[Column]:
    """What filters need of every statement, in statement order."""
    return [
        Column(*found)
        for found in connection.execute(
            ordered("s.row, s.id, s.meeting, s.kind, s.speaker, s.reply_to"), {"v": version}
        )
    ]


def read_texts(connection: sqlite3.Connection, version: int) -> dict[int, dict[str, str]]:
    """The texts of a version by document row, then by statement id."""
    texts: dict[int, dict[str, str]] = {}
    for document, id_, text in connection.execute(ordered("m.document, s.id, s.text"), {"v": version}):
        texts.setdefault(document, {})[id_] = text
    return texts


def read_vectors(
    connection: sqlite3.Connection, fingerprint: str, dimension: int, keys: Sequence[str]
) -> npt.NDArray[np.float32]:
    """Vectors by text key, half precision on disk. Raises IndexDamaged where one is missing or changed."""
    vectors = np.empty((len(keys), dimension), dtype=np.float32)
    for place, value in enumerate(_cached(connection, "vectors", fingerprint, keys)):
        vectors[place] = np.frombuffer(value, dtype=np.float16)
    return vectors


def read_tokens(connection: sqlite3.Connection, tokeniser: str, keys: Sequence[str]) -> list[list[str]]:
    """Tokens by text key. Raises IndexDamaged where they are missing or changed."""
    return [json.loads(value) for value in _cached(connection, "tokens", tokeniser, keys)]


def _cached(connection: sqlite3.Connection, table: str, maker: str, keys: Sequence[str]) -> Iterator[bytes]:
    query = f"SELECT value, digest FROM {table} WHERE text = ? AND maker = ?"
    for key in keys:
        found = connection.execute(query, (key, maker)).fetchone()
        if found is None or cache_digest(key, maker, found[0]) != found[1]:
            raise damaged(f"{table}: the entry of a statement is missing or changed")
        yield found[0]


def content_digest(connection: sqlite3.Connection, version: int) -> str:
    """Digest over everything that a version shows, in order, ids and row numbers aside."""
    digest = hashlib.sha256()
    for meeting in read_meetings(connection, version):
        paths = [source.path for source in meeting.sources]
        digest.update(digest_of([meeting.sha256, meeting.place, paths, meeting_to_json(meeting.meeting)]).encode())
    columns = "m.place, s.position, s.kind, s.speaker, s.agenda, s.text, s.spans"
    for values in connection.execute(ordered(columns), {"v": version}):
        digest.update(digest_of(values).encode())
    return digest.hexdigest()


def read_statement(found: Sequence[Any]) -> Statement:
    """A statement from its digested columns and digest. Raises IndexDamaged where it is not what was written."""
    *values, digest = found
    if digest_of(values) != digest:
        raise damaged(f"statement row {values[0]} is not what was written")
    _, id_, turn, _, position, kind, speaker, agenda, text, spans, reply_to, _ = values
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
