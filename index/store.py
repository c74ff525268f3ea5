"""The SQLite database: the only truth, and the only place that writes under INDEX.

A row that carries `added` and `removed` belongs to every version v with added <= v < removed; nothing
is deleted, so a reader that has settled on a version keeps reading it while a build goes on. Every row
carries a digest over its columns, every version a digest over what it shows, in order (without ids and
row numbers, so that an index grown step by step and one built at once can be compared).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from index.codec import meeting_from_json, meeting_to_json, speaker_from_json, speaker_to_json
from index.errors import IndexBusy, IndexDamaged, IndexMismatch, IndexMissing, IndexReadOnly
from index.minutes import Meeting, Span, Statement
from index.reading import Document

FORMAT = "minutes-index/1"
DATABASE = "minutes.db"

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE versions (
  id INTEGER PRIMARY KEY, created TEXT NOT NULL, encoder TEXT NOT NULL, fingerprint TEXT NOT NULL,
  dimension INTEGER NOT NULL, tokeniser TEXT NOT NULL, statements INTEGER NOT NULL, content TEXT NOT NULL,
  digest TEXT NOT NULL) STRICT;
CREATE TABLE derived (
  version INTEGER NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (version, name)) STRICT;
CREATE TABLE documents (
  row INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, media TEXT NOT NULL, pages TEXT NOT NULL,
  text TEXT NOT NULL, digest TEXT NOT NULL) STRICT;
CREATE TABLE sources (
  row INTEGER PRIMARY KEY, path TEXT NOT NULL, root TEXT NOT NULL, document INTEGER NOT NULL,
  parser TEXT NOT NULL, added INTEGER NOT NULL, removed INTEGER, digest TEXT NOT NULL) STRICT;
CREATE TABLE meetings (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL, document INTEGER NOT NULL, place INTEGER NOT NULL,
  meta TEXT NOT NULL, added INTEGER NOT NULL, removed INTEGER, digest TEXT NOT NULL) STRICT;
CREATE INDEX meetings_id ON meetings (id);
CREATE TABLE statements (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL, turn TEXT NOT NULL, meeting INTEGER NOT NULL,
  position INTEGER NOT NULL, kind TEXT NOT NULL, speaker TEXT, agenda TEXT, text TEXT NOT NULL,
  spans TEXT NOT NULL, added INTEGER NOT NULL, removed INTEGER, digest TEXT NOT NULL) STRICT;
CREATE INDEX statements_id ON statements (id);
CREATE INDEX statements_meeting ON statements (meeting);
CREATE TABLE vectors (
  text TEXT NOT NULL, maker TEXT NOT NULL, value BLOB NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (text, maker)) STRICT;
CREATE TABLE tokens (
  text TEXT NOT NULL, maker TEXT NOT NULL, value BLOB NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (text, maker)) STRICT;
"""

# The columns that a row's digest covers. `removed` is left out: it changes once, and a version's own
# digest notices a row that has come or gone.
DIGESTED = {
    "versions": "id, created, encoder, fingerprint, dimension, tokeniser, statements, content",
    "documents": "row, sha256, media, pages, text",
    "sources": "row, path, root, document, parser, added",
    "meetings": "row, id, document, place, meta, added",
    "statements": "row, id, turn, meeting, position, kind, speaker, agenda, text, spans, added",
}


@dataclass(frozen=True, slots=True)
class Version:
    """One commit of the index. `content` is the digest over what it shows."""

    id: int
    created: str
    encoder: str
    fingerprint: str
    dimension: int
    tokeniser: str
    statements: int
    content: str


@dataclass(frozen=True, slots=True)
class Source:
    """A file of minutes as a version knows it. `root` is the folder it was found under."""

    path: str
    root: str
    document: int
    sha256: str
    parser: str


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting (without its statements) with its row, its document and every path of that document."""

    row: int
    meeting: Meeting
    document: int
    place: int
    sha256: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """What filtering needs to know of one statement, in statement order."""

    row: int
    id: str
    meeting: int
    kind: str
    speaker: str | None


def digest_of(values: Iterable[object]) -> str:
    """SHA-256 over values in an unambiguous form."""
    return hashlib.sha256(json.dumps(list(values), ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def text_key(text: str) -> str:
    """The key of a text in the caches of vectors and tokens."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@contextmanager
def _named_damage() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise IndexBusy(f"the index is being written by another process ({error}); try again") from error
        if "full" in str(error) or "readonly" in str(error) or "unable to open" in str(error):
            raise unwritable(error) from error
        raise _damaged(error) from error
    except sqlite3.DatabaseError as error:
        raise _damaged(error) from error


def unwritable(error: object) -> IndexReadOnly:
    """The error for an index folder that cannot be written, and why."""
    return IndexReadOnly(
        f"the index folder cannot be written ({error}); free space or fix its rights, then build again"
    )


def _damaged(error: object) -> IndexDamaged:
    return IndexDamaged(
        f"the database of the index is damaged ({error}); remove the index folder and run: python -m index build FOLDER"
    )


class Store:
    """Reading side of one index folder. Every method takes the version that it reads."""

    def __init__(self, directory: Path) -> None:
        """Open an existing index read-only.

        Raises IndexMissing where there is none, IndexDamaged, IndexMismatch for another format.
        """
        self.directory = directory
        try:
            exists = (directory / DATABASE).is_file()
        except OSError as error:
            raise IndexMissing(
                f"the index {directory.name} cannot be read ({error.strerror}); fix its rights"
            ) from error
        if not exists:
            raise IndexMissing(f"no index in {directory.name}; make one with: python -m index build FOLDER")
        with closing(self.connect()) as connection, _named_damage():
            found = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        if found is None or found[0] != FORMAT:
            raise IndexMismatch(
                f"the index has the format {found and found[0]!r}, this program reads {FORMAT!r}; "
                "build it anew in another folder: python -m index build FOLDER --index DIR"
            )

    def connect(self) -> sqlite3.Connection:
        """A new read-only connection, for one thread; the caller closes it.

        A folder that cannot be written is opened immutable: WAL readers would have to write there.
        """
        path = (self.directory / DATABASE).absolute()
        mode = "mode=ro" if os.access(self.directory, os.W_OK) else "mode=ro&immutable=1"
        with _named_damage():
            if not os.access(path, os.R_OK):
                raise IndexMissing(f"the index {self.directory.name} cannot be read; fix its rights")
            return sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True, timeout=5)

    def latest(self) -> Version:
        """The newest version. Raises IndexMissing while the first build has not finished."""
        with closing(self.connect()) as connection, _named_damage():
            version = latest_version(connection)
        if version is None:
            raise IndexMissing(
                f"the index {self.directory.name} has no finished version; run: python -m index build FOLDER"
            )
        return version

    def meetings(self, version: int) -> list[MeetingRow]:
        """The meetings of a version in statement order."""
        with closing(self.connect()) as connection, _named_damage():
            return read_meetings(connection, version)

    def columns(self, version: int) -> list[Column]:
        """What filters need of every statement, in statement order."""
        with closing(self.connect()) as connection, _named_damage():
            return read_columns(connection, version)

    def statements(self, rows: Sequence[int]) -> dict[int, Statement]:
        """Statements by row. Raises IndexDamaged where a row is not what was written."""
        with closing(self.connect()) as connection, _named_damage():
            marks = ",".join("?" * len(rows))
            query = f"SELECT {DIGESTED['statements']}, digest FROM statements WHERE row IN ({marks})"
            return {found[0]: _statement(found) for found in connection.execute(query, list(rows))}

    def document(self, row: int) -> Document:
        """A document as it was read. Raises IndexDamaged where its text is not what was written."""
        with closing(self.connect()) as connection, _named_damage():
            found = connection.execute(
                f"SELECT {DIGESTED['documents']}, digest FROM documents WHERE row = ?", (row,)
            ).fetchone()
        if found is None or digest_of(found[:-1]) != found[-1]:
            raise _damaged(f"document {row} is not what was written")
        return Document(path="", sha256=found[1], media=found[2], pages=tuple(json.loads(found[3])), text=found[4])

    def vectors(self, version: Version, keys: Sequence[str]) -> npt.NDArray[np.float32]:
        """The vectors of texts by their keys: shape (len(keys), dimension)."""
        with closing(self.connect()) as connection, _named_damage():
            return read_vectors(connection, version.fingerprint, version.dimension, keys)

    def texts(self, version: int) -> list[str]:
        """The text of every statement, in statement order."""
        with closing(self.connect()) as connection, _named_damage():
            return [text for (text,) in connection.execute(ordered("s.text"), {"v": version})]

    def tokens(self, tokeniser: str, keys: Sequence[str]) -> list[list[str]]:
        """The tokens of texts by their keys."""
        with closing(self.connect()) as connection, _named_damage():
            return read_tokens(connection, tokeniser, keys)

    def derived(self, version: int) -> dict[str, str]:
        """SHA-256 by file name of what was derived for a version."""
        with closing(self.connect()) as connection, _named_damage():
            return dict(connection.execute("SELECT name, sha256 FROM derived WHERE version = ?", (version,)).fetchall())

    def damage(self) -> list[str]:
        """Every row and version that is not what was written, in words; empty when all is well."""
        found: list[str] = []
        with closing(self.connect()) as connection, _named_damage():
            for (line,) in connection.execute("PRAGMA quick_check"):
                if line != "ok":
                    found.append(f"database: {line}")
            for table, columns in DIGESTED.items():
                for *values, digest in connection.execute(f"SELECT {columns}, digest FROM {table}"):
                    if digest_of(values) != digest:
                        found.append(f"{table}: row {values[0]} is not what was written")
            for table in ("vectors", "tokens"):
                for key, maker, value, digest in connection.execute(f"SELECT * FROM {table}"):
                    if _cache_digest(key, maker, value) != digest:
                        found.append(f"{table}: entry {key[:12]} is not what was written")
            found.extend(
                f"version {version.id}: its statements are not those that were written"
                for version in read_versions(connection)
                if content_digest(connection, version.id) != version.content
            )
        return found


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
    """The meetings of a version in statement order."""
    sources: dict[int, list[Source]] = {}
    for source in read_sources(connection, version):
        sources.setdefault(source.document, []).append(source)
    query = """SELECT row, id, meta, document, place FROM meetings
        WHERE added <= :v AND (removed IS NULL OR removed > :v)"""
    found = [
        MeetingRow(
            row,
            meeting_from_json(id_, json.loads(meta)),
            document,
            place,
            sources[document][0].sha256,
            tuple(sources[document]),
        )
        for row, id_, meta, document, place in connection.execute(query, {"v": version})
        if document in sources
    ]
    return sorted(found, key=lambda meeting: (meeting.sources[0].path, meeting.place))


def read_columns(connection: sqlite3.Connection, version: int) -> list[Column]:
    """What filters need of every statement, in statement order."""
    return [
        Column(*found)
        for found in connection.execute(ordered("s.row, s.id, s.meeting, s.kind, s.speaker"), {"v": version})
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
        if found is None or _cache_digest(key, maker, found[0]) != found[1]:
            raise _damaged(f"{table}: the entry of a statement is missing or changed")
        yield found[0]


def _cache_digest(key: str, maker: str, value: bytes) -> str:
    return hashlib.sha256(f"{key} {maker} ".encode() + value).hexdigest()


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


def _statement(found: Sequence[Any]) -> Statement:
    *values, digest = found
    if digest_of(values) != digest:
        raise _damaged(f"statement row {values[0]} is not what was written")
    _, id_, turn, _, position, kind, speaker, agenda, text, spans, _ = values
    return Statement(
        id=id_,
        turn=turn,
        position=position,
        kind=kind,
        speaker=speaker_from_json(speaker),
        agenda=agenda,
        text=text,
        spans=tuple(Span(*span) for span in json.loads(spans)),
    )


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
            with _named_damage():
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
        with _named_damage():
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
        with _named_damage():
            return {key for key in keys if not self.connection.execute(query, (key, maker)).fetchone()}

    def cache(self, table: Literal["vectors", "tokens"], maker: str, values: Mapping[str, bytes]) -> None:
        """Commit a batch of values by text key: a killed build goes on after it."""
        rows = [(key, maker, value, _cache_digest(key, maker, value)) for key, value in values.items()]
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
