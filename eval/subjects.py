"""Sets of questions with what they are asked of: minutes through the product, or passages all against all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Protocol

from eval.data import Passages
from eval.judgements import every, resolve
from eval.measures import by_score
from eval.passages import Scored
from eval.product import ASKED_FOR, TODAY, indexed
from eval.questions import Item, placed
from eval.runs import DEPTH, Outcome, Passage, Question, Run, content, kept, stamp
from eval.statistics import overlap
from eval.systems import System
from index.encoder import load_encoder
from index.lexical import tokens
from index.matching import speaker_matches
from index.minutes import Statement
from index.proof import proven
from index.search import Index
from index.store import MeetingRow
from qa.answer import Answer, Asked, answer, found, understood
from qa.citing import Cited

SHOWN = 10
"""Statements that are asked of the product at the most."""


class Subject(Protocol):
    """A set of questions by name, the files that it needs, and a run of a system over it."""

    name: str

    @property
    def needs(self) -> tuple[Path, ...]:
        """The files and folders that it is read from."""
        ...

    def run(self, system: System, folder: Path | None) -> Run:
        """The run of `system`, kept in `folder` where one is given. Raises ModelUnavailable."""
        ...


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

    def run(self, system: System, folder: Path | None) -> Run:
        """The run of `system`, kept in `folder` where one is given. Raises ModelUnavailable."""
        return kept(self.name, system, self.needs, folder, lambda: self._made(system))

    def _made(self, system: System) -> Run:
        questions: list[Question] = []
        outcomes: list[Outcome] = []
        passages: dict[str, Passage] = {}
        contents = []
        for part in self.parts:
            with indexed(part.folders, system) as index:
                asking = _Asking(index, placed(part.items(), index.snapshot()), system, self)
                outcomes += asking.outcomes()
                questions += asking.questions
                passages |= asking.passages
                contents.append(asking.snapshot.version.content)
        made = stamp(system, " ".join(contents))
        return Run(self.name, system, made, tuple(questions), tuple(outcomes), passages, self.refuses)


class _Asking:
    """The questions about one index, asked by one system."""

    def __init__(self, index: Index, items: Sequence[Item], system: System, subject: MinutesSubject) -> None:
        self.snapshot = index.snapshot()
        self._index = index
        self._items = items
        self._system = system
        self._model = system.model()
        self._subject = subject
        self._statements = {statement.id: statement for statement in every(self.snapshot)}
        self._grades = resolve(items, list(self._statements.values())).grades
        self.questions = [self._question(item) for item in items]
        self.passages: dict[str, Passage] = {
            id_: self._passage(self._statements[id_]) for grades in self._grades.values() for id_ in grades
        }

    def _question(self, item: Item) -> Question:
        grades = self._grades[item.id]
        best = max(grades, key=lambda id_: grades[id_], default=None)
        said = tokens(item.question)
        held = tokens(self._statements[best].text) if best else []
        filters = understood(Asked(item.question, item.history), self.snapshot, TODAY)[1]
        return Question(
            id=item.id,
            text=" → ".join((*item.history, item.question)),
            kind=item.kind,
            cluster=self._meeting_of(best) if best else item.collection or item.id,
            unanswerable=item.unanswerable,
            grades=grades,
            speaker=item.speaker,
            asked=item.speaker is not None and item.kind in ASKED_FOR,
            dated=bool(filters.since or filters.until),
            words=len(said),
            overlap=overlap(said, held) if best and said else None,
        )

    def outcomes(self) -> Iterator[Outcome]:
        """What becomes of each question, in their order."""
        for item in self._items[:5]:
            self._ask(item)  # dictionaries and weights are read on first use
        yield from map(self._outcome, self._items)

    def _asked(self, item: Item) -> Asked:
        asked = Asked(item.question, item.history, top=SHOWN)
        if self._system.filters:
            return asked
        said = understood(asked, self.snapshot, TODAY)[0].understood
        return replace(asked, without=frozenset(part.words for part in said if part.field != "topic"))

    def _ask(self, item: Item) -> Answer:
        model = self._model if self._subject.refuses else replace(self._model, threshold=0.0)
        return answer(self._asked(item), self.snapshot, TODAY, model)

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
        ids = {row: statement.id for row, statement in self.snapshot.whole([hit.row for hit in hits]).items()}
        for hit in hits[:SHOWN]:
            self.passages.setdefault(ids[hit.row], self._passage(self._statements[ids[hit.row]]))
        return tuple((ids[hit.row], hit.score) for hit in hits if hit.row in ids)[:DEPTH]

    def _grade(self, item: Item, cited: Cited) -> int:
        own = self._grades[item.id].get(cited.statement.id, 0)
        return own or (item.grade(cited.statement.text) if item.kind == "head" else 0)

    def _is_proven(self, cited: Cited) -> bool:
        text = self.snapshot.document(cited.meeting.document).text
        return proven(cited.statement, text) and all(quote in cited.statement.text for quote in cited.quotes)

    def _meeting_of(self, id_: str) -> str:
        found = self.snapshot.statement(id_)
        return found[0].meeting.id if found else ""

    def _passage(self, statement: Statement) -> Passage:
        found = self.snapshot.statement(statement.id)
        return _described(statement, found[0] if found else None)

    def _shown(self, cited: Cited) -> Passage:
        return _described(cited.statement, cited.meeting)


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

    def run(self, system: System, folder: Path | None) -> Run:
        """The run of `system`, kept in `folder` where one is given. Raises ModelUnavailable."""
        return kept(self.name, system, self.needs, folder, lambda: self._made(system))

    def _made(self, system: System) -> Run:
        passages = self.read()
        scored = _scored(self, system.encoder)
        questions, outcomes, seen = [], [], {}
        for number, scores in enumerate(scored.mixed(system.model().fusion)):
            best = by_score(scored.ids, scores, DEPTH)
            questions.append(_query(number, passages, scored.ids))
            outcomes.append(Outcome(str(number), tuple((id_, float(scores[int(id_)])) for id_ in best)))
            seen |= dict.fromkeys((*best[:SHOWN], scored.ids[passages.gold[number]]))
        texts = {id_: Passage(passages.passages[int(id_)], id_, id_) for id_ in seen}
        made = stamp(system, " ".join(map(content, self.files)))
        return Run(self.name, system, made, tuple(questions), tuple(outcomes), texts, refuses=False)


@lru_cache(maxsize=2)
def _scored(subject: PassagesSubject, encoder: str) -> Scored:
    """Systems of one encoder differ in nothing but how its scores are mixed."""
    return Scored(subject.read(), load_encoder(encoder))


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
