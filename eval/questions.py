"""Questions with their answers, read from JSON lines, and whether a statement is the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path, PurePath
from typing import Any

from index.errors import UsageError
from index.identity import squeezed
from index.search import Snapshot

ROOT = Path(__file__).parents[1]
QUESTIONS = Path(__file__).parent / "questions"
TEST = (
    (QUESTIONS / "keizai-anpo.test.jsonl", ROOT / "minutes"),
    (QUESTIONS / "keizai-anpo.blind.jsonl", ROOT / "minutes"),
)
"""Question files with the folder of minutes that they ask about. Nothing is ever fitted to these."""
DEVELOPMENT = (
    (QUESTIONS / "keizai-anpo.dev.jsonl", ROOT / "minutes"),
    (QUESTIONS / "samples.dev.jsonl", ROOT / "samples"),
)

VIEWS = (QUESTIONS / "samples.views.dev.jsonl", ROOT / "samples")
"""Questions whose answer is a set of statements: all that was said, comparisons, timelines. Nothing is fitted to it."""

MOST = 0.5
"""A statement is relevant where more than this share of it lies inside the quote, or of the quote inside it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the document that a file of this name holds, in code points."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Relevant:
    """A passage that answers: `grade` 2 answers, 1 helps.

    Quoted from the minutes; or, where their text may not be published here, named by its place, which `placed` reads;
    or the id of a statement.
    """

    quote: str
    grade: int
    place: Place | None = None
    statement: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `speaker` is the role or name of who must stand first; None where nobody in particular must."""

    id: str
    question: str
    history: tuple[str, ...]
    relevant: tuple[Relevant, ...]
    unanswerable: bool
    speaker: str | None
    kind: str
    collection: str | None = None

    def grade(self, text: str) -> int:
        """How well a statement with this text answers: the best grade of the quotes that it overlaps, else 0."""
        return max((entry.grade for entry in self.relevant if overlaps(text, entry.quote)), default=0)


def overlaps(text: str, quote: str) -> bool:
    """Whether most of `text` lies inside `quote` or most of `quote` inside `text`, in one piece, white space aside.

    So a judgement holds whatever way the minutes are cut into statements.
    """
    one, other = squeezed(text), squeezed(quote)
    shorter = min(len(one), len(other))
    if not shorter:
        return False
    if one in other or other in one:
        return True
    shared = SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
    return shared > MOST * shorter


def load(path: Path) -> tuple[Item, ...]:
    """The questions of a file, in order, without lines whose question is still to be written.

    Raises UsageError that names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the questions {path.name!r} cannot be read ({type(error).__name__})") from error
    items = tuple(_item(path.name, number, line) for number, line in enumerate(lines, 1) if line.strip())
    if len({item.id for item in items}) < len(items):
        raise UsageError(f"{path.name}: an id stands twice; give every question its own")
    written = tuple(item for item in items if item.question.strip())
    if items and not written:
        raise UsageError(f'{path.name}: no question is written yet; fill in "question"')
    return written


def _item(name: str, number: int, line: str) -> Item:
    try:
        value: Mapping[str, Any] = json.loads(line)
        item = Item(
            id=str(value["id"]),
            question=str(value["question"]),
            history=tuple(map(str, value.get("history") or ())),
            relevant=tuple(_relevant(entry) for entry in value["relevant"]),
            unanswerable=bool(value["unanswerable"]),
            speaker=value.get("speaker"),
            kind=str(value["kind"]),
            collection=value.get("collection"),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{name}, line {number}: {type(error).__name__} {error}; see eval/README.md") from error
    if item.unanswerable == bool(item.relevant):
        raise UsageError(f"{name}, line {number}: a question has relevant quotes or is unanswerable, never both")
    return item


def _relevant(entry: Mapping[str, Any]) -> Relevant:
    if "statement" in entry:
        return Relevant("", int(entry["grade"]), statement=str(entry["statement"]))
    if "quote" in entry:
        return Relevant(str(entry["quote"]), int(entry["grade"]))
    place = Place(str(entry["source"]), int(entry["start"]), int(entry["end"]))
    return Relevant("", int(entry["grade"]), place)


def placed(items: Sequence[Item], snapshot: Snapshot) -> tuple[Item, ...]:
    """The questions with every passage that is named by its place read from the documents of an index.

    Raises UsageError where the index has no such file.
    """
    documents = {PurePath(s.path).name: row.document for row in snapshot.meetings.values() for s in row.sources}

    def read(entry: Relevant) -> Relevant:
        if entry.place is None:
            return entry
        if entry.place.source not in documents:
            raise UsageError(f"the questions name the file {entry.place.source!r}, which the index does not hold")
        text = snapshot.document(documents[entry.place.source]).text
        return replace(entry, quote=text[entry.place.start : entry.place.end])

    return tuple(replace(item, relevant=tuple(map(read, item.relevant))) for item in items)
