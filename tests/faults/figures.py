"""How often the tests here try something, and what they found: a block of docs/guarantees.md."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "guarantees.md"
BLOCK = re.compile(r"(<!-- figures: written by make faults -->\n).*?(<!-- end of figures -->)", re.DOTALL)


def is_long() -> bool:
    """Whether the long form runs."""
    return os.environ.get("FAULTS") == "long"


def tries(short: int, long: int) -> int:
    """How often to try."""
    return long if is_long() else short


@dataclass(slots=True)
class Figures:
    """One line for what a test did, by the number of its guarantee."""

    lines: list[tuple[int, str]] = field(default_factory=list)

    def say(self, guarantee: int, line: str) -> None:
        """Remember a line."""
        self.lines.append((guarantee, line))

    def in_words(self) -> list[str]:
        """The lines in the order of the guarantees."""
        return [f"- {number}: {line}" for number, line in sorted(self.lines, key=lambda line: line[0])]

    def write(self) -> None:
        """Put the lines into the document, with the day and where they come from."""
        measured = (
            f"Measured on {datetime.now(UTC):%Y-%m-%d} with `make faults` on {sys.platform}, {os.cpu_count()} cores:"
        )
        block = "\n".join([measured, "", *self.in_words(), ""])
        text = DOCUMENT.read_text(encoding="utf-8")
        assert BLOCK.search(text), "docs/guarantees.md has lost its block of figures"
        DOCUMENT.write_text(BLOCK.sub(lambda found: found[1] + block + found[2], text), encoding="utf-8")
