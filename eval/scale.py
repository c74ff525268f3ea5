"""How size and speed of an index grow: invented minutes of several sizes, built, added to, read meanwhile."""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path
from statistics import median

from eval.invented import MEETING, file_name, meeting, write_minutes
from eval.product import TODAY
from eval.questions import ROOT
from index.errors import MinutesError, UsageError
from index.search import Index
from index.store import DATABASE, Store
from qa.answer import Asked, ask

SIZES = "1000,10000,100000,1000000"
BARS = {100_000: 8.0, 1_000_000: 60.0}
"""Seconds under which adding one meeting must stay, by the statements that are there before."""
QUESTIONS = (
    "夜間の開館を延ばすことに反対する意見は",
    "電子書籍の費用はいくらかかりますか",
    "移動図書館車の更新についてどんな案が出ましたか",
    "駐車場が満車になることへの対策は",
    "自習席は足りているのか",
)
ROUNDS = 5
"""How often each question is asked at rest."""
PAUSE = 0.05
"""Seconds between two questions while a build runs: whoever asks without one takes a core from the build."""
LOOK = 0.01
"""Seconds between two looks at whether the new version is published."""
DEADLINE = 600.0
"""Seconds after the end of a build in which its version must be served."""
BUILDING = 2.0
"""A folder needs this many times its size while it is built: the log and two versions of derived files."""

# Prints seconds and peak memory after the report. A process between, because a child of this one would be
# counted with the memory that this one had when it began, and this one holds an index.
_LAUNCHER = """
import resource, subprocess, sys, time
began = time.perf_counter()
code = subprocess.call(sys.argv[1:])
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Build:
    """One build in a fresh process: statements that it reports, seconds from start to exit, peak memory in bytes."""

    statements: int
    seconds: float
    peak: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader saw of a build beside it: answers of the old version, the slowest and the reload in seconds.

    `reload` is the time from the publication of the new version until an open index served it.
    """

    answers: int
    slowest: float
    reload: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything measured at one size. Times in seconds; sizes in bytes, of the first version alone.

    `database` is minutes.db without its log, `derived` all other files of the index, `minutes` the files of minutes.
    """

    first: Build
    addition: Build
    unchanged: Build
    reading: Reading
    opening: float
    answer: float
    database: int
    derived: int
    minutes: int

    @property
    def size(self) -> int:
        """Statements of the first version."""
        return self.first.statements


def sizes(text: str) -> tuple[int, ...]:
    """Numbers of statements from `1000,10000`. Raises UsageError."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and int(part) for part in parts):
        raise UsageError(f"--sizes {text!r}: give numbers of statements with commas between them, such as {SIZES}")
    return tuple(sorted({int(part) for part in parts}))


def measured(wanted: Sequence[int], say: Callable[[str], None]) -> Iterator[Measured]:
    """Measures each size in a temporary folder of its own, which is removed.

    Raises MinutesError where the free disk would not hold the next size, or a build fails.
    """
    say(f"load of the machine before the start: {os.getloadavg()[0]:.1f}; times mean little beside other work")
    last: Measured | None = None
    for size in wanted:
        with tempfile.TemporaryDirectory(prefix="minutes-scale-") as folder:
            if last:
                _check_room(size, last, Path(folder))
            last = _measure(size, Path(folder), say)
        yield last


def _check_room(size: int, last: Measured, folder: Path) -> None:
    needed = BUILDING * size * (last.database + last.derived + last.minutes) / last.size
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise MinutesError(
            f"{size:,} statements would need about {needed / 1e9:.1f} GB while they are built, and {free / 1e9:.1f} GB "
            "are free: make room, name a folder on another disk in TMPDIR, or leave the size out of --sizes"
        )


def _measure(size: int, place: Path, say: Callable[[str], None]) -> Measured:
    minutes, directory = place / "minutes", place / "index"
    say(f"{size:,} statements: writing the minutes")
    minutes.mkdir()
    files = write_minutes(minutes, size)
    say(f"{size:,} statements: first build")
    first = _built(place)
    database, derived, read = _sizes_of(directory, minutes)
    opening, index = _opened(directory)
    answer = _at_rest(index)
    say(f"{size:,} statements: built in {first.seconds:.1f} s; adding a meeting")
    (minutes / file_name(files)).write_text(meeting(files, MEETING), encoding="utf-8")
    addition, reading = _built_beside_a_reader(place, index)
    say(f"{size:,} statements: added in {addition.seconds:.1f} s; building with nothing changed")
    unchanged = _built(place)
    return Measured(first, addition, unchanged, reading, opening, answer, database, derived, read)


def _opened(directory: Path) -> tuple[float, Index]:
    """The index, and the seconds of opening it where the libraries are loaded already."""
    Index.open(directory)
    began = time.perf_counter()
    index = Index.open(directory)
    return time.perf_counter() - began, index


def _sizes_of(directory: Path, minutes: Path) -> tuple[int, int, int]:
    """Bytes of the database, of the other files of the index, of the minutes."""
    files = [path for path in directory.rglob("*") if path.is_file()]
    database = (directory / DATABASE).stat().st_size
    derived = sum(path.stat().st_size for path in files if not path.name.startswith(DATABASE))
    return database, derived, sum(path.stat().st_size for path in minutes.iterdir())


@contextmanager
def _building(place: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A build of the minutes in `place` in a process of its own, which does not outlive this block."""
    build = ["-m", "index", "build", str(place / "minutes"), "--index", str(place / "index"), "--json"]
    with (place / "report").open("wb") as report:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", _LAUNCHER, sys.executable, *build],
            cwd=ROOT,
            stdout=report,
            env=os.environ | {"TMPDIR": str(place)},
            start_new_session=True,
        )
    try:
        yield process
        process.wait()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _built(place: Path) -> Build:
    with _building(place) as process:
        pass
    return _reported(process, place)


def _reported(process: subprocess.Popen[bytes], place: Path) -> Build:
    if process.returncode:
        raise _failed(process)
    report, _, usage = (place / "report").read_text(encoding="utf-8").rstrip().rpartition("\n")
    seconds, peak = usage.split()
    return Build(json.loads(report)["statements"], float(seconds), int(peak) * _RSS_UNIT)


def _failed(process: subprocess.Popen[bytes]) -> MinutesError:
    return MinutesError(f"a build ended with exit code {process.returncode}; what it said stands above")


def _at_rest(index: Index) -> float:
    """The median time of an answer while nothing else runs."""
    return median(_seconds_of_answer(question, index)[0] for _ in range(ROUNDS) for question in QUESTIONS)


def _seconds_of_answer(question: str, index: Index) -> tuple[float, int]:
    """How long an answer took, and the version that gave it."""
    began = time.perf_counter()
    answer = ask(Asked(question), index, TODAY)
    return time.perf_counter() - began, answer.version


def _built_beside_a_reader(place: Path, index: Index) -> tuple[Build, Reading]:
    old = index.snapshot().version.id
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool, _building(place) as process:
        published = pool.submit(_published, index.directory, old, stop)
        try:
            reading = _read_on(index, old, process, published.result)
        finally:
            stop.set()
    return _reported(process, place), reading


def _published(directory: Path, old: int, stop: threading.Event) -> float:
    """When a newer version than `old` was seen in the database."""
    store = Store(directory)
    while store.latest().id == old and not stop.wait(LOOK):
        pass
    return time.perf_counter()


def _read_on(index: Index, old: int, process: subprocess.Popen[bytes], published: Callable[[], float]) -> Reading:
    """Asks the same question again and again, until the new version answers."""
    answers: list[float] = []
    ended = math.inf
    while True:
        began = time.perf_counter()
        if index.snapshot().version.id != old:
            served = time.perf_counter()
            # Loading may keep the thread that looks from looking; then the new version was there when it began.
            return Reading(len(answers), max(answers, default=0.0), served - min(published(), began))
        if process.poll() is not None:
            ended = min(ended, began)
        if process.returncode:
            raise _failed(process)
        if began - ended > DEADLINE:
            raise MinutesError(f"the new version is not served {DEADLINE:.0f} seconds after its build has ended")
        seconds, version = _seconds_of_answer(QUESTIONS[0], index)
        if version == old:
            answers.append(seconds)
        time.sleep(PAUSE)


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the table: what is measured, in the unit that it names, to so many decimals. None leaves it out."""

    name: str
    value: Callable[[Measured], float | None]
    decimals: int = 0

    def shown(self, row: Measured) -> str:
        value = self.value(row)
        return "" if value is None else f"{value:,.{self.decimals}f}"

    def growth(self, before: Measured, after: Measured) -> str:
        """By what the value grows when the size grows tenfold, as if it were a power of the size."""
        old, new = self.value(before), self.value(after)
        if not old or not new:
            return ""
        return f"×{(new / old) ** (1 / math.log10(after.size / before.size)):.2f}"


_LINES = (
    _Line("statements/s, first build", lambda row: row.first.statements / row.first.seconds),
    _Line("first build, s", lambda row: row.first.seconds, 1),
    _Line("adding one meeting, s", lambda row: row.addition.seconds, 1),
    _Line("the same must stay under, s", lambda row: BARS.get(row.size)),
    _Line("build with nothing changed, s", lambda row: row.unchanged.seconds, 1),
    _Line("answers while adding", lambda row: row.reading.answers),
    _Line("slowest of them, ms", lambda row: 1e3 * row.reading.slowest),
    _Line("reload, s", lambda row: row.reading.reload, 2),
    _Line("open, s", lambda row: row.opening, 2),
    _Line("answer at rest, p50, ms", lambda row: 1e3 * row.answer),
    _Line("minutes.db, bytes/statement", lambda row: row.database / row.size),
    _Line("derived files, bytes/statement", lambda row: row.derived / row.size),
    _Line("both, bytes/statement", lambda row: (row.database + row.derived) / row.size),
    _Line("peak memory, first build, MB", lambda row: row.first.peak / 1e6),
    _Line("peak memory, adding, MB", lambda row: row.addition.peak / 1e6),
    _Line("peak memory, nothing changed, MB", lambda row: row.unchanged.peak / 1e6),
)


def table(rows: Sequence[Measured]) -> str:
    """A Markdown table, aligned for a terminal: a column for each size, between two the growth from one to the other.

    Growth is the ratio per tenfold: ×10 grows with the size, ×1 does not grow.
    """
    cells = [["statements", *_between([f"{row.size:,}" for row in rows], ["per ×10"] * (len(rows) - 1))]]
    for line in _LINES:
        values = [line.shown(row) for row in rows]
        if any(values):
            growth = [line.growth(before, after) for before, after in pairwise(rows)]
            cells.append([line.name, *_between(values, growth)])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])])
    return "\n".join(
        "| " + " | ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) + " |" for line in cells
    )


def _between(values: Sequence[str], growth: Sequence[str]) -> list[str]:
    """The values with the growth from each to the next between them."""
    return [cell for pair in zip_longest(values, growth) for cell in pair if cell is not None]


def late(rows: Sequence[Measured]) -> list[str]:
    """One sentence for each addition that took too long."""
    return [
        f"adding a meeting to {row.size:,} statements took {row.addition.seconds:.1f} s, must stay under {bar:g} s"
        for row in rows
        if (bar := BARS.get(row.size)) is not None and row.addition.seconds >= bar
    ]
