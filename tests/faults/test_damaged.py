"""Guarantee 3: a changed byte is noticed, a derived file is built again as it was, and no changed quote is shown."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from index import derived
from index.build import build
from index.checking import check
from index.errors import MinutesError
from index.history import steps, trace
from index.repair import repair
from index.store import DATABASE, Store, damage
from index.vacuum import vacuum
from tests.faults.figures import Figures, tries
from tests.faults.scenes import State, age, asked, edit, found, loads, shown, untrue, write_minutes

FILES = ("columns.npy", "counts.npy", "dense.faiss", "rows.npy", "statements.npy", "vocabulary.json")


@pytest.fixture(scope="module")
def sound(tiny: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with a folder and a sound index of three versions, the oldest of which vacuum has dropped."""
    place = tmp_path_factory.mktemp("sound")
    folder = write_minutes(place / "minutes", range(1, 10))
    build([folder], place / "index", tiny)
    for number in range(3):
        edit(folder, random.Random(number), number)
        build([folder], place / "index")
        if number == 1:
            age(place / "index", 20)
    vacuum(place / "index", timedelta(days=1))
    assert [version.id for version in Store(place / "index").versions()] == [3, 4]
    return place


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    """A copy of the index that may be damaged; the files are where they were."""
    return Path(shutil.copytree(sound / "index", tmp_path / "index"))


def _flipped(stored: bytes, chosen: random.Random) -> bytes:
    place = chosen.randrange(len(stored))
    return stored[:place] + bytes([stored[place] ^ chosen.randrange(1, 256)]) + stored[place + 1 :]


def _swapped(stored: bytes, chosen: random.Random) -> bytes:
    """Two blocks have changed places."""
    size = chosen.randrange(1, max(2, len(stored) // 3))
    first = chosen.randrange(0, len(stored) - 2 * size + 1)
    second = chosen.randrange(first + size, len(stored) - size + 1)
    return b"".join(
        [
            stored[:first],
            stored[second : second + size],
            stored[first + size : second],
            stored[first : first + size],
            stored[second + size :],
        ]
    )


def _cut(stored: bytes, chosen: random.Random) -> bytes:
    return stored[: chosen.randrange(len(stored))]


def _appended(stored: bytes, chosen: random.Random) -> bytes:
    return stored + chosen.randbytes(chosen.randrange(1, 100))


def _damages(stored: bytes) -> Iterator[bytes]:
    chosen = random.Random(7)
    ways: list[tuple[Callable[[bytes, random.Random], bytes], int]] = [
        (_flipped, tries(short=5, long=200)),
        (_cut, tries(short=2, long=30)),
        (_appended, tries(short=1, long=30)),
        (_swapped, tries(short=2, long=30)),
    ]
    for way, count in ways:
        for _ in range(count):
            damaged = way(stored, chosen)
            if damaged != stored:  # equal blocks may have changed places
                yield damaged


def test_damage_of_derived_files_is_noticed_and_mended(sound: Path, copy: Path, figures: Figures) -> None:
    reader = Store(copy)
    version = reader.latest()
    expected = found(copy)
    count = 0
    files = sorted((copy / "derived" / str(version.id)).iterdir())
    assert [file.name for file in files] == list(FILES)
    for file in files:
        stored = file.read_bytes()
        for damaged in _damages(stored):
            count += 1
            file.write_bytes(damaged)
            assert derived.damaged(reader, version) == [file.name]
            if count % 10 == 1:
                assert found(copy) == expected
            assert loads(copy)[file.name] == stored, f"{file.name} was not built again as it was"
            assert derived.damaged(reader, version) == []
        file.unlink()
        assert loads(copy)[file.name] == stored
    assert found(copy) == expected
    figures.say(
        3,
        f"{count} flipped, cut, appended and swapped stretches in the {len(files)} derived files: all noticed before "
        "use, and the file built again byte for byte.",
    )


def _returned(index: Path, ids: list[str]) -> list[object]:
    """Whatever an index gives: answers, searches, the path of every id."""
    reader = Store(index)
    version = reader.latest()
    return [*shown(asked(index)), found(index), [trace(reader, id_, version.id) for id_ in ids]]


def test_damage_of_the_database_never_shows_a_changed_quote(sound: Path, copy: Path, figures: Figures) -> None:
    """One byte after the other: nothing changes, or it is noticed; whatever is shown still stands in its source."""
    reader = Store(copy)
    ids = sorted({id_ for version in reader.versions() for id_ in reader.columns(version.id).ids})
    with closing(reader.connect()) as connection:
        ids += [id_ for (id_,) in connection.execute("SELECT id FROM forgotten")]
    expected = _returned(copy, ids)
    stored = (copy / DATABASE).read_bytes()
    pristine = sound / "index"
    chosen = random.Random(13)
    count = tries(short=12, long=800)
    refused = changed = noticed = 0
    for _ in range(count):
        shutil.rmtree(copy)
        shutil.copytree(pristine, copy)
        damaged = _flipped(stored, chosen)
        (copy / DATABASE).write_bytes(damaged)
        place = next(at for at in range(len(stored)) if stored[at] != damaged[at])
        told = _told(copy)
        noticed += told
        try:
            for given in asked(copy):
                assert untrue(given, sound) == [], f"byte {place}"
            now = _returned(copy, ids)
        except MinutesError:
            refused += 1
            assert told, f"byte {place}: refused, but check finds nothing"
            continue
        if now != expected:
            changed += 1
            assert told, f"byte {place}: something else is returned, and check finds nothing"
    figures.say(
        3,
        f"{count} flipped bytes in minutes.db: check noticed {noticed}; {refused} were refused, {changed} changed what "
        "is returned (all of them noticed), the others nothing. No quote was shown that its source does not hold.",
    )


def _told(index: Path) -> bool:
    """Whether `check` says that something is wrong."""
    try:
        return bool(damage(Store(index))) or not check(Store(index)).ok
    except MinutesError:
        return True


def _history_holds(index: Path) -> None:
    """Every id resolves, every version says what it changed, and vacuum can drop the old ones."""
    reader = Store(index)
    for version in reader.versions():
        assert all(trace(reader, id_, reader.latest().id) for id_ in reader.columns(version.id).ids)
    assert list(steps(reader))
    age(index, 30)
    vacuum(index, timedelta(days=1))
    assert damage(reader) == []


TABLES = {
    "documents": "text = '改竄'",
    "sources": "path = 'minutes/else.txt'",
    "meetings": "meta = replace(meta, '防災', '防衛')",
    "statements": "text = text || '改竄'",
    "versions": "content = 'none'",
    "derived": "sha256 = 'none'",
    "makers": "name = name || 'x'",
    "vectors": "value = zeroblob(length(value))",
    "tokens": "value = CAST('[]' AS BLOB)",
}
NEWEST = "(SELECT MAX(id) FROM versions)"
ONLY_NEWEST = {
    "documents": f"row IN (SELECT document FROM sources GROUP BY document HAVING MIN(added) = {NEWEST})",
    "sources": f"added = {NEWEST}",
    "meetings": f"added = {NEWEST}",
    "statements": f"meeting IN (SELECT row FROM meetings WHERE added = {NEWEST})",
    "versions": f"id = {NEWEST}",
    "derived": f"version = {NEWEST}",
}


@pytest.fixture(scope="module")
def mended(figures: Figures) -> Iterator[Counter[str]]:
    """How often rows of each table were put back."""
    counted: Counter[str] = Counter()
    yield counted
    figures.say(
        3,
        f"{counted.total()} times rows of one of {len(counted)} tables were changed or deleted: check --repair (for "
        "files that were forgotten, with a build) gave the same version digest and the same answers.",
    )


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("way", ["UPDATE", "DELETE"])
def test_repair_puts_rows_back(table: str, way: str, sound: Path, copy: Path, mended: Counter[str]) -> None:
    """One row of the newest version, then all of them."""
    before = State.of(copy)
    where = ONLY_NEWEST.get(table, "1")
    with closing(sqlite3.connect(sound / "index" / DATABASE)) as connection:
        rows = [row for (row,) in connection.execute(f"SELECT rowid FROM {table} WHERE {where} ORDER BY rowid")]
    chosen = random.Random(3).sample(rows, min(len(rows), tries(short=0, long=12)))
    for only in [[row] for row in chosen] + [rows]:
        shutil.rmtree(copy)
        shutil.copytree(sound / "index", copy)
        marks = ",".join("?" * len(only))
        with closing(sqlite3.connect(copy / DATABASE)) as connection, connection:
            command = f"UPDATE {table} SET {TABLES[table]}" if way == "UPDATE" else f"DELETE FROM {table}"
            assert connection.execute(f"{command} WHERE rowid IN ({marks})", only).rowcount == len(only)
        noticed = _told(copy)
        repair(copy)
        if table == "sources" or (table, way) == ("documents", "DELETE"):  # what files there were, the folder knows
            build([sound / "minutes"], copy)
        assert damage(Store(copy)) == []
        assert check(Store(copy)).ok
        assert State.of(copy) == before
        _history_holds(copy)
        # What is missing from the caches is made again when it is needed.
        assert noticed or (way == "DELETE" and table in ("vectors", "tokens"))
        mended[table] += 1
