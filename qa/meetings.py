"""Which meetings a question is about: by title, by the name of the body or a part of it, by number, first or latest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from index.dates import number
from index.matching import name_key
from index.minutes import Meeting
from index.search import Snapshot
from qa.occasions import GENERAL, Stretch, Understood, inside

_NUMBER = r"[0-9]{1,4}|[一二三四五六七八九十百]{1,6}"
_ORDINAL = re.compile(
    rf"第?\s?(?P<first>{_NUMBER})\s?(?P<unit>[回号])?\s?(?:から|より|〜|~|ー|-|–|・|、|と|及び)\s?(?P<to>第)?\s?(?P<last>{_NUMBER})\s?(?P<unit2>[回号])"
    rf"|(?<!\d)(?P<nth>[0-9]{{1,3}}|[一二三四五六七八九十]{{1,3}})\s?回目"
    rf"|第\s?(?P<number>{_NUMBER})\s?(?P<unit1>[回号])(?:(?P<session>定例会|臨時会|都議会|議会))?"
)
_TO = re.compile(r"から|より|〜|~|ー|-|–")
_BEHIND = re.compile(rf"(?:まで)?(?:の(?=会|部|委|研))?(?:{GENERAL}|会議録|議事録|議事要旨|会)?")
_NEAREST = r"(?:の(?:会議|会合|委員会|議会|協議会|もの|回|部会|研究会|議事録|会議録))?"
_LATEST = re.compile(
    r"(?:直近|最新|最近|一番新しい|いちばん新しい|前回|先回|最後(?=の(?:会議|部会|研究会|回|委員会|会合))|最終回|"
    rf"latest(?: meeting)?|last meeting){_NEAREST}"
)
_FIRST = re.compile(rf"(?:初回|最初(?=の(?:会議|部会|研究会|回|委員会|会合))|一番最初|first meeting){_NEAREST}")
# What a body is called by its last word alone; 会議 or 委員会 alone is any meeting.
_KIND = re.compile(
    r"部会|研究会|分科会|審議会|小委員会|調査会|検討会|懇談会|懇話会|ワーキング・?グループ|タスクフォース|本部|協議会|特別委員会|推進会議|"
    r"会議|委員会|会合|本会議"
)
_ANY = frozenset({"会議", "会合", "委員会", "本会議", "協議会", "議会", "定例会", "臨時会", "推進会議", "本部", "会"})
_RUN = re.compile(rf"[一-龯ァ-ヴー々]{{2,}}?(?:{_KIND.pattern})(?![一-龯])")
_INSIDE_A_WORD = re.compile(r"[一-龯ァ-ヴー々]$")
SHORTEST = 3
"""Characters of a title or body that name it; fewer name too much."""


@dataclass(frozen=True, slots=True)
class _Named:
    """Meetings that a stretch of the question names, as filter values."""

    start: int
    end: int
    values: tuple[str, ...]


def meetings_named(text: str, snapshot: Snapshot) -> tuple[list[Understood], list[Stretch]]:
    """Meetings named by title, by body, by number (第4回), as the first or the latest; and where."""
    meetings = [row.meeting for row in snapshot.meetings.values()]
    named = [*_by_name(text, meetings)] or [*_by_part(text, meetings)] or [*_by_place(text, meetings)]
    places = [(one.start, one.end) for one in named]
    parts = [Understood("meetings", value, text[one.start : one.end]) for one in named for value in one.values]
    chosen = _among(meetings, parts)
    for choose in (_numbered, _at_end(_FIRST, min), _at_end(_LATEST, max)):
        found = [one for one in choose(text, chosen) if not inside(one.start, places)]
        if found:
            places += [(one.start, one.end) for one in found]
            return [Understood("meetings", v, text[one.start : one.end]) for one in found for v in one.values], places
    return parts, places


def _among(meetings: Sequence[Meeting], named: Sequence[Understood]) -> list[Meeting]:
    keys = [name_key(part.value) for part in named]
    if not keys:
        return list(meetings)
    return [one for one in meetings if any(key in name_key(one.title or "") or key == one.id for key in keys)]


def _by_name(text: str, meetings: Sequence[Meeting]) -> Iterator[_Named]:
    """Titles and bodies that stand in the question in full, longest first."""
    folded = text.casefold()
    squeezed = "".join(folded.split())
    places: list[Stretch] = []
    names = {name for meeting in meetings for name in (meeting.title, meeting.body) if name}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        key = name_key(name.partition("|")[0])
        if len(key) < SHORTEST or key not in squeezed:
            continue
        # Blanks are no part of a key: 109th TC39 Meeting.
        match = re.search(r"\s?".join(map(re.escape, key)), folded)
        if match and not inside(match.start(), places):
            places.append(match.span())
            yield _Named(match.start(), match.end(), (name,))


def _by_part(text: str, meetings: Sequence[Meeting]) -> Iterator[_Named]:
    """Bodies by the end of their name (招致特別委員会) or abbreviated (経済安保会議), where that tells them apart."""
    bodies = {name_key(one.body): one.body for one in meetings if one.body}
    text = _ORDINAL.sub(lambda match: " " * len(match.group()), text)  # 第５回商法部会 names 商法部会
    found: dict[Stretch, set[str]] = {}
    for key in bodies:
        if place := _end_of(key, text):
            found.setdefault(place, set()).add(key)
    for run in _RUN.finditer(text):
        if run.group() in _ANY or any(inside(run.start(), [place]) for place in found):
            continue
        like = {key for key in bodies if len(run.group()) > SHORTEST and _abbreviates(run.group(), key)}
        if len(like) == 1:
            found[run.span()] = like
    for (start, end), keys in found.items():
        # A word that every body here ends with names none of them.
        if len(keys) < len(bodies) or end - start > SHORTEST:
            titles = {one.title for one in meetings if one.body and one.title and name_key(one.body) in keys}
            yield _Named(start, end, tuple(sorted(_shortest(titles, {bodies[key] or "" for key in keys}))))


_PLACE = re.compile(
    r"[一-龯ヶ]{1,4}?[都道府県市区町村](?=議会|の[一-龯]{0,6}(?:知事|[市区町村]長|教育長|議員|議長|[局部課]長))"
)


def _by_place(text: str, meetings: Sequence[Meeting]) -> Iterator[_Named]:
    """函館市の教育長は, 函館市議会で: the meetings of that place, where others are here as well."""
    for match in _PLACE.finditer(text):
        titles = {one.title for one in meetings if one.title and match.group() in name_key(one.title)}
        if titles and len(titles) < len({one.title for one in meetings}):
            yield _Named(match.start(), match.end(), tuple(sorted(titles)))


def _shortest(titles: set[str], bodies: set[str]) -> set[str]:
    """The bodies themselves, where a part of their meetings' titles, else the titles."""
    held = all(any(name_key(body) in name_key(title) for body in bodies) for title in titles)
    return bodies if held else titles


def _end_of(key: str, text: str) -> Stretch | None:
    """Where the longest end of a body's name stands as a word of its own in the question."""
    for start in range(1, len(key)):
        end = key[start:]
        if end in _ANY or end[0].isascii() or (len(end) < SHORTEST and not _KIND.fullmatch(end)):
            continue
        place = text.find(end)
        while place >= 0:
            before, behind = text[:place], text[place + len(end) :]
            alone = not _INSIDE_A_WORD.search(before) or before.endswith(("回", "号", "各"))
            if alone and (not _INSIDE_A_WORD.match(behind[:1]) or behind.startswith("第")):
                return place, place + len(end)
            place = text.find(end, place + 1)
    return None


def _abbreviates(short: str, long: str) -> bool:
    """Whether the characters of `short` stand in `long` in this order, the first two together."""
    start = long.find(short[:2])
    rest = iter(long[max(0, start) :])
    return start >= 0 and all(char in rest for char in short)


Choose = Callable[[str, Sequence[Meeting]], Iterable[_Named]]
"""Picks meetings of those that are named, or of all, as the question numbers them."""


def _numbered(text: str, chosen: Sequence[Meeting]) -> Iterator[_Named]:
    """第4回, 第2回から第4回, 第1・2回, 第三号; a meeting that is not here stays named."""
    for match in _ORDINAL.finditer(text):
        numbers = _numbers(match)
        if not numbers:
            continue
        unit = match["unit2"] or match["unit1"] or "回"
        titles = [one.title for one in chosen if one.title and _bears(one, numbers, unit)]
        behind = _BEHIND.match(text, match.end())
        end = behind.end() if behind else match.end()
        if titles:
            yield _Named(match.start(), end, tuple(dict.fromkeys(titles)))
        elif unit == "回" and not match["session"]:
            # 第一回定例会 counts sessions; that no meeting bears the number says nothing.
            yield _Named(match.start(), end, tuple(f"第{one}回" for one in numbers))


def _numbers(match: re.Match[str]) -> list[int]:
    if alone := match["number"] or match["nth"]:
        one = number(alone)
        return [one] if one else []
    first, last = number(match["first"]), number(match["last"])
    if first is None or last is None or (not match["unit"] and not match.group().startswith("第")):
        return []
    if not _TO.search(match.group()):
        return [first, last]
    return list(range(first, last + 1)) if first < last <= first + 100 else []


def _bears(meeting: Meeting, numbers: Sequence[int], unit: str) -> bool:
    if unit == "回":
        return meeting.ordinal in numbers
    printed = re.search(rf"第\s?({_NUMBER})\s?号", meeting.title or "")
    return printed is not None and number(printed[1]) in numbers


def _at_end(pattern: re.Pattern[str], end: Callable[..., Meeting]) -> Choose:
    """The meeting that is called the first or the latest, of those that are named."""

    def choose(text: str, chosen: Sequence[Meeting]) -> Iterator[_Named]:
        match = pattern.search(text)
        dated = [one for one in chosen if one.date]
        if match and dated:
            one = end(dated, key=lambda meeting: meeting.date or date.min)
            alone = one.title and sum(other.title == one.title for other in chosen) == 1
            yield _Named(match.start(), match.end(), (one.title if alone and one.title else one.id,))

    return choose
