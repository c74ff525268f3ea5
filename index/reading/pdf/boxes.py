"""Finds characters of a page's text among its glyphs, and renders pages."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pypdfium2

from index.errors import SourceError
from index.reading.limits import MAX_IMAGE_SIDE
from index.reading.pdf import MISSING, opened
from index.reading.pdf.glyphs import UNKNOWN, Glyph, PageGlyphs, page_glyphs
from index.reading.pdf.lines import page_lines

Wanted = tuple[int, str, int, int]
"""Page from 1, the text of that page, start and end in it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle on a displayed page, as `index.reading.Box`."""

    page: int
    left: float
    bottom: float
    right: float
    top: float
    width: float
    height: float


def find_boxes(content: bytes, name: str, wanted: Sequence[Wanted], beat: Callable[[], None]) -> list[Place]:
    """Rectangles for stretches of text, one a printed line. Raises SourceError where the page prints other text."""
    found: list[Place] = []
    with opened(content, name) as pdf:
        pages: dict[int, _Page] = {}
        for number, text, start, end in wanted:
            if number not in pages:
                pages[number] = _Page(pdf, number, text, name)
                beat()
            found.extend(pages[number].places(start, end))
    return found


class _Page:
    """The glyphs of a page, one for each character of its text that is no white space."""

    def __init__(self, pdf: pypdfium2.PdfDocument, number: int, text: str, name: str) -> None:
        page = pdf[number - 1]
        try:
            self.number = number
            self.found: PageGlyphs = page_glyphs(page)
            lines = page_lines(self.found.fragments).lines
            glyphs = [(row, glyph) for row, line in enumerate(lines) for glyph in line.glyphs]
            inked = [(row, glyph) for row, glyph in glyphs if not glyph.char.isspace()]
            places = [place for place, char in enumerate(text) if not char.isspace()]
            printed = "".join(glyph.char for _, glyph in inked).replace(UNKNOWN, MISSING)
            if printed != "".join(text.split()):
                raise SourceError(f"{name}: page {number} prints other text than was indexed; build the index again")
            self.by_place: dict[int, tuple[int, Glyph]] = dict(zip(places, inked, strict=True))
        finally:
            page.close()

    def places(self, start: int, end: int) -> Iterator[Place]:
        """One rectangle for each line that has characters between two offsets of the page's text."""
        rows: dict[int, list[Glyph]] = {}
        for place in range(start, end):
            if place in self.by_place:
                row, glyph = self.by_place[place]
                rows.setdefault(row, []).append(glyph)
        frame = self.found.frame
        for glyphs in rows.values():
            box = frame.from_reading(
                min(glyph.left for glyph in glyphs),
                min(glyph.bottom for glyph in glyphs),
                max(glyph.right for glyph in glyphs),
                max(glyph.top for glyph in glyphs),
            )
            yield Place(self.number, *(round(side, 2) for side in (*box, *frame.size)))


def render(content: bytes, name: str, page: int, scale: float, beat: Callable[[], None]) -> bytes:
    """A page, counted from 1, as PNG; the scale is lowered where the image would be larger than MAX_IMAGE_SIDE."""
    with opened(content, name) as pdf:
        shown = pdf[page - 1]
        try:
            fitting = min(scale, MAX_IMAGE_SIDE / max(shown.get_size()))
            bitmap = shown.render(scale=fitting)
            beat()
            target = io.BytesIO()
            bitmap.to_pil().save(target, "PNG")
            bitmap.close()
            return target.getvalue()
        finally:
            shown.close()
