"""Sets of questions with what they are asked of: minutes through the product, or passages all against all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Protocol

from eval.data import Passages
from eval.judgements import every, resolve
from eval.measures import by_score
from eval.passages import Scored
from eval.product import ASKED_FOR, TODAY, indexed
from eval.questions import Item, placed
from eval.runs import DEPTH, Kept, Outcome, Passage, Question, Run, content, stamp
from eval.statistics import overlap
from eval.systems import System
from index.encoder import load_encoder
from index.lexical import tokens
from index.matching import speaker_matches
from index.minutes import Statement
from index.proof import proven
from index.search import Index, Snapshot
from index.store import MeetingRow
from qa.answer import WEIGHED, Answer, Asked, ask, found, understood
from qa.citing import Cited
from qa.reranking import reranked

SHOWN = 10
"""Statements that are asked of the product at the most."""


class Subject(Protocol):
    """A set of questions by name, the files that it needs, and a run of a system over it."""

    @property
    def name(self) -> str:
        """What it is called in tables."""
        ...

    @property
    def needs(self) -> tuple[Path, ...]:
        """The files and folders that it is read from."""
        ...

    def runs(self, systems: Sequence[System], folder: Path | None) -> list[Run]:
        """A run of each of the systems, kept in `folder` where one is given. Raises ModelUnavailable."""
        ...


def _runs(
    subject: Subject, systems: Sequence[System], folder: Path | None, make: Callable[[Sequence[System]], Iterable[Run]]
) -> list[Run]:
    """Those that are kept, and the others made: all of one encoder and reranker together."""
    kept = Kept(folder, subject.name, subject.needs)
    there = {system: run for system in systems if (run := kept.get(system))}
    lacking = [system for system in systems if system not in there]
    for engines in dict.fromkeys((system.encoder, system.reranker) for system in lacking):
        for run in make([system for system in lacking if (system.encoder, system.reranker) == engines]):
            kept.put(run)
            there[run.system] = run
    return [there[system] for system in systems]


def missing(subject: Subject) -> tuple[str, ...]:
    """The names of the files that are not there."""
    return tuple(path.name for path in subject.needs if not path.exists())


@dataclass(frozen=True, slots=True)
class Part:
    """Questions about one collection of minutes."""

    folders: tuple[Path, ...]
    items: Callable[[], Sequence[Item]]


@dataclass(frozen=True, slots=True)
class MinutesSubject:
    """Questions asked through the product. Of `rounds` the median time counts; see `Run` for `refuses`."""

    name: str
    parts: tuple[Part, ...]
    files: tuple[Path, ...]
    rounds: int = 1
    refuses: bool = True

    @property
    def needs(self) -> tuple[Path, ...]:
        """The files of questions and the folders of minutes."""
        return (*self.files, *(folder for part in self.parts for folder in part.folders))

    def runs(self, systems: Sequence[System], folder: Path | None) -> list[Run]:
        """A run of each of the systems, kept in `folder` where one is given. Raises ModelUnavailable."""
        return _runs(self, systems, folder, self._made)

    def _made(self, systems: Sequence[System]) -> list[Run]:
        runs: list[list[Run]] = [[] for _ in systems]
        for part in self.parts:
            with indexed(part.folders, systems[0].encoder, systems[0].reranker) as index:
                items = placed(part.items(), index.snapshot())
                judged = _Judged(index.snapshot(), items)
                for own, system in zip(runs, systems, strict=True):
                    own.append(_Asking(index, judged, system, self).run())
        return [_joined(parts) for parts in runs]


class _Judged:
    """The questions about one index, with the statements that answer them."""

    def __init__(self, snapshot: Snapshot, items: Sequence[Item]) -> None:
        self.items = items
        self.statements = {statement.id: statement for statement in every(snapshot)}
        self.grades = resolve(items, list(self.statements.values())).grades
        self._snapshot = snapshot
        # Where there is one meeting, everything is about it.
        self._only = next((row.meeting.id for row in snapshot.meetings.values() if len(snapshot.meetings) == 1), None)
        self.questions = tuple(map(self._question, items))

    def _question(self, item: Item) -> Question:
        grades = self.grades[item.id]
        best = max(grades, key=lambda id_: grades[id_], default=None)
        said = tokens(item.question)
        held = tokens(self.statements[best].text) if best else []
        meeting = self._snapshot.statement(best) if best else None
        filters = understood(Asked(item.question, item.history), self._snapshot, TODAY)[1]
        return Question(
            id=item.id,
            text=" → ".join((*item.history, item.question)),
            kind=item.kind,
            cluster=meeting[0].meeting.id if meeting else self._only or item.id,
            unanswerable=item.unanswerable,
            grades=grades,
            speaker=item.speaker,
            asked=item.speaker is not None and item.kind in ASKED_FOR,
            dated=bool(filters.since or filters.until),
            words=len(said),
            overlap=overlap(said, held) if best and said else None,
        )


class _Asking:
    """Questions about one index, asked by one system."""

    def __init__(self, index: Index, judged: _Judged, system: System, subject: MinutesSubject) -> None:
        self._index = index
        self.snapshot = index.snapshot()
        self._judged = judged
        self._system = system
        self._model = system.model()
        self._subject = subject
        self.passages = {id_: self._passage(id_) for grades in judged.grades.values() for id_ in grades}

    def run(self) -> Run:
        """The system's run over these questions."""
        outcomes = tuple(self.outcomes())
        made = stamp(self._system, self.snapshot.version.content)
        return Run(
            self._subject.name,
            self._system,
            made,
            self._judged.questions,
            outcomes,
            self.passages,
            self._subject.refuses,
        )

    def outcomes(self) -> Iterator[Outcome]:
        """What becomes of each question, in their order."""
        for item in self._judged.items[:5]:
            self._ask(item)  # dictionaries and weights are read on first use
        yield from map(self._outcome, self._judged.items)

    def _asked(self, item: Item) -> Asked:
        asked = Asked(item.question, item.history, top=SHOWN)
        if self._system.filters:
            return asked
        said = understood(asked, self.snapshot, TODAY)[0].understood
        return replace(asked, without=frozenset(part.words for part in said if part.field != "topic"))

    def _ask(self, item: Item) -> Answer:
        model = self._model if self._subject.refuses else replace(self._model, threshold=0.0)
        return ask(self._asked(item), self._index, TODAY, model)

    def _outcome(self, item: Item) -> Outcome:
        times = []
        for _ in range(self._subject.rounds):
            began = time.perf_counter()
            given = self._ask(item)
            times.append(1000 * (time.perf_counter() - began))
        seen = given.statements if given.answered else given.near_misses
        answered = given.answered and (given.evidence is None or given.confidence >= self._model.threshold)
        for cited in seen:
            self.passages.setdefault(cited.statement.id, self._shown(cited))
        return Outcome(
            question=item.id,
            found=self._found(item, given, seen),
            shown=tuple(cited.statement.id for cited in seen),
            shown_grades=tuple(self._grade(item, cited) for cited in seen),
            answered=answered,
            confidence=given.confidence,
            right_speaker=_right_speaker(item, given) if answered else None,
            proofs=tuple(self._is_proven(cited) for cited in seen),
            milliseconds=median(times),
        )

    def _found(self, item: Item, given: Answer, seen: Sequence[Cited]) -> tuple[tuple[str, float], ...]:
        """The whole ranking of the search; for a question without a topic, what is shown is all there is."""
        question, filters = understood(self._asked(item), self.snapshot, TODAY)
        if question.head or not question.words:
            return tuple((cited.statement.id, 1 / cited.rank) for cited in seen) if given.answered else ()
        hits = found(question, filters, self.snapshot, self._model.fusion, DEPTH)
        if self._index.reranker:
            first = reranked(question.topic, hits[:WEIGHED], self.snapshot, self._index.reranker)
            # The rest keeps its order below: scores of a reranker and of the search are no one scale.
            hits = first + [replace(hit, score=hit.score - 2) for hit in hits[WEIGHED:]]
        ids = {row: statement.id for row, statement in self.snapshot.whole([hit.row for hit in hits]).items()}
        for id_ in ids.values():
            if id_ not in self.passages:
                self.passages[id_] = self._passage(id_)
        return tuple((ids[hit.row], hit.score) for hit in hits if hit.row in ids)[:DEPTH]

    def _grade(self, item: Item, cited: Cited) -> int:
        own = self._judged.grades[item.id].get(cited.statement.id, 0)
        return own or (item.grade(cited.statement.text) if item.kind == "head" else 0)

    def _is_proven(self, cited: Cited) -> bool:
        text = self.snapshot.document(cited.meeting.document).text
        return proven(cited.statement, text) and all(quote in cited.statement.text for quote in cited.quotes)

    def _passage(self, id_: str) -> Passage:
        found = self.snapshot.statement(id_)
        return _described(self._judged.statements[id_], found[0] if found else None)

    def _shown(self, cited: Cited) -> Passage:
        return _described(cited.statement, cited.meeting)


def _joined(parts: Sequence[Run]) -> Run:
    """One run of the runs over the parts of a set."""
    return replace(
        parts[0],
        stamp={**parts[0].stamp, "index": " ".join(run.stamp["index"] for run in parts)},
        questions=tuple(question for run in parts for question in run.questions),
        outcomes=tuple(outcome for run in parts for outcome in run.outcomes),
        passages={id_: passage for run in parts for id_, passage in run.passages.items()},
    )


def _described(statement: Statement, row: MeetingRow | None) -> Passage:
    path = f"{row.paths[0]}, {statement.spans[0].start}" if row and row.paths and statement.spans else ""
    return Passage(
        text=statement.text,
        turn=statement.turn,
        exchange=statement.reply_to or statement.id,
        speaker=statement.speaker.label if statement.speaker else "",
        meeting=f"{row.meeting.date or ''} {row.meeting.title or ''}".strip() if row else "",
        source=path,
    )


def _right_speaker(item: Item, given: Answer) -> bool | None:
    """Whether the first statement is by the right person; None where nobody in particular must, or none is shown.

    The question file alone says who it is: a name that the product did not understand counts as a mistake.
    """
    if item.speaker is None or not given.statements:
        return None
    speaker = given.statements[0].statement.speaker
    return speaker is not None and speaker_matches(item.speaker, speaker)


@dataclass(frozen=True, slots=True)
class PassagesSubject:
    """Queries over passages, each ranked among all of them, without the product."""

    name: str
    read: Callable[[], Passages]
    files: tuple[Path, ...]

    @property
    def needs(self) -> tuple[Path, ...]:
        """The files that it is read from."""
        return self.files

    def runs(self, systems: Sequence[System], folder: Path | None) -> list[Run]:
        """A run of each of the systems, kept in `folder` where one is given. Raises ModelUnavailable."""
        return _runs(self, systems, folder, self._made)

    def _made(self, systems: Sequence[System]) -> Iterator[Run]:
        passages = self.read()
        scored = Scored(passages, load_encoder(systems[0].encoder))
        questions = tuple(_query(number, passages, scored.ids) for number in range(len(passages.queries)))
        for system in systems:
            ranked = [
                [(id_, float(scores[int(id_)])) for id_ in by_score(scored.ids, scores, DEPTH)]
                for scores in scored.mixed(system.model().fusion)
            ]
            outcomes = tuple(Outcome(one.id, tuple(best)) for one, best in zip(questions, ranked, strict=True))
            seen = {id_ for best in ranked for id_, _ in best[:SHOWN]} | {scored.ids[gold] for gold in passages.gold}
            texts = {id_: Passage(passages.passages[int(id_)], id_, id_) for id_ in sorted(seen)}
            made = stamp(system, " ".join(map(content, self.files)))
            yield Run(self.name, system, made, questions, outcomes, texts, refuses=False)


def _query(number: int, passages: Passages, ids: Sequence[str]) -> Question:
    query, gold = passages.queries[number], passages.gold[number]
    said, held = tokens(query), tokens(passages.passages[gold])
    return Question(
        id=str(number),
        text=query,
        kind="passage",
        cluster=passages.clusters[number],
        unanswerable=False,
        grades={ids[gold]: 1},
        words=len(said),
        overlap=overlap(said, held) if said else None,
    )
