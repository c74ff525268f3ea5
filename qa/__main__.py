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

from index.commands import RERANKER_HELP, default_index, default_reranker
from index.dates import parse_date
from index.errors import MinutesError, QuestionRejected, UsageError
from index.search import Filters, Index, Snapshot
from qa.answer import Asked, ask
from qa.render import answer_to_json, answer_to_text
from qa.render.tracing import resolved_to_json, resolved_to_text
from qa.render.views import View, view_to_csv, view_to_json, view_to_text
from qa.tracing import resolve
from qa.views import all_matches, comparison, coverage, timeline

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
        if options.question and (options.batch or options.statement):
            raise UsageError("--batch and --statement take no question; leave it out")
        if options.batch:
            return _batch(options, given)
        print(_shown(options, given, _opened(options)))
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


def _opened(options: argparse.Namespace) -> Index:
    return Index.open(options.index or default_index(), options.reranker)


def _shown(options: argparse.Namespace, given: Filters, index: Index) -> str:
    """What the options ask for, as text."""
    if options.statement:
        return _resolved(options, index)
    if not options.question or (len(options.question) > 1 and not options.coverage):
        raise UsageError("give one question in quotation marks; only --coverage takes several topics")
    without, named = frozenset(options.without), frozenset(options.name)
    asked = [Asked(text, given=given, without=without, named=named, top=options.top) for text in options.question]
    if not (options.coverage or options.compare or options.timeline or options.all):
        if options.csv:
            raise UsageError("--csv goes with --all, --compare, --timeline or --coverage")
        answer = ask(asked[0], index)
        return _json(answer_to_json(answer)) if options.json else answer_to_text(answer)
    view = _view(options, asked, index.snapshot())
    if options.csv:
        return view_to_csv(view).rstrip("\r\n")
    return _json(view_to_json(view)) if options.json else view_to_text(view)


def _view(options: argparse.Namespace, asked: Sequence[Asked], snapshot: Snapshot) -> View:
    found = [all_matches(one, snapshot, date.today(), sort=options.sort) for one in asked]
    if options.coverage:
        return coverage(found)
    if options.compare:
        return comparison(found[0], options.by)
    return timeline(found[0]) if options.timeline else found[0]


def _resolved(options: argparse.Namespace, index: Index) -> str:
    """The statement that an id stands for, or what became of it."""
    snapshot = index.snapshot()
    found = resolve(options.statement, snapshot)
    if found is None:
        raise UsageError(f"version {snapshot.version.id} of the index has no statement {options.statement!r}")
    return _json(resolved_to_json(found)) if options.json else resolved_to_text(found)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m qa", description="Ask the minutes.")
    parser.add_argument("question", nargs="*", metavar="質問", help="the question; with --coverage up to 8 topics")
    view = parser.add_mutually_exclusive_group()
    view.add_argument("--all", action="store_true", help="every statement that matches, with their number")
    view.add_argument("--compare", action="store_true", help="the best statement of each speaker")
    view.add_argument("--timeline", action="store_true", help="what matches in time, with changes of wording")
    view.add_argument("--coverage", action="store_true", help="who said something on which of several topics")
    view.add_argument("--statement", metavar="ID", help="show the statement with this id, or what became of it")
    view.add_argument(
        "--batch",
        type=Path,
        metavar="QUESTIONS.jsonl",
        help='lines of {"id", "question", "history"}; - is standard input',
    )
    parser.add_argument("--index", type=Path, default=None, help="default: MINUTES_INDEX, else var/index")
    parser.add_argument("--reranker", default=default_reranker(), metavar="NAME", help=RERANKER_HELP)
    parser.add_argument("--top", type=int, default=5, help="how many statements at the most (5)")
    parser.add_argument("--speaker", action="append", default=[], help="role, name or label; repeats")
    parser.add_argument("--meeting", action="append", default=[], help="title or part of it, or id; repeats")
    parser.add_argument("--since", help="first day, as 2023-02-14 or 令和5年2月14日")
    parser.add_argument("--until", help="last day, included")
    parser.add_argument("--without", action="append", default=[], metavar="WORDS", help="understand nothing from these")
    parser.add_argument("--name", action="append", default=[], metavar="WORDS", help="whose own words are asked for")
    parser.add_argument("--sort", choices=("relevance", "date", "meeting"), default="relevance", help="order of --all")
    parser.add_argument(
        "--by", choices=("speaker", "role", "affiliation"), default="speaker", help="what --compare compares"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--csv", action="store_true", help="print a view as CSV")
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
    index = _opened(options)
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
