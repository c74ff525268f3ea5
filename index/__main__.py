"""The command line of the index: python -m index build|parse|info|check|changes|vacuum|backup|restore|alerts|watch.

It stands above the packages, as app.py does: the one command that has to understand questions lies in `qa`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from index.commands import backup, build, changes, check, info, parse, vacuum, watch
from index.errors import MinutesError, one_line
from qa import alerting


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
    for command in (build, parse, info, check, changes, vacuum, backup, alerting, watch):
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
