"""Judgements resolved: which statements of an index the quoted passages of a question are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.questions import Item, Relevant, overlaps
from index.identity import squeezed
from index.minutes import Statement
from index.search import Filters, Snapshot

GRAM = 6
"""Two texts that share most of one share this many characters in a row, or one is shorter than twice as many."""


@dataclass(frozen=True, slots=True)
class Judgements:
    """For each question the statements that answer it and how well (qrels), and the passages found nowhere."""

    grades: Mapping[str, Mapping[str, int]]
    lost: tuple[tuple[str, Relevant], ...]


def every(snapshot: Snapshot) -> dict[int, Statement]:
    """All statements of an index by their row, in order."""
    rows = [hit.row for hit in snapshot.listed(Filters(), snapshot.version.statements)]
    found = snapshot.whole(rows)
    return {row: found[row] for row in rows if row in found}


def heads(snapshot: Snapshot) -> list[str]:
    """The lines of the heads of all meetings: answers to some questions, and no statements."""
    return [
        snapshot.document(row.document).text[span.start : span.end]
        for row in snapshot.meetings.values()
        for spans in row.meeting.head.values()
        for span in spans
    ]


def resolve(items: Iterable[Item], statements: Sequence[Statement], lines: Sequence[str] = ()) -> Judgements:
    """The statements that the judgements of `items` mean, whatever way the minutes were cut.

    Answers that are `lines` of a meeting's head are no statements, and not lost.
    """
    places = _Places(statements)
    grades: dict[str, dict[str, int]] = {}
    lost: list[tuple[str, Relevant]] = []
    for item in items:
        own: dict[str, int] = {}
        for entry in item.relevant:
            found = list(places.of(entry))
            if not found and not any(overlaps(line, entry.quote) for line in lines):
                lost.append((item.id, entry))
            for id_ in found:
                own[id_] = max(own.get(id_, 0), entry.grade)
        grades[item.id] = own
    return Judgements(grades, tuple(lost))


class _Places:
    """Statements by the runs of characters that they hold."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self._texts = {statement.id: statement.text for statement in statements}
        self._by_gram: dict[str, set[str]] = defaultdict(set)
        self._short = set()
        for id_, text in self._texts.items():
            bare = squeezed(text)
            if len(bare) < 2 * GRAM:
                self._short.add(id_)
            for gram in _grams(bare):
                self._by_gram[gram].add(id_)

    def of(self, entry: Relevant) -> Iterator[str]:
        if entry.statement is not None:
            if entry.statement in self._texts:
                yield entry.statement
            return
        bare = squeezed(entry.quote)
        near = set(self._texts) if len(bare) < 2 * GRAM else set(self._short)
        for gram in _grams(bare):
            near |= self._by_gram.get(gram, set())
        yield from (id_ for id_ in sorted(near) if overlaps(self._texts[id_], entry.quote))


def _grams(text: str) -> Iterator[str]:
    return (text[start : start + GRAM] for start in range(len(text) - GRAM + 1))
