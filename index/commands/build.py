"""python -m index build: make the index equal to folders of minutes."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.commands import ENCODER_HELP, print_json, takes_index, takes_json
from index.errors import one_line


def add(commands: Any) -> None:
    """Add the command."""
    build = commands.add_parser("build", help="make the index equal to folders of minutes")
    build.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    build.add_argument("--encoder", metavar="NAME", help=ENCODER_HELP)
    build.add_argument("--prune", action="store_true", help="allow removing more than half of the statements")
    build.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")
    takes_patterns(build)
    takes_index(build)
    takes_json(build)
    build.set_defaults(run=_build)


def takes_patterns(command: argparse.ArgumentParser) -> None:
    """Give a command the options --include and --exclude."""
    command.add_argument(
        "--include", action="append", default=[], metavar="PATTERN", help="read only files like this; repeats"
    )
    command.add_argument(
        "--exclude", action="append", default=[], metavar="PATTERN", help="leave files like this out; repeats"
    )


def _build(options: argparse.Namespace) -> int:
    from index.build import build
    from index.scan import Patterns

    report = build(
        options.folders,
        options.index,
        options.encoder,
        patterns=Patterns(tuple(options.include), tuple(options.exclude)),
        prune=options.prune,
        dry_run=options.dry_run,
    )
    for file in report.files:
        if file.note:
            print(f"index: {one_line(file.message)}", file=sys.stderr)
    if options.json:
        print_json(asdict(report))
    else:
        for file in report.files:
            if file.fate not in ("unchanged", "excluded"):
                was = f", was {one_line(file.was)}" if file.was else ""
                print(f"{file.fate:9} {one_line(file.path)} ({file.statements} statements{was})")
        verb = "would hold" if report.dry_run else "holds"
        embedded = "" if report.dry_run else f"{report.embedded} embedded, "  # known only afterwards
        print(
            f"version {report.version} {verb} {report.statements} statements: {report.added} added, "
            f"{report.removed} removed, {embedded}{len(report.skipped)} files skipped"
        )
    return 1 if report.skipped else 0
