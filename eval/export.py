"""Writes the indexed minutes as a BEIR corpus (Thakur et al., arXiv 2104.08663), which other systems read."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from eval.questions import Item, overlaps, placed
from index.errors import IndexDamaged, UsageError
from index.identity import squeezed
from index.minutes import Statement
from index.search import Filters, Snapshot
from index.store import MeetingRow
from qa.render.text import speaker_name

Level = Literal["statement", "turn"]
HEADER = "query-id\tcorpus-id\tscore"
GRAM = 8
"""Characters that a statement and a quote of 14 or more share in one piece wherever one counts as the other."""
SHORT = 14


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was written; `unresolved` are answerable questions whose quotes are in no statement."""

    documents: int
    queries: int
    judgements: int
    unresolved: tuple[str, ...]


def export(snapshot: Snapshot, items: Sequence[Item], folder: Path, level: Level) -> Exported:
    """Write corpus.jsonl and, for questions, queries.jsonl and qrels/test.tsv into a new or empty folder.

    The files are those that BEIR's loader and ir_datasets read: `_id`, `title`, `text`, `metadata` of strings. A turn
    is its statements joined by line ends; its grade is the best of theirs. Raises UsageError, IndexDamaged.
    """
    items = placed(items, snapshot)
    for item in items:
        if item.id.split() != [item.id]:
            raise UsageError(f"the question id {item.id!r} holds white space, which a qrels file cannot hold")
    graded = Graded(items)
    best: dict[tuple[str, str], int] = {}
    documents = statements = 0
    try:
        if folder.exists() and any(folder.iterdir()):
            raise UsageError(f"the folder {folder.name!r} is not empty; choose a new one")
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "corpus.jsonl").open("w", encoding="utf-8") as file:
            for row, group in _documents(snapshot, level):
                file.write(_json(_document(row, group, level)))
                documents, statements = documents + 1, statements + len(group)
                for query, grade in (found for one in group for found in graded.of(one.text)):
                    key = query, _id(group[0], level)
                    best[key] = max(grade, best.get(key, 0))
        if items:
            _write_questions(folder, items, best)
    except OSError as error:
        raise UsageError(f"the folder {folder.name!r} cannot be written ({error.strerror})") from error
    expected = snapshot.scope(Filters()).statements
    if statements != expected:
        raise IndexDamaged(f"only {statements} of {expected} statements could be read; run: python -m index check")
    found = {query for query, _ in best}
    lost = tuple(item.id for item in items if not item.unanswerable and item.id not in found)
    return Exported(documents, len(items), len(best), lost)


def _documents(snapshot: Snapshot, level: Level) -> Iterator[tuple[MeetingRow, list[Statement]]]:
    """The statements that make each document, in statement order, without older editions of a record."""
    for row in snapshot.meetings.values():
        if row.row not in snapshot.editions.superseded:
            groups: defaultdict[str, list[Statement]] = defaultdict(list)
            for statement in snapshot.in_meeting(row.row):
                groups[_id(statement, level)].append(statement)
            yield from ((row, group) for group in groups.values())


def _id(statement: Statement, level: Level) -> str:
    return statement.turn if level == "turn" else statement.id


def _document(row: MeetingRow, group: Sequence[Statement], level: Level) -> dict[str, object]:
    """One line of corpus.jsonl. Its title says meeting and speaker: what a reader sees above the words."""
    meeting, first = row.meeting, group[0]
    speaker = speaker_name(first.speaker) if first.speaker else ""
    return {
        "_id": _id(first, level),
        "title": " ".join(part for part in (meeting.title, speaker) if part),
        "text": "\n".join(one.text for one in group),
        "metadata": {
            "kind": " ".join(dict.fromkeys(one.kind for one in group)),
            "speaker": speaker,
            "meeting": meeting.id,
            "meeting_title": meeting.title or "",
            "date": meeting.date.isoformat() if meeting.date else "",
            "record": meeting.record,
            "agenda": first.agenda or "",
            "turn": first.turn,
            "statements": " ".join(one.id for one in group),
            "path": row.sources[0].path,
        },
    }


def _write_questions(folder: Path, items: Sequence[Item], grades: Mapping[tuple[str, str], int]) -> None:
    with (folder / "queries.jsonl").open("w", encoding="utf-8") as file:
        for item in items:
            metadata = {"kind": item.kind, "history": "\n".join(item.history)}
            file.write(_json({"_id": item.id, "text": item.question, "metadata": metadata}))
    order = {item.id: place for place, item in enumerate(items)}
    (folder / "qrels").mkdir()
    with (folder / "qrels" / "test.tsv").open("w", encoding="utf-8") as file:
        file.write(HEADER + "\n")
        for (query, document), grade in sorted(grades.items(), key=lambda entry: order[entry[0][0]]):
            file.write(f"{query}\t{document}\t{grade}\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


class Graded:
    """The grade of a text for every question at once: `Item.grade`, asked only where a quote may overlap the text.

    The longest piece shared by two texts of SHORT characters has GRAM at least where `overlaps` holds, so only quotes
    that share a gram with the text are looked at.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._quotes = [(item.id, entry.quote, entry.grade) for item in items for entry in item.relevant]
        self._short = {place for place, (_, quote, _) in enumerate(self._quotes) if len(squeezed(quote)) < SHORT}
        self._with: defaultdict[str, set[int]] = defaultdict(set)
        for place, (_, quote, _) in enumerate(self._quotes):
            for gram in _grams(quote):
                self._with[gram].add(place)

    def of(self, text: str) -> Iterator[tuple[str, int]]:
        """Questions with the grade of a quote that the text overlaps; one may come more than once."""
        near = set(self._short)
        if len(squeezed(text)) < SHORT:
            near.update(range(len(self._quotes)))
        for gram in _grams(text):
            near |= self._with.get(gram, set())
        for place in sorted(near):
            query, quote, grade = self._quotes[place]
            if overlaps(text, quote):
                yield query, grade


def _grams(text: str) -> set[str]:
    whole = squeezed(text)
    return {whole[start : start + GRAM] for start in range(len(whole) - GRAM + 1)}
