"""python -m index watch: keep the index equal to folders of minutes, by itself."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

from index.commands import ENCODER_HELP, takes_index
from index.commands.build import takes_patterns


def add(commands: Any) -> None:
    """Add the command."""
    watch = commands.add_parser("watch", help="keep the index equal to folders of minutes, until it is stopped")
    watch.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    watch.add_argument("--encoder", metavar="NAME", help=ENCODER_HELP)
    watch.add_argument("--prune", action="store_true", help="allow removing more than half of the statements")
    watch.add_argument(
        "--settle", type=_seconds, default=2.0, metavar="SECONDS", help="build when nothing changed for (default: 2)"
    )
    watch.add_argument(
        "--every", type=_seconds, default=60.0, metavar="SECONDS", help="look at least every (default: 60)"
    )
    takes_patterns(watch)
    takes_index(watch)
    watch.set_defaults(run=_watch)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= 86400:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0 and up to 86400 (a day)")
    return seconds


def _watch(options: argparse.Namespace) -> int:
    from index.scan import Patterns
    from index.watch import Watched, watch

    watch(
        Watched(
            folders=tuple(options.folders),
            directory=options.index,
            encoder=options.encoder,
            patterns=Patterns(tuple(options.include), tuple(options.exclude)),
            prune=options.prune,
            settle=options.settle,
            every=options.every,
        )
    )
    return 0
