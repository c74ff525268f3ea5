"""Several records of one meeting, linked and never doubled: draft and final form, copies, 議事要旨 and 議事録."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from index.store import MeetingRow

_RECORD = re.compile(
    r"議事要旨|議事概要|議事録|会議録|会議概要|会議要旨|速記録|速報版?|未定稿|暫定版|確定版|[（(【]案[)）】]|本文"
)
_EMPTY = re.compile(r"[（(【]\s*[)）】]")
_SAME = 0.6


@dataclass(frozen=True, slots=True)
class Editions:
    """How the meetings of one version belong together, by the rows of meetings.

    `superseded` maps the row of an older edition to the row that stands for it; `beside` maps a row to the other
    records of the same meeting.
    """

    superseded: dict[int, int]
    beside: dict[int, tuple[int, ...]]


def editions(meetings: Sequence[MeetingRow], texts: Callable[[int], frozenset[str]]) -> Editions:
    """Finds the records of one meeting: same name, number and day. `texts` gives the statements' texts by meeting row.

    A draft gives way to the final record. Two records of one kind that share most of their statements are copies:
    the one whose path comes later (…_v2) stands for both. A summary and a verbatim record stay, side by side.
    """
    alike: dict[object, list[MeetingRow]] = {}
    for row in meetings:
        if key := edition_key(row):
            alike.setdefault(key, []).append(row)
    superseded: dict[int, int] = {}
    beside: dict[int, tuple[int, ...]] = {}
    for rows in alike.values():
        for one, other in combinations(sorted(rows, key=_rank), 2):
            if one.meeting.record == other.meeting.record and _is_edition(one, other, texts):
                superseded[one.row] = other.row
        for row in rows if len(rows) > 1 else ():
            beside[row.row] = tuple(other.row for other in rows if other.row != row.row)
    return Editions(superseded, beside)


def edition_key(row: MeetingRow) -> tuple[str, int | None, str] | None:
    """What the records of one meeting have in common: name, number and day; None where they are not known."""
    meeting = row.meeting
    if not meeting.title or not meeting.date:
        return None
    name = "".join(unicodedata.normalize("NFKC", _EMPTY.sub("", _RECORD.sub("", meeting.title))).split())
    return name, meeting.ordinal, meeting.date.isoformat()


def _rank(row: MeetingRow) -> tuple[bool, str, int]:
    """Older editions first: drafts, then by path; never by when they were indexed, which a new build would not know."""
    return not row.meeting.draft, row.paths[0], row.place


def _is_edition(one: MeetingRow, other: MeetingRow, texts: Callable[[int], frozenset[str]]) -> bool:
    if one.meeting.draft and not other.meeting.draft:
        return True
    first, second = texts(one.row), texts(other.row)
    return len(first & second) >= _SAME * min(len(first), len(second)) > 0
