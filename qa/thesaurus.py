"""Everyday words for the words of minutes: what else a question's words may be called."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from index.lexical import tokens

Alternatives = Mapping[str, frozenset[tuple[str, ...]]]
"""By token of the question: token sequences each of which may stand for it."""


def alternatives(text: str, asked: tuple[str, ...], synonyms: Callable[[str], set[str]]) -> Alternatives:
    """What else the tokens `asked` of a question's `text` (normalised) may be called.

    Two sources: `synonyms` of single tokens (Sudachi's), and thesaurus.toml, whose rows apply where one of
    their members stands in the text, by its tokens.
    """
    found: dict[str, set[tuple[str, ...]]] = {
        token: {(synonym,) for synonym in same} for token in asked if (same := synonyms(token))
    }
    present = set(tokens(text))
    for row in _rows():
        for member in row:
            if member and set(member) <= present:
                others = {other for other in row if other != member}
                for token in set(member) & set(asked):
                    found.setdefault(token, set()).update(others)
    return {token: frozenset(others) for token, others in found.items()}


@cache
def _rows() -> tuple[tuple[tuple[str, ...], ...], ...]:
    table = tomllib.loads(Path(__file__).with_name("thesaurus.toml").read_text(encoding="utf-8"))
    rows = [tuple(tuple(tokens(member)) for member in row) for row in table["rows"]]
    # A member of particles alone has no tokens, and nothing would stand for everything.
    return tuple(tuple(member for member in row if member) for row in rows)
