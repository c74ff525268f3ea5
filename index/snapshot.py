"""Snapshot: one version of an index in memory, and the search over it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from index import derived
from index.catalogue import KINDS, numbered
from index.codec import speaker_to_json
from index.earlier import trace_both_ways
from index.editions import editions
from index.encoder import Encoder
from index.errors import IndexDamaged
from index.history import Step, Traced, steps
from index.matching import meeting_matches, speaker_matches
from index.minutes import Kind, Speaker, Statement
from index.reading import Document
from index.store import MeetingRow, Store, Version

# How many statements each side proposes before they are mixed.
CANDIDATES = 200
# How much of the score of a question counts for the statement that replies to it.
REPLY_SHARE = 0.5
# The share of what BM25 can give at most from which on a question speaks in the words of the minutes.
ENOUGH = 0.17
# How many statements stand for a whole index where one must know how close to a question any statement is.
SURVEYED = 1000


@dataclass(frozen=True, slots=True)
class Filters:
    """Which statements may answer. Empty means all; `since` and `until` are inclusive.

    A speaker is given by label, role, full name, surname with role (小池知事) or affiliation, a meeting
    by id, title or a part of it. What `not_speakers` names is left out.
    """

    speakers: tuple[str, ...] = ()
    meetings: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    kinds: tuple[Kind, ...] = ()
    not_speakers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fusion:
    """Convex combination of both sides (Bruch et al., arXiv 2210.11934).

    `weight` is that of the dense side. `floor` is the cosine of two unrelated texts for this encoder,
    which stands for zero. `near` is how far above it the best candidate lies for nearly every question that has an
    answer: one that is less near says less.
    """

    weight: float
    floor: float
    near: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement found. `score` is mixed and relative to the best (0 to 1), `dense` a cosine, `lexical` BM25."""

    row: int
    meeting: int
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search looked through."""

    meetings: int
    statements: int
    first: date | None
    last: date | None


class Snapshot:
    """One version of an index in memory: every method reads that version and no other."""

    def __init__(self, store: Store, version: Version, encoder: Encoder) -> None:
        self._store = store
        self.version = version
        self._encoder = encoder
        self._engines = derived.load(store, version)
        self.meetings = {row.row: row for row in store.meetings(version.id)}
        self.editions = editions(list(self.meetings.values()), store.texts_of)
        listed = self._engines.catalogue
        self._rows = np.ascontiguousarray(listed["row"])
        self._kinds = np.ascontiguousarray(listed["kind"])
        self._meeting_of = np.ascontiguousarray(listed["meeting"])
        self._question_of = listed["question"].astype(np.int64)
        self._superseded = np.isin(self._meeting_of, list(self.editions.superseded))
        self._by_row = np.argsort(self._rows)
        self.speakers, self._speaker_of = self._speakers(*numbered(listed["speaker"]))
        self.document = lru_cache(maxsize=32)(self._document)
        self.idf = self._engines.lexical.idf
        self.knows = self._engines.lexical.knows
        self.synonyms = self._engines.lexical.synonyms

    def _speakers(
        self, first: npt.NDArray[np.int32], numbers: npt.NDArray[np.int32]
    ) -> tuple[tuple[Speaker, ...], npt.NDArray[np.int32]]:
        """Everybody who speaks, in a fixed order, and who makes each statement by the place there, -1 for nobody.

        `first` are the places of each one's first statement, `numbers` says for each statement whose it is. A row that
        is not what was written lets another statement of the same speaker say who that is.
        """
        found: list[Speaker] = []
        places = np.full(len(first) + 1, -1, dtype=np.int32)  # the last stands for -1
        firsts = self._rows[first].tolist()
        said = {
            row: one for start in range(0, len(firsts), 1000) for row, one in self.whole(firsts[start:][:1000]).items()
        }
        for number, row in enumerate(firsts):
            one = said.get(row) or next(iter(self.whole(self._rows[numbers == number][:50].tolist()).values()), None)
            if one and one.speaker:
                places[number] = len(found)
                found.append(one.speaker)
        order = sorted(range(len(found)), key=lambda place: speaker_to_json(found[place]) or "")
        ranks = np.append(np.argsort(order), -1).astype(np.int32)
        return tuple(found[place] for place in order), ranks[places[numbers]]

    def allowed(self, filters: Filters) -> npt.NDArray[np.bool_]:
        """One bitmap of the statements that the filters allow: shape (statements,)."""
        # Whoever names an older edition by its id means it.
        named = [row for row in self.editions.superseded if self.meetings[row].meeting.id in filters.meetings]
        allowed = ~self._superseded | np.isin(self._meeting_of, named)
        if filters.kinds:
            allowed &= np.isin(self._kinds, [KINDS.index(kind) for kind in filters.kinds])
        if filters.speakers:
            allowed &= np.isin(self._speaker_of, self._places_of(filters.speakers))
        if filters.not_speakers:
            allowed &= ~np.isin(self._speaker_of, self._places_of(filters.not_speakers))
        if filters.meetings or filters.since or filters.until:
            allowed &= np.isin(self._meeting_of, [row.row for row in self.meetings_in(filters)])
        return allowed

    def _places_of(self, values: Sequence[str]) -> list[int]:
        """Which of the speakers any of the values names."""
        return [
            place
            for place, speaker in enumerate(self.speakers)
            if any(speaker_matches(value, speaker) for value in values)
        ]

    def meetings_in(self, filters: Filters) -> list[MeetingRow]:
        """The meetings that the filters on meeting and date allow, in statement order."""
        return [row for row in self.meetings.values() if _meeting_allowed(row, filters)]

    def scope(self, filters: Filters) -> Scope:
        """How much the filters leave to search."""
        allowed = self.allowed(filters)
        within = {int(row) for row in np.unique(self._meeting_of[allowed])}
        dates = sorted(day for row in within if (day := self.meetings[row].meeting.date))
        return Scope(len(within), int(allowed.sum()), dates[0] if dates else None, dates[-1] if dates else None)

    def search(
        self, text: str, words: Sequence[str], filters: Filters, fusion: Fusion, top: int, *, replies: bool = True
    ) -> list[Hit]:
        """The `top` statements for a query, best first, ties in statement order.

        `text` is what the encoder sees, `words` the tokens that BM25 sees; filters apply before both. Where not
        `replies`, the questions themselves are looked for: a statement is not found by the question that it answers.
        """
        allowed = self.allowed(filters)
        query = self._encoder.encode_queries([text])[0]
        said = self._engines.lexical.scores(words)
        lexical = np.where(allowed, said, 0.0)
        if replies and not lexical.any():
            # 知事 never says カジノ but answers whoever does: then the words of the question stand for the reply.
            lexical = np.where(allowed & (self._question_of >= 0), said[self._question_of], 0.0)
        count = max(CANDIDATES, top)
        places = np.union1d(self._engines.dense.top(query, allowed, count), _best(lexical, count))
        if replies:
            places = np.union1d(places, self._replies_to(places, allowed))
        cosines = self._engines.dense.similarity(query, places)
        mixed = mix(cosines, lexical[places], fusion, self._engines.lexical.highest(words))
        ranked = self._with_questions(places, mixed) if replies else mixed
        scores = _scaled(ranked)
        order = np.lexsort((places, -scores))[:top]
        return [
            self._hit(int(places[i]), float(scores[i]), float(cosines[i]), float(lexical[places[i]])) for i in order
        ]

    def _replies_to(self, places: npt.NDArray[np.int64], allowed: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """The replies to any of these statements, as far as they are allowed."""
        return np.flatnonzero(allowed & np.isin(self._question_of, places))

    def _with_questions(self, places: npt.NDArray[np.int64], mixed: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Scores to sort by: a reply is found by its question too, which asks in the words of whoever searches.

        `places` are sorted. A question put to the minutes resembles the member's question more than the reply.
        """
        asked = np.searchsorted(places, self._question_of[places])
        asked = np.minimum(asked, max(0, len(places) - 1))
        found = (self._question_of[places] >= 0) & (places[asked] == self._question_of[places])
        return mixed + (REPLY_SHARE * np.where(found, mixed[asked], 0.0)).astype(np.float32)

    def similarity(self, query: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Cosine of a query and texts that need not be in the index: shape (len(texts),)."""
        encoded = self._encoder.encode_documents(texts) @ self._encoder.encode_queries([query])[0]
        return np.asarray(encoded, dtype=np.float32)

    def middle(self, query: str) -> float:
        """The median cosine of a query and the statements of the index, whatever the filters (of SURVEYED at most)."""
        count = len(self._rows)
        places = np.unique(np.linspace(0, count - 1, min(count, SURVEYED)).astype(np.int64))
        cosines = self._engines.dense.similarity(self._encoder.encode_queries([query])[0], places)
        return float(np.median(cosines)) if count else 0.0

    def listed(self, filters: Filters, top: int) -> list[Hit]:
        """The first `top` statements that the filters allow, in statement order, for questions without a topic."""
        return [self._hit(int(place), 1.0, 0.0, 0.0) for place in np.flatnonzero(self.allowed(filters))[:top]]

    def _hit(self, place: int, score: float, dense: float, lexical: float) -> Hit:
        return Hit(int(self._rows[place]), int(self._meeting_of[place]), score, dense, lexical)

    def statements(self, rows: Iterable[int]) -> dict[int, Statement]:
        """Statements by row."""
        return self._store.statements(list(rows))

    def whole(self, rows: Sequence[int]) -> dict[int, Statement]:
        """Statements by row, without those whose row is not what was written."""
        try:
            return self.statements(rows)
        except IndexDamaged:
            if len(rows) == 1:
                return {}
            half = len(rows) // 2
            return self.whole(rows[:half]) | self.whole(rows[half:])

    def statement(self, statement_id: str) -> tuple[MeetingRow, Statement] | None:
        """The statement with this id, with its meeting; None where this version has none."""
        return next(iter(self.neighbours(statement_id, 0, 0)), None)

    def in_meeting(self, meeting: int) -> list[Statement]:
        """All statements of a meeting, by its row, in order."""
        found = self.whole(self._rows[self._meeting_of == meeting].tolist())
        return sorted(found.values(), key=lambda statement: statement.position)

    def neighbours(self, statement_id: str, before: int, after: int) -> list[tuple[MeetingRow, Statement]]:
        """A statement with those around it in its meeting, in order; empty where this version has no such id.

        What is not what was written is left out.
        """
        place = self._place(statement_id)
        if place is None:
            return []
        meeting = self.meetings[int(self._meeting_of[place])]
        window = range(max(0, place - before), min(len(self._rows), place + after + 1))
        rows = [int(self._rows[i]) for i in window if self._meeting_of[i] == meeting.row]
        found = self.whole(rows)
        return [(meeting, found[row]) for row in rows if row in found]

    def _place(self, statement_id: str) -> int | None:
        """The place of a statement in statement order, by its id."""
        row = self._store.row_of(statement_id, self.version.id)
        if row is None:
            return None
        found = int(np.searchsorted(self._rows, row, sorter=self._by_row))
        place = int(self._by_row[found]) if found < len(self._rows) else -1
        return place if place >= 0 and self._rows[place] == row else None

    def shows(self, statement_id: str) -> bool:
        """Whether this version has a statement with this id."""
        return self._place(statement_id) is not None

    def trace(self, statement_id: str) -> Traced | None:
        """What a statement was before and what became of it, up to this version; None where no version had it.

        Raises IndexDamaged where a meeting that held it is not what was written.
        """
        return trace_both_ways(self._store, statement_id, self.version.id)

    def versions(self) -> list[Version]:
        """The versions that are kept, oldest first, up to this one."""
        return [version for version in self._store.versions() if version.id <= self.version.id]

    def steps(self, after: int) -> Iterator[Step]:
        """What the versions above `after` changed, oldest first, up to this one."""
        return (step for step in steps(self._store, after) if step.version.id <= self.version.id)

    def _document(self, row: int) -> Document:
        return self._store.document(row)


def mix(
    cosines: npt.NDArray[np.float32], lexical: npt.NDArray[np.float32], fusion: Fusion, highest: float
) -> npt.NDArray[np.float32]:
    """Convex combination of both sides, each scaled so that its best candidate has 1 at most: shape (candidates,).

    `highest` is what BM25 can give the question at most. Words weigh the more, the more of that the best candidate
    reaches beyond ENOUGH: whoever asks in the words of the minutes means the statement that holds them.
    """
    above = np.maximum(cosines - fusion.floor, 0.0)
    reached = float(lexical.max(initial=0.0)) / highest if highest > 0 else 0.0
    words = (1 - fusion.weight) * max(1.0, reached / ENOUGH) ** 3
    mixed = fusion.weight * _scaled(above, fusion.near) + words * _scaled(lexical)
    return np.asarray(mixed / (fusion.weight + words), dtype=np.float32)


def _scaled(scores: npt.NDArray[np.float32], least: float = 0.0) -> npt.NDArray[np.float32]:
    best = max(scores.max(initial=0.0), least)
    return scores / best if best > 0 else scores


def _best(scores: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.int64]:
    """Places of the `count` highest scores above zero."""
    places = np.flatnonzero(scores)
    if len(places) > count:
        places = places[np.argpartition(-scores[places], count)[:count]]
    return places


def _meeting_allowed(row: MeetingRow, filters: Filters) -> bool:
    if filters.meetings and not any(meeting_matches(value, row) for value in filters.meetings):
        return False
    if filters.since is None and filters.until is None:
        return True
    day = row.meeting.date
    return day is not None and (filters.since or date.min) <= day <= (filters.until or date.max)
