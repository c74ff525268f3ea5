"""Lists of those present in languages that put a blank between words: * Name @handle (TSC)."""

from __future__ import annotations

import re
from dataclasses import replace

from index.minutes import Attendee

_WORD = r"(?:[^\W\d_][\w'’.-]*)"
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_ENTRY = re.compile(rf"(?P<name>{_WORD}(?:\s+{_WORD}){{0,5}}?)\s*(?P<handle>@[\w-]+)?\s*(?P<aside>\([^()]*\))?[.,;]?")
_BULLET = re.compile(r"^\s*[-*•+]\s+")
_FIELD = re.compile(
    r"^\s*[-*•+]?\s*\**(?:(?:Attendees|Present|Participants|In attendance|Members present)|"
    r"(?P<role>(?:Co-)?Chair|Facilitator|Moderator|Secretary|Scribe|Note ?taker)s?)\**\s*:\**\s*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:(?:non-?)?voting member|guest|observer|"
    r"(?:co-|vice[ -])?chair(?:man|person)?|host|facilitator|note ?taker|scribe|"
    r"secretary|moderator|member|director|president|treasurer|minutes)",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"none|nobody|everyone|all|tbd|n/a|regrets|people|present|attendees|participants|guests|members", re.IGNORECASE
)
_PARTICLES = (
    "de",
    "da",
    "di",
    "du",
    "der",
    "den",
    "del",
    "della",
    "van",
    "von",
    "la",
    "le",
    "el",
    "al",
    "bin",
    "ibn",
    "y",
    "e",
)


def latin_attendees(line: str) -> list[Attendee]:
    """Everyone named in a bullet, or in a list after Attendees:; empty where the line is neither."""
    if _CJK.search(line):
        return []
    title = _FIELD.match(line)
    listed = line[title.end() :] if title else line
    if listed != line or re.search(r"\w, *\w", re.sub(r"\([^()]*\)", "", line)):
        people = [_person(part.strip(), alone=False) for part in re.split(r"[,;](?![^()]*\))", _BULLET.sub("", listed))]
        found = [person for person in people if person]
        if title and title["role"]:
            found = [replace(person, role=title["role"]) for person in found]
        return found if len(found) * 2 > len(people) else []
    bare = _BULLET.sub("", line)
    person = _person(bare.strip(), alone=bare != line)
    return [person] if person else []


def ends_list(line: str) -> bool:
    """Whether a line of such a language is of another field or a sentence, and the list before it is over."""
    plain = _BULLET.sub("", line.strip())
    if _CJK.search(line) or _FIELD.match(line):
        return False
    return bool(re.match(r"[A-Z][\w ]{2,20}:\s", plain)) or (plain.endswith((".", "?")) and len(plain.split()) > 5)


def _person(words: str, alone: bool) -> Attendee | None:
    """One entry. A single word, or a word in lower case, is a handle and a person only in a bullet of its own."""
    entry = _ENTRY.fullmatch(words)
    if not entry or _NOBODY.fullmatch(entry["name"]):
        return None
    parts = entry["name"].split()
    proper = all(part[0].isupper() or part in _PARTICLES for part in parts)
    if (
        not (len(parts) > 1 and proper)
        and not (alone and len(parts) == 1 and not parts[0].isupper())
        and not (entry["handle"] and proper)
    ):
        return None
    aside = (entry["aside"] or "").strip("() ")
    label = entry["handle"][1:] if entry["handle"] else None
    if _ROLE.fullmatch(aside):
        return Attendee(entry["name"], aside, label=label)
    named = bool(re.fullmatch(r"[^\W\d_a-z][\w.&' -]{0,40}", aside)) and not re.search(r"\d", aside)
    if not named and re.fullmatch(r"[a-z][a-z0-9_-]{1,20}", aside):
        label = label or aside  # Yukihiro Matsumoto (matz)
    return Attendee(entry["name"], None, aside if named else None, label)
