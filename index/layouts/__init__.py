"""Document -> Meetings with Statements: pure and total. Every character is in a statement, claimed or unclaimed."""

from __future__ import annotations

from dataclasses import replace

from index.identity import identified, identity
from index.layouts.lines import Line, lines_of
from index.layouts.meeting import read_meeting
from index.layouts.parts import parts_of
from index.minutes import Claim, Meeting, Metadata, Parsed
from index.reading import Document, Part
from index.roster import Roster, shipped

__all__ = ["PARSER_VERSION", "parse"]

PARSER_VERSION = "3"
"""Part of what an index is made with: a new version reads every file again."""

_MANY_LINES = 20_000
_PROSE_LINE = 8


def parse(document: Document, stated: Metadata | None = None, roster: Roster | None = None) -> Parsed:
    """What the document says, by whom, and where; any text gives a result and nothing raises.

    `stated` goes before the text (a sidecar), `roster` knows who held which office (default: the shipped one). A
    meeting's id is a hash of the text and its place in the document.
    """
    lines = lines_of(document)
    if len(lines) > _MANY_LINES and len(document.text) < len(lines) * _PROSE_LINE:
        return _not_minutes(document, stated or Metadata())
    parts = document.parts or parts_of(document, lines)
    stated = _for_all(stated or Metadata(), len(parts))
    shown = [
        read_meeting(document, part, of_part, stated, roster or shipped())
        for part, of_part in zip(parts, _by_part(lines, parts), strict=True)
    ]
    meetings = [
        identified(meeting, identity(document.text, place))
        for place, meeting in enumerate(meeting for one in shown for meeting in one.meetings)
    ]
    claims = tuple(sorted((claim for one in shown for claim in one.claimed), key=lambda claim: claim.start))
    unclaimed = _unclaimed(document, meetings, claims)
    return Parsed(
        meetings=tuple(meetings),
        claimed=claims,
        unclaimed=unclaimed,
        confidence=max(0.0, round(min(one.confidence for one in shown) - 0.1 * bool(unclaimed), 2)),
        warnings=tuple(dict.fromkeys((*document.warnings, *_warnings(shown), *_left(unclaimed)))),
        layout=shown[0].layout,
        evidence=tuple(dict.fromkeys(line for one in shown for line in one.evidence)),
    )


def _for_all(stated: Metadata, count: int) -> Metadata:
    """What a sidecar says of a file with several meetings can be true of all of them only in part."""
    if count == 1:
        return stated
    return replace(stated, title=None, ordinal=None, date=None, start_time=None, end_time=None)


def _by_part(lines: list[Line], parts: tuple[Part, ...]) -> list[list[Line]]:
    """The lines of each part; what stands between two parts is left unclaimed."""
    found: list[list[Line]] = [[] for _ in parts]
    place = 0
    for line in lines:
        while place < len(parts) and parts[place].end <= line.start:
            place += 1
        if place < len(parts) and parts[place].start <= line.start:
            found[place].append(line)
    return found


def _warnings(shown: list[Parsed]) -> list[str]:
    return [warning for one in shown for warning in one.warnings]


def _left(unclaimed: tuple[tuple[int, int], ...]) -> list[str]:
    return [f"{len(unclaimed)} stretches of text were not understood"] if unclaimed else []


def _not_minutes(document: Document, stated: Metadata) -> Parsed:
    start = len(document.text) - len(document.text.lstrip())
    warning = "the lines are too short to be sentences: the text was not read as minutes"
    meeting = Meeting(identity(document.text, 0), stated.title, date=stated.date, url=stated.url)
    return Parsed((meeting,), (), ((start, len(document.text.rstrip())),), 0.0, (*document.warnings, warning))


def _unclaimed(document: Document, meetings: list[Meeting], claims: tuple[Claim, ...]) -> tuple[tuple[int, int], ...]:
    """What is left between statements and claims, without white space around it."""
    spans = [(span.start, span.end) for meeting in meetings for one in meeting.statements for span in one.spans]
    taken = sorted(spans + [(claim.start, claim.end) for claim in claims])
    found = []
    place = 0
    for start, end in [*taken, (len(document.text), len(document.text))]:
        gap = document.text[place:start]
        if gap.strip():
            left = place + len(gap) - len(gap.lstrip())
            found.append((left, place + len(gap.rstrip())))
        place = max(place, end)
    return tuple(found)
