"""Who held an office on a day: only what roster.csv states with its source, never a guess.

An office is matched by its full name. A role that several people hold at once (副大臣, 副知事, 議員) has no rows.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("roster.csv")
ROSTER_DIGEST = hashlib.sha256(_FILE.read_bytes()).hexdigest()
"""Changes whenever a row does: names given to speakers depend on it."""


@dataclass(frozen=True, slots=True)
class Term:
    """One person in one office; both days belong to the term."""

    role: str
    name: str
    since: date
    until: date
    source: str


@cache
def terms() -> tuple[Term, ...]:
    """All rows of the roster, in the order of the file."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Term(
                row["role"],
                row["name"],
                date.fromisoformat(row["from"]),
                date.fromisoformat(row["until"]),
                row["source"],
            )
            for row in csv.DictReader(file)
        )


def person_at(role: str, day: date) -> str | None:
    """The name of the one person whom the roster verifies in `role` on `day`, else None."""
    names = {term.name for term in terms() if term.role == role and term.since <= day <= term.until}
    return names.pop() if len(names) == 1 else None
