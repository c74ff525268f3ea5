"""Repair: put back what can be had again, from the files, the other rows and the encoder; name what cannot.

What a row held follows from the file and from how it was understood. So a damaged row is written anew from its file,
as long as that is still there, byte for byte.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from index import derived, store
from index.build import caches
from index.build.files import read_again
from index.encoder import Encoder, load_encoder
from index.errors import IndexDamaged, IndexMismatch, SourceError
from index.identity import identified
from index.lexical import tokeniser_fingerprint
from index.minutes import Meeting
from index.sources import source_state_of
from index.store import DIGESTED, Source, Store, Version, Writer


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was put back, and what could not be and from which file it would come; both in words."""

    version: int
    mended: tuple[str, ...]
    left: tuple[str, ...]


def repair(directory: Path) -> Repaired:
    """Mend the newest version.

    Raises IndexMissing, IndexBusy, IndexReadOnly, ModelUnavailable, and IndexDamaged where SQLite itself can no longer
    read the database.
    """
    Store(directory)  # says what is missing before a folder is made for it
    with Writer(directory) as writer:
        # Bytes that are no UTF-8 any more must fail their digest, not stop the repair.
        writer.connection.text_factory = lambda value: value.decode("utf-8", "surrogateescape")
        _refuse_unreadable(writer.connection)
        indexes = _sorted_anew(writer)
        with writer.transaction() as connection:
            mended, left = _restore_documents(connection)
            mended = [*indexes, *mended, *_drop_damaged(connection)]
        version, engine, renewed = _fitting_version(writer)
        mended += renewed
        if made := caches.fill(writer, engine, _texts(writer.connection, version)):
            mended.append(f"{made} statements were embedded again")
        mended += _derive(writer, version)
    left += [
        f"{line}; where only old versions show it: python -m index vacuum" for line in store.damage(Store(directory))
    ]
    return Repaired(version.id, tuple(mended), tuple(left))


def _refuse_unreadable(connection: sqlite3.Connection) -> None:
    with store.named_damage():
        found = [line for (line,) in connection.execute("PRAGMA quick_check") if line != "ok"]
    if found:
        raise IndexDamaged(
            f"SQLite can no longer read the whole database ({found[0]}): put a backup back with python -m index "
            "restore FILE --replace, or build anew from the folders into another --index"
        )


def _sorted_anew(writer: Writer) -> list[str]:
    """Make the indexes of SQLite anew where they do not fit the rows."""
    with store.named_damage():
        found = [line for (line,) in writer.connection.execute("PRAGMA integrity_check") if line != "ok"]
    if not found:
        return []
    with writer.transaction() as connection:
        connection.execute("REINDEX")
    return ["the indexes inside the database were made anew"]


def _restore_documents(connection: sqlite3.Connection) -> tuple[list[str], list[str]]:
    """Write damaged documents, meetings and statements anew from their files; says what was, and what could not be."""
    mended: list[str] = []
    left: list[str] = []
    suspects = set(_suspects(connection))
    for source in _live_sources(connection):
        if source.document in suspects:
            try:
                changed = _put_back(connection, source)
            except SourceError:
                changed = None
            if changed is None:
                left.append(
                    f"{source.path}: damaged, and the file is {source_state_of(source)}; put the one with SHA-256 "
                    f"{source.sha256} back in its place and repair again"
                )
            else:
                suspects.discard(source.document)
                mended += [f"{source.path}: {changed} rows were written anew from the file"] if changed else []
    return mended, [line for line in left if any(line.startswith(f"{path}:") for path in _paths(connection, suspects))]


def _paths(connection: sqlite3.Connection, documents: set[int]) -> list[str]:
    return [source.path for source in _live_sources(connection) if source.document in documents]


def _live_sources(connection: sqlite3.Connection) -> list[Source]:
    query = """SELECT s.path, s.root, s.document, d.sha256, s.parser
        FROM sources s JOIN documents d ON d.row = s.document WHERE s.removed IS NULL ORDER BY s.path"""
    return [Source(*found) for found in connection.execute(query)]


def _suspects(connection: sqlite3.Connection) -> Iterator[int]:
    """Documents with a damaged row, or with no meeting at all."""
    meetings = set(store.damaged_meetings(connection))
    for table, row in store.damaged_rows(connection):
        if table == "documents":
            yield row
        elif table == "meetings":
            meetings.add(row)
        elif table == "statements":
            meetings.update(
                number for (number,) in connection.execute("SELECT meeting FROM statements WHERE row = ?", (row,))
            )
    for number in meetings:
        yield from (row for (row,) in connection.execute("SELECT document FROM meetings WHERE row = ?", (number,)))
    shown = "SELECT document FROM meetings WHERE removed IS NULL"
    yield from (row for (row,) in connection.execute(f"SELECT row FROM documents WHERE row NOT IN ({shown})"))


def _put_back(connection: sqlite3.Connection, source: Source) -> int | None:
    """Write the rows of a document anew where they differ from its file; how many, None where the file is another."""
    for document, meetings in read_again(source):
        values = store.document_values(document)
        if document.sha256 == source.sha256 or _fits(connection, "documents", source.document, values):
            changed = _write(connection, "documents", source.document, values)
            return changed + sum(
                _put_meeting_back(connection, source, place, meeting) for place, meeting in enumerate(meetings)
            )
    return None


def _put_meeting_back(connection: sqlite3.Connection, source: Source, place: int, meeting: Meeting) -> int:
    stored = connection.execute(
        "SELECT row, id FROM meetings WHERE (document = ? AND place = ?) OR id = ? ORDER BY removed IS NULL, row",
        (source.document, place, meeting.id),
    ).fetchall()
    number, id_ = stored[-1] if stored else (_meeting_of(connection, meeting), meeting.id)
    said = {one for (one,) in connection.execute("SELECT id FROM statements WHERE meeting = ?", (number,))}
    for known in (id_, meeting.id):
        named = identified(meeting, known)
        if said & {statement.id for statement in named.statements}:
            break
    (added,) = connection.execute(
        "SELECT MIN(added) FROM sources WHERE document = ? AND parser = ?", (source.document, source.parser)
    ).fetchone()
    values = {"document": source.document, "place": place, "added": added, **store.meeting_values(named)}
    changed = _write(connection, "meetings", number, values)
    changed += connection.execute(
        "UPDATE meetings SET removed = NULL WHERE row = ? AND removed >= 0", (number,)
    ).rowcount
    first = _first_row(connection, number)
    for statement in named.statements:
        values = {"meeting": number, **store.statement_values(statement)}
        changed += _write(connection, "statements", first + statement.position, values)
    outside = "meeting = ? AND row NOT BETWEEN ? AND ?"
    last = first + len(named.statements) - 1
    return changed + connection.execute(f"DELETE FROM statements WHERE {outside}", (number, first, last)).rowcount


def _meeting_of(connection: sqlite3.Connection, meeting: Meeting) -> int:
    """The row of a meeting that has none any more: the one that its statements name, else a new one."""
    for statement in identified(meeting, meeting.id).statements:
        if found := connection.execute("SELECT meeting FROM statements WHERE id = ?", (statement.id,)).fetchone():
            return int(found[0])
    return _next_row(connection, "meetings")


def _first_row(connection: sqlite3.Connection, meeting: int) -> int:
    """The row of a meeting's first statement: its statements stand one after the other."""
    found = connection.execute("SELECT row, position FROM statements WHERE meeting = ?", (meeting,))
    starts = Counter(row - position for row, position in found)
    return starts.most_common(1)[0][0] if starts else _next_row(connection, "statements")


def _next_row(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute("SELECT seq + 1 FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()[0])


def _fits(connection: sqlite3.Connection, table: str, row: int, values: dict[str, object]) -> bool:
    """Whether the digest of a row is that of these values."""
    stored = connection.execute(f"SELECT digest FROM {table} WHERE row = ?", (row,)).fetchone()
    columns = DIGESTED[table].split(", ")
    return bool(stored) and stored[0] == store.digest_of([{"row": row, **values}[column] for column in columns])


def _write(connection: sqlite3.Connection, table: str, row: int, values: dict[str, object]) -> int:
    """Make a row hold these values; 1 where it did not."""
    columns = DIGESTED[table]
    stored = connection.execute(f"SELECT {columns} FROM {table} WHERE row = ?", (row,)).fetchone()
    expected = [{"row": row, **values}[column] for column in columns.split(", ")]
    if stored is not None and list(stored) == expected and _fits(connection, table, row, values):
        return 0
    connection.execute(f"DELETE FROM {table} WHERE row = ?", (row,))
    store.insert(connection, table, row=row, **values)
    return 1


def _drop_damaged(connection: sqlite3.Connection) -> list[str]:
    """Delete damaged rows that something else makes again, or that nothing can."""
    said = []
    for table, row in list(store.damaged_caches(connection)):
        connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
    latest = store.read_versions(connection)[-1:]
    for table, row in list(store.damaged_rows(connection)):
        if table == "sources":
            connection.execute("DELETE FROM sources WHERE row = ?", (row,))
            said.append("the entry of a file was damaged and dropped; build finds the file again")
        elif table == "forgotten":
            connection.execute("DELETE FROM forgotten WHERE row = ?", (row,))
            said.append("what was left of a statement that vacuum dropped was damaged; its id no longer resolves")
        elif table == "versions" and row not in [version.id for version in latest]:
            connection.execute("DELETE FROM versions WHERE id = ?", (row,))
            said.append(f"version {row} was damaged and dropped from the history")
    lost = connection.execute("DELETE FROM sources WHERE document NOT IN (SELECT row FROM documents)").rowcount
    if lost:
        said.append(f"the documents of {lost} files were lost, their entries are dropped; build finds the files again")
    return said


def _fitting_version(writer: Writer) -> tuple[Version, Encoder, list[str]]:
    """The newest version, replaced by one with what is there now where it is not what was written."""
    versions = store.read_versions(writer.connection)
    if not versions:
        raise IndexDamaged("the index has no version left; run: python -m index build FOLDER")
    version, missing = versions[-1], store.missing_version(writer.connection)
    if missing == version.id + 1:
        return _missing_again(writer, version)
    engine = load_encoder(version.encoder)
    meetings = store.read_meetings(writer.connection, version.id)
    content = store.content_of_version(meetings)
    sound = ("versions", version.id) not in set(store.damaged_rows(writer.connection))
    if sound and version.content == content:
        if version.fingerprint != engine.fingerprint:
            raise IndexMismatch(
                "the encoder is not the one that the index was made with; run: python -m index build FOLDER"
            )
        return version, engine, []
    with writer.transaction() as connection:
        _close_orphans(connection)
        new = _showing(connection, version, version.id, engine)
        connection.execute("DELETE FROM versions WHERE id = ?", (version.id,))
        connection.execute("DELETE FROM derived WHERE version = ?", (version.id,))  # may be of another encoder
        store.insert(connection, "versions", **asdict(new))
    return new, engine, [f"version {version.id} was not what was written: it shows what is there now"]


def _showing(connection: sqlite3.Connection, version: Version, number: int, engine: Encoder) -> Version:
    """A version like this one that shows what the rows of version `number` hold."""
    return replace(
        version,
        id=number,
        created=store.now(),
        fingerprint=engine.fingerprint,
        dimension=engine.dimension,
        tokeniser=tokeniser_fingerprint(),
        statements=sum(store.count_statements(connection, number).values()),
        content=store.content_of_version(store.read_meetings(connection, number)),
    )


def _missing_again(writer: Writer, before: Version) -> tuple[Version, Encoder, list[str]]:
    """The version after `before`, whose row is lost: its meetings and files are still there."""
    engine = load_encoder(before.encoder)
    with writer.transaction() as connection:
        new = _showing(connection, before, before.id + 1, engine)
        connection.execute("DELETE FROM derived WHERE version = ?", (new.id,))
        store.insert(connection, "versions", **asdict(new))
    return new, engine, [f"version {new.id} was missing: it is there again with what its rows hold"]


def _close_orphans(connection: sqlite3.Connection) -> None:
    """End the meetings that no file of the index holds any more: where the last file that is known of ended."""
    ended = "SELECT MAX(removed) FROM sources WHERE document = meetings.document"
    connection.execute(
        f"UPDATE meetings SET removed = MAX(added, COALESCE(({ended}), added)) "
        "WHERE removed IS NULL AND document NOT IN (SELECT document FROM sources WHERE removed IS NULL)"
    )


def _texts(connection: sqlite3.Connection, version: Version) -> Iterator[str]:
    return store.read_texts(connection, store.read_rows(connection, version.id))


def _derive(writer: Writer, version: Version) -> list[str]:
    """Build the derived files anew where one is damaged or missing."""
    reader = Store(writer.directory)
    if not (broken := derived.damaged(reader, version)):
        return []
    with closing(reader.connect()) as connection, store.named_damage():
        made = derived.derive(connection, version)
    digests = derived.publish(writer.directory, made)
    with writer.transaction() as connection:
        derived.record(connection, version.id, digests)
    return [f"derived/{version.id}/{name} was built anew" for name in broken]
