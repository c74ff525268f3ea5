"""Sitting: one judge at one pool. Nothing here draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.errors import MinutesError
from qa.judging import GRADES, NAME_CHARS, Judgements, Pooled, append_judgement, judge_file, read_judgements
from web.judging_texts import JudgingTexts, judging_texts
from web.texts import Language


@dataclass(frozen=True, slots=True)
class Given:
    """A grade that was given at a place of the pool, and the one before it."""

    place: int
    before: int | None


@dataclass(frozen=True, slots=True)
class Sitting:
    """One judge at one pool. Every action gives a new Sitting; grades are in the judge's file, not here.

    `place` is the statement that the keys judge, `given` what can be taken back.
    """

    path: Path
    pool: tuple[Pooled, ...]
    language: Language = "ja"
    judge: str | None = None
    place: int = 0
    given: tuple[Given, ...] = ()
    problem: str | None = field(default=None, compare=False)

    @property
    def words(self) -> JudgingTexts:
        """The texts in this judge's language."""
        return judging_texts(self.language)

    @property
    def queries(self) -> tuple[str, ...]:
        """The ids of the questions, in order."""
        return tuple(dict.fromkeys(one.query for one in self.pool))

    def grades(self) -> Judgements:
        """What this judge has said so far. Raises UsageError."""
        return read_judgements(judge_file(self.path, self.judge)) if self.judge else {}

    def sitting_down(self, name: str) -> Sitting:
        """Begin as this judge, at the first statement that is not judged."""
        try:
            judge_file(self.path, name)
        except MinutesError:
            return replace(self, judge=None, problem=self.words.not_a_name)
        begun = replace(self, judge=name, given=(), problem=None)
        done = begun.grades()
        return begun.at(next((place for place, one in enumerate(self.pool) if one.key not in done), 0))

    def at(self, place: int) -> Sitting:
        """Go to a statement, as far as there is one."""
        return replace(self, place=min(max(place, 0), len(self.pool) - 1), problem=None)

    def turning(self, step: int) -> Sitting:
        """Go to the first statement of the question `step` questions further on."""
        queries = self.queries
        wanted = queries.index(self.pool[self.place].query) + step
        if not 0 <= wanted < len(queries):
            return self
        return self.at(next(place for place, one in enumerate(self.pool) if one.query == queries[wanted]))

    def grading(self, place: int, grade: int) -> Sitting:
        """Give a grade, and go to the next statement."""
        if self.judge is None or not 0 <= place < len(self.pool) or grade not in GRADES:
            return self
        key = self.pool[place].key
        before = self.grades().get(key)
        append_judgement(judge_file(self.path, self.judge), key, grade)
        return replace(self.at(place + 1), given=(*self.given, Given(place, before)))

    def undoing(self) -> Sitting:
        """Take the last grade back, and go there."""
        if self.judge is None or not self.given:
            return self
        last = self.given[-1]
        append_judgement(judge_file(self.path, self.judge), self.pool[last.place].key, last.before)
        return replace(self.at(last.place), given=self.given[:-1])

    def acting(self, data: object) -> Sitting:
        """What a click or key asks for. `data` comes from the browser and may be anything."""
        given = data if isinstance(data, dict) else {}
        value = str(given.get("value") or "")[: 2 * NAME_CHARS]
        place = given.get("place")
        place = place if isinstance(place, int) else -1
        actions: dict[str, Callable[[], Sitting]] = {
            "judge": lambda: self.sitting_down(value),
            "leave": lambda: replace(self, judge=None, given=()),
            "grade": lambda: self.grading(place, int(value) if value.isdecimal() else -1),
            "go": lambda: self.at(place),
            "previous": lambda: self.turning(-1),
            "next": lambda: self.turning(1),
            "undo": self.undoing,
            "language": lambda: replace(self, language="en" if self.language == "ja" else "ja"),
        }
        action = actions.get(str(given.get("action")))
        try:
            return action() if action else self
        except MinutesError as error:
            return replace(self, problem=self.words.not_saved.format(message=error))
