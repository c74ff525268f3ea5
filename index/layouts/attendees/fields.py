"""Roles that were broken to fit their field of a table, joined again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from index.layouts.attendees.names import is_role
from index.layouts.lines import width_of


def indent_of(line: str) -> int:
    """The width of the blanks at the beginning of a line."""
    return width_of(line[: len(line) - len(line.lstrip())])


def unwrapped(lines: Sequence[str]) -> list[str]:
    """The lines with roles joined that were broken to fit their field (内閣官房内閣審 / 議官　　柏原　　裕君)."""
    alone = [
        line.rstrip()
        for line in lines
        if re.fullmatch(r"[\s　]+\S+", line.rstrip()) and not line.rstrip().endswith("君")
    ]
    sizes = Counter((indent_of(line), len(line.strip())) for line in alone)
    full = {
        (indent, size)
        for (indent, size), count in sizes.items()
        if count > 1 and size > 3 and size == max(other for margin, other in sizes if margin == indent)
    }
    joint: list[str] = []
    margin: int | None = None
    for line in lines:
        text = line.strip()
        goes_on = margin is not None and bool(text) and indent_of(line) >= margin
        # 国務大臣 may fill the field as well, and the line below it is another office: only 大臣 | 官房 is one.
        if goes_on and (not is_role(joint[-1].strip()) or text.startswith("官房") or _is_open(joint[-1])):
            joint[-1] += text
        else:
            joint.append(line.rstrip())
        broken = (line.rstrip() in alone and (indent_of(line), len(text)) in full) or _is_open(joint[-1])
        margin = indent_of(line) if broken else None
    return joint


def _is_open(line: str) -> bool:
    return len(re.findall("[（(]", line)) > len(re.findall("[)）]", line))
