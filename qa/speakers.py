"""Who is named: mentions of people, offices, bodies and groups in a question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from index.matching import LABEL_MARKS, VARIANTS
from index.minutes import Speaker
from index.offices import canonical, offices_by_name
from index.roster import Term, terms
from qa.words import words


@dataclass(frozen=True, slots=True)
class Mention:
    """A person, office or group named in a question: what stands there, where, and the speakers it stands for."""

    start: int
    end: int
    words: str
    values: tuple[str, ...]


def mentions(text: str, speakers: tuple[Speaker, ...]) -> list[Mention]:
    """Everyone named in `text` (normalised), longest first where they overlap, in order.

    Found are the speakers of the index by name, role, label or surname with office; offices under the
    names that people give them (首相, 経産相); ministries; groups (閣僚); and, by their last word,
    offices that no minutes here know: asking about somebody absent must not give somebody else's words.
    """
    kept: list[Mention] = []
    for candidates in (_known(text, speakers), _keywords(text, speakers), _offices_by_ending(text, speakers)):
        for mention in sorted(candidates, key=lambda mention: (mention.start - mention.end, mention.start)):
            if all(mention.end <= other.start or other.end <= mention.start for other in kept):
                kept.append(mention)
    return sorted(kept, key=lambda mention: mention.start)


def _known(text: str, speakers: tuple[Speaker, ...]) -> Iterator[Mention]:
    # Variants and case are folded one character for one, so that places stay those of `text`.
    folded = "".join(char.lower() if len(char.lower()) == 1 else char for char in text).translate(VARIANTS)
    for name, called in _names(speakers).items():
        for place in _places(folded, name):
            if _stands_alone(folded[:place], called) and not (
                name in words().shared and _RELATIVE.search(text[:place])
            ):
                end = place + len(name)
                member = _MEMBER.match(text, end) if called.body else None
                yield Mention(
                    place, member.end() if member else end, text[place:end], _as_written(text[place:end], called.values)
                )


# 声をかけた委員: some member or other.
_RELATIVE = re.compile(r"(?:[たるだい]|どの|ある)$")
# 公明党の議員は: those of the affiliation, not all members.
_MEMBER = re.compile(
    r"(?:の|から(?:の|出ている|出た)|出身の|所属の)?(?:議員|委員|幹事|先生|構成員|会派|[都県市区]議団|議員団)(?:たち|ら)?"
)


def _as_written(words: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """Of several people whose names are variants of one another (斎藤, 齋藤), those written as in the question."""
    written = tuple(value for value in values if value[:2] == words[:2])
    return written if len(values) > 1 and written else values


def _keywords(text: str, speakers: tuple[Speaker, ...]) -> Iterator[Mention]:
    """A surname that is a word of its own between blanks (予算 小池), by the people who speak here."""
    for word in re.finditer(r"\S{2,}", text):
        key = _key(word.group())
        values = {filter_value(speaker) for speaker in speakers if speaker.name and _key(speaker.name).startswith(key)}
        if values and word.span() != (0, len(text)):
            yield Mention(word.start(), word.end(), word.group(), tuple(sorted(values)))


_KANJI_BEFORE = re.compile(r"[一-龯々]+$")


def _stands_alone(before: str, called: _Called) -> bool:
    """Whether a name is not the end of a longer one: 林大臣 in 小林大臣, 知事 in 佐藤知事, 大臣 in 元総務大臣."""
    run = _KANJI_BEFORE.search(before)
    if run is None or before.endswith(words().group_before):
        return True
    if run.group()[-1] in words().no_surname:
        # 金融庁長官 is not the 長官 of another body.
        return not called.bodies or any(run.group().endswith(body) for body in called.bodies)
    return not called.person and len(run.group()) > LONGEST_NAME


@dataclass(frozen=True, slots=True)
class _Called:
    """Whom a name stands for, and whether it is a person's or that of a party or body that people belong to."""

    values: tuple[str, ...]
    person: bool
    body: bool = False
    bodies: tuple[str, ...] = ()
    """Where everybody who holds the office is known to belong to; empty where that is not known of all."""


@lru_cache(maxsize=4)
def _names(speakers: tuple[Speaker, ...]) -> dict[str, _Called]:
    """What a question may call somebody: offices, groups, people of the index, then people of the roster."""
    tables = words()
    roles = {speaker.role for speaker in speakers if speaker.role}
    offices: dict[str, set[str]] = {
        _key(alias): {office, *(role for role in roles if canonical(role) == office)}
        for alias, office in (*offices_by_name().items(), *tables.ministries.items())
    }
    for speaker in speakers:
        if speaker.role or not speaker.name:
            called = speaker.role or speaker.label
            offices.setdefault(_key(called), set()).add(called)
    for role in roles:
        # 交通局は: an office speaks through its head.
        if _HEADED.search(role):
            offices.setdefault(_key(role[:-1]), set()).add(role)
    groups = {group: {role for role in roles if role.endswith(ends)} for group, ends in tables.groups.items()}
    for end in tables.office_ends:
        # 局長は: all who hold such an office; but 会長は is the 会長 alone where there is one, never the 副会長.
        alike = {role for role in roles if role.endswith(end) and not role.endswith((f"副{end}", f"本{end}"))}
        missing = set() if end in tables.shared else {end}
        groups[end] = {end} if end in roles else alike or missing
    people: dict[str, set[str]] = {}
    for speaker in speakers:
        for name in _called(speaker.name, speaker.role) if speaker.name else ():
            people.setdefault(_key(name), set()).add(filter_value(speaker))
    # Whoever speaks in these minutes is meant before a namesake in the roster (西村大臣).
    others: dict[str, set[str]] = {}
    for term in terms():
        values = _values_of_term(term, speakers)
        for name in _called(term.name, term.role):
            if _key(name) not in people:
                others.setdefault(_key(name), set()).update(values)
    for speaker in speakers:
        # Letters and handles: KG, (Ｊ).
        if speaker.name and not speaker.role and _key(speaker.label) != _key(speaker.name):
            people.setdefault(_key(speaker.label), set()).add(speaker.label)
    found = {name: _Called(tuple(sorted(values)), True) for name, values in (others | people).items() if values}
    bodies = _affiliations(speakers)
    # The ends of offices are in `groups`; a role that is nothing but such an end is there as well.
    return (
        {name: _Called(tuple(sorted(values)), False, body=True) for name, values in bodies.items() if len(name) > 1}
        | found
        | {
            name: _Called(tuple(sorted(values)), False, bodies=_belonging(values, speakers))
            for name, values in (offices | groups).items()
            if len(name) > 1 and values
        }
    )


_HEADED = re.compile(r".[局部課室署所院]長$")
# What a party's name has before it where it is a group of an assembly: 都議会公明党.
_ASSEMBLY = re.compile(r"^.{0,4}(?:議会|議員団)")
SHORTEST_BODY = 3


def _affiliations(speakers: tuple[Speaker, ...]) -> dict[str, set[str]]:
    """Affiliations of the index by what a question may call them: in full, by their end or beginning, as a party."""
    named: dict[str, set[str]] = {}
    for affiliation in {speaker.affiliation for speaker in speakers if speaker.affiliation}:
        key = _key(affiliation)
        forms = {key, _ASSEMBLY.sub("", key)}
        forms |= {key[:length] for length in range(SHORTEST_BODY, len(key)) if key[length - 1] in "裁連省庁会党部局"}
        forms = {form for form in forms if not form.endswith("議会")}
        forms |= {key[:length] for length in range(2, len(key)) if key[length:].startswith(("大学", "義塾", "新聞"))}
        forms |= {party for party, name in words().parties.items() if name in key or party in key}
        for form in forms:
            if len(form) >= 2:
                named.setdefault(form, set()).add(affiliation)
    return named


def _belonging(values: set[str], speakers: tuple[Speaker, ...]) -> tuple[str, ...]:
    holders = [speaker for speaker in speakers if speaker.role in values]
    bodies = {speaker.affiliation for speaker in holders}
    return tuple(sorted(filter(None, bodies))) if None not in bodies else ()


def filter_value(speaker: Speaker) -> str:
    """The filter value that matches this person and no other holder of the office."""
    printed_in_full = speaker.name if speaker.name_from != "text" else None
    return printed_in_full or speaker.label


def _values_of_term(term: Term, speakers: tuple[Speaker, ...]) -> set[str]:
    """Filter values for a person of the roster: never the words of somebody else in the same office.

    Where minutes print a surname with the office (岸田内閣総理大臣) that label is meant; where they name nobody
    in the office, the office.
    """
    same_office = [speaker for speaker in speakers if canonical(speaker.role or "") == term.role]
    labels = {s.label for s in same_office if s.name_from == "text" and s.name and term.name.startswith(s.name)}
    nameless = same_office and not any(speaker.name for speaker in same_office)
    return labels or {term.role if nameless else term.name}


def _key(name: str) -> str:
    """A name as it is looked for in a folded question; the honorific stays, for it shows that a name was meant."""
    folded = unicodedata.normalize("NFKC", name).strip(LABEL_MARKS)
    return folded.lower() if folded.isascii() else "".join(folded.split()).translate(VARIANTS).lower()


HONORIFICS = ("さん", "氏", "君", "様", "先生")
LONGEST_SURNAME = 4
LONGEST_NAME = 8


def _called(name: str, role: str | None) -> Iterator[str]:
    """The forms in which a person is named: in full, and in full or by surname with office or honorific.

    Where the surname ends is not known, so every beginning of the name is tried, and only together with a
    word that shows that a name was meant.
    """
    yield name
    offices = {role, next((end for end in words().office_ends if role and role.endswith(end)), None)}
    offices |= {alias for alias, office in offices_by_name().items() if role and office == canonical(role)}
    if role is None or role.endswith(("議員", "委員")):
        offices |= {"議員", "委員"}
    for length in {*range(1, min(LONGEST_SURNAME, len(name)) + 1), len(name)}:
        surname = name[:length]
        for office in offices - {None}:
            yield f"{surname}{office}"
        for honorific in HONORIFICS if length > 1 else ():
            yield f"{surname}{honorific}"


def _places(text: str, name: str) -> Iterator[int]:
    place = text.find(name)
    while place >= 0:
        before, after = text[:place], text[place + len(name) :]
        inside_latin = name[0].isascii() and (
            (before[-1:].isascii() and before[-1:].isalpha()) or (after[:1].isalpha() and after[:1].isascii())
        )
        if not inside_latin and not before.endswith(words().not_before):
            yield place
        place = text.find(name, place + 1)


@cache
def _ending() -> re.Pattern[str]:
    ends = "|".join(sorted(words().office_ends, key=len, reverse=True))
    return re.compile(rf"[一-龯々ァ-ヴーa-z]{{0,12}}(?:{ends})")


# 皆さん, 業者さん, 両氏 name nobody in particular.
_SOMEBODY = re.compile(r"[一-龯々]{1,4}(?<![者皆客様両])(?:さん|氏)")


def _offices_by_ending(text: str, speakers: tuple[Speaker, ...]) -> Iterator[Mention]:
    roles = {speaker.role for speaker in speakers if speaker.role}
    for found in (*_ending().finditer(text), *_SOMEBODY.finditer(text)):
        office = found.group()
        if office not in words().general and office not in words().shared:
            # 警察本部長 is how 河合警察本部長 may be called, for labels that print surname and office as one.
            alike = sorted(role for role in roles if role.endswith(office) and not role.endswith(f"副{office}"))
            yield Mention(found.start(), found.end(), office, tuple(alike) or (office,))


def resolved(value: str, speakers: tuple[Speaker, ...]) -> tuple[str, ...]:
    """A filter value typed by hand, as a question's words would be understood: 経産相 -> 経済産業大臣."""
    called = _names(speakers).get(_key(unicodedata.normalize("NFKC", value).strip()))
    return called.values if called else (value,)
