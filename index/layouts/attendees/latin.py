"""Lists of those present in languages that put a blank between words: * Name @handle (TSC)."""

from __future__ import annotations

import re
from dataclasses import replace

from index.minutes import Attendee

_WORD = r"(?:[^\W\d_][\w'’.-]*)"
_INITIALS = re.compile(r"[A-Z]{2,4}")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_HANDLE = r"@[\w-]+"
_ENTRY = re.compile(
    rf"(?:\[[ xX]\]\s*)?(?:(?P<before>{_HANDLE})\s*[-–—:,/]?\s+)?(?P<name>{_WORD}(?:\s+{_WORD}){{0,5}}?)\s*"
    rf"(?P<handle>{_HANDLE}|\({_HANDLE}\))?\s*(?P<aside>\([^()]*\)|\[[^\[\]]*\]|\s[-–—]\s\S.{{0,40}})?\s*[+.,;]?"
)
_HANDLE_ALONE = re.compile(r"[a-z][a-z0-9_-]{1,15}\+?")
_BULLET = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)])\s+")
_TITLES = (
    r"Attendees|Attending|Attendance|(?:(?:Members|Those|Also|Staff) )?Present|Participants|In attendance|People|"
    r"Guests|Observers|Invited|Roll call|(?:Committee |Council |Board )?Members"
)
_FIELD = re.compile(
    rf"^\s*[-*•+]?\s*[*_#\s]*(?:(?:{_TITLES})|"
    r"(?P<role>(?:Co-|Vice )?Chair|Facilitator|Moderator|Secretary|Scribe|Minutes|Note ?taker)s?)"
    r"(?:\s*\([^()]*\))?[*_]*\s*:[*_]*\s*",
    re.IGNORECASE,
)
_SECTION = re.compile(
    rf"[-*•+#_\s]*(?:{_TITLES})\b(?:\s+(?:list|members))?(?:\s*\([^()]*\))?[*_\s]*(?::|$)", re.IGNORECASE
)
_ABSENCE = re.compile(
    r"[-*•+#_\s]*(?:Members )?(?:Absent|Absentees|Regrets|Apologies|Excused|Not present)\b", re.IGNORECASE
)
_ROLE = re.compile(
    r"(?:(?:non-?)?voting member|regular member|guest|observer|"
    r"(?:co-|vice[ -])?chair(?:man|person)?|host|facilitator|note ?taker|scribe|"
    r"secretary|moderator|member|director|president|treasurer|minutes)",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"none|nobody|everyone|all|tbd|n/a|regrets|people|present|attendees|participants|guests|members", re.IGNORECASE
)
_OFFICE = re.compile(
    r"((?i:(?:Deputy |Vice[ -])?(?:Mayor|Chair(?:man|woman|person)?|President)(?: Pro Tem(?:pore)?)?|"
    r"Council ?member|Council(?:man|woman|l?or)|Ald(?:erman|erwoman|erperson)|Commissioner|Trustee|Supervisor|"
    r"Secretary|Treasurer|Senator|Representative|Governor|Superintendent))\s+(?=[A-Z])"
)
"""What stands before a name and is an office; Director or Member may be anything."""
_COURTESY = re.compile(r"(?i:Mr|Mrs|Ms|Mx|Dr|Prof)\.?\s+(?=[A-Z])")
_PARTICLE = re.compile("d[aeiu]|de[lrn]|della|v[ao]n|la|le|el|al|bin|ibn|y|e")


def latin_attendees(line: str) -> list[Attendee]:
    """Everyone named in a bullet, or in a list after Attendees:; empty where the line is neither."""
    if _CJK.search(line):
        return []
    title = _FIELD.match(line)
    listed = line[title.end() :] if title else line
    if listed != line or re.search(r"\w\s*, *\w", re.sub(r"\([^()]*\)", "", line)):
        parts = _parted(listed)
        if len(parts) == 2 and _BULLET.match(line) and (person := _with_group(*parts)):
            return [person]
        people = [_person(part, alone=False) for part in parts]
        if len(parts) > 1 and all(
            one or _HANDLE_ALONE.fullmatch(part) for one, part in zip(people, parts, strict=True)
        ):
            people = [_person(part.rstrip("+"), alone=True) for part in parts]  # matz, ko1, nobu
        found = _by_initials([person for person in people if person])
        if title and title["role"]:
            found = [replace(person, role=title["role"]) for person in found]
        return found if len(found) * 2 > len(people) else []
    bare = _BULLET.sub("", line)
    person = _person(bare.strip(), alone=bare != line)
    return _by_initials([person]) if person else []


def is_list_title(line: str) -> bool:
    """Whether a line opens a list of those present: ## Present, **Attendees:**, - People, Attendees: A, B."""
    return bool(_SECTION.match(line))


def is_absence(line: str) -> bool:
    """Whether a line opens a list of those who are not there."""
    return bool(_ABSENCE.match(line))


def called(line: str) -> frozenset[str]:
    """What the people of such a line may be called: whole name, its first and last word, handle; in lower case."""
    title = _FIELD.match(line)
    entries = _parted(line[title.end() :] if title else line)
    return frozenset(name for words in entries for name in _calls(words))


def untitled(name: str) -> str:
    """A name without the office or the courtesy before it: Mayor Smith, MS. LEE."""
    return _COURTESY.sub("", _OFFICE.sub("", name, count=1), count=1)


def ends_list(line: str) -> bool:
    """Whether a line of such a language is of another field or a sentence, and the list before it is over."""
    plain = _BULLET.sub("", line.strip())
    if _CJK.search(line) or _FIELD.match(line):
        return False
    return bool(re.match(r"[A-Z][\w ]{2,20}:\s", plain)) or (plain.endswith((".", "?")) and len(plain.split()) > 5)


def _parted(words: str) -> list[str]:
    parts = re.split(r"[,;](?![^()]*\))|\s+and\s+(?=[A-Z])", _BULLET.sub("", words))
    return [part.strip() for part in parts if part.strip()]


def _calls(words: str) -> list[str]:
    entry = _ENTRY.fullmatch(untitled(words))
    if not entry or _NOBODY.fullmatch(entry["name"]) or not _is_proper(entry["name"].split()):
        alone = re.fullmatch(r"@?([a-z][a-z0-9_-]{1,20})(?:\s*\(.*\))?", words)
        return [alone[1]] if alone and not _NOBODY.fullmatch(alone[1]) else []
    parts = entry["name"].split()
    aside = _inside(entry["aside"])
    handles = [handle for handle in (_handle(entry), aside if _is_handle(aside) else None) if handle]
    return [name.lower() for name in {entry["name"], parts[0], parts[-1], *handles} if len(name) > 1]


def _with_group(entry: str, group: str) -> Attendee | None:
    """Ada Byron (@ada), Red Hat: behind a handle stands for whom somebody comes, not another person."""
    person = _person(entry, alone=False)
    other = _ENTRY.fullmatch(group)
    if person is None or person.label is None or person.affiliation or not other or other["handle"] or other["aside"]:
        return None
    return replace(person, affiliation=group)


def _by_initials(people: list[Attendee]) -> list[Attendee]:
    """Capitals in brackets that the letters of the name spell, or that differ from person to person, are initials."""
    capitals = [one.affiliation for one in people if one.affiliation and _INITIALS.fullmatch(one.affiliation)]
    differ = len(capitals) > 2 and len(set(capitals)) == len(capitals)
    return [
        replace(one, affiliation=None, label=one.affiliation)
        if one.label is None and one.affiliation in capitals and (differ or _spells(one.affiliation, one.name or ""))
        else one
        for one in people
    ]


def _spells(initials: str, name: str) -> bool:
    """Whether the letters come in the name in this order, from its first or from the first of one of its words."""
    letters = iter(name.upper())
    whole = any(word.startswith(initials) for word in name.upper().split())  # ZiJian Liu (LIU)
    return whole or (name[:1] == initials[0] and all(letter in letters for letter in initials))


def _is_proper(parts: list[str]) -> bool:
    return all(part[0].isupper() or bool(_PARTICLE.fullmatch(part)) for part in parts)


def _inside(aside: str | None) -> str:
    return (aside or "").strip("()[]-–— ")


def _handle(entry: re.Match[str]) -> str | None:
    handle = (entry["handle"] or entry["before"] or "").strip("()@")
    return handle or None


def _is_handle(aside: str) -> bool:
    return bool(re.fullmatch(r"[a-z][a-z0-9_-]{1,20}", aside)) and not _ROLE.fullmatch(aside)


def _person(words: str, alone: bool) -> Attendee | None:
    """One entry. A single word, or a word in lower case, is a handle and a person only in a bullet of its own."""
    office = _OFFICE.match(words)
    entry = _ENTRY.fullmatch(words[office.end() :] if office else words)
    if not entry or _NOBODY.fullmatch(entry["name"]):
        return None
    parts = entry["name"].split()
    proper = _is_proper(parts)
    label = _handle(entry)
    if (
        not (len(parts) > 1 and proper)
        and not (alone and len(parts) == 1 and not parts[0].isupper())
        and not ((label or office) and proper)
    ):
        return None
    aside = _inside(entry["aside"])
    if _ROLE.fullmatch(aside):
        return Attendee(entry["name"], aside, label=label)
    if _is_handle(aside):
        label, aside = label or aside, ""  # Yukihiro Matsumoto (matz)
    named = bool(re.fullmatch(r"[^\W\d_a-z][\w.&/' -]{0,40}", aside)) and not re.search(r"\d", aside)
    return Attendee(entry["name"], office[1] if office else None, aside if named else None, label)
