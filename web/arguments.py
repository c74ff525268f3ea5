"""What arrives through an interface is JSON of anybody's making: type hints are documentation, these are the checks.

Each raises QuestionRejected and says which argument has to be what.
"""

from __future__ import annotations

import unicodedata
from datetime import date

from index.dates import parse_date
from index.errors import QuestionRejected
from index.search import Filters
from qa.question import QUESTION_CHARS

ITEMS = 50
"""Strings in one list at the most: every speaker and meeting that is named is compared with all there are."""
ITEM_CHARS = 200
"""Characters of one string in a list of names; a question has its own limit."""


def text(name: str, value: object, limit: int = ITEM_CHARS) -> str:
    """A string that can be looked up and sent back."""
    if not isinstance(value, str):
        raise QuestionRejected(f"{name} has to be a string")
    if len(value) > limit:
        raise QuestionRejected(f"{name} has {len(value):,} characters, at most {limit:,} are read")
    if any(char == "\0" or unicodedata.category(char) == "Cs" for char in value):
        raise QuestionRejected(f"{name} holds a NUL character or half of a character; type it again")
    return value


def question(name: str, value: object) -> str:
    """A string whose length and characters are checked where it is understood."""
    if not isinstance(value, str):
        raise QuestionRejected(f"{name} has to be a string")
    return value


def texts(name: str, value: object, limit: int = ITEM_CHARS) -> tuple[str, ...]:
    """A list of strings; nothing is an empty one."""
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise QuestionRejected(f"{name} has to be a list of strings")
    if len(value) > ITEMS:
        raise QuestionRejected(f"{name} has {len(value):,} entries, at most {ITEMS} are read")
    return tuple(text(f"an entry of {name}", item, limit) for item in value)


def history(value: object) -> tuple[str, ...]:
    """Earlier questions, each as long as a question may be."""
    return texts("history", value, QUESTION_CHARS)


def number(name: str, value: object, most: int) -> int:
    """A whole number from 1."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise QuestionRejected(f"{name} has to be a whole number from 1 to {most:,}")
    return value


def day(name: str, value: object) -> date | None:
    """A day as people write it; nothing is none."""
    if value is None or value == "":
        return None
    found = parse_date(text(name, value))
    if found is None:
        raise QuestionRejected(f"{name} is no date; write it as 2023-02-14 or 令和5年2月14日")
    return found


def filters(speakers: object, meetings: object, since: object, until: object) -> Filters:
    """Which statements may answer; an entry that is blank would name everybody."""
    found = Filters(
        speakers=texts("speakers", speakers),
        meetings=texts("meetings", meetings),
        since=day("since", since),
        until=day("until", until),
    )
    if not all(value.strip() for value in (*found.speakers, *found.meetings)):
        raise QuestionRejected("speakers and meetings must not hold an empty entry; leave it out to search everywhere")
    if found.since and found.until and found.since > found.until:
        raise QuestionRejected("since is after until; swap them")
    return found


def version_or_day(name: str, value: object) -> str:
    """The number of a version, 0 included, or a day."""
    given = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    written = text(name, given).strip()
    if not (written.isascii() and written.isdecimal() and len(written) < 8) and parse_date(written) is None:
        raise QuestionRejected(f"{name} is neither a version nor a day; write 3, 2026-11-24 or 令和8年11月24日")
    return written
