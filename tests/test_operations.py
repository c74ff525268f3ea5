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


def block(language: str) -> str:
    """The one block of the document in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, flags=re.MULTILINE | re.DOTALL)
    return str(found)


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
    }


def moved(text: str, here: dict[str, str]) -> str:
    """A text with the places of this test."""
    return re.sub("|".join(map(re.escape, here)), lambda found: here[found[0]], text)


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(block("ini"))
    return parser


def cron() -> tuple[list[str], str, str]:
    """Times, user and command of the cron line."""
    *times, user, command = block("cron").rstrip("\n").split(maxsplit=6)
    return times, user, command


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


class TestCronLine:
    def test_has_times_and_a_user(self) -> None:
        times, user, command = cron()
        for field, (least, most) in zip(times, [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)], strict=True):
            assert field == "*" or least <= int(field) <= most
        assert user == unit()["Service"]["User"]
        assert "%" not in command  # cron makes line breaks of it

    def test_builds_and_gives_way_to_another_writer(self, here: dict[str, str], tmp_path: Path) -> None:
        call = ["/bin/sh", "-c", moved(cron()[2], here)]
        built = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE)
        assert (built.returncode, built.stderr) == (0, "")
        assert "version 1 holds 21 statements" in built.stdout
        with Writer(tmp_path / "index"):
            refused = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE)
        assert refused.returncode == 3
        assert "another process is writing" in refused.stderr


def test_the_document_says_what_the_command_does() -> None:
    assert f"`--settle` seconds (default: {SETTLE:g})" in DOCUMENT
    assert f"`--every` seconds (default: {EVERY:g})" in DOCUMENT
    assert IGNORE_NAME in DOCUMENT
    example = "watching minutes: building whenever something has changed, looking every 60 s"
    assert example in DOCUMENT
    assert not re.search(r"/home/\w|/Users/", DOCUMENT)
