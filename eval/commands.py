"""What a command of python -m eval gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """What a command prints, and what does not hold or had to be left out (then it exits with 1)."""

    text: str = ""
    left_out: tuple[str, ...] = ()
