"""A file of minutes as text, and what its format already says about who spoke."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

from index.minutes import Metadata

Media = Literal["text", "markdown", "html", "docx", "pdf", "records"]


@dataclass(frozen=True, slots=True)
class Speech:
    """One speech of a structured source: text[start:end] is what was said, text[label_start:start] prints by whom.

    `label_start` equals `start` where the source names nobody: then `kind` is narration, or head for what
    the record says of the meeting itself (出席委員, 付託案件). `agenda` need not stand in the text.
    """

    label_start: int
    start: int
    end: int
    kind: Literal["speech", "narration", "head"] = "speech"
    name: str | None = None
    role: str | None = None
    affiliation: str | None = None
    agenda: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One meeting of a file that says itself where its meetings begin: text[start:end].

    `stated` is what the source says of the meeting beside the text; `speeches` is empty where the text alone
    shows who speaks.
    """

    start: int
    end: int
    stated: Metadata = field(default_factory=Metadata)
    speeches: tuple[Speech, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One file as text. `path` is for display, `sha256` is of the file's bytes, `pages` holds where pages start.

    `parts` is empty unless the format itself parts the file into meetings; `warnings` are sentences for the
    operator about pages that could not be read as the others.
    """

    path: str
    sha256: str
    text: str
    pages: tuple[int, ...]
    media: Media
    parts: tuple[Part, ...] = ()
    warnings: tuple[str, ...] = ()


def page_of(document: Document, offset: int) -> int:
    """The page, counted from 1, on which the character at `offset` stands."""
    return max(1, bisect_right(document.pages, offset))


@dataclass(frozen=True, slots=True)
class Content:
    """What a format's reader makes of a file's bytes: a Document that does not know yet where it comes from.

    Pages begin after each form feed of `text`.
    """

    text: str
    media: Media
    parts: tuple[Part, ...] = ()
    warnings: tuple[str, ...] = ()
