"""A pool of statements to judge, and what judges said of them: two kinds of JSON lines.

`POOL.jsonl` holds one statement of one question a line. Each judge has a file of their own beside it,
`POOL.judge-NAME.jsonl`, to which every judgement is appended and flushed to the disk before it counts; the last line
about a statement holds. A line that a crash has cut is passed over, and the next one begins anew.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from index.errors import UsageError
from qa.appending import append_line

GRADES = (2, 1, 0)
"""2 answers, 1 helps, 0 is beside the point."""
NAME_CHARS = 40
"""Characters of a judge's name at the most: it becomes part of a file's name."""
_NAME = re.compile(r"\w(?:[\w \-]*\w)?")


@dataclass(frozen=True, slots=True)
class Pooled:
    """One statement to judge for one question, with what a judge has to see of both."""

    query: str
    question: str
    history: tuple[str, ...]
    kind: str
    statement: str
    text: str
    speaker: str | None
    meeting: str | None
    date: date | None

    @property
    def key(self) -> tuple[str, str]:
        """What a judgement is about: query and statement."""
        return self.query, self.statement


Judgements = dict[tuple[str, str], int]
"""The grade by (query, statement)."""


def read_pool(path: Path) -> tuple[Pooled, ...]:
    """The statements to judge, those of one question together. Raises UsageError that names the line."""
    pool: dict[tuple[str, str], Pooled] = {}
    for number, line in _lines(path, "pool"):
        try:
            value: dict[str, Any] = json.loads(line)
            day = date.fromisoformat(value["date"]) if value["date"] else None
            one = Pooled(**{**value, "history": tuple(value["history"]), "date": day})
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{path.name}, line {number} is no line of a pool ({type(error).__name__} {error}); "
                "make one with: python -m eval pool"
            ) from error
        if one.key in pool:
            raise UsageError(f"{path.name}, line {number}: {one.statement} stands twice for the question {one.query}")
        pool[one.key] = one
    if not pool:
        raise UsageError(f"the pool {path.name!r} is empty; make one with: python -m eval pool")
    order = {query: place for place, query in enumerate(dict.fromkeys(one.query for one in pool.values()))}
    return tuple(sorted(pool.values(), key=lambda one: order[one.query]))


def write_pool(path: Path, pool: Iterable[Pooled]) -> None:
    """Write a pool, whole or not at all. Raises UsageError where it cannot be written."""
    new = path.with_name(f"{path.name}.new")
    try:
        with new.open("w", encoding="utf-8") as file:
            for one in pool:
                value = asdict(one) | {"date": one.date.isoformat() if one.date else None}
                file.write(json.dumps(value, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise UsageError(f"the pool {path.name!r} cannot be written ({error.strerror})") from error


def judge_file(pool: Path, judge: str) -> Path:
    """Where a judge's grades are kept. Raises UsageError for a name that no file may have."""
    name = unicodedata.normalize("NFKC", judge).strip()
    if len(name) > NAME_CHARS or not _NAME.fullmatch(name):
        raise UsageError(
            f"{judge[:NAME_CHARS]!r} cannot be a judge's name: use letters, digits, - and _, at most {NAME_CHARS}"
        )
    return pool.with_name(f"{pool.stem}.judge-{name}.jsonl")


def read_judgements(path: Path) -> Judgements:
    """What one judge says; nothing where the file is not there yet. Raises UsageError that names the line."""
    found: Judgements = {}
    if not path.exists():
        return found
    for number, line in _lines(path, "judgements"):
        if line.startswith("{") and not line.endswith("}"):
            continue  # cut by a crash: whoever gave it was never told that it counts
        try:
            value: dict[str, Any] = json.loads(line)
            key, grade = (str(value["query"]), str(value["statement"])), value["grade"]
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path.name}, line {number} is no judgement ({type(error).__name__} {error})") from error
        if grade is None:
            found.pop(key, None)
        elif grade in GRADES:
            found[key] = int(grade)
        else:
            raise UsageError(f"{path.name}, line {number}: the grade {grade!r} is none of {GRADES}")
    return found


def all_judgements(pool: Path) -> dict[str, Judgements]:
    """The judgements of every judge of a pool, by name. Raises UsageError."""
    before = f"{pool.stem}.judge-"
    names = (unicodedata.normalize("NFC", path.name) for path in pool.parent.glob("*.jsonl"))
    judges = sorted(name[len(before) : -len(".jsonl")] for name in names if name.startswith(before))
    return {judge: read_judgements(judge_file(pool, judge)) for judge in judges}


def append_judgement(path: Path, key: tuple[str, str], grade: int | None) -> None:
    """Add a judgement, or None to take one back; it is on the disk on return. Raises UsageError where it is not."""
    try:
        append_line(path, {"query": key[0], "statement": key[1], "grade": grade})
    except OSError as error:
        raise UsageError(f"the judgement cannot be written to {path.name!r} ({error.strerror})") from error


def _lines(path: Path, what: str) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers."""
    try:
        # A line that was cut may end inside a character.
        lines = path.read_bytes().split(b"\n")
        text = [line.decode("utf-8", "strict" if line.endswith(b"}") else "replace") for line in lines]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the {what} {path.name!r} cannot be read ({type(error).__name__})") from error
    return ((number, line.strip()) for number, line in enumerate(text, 1) if line.strip())
