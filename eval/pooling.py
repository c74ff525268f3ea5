"""Pools the runs of several systems for judging, and makes qrels of what judges said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

from eval.questions import Item
from eval.statistics import kappa
from eval.trec import Run
from index.identity import identity
from index.search import Snapshot
from qa.judging import GRADES, Judgements, Pooled
from qa.render.text import speaker_name

SEED = 1


@dataclass(frozen=True, slots=True)
class Pool:
    """What is to be judged, and what of the runs could not be pooled."""

    statements: tuple[Pooled, ...]
    unknown: tuple[str, ...]
    """Statements that the index does not hold."""
    unasked: tuple[str, ...]
    """Queries that have no question."""


def pooled(
    runs: Iterable[Run], depth: int, items: Sequence[Item], snapshot: Snapshot, before: Sequence[Pooled]
) -> Pool:
    """The union of the first `depth` statements of every run, question by question.

    Those of one question stand in an order that does not betray which system found what. What a pool held `before`
    stays as it is, so that no judgement loses its statement.
    """
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for run in runs:
        for query in run.scores:
            wanted[query].update(run.ranking(query)[:depth])
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
    linear weighted kappa of the three grades; all three are None where no statement was judged by both.
    """

    one: str
    other: str
    both: int
    agreement: float | None
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
    if not both:
        return Agreement(one, other, 0, None, None, None, ())
    return Agreement(
        one,
        other,
        len(both),
        1 - len(differences) / len(both),
        kappa([min(grade, 1) for grade in first], [min(grade, 1) for grade in second]),
        kappa(first, second, weighted=True),
        differences,
    )


def settled(judges: Iterable[Judgements]) -> Judgements:
    """One grade for each statement that anybody judged: where judges differ, the lower one."""
    grades: Judgements = {}
    for judgements in judges:
        for key, grade in judgements.items():
            grades[key] = min(grade, grades.get(key, max(GRADES)))
    return grades


def qrels(pool: Sequence[Pooled], grades: Judgements) -> dict[str, dict[str, int]]:
    """The grades of the pool's statements by question, in the order of the pool, grade 0 included."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for one in pool:
        if one.key in grades:
            found[one.query][one.statement] = grades[one.key]
    return found


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
