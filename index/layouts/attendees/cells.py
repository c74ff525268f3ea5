"""One row of a list of people, parted into roles, organisations, names and brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.layouts.attendees.names import (
    HONORIFIC,
    SEAT,
    could_be_name,
    could_only_be_organisation,
    is_organisation,
    is_public_office,
    is_role,
    is_surname,
    joined,
    named_role,
)
from index.layouts.lines import width_of

_TOKEN = re.compile(r"[（(【［\[][^（）()【】［］\[\]]*(?:[（(][^（）()]*[)）][^（）()]*)?[)）】］\]]|[^\s（(【［\[]+")
_BRACKETED = re.compile(r"[（(【［\[](.*)[)）】］\]]", re.DOTALL)
_HONOURED = re.compile(rf"\S(?:.{{0,60}}?){HONORIFIC}(?=[\s（(]|$)")
# In the lists of assemblies a name fills a field of five characters, seldom of others, right behind its role.
_FIELDS = (5, 4, 6)
# Within a name a blank is at most three full-width characters wide, and the name at most seven.
_GAP = 6
_SPREAD = 14


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a row. `name` and `role` of a person (木原副大臣); `ambiguous` where the words may be a role alone."""

    kind: Literal["role", "org", "name", "person", "aside"]
    text: str
    name: str | None = None
    role: str | None = None
    honorific: bool = False
    seat: bool = False
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    gap: int
    """Width of the blanks in front of it."""


def cells_of(row: str, shi: bool = True) -> list[Cell]:
    """The cells of a row without commas; words that are none of these are dropped with what stands after them.

    `shi`: 氏 at the end of a short name is an honorific too, and not its last character.
    """
    cells: list[Cell] = []
    place = 0
    for match in _HONOURED.finditer(row):
        chunk = re.sub(HONORIFIC + "$", "", match.group())
        honoured = _honoured(chunk) if shi or not match.group().endswith("氏") or len(chunk.split()[-1]) > 3 else None
        if honoured:
            cells += [*_plain(row[place : match.start()]), *honoured]
            place = match.end()
    return cells + _plain(row[place:])


def _honoured(chunk: str) -> list[Cell] | None:
    """理事　井野　俊郎, 副知事長谷川　明, 一番古城まさお: what an honorific closes is a name."""
    for width in _FIELDS:
        field, rest = chunk[-width:], chunk[:-width].strip()
        padded = re.fullmatch(r"\S+\s+\S+|\S\s\S+\s\S", field) and len(field) == width
        if padded and could_be_name(field) and (known := _before(rest)) is not None:
            return [*known, Cell("name", field, honorific=True, seat=bool(SEAT.fullmatch(joined(rest))))]
    seat = SEAT.match(chunk)
    if seat:
        name = chunk[seat.end() :].strip()
        return [Cell("name", name, honorific=True, seat=True)] if could_be_name(name) else None
    words = chunk.split()
    if len(words) == 1 and any(is_role(words[0][:cut]) for cut in range(2, len(words[0]))):
        parted = _titled(words[0])
        return [Cell("role", parted[0]), Cell("name", parted[1], honorific=True)] if parted else None
    cells = _plain(chunk, closed=True)
    if cells and cells[-1].kind == "name" and re.sub(r"\s", "", chunk).endswith(joined(cells[-1].text)):
        return [*cells[:-1], Cell("name", cells[-1].text, honorific=True)]
    return None


def _before(words: str) -> list[Cell] | None:
    """What may stand right before a padded name: nothing, a seat, a role, a bracket; None for anything else."""
    if not words or SEAT.fullmatch(joined(words)):
        return []
    if is_role(joined(words)) and len(words.split()) in (1, len(joined(words))):
        return [Cell("role", joined(words))]
    cells = _plain(words)
    covered = sum(len(joined(cell.text)) + 2 * (cell.kind == "aside") for cell in cells)
    return cells if covered == len(joined(words)) and all(cell.kind != "name" for cell in cells) else None


def _titled(words: str) -> tuple[str, str] | None:
    """(role, name) of 副委員長鈴木あきまさ, where only one cut leaves a role and a name."""
    cuts = [
        cut
        for cut in range(2, len(words) - 1)
        if is_role(words[:cut]) and could_be_name(words[cut:]) and not _opens_with_role(words[cut:])
    ]
    # 委員長 is a role more often than 長 begins the name of a 委員.
    cuts = [cut for cut in cuts if not (words[:cut].endswith("委員") and words[cut] == "長")]
    if len(cuts) > 1 and words[: cuts[-1]].endswith(("兼務", "補")):
        cuts = cuts[-1:]
    return (words[: cuts[0]], words[cuts[0] :]) if len(cuts) == 1 else None


def _opens_with_role(words: str) -> bool:
    return any(is_role(words[:cut]) for cut in range(2, len(words) + 1))


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        between = text[end : match.start()]
        found.append(_Token(match.group(), width_of(between) if between.strip(" 　") == "" else 99))
        end = match.end()
    return found


def _plain(text: str, *, closed: bool = False) -> list[Cell]:
    """Cells of words without honorific; `closed`: the last of them is known to be a name."""
    tokens = _tokens(text)
    cells: list[Cell] = []
    place = 0
    while place < len(tokens):
        taken, cell = _next(tokens, place, cells, closed)
        if cell is None and taken == 0:
            break
        if cell is not None:
            if cell.kind == "aside" and cells and tokens[place].gap == 0 and cells[-1].kind in ("role", "person"):
                cells[-1] = _qualified(cells[-1], tokens[place].text)
            else:
                cells.append(cell)
        place += max(taken, 1)
    return cells


def _qualified(cell: Cell, bracket: str) -> Cell:
    """審議官(産業技術・環境担当): a bracket that belongs to the role."""
    if not re.search("担当|兼|少子|食品|局|課|室|部|消費者", bracket):
        return cell
    role = cell.role + bracket if cell.role else None
    return Cell(cell.kind, cell.text + bracket, cell.name, role, cell.honorific, cell.seat, cell.ambiguous)


def _next(tokens: Sequence[_Token], place: int, cells: Sequence[Cell], closed: bool) -> tuple[int, Cell | None]:
    """How many tokens the next cell takes, and the cell; (0, None) where nothing more is understood."""
    words = tokens[place].text
    bracket = _BRACKETED.fullmatch(words)
    if bracket:
        after_role = not any(cell.kind in ("name", "person") for cell in cells)
        alone = after_role and not cells and place + 1 == len(tokens)
        return 1, Cell("role", words) if alone and re.search("担当|官|長|大臣", words) else Cell(
            "aside", bracket[1].strip()
        )
    seat = SEAT.match(words)
    if seat:
        rest = words[seat.end() :]
        if not rest:
            count, cell = _name(tokens, place + 1, known=True)
            return (count + 1, Cell("name", cell, seat=True)) if cell else (1, None)
        return (1, Cell("name", rest, seat=True)) if could_be_name(rest) else (1, None)
    for count in range(min(7, len(tokens) - place), 1, -1):
        spread = "".join(token.text for token in tokens[place : place + count])
        if len(spread) == count and is_role(spread):
            return count, Cell("role", spread)
    if words in ("同", "〃", "他", "ほか", "等"):
        return 1, None
    return _word(tokens, place, cells, closed)


def _word(tokens: Sequence[_Token], place: int, cells: Sequence[Cell], closed: bool) -> tuple[int, Cell | None]:
    words = tokens[place].text
    if len(words) > 1:
        person = named_role(words)
        follows = place + 1 < len(tokens) and _name(tokens, place + 1, known=True)[1] is not None
        if person and any(cell.kind == "name" for cell in cells) and not is_surname(person[0]):
            return 1, Cell("role", words)  # 牛尾　治朗　ウシオ電機会長
        if person and not (follows and is_role(words) and not cells):
            plain = len(words) - len(person[0]) == len(person[1]) and not re.search(
                "委員|会長|議員|座長|議長|幹事", person[1]
            )
            return 1, Cell("person", words, person[0], person[1], ambiguous=plain)
        if could_only_be_organisation(words) and not is_public_office(words):
            return 1, Cell("org", words)
        if is_role(words):
            return 1, Cell("role", words)
    known = closed or bool(cells and cells[-1].kind in ("role", "org"))
    count, name = _name(tokens, place, known=known)
    if name:
        return count, Cell("name", name)
    full = re.fullmatch(r"(.{1,4})[\s　](.{1,4}?(?:会長|委員|座長|議員|議長|幹事|委員長|部会長|分科会長))", words)
    if full:
        return 1, None
    if place + 1 < len(tokens) and (joint := _named_over_two(tokens, place)):
        return 2, joint
    return 0, None


def _named_over_two(tokens: Sequence[_Token], place: int) -> Cell | None:
    """渡邉 光一郎会長: a full name whose second part runs into the role."""
    first, second = tokens[place].text, tokens[place + 1]
    if second.gap > _GAP or not is_surname(first):
        return None
    person = named_role(first + second.text)
    if person and len(person[0]) > len(first):
        return Cell("person", first + second.text, person[0], person[1])
    return None


def _name(tokens: Sequence[_Token], place: int, *, known: bool) -> tuple[int, str | None]:
    """The longest run of tokens from `place` that is one name; `known` where a role or a seat stands before it."""
    for count in range(min(5, len(tokens) - place), 0, -1):
        run = tokens[place : place + count]
        if count > 1 and any(token.gap > _GAP for token in run[1:]):
            continue
        if _is_name(run, known):
            inner = [run[0].text, *("　" + token.text for token in run[1:])]
            return count, "".join(inner)
    return 0, None


def _is_name(run: Sequence[_Token], known: bool) -> bool:
    parts = [token.text for token in run]
    name = "".join(parts)
    if not could_be_name(name) or _opens_with_role(name):
        return False
    if any(len(part) > 1 and (is_role(part) or named_role(part)) for part in parts):
        return False
    if len(parts) == 1:
        return len(name) >= (2 if known else 3) and (known or not is_organisation(name))
    if len(parts) == 2:
        return len(name) <= 7 and _are_two_names(*parts)
    singles = sum(len(part) == 1 for part in parts)
    wide = sum(width_of(part) for part in parts) + sum(token.gap for token in run[1:])
    return singles >= len(parts) - 1 and len(name) <= 7 and wide <= _SPREAD


def _are_two_names(first: str, second: str) -> bool:
    """Whether two words are a surname and a given name, and not two people in columns (森太郎 林花子)."""
    if len(first) > 3 and not re.search("[\u3041-\u30ff]", first):
        return False
    long = min(len(first), len(second)) > 2
    return not long or is_surname(first) or bool(re.fullmatch("[\u3041-\u30fa]+", second))
