"""python -m index check: verify the index against itself and the files; --repair puts back what can be had again."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from index.commands import print_json, takes_index, takes_json
from index.errors import one_line

if TYPE_CHECKING:
    from index.checking import Checked
    from index.repair import Repaired

WAITING = {"changed": "has changed since; build reads it again", "gone": "is gone; build removes it"}


def add(commands: Any) -> None:
    """Add the command."""
    check = commands.add_parser("check", help="verify the index against itself and the files")
    check.add_argument("--repair", action="store_true", help="put back what can be had again")
    takes_index(check)
    takes_json(check)
    check.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    from index.checking import check
    from index.repair import repair
    from index.store import Store

    mended = repair(options.index) if options.repair else None
    found = check(Store(options.index))
    if options.json:
        files = [asdict(one) for one in found.files]
        repaired = asdict(mended) if mended else None
        print_json({**asdict(found), "files": files, "ok": found.ok, "repaired": repaired})
    else:
        _print(found, mended)
    return 3 if found.damage or found.unproven else 0 if found.ok else 1


def _print(found: Checked, mended: Repaired | None) -> None:
    for line in mended.mended if mended else ():
        print(f"mended: {one_line(line)}")
    for line in mended.left if mended else ():
        print(f"not mended: {one_line(line)}")
    for line in (*found.damage, *found.unproven):
        print(one_line(line))
    for name in found.derived:
        print(f"derived/{found.version}/{name}: missing or damaged; it is rebuilt when the index is next opened")
    for file in found.files:
        if file.state == "differs":
            print(f"{one_line(file.path)}: the same file now gives another text; remove the index and build it anew")
        elif file.state != "current":
            print(f"{one_line(file.path)} {WAITING[file.state]}")
    if found.ok:
        print(f"version {found.version}: all rows, versions, statements and derived files are what was written")
    elif not mended:
        print("python -m index check --repair puts back what can be had again")
