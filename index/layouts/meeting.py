"""One meeting: its lines are understood in the light of all of them, then become statements."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from index.layouts.affiliations import affiliation_of
from index.layouts.agendas import Agenda, words_of
from index.layouts.attendees.latin import latin_attendees
from index.layouts.attendees.names import SEAT
from index.layouts.bills import bills_of
from index.layouts.body import Body, Draft
from index.layouts.clock import clock_event, times_in
from index.layouts.deciding import decide
from index.layouts.filenames import said_by_name
from index.layouts.given import Given
from index.layouts.heads import Head, read_head
from index.layouts.labels import is_person
from index.layouts.leading import leading
from index.layouts.lines import Line, furniture, measure
from index.layouts.marks import BRACKETS, SPEAKER_MARKS, Openings
from index.layouts.passages import passages
from index.layouts.people import People, confirmed, interviewee
from index.layouts.procedure import kind_of
from index.layouts.replies import with_replies
from index.layouts.titles import body_of, opened, ordinal_of
from index.minutes import Attendee, Claim, Kind, Meeting, Metadata, Parsed, Span, Statement
from index.reading import Document, Part, page_of
from index.roster import Roster


def read_meeting(document: Document, part: Part, lines: list[Line], stated: Metadata, roster: Roster) -> Parsed:
    """The meeting that the lines of one part hold. `stated` goes before the text, which goes before the part."""
    named = furniture(lines)
    openings, evidence = _openings(part, lines, named)
    head = read_head(lines, named, _first_opening(lines, named, openings))
    head = replace(head, attendees=stated.attendees or head.attendees, day=stated.date or head.day or part.stated.date)
    present = (*head.attendees, *_introduced(lines, head.attendees))
    people = People(present, head.day, stated.speakers, stated.body or part.stated.body or head.organ, roster)
    body = _walk(document, lines, named, head, openings, people)
    statements = _statements(document, body)
    meeting = _meeting(document, head, body, lines, statements)
    meeting = _completed(_opened(meeting), part.stated, stated, document.path)
    claims = _claims(lines, named, head, body)
    kept = [line for index, line in enumerate(lines) if index not in named and index >= head.body]
    confidence, warnings = _judge(openings, kept, meeting)
    meeting = replace(meeting, confidence=confidence)
    return Parsed((meeting,), claims, (), confidence, warnings, openings.layout, evidence)


def _openings(part: Part, lines: list[Line], named: dict[int, str]) -> tuple[Openings, tuple[str, ...]]:
    if part.speeches:
        return Given(part.speeches), (f"the format itself says who speaks: {len(part.speeches)} speeches",)
    marks = decide([line for index, line in enumerate(lines) if index not in named])
    return marks, marks.evidence


_PRESENTER = re.compile(r"(?:[*-]\s+)?\*{0,2}(?:Presenters?|Speakers?)\*{0,2}:\*{0,2}\s+(?P<who>\S.*)")


def _introduced(lines: list[Line], attendees: Iterable[Attendee]) -> tuple[Attendee, ...]:
    """Whom a line like Presenter: Jesse Alama (JMN) gives initials that the list of attendees does not explain."""
    known = {one.label for one in attendees}
    shown = (match["who"] for line in lines if (match := _PRESENTER.fullmatch(line.text)))
    people = dict.fromkeys(person for who in shown for person in latin_attendees(f"Attendees: {who}"))
    return tuple(one for one in people if one.label and one.label not in known)


def _first_opening(lines: list[Line], named: dict[int, str], openings: Openings) -> int | None:
    found = ((index, openings.opening(line)) for index, line in enumerate(lines) if index not in named)
    return next((index for index, opening in found if opening and opening.known), None)


def _walk(
    document: Document, lines: list[Line], named: dict[int, str], head: Head, openings: Openings, people: People
) -> Body:
    """Takes every line that is neither furniture nor claimed by the head."""
    kept = [line for index, line in enumerate(lines) if index not in named and index not in head.claims]
    known = [opening for line in kept if (opening := openings.opening(line)) and opening.known]
    bracketed = sum(opening.label.endswith(("）", ")")) for opening in known) >= len(known) * 0.6
    nobody: Kind = "narration" if openings.any or head.of_a_meeting else "document"
    body = Body(people, openings, measure(kept), bracketed, nobody, interviewee(head.title))
    items = [index for index, as_ in head.claims.items() if as_ == "agenda"]
    before = max(head.claims, default=-1)
    opens_body = lines[before] if before in items and before + 1 >= head.body else None
    body.agendas = Agenda.announced((lines[index] for index in items), opens_body)
    if opens_body and body.agendas.begins:
        body.agenda = words_of(opens_body)
    for index, line in enumerate(lines):
        if index in head.claims:
            continue
        if named.get(index) == "end mark":
            body.end_of_minutes(line)
        elif named.get(index) == "rule":
            body.after_rule = True
        elif index not in named:
            if body.awaits_bullets(line):
                body.gives_floor(_joined(document, body.drafts[-1]))
            body.take(line)
    return body


def _joined(document: Document, draft: Draft) -> str:
    return "".join("".join(document.text[piece.start : piece.end].split()) for piece in draft.pieces[-8:])


def _statements(document: Document, body: Body) -> tuple[Statement, ...]:
    found: list[Statement] = []
    alone = Counter(draft.turn for draft in body.drafts)
    leaders = leading((one.turn, one.speaker, _joined(document, one)) for one in body.drafts if one.speaker)
    affiliations = _affiliations(document, body.drafts)
    for draft in body.drafts:
        speaker = draft.speaker
        if speaker and speaker.affiliation is None and (words := affiliations.get(speaker.label)):
            speaker = replace(speaker, affiliation=words, affiliation_from="text")
        leads = speaker is not None and speaker.label in leaders
        for passage in passages(document, draft.pieces):
            found.append(
                Statement(
                    id="",
                    turn=str(draft.turn),
                    position=len(found),
                    kind=kind_of(draft.kind, leads, passage.text, alone[draft.turn] == 1),
                    speaker=speaker,
                    agenda=draft.agenda,
                    text=passage.text,
                    spans=passage.spans,
                )
            )
    return with_replies(tuple(found), leaders)


def _affiliations(document: Document, drafts: Iterable[Draft]) -> dict[str, str]:
    """For whom each speaker, by label, says to speak; nothing where one label says it of two groups."""
    turns: dict[int, list[Draft]] = {}
    for draft in drafts:
        if draft.speaker:
            turns.setdefault(draft.turn, []).append(draft)
    found: dict[str, set[str]] = {}
    for several in turns.values():
        speaker = several[0].speaker
        text = "\n".join(one.text for draft in several[:3] for one in passages(document, draft.pieces))
        if speaker and (said := affiliation_of(speaker, text)):
            found.setdefault(speaker.label, set()).add(said.affiliation.words)
    return {label: words.pop() for label, words in found.items() if len(words) == 1}


def _claims(lines: list[Line], named: dict[int, str], head: Head, body: Body) -> tuple[Claim, ...]:
    whole = {**head.claims, **named}
    return (*(Claim(lines[index].start, lines[index].end, as_) for index, as_ in whole.items()), *body.claims)


def _meeting(
    document: Document, head: Head, body: Body, lines: list[Line], statements: tuple[Statement, ...]
) -> Meeting:
    clocks = [(clock_event(line), line) for line in (*head.clocks, *body.clocks)]
    opened = [line for event, line in clocks if event in ("開議", "開会", "開始")]
    closed = [line for event, line in clocks if event in ("散会", "閉会", "閉議", "延会", "終了")]
    return Meeting(
        id="",
        title=head.title,
        ordinal=head.ordinal,
        body=head.organ,
        date=head.day,
        start_time=head.times[0] if head.times else _clock(opened[:1] or body.asides[:1]),
        end_time=head.times[1] if len(head.times) > 1 else _clock(closed[-1:] or body.asides[1:][-1:]),
        place=head.place,
        record=head.record,
        draft=head.draft,
        fictional=head.fictional,
        attendees=confirmed(head.attendees, body.speakers.values()),
        bills=bills_of(lines, statements),
        head=_head_spans(document, head, body, lines),
        statements=statements,
    )


def _clock(lines: list[Line]) -> str | None:
    times = times_in(re.sub(r"^\d{1,4}[\s　]{2,}", "", lines[0].text)) if lines else []
    return times[0] if times else None


def _head_spans(document: Document, head: Head, body: Body, lines: list[Line]) -> dict[str, tuple[Span, ...]]:
    spans: dict[str, list[Span]] = {}
    for index in sorted(head.claims):
        line, name = lines[index], head.claims[index]
        if name in ("title", "date", "place", "attendees", "absentees", "agenda"):
            spans.setdefault(name, []).append(Span(line.page, line.start, line.end))
    found = {"agenda": "agenda", "speaker label": "speakers"}
    labels = set(body.labels.values())
    for claim in body.claims:
        if claim.as_ == "agenda" or claim in labels:
            span = Span(page_of(document, claim.start), claim.start, claim.end)
            spans.setdefault(found[claim.as_], []).append(span)
    return {name: tuple(found) for name, found in spans.items()}


_OPENING = 6
_FEW = 0.3
_FIELDS = ("title", "ordinal", "body", "date", "start_time", "end_time", "place", "record", "draft", "url", "attendees")
_CERTAIN = ("title", "date", "body", "record", "url")


def _with(meeting: Meeting, stated: Metadata, fields: Iterable[str]) -> Meeting:
    given = {name: value for name in fields if (value := getattr(stated, name)) not in (None, ())}
    return replace(meeting, **given) if given else meeting


def _opened(meeting: Meeting) -> Meeting:
    """Where no title is printed, the words that open the meeting may name it."""
    if meeting.title:
        return meeting
    title = next((found for one in meeting.statements[:_OPENING] if (found := opened(one.text))), None)
    return replace(meeting, title=title, ordinal=ordinal_of(title), body=body_of(title)) if title else meeting


def _completed(meeting: Meeting, of_part: Metadata, stated: Metadata, path: str) -> Meeting:
    """A sidecar goes before all; a format's own title and date before the text, and that before a format's rest.

    The name of the file is asked last, for what nothing else states.
    """
    meeting = _with(_with(meeting, of_part, {*_CERTAIN, *_missing(meeting)}), stated, _FIELDS)
    meeting = replace(meeting, body=meeting.body or body_of(meeting.title))
    named = said_by_name(path)
    wanted = {"date"} if meeting.title else {"title", "ordinal", "body", "date"}
    inferred = [name for name in _missing(meeting) if name in wanted and getattr(named, name) is not None]
    return replace(_with(meeting, named, inferred), inferred=tuple(inferred))


def _missing(meeting: Meeting) -> list[str]:
    return [name for name in _FIELDS if getattr(meeting, name) in (None, ())]


def _judge(openings: Openings, kept: list[Line], meeting: Meeting) -> tuple[float, tuple[str, ...]]:
    """How sure it is who speaks, and what an operator should know."""
    statements = meeting.statements
    if not statements:
        return 0.0, ("no statement was found in this file",)
    confidence, warnings = 1.0, []
    if not any(one.speaker for one in statements):
        # A summary without speakers is common; a record word for word always names them.
        confidence = 0.6 if meeting.record == "summary" else 0.4
        warnings.append("no speaker is marked in this file: its statements are kept without speakers")
    elif not openings.any:
        confidence = 0.7
    if openings.any and any(one.speaker and not (one.speaker.role or one.speaker.name) for one in statements):
        confidence -= 0.1
    spoken = sum(len(one.text) for one in statements if one.speaker)
    share = spoken / sum(len(one.text) for one in statements)
    if openings.any and 0 < share < _FEW:
        confidence = min(confidence, 0.6)
        warnings.append(f"only {share:.0%} of the text has a speaker: the layout may have been read wrongly")
    missed = [line.text for line in kept if _is_missed(line, openings)] if openings.layout != "records" else []
    if missed:
        confidence -= min(0.6, 0.2 * len(missed))
        warnings.append(f"{len(missed)} lines look like speakers and were read as text, such as {missed[0]!r}")
    return max(0.0, confidence), tuple(warnings)


def _is_missed(line: Line, openings: Openings) -> bool:
    """Whether a line holds nothing but what is a speaker's label elsewhere."""
    bare = line.text.strip("".join(BRACKETS) + "".join(BRACKETS.values()) + SPEAKER_MARKS + "：: ")
    if SEAT.match(bare) or not 2 < len(bare) <= 20:
        return False  # ９番 富山悦子議員 signs the minutes
    return not openings.opening(line) and not line.ends_sentence and is_person(bare)
