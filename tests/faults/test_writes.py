"""Guarantee 2: a full disk, a quota, a failing write. The old version still serves, and one line says what to free."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from index.backup import backup
from index.build import build
from index.store import DATABASE, Store, damage
from tests.faults.figures import Figures, tries
from tests.faults.scenes import State, asked, built_at_once, edit, halves, write_minutes
from tests.faults.warm import Done, Server

WRITING = ("pwrite64", "write", "fsync", "fdatasync", "ftruncate", "rename", "mkdir", "link", "linkat")
COMMANDS: dict[str, tuple[str, ...]] = {
    "build": ("build", "minutes"),
    "vacuum": ("vacuum", "--keep", "1"),
    "backup": ("backup", "backup.db"),
    "restore": ("restore", "kept.db", "--replace"),
    "repair": ("check", "--repair"),
}


class Place:
    """A folder with minutes that have changed since the index was built, and what each outcome would show."""

    def __init__(self, place: Path, encoder: str) -> None:
        self.place = place
        self.index = place / "index"
        self._kept = place.parent / f"{place.name}-kept"
        self._kept.mkdir()
        folder = write_minutes(self._kept / "minutes", range(1, 7))
        build([folder], self._kept / "index", encoder)
        self.before = State.of(self._kept / "index")
        backup(self._kept / "index", self._kept / "kept.db")
        edit(folder, random.Random(2), 1)
        self.after = built_at_once(folder, self._kept / "fresh", encoder)
        self.anew()

    def anew(self) -> None:
        """Begin again."""
        for path in (self.place / "minutes", self.index):
            shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self._kept, self.place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("fresh"))
        (self.place / "backup.db").unlink(missing_ok=True)
        for left in self.place.glob(".backup.db.*"):
            left.unlink()

    def arguments(self, name: str) -> list[str]:
        """The command line of one of COMMANDS."""
        command, *rest = COMMANDS[name]
        named = [str(self.place / word) if (self._kept / word).exists() or "." in word else word for word in rest]
        return [command, *named, "--index", str(self.index)]

    def check(self, name: str, done: Done) -> None:
        """What must hold after a command, whether it could do its work or not."""
        assert done.code in (0, 3), done
        if done.code == 3:
            one_line_that_helps(done, self.place)
        assert damage(Store(self.index)) == []
        assert halves(self.index) == []
        assert not list((self.index / "derived").glob(".*")) or done.code, "a build that is done tidies up"
        if (self.place / "backup.db").exists():
            assert damage(Store(self.place, "backup.db")) == []
        state = State.of(self.index)
        assert state == (self.after if name == "build" and done.code == 0 else state)
        assert state in (self.before, self.after)
        report = build([self.place / "minutes"], self.index)
        assert State.of(self.index) == self.after, "with room again the build succeeds"
        assert report.version


def one_line_that_helps(done: Done, place: Path) -> None:
    progress = re.compile(r"(reading|tokenising|embedding|copying):|\s*$")
    lines = [line for line in done.err.splitlines() if not progress.match(line)]
    assert len(lines) == 1, done
    assert lines[0].startswith("index: ")
    assert "free space" in lines[0], lines
    assert "Traceback" not in done.err
    assert str(place) not in done.err
    assert str(place.parent) not in done.err


@pytest.fixture(scope="module")
def place(warm: Server, tiny: str, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("writes") / "place", tiny)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_limit_at_growing_sizes(name: str, warm: Server, place: Place, figures: Figures) -> None:
    """RLIMIT_FSIZE: a write beyond it fails, as with a quota."""
    largest = 160_000
    count = tries(short=4, long=60)
    refused = 0
    for number in range(count):
        place.anew()
        done = warm.run("index", *place.arguments(name), file_limit=largest * number // count)
        refused += done.code == 3
        place.check(name, done)
    assert refused
    figures.say(2, f"{name} under {count} limits of the file size: {refused} were refused by name, none lost anything.")


@pytest.fixture(scope="module")
def tracing() -> None:
    """Skips where strace is missing or may not trace."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    done = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"strace may not trace here: {done.stderr.strip()}")


def traced(warm: Server, arguments: Sequence[str], *options: str) -> Done:
    """A command under strace, attached before it begins."""
    job = warm.start("index", *arguments)
    strace = subprocess.Popen(["strace", "-f", *options, "-p", str(job.pid)], stderr=subprocess.PIPE, text=True)
    assert strace.stderr is not None
    first = strace.stderr.readline()
    assert "attached" in first, first
    done = job.go().result()
    strace.communicate(timeout=20)
    return done


def writing_calls(warm: Server, arguments: Sequence[str], log: Path) -> Iterator[tuple[str, int]]:
    """Every write-like call of a command: its name and its number among those of its name."""
    traced(warm, arguments, "-o", str(log), "-e", f"trace={','.join(WRITING)}")
    calls = Counter(re.findall(r"^\d+ +(\w+)\(", log.read_text(), re.MULTILINE))
    for call, count in calls.items():
        yield from ((call, number) for number in range(1, count + 1))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_failing_write(
    name: str, warm: Server, place: Place, tracing: None, tmp_path: Path, figures: Figures
) -> None:
    place.anew()
    calls = list(writing_calls(warm, place.arguments(name), tmp_path / "log"))
    assert len(calls) > 5
    all_tries = [(*call, error, more) for call in calls for error in ("ENOSPC", "EIO") for more in ("", "+")]
    random.Random(4).shuffle(all_tries)
    chosen = all_tries[: tries(short=3, long=150)]
    refused = 0
    for call, number, error, more in chosen:
        place.anew()
        fault = f"inject={call}:error={error}:when={number}{more}"
        done = traced(warm, place.arguments(name), "-o", "/dev/null", "-e", fault)
        refused += done.code == 3
        try:
            place.check(name, done)
        except AssertionError as failed:
            raise AssertionError(f"{call} number {number}{more} failing with {error}: {failed}") from failed
    figures.say(
        2,
        f"{name} makes {len(calls)} write-like calls; {len(chosen)} of the {len(all_tries)} failures (each call alone "
        f"or from it on, ENOSPC or EIO) were tried: {refused} were refused by name, the others did no harm.",
    )


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    yield from _mounted(disk, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk))


def _mounted(place: Path, *options: str) -> Iterator[Path]:
    mount = shutil.which("mount")
    done = subprocess.run([mount, *options], capture_output=True, text=True, check=False) if mount else None
    if done is None or done.returncode:
        pytest.skip(f"nothing may be mounted here: {done.stderr.strip() if done else 'there is no mount'}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_fills_up(warm: Server, tiny: str, mounted: Path, figures: Figures) -> None:
    place = Place(mounted / "place", tiny)
    count = tries(short=6, long=100)
    shutil.rmtree(mounted / "place-kept" / "fresh")
    refused = 0
    for number in range(count):
        place.anew()
        filler = mounted / "filler"
        _fill(filler, leave=200_000 * number // count)
        done = warm.run("index", *place.arguments("build"))
        refused += done.code == 3
        if done.code == 3:
            assert State.of(place.index) == place.before
        filler.unlink()
        place.check("build", done)
    assert refused
    figures.say(2, f"build on a disk with {count} amounts of room left: {refused} refused by name, none lost anything.")


def _fill(file: Path, leave: int) -> None:
    """Take all the room of a disk but so many bytes."""
    room = shutil.disk_usage(file.parent).free
    file.write_bytes(bytes(max(0, room - leave)))


def test_a_disk_that_may_only_be_read(warm: Server, tiny: str, tmp_path: Path) -> None:
    """Root ignores permission bits, but not a mount."""
    folder, index = write_minutes(tmp_path / "minutes", range(1, 5)), tmp_path / "index"
    build([folder], index, tiny)
    before, answers = State.of(index), asked(index)
    files = {path.name: path.read_bytes() for path in index.iterdir() if path.is_file()}
    write_minutes(folder, [7])
    for _ in _mounted(index, "--bind", "-o", "ro", str(index), str(index)):
        assert State.of(index) == before
        assert [one.statements for one in asked(index)] == [one.statements for one in answers]
        for command in ("build", "vacuum", "repair"):
            arguments = [str(folder) if word == "minutes" else word for word in COMMANDS[command]]
            done = warm.run("index", *arguments, "--index", str(index))
            assert done.code == 3, done
            one_line_that_helps(done, tmp_path)
        backup(index, tmp_path / "backup.db")
        assert (index / DATABASE).read_bytes() == files[DATABASE]
    assert damage(Store(tmp_path, "backup.db")) == []
    assert build([folder], index).added == 3
