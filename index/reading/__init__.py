"""A file becomes a Document: its text exactly as it stands, where its pages begin, and the hash of its bytes.

Text files keep their line ends; only a byte order mark is removed. The pages of a PDF are joined by form feeds.
Nothing is normalised, replaced or guessed: what cannot be read without loss is refused with SourceError.

PDF, DOCX, HTML, XML and ZIP are parsed in a child process with limits (`sandbox`, `limits`); text, CSV and JSON here.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from index.errors import SourceError
from index.reading.document import Document, Media, Part, Speech, page_of
from index.reading.files import content_of
from index.reading.formats import READABLE_SUFFIXES, Refused, format_of, read_content
from index.reading.places import Box, boxes, original, page_image, prepare
from index.reading.sandbox import SANDBOX
from index.reading.wire import found_from_json

__all__ = [
    "READABLE_SUFFIXES",
    "Box",
    "Document",
    "Media",
    "Part",
    "Refused",
    "Speech",
    "boxes",
    "digest_of_file",
    "member_digests",
    "original",
    "page_image",
    "page_of",
    "prepare",
    "read",
    "read_all",
]


def read(path: Path, name: str | None = None) -> Document:
    """The document in the file at `path`, called `name` in messages and citations (default: the file's name).

    Raises SourceError with one line that says which file, why, and what to do; for a ZIP of several files too.
    """
    name = name or path.name
    found = read_all(path, name)
    documents = [one for one in found if isinstance(one, Document)]
    refused = [one.reason for one in found if isinstance(one, Refused)]
    if not documents:
        raise SourceError(refused[0])
    if len(documents) > 1:
        raise SourceError(f"{name}: the ZIP holds {len(documents)} files of minutes; build an index, or unpack it")
    return replace(documents[0], warnings=(*documents[0].warnings, *refused))


def read_all(path: Path, name: str | None = None, root: Path | None = None) -> list[Document | Refused]:
    """Every document in the file at `path`: one, or those of a ZIP, named after it (`a.zip/inner/file.txt`).

    A member that cannot be read is a Refused beside the others. With `root`, no link on the way from that folder
    is followed. Raises SourceError if nothing of the file can be read.
    """
    name = name or path.name
    content = content_of(path, name, root)
    if format_of(content, name) == "text":
        return read_content(content, name, _nothing)
    return [found_from_json(found) for found in SANDBOX.ask("read", name, content)]


def digest_of_file(path: Path, name: str, root: Path) -> str:
    """SHA-256 of the bytes of the file at `path`, with the care of `read_all`. Raises SourceError."""
    return hashlib.sha256(content_of(path, name, root)).hexdigest()


def member_digests(path: Path) -> dict[str, str]:
    """SHA-256 of each file in a ZIP by its path inside. Raises SourceError for what is no readable ZIP."""
    content = content_of(path, path.name)
    found: dict[str, str] = SANDBOX.ask("digests", path.name, content)
    return {inner.removeprefix(f"{path.name}/"): sha256 for inner, sha256 in found.items()}


def _nothing() -> None:
    """Reading in this process tells nobody that it goes on."""
