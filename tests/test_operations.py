"""What docs/operations.md tells an administrator to install works: the unit and the cron line, taken out of it."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index.scan import IGNORE_NAME
from index.store import Store, Writer
from index.watch import EVERY, SETTLE
from tests.conftest import KEIZAI, ROOT
from tests.test_watch import PATIENCE, Watching

DOCUMENT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The blocks of the document in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, flags=re.MULTILINE | re.DOTALL)


def block(language: str) -> str:
    """The one block of the document in a language."""
    (found,) = blocks(language)
    return found


@pytest.fixture
def here(tmp_path: Path) -> dict[str, str]:
    """Places of the document, the longest first, and what stands for them in a test."""
    (tmp_path / "minutes").mkdir()
    shutil.copy(KEIZAI, tmp_path / "minutes")
    return {
        "/opt/ask-the-minutes/.venv/bin/python": sys.executable,
        ".venv/bin/python": sys.executable,
        "/opt/ask-the-minutes": str(ROOT),
        "/srv/minutes": str(tmp_path / "minutes"),
        "/var/lib/minutes-index": str(tmp_path / "index"),
        "/srv/questions": str(tmp_path / "questions"),
        "/srv/www": str(tmp_path / "www"),
    }


def moved(text: str, here: dict[str, str]) -> str:
    """A text with the places of this test."""
    return re.sub("|".join(map(re.escape, here)), lambda found: here[found[0]], text)


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(block("ini"))
    return parser


def cron(holding: str = "") -> tuple[list[str], str, str]:
    """Times, user and command of the first cron line with some words."""
    line = next(line for line in CRON if holding in line)
    *times, user, command = line.split(maxsplit=6)
    return times, user, re.sub(r"\\%", "%", command)  # cron makes line breaks of others


CRON = [line for text in blocks("cron") for line in text.splitlines() if not line.startswith("MAILTO=")]


def ran(command: str, here: dict[str, str], place: Path) -> subprocess.CompletedProcess[str]:
    """A command of cron, run as cron does, with the places of this test."""
    call = ["/bin/sh", "-c", moved(command, here)]
    return subprocess.run(call, cwd=place, capture_output=True, text=True, timeout=PATIENCE)


class TestUnit:
    def test_is_whole_and_shuts_the_service_in(self) -> None:
        service = unit()["Service"]
        assert unit().sections() == ["Unit", "Service", "Install"]
        assert service["Restart"] == "on-failure"
        assert service["ReadWritePaths"] == f"/var/lib/{service['StateDirectory']}"
        assert service["ProtectSystem"] == "strict"
        for option in ("NoNewPrivileges", "PrivateNetwork", "PrivateTmp", "ProtectHome"):
            assert service[option] == "yes"

    @pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
    def test_is_what_systemd_reads(self, tmp_path: Path, here: dict[str, str]) -> None:
        file = tmp_path / "minutes-index.service"
        file.write_text(moved(block("ini"), here), encoding="utf-8")
        command = ["systemd-analyze", "verify", "--man=no", str(file)]
        result = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        ours = [line for line in result.stderr.splitlines() if "minutes-index" in line]
        assert ours == []

    def test_starts_and_stops(self, here: dict[str, str], tmp_path: Path) -> None:
        call = shlex.split(moved(unit()["Service"]["ExecStart"], here))
        assert call[:4] == [sys.executable, "-m", "index", "watch"]
        process = Watching(*call[4:])
        try:
            process.until("version 1 holds 21 statements")
            assert process.stop() == 0
        finally:
            process.process.kill()
            process.process.communicate(timeout=PATIENCE)
        assert Store(tmp_path / "index").latest().statements == 21


class TestCronLines:
    @pytest.mark.parametrize("line", CRON)
    def test_have_times_and_a_user(self, line: str) -> None:
        *times, user, command = line.split(maxsplit=6)
        for field, (least, most) in zip(times, [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)], strict=True):
            assert all(number == "*" or least <= int(number) <= most for number in field.split("-"))
        assert user == unit()["Service"]["User"]
        assert re.search(r"(?<!\\)%", command) is None  # cron makes line breaks of these

    def test_tell_what_is_new_and_check_what_is_there(self, here: dict[str, str], tmp_path: Path) -> None:
        for folder in ("questions", "www"):
            (tmp_path / folder).mkdir()
        (tmp_path / "questions" / "topics.txt").write_text("外務大臣は情報保全について\n", encoding="utf-8")
        said = [ran(cron(words)[2], here, tmp_path) for words in ("index build", "alerts", "alerts", "--atom", "check")]
        assert [one.returncode for one in said] == [0] * 5, [one.stderr for one in said]
        assert "情報保全" in said[1].stdout
        assert "<entry>" in (tmp_path / "www" / "minutes.atom").read_text(encoding="utf-8")

    def test_builds_and_gives_way_to_another_writer(self, here: dict[str, str], tmp_path: Path) -> None:
        built = ran(cron()[2], here, tmp_path)
        assert (built.returncode, built.stderr) == (0, "")
        assert "version 1 holds 21 statements" in built.stdout
        with Writer(tmp_path / "index"):
            refused = ran(cron()[2], here, tmp_path)
        assert refused.returncode == 3
        assert "another process is writing" in refused.stderr


def test_the_document_says_what_the_command_does() -> None:
    assert f"`--settle` seconds (default: {SETTLE:g})" in DOCUMENT
    assert f"`--every` seconds (default: {EVERY:g})" in DOCUMENT
    assert IGNORE_NAME in DOCUMENT
    example = "watching minutes: building whenever something has changed, looking every 60 s"
    assert example in DOCUMENT
    assert not re.search(r"/home/\w|/Users/", DOCUMENT)
