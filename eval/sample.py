"""Draws statements to write questions for."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass

from index.identity import identity, squeezed
from index.minutes import Statement
from index.search import Snapshot
from index.store import MeetingRow
from qa.render.text import speaker_name

LEAST = 20
"""Characters that a statement needs: nobody asks for はい、そのとおりです。"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A statement to write a question for, with its meeting."""

    statement: Statement
    meeting: MeetingRow

    @property
    def line(self) -> dict[str, object]:
        """A line of a question file, its question still empty; `from` is for whoever writes it."""
        meeting = self.meeting.meeting
        return {
            "id": f"sample-{self.statement.id}",
            "question": "",
            "history": [],
            "relevant": [{"quote": self.statement.text, "grade": 2}],
            "unanswerable": False,
            "speaker": None,
            "kind": "plain",
            "from": {
                "speaker": speaker_name(self.statement.speaker) if self.statement.speaker else None,
                "meeting": meeting.title,
                "date": meeting.date.isoformat() if meeting.date else None,
            },
        }


def sample(snapshot: Snapshot, count: int, seed: int) -> tuple[Drawn, ...]:
    """At most `count` speeches, the same for the same seed and minutes.

    Meetings take turns, and within one whoever was drawn least speaks next, so that neither a long meeting nor its
    chair fills the sample.
    """
    turns = deque(sorted(_current(snapshot), key=lambda row: identity(seed, row.meeting.id)))
    left: dict[int, list[Statement]] = {}
    heard: Counter[str] = Counter()
    drawn: list[Drawn] = []
    while turns and len(drawn) < count:
        row = turns.popleft()
        if row.row not in left:
            left[row.row] = sorted(_speeches(snapshot, row), key=lambda one: identity(seed, one.id))
        if not left[row.row]:
            continue
        chosen = min(left[row.row], key=lambda one: heard[_label(one)])
        left[row.row].remove(chosen)
        heard[_label(chosen)] += 1
        drawn.append(Drawn(chosen, row))
        turns.append(row)
    return tuple(drawn)


def _current(snapshot: Snapshot) -> Iterator[MeetingRow]:
    """The meetings that are searched: an older edition of a record is not."""
    return (row for row in snapshot.meetings.values() if row.row not in snapshot.editions.superseded)


def _speeches(snapshot: Snapshot, row: MeetingRow) -> Iterator[Statement]:
    for statement in snapshot.in_meeting(row.row):
        if statement.kind == "speech" and len(squeezed(statement.text)) >= LEAST:
            yield statement


def _label(statement: Statement) -> str:
    return statement.speaker.label if statement.speaker else ""
