"""Where a quote stands on the page images of a PDF, computed from the file when somebody looks."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import SourceError
from index.minutes import Span
from index.reading.document import Document
from index.reading.files import content_of
from index.reading.formats import format_of
from index.reading.sandbox import SANDBOX


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a displayed page, in points from its lower left corner; `width` and `height` are the page's.

    Pages are counted from 1. On an image of the page the rectangle begins at left / width of its width.
    """

    page: int
    left: float
    bottom: float
    right: float
    top: float
    width: float
    height: float


def boxes(source: Path | bytes, document: Document, spans: Sequence[Span]) -> list[Box]:
    """Rectangles that cover the spans, one for each printed line, in the order of the spans.

    `source` is the PDF that `document` was read from, or a ZIP that holds it. Raises SourceError if the file is
    another by now, is no PDF, or prints something else at these places.
    """
    content = _pdf(source, document)
    wanted = []
    for span in spans:
        start = document.pages[span.page - 1]
        end = document.pages[span.page] - 1 if span.page < len(document.pages) else len(document.text)
        wanted.append([span.page, document.text[start:end], span.start - start, min(span.end, end) - start])
    found = SANDBOX.ask("boxes", document.path, content, wanted=wanted)
    return [Box(**box) for box in found]


def page_image(source: Path | bytes, document: Document, page: int, scale: float = 1.5) -> bytes:
    """A page of the document, counted from 1, as a PNG image of `scale` pixels for each point.

    Raises SourceError as `boxes` does, and for a page that is not there.
    """
    if not 1 <= page <= len(document.pages):
        raise SourceError(f"{document.path}: there is no page {page}; it has {len(document.pages)}")
    content = _pdf(source, document)
    return base64.b64decode(SANDBOX.ask("image", document.path, content, page=page, scale=scale))


def prepare() -> None:
    """Start the child process that renders pages, so that the first page takes no longer than the next.

    Raises SourceError if it does not start.
    """
    SANDBOX.ask("ready", "page images", b"")


def _pdf(source: Path | bytes, document: Document) -> bytes:
    content = original(source, document)
    if document.media != "pdf":
        raise SourceError(f"{document.path}: only a PDF has page images; show its text")
    return content


def original(source: Path | bytes, document: Document) -> bytes:
    """The very bytes that the document was read from; `source` as for `boxes`. Raises SourceError if they are gone."""
    name = document.path
    content: bytes | None = source if isinstance(source, bytes) else content_of(source, name)
    if content and hashlib.sha256(content).hexdigest() != document.sha256 and format_of(content, name) == "zip":
        member = SANDBOX.ask("member", name, content, sha256=document.sha256)
        content = None if member is None else base64.b64decode(member)
    if not content or hashlib.sha256(content).hexdigest() != document.sha256:
        raise SourceError(f"{name}: the file is not the one that was indexed; build the index again")
    return content
