"""The command line of evaluation: python -m eval [COMMAND]."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from eval import feedback, judging, published, reporting
from eval.commands import Done
from eval.report import broken, table
from eval.runs import RUNS
from eval.sets import CORRELATION, measured, subjects
from index.errors import MinutesError, UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure or calibrate; returns the exit code: 0 done, 1 something does not hold (--check), 2 wrong use."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except MinutesError as error:
        _say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _measure(options: argparse.Namespace) -> int:
    rows = measured(options.only, None if options.fresh else RUNS, _say)
    if options.only and not rows:
        names = ", ".join((*(subject.name for subject in subjects()), CORRELATION))
        raise UsageError(f"nothing was measured for --only {options.only!r}; the sets are: {names}")
    if options.json:
        print(json.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], ensure_ascii=False, indent=1))
    else:
        print(table(rows))
    return _failed(broken(rows) if options.check else [])


def _calibrate(options: argparse.Namespace) -> int:
    from eval.calibrate import Basis, calibrate
    from eval.data import Group

    if bool(options.questions) != bool(options.minutes):
        raise UsageError("--questions and --minutes go together: the questions, and the folders that they ask about")
    own = Group(options.questions, tuple(options.minutes)) if options.questions else None
    print(calibrate(Basis(options.encoder, tuple(options.set), own), _say, write=not options.dry_run))
    return 0


def _encoder(options: argparse.Namespace) -> int:
    from eval.encoding import slow, speeds, table

    found = list(speeds(options.encoder, _say))
    print(json.dumps([asdict(one) for one in found], indent=1) if options.json else table(found))
    return _failed(slow(found) if options.check else [])


def _reading(options: argparse.Namespace) -> int:
    from eval.data import data_folder
    from eval.reading import speeds

    for speed in speeds(options.folder or data_folder() / "minutes", _say):
        print(speed.line)
    return 0


def _scale(options: argparse.Namespace) -> int:
    from eval.scale import SIZES, late, measured, sizes, table

    rows = []
    try:
        for row in measured(sizes(options.sizes or SIZES), _say):
            rows.append(row)  # noqa: PERF402 what was measured is printed though a full disk or Ctrl-C end it
    finally:
        if rows:
            print(json.dumps([asdict(row) for row in rows], indent=1) if options.json else table(rows))
    return _failed(late(rows) if options.check else [])


def _understanding(_: argparse.Namespace) -> int:
    from eval.understanding import FILES, cases, examined

    for name in FILES:
        wanted = cases(name)
        wrong = examined(wanted)
        for one in wrong:
            print(f"  {one.case.id} {' / '.join(one.case.turns)}: {one.field} is {one.understood}, meant {one.meant}")
        misread = {one.case.id for one in wrong}
        nobody = [case for case in wanted if not case.speakers and not case.not_speakers]
        named = {one.case.id for one in wrong if one.field == "speakers"} & {case.id for case in nobody}
        print(
            f"{name}: {len(wanted) - len(misread)} of {len(wanted)} understood; a speaker where none is meant: "
            f"{len(named)} of {len(nobody)}"
        )
    return 0


def _work(options: argparse.Namespace) -> int:
    """A command of eval/judging.py or eval/reporting.py."""
    done: Done = options.work(options)
    if done.text:
        print(done.text)
    return _failed(done.left_out)


def _public(options: argparse.Namespace) -> int:
    figures = published.measured(options.folder, options.encoder, _say)
    print(json.dumps([asdict(one) for one in figures], indent=1) if options.json else published.table(figures))
    return 0


def _failed(wrong: Sequence[str]) -> int:
    """The exit code, after everything that does not hold was said."""
    for said in wrong:
        _say(said)
    return 1 if wrong else 0


def _say(text: str) -> None:
    print(f"eval: {text}", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval", description="Measure retrieval on every question set that is there."
    )
    parser.add_argument("--only", metavar="NAME", help="only sets whose name begins so")
    parser.add_argument("--fresh", action="store_true", help=f"take nothing from earlier runs, kept in {RUNS}")
    _takes_json_and_check(parser)
    parser.set_defaults(run=_measure)
    commands = parser.add_subparsers(title="commands")

    calibrate = commands.add_parser("calibrate", help="fit fusion and abstention, write qa/calibration.json")
    calibrate.add_argument("--encoder", default="embedded", metavar="NAME", help="whose calibration (embedded)")
    calibrate.add_argument(
        "--set", action="append", default=[], metavar="NAME", help="fit to this development set alone (repeats)"
    )
    calibrate.add_argument("--questions", type=Path, metavar="FILE", help="fit to your own questions instead")
    calibrate.add_argument("--minutes", type=Path, nargs="+", metavar="FOLDER", help="the minutes that they ask about")
    calibrate.add_argument("--dry-run", action="store_true", help="print, write nothing")
    calibrate.set_defaults(run=_calibrate)

    encoder = commands.add_parser("encoder", help="time loading and encoding")
    encoder.add_argument("--encoder", action="append", default=[], metavar="NAME", help="time this one too (repeats)")
    _takes_json_and_check(encoder)
    encoder.set_defaults(run=_encoder)

    reading = commands.add_parser("reading", help="time reading and cutting")
    reading.add_argument("--folder", type=Path, help="the files (default: the development minutes)")
    reading.set_defaults(run=_reading)

    scale = commands.add_parser("scale", help="size and speed of indexes of invented minutes")
    scale.add_argument("--sizes", metavar="N,N", help="numbers of statements (default: 1000 to 1000000)")
    _takes_json_and_check(scale)
    scale.set_defaults(run=_scale)

    understanding = commands.add_parser("understanding", help="what is misread in questions and dialogues")
    understanding.set_defaults(run=_understanding)

    reporting.add(commands, run=_work, say=_say)
    judging.add(commands, run=_work)
    feedback.add(commands, run=_work)
    published.add(commands, run=_public)
    return parser


def _takes_json_and_check(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print the numbers as JSON")
    command.add_argument("--check", action="store_true", help="exit 1 where something that must hold does not")


if __name__ == "__main__":
    sys.exit(main())
