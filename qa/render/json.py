"""Answer -> the JSON form of the design, which other programs rely on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from index.search import Filters
from qa.answer import Answer
from qa.citing import Cited
from qa.question import Question
from qa.render.citation import FORMS, cite
from qa.searched import Searched


def answer_to_json(answer: Answer, id_: str | None = None) -> dict[str, Any]:
    """The answer in the form that `python -m qa --json` prints; `id_` names it in a batch."""
    return {
        "id": id_,
        "question": answer.question.text,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "version": answer.version,
        "filters": filters_to_json(answer.filters, answer.question),
        "searched": searched_to_json(answer.searched, answer.note, answer.case),
        "withheld": answer.withheld,
        "statements": [cited_to_json(entry) for entry in answer.statements],
        "near_misses": [cited_to_json(entry) for entry in answer.near_misses],
        "others": [cited_to_json(entry) for entry in answer.others],
    }


def searched_to_json(within: Searched, note: str | None, case: str | None) -> dict[str, Any]:
    """What was searched, and what is said about it."""
    return {
        "meetings": within.meetings,
        "statements": within.statements,
        "first": within.first.isoformat() if within.first else None,
        "last": within.last.isoformat() if within.last else None,
        "note": note,
        "case": case,
        "holes": [asdict(hole) for hole in within.holes],
    }


def filters_to_json(filters: Filters, question: Question) -> dict[str, Any]:
    """The filters with the words that they come from; `offered` names people who could be made speakers."""
    return {
        "speakers": list(filters.speakers),
        "not_speakers": list(filters.not_speakers),
        "meetings": list(filters.meetings),
        "since": filters.since.isoformat() if filters.since else None,
        "until": filters.until.isoformat() if filters.until else None,
        "kinds": list(filters.kinds),
        "understood": [asdict(part) for part in question.understood],
        "offered": [asdict(part) for part in question.offered],
    }


def cited_to_json(entry: Cited) -> dict[str, Any]:
    """A statement with its source, what stands beside it, and its citation in every form."""
    quote = entry.quotes[0] if len(entry.quotes) == 1 else None
    return _alone(entry) | {
        "context": [_alone(beside.cited) | {"as": beside.relation} for beside in entry.context],
        "also": [_alone(other) for other in entry.also],
        "repeated": [
            _alone(other) | {"asker": _alone(other.question)["speaker"] if other.question else None}
            for other in entry.repeated
        ],
        "citation": {form: cite(entry, form, quote) for form in FORMS},
    }


def _alone(entry: Cited) -> dict[str, Any]:
    statement, meeting = entry.statement, entry.meeting.meeting
    return {
        "rank": entry.rank,
        "score": round(entry.score, 4),
        "id": statement.id,
        "turn": statement.turn,
        "kind": statement.kind,
        "text": statement.text,
        "quotes": list(entry.quotes),
        "reported": list(entry.reported),
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
