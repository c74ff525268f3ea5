"""What readers said of statements: useful or not. JSON lines without anything about who said it.

{"question", "history", "statement", "verdict": "useful" | "useless" | null, "before": the verdict that this one takes
the place of, "version"}. Lines are only ever added; `tallied` counts what holds in the end.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from index.errors import UsageError
from qa.appending import append_line

Verdict = Literal["useful", "useless"]
VERDICTS: tuple[Verdict, ...] = ("useful", "useless")


@dataclass(frozen=True, slots=True)
class Feedback:
    """One click: what somebody says of a statement shown for a question. `verdict` None takes `before` back."""

    question: str
    history: tuple[str, ...]
    statement: str
    verdict: Verdict | None
    before: Verdict | None
    version: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many find a statement useful for a question, and how many do not."""

    question: str
    history: tuple[str, ...]
    statement: str
    useful: int
    useless: int


def append_feedback(path: Path, said: Feedback) -> None:
    """Add what was said; it is on the disk on return. Raises UsageError where it is not."""
    try:
        append_line(path, asdict(said))
    except OSError as error:
        raise UsageError(f"the feedback cannot be written to {path.name!r} ({error.strerror})") from error


def read_feedback(path: Path) -> tuple[Feedback, ...]:
    """Everything said, in order; a line that a crash has cut is passed over. Raises UsageError that names the line."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise UsageError(f"the feedback {path.name!r} cannot be read ({error.strerror})") from error
    whole = [(number, line.strip()) for number, line in enumerate(lines, 1)]
    return tuple(_feedback(path.name, number, line) for number, line in whole if line and not _cut(line))


def _cut(line: bytes) -> bool:
    return line.startswith(b"{") and not line.endswith(b"}")


def _feedback(name: str, number: int, line: bytes) -> Feedback:
    try:
        value: dict[str, Any] = json.loads(line)
        for key in ("verdict", "before"):
            if value[key] not in (*VERDICTS, None):
                raise ValueError(f"{key} is {value[key]!r}")
        texts = (value["question"], value["statement"], *value["history"])
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("question, statement and history have to be text")
        return Feedback(**{**value, "history": tuple(value["history"])})
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{name}, line {number} is no feedback ({type(error).__name__} {error})") from error


def tallied(said: Iterable[Feedback]) -> tuple[Tally, ...]:
    """What holds in the end, those of one question together, in the order in which they first came up."""
    counts: dict[tuple[str, tuple[str, ...]], dict[str, Counter[Verdict]]] = {}
    for one in said:
        count = counts.setdefault((one.question, one.history), {}).setdefault(one.statement, Counter())
        if one.before:
            count[one.before] -= 1
        if one.verdict:
            count[one.verdict] += 1
    return tuple(
        Tally(question, history, statement, max(0, count["useful"]), max(0, count["useless"]))
        for (question, history), statements in counts.items()
        for statement, count in statements.items()
    )
