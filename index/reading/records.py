"""Writes the document of a source that names its speakers itself: a readable text, and who spoke where in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from index.errors import SourceError
from index.minutes import Metadata
from index.reading.decoding import checked
from index.reading.document import Content, Part, Speech
from index.reading.limits import MAX_CHARACTERS

_MARKS = "○◯〇◎●◆"
# ○棚橋委員長　これより…: a label that the text prints itself.
_LABEL = re.compile(f"[ \u3000]*([{_MARKS}][^\u3000\r\n]{{1,40}}(?:\u3000+|(?=[\r\n])))")
_NOT_IN_TEXT = str.maketrans({"\f": "\n", "\v": "\n"})


@dataclass(frozen=True, slots=True)
class Said:
    """One speech of a record as its source gives it; `name` is a person, `label` whatever stands for the speaker."""

    text: str
    label: str | None = None
    kind: Literal["speech", "narration", "head"] = "speech"
    name: str | None = None
    role: str | None = None
    affiliation: str | None = None
    agenda: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """One meeting of a record."""

    stated: Metadata
    said: tuple[Said, ...]


@dataclass(slots=True)
class _Text:
    pieces: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, words: str) -> None:
        self.pieces.append(words)
        self.length += len(words)


def recorded(meetings: Iterable[Recorded], name: str) -> Content:
    """The document of some meetings: for each its title, its date and its speeches, in the words of the source.

    Raises SourceError if nothing is said in them, or text that is none.
    """
    text = _Text()
    parts = []
    for meeting in meetings:
        start = text.length
        _head(text, meeting.stated)
        speeches = tuple(_speeches(text, meeting.said))
        parts.append(Part(start, text.length, meeting.stated, speeches))
        text.add("\n")
        if text.length > MAX_CHARACTERS:
            raise SourceError(f"{name}: more than {MAX_CHARACTERS} characters (MAX_CHARACTERS); split the file")
    if not any(part.speeches for part in parts):
        raise SourceError(f"{name}: the file holds no speech; nothing to index")
    return Content(checked("".join(text.pieces), name), "records", tuple(parts))


def _head(text: _Text, stated: Metadata) -> None:
    day = stated.date
    lines = [
        stated.title,
        f"{day.year}年{day.month}月{day.day}日" if day else None,
        f"場所　{stated.place}" if stated.place else None,
    ]
    for line in lines:
        if line:
            text.add(f"{line}\n")
    text.add("\n")


def _speeches(text: _Text, said: Iterable[Said]) -> Iterable[Speech]:
    for one in said:
        words = one.text.translate(_NOT_IN_TEXT).rstrip().lstrip("\r\n")
        if not words:
            continue
        printed = _LABEL.match(words) if one.label and one.kind == "speech" else None
        if one.label and one.kind == "speech" and printed is None:
            label_start = text.length
            text.add(f"{'' if one.label[0] in _MARKS else '○'}{_one_line(one.label)}\u3000")
            start = text.length
        else:
            label_start = text.length + (printed.start(1) if printed else 0)
            start = text.length + (printed.end(1) if printed else 0)
        text.add(words)
        yield Speech(label_start, start, text.length, one.kind, one.name, one.role, one.affiliation, one.agenda)
        text.add("\n")


def _one_line(words: str) -> str:
    return " ".join(words.split())
