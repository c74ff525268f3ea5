"""A stand-in for Japanese fonts that neither a PDF nor this machine holds.

Many older PDFs name MS Mincho without bringing it along. pdfium then knows no size for its characters and drops
what has none: a run of a single character, a turned line. It is given a font of a few hundred bytes that has an
empty square for every character. Only places are taken from it; the text is the PDF's own.
"""

from __future__ import annotations

import ctypes
import struct
from typing import Any

import pypdfium2

_EAST_ASIAN = (128, 129, 134, 136)  # character sets of Windows: Japanese, Korean, simplified and traditional Chinese
_HANDLE = 0x5374616E
_EM = 1000


class StandIn(pypdfium2.PdfSysfontBase):  # type: ignore[misc]
    """Gives the stand-in where the machine has no font for an East Asian character set."""

    def __init__(self) -> None:
        super().__init__()
        self.font = square_font()

    def MapFont(self, _: Any, weight: int, italic: int, charset: int, pitch: int, face: Any, exact: Any) -> Any:  # noqa: D102, N802 pdfium names them
        found = self.default.MapFont(self.default, weight, italic, charset, pitch, face, exact)
        return _HANDLE if not found and charset in _EAST_ASIAN else found

    def GetFontData(self, _: Any, font: Any, table: int, buffer: Any, size: int) -> int:  # noqa: D102, N802
        if font != _HANDLE:
            return int(self.default.GetFontData(self.default, font, table, buffer, size))
        if table != 0:
            return 0
        if buffer and size >= len(self.font):
            ctypes.memmove(buffer, self.font, len(self.font))
        return len(self.font)

    def GetFaceName(self, _: Any, font: Any, buffer: Any, size: int) -> int:  # noqa: D102, N802
        return 0 if font == _HANDLE else int(self.default.GetFaceName(self.default, font, buffer, size))

    def GetFontCharset(self, _: Any, font: Any) -> int:  # noqa: D102, N802
        return _EAST_ASIAN[0] if font == _HANDLE else int(self.default.GetFontCharset(self.default, font))

    def DeleteFont(self, _: Any, font: Any) -> None:  # noqa: D102, N802
        if font != _HANDLE:
            self.default.DeleteFont(self.default, font)


def square_font() -> bytes:
    """A TrueType font whose only glyph besides the missing one stands for all of Unicode."""
    # An outline as high as a line, and one inside it: end points, no instructions, flags, steps in x, steps in y.
    ring = (0, _EM, 0, -_EM, 50, 0, 900, 0, -120, 0, _EM, 0, -950, 900, 0, -900)
    square = struct.pack(">hhhhhHHH8B16h", 2, 0, -120, _EM, 880, 3, 7, 0, *[1] * 8, *ring)
    square += b"\0" * (-len(square) % 4)
    cmap = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + struct.pack(">HHIIIIII", 13, 0, 28, 0, 1, 32, 0x10FFFF, 1)
    tables = {
        b"cmap": cmap,
        b"glyf": square,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _EM, 0, 0, 0, -120, _EM, 880, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, 880, -120, 0, _EM, 0, 0, _EM, 1, *[0] * 7, 2),
        b"hmtx": struct.pack(">HhHh", _EM, 0, _EM, 0),
        b"loca": struct.pack(">III", 0, 0, len(square)),
        b"maxp": struct.pack(">IH13H", 0x10000, 2, 8, 2, *[0] * 11),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 1, 0, 0, 0, 0),
    }
    directory = struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, 0)
    offset = 12 + 16 * len(tables)
    body = b""
    for name, table in sorted(tables.items()):
        directory += struct.pack(">4sIII", name, 0, offset + len(body), len(table))
        body += table + b"\0" * (-len(table) % 4)
    return directory + body
