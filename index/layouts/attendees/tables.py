"""Tables of those present: Markdown rows, and columns under a row of titles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.layouts.attendees.names import could_be_name, joined
from index.minutes import Attendee

_NAME = re.compile(
    r"(?:full )?name|delegate|氏名|名前|お名前|委員名|委員氏名|議員名|出席者(?:名)?|attendee|participant", re.IGNORECASE
)
_ROLE = re.compile(r"role|position|title|役職|役職名|職名|職|役割|区分|備考（役職）", re.IGNORECASE)
_AFFILIATION = re.compile(
    r"organi[sz]ations?|orgs?\.?|affiliations?|company|employer|member company|"
    r"所属|所属団体|所属機関|所属等|所属・役職|所属・職|所属（役職）|所属及び役職|現職|"
    r"会派|会派名|団体名|団体|推薦団体|機関名|勤務先",
    re.IGNORECASE,
)
_INITIALS = re.compile(
    r"abbreviations?|abbr(?:ev)?\.?|initials|handle|nick(?:name)?|irc|github(?: (?:id|handle|username))?|略称|tla",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"no\.?|番号|議席|議席番号|備考|出欠|出席|remarks?|notes?|location|e-?mail|#|"
    r"present\??|remote\??|in[ -]person\??|attend(?:ed|ance|ing)|time ?zone|country|pronouns?|vote|status",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a table holds what, counted from 0; `count` of them."""

    count: int
    name: int
    role: int | None
    affiliation: int | None
    initials: int | None


def columns_of(line: str) -> Columns | None:
    """The columns that a row of titles names, or None where the line is none."""
    titles = [joined(cell) if not cell.isascii() else _bare(cell) for cell in _parted(line)]
    known = (_NAME, _ROLE, _AFFILIATION, _INITIALS, _OTHER)
    if len(titles) < 2 or not all(any(one.fullmatch(title) for one in known) for title in titles):
        return None
    places = [
        next((place for place, title in enumerate(titles) if kind.fullmatch(title)), None)
        for kind in (_NAME, _ROLE, _AFFILIATION, _INITIALS)
    ]
    name, role, affiliation, initials = places
    return None if name is None else Columns(len(titles), name, role, affiliation, initials)


def row_of(line: str, columns: Columns) -> Attendee | None:
    """The person in a row of the table, or None where it has other columns or no name."""
    cells = _parted(line)
    if len(cells) != columns.count or re.fullmatch(r"[\s|:\-]+", line):
        return None
    name = _bare(cells[columns.name])
    if could_be_name(name):
        name = joined(name)
    elif not re.fullmatch(r"[^\W\d_][\w.'’ \-]{1,60}", name):
        return None
    initials = (_value(cells, columns.initials) or "").lstrip("@")
    return Attendee(name, _value(cells, columns.role), _value(cells, columns.affiliation), initials or None)


def _parted(line: str) -> list[str]:
    if line.startswith("|"):
        return line.strip().strip("|").split("|")
    return [cell for cell in re.split(r"\t+|[\s　]{2,}|　", line) if cell] if "\t" not in line else line.split("\t")


def _value(cells: list[str], place: int | None) -> str | None:
    words = _bare(cells[place]) if place is not None else ""
    return None if words in ("", "-", "–", "—") else words


def _bare(cell: str) -> str:
    """A cell without the marks of bold letters, and without the address that it links to."""
    return re.sub(r"\[([^\[\]]+)\]\([^()]*\)", r"\1", cell).strip().strip("*_").strip()
