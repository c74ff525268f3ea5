"""The tables of words.toml, read once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


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
    joined: tuple[str, ...]
    asking: frozenset[str]
    english: re.Pattern[str]
    general_words: frozenset[str]
    phrases: tuple[str, ...]
    pointers: tuple[str, ...]
    others: tuple[str, ...]
    later: tuple[str, ...]
    more: tuple[str, ...]
    head: dict[str, re.Pattern[str]]
    head_words: frozenset[str]
    itself: re.Pattern[str]
    procedure: tuple[str, ...]


@cache
def words() -> Words:
    """Read the tables."""
    tables = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    head = tables["head"]
    head_words, itself = frozenset(head.pop("words")), re.compile(head.pop("itself"))
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
        joined=tuple(tables["particles"]["joined"]),
        asking=frozenset(tables["asking"]["words"]),
        english=re.compile(rf"\b(?:{'|'.join(tables['asking']['english'])})\b", re.IGNORECASE | re.ASCII),
        general_words=frozenset(tables["asking"]["general"]),
        phrases=tuple(sorted(tables["asking"]["phrases"], key=len, reverse=True)),
        pointers=tuple(tables["follow"]["pointers"]),
        others=tuple(tables["follow"]["others"]),
        later=tuple(tables["follow"]["later"]),
        more=tuple(tables["follow"]["more"]),
        head={name: re.compile("|".join(listed)) for name, listed in head.items()},
        head_words=head_words,
        itself=itself,
        procedure=tuple(tables["kinds"]["procedure"]),
    )
