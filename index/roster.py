"""Who held an office on a day: only what a roster states with its source, never a guess.

A roster is a CSV file with the columns role, name, from, until, source and, for the offices of one council, body;
docs/roster.md describes it. One ships with this program; a file roster.csv in a folder of minutes goes before it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from index.errors import SourceError
from index.offices import canonical, is_shared

ROSTER_NAME = "roster.csv"
_COLUMNS = ("role", "name", "from", "until", "source")
_OPTIONAL = ("body",)
_FILE = Path(__file__).with_name(ROSTER_NAME)


@dataclass(frozen=True, slots=True)
class Term:
    """One person in one office; both days belong to the term. `body` limits it to meetings of that body."""

    role: str
    name: str
    since: date
    until: date
    source: str
    body: str | None = None

    def covers(self, office: str, day: date, body: str | None) -> bool:
        """Whether the term is one of `office` (in full) that a meeting of `body` on `day` falls into."""
        if canonical(self.role) != office or not self.since <= day <= self.until:
            return False
        return self.body is None or (body is not None and _plain(body).startswith(_plain(self.body)))


@dataclass(frozen=True, slots=True)
class Roster:
    """The terms of one file, and the roster that is asked where they say nothing."""

    terms: tuple[Term, ...]
    digest: str
    """Changes whenever a row here or in `beyond` does: names given to speakers depend on it."""
    beyond: Roster | None = None

    def person_at(self, role: str, day: date, body: str | None = None) -> str | None:
        """The name of the one person whom the roster states in `role` on `day`, else None.

        `body` is the meeting's. None as well where two people are stated, and for a role that several hold at once.
        """
        if is_shared(role):
            return None
        office = canonical(role)
        names = {term.name for term in self.terms if term.covers(office, day, body)}
        if names:
            return names.pop() if len(names) == 1 else None
        return self.beyond.person_at(role, day, body) if self.beyond else None

    def before(self, other: Roster) -> Roster:
        """This roster, with `other` asked where it says nothing."""
        inner = self.beyond.before(other) if self.beyond else other
        return replace(self, digest=_digest(f"{self.digest} {other.digest}".encode()), beyond=inner)


def load_roster(path: Path, name: str | None = None) -> Roster:
    """The roster in the file at `path`; `name` is what messages call it (default: the file's name).

    Raises SourceError, in one line with file, line and value, for a file that cannot be read, is not UTF-8, lacks a
    column or has an unknown one, and for a row with an empty field, no valid day or an end before its beginning.
    """
    name = name or path.name
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise SourceError(f"{name}: cannot be opened ({error.strerror}); check its permissions") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{name}: this is not UTF-8 (byte {error.start}); save it as CSV in UTF-8") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        _check_columns(name, tuple(reader.fieldnames or ()))
        terms = tuple(_term(name, reader.line_num, row) for row in reader)
    except csv.Error as error:
        raise SourceError(f"{name}:{reader.line_num}: this is not CSV ({error}); check its quotation marks") from error
    return Roster(terms, _digest(data))


@cache
def shipped() -> Roster:
    """The roster that comes with this program: ministers, each with its source."""
    return load_roster(_FILE)


def roster_for(folder: Path, root: Path) -> Roster:
    """The roster that counts for the files in `folder`, which lies in or is `root`.

    Its own roster.csv is asked first, then those of the folders above it up to `root`, then the shipped one. Raises
    SourceError as `load_roster` does.
    """
    outer = shipped() if folder == root else roster_for(folder.parent, root)
    file = folder / ROSTER_NAME
    if not file.is_file() or file.is_symlink():
        return outer
    return load_roster(file, "/".join([root.name, *file.relative_to(root).parts])).before(outer)


def terms() -> tuple[Term, ...]:
    """All rows of the shipped roster, in the order of the file."""
    return shipped().terms


def person_at(role: str, day: date) -> str | None:
    """The name of the one person whom the shipped roster verifies in `role` on `day`, else None."""
    return shipped().person_at(role, day)


def _check_columns(name: str, columns: tuple[str, ...]) -> None:
    known = ", ".join((*_COLUMNS, *_OPTIONAL))
    for column in _COLUMNS:
        if column not in columns:
            raise SourceError(f"{name}:1: the column {column!r} is missing; the columns are {known}")
    for column in columns:
        if column not in (*_COLUMNS, *_OPTIONAL):
            raise SourceError(f"{name}:1: unknown column {column!r}; the columns are {known}")
        if columns.count(column) > 1:
            raise SourceError(f"{name}:1: the column {column!r} stands there twice; remove one")


def _term(name: str, line: int, row: Mapping[str, str | None]) -> Term:
    where = f"{name}:{line}"
    if None in row:
        raise SourceError(f"{where}: more fields than columns; put a field with a comma in quotation marks")
    values = {column: (value or "").strip() for column, value in row.items()}
    for column in _COLUMNS:
        if not values[column]:
            raise SourceError(f"{where}: {column} is empty; a row needs {', '.join(_COLUMNS)}")
    since, until = (_day(where, column, values[column]) for column in ("from", "until"))
    if until < since:
        raise SourceError(f"{where}: until {until} is before from {since}; both days belong to the term")
    return Term(values["role"], values["name"], since, until, values["source"], values.get("body") or None)


def _day(where: str, column: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise SourceError(f"{where}: {column} {value!r} is not a day; write 2023-02-14") from error


def _plain(body: str) -> str:
    return "".join(unicodedata.normalize("NFKC", body).split())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


ROSTER_DIGEST = shipped().digest
