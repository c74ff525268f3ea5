"""What minutes.db holds: its tables, the digests over their rows, and what a broken one raises."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from index.errors import IndexBusy, IndexDamaged, IndexReadOnly
from index.minutes import Meeting
from index.names import Name

FORMAT = "minutes-index/3"
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
  row INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL UNIQUE, media TEXT NOT NULL, pages TEXT NOT NULL,
  text TEXT NOT NULL, digest TEXT NOT NULL) STRICT;
CREATE TABLE sources (
  row INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, root TEXT NOT NULL, document INTEGER NOT NULL,
  parser TEXT NOT NULL, added INTEGER NOT NULL, removed INTEGER, digest TEXT NOT NULL) STRICT;
CREATE TABLE meetings (
  row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, document INTEGER NOT NULL, place INTEGER NOT NULL,
  meta TEXT NOT NULL, content TEXT NOT NULL, added INTEGER NOT NULL, removed INTEGER, digest TEXT NOT NULL) STRICT;
CREATE INDEX meetings_document ON meetings (document);
CREATE TABLE statements (
  row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, turn TEXT NOT NULL, meeting INTEGER NOT NULL,
  position INTEGER NOT NULL, kind TEXT NOT NULL, speaker TEXT, agenda TEXT, text TEXT NOT NULL,
  spans TEXT NOT NULL, reply_to TEXT, digest TEXT NOT NULL) STRICT;
CREATE INDEX statements_id ON statements (id);
CREATE INDEX statements_place ON statements (meeting, position);
CREATE TABLE makers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE vectors (
  text BLOB NOT NULL, maker INTEGER NOT NULL, value BLOB NOT NULL, digest BLOB NOT NULL,
  PRIMARY KEY (text, maker)) STRICT;
CREATE TABLE tokens (
  text BLOB NOT NULL, maker INTEGER NOT NULL, value BLOB NOT NULL, digest BLOB NOT NULL,
  PRIMARY KEY (text, maker)) STRICT;
CREATE TABLE forgotten (
  row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, successor TEXT, version INTEGER NOT NULL, day TEXT NOT NULL,
  digest TEXT NOT NULL) STRICT;
CREATE INDEX forgotten_id ON forgotten (id);
"""

# What a statement shows. Ids are left out, so that an index grown step by step and one built at once compare equal.
SHOWN = "kind, speaker, agenda, text, spans"

# The columns that a row's digest covers. `removed` is left out: it changes once, and a version's own
# digest notices a meeting or a file that has come or gone.
DIGESTED = {
    "versions": "id, created, encoder, fingerprint, dimension, tokeniser, statements, content",
    "documents": "row, sha256, media, pages, text",
    "sources": "row, path, root, document, parser, added",
    "meetings": "row, id, document, place, meta, content, added",
    "statements": "row, id, turn, meeting, position, kind, speaker, agenda, text, spans, reply_to",
    "forgotten": "row, id, successor, version, day",
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

    @property
    def encoder_name(self) -> str:
        """The encoder as it is shown: a folder without its place on this machine."""
        return Name.parse(self.encoder).shown


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
    content: str
    """Digest over what the meeting shows."""
    sha256: str
    sources: tuple[Source, ...]

    @property
    def paths(self) -> list[str]:
        """Every path of its document, sorted."""
        return [source.path for source in self.sources]


@dataclass(frozen=True, slots=True)
class Columns:
    """What filtering needs to know of every statement, in statement order: lists of equal length."""

    rows: Sequence[int]
    ids: Sequence[str]
    meetings: Sequence[int]
    kinds: Sequence[str]
    speakers: Sequence[str | None]
    replies: Sequence[str | None]
    """The id of the question that a statement answers."""


@dataclass(frozen=True, slots=True)
class Life:
    """From which version to which (not included) a meeting was shown; `removed` is None while it still is."""

    meeting: int
    added: int
    removed: int | None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What is kept of a statement whose words vacuum has dropped: the version that ended it, and its day."""

    id: str
    successor: str | None
    version: int
    day: str


def digest_of(values: Iterable[object]) -> str:
    """SHA-256 over values in an unambiguous form; damage may have made bytes of a text."""
    stated = json.dumps(list(values), ensure_ascii=False, default=repr)
    return hashlib.sha256(stated.encode("utf-8", "surrogatepass")).hexdigest()


def text_key(text: str) -> bytes:
    """The key of a text in the caches of vectors and tokens."""
    return hashlib.sha256(text.encode("utf-8")).digest()


def cache_digest(key: bytes, maker: str, value: bytes) -> bytes:
    """SHA-256 over an entry of the caches of vectors and tokens."""
    return hashlib.sha256(key + maker.encode("utf-8", "surrogatepass") + value).digest()


def cached_whole(key: object, maker: str, value: object, digest: object) -> bool:
    """Whether an entry of the caches is what was written."""
    return isinstance(key, bytes) and isinstance(value, bytes) and cache_digest(key, maker, value) == digest


def content_of_meeting(meta: str, statements: Iterable[Sequence[object]]) -> str:
    """Digest over what a meeting shows: its metadata and, in order, SHOWN of its statements."""
    return digest_of([meta, *map(list, statements)])


@contextmanager
def named_damage() -> Iterator[None]:
    """Errors of SQLite inside become ours."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise IndexBusy(f"the index is being written by another process ({error}); try again") from error
        if "full" in str(error) or "readonly" in str(error) or "unable to open" in str(error) or _not_written(error):
            raise unwritable(error) from error
        raise damaged(error) from error
    except sqlite3.DatabaseError as error:
        raise damaged(error) from error
    except UnicodeDecodeError as error:  # of a message of SQLite that quotes the damage
        raise damaged("text that is no UTF-8") from error


def _not_written(error: sqlite3.Error) -> bool:
    """Whether it was a write that failed (a quota, a failing disk): SQLite calls whatever fails a disk I/O error."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & 0xFF == sqlite3.SQLITE_IOERR and code not in _READING


_READING = {
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_IOERR_READ,
    sqlite3.SQLITE_IOERR_SHORT_READ,
    sqlite3.SQLITE_IOERR_CORRUPTFS,
}


def unwritable(error: object) -> IndexReadOnly:
    """The error for an index folder that cannot be written, and why."""
    return IndexReadOnly(
        f"the index folder cannot be written ({error}); free space or fix its rights, then build again"
    )


def damaged(error: object) -> IndexDamaged:
    """The error for a database that is not what was written; SQLite quotes text that it cannot read, we do not."""
    reason = str(error).partition(" with text ")[0]
    return IndexDamaged(f"the database of the index is damaged ({reason}); run: python -m index check --repair")
