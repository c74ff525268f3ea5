"""Answer -> the JSON form of the design, which other programs rely on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from qa.answer import Answer, Cited


def answer_to_json(answer: Answer, id_: str | None = None) -> dict[str, Any]:
    """The answer in the form that `python -m qa --json` prints; `id_` names it in a batch."""
    filters = answer.filters
    return {
        "id": id_,
        "question": answer.question.text,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "version": answer.version,
        "filters": {
            "speakers": list(filters.speakers),
            "meetings": list(filters.meetings),
            "since": filters.since.isoformat() if filters.since else None,
            "until": filters.until.isoformat() if filters.until else None,
            "kinds": list(filters.kinds),
            "understood": [asdict(part) for part in answer.question.understood],
        },
        "searched": {
            "meetings": answer.scope.meetings,
            "statements": answer.scope.statements,
            "first": answer.scope.first.isoformat() if answer.scope.first else None,
            "last": answer.scope.last.isoformat() if answer.scope.last else None,
            "note": answer.note,
        },
        "statements": [_cited(entry) for entry in answer.statements],
        "near_misses": [_cited(entry) for entry in answer.near_misses],
    }


def _cited(entry: Cited) -> dict[str, Any]:
    statement, meeting = entry.statement, entry.meeting.meeting
    return {
        "rank": entry.rank,
        "score": round(entry.score, 4),
        "id": statement.id,
        "turn": statement.turn,
        "kind": statement.kind,
        "text": statement.text,
        "quotes": list(entry.quotes),
        "speaker": asdict(statement.speaker) if statement.speaker else None,
        "meeting": {
            "id": meeting.id,
            "title": meeting.title,
            "ordinal": meeting.ordinal,
            "date": meeting.date.isoformat() if meeting.date else None,
            "place": meeting.place,
            "record": meeting.record,
            "draft": meeting.draft,
            "fictional": meeting.fictional,
        },
        "agenda": statement.agenda,
        "reply_to": statement.reply_to,
        "context": [],
        "also": [],
        "source": {
            "path": entry.meeting.sources[0].path,
            "sha256": entry.meeting.sha256,
            "url": meeting.url,
            "state": entry.file,
            "spans": [asdict(span) for span in statement.spans],
        },
    }
