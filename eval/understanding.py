"""What is understood of a question, alone or in a conversation, compared with what a careful reader understands."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from eval.data import collections
from eval.product import indexed
from eval.questions import QUESTIONS
from index.errors import UsageError
from index.matching import meeting_matches, speaker_matches
from index.search import Snapshot
from qa.conversation import understand
from qa.question import Question

FILES = ("understanding.dev", "dialogues.dev")


@dataclass(frozen=True, slots=True)
class Case:
    """A question, or a conversation whose last turn counts, with the filters that it means; empty means none.

    `speakers` and `meetings` are compared by whom and what they match in the collection. `topic` lists words that
    must be searched for, `not_topic` words that must not, `not_speakers` those who must be left out.
    """

    id: str
    collection: str
    today: date
    turns: tuple[str, ...]
    tests: str
    speakers: tuple[str, ...]
    not_speakers: tuple[str, ...]
    meetings: tuple[str, ...]
    since: date | None
    until: date | None
    act: str | None
    cue: str | None
    head: tuple[str, ...]
    topic: tuple[str, ...]
    not_topic: tuple[str, ...]


def cases(name: str) -> tuple[Case, ...]:
    """The cases of a file of eval/questions. Raises UsageError that names the line."""
    found = []
    for number, line in enumerate((QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines(), 1):
        try:
            found.append(_case(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{name}, line {number}: {type(error).__name__} {error}; see eval/README.md") from error
    return tuple(found)


def _case(value: Mapping[str, Any]) -> Case:
    def many(key: str) -> tuple[str, ...]:
        return tuple(value.get(key) or ())

    def day(key: str) -> date | None:
        return date.fromisoformat(value[key]) if value.get(key) else None

    return Case(
        id=value["id"],
        collection=value["collection"],
        today=date.fromisoformat(value["today"]),
        turns=many("turns") or (value["question"],),
        tests=value["tests"],
        speakers=many("speakers"),
        not_speakers=many("not_speakers"),
        meetings=many("meetings"),
        since=day("since"),
        until=day("until"),
        act=value.get("act"),
        cue=value.get("cue"),
        head=many("head"),
        topic=many("topic"),
        not_topic=many("not_topic"),
    )


@dataclass(frozen=True, slots=True)
class Misread:
    """A case that is not understood as meant: which field, what was meant and what was understood."""

    case: Case
    field: str
    meant: object
    understood: object


def misread(case: Case, snapshot: Snapshot) -> list[Misread]:
    """Every field of the case that is understood otherwise than meant."""
    question = understand(case.turns[-1], case.turns[:-1], snapshot, case.today)
    filters = question.filters
    pairs: list[tuple[str, object, object]] = [
        ("since", case.since, filters.since),
        ("until", case.until, filters.until),
        ("head", bool(case.head), bool(question.head)),
    ]
    # A day that a meeting is named by and the meeting itself are one: compare what is left to search.
    meant, got = _meetings(case.meetings, case, snapshot), _meetings(filters.meetings, filters, snapshot)
    wrong = [Misread(case, "meetings", case.meetings, filters.meetings)] if meant != got else []
    if meant == got:
        pairs = [pair for pair in pairs if pair[0] == "head"]
    if case.act:
        pairs.append(("act", case.act, question.act))
    if case.cue:
        pairs.append(("cue", True, case.cue in [part.value for part in question.wishes]))
    if case.head and question.head:
        pairs.append(("head", set(case.head) & set(question.head) != set(), True))
    wrong += [Misread(case, field, meant, understood) for field, meant, understood in pairs if meant != understood]
    wrong += _speakers(case, question, snapshot)
    searched = f"{question.topic} {' '.join(question.words)} {question.rest}"
    plain = partial(unicodedata.normalize, "NFKC")
    wrong += [Misread(case, "topic", word, searched) for word in case.topic if plain(word) not in searched]
    wrong += [Misread(case, "not_topic", word, searched) for word in case.not_topic if plain(word) in question.topic]
    return wrong


def _meetings(values: Sequence[str], days: Any, snapshot: Snapshot) -> frozenset[int] | str:
    """The rows of the meetings meant; a word where the meeting or period is not here."""
    rows = frozenset(
        row.row
        for row in snapshot.meetings.values()
        if (not values or any(meeting_matches(value, row) for value in values))
        and (
            (days.since is None and days.until is None)
            or (
                row.meeting.date is not None
                and (days.since or date.min) <= row.meeting.date <= (days.until or date.max)
            )
        )
    )
    return rows or "none of them"


def _speakers(case: Case, question: Question, snapshot: Snapshot) -> list[Misread]:
    filters = question.filters
    got = _matched(filters.speakers, snapshot) if filters.speakers else frozenset(range(len(snapshot.speakers)))
    got -= _matched(filters.not_speakers, snapshot)
    shown = (filters.speakers, filters.not_speakers)
    if not case.speakers and case.not_speakers:
        wrong = got & _matched(case.not_speakers, snapshot)
        return [Misread(case, "not_speakers", case.not_speakers, shown)] if wrong or not got else []
    meant = _matched(case.speakers, snapshot) - _matched(case.not_speakers, snapshot)
    named = bool(filters.speakers or filters.not_speakers)
    same = bool(case.speakers) == named and (not named or meant == got)
    return [] if same else [Misread(case, "speakers", case.speakers, shown)]


def _matched(values: Sequence[str], snapshot: Snapshot) -> frozenset[int]:
    return frozenset(
        place
        for place, speaker in enumerate(snapshot.speakers)
        if any(speaker_matches(value, speaker) for value in values)
    )


def examined(wanted: Sequence[Case]) -> list[Misread]:
    """Everything misread in these cases, over an index of each collection that they ask."""
    found: list[Misread] = []
    with ExitStack() as stack:
        for name in dict.fromkeys(case.collection for case in wanted):
            snapshot = stack.enter_context(indexed(collections()[name])).snapshot()
            found += [wrong for case in wanted if case.collection == name for wrong in misread(case, snapshot)]
    return found
