"""Meetings and speakers to and from the JSON that minutes.db holds."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from typing import Any

from index.errors import IndexDamaged
from index.minutes import Attendee, Bill, Meeting, Span, Speaker


def meeting_to_json(meeting: Meeting) -> dict[str, Any]:
    """A meeting without its id and its statements."""
    return {
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
        "url": meeting.url,
        "confidence": meeting.confidence,
        "attendees": [asdict(attendee) for attendee in meeting.attendees],
        "bills": [asdict(bill) for bill in meeting.bills],
        "inferred": list(meeting.inferred),
        "head": {
            name: [[span.page, span.start, span.end] for span in spans] for name, spans in sorted(meeting.head.items())
        },
    }


def meeting_from_json(id_: str, stored: dict[str, Any]) -> Meeting:
    """The reverse of `meeting_to_json`."""
    return Meeting(
        **{
            **stored,
            "id": id_,
            "date": date.fromisoformat(stored["date"]) if stored["date"] else None,
            "attendees": tuple(Attendee(**attendee) for attendee in stored["attendees"]),
            "bills": tuple(_bill(**bill) for bill in stored["bills"]),
            "inferred": tuple(stored["inferred"]),
            "head": {name: tuple(Span(*span) for span in spans) for name, spans in stored["head"].items()},
        }
    )


def _bill(spans: list[dict[str, int]], **bill: Any) -> Bill:
    return Bill(**bill, spans=tuple(Span(**span) for span in spans))


def speaker_to_json(speaker: Speaker | None) -> str | None:
    """A speaker as one line of JSON, None for narration."""
    return json.dumps(asdict(speaker), ensure_ascii=False) if speaker else None


@lru_cache(maxsize=10_000)
def speaker_from_json(stored: str | None) -> Speaker | None:
    """The reverse of `speaker_to_json`; equal strings give the same object."""
    try:
        return Speaker(**json.loads(stored)) if stored else None
    except (ValueError, TypeError) as error:
        raise IndexDamaged(
            "the database of the index is damaged (a speaker is not what was written); "
            "run: python -m index check --repair"
        ) from error
