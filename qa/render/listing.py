"""Lists for other programs -> JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from index.commands.changes import KINDS, step_to_json
from index.history import Step
from index.search import Snapshot
from index.store import MeetingRow
from qa.listing import Meetings, Ranked
from qa.render.json import cited_to_json, filters_to_json, searched_to_json


def ranked_to_json(ranked: Ranked) -> dict[str, Any]:
    """The statements in the form of an answer's, with what was understood and searched."""
    return {
        "topic": ranked.question.text,
        "version": ranked.version,
        "filters": filters_to_json(ranked.filters, ranked.question),
        "searched": searched_to_json(ranked.searched, None, None),
        "withheld": ranked.shown.withheld,
        "statements": [cited_to_json(entry) for entry in ranked.shown.cited],
    }


def meetings_to_json(found: Meetings, most: int) -> dict[str, Any]:
    """The first `most` meetings; `count` counts all."""
    listed = [_meeting(row) | {"superseded": row.row in found.superseded} for row in found.rows[:most]]
    return {"version": found.version, "count": len(found.rows), "meetings": listed}


def _meeting(row: MeetingRow) -> dict[str, Any]:
    meeting = row.meeting
    return {
        "id": meeting.id,
        "title": meeting.title,
        "ordinal": meeting.ordinal,
        "body": meeting.body,
        "date": meeting.date.isoformat() if meeting.date else None,
        "start_time": meeting.start_time,
        "end_time": meeting.end_time,
        "place": meeting.place,
        "record": meeting.record,
        "draft": meeting.draft,
        "fictional": meeting.fictional,
        "source": {"paths": row.paths, "sha256": row.sha256, "url": meeting.url},
    }


def changes_to_json(steps: Sequence[Step], snapshot: Snapshot, most: int) -> dict[str, Any]:
    """The first `most` changes; `complete` is false where that left some out."""
    versions, left = [], most
    for step in steps:
        listed = step_to_json(replace(step, changes=step.changes[:left]))
        versions.append(listed | {"counts": {kind: step.count(kind) for kind in KINDS}})  # type: ignore[arg-type]
        left -= min(left, len(step.changes))
    changes = sum(len(step.changes) for step in steps)
    return {"version": snapshot.version.id, "count": changes, "complete": changes <= most, "versions": versions}
