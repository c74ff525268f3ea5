"""Pools the runs of several systems for judging, and makes qrels of what judges said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from pathlib import Path

import numpy as np

from eval.questions import Item
from index.errors import UsageError
from index.identity import identity
from index.search import Snapshot
from qa.judging import GRADES, Judgements, Pooled
from qa.render.text import speaker_name

SEED = 1


def best_of(path: Path, depth: int) -> dict[str, list[str]]:
    """The first `depth` documents of each query of a TREC run (qid Q0 docid rank score tag), best score first.

    Equal scores stand in the order of the documents' ids. Raises UsageError that names the line.
    """
    found: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the run {path.name!r} cannot be read ({type(error).__name__})") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                query, _, document, _, score, _ = line.split()
                found[query].append((-float(score), document))
            except ValueError as error:
                raise UsageError(f"{path.name}, line {number} is not: qid Q0 docid rank score tag") from error
    return {query: [document for _, document in sorted(listed)[:depth]] for query, listed in found.items()}


@dataclass(frozen=True, slots=True)
class Pool:
    """What is to be judged, and what of the runs could not be pooled."""

    statements: tuple[Pooled, ...]
    unknown: tuple[str, ...]
    """Statements that the index does not hold."""
    unasked: tuple[str, ...]
    """Queries that have no question."""


def pooled(
    runs: Iterable[Mapping[str, Sequence[str]]], items: Sequence[Item], snapshot: Snapshot, before: Sequence[Pooled]
) -> Pool:
    """The union of the runs, question by question, each in an order that does not betray which system found what.

    What a pool held `before` stays as it is, so that no judgement loses its statement.
    """
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for run in runs:
        for query, documents in run.items():
            wanted[query].update(documents)
    by_query = {item.id: item for item in items}
    kept = {one.key: one for one in before}
    added, unknown = [], set()
    for query in sorted(wanted.keys() & by_query.keys(), key=list(by_query).index):
        for document in sorted(wanted[query], key=lambda one: identity(SEED, query, one)):
            if (query, document) not in kept:
                one = _statement(by_query[query], document, snapshot)
                if one is None:
                    unknown.add(document)
                else:
                    added.append(one)
    return Pool((*before, *added), tuple(sorted(unknown)), tuple(sorted(wanted.keys() - by_query.keys())))


def _statement(item: Item, document: str, snapshot: Snapshot) -> Pooled | None:
    found = snapshot.statement(document)
    if found is None:
        return None
    row, statement = found
    return Pooled(
        item.id,
        item.question,
        item.history,
        item.kind,
        statement.id,
        statement.text,
        speaker_name(statement.speaker) if statement.speaker else None,
        row.meeting.title,
        row.meeting.date,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A statement on which two judges differ."""

    of: Pooled
    one: int
    other: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two judges agree on the `both` statements that both judged.

    `agreement` is the share of equal grades; `binary` is Cohen's kappa of relevant (1, 2) against not, `weighted` his
    linear weighted kappa of the three grades. None where kappa has no value.
    """

    one: str
    other: str
    both: int
    agreement: float
    binary: float | None
    weighted: float | None
    differences: tuple[Difference, ...]


def agreements(pool: Sequence[Pooled], judges: Mapping[str, Judgements]) -> tuple[Agreement, ...]:
    """Every pair of judges."""
    return tuple(_agreement(pool, judges, one, other) for one, other in combinations(judges, 2))


def _agreement(pool: Sequence[Pooled], judges: Mapping[str, Judgements], one: str, other: str) -> Agreement:
    both = [entry for entry in pool if entry.key in judges[one] and entry.key in judges[other]]
    first, second = ([judges[name][entry.key] for entry in both] for name in (one, other))
    differences = tuple(
        Difference(entry, mine, theirs)
        for entry, mine, theirs in zip(both, first, second, strict=True)
        if mine != theirs
    )
    return Agreement(
        one,
        other,
        len(both),
        1 - len(differences) / len(both) if both else 0.0,
        kappa([min(grade, 1) for grade in first], [min(grade, 1) for grade in second]),
        kappa(first, second),
        differences,
    )


def kappa(one: Sequence[int], other: Sequence[int]) -> float | None:
    """Cohen's kappa (1960) with linear weights (1968): a difference of two grades counts twice one of one.

    For two grades that is the plain kappa. None without judgements, and where both always gave one and the same
    grade: chance alone would then agree as well.
    """
    if not one:
        return None
    first, second = (np.bincount(grades, minlength=len(GRADES)) / len(one) for grades in (one, other))
    apart = np.abs(np.subtract.outer(np.arange(len(GRADES)), np.arange(len(GRADES))))
    expected = float(first @ apart @ second)
    return 1 - float(np.abs(np.subtract(one, other)).mean()) / expected if expected else None


def settled(judges: Iterable[Judgements]) -> Judgements:
    """One grade for each statement that anybody judged: where judges differ, the lower one."""
    grades: Judgements = {}
    for judgements in judges:
        for key, grade in judgements.items():
            grades[key] = min(grade, grades.get(key, max(GRADES)))
    return grades


def qrels_lines(pool: Sequence[Pooled], grades: Judgements) -> Iterator[str]:
    """TREC qrels (qid 0 docid grade) in the order of the pool, grade 0 included. Raises UsageError for a bad id."""
    for one in pool:
        if one.key in grades:
            if one.query.split() != [one.query]:
                raise UsageError(f"the question id {one.query!r} holds white space, which a TREC file cannot hold")
            yield f"{one.query} 0 {one.statement} {grades[one.key]}"


def question_lines(pool: Sequence[Pooled], grades: Judgements) -> Iterator[dict[str, object]]:
    """The questions for which something relevant was found, with the statements as quotes, in the order of the pool."""
    for query, group in groupby(pool, key=lambda one: one.query):
        entries = list(group)
        relevant = [{"quote": one.text, "grade": grades[one.key]} for one in entries if grades.get(one.key)]
        if relevant:
            yield {
                "id": query,
                "question": entries[0].question,
                "history": list(entries[0].history),
                "relevant": relevant,
                "unanswerable": False,
                "speaker": None,
                "kind": entries[0].kind,
            }
