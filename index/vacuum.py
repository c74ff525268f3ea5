"""Vacuum: drop what no kept version shows, and give the space back."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from index import derived, store
from index.errors import IndexMissing
from index.history import successors_in
from index.store import MeetingRow, Version, Writer

# A version that was replaced so shortly ago may still be read by a page that has not moved on yet.
GRACE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Dropped:
    """What a vacuum removed, and the size of the database before and after it, in bytes."""

    versions: int
    statements: int
    documents: int
    vectors: int
    oldest: int
    """The oldest version that is left."""
    before: int
    after: int


def vacuum(directory: Path, keep: timedelta, now: datetime | None = None) -> Dropped:
    """Drop every version that was replaced longer ago than `keep` before `now`, with all that only such versions show.

    Of each statement dropped its id stays, with its successor and the day of its removal, so that links still resolve.
    Raises IndexMissing, IndexBusy, IndexDamaged, IndexReadOnly.
    """
    store.Store(directory)  # says what is missing before a folder is made for it
    with Writer(directory) as writer:
        size = _size(directory)
        versions = store.read_versions(writer.connection)
        if not versions:
            raise IndexMissing(f"the index {directory.name} has no finished version; run: python -m index build FOLDER")
        oldest = _oldest(versions, (now or datetime.now(UTC)) - max(keep, GRACE))
        with writer.transaction() as connection:
            _remember(connection, versions, oldest)
            statements, documents = _drop_rows(connection, oldest)
            vectors = _drop_cached(connection)
        derived.discard_others(directory, {version.id for version in versions if version.id >= oldest})
        with store.named_damage():
            writer.connection.execute("VACUUM")
            writer.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        dropped = sum(version.id < oldest for version in versions)
        return Dropped(dropped, statements, documents, vectors, oldest, size, _size(directory))


def _size(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.glob(f"{store.DATABASE}*"))


def _oldest(versions: list[Version], since: datetime) -> int:
    """The version that was shown at that time, else the first."""
    before = [version.id for version in versions if datetime.fromisoformat(version.created) <= since]
    return before[-1] if before else versions[0].id


def _remember(connection: sqlite3.Connection, versions: list[Version], oldest: int) -> None:
    """Keep of each statement that goes for good its id, its successor and its last day."""
    live = "SELECT s.id FROM statements s JOIN meetings m ON m.row = s.meeting WHERE m.removed IS NULL OR m.removed > ?"
    staying = {id_ for (id_,) in connection.execute(live, (oldest,))}
    for version in versions:
        if version.id < oldest:
            until = next(one for one in versions if one.id > version.id)  # a damaged one may have been dropped
            leaving = store.read_meetings(connection, version.id, "leaving")
            going = [meeting for meeting in leaving if not _ids(connection, meeting) <= staying]
            followers = successors_in(connection, going, store.read_meetings(connection, until.id))
            for id_ in sorted(set().union(*(_ids(connection, meeting) for meeting in going)) - staying):
                values = {"id": id_, "successor": followers.get(id_), "version": until.id, "day": until.created[:10]}
                store.insert(connection, "forgotten", **values)


def _ids(connection: sqlite3.Connection, meeting: MeetingRow) -> set[str]:
    return {statement.id for statement in store.read_in_meeting(connection, meeting.row)}


def _drop_rows(connection: sqlite3.Connection, oldest: int) -> tuple[int, int]:
    """Delete what only versions before `oldest` show; returns the numbers of statements and documents."""
    connection.execute("DELETE FROM versions WHERE id < ?", (oldest,))
    connection.execute("DELETE FROM derived WHERE version < ?", (oldest,))
    connection.execute("DELETE FROM sources WHERE removed <= ?", (oldest,))
    gone = "SELECT row FROM meetings WHERE removed <= ?"
    statements = connection.execute(f"DELETE FROM statements WHERE meeting IN ({gone})", (oldest,)).rowcount
    connection.execute("DELETE FROM meetings WHERE removed <= ?", (oldest,))
    unused = "row NOT IN (SELECT document FROM sources) AND row NOT IN (SELECT document FROM meetings)"
    documents = connection.execute(f"DELETE FROM documents WHERE {unused}").rowcount
    return statements, documents


def _drop_cached(connection: sqlite3.Connection) -> int:
    """Delete vectors and tokens of texts, encoders and tokenisers that no version has; the number of vectors."""
    connection.execute("CREATE TEMP TABLE used (text BLOB PRIMARY KEY) WITHOUT ROWID")
    texts = ((store.text_key(text),) for (text,) in connection.execute("SELECT text FROM statements"))
    connection.executemany("INSERT OR IGNORE INTO used VALUES (?)", texts)
    makers = "SELECT fingerprint FROM versions UNION SELECT tokeniser FROM versions"
    connection.execute(f"DELETE FROM makers WHERE name NOT IN ({makers})")
    unused = "text NOT IN (SELECT text FROM used) OR maker NOT IN (SELECT id FROM makers)"
    vectors = connection.execute(f"DELETE FROM vectors WHERE {unused}").rowcount
    connection.execute(f"DELETE FROM tokens WHERE {unused}")
    connection.execute("DROP TABLE used")
    return vectors
