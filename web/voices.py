"""A colour for everybody who speaks in a meeting: the same one wherever the meeting is read from."""

from __future__ import annotations

from collections.abc import Mapping

from index.minutes import Speaker, Statement
from index.search import Snapshot
from qa.speakers import filter_value

VOICES = 6
"""Colours, which viewer.css names voice-1 and on; the seventh speaker has the first again, and a name beside it."""


def voices(meeting: int, snapshot: Snapshot) -> Mapping[str, str]:
    """The class of each speaker of a meeting, by row, in the order in which they first speak."""
    speakers = (statement.speaker for statement in snapshot.in_meeting(meeting))
    names = dict.fromkeys(_name(speaker) for speaker in speakers if speaker)
    return {name: f"voice-{place % VOICES + 1}" for place, name in enumerate(names)}


def voice_of(statement: Statement, known: Mapping[str, str]) -> str | None:
    """The class for who makes a statement; None for nobody."""
    return known.get(_name(statement.speaker)) if statement.speaker else None


def _name(speaker: Speaker) -> str:
    return filter_value(speaker)
