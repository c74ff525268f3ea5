"""The documents say what is so: the ten commands of eval/README.md run, the figures are those that are measured."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from eval.runs import RUNS
from eval.sets import measured
from tests.conftest import ROOT

README = (ROOT / "eval" / "README.md").read_text(encoding="utf-8")
BENCHMARKS = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")


def test_the_round_of_ten_commands_runs(tmp_path: Path) -> None:
    block = re.search(r"## The round in ten commands.*?```\n(.*?)```", README, re.DOTALL)
    assert block
    commands = block[1].strip().splitlines()
    assert len(commands) == 10
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    for command in commands:
        own = command.replace("var/round", str(tmp_path / "round"))
        done = subprocess.run(
            own, shell=True, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert (tmp_path / "round-report" / "report.html").stat().st_size > 10_000
    assert (tmp_path / "round-corpus" / "corpus.jsonl").is_file()


@pytest.mark.parametrize(
    "name", ["keizai-anpo.test", "keizai-anpo.blind", "keizai-anpo.dev", "samples.dev", "samples.views"]
)
def test_the_figures_in_the_docs_are_those_of_this_program(name: str) -> None:
    printed = {}
    for line in BENCHMARKS.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0].startswith(name) and not cells[1].startswith("ms "):
            printed[cells[0], cells[1]] = cells[2:6]
    rows = [row for row in measured(name, RUNS, print) if not row.measure.startswith("ms ")]
    shown = {
        (row.set, row.measure): [
            str(row.queries),
            *(f"{side:.3f}" for side in (row.bm25, row.dense, row.both) if side is not None),
        ]
        for row in rows
    }
    assert printed == shown
