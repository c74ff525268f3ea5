"""Guarantees 1 and 4: kill -9 at any moment loses nothing, and the lock of the writer dies with its process."""

from __future__ import annotations

import random
import shutil
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from index.backup import backup, restore
from index.build import build
from index.errors import IndexBusy
from index.history import steps, trace
from index.repair import repair
from index.store import DATABASE, Store, damage
from index.vacuum import vacuum
from tests.faults.figures import Figures, tries
from tests.faults.scenes import (
    State,
    age,
    built_at_once,
    cached_texts,
    derived_files,
    edit,
    halves,
    minutes_of,
    unknown_versions,
    wanted_texts,
    write_minutes,
)
from tests.faults.warm import Server


class Moments:
    """Random moments, spread evenly over how long a job takes when nobody kills it, until `killed` reached `count`."""

    def __init__(self, lengths: Sequence[float], count: int) -> None:
        self.length = statistics.median(lengths)
        self.killed = self.tried = 0
        self._chosen = random.Random(11)
        self._count = count

    def __iter__(self) -> Iterator[float]:
        strata = list(range(self._count))
        while self.killed < self._count:
            self._chosen.shuffle(strata)
            for stratum in strata:
                if self.killed < self._count:
                    self.tried += 1
                    yield self.length * (stratum + self._chosen.random()) / self._count


def took(warm: Server, *arguments: object) -> float:
    """The seconds that a job takes."""
    job = warm.start(*map(str, arguments))
    started = time.perf_counter()
    done = job.go().result()
    assert done.code == 0, done
    return time.perf_counter() - started


def test_a_killed_build_loses_nothing_and_goes_on(warm: Server, tiny: str, tmp_path: Path, figures: Figures) -> None:
    folder, index = write_minutes(tmp_path / "minutes", range(1, 13)), tmp_path / "index"
    chosen = random.Random(5)
    command = ("index", "build", folder, "--index", index)
    build([folder], index, tiny)
    lengths = []
    for number in range(3):
        edit(folder, chosen, number)
        lengths.append(took(warm, *command))
    finished = half = kept = 0
    moments = Moments(lengths, tries(short=6, long=200))
    for number, moment in enumerate(moments, 10):
        before = State.of(index)
        edit(folder, chosen, number)
        after = built_at_once(folder, tmp_path / "fresh", tiny)
        was_killed = warm.start(*command).go().killed_after(moment)
        moments.killed += was_killed
        assert damage(Store(index)) == []
        assert halves(index) == []
        published = unknown_versions(index)
        state = State.of(index)
        assert state in (before, after)
        finished += was_killed and state == after
        done = wanted_texts(folder) & cached_texts(index, Store(index).latest().fingerprint)
        report = build([folder], index)
        assert report.embedded == len(wanted_texts(folder) - done), "what was embedded was embedded again"
        kept += 0 < report.embedded < report.added
        assert State.of(index) == after
        for version, files in published.items():
            half += 1
            assert files == derived_files(index, int(version)), "a file under its final name was not whole"
        assert not list((index / "derived").glob(".*"))
    versions = Store(index).latest().id
    figures.say(
        1,
        f"{moments.killed} builds killed, each at a random moment of its {moments.length:.2f} s (of {moments.tried}, "
        f"the others had ended; {versions} versions): {finished} after their commit, {half} between publishing and "
        f"commit, {kept} with a part embedded. Every time the old version answered as before or the new one as a full "
        "build, nothing was damaged, and no text was embedded twice.",
    )


def test_a_killed_first_build_leaves_no_version_and_goes_on(
    warm: Server, tiny: str, tmp_path: Path, figures: Figures
) -> None:
    folder = write_minutes(tmp_path / "minutes", range(1, 13))
    after = built_at_once(folder, tmp_path / "fresh", tiny)
    fingerprint = Store(tmp_path / "fresh").latest().fingerprint
    command = ("index", "build", folder, "--encoder", tiny, "--index")
    lengths = [took(warm, *command, tmp_path / f"timed{number}") for number in range(3)]
    moments = Moments(lengths, tries(short=3, long=50))
    for moment in moments:
        index = tmp_path / "index"
        shutil.rmtree(index, ignore_errors=True)
        moments.killed += warm.start("index", *command[1:], index).go().killed_after(moment)
        held = cached_texts(index, fingerprint) if _has_tables(index) else set()
        report = build([folder], index, tiny)
        assert report.embedded == len(wanted_texts(folder) - held)
        assert State.of(index) == after
        assert damage(Store(index)) == []
    figures.say(1, f"{moments.killed} first builds of an index killed: the next went on and gave the same index.")


def _has_tables(index: Path) -> bool:
    if not (index / DATABASE).is_file():
        return False
    with closing(sqlite3.connect(index / DATABASE)) as connection:
        return bool(connection.execute("SELECT 1 FROM sqlite_master").fetchone())


@pytest.fixture(scope="module")
def grown(tiny: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with a folder, an index of six versions of which five are old, and a backup of the third."""
    place = tmp_path_factory.mktemp("grown")
    folder = write_minutes(place / "minutes", range(1, 13))
    chosen = random.Random(3)
    build([folder], place / "index", tiny)
    for number in range(1, 5):
        edit(folder, chosen, number)
        build([folder], place / "index")
        if number == 2:
            backup(place / "index", place / "backup.db")
    age(place / "index", 10)
    edit(folder, chosen, 9)
    build([folder], place / "index")
    return place


def _kills(
    warm: Server, grown: Path, place: Path, command: Sequence[object], check: Callable[[Path], None], count: int
) -> int:
    """Kill a command at so many random moments, each time on a copy of the index; how often it was killed."""
    lengths = []
    for number in range(3):
        _copied(grown, place / f"timed{number}")
        lengths.append(took(warm, *command, "--index", place / f"timed{number}" / "index"))
        if command[1] == "backup":
            Path(str(command[2])).unlink()
    moments = Moments(lengths, count)
    for number, moment in enumerate(moments):
        copy = _copied(grown, place / f"copy{number}")
        moments.killed += warm.start(*map(str, command), "--index", copy / "index").go().killed_after(moment)
        assert damage(Store(copy / "index")) == [] or command[2:] == ("--repair",)
        assert halves(copy / "index") == []
        check(copy)
        shutil.rmtree(copy)
    return moments.killed


def _copied(grown: Path, place: Path) -> Path:
    shutil.copytree(grown / "index", place / "index")
    return place


def test_a_killed_vacuum_loses_nothing(warm: Server, grown: Path, tmp_path: Path, figures: Figures) -> None:
    state = State.of(grown / "index")
    reader = Store(grown / "index")
    ids = {id_ for version in reader.versions() for id_ in reader.columns(version.id).ids}

    def check(copy: Path) -> None:
        index = copy / "index"
        assert State.of(index) == state
        assert all(trace(Store(index), id_, state_version(index)) for id_ in ids)
        vacuum(index, timedelta(days=1))
        assert State.of(index) == state
        assert damage(Store(index)) == []
        assert [version.id for version in Store(index).versions()] == [5, 6]
        assert all(trace(Store(index), id_, state_version(index)) for id_ in ids)
        assert len(list(steps(Store(index)))) == 1

    count = tries(short=2, long=50)
    killed = _kills(warm, grown, tmp_path, ("index", "vacuum", "--keep", "1"), check, count)
    figures.say(1, f"{killed} runs of vacuum killed: same answers, no damage, every old id still resolves.")


def state_version(index: Path) -> int:
    return Store(index).latest().id


def test_a_killed_backup_is_whole_or_not_there(warm: Server, grown: Path, tmp_path: Path, figures: Figures) -> None:
    state = State.of(grown / "index")
    file = tmp_path / "copy.db"

    def check(copy: Path) -> None:
        assert State.of(copy / "index") == state
        if file.exists():
            assert damage(Store(tmp_path, file.name)) == []
            assert Store(tmp_path, file.name).latest().content == state.content
            file.unlink()
        backup(copy / "index", file)
        file.unlink()

    count = tries(short=2, long=50)
    killed = _kills(warm, grown, tmp_path, ("index", "backup", file), check, count)
    figures.say(1, f"{killed} runs of backup killed: each time the file was whole or not there.")


def test_a_killed_restore_is_the_old_index_or_the_backup(
    warm: Server, grown: Path, tmp_path: Path, figures: Figures
) -> None:
    state = State.of(grown / "index")
    restore(grown / "backup.db", tmp_path / "restored")
    restored = State.of(tmp_path / "restored")
    assert restored != state

    def check(copy: Path) -> None:
        now = State.of(copy / "index")
        assert now in (state, restored)
        restore(grown / "backup.db", copy / "index", replace=True)
        assert State.of(copy / "index") == restored
        assert damage(Store(copy / "index")) == []

    count = tries(short=2, long=50)
    killed = _kills(warm, grown, tmp_path, ("index", "restore", grown / "backup.db", "--replace"), check, count)
    figures.say(1, f"{killed} runs of restore killed: each time the index was the old one or the backup.")


def test_a_killed_repair_is_repaired_by_the_next(warm: Server, grown: Path, tmp_path: Path, figures: Figures) -> None:
    state = State.of(grown / "index")
    broken = tmp_path / "broken"
    shutil.copytree(grown / "index", broken / "index")
    with closing(sqlite3.connect(broken / "index" / DATABASE)) as connection, connection:
        last = connection.execute("SELECT MAX(row) FROM statements").fetchone()[0]
        connection.execute("UPDATE statements SET text = '改竄' WHERE row = ?", (last,))
        connection.execute("DELETE FROM vectors")

    def check(copy: Path) -> None:
        repair(copy / "index")
        assert damage(Store(copy / "index")) == []
        assert State.of(copy / "index") == state

    count = tries(short=2, long=50)
    killed = _kills(warm, broken, tmp_path, ("index", "check", "--repair"), check, count)
    figures.say(1, f"{killed} runs of check --repair on a damaged index killed: the next one mended it whole.")


def test_a_second_writer_is_refused_while_the_first_lives(
    warm: Server, grown: Path, tmp_path: Path, figures: Figures
) -> None:
    index = _copied(grown, tmp_path) / "index"
    folder = grown / "minutes"
    refused: list[Callable[[], object]] = [
        lambda: build([folder], index),
        lambda: vacuum(index, timedelta(days=1)),
        lambda: repair(index),
        lambda: restore(grown / "backup.db", index, replace=True),
    ]
    state = State.of(index)
    count = tries(short=2, long=50)
    for _ in range(count):
        holder = warm.start("hold", index).go()
        holder.reads("holding")
        for attempt in refused:
            with pytest.raises(IndexBusy, match="another process is writing the index index; try again"):
                attempt()
        done = warm.run("index", "build", folder, "--index", index)
        assert (done.code, done.err.count("\n")) == (3, 1), done
        assert State.of(index) == state, "readers go on"
        assert holder.kill() == -9
        (folder / "late.txt").write_text(minutes_of(50), encoding="utf-8")
        assert build([folder], index, dry_run=True).added == 3
        assert build([folder], index).version == 7
        restore_copy(grown, index)
        (folder / "late.txt").unlink()
    figures.say(
        4,
        f"{count} holders of the lock: {5 * count} writers refused while they lived, the next let in after kill -9.",
    )


def restore_copy(grown: Path, index: Path) -> None:
    shutil.rmtree(index)
    shutil.copytree(grown / "index", index)
