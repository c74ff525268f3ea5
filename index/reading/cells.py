"""Tables as lines: one for each row, its cells side by side."""

from __future__ import annotations

from collections.abc import Sequence


def row_lines(cells: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a row: cells of one line stand beside each other, a cell of several lines begins on that line."""
    lines: list[str] = []
    joins = False
    for cell in cells:
        filled = without_gaps(cell)
        if not filled:
            continue
        if joins:
            lines[-1] = f"{lines[-1]}\u3000{filled[0].lstrip()}"
            lines.extend(filled[1:])
        else:
            lines.extend(filled)
        joins = len(filled) == 1
    return lines


def without_gaps(lines: Sequence[str]) -> list[str]:
    """Lines without empty ones at the ends and with no more than one between two others."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1].strip()):
            kept.append(line)
    if kept and not kept[-1].strip():
        kept.pop()
    return kept
