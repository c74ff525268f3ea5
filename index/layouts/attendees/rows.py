"""One row of a list of people becomes attendees, in the light of the rows before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from index.layouts.attendees.cells import Cell
from index.layouts.attendees.names import is_organisation, is_party, is_role, is_surname, joined
from index.layouts.attendees.tables import Columns
from index.minutes import Attendee

_REMARK = re.compile(
    r"欠席|出席|途中|遅参|退席|早退|代理|代読|オンライン|リモート|Ｗ?ＷＥＢ|WEB|ウェブ|テレビ|敬称|順|[0-9０-９]+日|[0-9０-９]+時|まで|から|注釈|^注"
)
_MINISTRIES = re.compile(
    "内閣|総務|法務|外務|財務|文部科学|厚生労働|農林水産|経済産業|国土交通|環境|防衛|復興|デジタル|大臣官房"
)
_WITNESSES = ("政府参考人", "参考人", "公述人", "政府委員", "説明員")
_DETAILED = ("国務大臣", "大臣", "副大臣", "國務大臣")


@dataclass(slots=True)
class Reader:
    """What the lines before say about the next one; `group` is the affiliation that a heading gives."""

    found: list[Attendee] = field(default_factory=list)
    group: str | None = None
    group_role: str | None = None
    roles: list[str] = field(default_factory=list)
    absent: bool = False
    over: bool = False
    held: Cell | None = None
    """A line that is a person (木原副大臣), or a role whose holder stands on the next line (市民部長)."""
    open_name: bool = False
    """Whether the line before was a name alone, which a line of its own may explain."""
    rest: str = ""
    columns: Columns | None = None
    deeper: bool = False
    """Whether the next line is indented deeper: a role alone on this one is that of all who stand below it."""
    margin: int | None = None
    """The indent of the line that gave `group_role`, which holds for deeper lines."""
    shi: bool = True
    """Whether 氏 at the end of a name is an honorific: 水野温氏 in a list without honorifics is a name."""


def people_in(cells: Sequence[Cell]) -> bool:
    """Whether anybody is named in the cells."""
    return any(cell.kind in ("name", "person") for cell in cells)


def read_row(cells: Sequence[Cell], reader: Reader, *, listed: bool = False) -> None:
    """Takes a row: a role or an affiliation stands before its name, or behind it where the row opens with a name."""
    named_alone = len(cells) == 1 and cells[0].kind == "name"
    if not listed and len(cells) == 1 and cells[0].kind == "person" and cells[0].ambiguous:
        release(reader, None)
        reader.held, reader.open_name = cells[0], False
        return
    release(reader, cells if named_alone and not cells[0].honorific else None)
    last: int | None = None
    organisation: str | None = None
    explains = reader.open_name and not people_in(cells) and not reader.roles
    for place, cell in enumerate(cells):
        ahead = any(later.kind == "name" for later in cells[place + 1 :])
        before = ahead and cells[0].kind != "name"
        if cell.kind in ("name", "person"):
            person = _attendee(cell, reader, organisation)
            organisation = None
            if person and (_sure(cell, person, reader) or _explained(cells)):
                reader.found.append(person)
                last = len(reader.found) - 1
            reader.roles = []
        elif cell.kind == "aside" and (last is not None or not reader.roles):
            organisation = _noted(cell, reader, last, organisation)
        elif last is not None and not before:
            _add(reader, last, cell)
        elif explains:
            _explain(reader, cell)
        elif cell.kind == "org":
            organisation = cell.text
        elif cell.kind == "aside":
            reader.roles.append(f"（{cell.text}）")
        else:
            reader.roles.append(cell.text)
    if organisation and len(cells) == 1:
        reader.group, reader.group_role = organisation, None
    reader.open_name = named_alone and last is not None and reader.found[last].role is None and not cells[0].honorific


def release(reader: Reader, cells: Sequence[Cell] | None) -> None:
    """Decides what the held line was: a role where a name alone follows it, else a person."""
    held, reader.held = reader.held, None
    if held is None:
        return
    if cells is not None:
        reader.roles = [held.text]
    elif held.role:
        reader.found.append(Attendee(held.name, held.role, reader.group))
        reader.open_name = False


def _attendee(cell: Cell, reader: Reader, organisation: str | None) -> Attendee | None:
    if cell.kind == "person":
        return Attendee(cell.name, cell.role, organisation or reader.group)
    return _with_role(Attendee(joined(cell.text), None, organisation or reader.group), reader)


def _with_role(person: Attendee, reader: Reader) -> Attendee:
    """政府参考人 with （厚生労働省健康局長） is an affiliation; 国務大臣 with （金融担当） is one office."""
    roles: list[str] = []
    for words in chain.from_iterable(_witness(words) for words in reader.roles):
        detail = re.fullmatch(r"[（(](.+)[)）]", words)
        if detail and roles and not roles[-1].endswith(_DETAILED) and not roles[-1].endswith("）"):
            person = replace(person, affiliation=detail[1])
        elif detail and roles:
            roles[-1] += words
        elif not detail:
            roles.append(words)
    if roles and reader.group_role in _WITNESSES and reader.margin is not None:
        return replace(person, role=reader.group_role, affiliation="、".join(roles))
    return replace(person, role="、".join(roles) or reader.group_role)


def _witness(words: str) -> list[str]:
    """政府参考人（外務省北米局長） in two."""
    parted = re.fullmatch(rf"({'|'.join(_WITNESSES)})([（(].+[)）])", words)
    return [parted[1], parted[2]] if parted else [words]


def _sure(cell: Cell, person: Attendee, reader: Reader) -> bool:
    """A name without role, seat or honorific must begin with a known surname."""
    if cell.kind == "person" or cell.honorific or cell.seat:
        return True
    if person.role and (person.role != reader.group_role or reader.margin is not None):
        return True
    words = cell.text.split()
    name = joined(cell.text)
    if len(words) > 1 and any(len(word) > 1 for word in words):
        return is_surname(words[0])
    cuts = [cut for cut in range(2, len(name)) if is_surname(name[:cut])]
    given = name[min(cuts) :] if cuts else ""
    return bool(re.fullmatch("[\u3400-\u9fff]{1,3}|[\u3041-\u30fa]{2,4}|[\u3400-\u9fff\u3041-\u30fa]{2,3}", given))


def _explained(cells: Sequence[Cell]) -> bool:
    """Whether what stands beside a name says that it is one: 山田太郎（日本経済団体連合会）."""
    return any(cell.kind in ("org", "role") or (cell.kind == "aside" and is_organisation(cell.text)) for cell in cells)


def _noted(cell: Cell, reader: Reader, last: int | None, organisation: str | None) -> str | None:
    """What a bracket says: of the person before it, or, at the beginning of a row, of the one behind it."""
    words = cell.text
    if _REMARK.search(words) or not words or re.fullmatch(r"[\u3041-\u3096\s　]+|[A-Za-z.-]{1,2}", words):
        if last is not None and re.match(r"(?:ご?欠席|代理[:：\s　])", words):
            del reader.found[last]
        return organisation
    if last is None:
        return words if is_party(words) or is_organisation(words) else organisation
    _add(reader, last, cell)
    return organisation


def _explain(reader: Reader, cell: Cell) -> None:
    """The line below a name: みどり大学教授, あおい市副市長 are affiliations, a minister's office is a role."""
    person = reader.found[-1]
    if "大臣" in cell.text:
        reader.found[-1] = replace(person, role=cell.text)
    elif person.affiliation is None:
        reader.found[-1] = replace(person, affiliation=cell.text)


def _add(reader: Reader, place: int, cell: Cell) -> None:
    person = reader.found[place]
    office = is_role(cell.text) and not is_organisation(cell.text)
    if office or (cell.kind == "role" and _MINISTRIES.match(cell.text)):
        role = cell.text if person.role is None or person.role == reader.group_role else f"{person.role}、{cell.text}"
        reader.found[place] = replace(person, role=role)
    elif person.affiliation is None or person.affiliation == reader.group:
        reader.found[place] = replace(person, affiliation=cell.text)
