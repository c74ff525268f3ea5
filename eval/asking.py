"""Questions asked of one index by one system, and what becomes of them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from eval.judgements import every, resolve
from eval.product import ASKED_FOR, TODAY
from eval.questions import Item
from eval.runs import DEPTH, Outcome, Passage, Question, Run, stamp
from eval.statistics import overlap
from eval.systems import System
from index.errors import QuestionRejected
from index.lexical import tokens
from index.matching import speaker_matches
from index.minutes import Statement
from index.proof import proven
from index.search import Index, Snapshot
from index.store import MeetingRow
from qa.answer import WEIGHED, Answer, Asked, ask, found, understood
from qa.citing import Cited
from qa.reranking import reranked
from qa.views import all_matches, comparison, timeline

WHOLE_ANSWERS = frozenset({"all", "comparison", "timeline"})
"""The kinds of question whose answer is a set of statements."""
SHOWN = 10
"""Statements that are asked of the product at the most."""


class Judged:
    """The questions about one index, with the statements that answer them."""

    def __init__(self, snapshot: Snapshot, items: Sequence[Item]) -> None:
        self.items = items
        rows = every(snapshot)
        self.statements = {statement.id: statement for statement in rows.values()}
        self.rows = {statement.id: row for row, statement in rows.items()}
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


class Asking:
    """Questions about one index, asked by one system."""

    def __init__(self, index: Index, judged: Judged, system: System, name: str, rounds: int, *, refuses: bool) -> None:
        """`name` is that of the set; of `rounds` the median time counts; see `Run` for `refuses`."""
        self._index = index
        self.snapshot = index.snapshot()
        self._judged = judged
        self._system = system
        self._model = system.model()
        self._name = name
        self._rounds = rounds
        self._refuses = refuses
        self.passages = {id_: self._passage(id_) for grades in judged.grades.values() for id_ in grades}

    def run(self) -> Run:
        """The system's run over these questions."""
        outcomes = tuple(self.outcomes())
        made = stamp(self._system, self.snapshot.version.content) | {"bytes": str(_size(self._index.directory))}
        return Run(
            self._name,
            self._system,
            made,
            self._judged.questions,
            outcomes,
            self.passages,
            self._refuses,
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
        model = self._model if self._refuses else replace(self._model, threshold=0.0)
        return ask(self._asked(item), self._index, TODAY, model)

    def _outcome(self, item: Item) -> Outcome:
        times = []
        for _ in range(self._rounds):
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
            let_through=self._let_through(item),
            matched=self._matched(item) if item.kind in WHOLE_ANSWERS else None,
            proofs=tuple(self._is_proven(cited) for cited in seen),
            milliseconds=median(times),
        )

    def _let_through(self, item: Item) -> bool | None:
        """Whether what was understood leaves a statement that answers; None where none does."""
        wanted = self._judged.grades[item.id]
        if not wanted:
            return None
        filters = understood(self._asked(item), self.snapshot, TODAY)[1]
        rows = {hit.row for hit in self.snapshot.listed(filters, self.snapshot.version.statements)}
        return any(self._judged.rows[id_] in rows for id_ in wanted)

    def _matched(self, item: Item) -> tuple[str, ...]:
        """The set that the view for this kind of question gives."""
        try:
            matches = all_matches(self._asked(item), self.snapshot, TODAY, self._model)
        except QuestionRejected:
            return ()
        found = list(matches.matches)
        if item.kind == "comparison":
            found = [voice.best for voice in comparison(matches).voices if voice.best]
        elif item.kind == "timeline":
            found = [moment.match for moment in timeline(matches).moments]
        for match in found:
            self.passages.setdefault(match.cited.statement.id, self._shown(match.cited))
        return tuple(match.cited.statement.id for match in found)

    def _found(self, item: Item, given: Answer, seen: Sequence[Cited]) -> tuple[tuple[str, float], ...]:
        """The whole ranking of the search; for a question without a topic, what is shown is all there is."""
        question, filters = understood(self._asked(item), self.snapshot, TODAY)
        if question.head or not question.words:
            # Lines of a head are no statements of the index: nobody else could judge or score them.
            listed = [cited for cited in seen if given.answered and cited.statement.kind != "head"]
            return tuple((cited.statement.id, 1 / cited.rank) for cited in listed)
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
        # A line of a meeting's head is no statement of the index.
        return own or (item.grade(cited.statement.text) if cited.statement.kind == "head" else 0)

    def _is_proven(self, cited: Cited) -> bool:
        text = self.snapshot.document(cited.meeting.document).text
        return proven(cited.statement, text) and all(quote in cited.statement.text for quote in cited.quotes)

    def _passage(self, id_: str) -> Passage:
        found = self.snapshot.statement(id_)
        return _described(self._judged.statements[id_], found[0] if found else None)

    def _shown(self, cited: Cited) -> Passage:
        return _described(cited.statement, cited.meeting)


def _size(folder: Path) -> int:
    """Bytes of an index on disk: what it costs, beside what it reaches."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


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
