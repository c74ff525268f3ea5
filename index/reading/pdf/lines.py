"""From the characters of a page to its printed lines in reading order: pure geometry, in the reading frame.

The order of the content stream is kept, since it knows of columns and tables what geometry can only guess. What is
set right: a line that pdfium broke in two, ruby above a line, and headers and footers out of their place.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from index.reading.pdf.glyphs import Glyph

_KANA = re.compile("[ぁ-ゖゝゞァ-ヺー]+")
_RUBY_HEIGHT = 0.65  # of the line below; ruby is set at half the size
_SAME_LINE = 0.5  # share of the lower height that must overlap
_FURNITURE = 4  # lines at either end of the stream that may be a header or footer
_DISORDER = 0.2  # share of lines that go back upwards before the order counts as lost


@dataclass(slots=True)
class PrintedLine:
    """One printed line, left to right; its box leaves out white space."""

    glyphs: list[Glyph]

    def __post_init__(self) -> None:
        inked = [glyph for glyph in self.glyphs if not glyph.char.isspace()] or self.glyphs
        self.left = min(glyph.left for glyph in inked)
        self.right = max(glyph.right for glyph in inked)
        self.bottom = min(glyph.bottom for glyph in inked)
        self.top = max(glyph.top for glyph in inked)
        self.height = median(glyph.height for glyph in inked)

    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    top: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class PageLines:
    """A page's lines; `ordered` is False where their order could not be made out."""

    lines: list[PrintedLine]
    ordered: bool


def page_lines(fragments: Sequence[Sequence[Glyph]]) -> PageLines:
    """The lines of a page from what pdfium gives as its lines."""
    filled = [fragment for fragment in fragments if any(not glyph.char.isspace() for glyph in fragment)]
    if not filled:
        return PageLines([], True)
    size = median(glyph.height for fragment in filled for glyph in fragment)
    lines = _joined(_without_ruby([PrintedLine(part) for fragment in filled for part in _parts(fragment, size)]))
    lines = _furniture_in_place(lines)
    if _climbs(lines) <= max(2, _DISORDER * len(lines)):
        return PageLines(lines, True)
    if _columns(lines):
        return PageLines(lines, False)
    return PageLines(_joined(sorted(lines, key=lambda line: -line.bottom)), True)


def _parts(fragment: Sequence[Glyph], size: float) -> list[list[Glyph]]:
    """Parts a fragment where small kana begin or end: pdfium puts ruby into the line that it stands above."""
    parts: list[list[Glyph]] = [[]]
    small = False
    for glyph in fragment:
        tiny = glyph.height < size * _RUBY_HEIGHT and not glyph.char.isspace()
        if parts[-1] and tiny != small and not glyph.char.isspace():
            parts.append([])
        if not glyph.char.isspace():
            small = tiny
        parts[-1].append(glyph)
    if any(_is_kana(part) for part in parts):
        return parts
    return [list(fragment)]


def _is_kana(glyphs: Sequence[Glyph]) -> bool:
    return bool(_KANA.fullmatch("".join(glyph.char for glyph in glyphs if not glyph.char.isspace())))


def _without_ruby(lines: list[PrintedLine]) -> list[PrintedLine]:
    """Leaves out readings printed above characters: the word itself is there, and a reading would break it in two."""
    small = {id(line): _is_kana(line.glyphs) for line in lines}
    if not any(small.values()):
        return lines
    kept = []
    for place, line in enumerate(lines):
        near = lines[max(0, place - 3) : place + 4]
        if not (small[id(line)] and any(_is_ruby(line, base) for base in near)):
            kept.append(line)
    return kept


def _is_ruby(line: PrintedLine, base: PrintedLine) -> bool:
    if base is line or line.height > base.height * _RUBY_HEIGHT:
        return False
    above = -0.4 * base.height <= line.bottom - base.top <= 0.5 * base.height
    return above and line.left >= base.left - base.height and line.right <= base.right + base.height


def _joined(lines: list[PrintedLine]) -> list[PrintedLine]:
    """Joins what stands beside each other on one line, in the order of the stream."""
    joined: list[PrintedLine] = []
    for line in lines:
        if joined and _beside(joined[-1], line):
            glyphs = sorted([joined[-1].glyphs, line.glyphs], key=lambda part: part[0].left)
            glyphs[1][0].spaced = True
            joined[-1] = PrintedLine([*glyphs[0], *glyphs[1]])
        else:
            joined.append(line)
    return joined


def _beside(before: PrintedLine, after: PrintedLine) -> bool:
    overlap = min(before.top, after.top) - max(before.bottom, after.bottom)
    if overlap < _SAME_LINE * min(before.height, after.height):
        return False
    slack = 0.3 * max(before.height, after.height)
    return after.left >= before.right - slack or after.right <= before.left + slack


def _furniture_in_place(lines: list[PrintedLine]) -> list[PrintedLine]:
    """A foot that the stream gives first goes to the end, a header that it gives last to the beginning."""
    lines = list(lines)
    feet: list[PrintedLine] = []
    heads: list[PrintedLine] = []
    while len(feet) < _FURNITURE and (line := _lowest_first(lines)):
        lines.remove(line)
        feet.insert(0, line)
    while len(heads) < _FURNITURE and (line := _highest_last(lines)):
        lines.remove(line)
        heads.append(line)
    return [*heads, *lines, *feet]


def _lowest_first(lines: list[PrintedLine]) -> PrintedLine | None:
    """The lowest line of the page, if the stream gives it among its first though more lines follow."""
    if len(lines) < 2:
        return None
    lowest, next_ = sorted(lines, key=lambda line: line.top)[:2]
    place = next(index for index, line in enumerate(lines) if line is lowest)
    early = place < min(_FURNITURE, len(lines) - 1)
    return lowest if early and lowest.top <= next_.bottom + 0.5 * lowest.height else None


def _highest_last(lines: list[PrintedLine]) -> PrintedLine | None:
    if len(lines) < 2:
        return None
    highest, next_ = sorted(lines, key=lambda line: -line.bottom)[:2]
    place = next(index for index, line in enumerate(lines) if line is highest)
    late = place >= max(len(lines) - _FURNITURE, 1)
    return highest if late and highest.bottom >= next_.top - 0.5 * highest.height else None


def _climbs(lines: list[PrintedLine]) -> int:
    """How often a line stands above the one before it without beginning a new column or cell."""
    return sum(
        after.bottom >= before.top - 0.3 * before.height and after.left < before.right
        for before, after in itertools.pairwise(lines)
    )


def _columns(lines: list[PrintedLine]) -> bool:
    """Whether many lines stand beside others, so that going by height would mix columns."""
    ordered = sorted(lines, key=lambda line: -line.top)
    pairs = sum(_beside(before, after) for before, after in itertools.pairwise(ordered))
    return pairs > 0.25 * len(lines)
