"""The command that makes evaluation questions of what readers found useful."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from eval.commands import Done
from index.commands import takes_index
from index.errors import UsageError
from qa.feedback import Tally, read_feedback, tallied

if TYPE_CHECKING:
    from index.search import Snapshot


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], run: Callable[..., int]) -> None:
    """Add the command. It sets `run` as given and `work`, which takes the options and gives `Done`."""
    feedback = commands.add_parser("feedback", help="make questions of what readers found useful (app.py --feedback)")
    feedback.add_argument("file", type=Path, metavar="FILE", help="what app.py --feedback FILE wrote")
    takes_index(feedback)
    feedback.add_argument("--out", type=Path, required=True, metavar="QUESTIONS", help="a new question file")
    feedback.set_defaults(run=run, work=_feedback)


def _feedback(options: argparse.Namespace) -> Done:
    from index.search import Index

    said = tallied(read_feedback(options.file))
    if options.out.exists():
        raise UsageError(f"{options.out.name!r} exists and may hold questions of somebody; choose another --out")
    lines, left_out = questions(said, Index.open(options.index).snapshot())
    if not lines:
        raise UsageError(f"{options.file.name!r} names nothing useful that the index holds: {'; '.join(left_out)}")
    try:
        options.out.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{options.out.name!r} cannot be written ({error.strerror})") from error
    return Done(f"{options.out.name}: {len(lines)} questions", tuple(left_out))


def questions(said: tuple[Tally, ...], snapshot: Snapshot) -> tuple[list[dict[str, object]], list[str]]:
    """Question lines, and what was left out. A statement is relevant where more say useful than not."""
    lines: list[dict[str, object]] = []
    left_out: list[str] = []
    for (question, history), group in groupby(said, key=lambda one: (one.question, one.history)):
        useful = [one.statement for one in group if one.useful > one.useless]
        found = [pair[1] for statement in useful if (pair := snapshot.statement(statement))]
        if len(found) < len(useful):
            left_out.append(f"the index no longer holds {len(useful) - len(found)} of the statements for {question!r}")
        elif not found:
            left_out.append(f"nothing was found useful for {question!r}; if there is no answer, say so yourself")
        if found:
            lines.append(
                {
                    "id": f"f{len(lines) + 1}",
                    "question": question,
                    "history": list(history),
                    "relevant": [{"quote": statement.text, "grade": 2} for statement in found],
                    "unanswerable": False,
                    "speaker": None,
                    "kind": "feedback",
                }
            )
    return lines, left_out
