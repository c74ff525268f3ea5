"""The words of this project as frozen dataclasses, without logic beyond themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["speech", "procedure", "narration", "document", "head"]
Record = Literal["verbatim", "summary"]
NameSource = Literal["label", "attendees", "text", "roster", "sidecar"]


@dataclass(frozen=True, slots=True)
class Span:
    """A slice of the document text: `start` and `end` in code points, `page` counted from 1."""

    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who is recorded as speaking. `label` is as printed; a missing `name` is better than a wrong one."""

    label: str
    role: str | None = None
    name: str | None = None
    name_from: NameSource | None = None
    affiliation: str | None = None


@dataclass(frozen=True, slots=True)
class Attendee:
    """A line of the list of attendees."""

    name: str | None
    role: str | None = None
    affiliation: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """The unit of retrieval: one bullet, or one paragraph, of one speaker.

    Without white space `text` equals the document's spans joined. `turn` is the id of the turn that
    holds it; `position` counts the statements of its meeting from 0. `speaker` is None for narration.
    """

    id: str
    turn: str
    position: int
    kind: Kind
    speaker: Speaker | None
    agenda: str | None
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting of a document; `ordinal` is the 4 of 第4回, times are HH:MM.

    `head` gives the spans of what the minutes print about the meeting itself, by field name
    (title, date, place, attendees, absentees, agenda, speakers): a question about the meeting is answered with them.
    """

    id: str
    title: str | None
    ordinal: int | None = None
    body: str | None = None
    date: date | None = None
    start_time: str | None = None
    end_time: str | None = None
    place: str | None = None
    record: Record = "verbatim"
    draft: bool = False
    fictional: bool = False
    attendees: tuple[Attendee, ...] = ()
    url: str | None = None
    head: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A stretch of the document that belongs to no statement, and what it was recognised as."""

    start: int
    end: int
    as_: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the parser understood of one document: every character is in a statement, claimed or unclaimed.

    `confidence` is from 0 to 1, how sure the layout is; `warnings` are sentences for the operator.
    """

    meetings: tuple[Meeting, ...]
    claimed: tuple[Claim, ...] = ()
    unclaimed: tuple[tuple[int, int], ...] = ()
    confidence: float = 1.0
    warnings: tuple[str, ...] = ()
    layout: str = "none"
