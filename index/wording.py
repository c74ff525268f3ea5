"""Two wordings of one thing, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of two wordings: in both, only in the later, or only in the earlier."""

    kind: Literal["same", "added", "removed"]
    text: str


def differences(before: str, after: str) -> tuple[Stretch, ...]:
    """The stretches that two texts share, and those that only one of them has, in the order of reading."""
    stretches: list[Stretch] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            stretches.append(Stretch("same", before[a:b]))
            continue
        stretches += [Stretch("removed", before[a:b])] if b > a else []
        stretches += [Stretch("added", after[c:d])] if d > c else []
    return tuple(stretches)
