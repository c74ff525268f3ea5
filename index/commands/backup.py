"""python -m index backup, restore: a copy of the index in one file, and the way back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from index.commands import takes_index


def add(commands: Any) -> None:
    """Add both commands."""
    backup = commands.add_parser("backup", help="copy the index into one file, while it is in use")
    backup.add_argument("file", type=Path, metavar="FILE")
    takes_index(backup)
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="make the index what a backup holds")
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("--replace", action="store_true", help="give up the index that is there")
    takes_index(restore)
    restore.set_defaults(run=_restore)


def _backup(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from index.backup import backup

    with tqdm(desc="copying", unit="page", mininterval=1, delay=1) as bar:

        def shown(left: int, all_: int) -> None:
            bar.total = all_
            bar.update(all_ - left - bar.n)

        version = backup(options.index, options.file, shown)
    print(f"{options.file.name} holds version {version.id} with {version.statements} statements")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from index.backup import restore

    version = restore(options.file, options.index, replace=options.replace)
    print(f"the index is version {version.id} of {version.created} with {version.statements} statements again")
    return 0
