"""What minutes.db holds: its tables, the digests over their rows, and what a broken one raises."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from index.errors import IndexBusy, IndexDamaged, IndexReadOnly
from index.minutes import Meeting

FORMAT = "minutes-index/2"
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
  spans TEXT NOT NULL, reply_to TEXT, added INTEGER NOT NULL, removed INTEGER, digest TEXT NOT NULL) STRICT;
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
    "statements": "row, id, turn, meeting, position, kind, speaker, agenda, text, spans, reply_to, added",
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
    reply_to: str | None


def digest_of(values: Iterable[object]) -> str:
    """SHA-256 over values in an unambiguous form."""
    return hashlib.sha256(json.dumps(list(values), ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def text_key(text: str) -> str:
    """The key of a text in the caches of vectors and tokens."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def cache_digest(key: str, maker: str, value: bytes) -> str:
    """SHA-256 over an entry of the caches of vectors and tokens."""
    return hashlib.sha256(f"{key} {maker} ".encode("utf-8", "surrogatepass") + value).hexdigest()


@contextmanager
def named_damage() -> Iterator[None]:
    """Errors of SQLite inside become ours."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise IndexBusy(f"the index is being written by another process ({error}); try again") from error
        if "full" in str(error) or "readonly" in str(error) or "unable to open" in str(error):
            raise unwritable(error) from error
        raise damaged(error) from error
    except sqlite3.DatabaseError as error:
        raise damaged(error) from error


def unwritable(error: object) -> IndexReadOnly:
    """The error for an index folder that cannot be written, and why."""
    return IndexReadOnly(
        f"the index folder cannot be written ({error}); free space or fix its rights, then build again"
    )


def damaged(error: object) -> IndexDamaged:
    """The error for a database that is not what was written; SQLite quotes text that it cannot read, we do not."""
    reason = str(error).partition(" with text ")[0]
    return IndexDamaged(
        f"the database of the index is damaged ({reason}); "
        "remove the index folder and run: python -m index build FOLDER"
    )
