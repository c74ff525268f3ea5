"""Writes the indexed minutes as a BEIR corpus (Thakur et al., arXiv 2104.08663), which other systems read."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from eval.judgements import every, heads, resolve
from eval.questions import Item, placed
from index.errors import IndexDamaged, UsageError
from index.minutes import Statement
from index.search import Filters, Snapshot
from index.store import MeetingRow
from qa.render.text import speaker_name

Level = Literal["statement", "turn"]
HEADER = "query-id\tcorpus-id\tscore"


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was written; `unresolved` are questions with a quote that the minutes do not hold."""

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
    judged = resolve(items, list(every(snapshot).values()), heads(snapshot))
    graded: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for query, grades in judged.grades.items():
        for id_, grade in grades.items():
            graded[id_].append((query, grade))
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
                for query, grade in (found for one in group for found in graded[one.id]):
                    key = query, _id(group[0], level)
                    best[key] = max(grade, best.get(key, 0))
        if items:
            _write_questions(folder, items, best)
    except OSError as error:
        raise UsageError(f"the folder {folder.name!r} cannot be written ({error.strerror})") from error
    expected = snapshot.scope(Filters()).statements
    if statements != expected:
        raise IndexDamaged(f"only {statements} of {expected} statements could be read; run: python -m index check")
    return Exported(documents, len(items), len(best), tuple(dict.fromkeys(id_ for id_, _ in judged.lost)))


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
