"""python -m index check: verify the index against itself."""

from __future__ import annotations

import argparse
from typing import Any

from index.commands import print_json, takes_index, takes_json


def add(commands: Any) -> None:
    """Add the command."""
    check = commands.add_parser("check", help="verify the index against itself")
    takes_index(check)
    takes_json(check)
    check.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    from index.derived import damaged
    from index.store import Store, damage

    store = Store(options.index)
    version = store.latest()
    problems = damage(store)
    broken = damaged(store, version)
    if options.json:
        print_json({"version": version.id, "damage": problems, "derived": broken, "ok": not problems and not broken})
    else:
        for problem in problems:
            print(problem)
        for name in broken:
            print(f"derived/{version.id}/{name}: missing or damaged; it is rebuilt when the index is next opened")
        if not problems and not broken:
            print(f"version {version.id}: all rows, versions and derived files are what was written")
    return 3 if problems else 1 if broken else 0
