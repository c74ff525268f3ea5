"""The characters of a PDF page with their places, as pdfium finds them.

Places are given in the reading frame of the page: turned so that lines of text run from left to right and follow
each other downwards, whatever the rotation of the page. Vertical text is turned as well: its columns become lines.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from dataclasses import dataclass

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage

from index.reading.limits import MAX_PAGE_CHARACTERS

UNKNOWN = "\ufffd"
"""Stands for a glyph whose font does not say which character it is; it never leaves this package."""

_HYPHENS = {0x02: "-", 0xFFFE: "-"}  # what pdfium gives for a hyphen that is printed at the end of a line
# Bullets of the symbol fonts of office programs, which have no characters of their own.
_SYMBOLS = {0xF0B7: "・", 0xF06C: "●", 0xF06E: "■", 0xF06F: "□", 0xF075: "◆", 0xF0A7: "▪", 0xF0D8: "➢", 0xF0FC: "✓"}
_SAMPLE = 24  # every 24th character is asked for its angle: enough to tell how a page lies
_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff]"
)


Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""


class PageTooLarge(Exception):
    """A page holds more characters than any page of print."""


@dataclass(slots=True)
class Glyph:
    """One character in the reading frame; `index` is pdfium's, `spaced` tells that pdfium saw a gap before it."""

    char: str
    left: float
    bottom: float
    right: float
    top: float
    index: int
    spaced: bool = False

    @property
    def height(self) -> float:
        """The height of its line as the font gives it, in points."""
        return self.top - self.bottom

    @property
    def wide(self) -> bool:
        """Whether it is a character of Chinese, Japanese or Korean print, as wide as high."""
        return bool(_WIDE.match(self.char))


@dataclass(frozen=True, slots=True)
class Frame:
    """How user space (x, y) becomes the displayed page, and the displayed page the reading frame.

    `rotation` is the page's, `turn` the text's: quarters clockwise from 0 to 3. `crop` is the visible box.
    """

    rotation: int
    turn: int
    crop: Rectangle

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the displayed page in points."""
        left, bottom, right, top = self.crop
        width, height = right - left, top - bottom
        return (height, width) if self.rotation % 2 else (width, height)

    def displayed(self, left: float, bottom: float, right: float, top: float) -> Rectangle:
        """A rectangle of user space on the displayed page, whose lower left corner is (0, 0)."""
        x0, y0, x1, y1 = self.crop
        if self.rotation == 1:
            return bottom - y0, x1 - right, top - y0, x1 - left
        if self.rotation == 2:
            return x1 - right, y1 - top, x1 - left, y1 - bottom
        if self.rotation == 3:
            return y1 - top, left - x0, y1 - bottom, right - x0
        return left - x0, bottom - y0, right - x0, top - y0

    def reading(self, left: float, bottom: float, right: float, top: float) -> Rectangle:
        """A rectangle of user space in the reading frame."""
        left, bottom, right, top = self.displayed(left, bottom, right, top)
        width, height = self.size
        if self.turn == 3:
            return bottom, width - right, top, width - left
        if self.turn == 2:
            return width - right, height - top, width - left, height - bottom
        if self.turn == 1:
            return height - top, left, height - bottom, right
        return left, bottom, right, top

    def from_reading(self, left: float, bottom: float, right: float, top: float) -> Rectangle:
        """A rectangle of the reading frame on the displayed page."""
        width, height = self.size
        if self.turn == 3:
            return width - top, left, width - bottom, right
        if self.turn == 2:
            return width - right, height - top, width - left, height - bottom
        if self.turn == 1:
            return bottom, height - right, top, height - left
        return left, bottom, right, top


@dataclass(frozen=True, slots=True)
class PageGlyphs:
    """A page's characters in pdfium's order, parted where pdfium ends a line."""

    fragments: list[list[Glyph]]
    frame: Frame
    vertical: bool


def page_glyphs(page: PdfPage) -> PageGlyphs:
    """Raises PageTooLarge for more than MAX_PAGE_CHARACTERS characters."""
    layer = page.get_textpage()
    try:
        raw = layer.raw
        count = pdfium.FPDFText_CountChars(raw)
        if count > MAX_PAGE_CHARACTERS:
            raise PageTooLarge
        flat = Frame((page.get_rotation() // 90) % 4, 0, page.get_bbox())
        turn = _turn(raw, count, flat.rotation)
        fragments = _fragments(raw, count, Frame(flat.rotation, turn, flat.crop))
        vertical = turn == 0 and _runs_downwards(fragments)
        if vertical:
            turn = 1
            fragments = _fragments(raw, count, Frame(flat.rotation, turn, flat.crop))
        return PageGlyphs(fragments, Frame(flat.rotation, turn, flat.crop), vertical)
    finally:
        layer.close()


def _turn(layer: pdfium.FPDF_TEXTPAGE, count: int, rotation: int) -> int:
    """How many quarters clockwise the displayed text is turned, by most of its characters."""
    turns = Counter(
        round(pdfium.FPDFText_GetCharAngle(layer, index) / (math.pi / 2)) for index in range(0, count, _SAMPLE)
    )
    return (turns.most_common(1)[0][0] + rotation) % 4 if turns else 0


def _fragments(layer: pdfium.FPDF_TEXTPAGE, count: int, frame: Frame) -> list[list[Glyph]]:
    box = pdfium.FS_RECTF()
    fragments: list[list[Glyph]] = [[]]
    spaced = False
    lead = 0
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(layer, index)
        if code in (10, 13):
            if fragments[-1]:
                fragments.append([])
            spaced = False
            continue
        if code == 32 and pdfium.FPDFText_IsGenerated(layer, index):
            spaced = True
            continue
        if 0xD800 <= code < 0xDC00:
            lead = code
            continue
        if lead and 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((lead - 0xD800) << 10) + code - 0xDC00
        lead = 0
        char = _char(layer, index, code)
        if not char or not pdfium.FPDFText_GetLooseCharBox(layer, index, box):
            continue
        place = frame.reading(box.left, box.bottom, box.right, box.top)
        fragments[-1].append(Glyph(char, *place, index, spaced))
        spaced = False
    return [fragment for fragment in fragments if fragment]


def _char(layer: pdfium.FPDF_TEXTPAGE, index: int, code: int) -> str:
    """The character as text; empty for what prints nothing."""
    if code in _HYPHENS:
        return _HYPHENS[code]
    if code in _SYMBOLS:
        return _SYMBOLS[code]
    if code == 0xFFFD or 0xD800 <= code < 0xE000 or pdfium.FPDFText_HasUnicodeMapError(layer, index) == 1:
        return UNKNOWN
    if code in (9, 11, 12):
        return " "
    if code < 32 or 0x7F <= code < 0xA0:
        return ""
    return chr(code)


def _runs_downwards(fragments: list[list[Glyph]]) -> bool:
    """Whether most characters stand below the one before them."""
    down = across = 0
    for fragment in fragments:
        for before, after in itertools.pairwise(fragment):
            if abs(after.left - before.left) > abs(after.top - before.top):
                across += 1
            elif after.top < before.top:
                down += 1
    return down > across
