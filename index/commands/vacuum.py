"""python -m index vacuum: drop what no kept version shows, and give the space back."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import Any

from index.commands import takes_index
from index.errors import UsageError

# Days for which removed statements and replaced versions are kept, unless another number is given.
KEEP = 90


def add(commands: Any) -> None:
    """Add the command."""
    vacuum = commands.add_parser("vacuum", help="drop versions that were replaced long ago, and give the space back")
    vacuum.add_argument("--keep", type=float, default=KEEP, metavar="DAYS", help=f"days that are kept whole ({KEEP})")
    takes_index(vacuum)
    vacuum.set_defaults(run=_vacuum)


def _vacuum(options: argparse.Namespace) -> int:
    from index.vacuum import vacuum

    if not 0 <= options.keep <= 100_000:
        raise UsageError(f"--keep {options.keep:g}: give a number of days from 0 to 100000")
    dropped = vacuum(options.index, timedelta(days=options.keep))
    print(
        f"dropped {dropped.versions} versions, {dropped.statements} statements, {dropped.documents} documents and "
        f"{dropped.vectors} vectors; kept everything since version {dropped.oldest}; "
        f"{dropped.before / 2**20:.1f} MB became {dropped.after / 2**20:.1f} MB"
    )
    return 0
