"""Document -> Meetings with Statements: pure and total. Every character is in a statement, claimed or unclaimed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from index.identity import identified, identity
from index.layouts.body import Body, Draft
from index.layouts.clock import clock_event, times_in
from index.layouts.heads import Head, read_head
from index.layouts.lines import Line, furniture, lines_of, measure
from index.layouts.marks import Marks, decide
from index.layouts.passages import passages
from index.layouts.people import People, chairs, confirmed
from index.layouts.procedure import kind_of
from index.minutes import Claim, Kind, Meeting, Parsed, Span, Statement
from index.reading import Document, page_of
from index.sidecar import Sidecar, load_sidecar

__all__ = ["PARSER_VERSION", "Sidecar", "load_sidecar", "parse"]

PARSER_VERSION = "2"
"""Part of what an index is made with: a new version reads every file again."""

_MANY_LINES = 20_000
_PROSE_LINE = 8


def parse(document: Document, sidecar: Sidecar | None = None) -> Parsed:
    """What the document says, by whom, and where; any text gives a result and nothing raises.

    The meeting's id is a hash of the text and its place in the document.
    """
    meeting_id = identity(document.text, 0)
    lines = lines_of(document)
    if len(lines) > _MANY_LINES and len(document.text) < len(lines) * _PROSE_LINE:
        return _not_minutes(document, meeting_id, sidecar)
    named = furniture(lines)
    kept = [line for index, line in enumerate(lines) if index not in named]
    marks = decide(kept)
    head = read_head(lines, named, _first_opening(lines, named, marks))
    body = _walk(document, lines, named, head, marks)
    statements = _statements(document, body)
    claims = _claims(lines, named, head, body)
    meeting = identified(_meeting(document, head, body, lines, statements), meeting_id)
    unclaimed = _unclaimed(document, statements, claims)
    confidence, warnings = _judge(document, marks, statements, unclaimed)
    layout = "speakers" if marks.any else "paragraphs"
    return Parsed((_overridden(meeting, sidecar),), claims, unclaimed, confidence, warnings, layout)


def _not_minutes(document: Document, meeting_id: str, sidecar: Sidecar | None) -> Parsed:
    """Nothing but a great many short lines: a table or a dump, left unclaimed as a whole."""
    start = len(document.text) - len(document.text.lstrip())
    warning = "the lines are too short to be sentences: the text was not read as minutes"
    meeting = _overridden(Meeting(meeting_id, None), sidecar)
    return Parsed((meeting,), (), ((start, len(document.text.rstrip())),), 0.0, (warning,))


def _first_opening(lines: list[Line], named: dict[int, str], marks: Marks) -> int | None:
    openings = ((index, marks.opening(line)) for index, line in enumerate(lines) if index not in named)
    return next((index for index, opening in openings if opening and opening.known), None)


def _walk(document: Document, lines: list[Line], named: dict[int, str], head: Head, marks: Marks) -> Body:
    """Takes every line that is neither furniture nor claimed by the head."""
    kept = [line for index, line in enumerate(lines) if index not in named and index not in head.claims]
    openings = [opening for line in kept if (opening := marks.opening(line)) and opening.known]
    bracketed = sum(opening.label.endswith(("）", ")")) for opening in openings) >= len(openings) * 0.6
    nobody: Kind = "narration" if marks.any or head.of_a_meeting else "document"
    body = Body(People(head.attendees, head.day), marks, measure(kept), bracketed, nobody)
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
    leading = chairs(draft.speaker for draft in body.drafts if draft.speaker)
    for draft in body.drafts:
        leads = draft.speaker is not None and draft.speaker.label in leading
        for passage in passages(document, draft.pieces):
            found.append(
                Statement(
                    id="",
                    turn=str(draft.turn),
                    position=len(found),
                    kind=kind_of(draft.kind, leads, passage.text, alone[draft.turn] == 1),
                    speaker=draft.speaker,
                    agenda=draft.agenda,
                    text=passage.text,
                    spans=passage.spans,
                )
            )
    return tuple(found)


def _claims(lines: list[Line], named: dict[int, str], head: Head, body: Body) -> tuple[Claim, ...]:
    whole = {**head.claims, **named}
    claims = [Claim(lines[index].start, lines[index].end, as_) for index, as_ in whole.items()]
    return tuple(sorted([*claims, *body.claims], key=lambda claim: claim.start))


def _meeting(
    document: Document, head: Head, body: Body, lines: list[Line], statements: tuple[Statement, ...]
) -> Meeting:
    clocks = [(clock_event(line), line) for line in (*head.clocks, *body.clocks)]
    opened = [line for event, line in clocks if event in ("開議", "開会", "開始")]
    closed = [line for event, line in clocks if event in ("散会", "閉会", "閉議", "延会", "終了")]
    start = head.times[0] if head.times else _clock(opened[:1])
    end = head.times[1] if len(head.times) > 1 else _clock(closed[-1:])
    return Meeting(
        id="",
        title=head.title,
        ordinal=head.ordinal,
        body=head.organ,
        date=head.day,
        start_time=start,
        end_time=end,
        place=head.place,
        record=head.record,
        draft=head.draft,
        fictional=head.fictional,
        attendees=confirmed(head.attendees, body.speakers.values()),
        head=_head_spans(document, head, body, lines),
        statements=statements,
    )


def _clock(lines: list[Line]) -> str | None:
    times = times_in(lines[0].text) if lines else []
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


def _unclaimed(
    document: Document, statements: tuple[Statement, ...], claims: tuple[Claim, ...]
) -> tuple[tuple[int, int], ...]:
    """What is left between statements and claims, without white space around it."""
    taken = sorted(
        [(span.start, span.end) for one in statements for span in one.spans] + [(c.start, c.end) for c in claims]
    )
    found = []
    place = 0
    for start, end in [*taken, (len(document.text), len(document.text))]:
        gap = document.text[place:start]
        if gap.strip():
            left = place + len(gap) - len(gap.lstrip())
            found.append((left, place + len(gap.rstrip())))
        place = max(place, end)
    return tuple(found)


def _judge(
    document: Document, marks: Marks, statements: tuple[Statement, ...], unclaimed: tuple[tuple[int, int], ...]
) -> tuple[float, tuple[str, ...]]:
    """How sure the layout is, and what an operator should know."""
    warnings = []
    confidence = 1.0
    spoken = any(one.speaker for one in statements)
    if not marks.any:
        confidence = 0.7 if spoken else 0.4
    if not spoken:
        warnings.append("no speaker is marked in this file: its statements are kept without speakers")
    unknown = {one.speaker.label for one in statements if one.speaker and not (one.speaker.role or one.speaker.name)}
    if unknown and marks.any:
        confidence -= 0.1
    if not statements:
        confidence = 0.0
        warnings.append("no statement was found in this file")
    if unclaimed:
        confidence -= 0.1
        warnings.append(f"{len(unclaimed)} stretches of text were not understood")
    if document.media == "pdf":
        ends = [*document.pages[1:], len(document.text) + 1]
        empty = [
            page
            for page, (a, b) in enumerate(zip(document.pages, ends, strict=True), 1)
            if not document.text[a : b - 1].strip()
        ]
        if empty:
            numbers = ", ".join(map(str, empty[:10]))
            warnings.append(f"pages without a text layer (scans?): {numbers}; add one by OCR: ocrmypdf in.pdf out.pdf")
    return max(0.0, round(confidence, 2)), tuple(warnings)


def _overridden(meeting: Meeting, sidecar: Sidecar | None) -> Meeting:
    """The sidecar's word goes before the text's."""
    if sidecar is None:
        return meeting
    given = {
        name: value
        for name in ("title", "ordinal", "body", "date", "place", "record", "draft", "url")
        if (value := getattr(sidecar, name)) is not None
    }
    return replace(meeting, **given)
