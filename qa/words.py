"""The tables of words.toml, read once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cue:
    """How a kind of statement is asked for, and how statements of that kind sound."""

    asked: re.Pattern[str]
    said: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Words:
    """The tables by name; see the comments in words.toml."""

    ministries: dict[str, str]
    office_ends: tuple[str, ...]
    general: frozenset[str]
    no_surname: str
    not_before: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]
    group_before: tuple[str, ...]
    shared: tuple[str, ...]
    speaks: tuple[str, ...]
    said: tuple[str, ...]
    said_goes_on: str
    speech: re.Pattern[str]
    about: re.Pattern[str]
    joined: tuple[str, ...]
    parties: dict[str, str]
    asking: frozenset[str]
    english: re.Pattern[str]
    general_words: frozenset[str]
    phrases: tuple[str, ...]
    pointers: tuple[str, ...]
    others: tuple[str, ...]
    later: tuple[str, ...]
    more: tuple[str, ...]
    anybody: tuple[str, ...]
    everybody: tuple[str, ...]
    openings: tuple[str, ...]
    previous: tuple[str, ...]
    next: tuple[str, ...]
    day_before: tuple[str, ...]
    day_after: tuple[str, ...]
    attribute: re.Pattern[str]
    head: dict[str, re.Pattern[str]]
    head_words: frozenset[str]
    itself: re.Pattern[str]
    past: re.Pattern[str]
    procedure: tuple[str, ...]
    acts: dict[str, re.Pattern[str]]
    cues: dict[str, Cue]
    stance: re.Pattern[str]
    several: tuple[str, ...]


@cache
def words() -> Words:
    """Read the tables."""
    tables = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    head = tables["head"]
    head_words = frozenset(head.pop("words"))
    itself, past = re.compile(head.pop("itself")), re.compile(head.pop("past"))
    return Words(
        ministries=tables["ministries"],
        office_ends=tuple(tables["office"]["ends"]),
        general=frozenset(tables["office"]["general"]),
        no_surname=tables["office"]["no_surname"],
        not_before=tuple(tables["office"]["not_before"]),
        groups={name: tuple(ends) for name, ends in tables["groups"].items()},
        shared=tuple(tables["group"]["shared"]),
        group_before=tuple(tables["group"]["before"]),
        speaks=tuple(tables["particles"]["speaks"]),
        said=tuple(tables["particles"]["said"]),
        said_goes_on=rf"(?:{tables['particles']['said_goes_on']})",
        speech=re.compile(tables["particles"]["speech"]),
        about=re.compile(tables["particles"]["about"]),
        joined=tuple(tables["particles"]["joined"]),
        parties=tables["parties"],
        asking=frozenset(tables["asking"]["words"]),
        english=re.compile(rf"\b(?:{'|'.join(tables['asking']['english'])})\b", re.IGNORECASE | re.ASCII),
        general_words=frozenset(tables["asking"]["general"]),
        phrases=tuple(sorted(tables["asking"]["phrases"], key=len, reverse=True)),
        attribute=re.compile(tables["follow"].pop("attribute")),
        **{name: tuple(listed) for name, listed in tables["follow"].items()},
        head={name: _any(listed) for name, listed in head.items()},
        head_words=head_words,
        itself=itself,
        past=past,
        procedure=tuple(tables["kinds"]["procedure"]),
        acts={name: _any(listed) for name, listed in tables["acts"].items()},
        cues={name: Cue(_any(cue["asked"]), _any(cue["said"])) for name, cue in tables["cues"].items()},
        stance=_any(tables["stance"]["phrases"]),
        several=tuple(tables["several"]["words"]),
    )


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))
