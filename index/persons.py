"""Who is one person over several meetings: joined by full name or an announced change of post, never by surname."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from index.identity import identity
from index.layouts.attendees.names import MEETING_ROLE, is_role, is_surname
from index.minutes import Speaker
from index.roster import Roster, shipped

_MARKS = "○◯〇◆◎●△▲□■◇☆★【】〔〕［］（）()：:・*- \u3000"
_LONGEST_SURNAME = 4
_CHANGED = re.compile(
    rf"(?P<name>[\u3400-\u9fff々ヶ\u3041-\u3096\u30a1-\u30fa]{{1,5}}?)(?P<before>{MEETING_ROLE})"
    rf"(?:が|は|におかれましては|におかれては)、?(?:この度|このたび|今回|新たに|[^。、]{{0,12}}付けで)?、?"
    rf"(?:新たに)?(?P<after>{MEETING_ROLE})(?:に|へと?)(?:御|ご)?(?:就任|異動|選任|指名|任命)(?:さ|し|い|と|に|を)"
)


@dataclass(frozen=True, slots=True)
class Appearance:
    """A speaker in one meeting."""

    meeting: str
    body: str | None
    day: date | None
    speaker: Speaker


@dataclass(frozen=True, slots=True)
class Label:
    """A speaker's label in one meeting."""

    meeting: str
    label: str


@dataclass(frozen=True, slots=True)
class Person:
    """One person as far as the minutes prove it. `key` stays the same when other meetings are added."""

    key: str
    name: str
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """An announced change of post: 小林関係官 has become 幹事."""

    name: str
    before: str
    after: str


def full_name(speaker: Speaker) -> str | None:
    """The speaker's name where it is surely more than a surname, else None.

    渡辺 of 渡辺幹事, 中村（謙）, letters that stand for somebody, and handles are no full names.
    """
    name = unicodedata.normalize("NFKC", speaker.name or "").strip()
    if not name or re.search(r"[()]", name):
        return None
    if name.isascii() or re.search("[A-Za-z]", name):
        return name if re.fullmatch(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*)+", name) else None
    name = "".join(name.split())
    if speaker.name_from == "roster":
        return name
    label = _bare(speaker.label)
    if speaker.name_from == "attendees" and not label.startswith(name) and len(name) > 2:
        return None if is_surname(name) else name
    # 穂積沢委員 may be 穂積沢, whom no dictionary knows; of 小林真由美委員 the second part is a given name.
    with_role = label.startswith(name) and is_role(label[len(name) :])
    cuts = [cut for cut in range(1, min(_LONGEST_SURNAME, len(name) - 1) + 1) if is_surname(name[:cut])]
    if is_surname(name) or not cuts or len(name) < (4 if with_role else 3):
        return None
    return name if max(cuts) > 1 or len(name) == 3 else None


def persons(
    appearances: Iterable[Appearance],
    changes: Mapping[str, Sequence[Change]] | None = None,
    roster: Roster | None = None,
) -> tuple[Person, ...]:
    """Everybody who speaks, sorted by name and key. `changes` are those announced, by id of the meeting.

    People with one full name are one, in whatever role; `roster` (default: the shipped one) completes a surname in
    an office (岸田内閣総理大臣). Anybody else is a person of one meeting: 渡辺幹事 of two
    meetings stay two, unless a change of post that their body announced names them.
    """
    known = list(appearances)
    joined = _announced_keys(known, changes or {})
    labels: dict[str, dict[Label, None]] = {}
    names: dict[str, str] = {}
    for one in known:
        at = Label(one.meeting, one.speaker.label)
        name = full_name(one.speaker) or _in_office(one, roster or shipped())
        key = identity("person", name) if name else joined.get(at) or identity("speaker", at.meeting, _bare(at.label))
        labels.setdefault(key, {}).setdefault(at)
        names.setdefault(key, name or _bare(at.label))
    found = [Person(key, names[key], tuple(at)) for key, at in labels.items()]
    return tuple(sorted(found, key=lambda person: (person.name, person.key)))


def _in_office(one: Appearance, roster: Roster) -> str | None:
    """The full name of whoever held the office on the day, where the label's surname agrees with it."""
    surname, role = one.speaker.name, one.speaker.role
    if not surname or not role or one.day is None:
        return None
    holder = roster.person_at(role, one.day, one.body)
    return holder if holder and holder.startswith(surname) else None


def announced(text: str) -> tuple[Change, ...]:
    """The changes of post that a text announces: 小林関係官が新たに幹事に就任されました.

    That one person leaves and another takes the seat (横山委員が退任され、新たに熱田委員が就任され) joins nobody.
    """
    plain = re.sub(r"\s", "", text)
    found = (Change(match["name"], match["before"], match["after"]) for match in _CHANGED.finditer(plain))
    return tuple(change for change in found if change.before != change.after and is_surname(change.name))


def _announced_keys(appearances: Sequence[Appearance], changes: Mapping[str, Sequence[Change]]) -> dict[Label, str]:
    """One key for the old label in the body's meetings up to the announcement and the new label from then on."""
    at = {one.meeting: one for one in appearances}
    keys: dict[Label, str] = {}
    for meeting, change in ((meeting, change) for meeting, several in changes.items() for change in several):
        here = at.get(meeting)
        if here is None or here.body is None or here.day is None:
            continue
        key = identity("change", here.body, change.name, change.before, change.after)
        for one in appearances:
            if one.body != here.body or one.day is None:
                continue
            bare = _bare(one.speaker.label)
            was = one.day <= here.day and bare == change.name + change.before
            if was or (one.day >= here.day and bare == change.name + change.after):
                keys[Label(one.meeting, one.speaker.label)] = key
    return keys


def _bare(label: str) -> str:
    return "".join(unicodedata.normalize("NFKC", label).split()).strip(_MARKS)
