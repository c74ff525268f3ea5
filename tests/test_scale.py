"""The benchmark of sizes: its invented minutes, what it measures at two tiny sizes, how it stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval.__main__ import main
from eval.invented import MEETING, meeting, write_minutes
from eval.scale import BARS, Measured, _check_room, late, measured, sizes, table
from index.errors import MinutesError, UsageError
from index.layouts import parse
from index.lexical import tokens
from index.minutes import Statement
from index.reading import Document, read_all
from tests.conftest import ROOT

SIZES = (60, 250)


def _statements(folder: Path) -> list[list[Statement]]:
    """The statements of each file."""
    documents = [one for file in sorted(folder.iterdir()) for one in read_all(file)]
    assert all(isinstance(one, Document) for one in documents)
    parsed = [parse(one) for one in documents if isinstance(one, Document)]
    assert not [one.warnings for one in parsed if one.warnings]
    return [[statement for meeting in one.meetings for statement in meeting.statements] for one in parsed]


@pytest.fixture(scope="module")
def minutes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("invented")
    assert write_minutes(folder, 3_030) == 31
    return folder


def test_invented_minutes_say_so_and_hold_as_many_statements_as_meant(minutes: Path) -> None:
    assert all("架空" in file.read_text(encoding="utf-8").splitlines()[0] for file in minutes.iterdir())
    assert [len(found) for found in _statements(minutes)] == [MEETING] * 30 + [30]


def test_invented_minutes_are_always_the_same(minutes: Path) -> None:
    written = [file.read_text(encoding="utf-8") for file in sorted(minutes.iterdir())]
    assert written == [meeting(number, min(MEETING, 3_030 - MEETING * number)) for number in range(31)]
    assert len(set(written)) == 31


def test_invented_statements_are_like_real_ones(minutes: Path) -> None:
    texts = [statement.text for found in _statements(minutes) for statement in found]
    assert len(set(texts)) > 0.99 * len(texts)
    tenth, median, ninetieth = np.percentile([len(text) for text in texts], (10, 50, 90))
    assert 55 < tenth < median < ninetieth < 125
    counted = Counter(token for text in texts for token in tokens(text))
    counts = np.asarray(sorted(counted.values(), reverse=True)[:1_000])
    slope, _ = np.polyfit(np.log(np.arange(1, len(counts) + 1)), np.log(counts), 1)
    assert -1.6 < slope < -0.7  # Zipf's law: -1


@pytest.mark.parametrize("text", ["", "1000,", "0", "-5", "many", "１００"])
def test_sizes_that_are_no_numbers_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        sizes(text)


def test_sizes_are_measured_from_small_to_large() -> None:
    assert sizes("5000, 1000,5000") == (1000, 5000)
    assert main(["scale", "--sizes", "many"]) == 2


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> tuple[Measured, ...]:
    """Both tiny sizes, measured."""
    place = tmp_path_factory.mktemp("scale")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(place))
        found = tuple(measured(SIZES, lambda _: None))
    assert not list(place.glob("minutes-scale-*"))
    return found


def test_statements_are_counted_right(rows: tuple[Measured, ...]) -> None:
    assert tuple(row.size for row in rows) == SIZES
    assert all(row.addition.statements == row.unchanged.statements == row.size + MEETING for row in rows)


def test_the_old_version_answers_until_the_new_one_is_served(rows: tuple[Measured, ...]) -> None:
    for row in rows:
        assert row.reading.answers > 0
        assert 0 < row.reading.slowest < row.addition.seconds
        assert 0 < row.reading.reload < row.addition.seconds


def test_what_is_measured_is_of_the_right_size(rows: tuple[Measured, ...]) -> None:
    for row in rows:
        assert 0 < row.answer < 5
        assert 0 < row.opening < 60
        # A vector alone takes more than 200 bytes, a process with numpy more than 10 MB.
        assert row.database > 200 * row.size
        assert row.derived > 200 * row.size
        assert row.minutes > 100 * row.size
        assert all(10**7 < build.peak < 10**11 for build in (row.first, row.addition, row.unchanged))


def test_the_table_shows_every_size_and_the_growth_between(rows: tuple[Measured, ...]) -> None:
    lines = table(rows).splitlines()
    assert [cell.strip() for cell in lines[0].split("|")[1:-1]] == ["statements", "60", "per ×10", "250"]
    assert len({len(line) for line in lines}) == 1
    assert len({line.count("|") for line in lines}) == 1
    assert not [line for line in lines[2:] if "×" not in line]
    # Ten times the seconds at ten times the size: ×10.
    large = replace(rows[0], first=replace(rows[0].first, statements=600, seconds=10 * rows[0].first.seconds))
    [first] = [line for line in table((rows[0], large)).splitlines() if "first build, s" in line]
    assert "×10.00" in first
    assert "×" not in table(rows[:1])


def test_an_addition_over_its_bar_is_said(rows: tuple[Measured, ...]) -> None:
    size, bar = next(iter(BARS.items()))
    row = replace(rows[0], first=replace(rows[0].first, statements=size))
    assert not late([*rows, replace(row, addition=replace(row.addition, seconds=bar - 0.1))])
    [said] = late([*rows, replace(row, addition=replace(row.addition, seconds=bar))])
    assert f"{size:,}" in said


def test_a_size_that_the_disk_would_not_hold_is_refused(rows: tuple[Measured, ...], tmp_path: Path) -> None:
    _check_room(SIZES[-1], rows[0], tmp_path)
    with pytest.raises(MinutesError, match="are free"):
        _check_room(10**15, rows[0], tmp_path)


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "eval", "scale", "--sizes", "2000"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while not list(tmp_path.glob("*/index")):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        # Its end is reached when no process is left that could write there.
        process.stderr.read()
        assert process.wait(timeout=30) == 130
    assert not list(tmp_path.iterdir())
