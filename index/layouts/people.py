"""What a speaker's label says: the role, the name, and where the name is from. No name rather than a wrong one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from index.layouts.attendees import holds
from index.layouts.attendees.latin import untitled
from index.layouts.attendees.names import HONORIFIC, SEAT, joined
from index.layouts.labels import (
    BRACKET,
    CHAIRS,
    NAME_AND_ROLE,
    OFFICE_WORDS,
    ROLE_END,
    is_name,
    split_role,
)
from index.layouts.passages import tidy
from index.minutes import Attendee, NameSource, Speaker
from index.offices import canonical, is_shared
from index.roster import Roster, shipped


def speaker_of(label: str, names_in_brackets: bool = False) -> Speaker:
    """What the label alone says; `names_in_brackets` where this file's labels are 市長（迫俊哉） throughout."""
    plain = tidy(label)
    if plain in ANSWERS or plain in _QUESTIONS:
        return Speaker(plain)
    bracket = BRACKET.match(plain)
    if bracket and (stand_in := _STAND_IN.fullmatch(bracket[2])):
        # 外務大臣（代理：山田副大臣）: the deputy speaks, never the minister.
        # 江藤農林水産副大臣（農林水産大臣代理） says it the other way round.
        words = bracket[1] if _DEPUTY.search(bracket[1]) and stand_in["by"] else stand_in["who"] or stand_in["by"]
        spoken = speaker_of(words) if words else Speaker(plain, plain)
        return replace(spoken, label=plain)
    if bracket and not bracket[3]:
        return replace(_bracketed(bracket[1], bracket[2], names_in_brackets), label=plain)
    if bracket:  # 中村（謙）関係官: the initial belongs to the surname
        inner = _unbracketed(bracket[1] + bracket[3])
        if inner.name == bracket[1]:
            return Speaker(plain, inner.role, f"{bracket[1]}（{bracket[2]}）", "label")
        return Speaker(plain, inner.role)
    return _unbracketed(plain)


_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
ANSWERS = ("答", "回答", "回答者", "Ａ", "A")
_DEPUTY = re.compile("副大臣|政務官|次官|審議官|局長|部長|課長|副[市町村区]長|副知事")
_STAND_IN = re.compile(r"[※＊*]?(?:代理|代読|代)(?:出席)?[\s:：・]*(?P<who>.*)|(?P<by>.+?)(?:代理|代読)")
_QUESTIONS = ("問", "質問", "質問者", "Ｑ", "Q")
_INTERVIEW = re.compile(
    r"(?P<who>[^\s　、。回]{2,20}?(?:大臣|長官|総理|知事|市長|区長|総裁|次官|会長))(?:臨時|閣議後|定例)*(?:記者)?会見"
)


def interviewee(title: str | None) -> Speaker | None:
    """Who answers at a press conference, where its title names one office: 甘利内閣府特命担当大臣記者会見要旨."""
    match = _INTERVIEW.search(tidy(title or ""))
    if match is None:
        return None
    words = re.sub(r"^.*(?:会議|委員会|年度?|月|日)", "", match["who"])
    name, role = split_role(words)
    return Speaker(words, role, name, "text" if name else None) if role else None


def _bracketed(before: str, inside: str, names_in_brackets: bool) -> Speaker:
    """知事（小池百合子君）, 市長（迫俊哉）, ２９番（木村ひでこ議員）, （青木克德区長）."""
    bare = re.sub(HONORIFIC + "$", "", inside)
    inner_name, inner_role = split_role(bare, NAME_AND_ROLE)
    if not _role(before) and inner_role:
        return Speaker(inside, inner_role, inner_name, "label" if inner_name else None)
    outer = _unbracketed(before)
    if bare == inside and (outer.name or not re.search("[\u3041-\u3096\u3400-\u9fff]", bare)):
        return outer if before else Speaker(inside)
    of_a_role = names_in_brackets and bool(ROLE_END.search(before)) and not OFFICE_WORDS.search(bare)
    if is_name(bare) and (bare != inside or of_a_role or (names_in_brackets and not _role(before))):
        return Speaker(inside, _role(before), joined(bare), "label")
    return outer if before else Speaker(inside)


def _role(words: str) -> str | None:
    return None if not words or SEAT.fullmatch(words) else words


def _unbracketed(plain: str) -> Speaker:
    if re.search(HONORIFIC + "$", plain):
        bare = re.sub(HONORIFIC + "$", "", plain)
        seat = SEAT.match(bare)
        name = bare[seat.end() :] if seat else bare
        if ROLE_END.search(name):
            return replace(_unbracketed(name), label=plain)
        return Speaker(plain, None, joined(name), "label") if is_name(joined(name)) else Speaker(plain)
    surname, role = split_role(plain)
    return Speaker(plain, role, surname, "label" if surname else None)


def chairs(speakers: Iterable[Speaker]) -> frozenset[str]:
    """The labels of those who lead the meeting: where there is a 議長, a 委員長 only reports to it."""
    leading = {one.label: one.role or one.label for one in speakers if (one.role or one.label).endswith(CHAIRS)}
    presiding = {label for label, role in leading.items() if role.endswith(("議長", "議長代理"))}
    return frozenset(presiding or leading)


@dataclass(frozen=True, slots=True)
class People:
    """Completes speakers from the attendees and the roster."""

    attendees: tuple[Attendee, ...]
    day: date | None
    stated: tuple[Speaker, ...] = ()
    body: str | None = None
    roster: Roster = field(default_factory=shipped)

    def completed(self, speaker: Speaker) -> Speaker:
        """The speaker with a name where a sidecar, one attendee, or the roster on that day leaves no doubt."""
        if known := next((one for one in self.stated if _unmarked(one.label) == _unmarked(speaker.label)), None):
            return replace(
                speaker,
                role=known.role or speaker.role,
                name=known.name or speaker.name,
                name_from="sidecar" if known.name else speaker.name_from,
                affiliation=known.affiliation or speaker.affiliation,
                affiliation_from="sidecar" if known.affiliation else speaker.affiliation_from,
            )
        if speaker.name:
            person = self._attendee(speaker.name, speaker.role)
            return _with(speaker, person) if person else speaker
        if person := self._called(_unmarked(speaker.label)):
            return _with(speaker, person)
        if known := self._by_surname(speaker.label):
            return known
        if speaker.role and (person := self._sole(speaker.role)):
            return _with(speaker, person)
        if speaker.role and self.day and (name := self.roster.person_at(speaker.role, self.day, self.body)):
            return replace(speaker, name=name, name_from="roster")
        return speaker

    def _called(self, label: str) -> Attendee | None:
        """Whom a list means by initials, a handle or, in Latin letters, by one word of the name that no other has."""
        # KM (on queue), Carol (Microsoft), MAYOR SMITH: the words in brackets and the office are no part of the name.
        words = untitled(re.sub(r"\s*[(\[][^()\[\]]*[)\]]?$", "", label.replace("*", "")).strip("_?@ "))
        if "?" in label or not words:
            return None
        latin = not _CJK.search(words)
        exact = [one for one in self.attendees if words in (one.label, one.name)]
        lower = [one for one in self.attendees if latin and words.lower() == (one.label or one.name or "").lower()]
        parts = [one for one in self.attendees if latin and words.lower() in (one.name or "").lower().split()]
        return next((found[0] for found in (exact, lower, parts) if len(found) == 1), None)

    def _by_surname(self, label: str) -> Speaker | None:
        """塔ノ木課長, where one 図書館課長　塔ノ木誠司 attends: both the name and the role must agree."""
        found = [
            _with(Speaker(label, label[cut:]), one)
            for one in self.attendees
            for cut in range(2, len(label) - 1)
            if one.name and one.role and one.name.startswith(label[:cut]) and one.role.endswith(label[cut:])
        ]
        return found[0] if len(found) == 1 else None

    def _sole(self, role: str) -> Attendee | None:
        """The one attendee in an office; none for what several may be (委員), even where one alone is listed."""
        holders = {one.name: one for one in self.attendees if one.role and canonical(one.role) == canonical(role)}
        return next(iter(holders.values())) if len(holders) == 1 and not is_shared(role) else None

    def _attendee(self, surname: str, role: str | None) -> Attendee | None:
        alike = [one for one in self.attendees if one.name and one.name.startswith(surname)]
        if len(alike) != 1:
            return None
        return alike[0] if role is None or holds(alike[0], role) else None


def _with(speaker: Speaker, person: Attendee) -> Speaker:
    """The speaker with what the list of attendees says of this person."""
    source: NameSource | None = "label" if person.name == speaker.name else "attendees"
    return replace(
        speaker,
        name=person.name or speaker.name,
        name_from=source if person.name else speaker.name_from,
        affiliation=person.affiliation or speaker.affiliation,
        affiliation_from="attendees" if person.affiliation else speaker.affiliation_from,
    )


def _unmarked(label: str) -> str:
    return tidy(label).strip("○◯〇◆◎●△▲□■◇☆★【】〔〕［］（）()：:・*- ")


def confirmed(attendees: Iterable[Attendee], speakers: Iterable[Speaker]) -> tuple[Attendee, ...]:
    """Attendees whose role and name run together, parted as a label of the same words parts them.

    副知事長谷川明君 may be a 副知事長 named 谷川明; ○副知事（長谷川明君） says that he is not.
    """
    parted = {f"{one.role}{one.name}": one for one in speakers if one.role and one.name and one.name_from == "label"}
    return tuple(
        replace(one, role=known.role, name=known.name) if (known := parted.get(f"{one.role}{one.name}")) else one
        for one in attendees
    )
