"""Many people at once, in short; `make load` takes the minute. Beyond the bound people are told that it is busy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def asking(page: str, *options: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "tests/load/asking.py", page, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    return done.returncode, json.loads(done.stdout)


def test_fifty_people_at_once_are_all_answered(page: str) -> None:
    _, said = asking(page, "--seconds", "4")  # how fast is for `make load`: tests run on busy machines
    assert said["answered"] >= 50
    assert (said["busy"], said["failed"]) == (0, 0)


def test_beyond_the_bound_people_are_sent_away_politely_and_nobody_fails(page: str) -> None:
    code, said = asking(page, "--seconds", "2", "--people", "150", "--reading", "0.5", "--beyond")
    assert (code, said["failed"]) == (0, 0)
    assert said["busy"] > 0
    assert said["answered"] > 0
    assert asking(page, "--seconds", "0.2", "--people", "2", "--reading", "0")[1]["answered"] > 0


def test_only_a_page_on_this_machine_is_put_under_load() -> None:
    command = [sys.executable, "tests/load/asking.py", "http://192.0.2.1:7860/"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True).returncode == 2
