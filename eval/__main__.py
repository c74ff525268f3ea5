"""The command line of evaluation: python -m eval [calibrate | encoder | reading | scale | understanding]."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from eval.report import broken, table
from eval.sets import measured, question_sets
from index.errors import MinutesError, UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure or calibrate; returns the exit code: 0 done, 1 something does not hold (--check), 2 wrong use."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "calibrate":
            from eval.calibrate import calibrate

            print(calibrate(_say, write=not options.dry_run))
            return 0
        if options.command == "encoder":
            return _encoder(options)
        if options.command == "reading":
            return _reading(options)
        if options.command == "scale":
            return _scale(options)
        if options.command == "understanding":
            return _understanding()
        return _measure(options)
    except MinutesError as error:
        _say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _measure(options: argparse.Namespace) -> int:
    rows = measured(options.only, _say)
    if options.only and not rows:
        names = ", ".join(chosen.name for chosen in question_sets())
        raise UsageError(f"nothing was measured for --only {options.only!r}; the sets are: {names}")
    if options.json:
        print(json.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], ensure_ascii=False, indent=1))
    else:
        print(table(rows))
    return _failed(broken(rows) if options.check else [])


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


def _understanding() -> int:
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
    parser.add_argument(
        "command",
        nargs="?",
        choices=("calibrate", "encoder", "reading", "scale", "understanding"),
        help="calibrate: fit fusion and abstention, write qa/calibration.json; "
        "encoder: time loading and encoding; reading: time reading and cutting; "
        "scale: size and speed of indexes of invented minutes; "
        "understanding: what is misread in questions and dialogues",
    )
    parser.add_argument("--folder", type=Path, help="with reading: the files (default: the development minutes)")
    parser.add_argument(
        "--encoder", action="append", default=[], metavar="NAME", help="with encoder: time this one too (repeats)"
    )
    parser.add_argument("--sizes", metavar="N,N", help="with scale: numbers of statements (default: 1000 to 1000000)")
    parser.add_argument("--only", metavar="NAME", help="only sets whose name begins so")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    parser.add_argument("--check", action="store_true", help="exit 1 where something that must hold does not")
    parser.add_argument("--dry-run", action="store_true", help="with calibrate: print, write nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main())
