"""The text of a PDF with its white space: indents, gaps and empty lines as they were printed.

pdfium drops them, and they tell a new paragraph from the next line of the last. White space is given in
ideographic spaces, as in a text file of minutes; it is never part of what a quote is compared with.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from index.reading.pdf.glyphs import Glyph
from index.reading.pdf.lines import PrintedLine

_SPACE = "\u3000"
_MAX_SPACES = 60
_SUPPORT = 0.04  # share of a document's lines that must begin at a margin
_COLUMN = 4  # lines that make a column
_BLANK = 1.75  # of the usual distance between lines: from here on there is an empty line between


@dataclass(frozen=True, slots=True)
class Row:
    """A printed line as text without white space at its ends, and where it stands, in points."""

    text: str
    left: float
    bottom: float
    height: float
    column: float | None = None
    """Where the lines of its column begin, on a page with several."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a page; `pitch` is the distance from one character to the next, 0 for a page without any."""

    rows: tuple[Row, ...]
    pitch: float


@dataclass(frozen=True, slots=True)
class Measures:
    """What is usual in a document, in points: `pitch` between characters, `leading` between lines.

    `margins` are where lines begin on odd and on even pages.
    """

    pitch: float
    leading: float
    margins: tuple[float, float]


def rows_of(lines: Sequence[PrintedLine]) -> Rows:
    """The lines of a page as text."""
    if not lines:
        return Rows((), 0.0)
    pitch = _pitch(lines)
    starts = _columns(lines, pitch)
    rows = (
        Row(_text(line, pitch), line.left, line.bottom, line.height, start)
        for line, start in zip(lines, starts, strict=True)
    )
    return Rows(tuple(rows), pitch)


def _columns(lines: Sequence[PrintedLine], pitch: float) -> list[float | None]:
    """Where the column of each line begins; None for the first column and on a page that has only one.

    A column begins where the stream goes on higher up and beside all that came before.
    """
    columns: list[list[PrintedLine]] = [[]]
    right = 0.0
    for before, after in itertools.pairwise([lines[0], *lines]):
        if columns[-1] and after.bottom >= before.top and after.left >= right:
            columns.append([])
        columns[-1].append(after)
        right = max(right, after.right)
    starts: list[float | None] = []
    for place, column in enumerate(columns):
        several = place > 0 and len(column) >= _COLUMN and len(columns[0]) >= _COLUMN
        start = _margin([line.left for line in column], pitch) if several else None
        starts.extend(start for _ in column)
    return starts


def _pitch(lines: Sequence[PrintedLine]) -> float:
    steps: Counter[float] = Counter()
    for line in lines:
        for before, after in zip(line.glyphs, line.glyphs[1:], strict=False):
            if before.wide and after.wide:
                step = after.left - before.left
                if 0.8 * before.height < step < 1.3 * before.height:
                    steps[round(step, 1)] += 1
    if steps:
        return median(steps.elements())
    return max(1.0, median(line.height for line in lines))


def measures(pages: Sequence[Rows]) -> Measures:
    """The measures of a document with at least one row."""
    pitch = median(page.pitch for page in pages for _ in page.rows)
    distances = [
        before.bottom - after.bottom
        for page in pages
        for before, after in zip(page.rows, page.rows[1:], strict=False)
        if before.bottom - after.bottom > 0.5 * before.height
    ]
    odd = _margin([row.left for page in pages[::2] for row in page.rows], pitch)
    even = _margin([row.left for page in pages[1::2] for row in page.rows], pitch)
    if len(pages) < 4 or odd is None or even is None:
        odd = even = _margin([row.left for page in pages for row in page.rows], pitch)
    return Measures(pitch, median(distances) if distances else pitch * 1.5, (odd or 0.0, even or 0.0))


def _margin(lefts: Sequence[float], pitch: float) -> float | None:
    """The leftmost place where enough lines begin; None without lines."""
    counted = Counter(round(left, 1) for left in lefts)
    needed = max(2.0, _SUPPORT * len(lefts))
    starts = sorted(counted)
    for start in starts:
        if sum(counted[other] for other in starts if start <= other < start + 0.4 * pitch) >= needed:
            return start
    return starts[0] if starts else None


def page_text(page: Rows, number: int, usual: Measures) -> str:
    """The text of one page, counted from 0, a line for each printed line."""
    margin = usual.margins[number % 2]
    lines: list[str] = []
    before: Row | None = None
    for row in page.rows:
        if before and before.bottom - row.bottom >= _BLANK * max(usual.leading, 1.1 * row.height):
            lines.append("")
        start = margin if row.column is None or row.left < row.column - usual.pitch else row.column
        indent = min(_MAX_SPACES, max(0, round((row.left - start) / usual.pitch)))
        lines.append(_SPACE * indent + row.text)
        before = row
    return "\n".join(lines)


def _text(line: PrintedLine, pitch: float) -> str:
    """The characters of a line with the gaps between them, without white space at its ends."""
    parts: list[str] = []
    before: Glyph | None = None
    blank = ""
    for glyph in line.glyphs:
        if glyph.char.isspace():
            blank += glyph.char
            continue
        if before is not None:
            parts.append(_between(before, glyph, blank, pitch))
        parts.append(glyph.char)
        before, blank = glyph, ""
    return "".join(parts)


def _between(before: Glyph, after: Glyph, blank: str, pitch: float) -> str:
    """The white space between two characters: as the source has it, or as wide as it was printed."""
    if _SPACE in blank:
        return blank
    if not (blank or after.spaced):
        return ""
    gap = after.left - before.right
    wide = before.wide or after.wide
    if gap >= (0.75 if wide else 1.5) * pitch:
        return _SPACE * min(_MAX_SPACES, max(1, round(gap / pitch)))
    return " " if blank or gap >= 0.4 * pitch or not (before.wide and after.wide) else ""
