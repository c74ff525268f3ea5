"""The words of this project as frozen dataclasses, without logic beyond themselves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

Kind = Literal["speech", "procedure", "narration", "document", "head"]
Record = Literal["verbatim", "summary"]
NameSource = Literal["label", "attendees", "text", "roster", "sidecar"]


LOW_CONFIDENCE = 0.5
"""Below this a reader is told that who speaks could not be read for certain."""


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
    affiliation_from: NameSource | None = None


@dataclass(frozen=True, slots=True)
class Attendee:
    """A line of the list of attendees. `label` is what the list says that the minutes call them: initials, a handle."""

    name: str | None
    role: str | None = None
    affiliation: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is stated about a meeting outside its text, by a sidecar or by the source's own format; None says nothing.

    `speakers` gives, by label without its mark, what is known of whoever is printed so.
    """

    title: str | None = None
    ordinal: int | None = None
    body: str | None = None
    date: date | None = None
    start_time: str | None = None
    end_time: str | None = None
    place: str | None = None
    record: Record | None = None
    draft: bool | None = None
    url: str | None = None
    attendees: tuple[Attendee, ...] = ()
    speakers: tuple[Speaker, ...] = ()


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
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """What a meeting dealt with by number: 第四十号議案. `result` is as printed (可決), None where nothing proves it.

    `spans` are the places that prove it: where the title is printed, then where the result is.
    """

    number: str
    title: str | None
    result: str | None
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting of a document; `ordinal` is the 4 of 第4回, times are HH:MM.

    `head` gives the spans of what the minutes print about the meeting itself, by field name
    (title, date, place, attendees, absentees, agenda, speakers): a question about the meeting is answered with them.
    `inferred` names the fields that the text does not state and the file's name does; `confidence` (0 to 1) is how
    sure it is who speaks.
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
    confidence: float = 1.0
    bills: tuple[Bill, ...] = ()
    inferred: tuple[str, ...] = ()
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

    `confidence` is from 0 to 1, how sure the layout is; `warnings` are sentences for the operator. `layout` is
    how the file shows its speakers, decided from all of its lines, and `evidence` says from which.
    """

    meetings: tuple[Meeting, ...]
    claimed: tuple[Claim, ...] = ()
    unclaimed: tuple[tuple[int, int], ...] = ()
    confidence: float = 1.0
    warnings: tuple[str, ...] = ()
    layout: str = "none"
    evidence: tuple[str, ...] = ()


def shifted(parsed: Parsed, characters: int, pages: int) -> Parsed:
    """The same where the document's text begins `characters` and `pages` later, as in a ZIP read as one text."""

    def moved(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(Span(span.page + pages, span.start + characters, span.end + characters) for span in spans)

    return replace(
        parsed,
        meetings=tuple(
            replace(
                meeting,
                bills=tuple(replace(bill, spans=moved(bill.spans)) for bill in meeting.bills),
                head={name: moved(spans) for name, spans in meeting.head.items()},
                statements=tuple(replace(one, spans=moved(one.spans)) for one in meeting.statements),
            )
            for meeting in parsed.meetings
        ),
        claimed=tuple(replace(one, start=one.start + characters, end=one.end + characters) for one in parsed.claimed),
        unclaimed=tuple((start + characters, end + characters) for start, end in parsed.unclaimed),
    )
