"""The index follows its folders by itself: the real command on small minutes, followed by what it says."""

from __future__ import annotations

import errno
import os
import queue
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index import watch as following
from index.__main__ import main
from index.build import BuildReport, build
from index.commands import watch as command
from index.errors import UsageError
from index.store import Store, Writer
from index.watch import EVERY, SETTLE, Follower, Reports, Watched
from tests.conftest import KEIZAI, ROOT
from tests.test_build import minutes_of

PATIENCE = 60
LOOKS = 1.5
"""Seconds in which several looks fit: in tests of what is not said again."""


class Watching:
    """python -m index watch as a process, and the lines that it says, without their times."""

    def __init__(self, *arguments: str | Path) -> None:
        call = [sys.executable, "-m", "index", "watch", "--settle", "0.2", "--every", "0.5", *map(str, arguments)]
        self.process = subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines: list[str] = []
        self._coming: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._coming.put(line)
        self._coming.put("")

    def until(self, what: str) -> str:
        """The next line that holds `what`."""
        while True:
            try:
                line = self._coming.get(timeout=PATIENCE)
            except queue.Empty:
                line = ""
            if not line:
                pytest.fail(f"no line with {what!r} in {self.lines}")
            said = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d (.*)\n", line)
            assert said, line
            self.lines.append(said[1])
            if what in said[1]:
                return said[1]

    def said(self, what: str) -> list[str]:
        """All lines so far that hold `what`."""
        return [line for line in self.lines if what in line]

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """Its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        return self.process.wait(timeout=PATIENCE)


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Callable[..., Watching]]:
    """Starts the command on the folder minutes/ with its index in index/."""
    running: list[Watching] = []

    def start(*options: str | Path, folder: Path | None = None) -> Watching:
        running.append(Watching(folder or tmp_path / "minutes", "--index", tmp_path / "index", *options))
        return running[-1]

    yield start
    for one in running:
        one.process.kill()
        one.process.communicate(timeout=PATIENCE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "minutes"
    folder.mkdir()
    for number in (1, 2, 3):
        (folder / f"m{number}.txt").write_text(minutes_of(number), encoding="utf-8")
    return folder


def statements(tmp_path: Path) -> int:
    return Store(tmp_path / "index").latest().statements


def test_files_that_come_change_and_go(folder: Path, tmp_path: Path, watching: Callable[..., Watching]) -> None:
    process = watching()
    process.until("version 1 holds 6 statements")
    assert process.lines[0] == "watching minutes: building whenever something has changed, looking every 0.5 s"
    assert process.lines[1:4] == [f"added minutes/m{number}.txt (2 statements)" for number in (1, 2, 3)]
    shutil.copy(KEIZAI, folder / "第４回 会議.txt")
    process.until("added minutes/第４回 会議.txt (21 statements)")
    process.until("version 2 holds 27 statements")
    (folder / "m1.txt").write_text(minutes_of(1).replace("毛布", "水"), encoding="utf-8")
    process.until("changed minutes/m1.txt (2 statements)")
    (folder / "m2.txt").unlink()
    process.until("removed minutes/m2.txt")
    process.until("version 4 holds 25 statements")
    (folder / "new\nline").mkdir()
    (folder / "m3.txt").rename(folder / "new\nline" / "m3.txt")
    process.until("renamed minutes/new\\nline/m3.txt (2 statements)")
    assert statements(tmp_path) == 25
    assert process.stop() == 0
    process.until("stopped")


def test_what_lies_beside_minutes_counts(folder: Path, watching: Callable[..., Watching]) -> None:
    process = watching()
    process.until("version 1")
    (folder / "m1.txt.meta.toml").write_text('place = "市役所"\n', encoding="utf-8")
    process.until("changed minutes/m1.txt")
    roster = "role,name,from,until,source\n会長,山田太郎,2023-01-01,2023-12-31,名簿（架空）\n"
    (folder / "roster.csv").write_text(roster, encoding="utf-8")
    process.until("changed minutes/m3.txt")


def test_minutesignore_takes_out_and_gives_back(
    folder: Path, tmp_path: Path, watching: Callable[..., Watching]
) -> None:
    process = watching("--exclude", "m3.*")
    process.until("excluded minutes/m3.txt")
    process.until("version 1 holds 4 statements")
    (folder / ".minutesignore").write_text("m2.txt\n", encoding="utf-8")
    process.until("removed minutes/m2.txt")
    process.until("version 2 holds 2 statements")
    (folder / ".minutesignore").write_bytes(b"\xff\n")
    process.until("minutes/.minutesignore: this is not UTF-8 (byte 0); save it as UTF-8; trying again every 0.5 s")
    (folder / ".minutesignore").unlink()
    process.until("version 3 holds 4 statements")
    assert len(process.said("excluded minutes/m3.txt")) == 1


def test_a_bad_file_is_named_once_and_stops_nothing(folder: Path, watching: Callable[..., Watching]) -> None:
    (folder / "bad.txt").touch()
    process = watching()
    process.until("skipped minutes/bad.txt: the file is empty (0 bytes)")
    process.until("version 1 holds 6 statements")
    (folder / "m4.txt").write_text(minutes_of(4), encoding="utf-8")
    process.until("version 2 holds 8 statements")
    assert len(process.said("bad.txt")) == 1
    (folder / "bad.txt").write_text(minutes_of(5), encoding="utf-8")
    process.until("added minutes/bad.txt (2 statements)")


def test_a_file_that_is_being_copied_is_read_once_it_is_whole(folder: Path, watching: Callable[..., Watching]) -> None:
    process = watching("--settle", "1.5")
    process.until("version 1")
    text = KEIZAI.read_bytes()
    with (folder / "slow.txt").open("wb", buffering=0) as file:
        for start in range(0, len(text), len(text) // 20):
            file.write(text[start : start + len(text) // 20])
            time.sleep(0.2)
    process.until("version 2 holds 27 statements")
    assert process.said("slow.txt") == ["added minutes/slow.txt (21 statements)"]


def test_a_folder_goes_away_and_comes_back(folder: Path, tmp_path: Path, watching: Callable[..., Watching]) -> None:
    folder.rename(tmp_path / "away")
    process = watching()
    for version in (1, 2):
        process.until("the folder 'minutes' does not exist; nothing was changed; trying again every 0.5 s")
        time.sleep(LOOKS)
        (tmp_path / "away" / f"new{version}.txt").write_text(minutes_of(10 + version), encoding="utf-8")
        (tmp_path / "away").rename(folder)
        process.until(f"version {version} holds {6 + 2 * version} statements")
        folder.rename(tmp_path / "away")
    assert len(process.said("does not exist")) == 2
    assert statements(tmp_path) == 10


@pytest.mark.parametrize("options", [(), ("--prune",)])
def test_an_unmounted_share_leaves_an_empty_folder(
    folder: Path, tmp_path: Path, watching: Callable[..., Watching], options: tuple[str, ...]
) -> None:
    other = Path("/dev/shm")
    if not os.access(other, os.W_OK) or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second file system here")
    share = other / f"minutes-{os.getpid()}"
    folder.rename(tmp_path / "copy")
    shutil.copytree(tmp_path / "copy", share)
    try:
        folder.symlink_to(share)
        process = watching(*options)
        process.until("version 1 holds 6 statements")
        folder.unlink()
        folder.mkdir()
        process.until("the folder 'minutes' is empty")
        assert statements(tmp_path) == 6
        (folder / "m4.txt").write_text(minutes_of(4), encoding="utf-8")
        (folder / "m1.txt").write_text(minutes_of(1), encoding="utf-8")
        (folder / "m2.txt").write_text(minutes_of(2), encoding="utf-8")
        process.until("version 2 holds 6 statements")
    finally:
        shutil.rmtree(share)


def test_another_writer_and_an_index_that_cannot_be_written(
    folder: Path, tmp_path: Path, watching: Callable[..., Watching]
) -> None:
    with Writer(tmp_path / "index"):
        process = watching()
        process.until("another process is writing the index")
        time.sleep(LOOKS)
    process.until("version 1 holds 6 statements")
    (tmp_path / "index").rename(tmp_path / "aside")
    (tmp_path / "index").touch()
    (folder / "m4.txt").write_text(minutes_of(4), encoding="utf-8")
    process.until("the index folder cannot be written")
    (tmp_path / "index").unlink()
    (tmp_path / "aside").rename(tmp_path / "index")
    process.until("version 2 holds 8 statements")
    assert len(process.said("another process")) == 1


def test_more_than_half_going_is_refused_and_said_once(
    folder: Path, tmp_path: Path, watching: Callable[..., Watching]
) -> None:
    process = watching()
    process.until("version 1")
    for number in (1, 2):
        (folder / f"m{number}.txt").rename(tmp_path / f"m{number}.txt")
    line = process.until("would remove 4 of 6 statements; nothing was changed")
    assert "add --prune to one call of python -m index build with these folders" in line
    time.sleep(LOOKS)
    (tmp_path / "m1.txt").rename(folder / "m1.txt")
    process.until("version 2 holds 4 statements")
    assert len(process.said("would remove 4")) == 1


class TestStopping:
    def test_sigterm_interrupts_the_first_build(
        self, folder: Path, tmp_path: Path, watching: Callable[..., Watching]
    ) -> None:
        process = watching()
        process.until("watching")
        assert process.stop() == 0
        process.until("stopped")
        assert build([folder], tmp_path / "index").statements == 6

    def test_sigterm_while_a_module_is_imported(self, tmp_path: Path) -> None:
        (tmp_path / "importing.py").write_text(
            "from index.watch import _stopping_on_sigterm\n"
            "with _stopping_on_sigterm():\n"
            "    exec('import os, signal, time; os.kill(os.getpid(), signal.SIGTERM); time.sleep(60)')\n",
            encoding="utf-8",
        )
        environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
        ended = subprocess.run([sys.executable, "-m", "importing"], env=environment, timeout=PATIENCE)
        assert ended.returncode == 0

    def test_sigint_ends_as_other_commands_do(self, folder: Path, watching: Callable[..., Watching]) -> None:
        process = watching()
        process.until("version 1")
        assert process.stop(signal.SIGINT) == 130


class TestOptions:
    @pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "two", "86401"])
    def test_seconds_without_sense(self, folder: Path, capsys: pytest.CaptureFixture[str], seconds: str) -> None:
        with pytest.raises(SystemExit) as refused:
            main(["watch", str(folder), f"--every={seconds}"])
        assert refused.value.code == 2
        assert "86400 (a day)" in capsys.readouterr().err

    def test_a_pattern_without_sense(self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["watch", str(folder), "--index", str(tmp_path / "index"), "--include", "!a"]) == 2
        assert "'!a' names no file" in capsys.readouterr().err

    def test_an_index_among_the_minutes(self, folder: Path) -> None:
        with pytest.raises(UsageError, match="'index' lies in the watched folder 'minutes'"):
            Watched((folder,), folder / "inner" / "index")

    def test_help_names_the_defaults(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            main(["watch", "--help"])
        said = " ".join(capsys.readouterr().out.split())
        assert f"(default: {SETTLE:g})" in said
        assert f"(default: {EVERY:g})" in said
        assert command.__doc__


class TestLooking:
    @pytest.mark.parametrize(("name", "retry", "builds"), [("bad.txt", 0, 2), ("bad.txt", 3600, 1), (".bad.txt", 0, 1)])
    def test_what_was_skipped_is_tried_again_after_a_while(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, retry: float, builds: int
    ) -> None:
        (folder / name).touch()
        reports: list[BuildReport] = []

        def counted(*arguments: Any, **options: Any) -> BuildReport:
            reports.append(build(*arguments, **options))
            return reports[-1]

        monkeypatch.setattr(following, "build", counted)
        monkeypatch.setattr(following, "RETRY", retry)
        follower = Follower(Watched((folder,), tmp_path / "index", settle=0.1))
        follower.look()
        follower.look()
        assert len(reports) == builds

    def test_a_failure_of_the_system_names_no_place(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def fails(*_: Any, **__: Any) -> BuildReport:
            raise FileNotFoundError(errno.ENOENT, f"nothing to be used in {tmp_path}", str(tmp_path))

        monkeypatch.setattr(following, "build", fails)
        follower = Follower(Watched((folder,), tmp_path / "index", settle=0.1))
        for _ in range(3):
            follower.look()
        said = capsys.readouterr().err
        assert said.count("the build failed (No such file or directory); trying again every 60 s\n") == 1
        assert str(tmp_path) not in said

    def test_a_file_that_goes_on_changing_is_named(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(following, "PATIENCE", 0.0)

        def grow() -> None:
            for _ in range(40):
                with (folder / "m2.txt").open("a", encoding="utf-8") as file:
                    file.write("○山田会長　異議はない。\n")
                time.sleep(0.05)

        growing = threading.Thread(target=grow)
        growing.start()
        Follower(Watched((folder,), tmp_path / "index", settle=0.5)).look()
        growing.join()
        said = capsys.readouterr().err
        assert said.count("waiting for minutes/m2.txt, which goes on changing") == 1
        assert "added minutes/m2.txt (42 statements)" in said


class TestReports:
    def test_a_change_is_reported_long_before_it_is_time_to_look(self, folder: Path) -> None:
        reports = Reports((folder,))
        reports.renew()
        assert self.heard(reports, lambda: (folder / "m4.txt").touch())

    def test_a_folder_that_came_back_is_listened_to(self, folder: Path, tmp_path: Path) -> None:
        reports = Reports((folder, tmp_path / "never"))
        reports.renew()
        folder.rename(tmp_path / "away")
        reports.renew()
        folder.mkdir()
        reports.renew()
        assert self.heard(reports, lambda: (folder / "m4.txt").touch())

    def test_without_reports_it_is_time_to_look_all_the_same(self, folder: Path, tmp_path: Path) -> None:
        for folders in ((folder,), (tmp_path / "never",)):
            reports = Reports(folders)
            reports.renew()
            started = time.monotonic()
            reports.wait(0.5)
            assert 0.5 <= time.monotonic() - started < PATIENCE

    def test_reading_is_no_change(self, folder: Path) -> None:
        reports = Reports((folder,))
        reports.renew()

        def read() -> None:
            for file in folder.iterdir():
                file.read_bytes()

        assert not self.heard(reports, read, seconds=1)

    def test_a_system_that_cannot_report_is_said_once(
        self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        free = os.dup(0)
        os.close(free)
        reports = Reports((folder,))
        resource.setrlimit(resource.RLIMIT_NOFILE, (free, limits[1]))
        try:
            reports.renew()
            folder.rename(tmp_path / "away")
            folder.mkdir()
            reports.renew()
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        started = time.monotonic()
        reports.wait(0.5)
        assert time.monotonic() - started >= 0.5
        said = capsys.readouterr().err
        assert said.count("changes are not reported here") == 1
        assert str(tmp_path) not in said

    @staticmethod
    def heard(reports: Reports, change: Callable[[], None], seconds: float = PATIENCE) -> bool:
        reports.wait(0.5)  # what was reported before
        started = time.monotonic()
        change()
        reports.wait(seconds)
        return time.monotonic() - started < seconds
