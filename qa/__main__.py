"""The command line of answers: python -m qa "質問"."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from index.__main__ import default_index
from index.dates import parse_date
from index.errors import MinutesError, QuestionRejected, UsageError
from index.search import Filters, Index
from qa.answer import Asked, ask
from qa.render import answer_to_json, answer_to_text

MAX_TOP = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer one question or a batch; returns 0 done, 1 a question was refused, 2 wrong use, 3 no usable index."""
    options = _parser().parse_args(arguments)
    try:
        if not 1 <= options.top <= MAX_TOP:
            raise UsageError(f"--top {options.top}: give a number from 1 to {MAX_TOP}")
        given = Filters(
            speakers=_named("--speaker", options.speaker),
            meetings=_named("--meeting", options.meeting),
            since=_day("--since", options.since),
            until=_day("--until", options.until),
        )
        if given.since and given.until and given.since > given.until:
            raise UsageError(f"--since {options.since} is after --until {options.until}; swap them")
        if options.batch:
            return _batch(options, given)
        answer = ask(
            Asked(options.question, given=given, top=options.top), Index.open(options.index or default_index())
        )
        if options.json:
            print(json.dumps(answer_to_json(answer), ensure_ascii=False, indent=1))
        else:
            print(answer_to_text(answer))
    except MinutesError as error:
        print(f"qa: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; nothing more can be said to it.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
        return 0
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m qa", description="Ask the minutes.")
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("question", nargs="?", metavar="質問", help="the question")
    asked.add_argument(
        "--batch",
        type=Path,
        metavar="QUESTIONS.jsonl",
        help='lines of {"id", "question", "history"}; - is standard input',
    )
    parser.add_argument("--index", type=Path, default=None, help="default: MINUTES_INDEX, else var/index")
    parser.add_argument("--top", type=int, default=5, help="how many statements at the most (5)")
    parser.add_argument("--speaker", action="append", default=[], help="role, name or label; repeats")
    parser.add_argument("--meeting", action="append", default=[], help="title or part of it, or id; repeats")
    parser.add_argument("--since", help="first day, as 2023-02-14 or 令和5年2月14日")
    parser.add_argument("--until", help="last day, included")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    return parser


def _named(option: str, values: Sequence[str]) -> tuple[str, ...]:
    if not all(value.strip() for value in values):
        raise UsageError(f"{option} is empty; leave it out to search everywhere")
    return tuple(values)


def _day(option: str, value: str | None) -> date | None:
    if value is None:
        return None
    day = parse_date(value)
    if day is None:
        raise UsageError(f"{option} {value!r} is no date; write it as 2023-02-14 or 令和5年2月14日")
    return day


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the batch file."""

    id: str | None
    question: str
    history: tuple[str, ...]


def _batch(options: argparse.Namespace, given: Filters) -> int:
    lines = _lines(options.batch)
    index = Index.open(options.index or default_index())
    refused = 0
    for line in lines:
        try:
            shown = answer_to_json(ask(Asked(line.question, line.history, given, top=options.top), index), line.id)
        except QuestionRejected as error:
            refused += 1
            shown = {"id": line.id, "error": str(error)}
        print(json.dumps(shown, ensure_ascii=False), flush=True)
    if refused:
        print(f"qa: {refused} of the questions were refused; see their lines", file=sys.stderr)
    return 1 if refused else 0


def _lines(path: Path) -> Iterator[_Line]:
    """The lines of a batch file, checked before any is answered."""
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"the batch file {path.name!r} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"the batch file {path.name!r} is not UTF-8 ({error.reason} at byte {error.start})") from error
    return iter([_line(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()])


def _line(number: int, line: str) -> _Line:
    try:
        value: Any = json.loads(line)
    except ValueError as error:
        raise UsageError(f"line {number} of the batch file is not JSON ({error})") from error
    history = (value.get("history") or []) if isinstance(value, dict) else None
    if (
        not isinstance(history, list)
        or not isinstance(value.get("question"), str)
        or not all(isinstance(earlier, str) for earlier in history)
    ):
        raise UsageError(f'line {number} of the batch file needs {{"id": …, "question": "…", "history": ["…"]}}')
    return _Line(value.get("id"), value["question"], tuple(history))


if __name__ == "__main__":
    sys.exit(main())
