"""The command line of the index: python -m index build|parse|info|check."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.codec import meeting_to_json
from index.errors import MinutesError, UsageError, one_line

DEFAULT_INDEX = "var/index"


def default_index() -> Path:
    """The index folder where none is named: MINUTES_INDEX, else var/index."""
    return Path(os.environ.get("MINUTES_INDEX") or DEFAULT_INDEX)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 something skipped, 2 wrong use, 3 no usable index)."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except MinutesError as error:
        print(f"index: {one_line(str(error))}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; nothing more can be said to it.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
        return 0
    except KeyboardInterrupt:
        print("index: interrupted; the last version is whole, and what was embedded is kept", file=sys.stderr)
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index", description="Build and inspect an index of minutes.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="make the index equal to folders of minutes")
    build.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    build.add_argument("--encoder", help="embedded, a folder, or the name of a hub model")
    build.add_argument("--prune", action="store_true", help="allow removing more than half of the statements")
    build.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")
    build.set_defaults(run=_build)
    parse = commands.add_parser("parse", help="what the parser understands of one file, without an index")
    parse.add_argument("file", type=Path, metavar="FILE")
    parse.add_argument("--text", action="store_true", help="print the document text that spans refer to")
    parse.set_defaults(run=_parse)
    info = commands.add_parser("info", help="what the index holds")
    info.set_defaults(run=_info)
    check = commands.add_parser("check", help="verify the index against itself")
    check.set_defaults(run=_check)
    for command in (build, info, check):
        command.add_argument("--index", type=Path, default=None, help=f"default: MINUTES_INDEX, else {DEFAULT_INDEX}")
    for command in (build, parse, info, check):
        command.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _build(options: argparse.Namespace) -> int:
    from index.build import build

    report = build(
        options.folders, options.index or default_index(), options.encoder, prune=options.prune, dry_run=options.dry_run
    )
    for file in report.files:
        if file.note:
            print(f"index: {one_line(file.message)}", file=sys.stderr)
    if options.json:
        _print_json(asdict(report))
    else:
        for file in report.files:
            if file.fate != "unchanged":
                print(f"{file.fate:9} {one_line(file.path)} ({file.statements} statements)")
        verb = "would hold" if report.dry_run else "holds"
        print(
            f"version {report.version} {verb} {report.statements} statements: {report.added} added, "
            f"{report.removed} removed, {report.embedded} embedded, {len(report.skipped)} files skipped"
        )
    return 1 if report.skipped else 0


def _parse(options: argparse.Namespace) -> int:
    from index.layouts import load_sidecar, parse
    from index.reading import read

    if not options.file.is_file():
        raise UsageError(f"the file {options.file.name!r} does not exist")
    document = read(options.file, options.file.name)
    if options.text:
        sys.stdout.write(document.text)
        return 0
    parsed = parse(document, sidecar=load_sidecar(options.file))
    text = document.text
    meetings = []
    for meeting in parsed.meetings:
        shown = {"id": meeting.id, **meeting_to_json(meeting)}
        statements = [
            {key: value for key, value in asdict(statement).items() if key != "position"}
            for statement in meeting.statements
        ]
        meetings.append({"meeting": shown, "statements": statements})
    _print_json(
        {
            "meetings": meetings,
            "claimed": [{"start": claim.start, "end": claim.end, "as": claim.as_} for claim in parsed.claimed],
            "unclaimed": [{"start": start, "end": end, "text": text[start:end]} for start, end in parsed.unclaimed],
            "confidence": parsed.confidence,
            "warnings": list(parsed.warnings),
            "layout": parsed.layout,
        }
    )
    return 0


def _info(options: argparse.Namespace) -> int:
    from index.store import Store

    store = Store(options.index or default_index())
    version = store.latest()
    meetings = store.meetings(version.id)
    if options.json:
        listed = [
            {
                "id": row.meeting.id,
                "title": row.meeting.title,
                "date": row.meeting.date and row.meeting.date.isoformat(),
                "record": row.meeting.record,
                "paths": [source.path for source in row.sources],
                "sha256": row.sha256,
            }
            for row in meetings
        ]
        _print_json({**asdict(version), "version": version.id, "meetings": listed})
        return 0
    print(f"version {version.id} of {version.created}: {len(meetings)} meetings, {version.statements} statements")
    print(f"encoder {version.fingerprint}\ntokeniser {version.tokeniser}")
    for row in meetings:
        paths = ", ".join(one_line(source.path) for source in row.sources)
        print(f"{row.meeting.date or '----------'}  {row.meeting.title}  ({paths})")
    return 0


def _check(options: argparse.Namespace) -> int:
    from index.derived import damaged
    from index.store import Store

    store = Store(options.index or default_index())
    version = store.latest()
    problems = store.damage()
    broken = damaged(store, version)
    if options.json:
        _print_json({"version": version.id, "damage": problems, "derived": broken, "ok": not problems and not broken})
    else:
        for problem in problems:
            print(problem)
        for name in broken:
            print(f"derived/{version.id}/{name}: missing or damaged; it is rebuilt when the index is next opened")
        if not problems and not broken:
            print(f"version {version.id}: all rows, versions and derived files are what was written")
    return 3 if problems else 1 if broken else 0


def _print_json(value: Any) -> None:
    # A file name that is no UTF-8 is escaped, as JSON may.
    print(json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace").decode())


if __name__ == "__main__":
    sys.exit(main())
