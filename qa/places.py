"""Where the sentences of a statement stand in its document."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from index.identity import squeezed
from index.minutes import Span, Statement


def quote_spans(statement: Statement, quotes: Iterable[str], document: str) -> tuple[Span, ...]:
    """The parts of the statement's spans that hold these sentences of it; a quote that is not in it has none.

    `document` is the text that the spans are slices of.
    """
    letters = [
        (number, place)
        for number, span in enumerate(statement.spans)
        for place in range(span.start, span.end)
        if not document[place].isspace()
    ]
    text = squeezed(statement.text)
    found: list[Span] = []
    for quote in map(squeezed, quotes):
        start = text.find(quote)
        if not quote or start < 0:
            continue
        for number, part in groupby(letters[start : start + len(quote)], lambda letter: letter[0]):
            held = [place for _, place in part]
            found.append(Span(statement.spans[number].page, held[0], held[-1] + 1))
    return tuple(found)
