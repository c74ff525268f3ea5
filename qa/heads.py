"""Questions about a meeting itself, answered from what its minutes print: when, where, who, on what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from index.minutes import Statement
from index.proof import proven
from index.search import Filters, Snapshot
from index.sources import source_state
from index.store import MeetingRow
from qa.citing import Cited
from qa.question import Head, Question

MOST = 5
"""Meetings shown for one question, the latest first."""


def about_the_meetings(question: Question, filters: Filters, snapshot: Snapshot) -> tuple[Cited, ...]:
    """What is printed of the meetings that are asked about, as entries of kind head, the latest first."""
    rows = sorted(snapshot.meetings_in(filters), key=lambda row: row.meeting.date or date.min, reverse=True)
    # One by one: of a large index, no more documents are read than are shown.
    entries = islice((entry for row in rows if (entry := _entry(question.head, row, snapshot))), MOST)
    return tuple(replace(entry, rank=rank) for rank, entry in enumerate(entries, 1))


def unlisted(question: Question, entries: Sequence[Cited]) -> bool:
    """Whether speakers stand in for a list of attendees that some of the minutes do not print."""
    return "attendees" in question.head and any(not entry.meeting.meeting.head.get("attendees") for entry in entries)


def _entry(asked: Sequence[Head], row: MeetingRow, snapshot: Snapshot) -> Cited | None:
    """The title of a meeting with the lines that are asked for; None where it prints none of them."""
    printed, text = row.meeting.head, snapshot.document(row.document).text
    names: list[str] = list(asked)
    if "attendees" in names and not printed.get("attendees"):
        names.append("speakers")  # No list of attendees: those recorded as speaking are what is known.
    asked_for = {span for name in names for span in printed.get(name, ())}
    spans = tuple(sorted({*printed.get("title", ()), *asked_for}, key=lambda span: span.start))
    lines = ["".join(text[span.start : span.end].splitlines()).strip() for span in spans]
    id_ = f"{row.meeting.id}-head"
    statement = Statement(id_, id_, -1, "head", None, None, "\n".join(lines), spans)
    if not asked_for or not proven(statement, text):
        return None
    quotes = tuple(line for span, line in zip(spans, lines, strict=True) if span in asked_for)
    return Cited(1, 1.0, statement, quotes, row, source_state(row))
