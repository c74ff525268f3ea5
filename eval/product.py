"""Questions asked through the product, as a user asks them: understood, filtered, answered or refused."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from statistics import median

import numpy as np

from eval.measures import DEPTH, Judged, auroc, percentile, ranked, share
from eval.questions import Item
from index.build import build
from index.matching import speaker_matches
from index.proof import proven
from index.search import Index
from qa.answer import Answer, Asked, ask
from qa.calibration import Calibration
from qa.citing import Cited

TODAY = date(2024, 1, 1)
"""The day on which questions are asked, fixed so that 昨年 means the same in every run."""

ASKED_FOR = frozenset({"speaker", "follow-up", "date", "meeting"})
"""The kinds of question in which somebody is asked for, in the question itself or in one before it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question. `seen` is what the page shows, as answer or, where refused, as near miss."""

    item: Item
    answer: Answer
    seen: tuple[Cited, ...]
    milliseconds: float
    proofs: tuple[bool, ...]

    @property
    def judged(self) -> Judged:
        """What is shown as a ranking of statement ids."""
        return Judged(
            self.item.id,
            tuple(cited.statement.id for cited in self.seen),
            # An id that is never found stands for relevant statements that were not shown.
            {"unseen": 1}
            | {cited.statement.id: grade for cited in self.seen if (grade := self.item.grade(cited.statement.text))},
        )

    @property
    def right_speaker(self) -> bool | None:
        """Whether the first statement is by the right person; None where nobody in particular must, or none is shown.

        The question file alone says who it is: a name that the product did not understand counts as a mistake.
        """
        if self.item.speaker is None or not self.answer.statements:
            return None
        speaker = self.answer.statements[0].statement.speaker
        return speaker is not None and speaker_matches(self.item.speaker, speaker)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one system reaches on a question file; shares from 0 to 1, times in milliseconds."""

    hit_1: float
    hit_3: float
    mrr_10: float
    found_3: float
    right_speaker: float
    speaker_asked: float
    refused: float
    answered: float
    proven: float
    p50: float
    p95: float


@contextmanager
def indexed(folders: Sequence[Path]) -> Iterator[Index]:
    """An index of `folders` in a temporary place."""
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place) / "index"
        build(folders, directory)
        yield Index.open(directory)


def asked(items: Sequence[Item], index: Index, model: Calibration, rounds: int = 1) -> list[Outcome]:
    """Ask every question in turn; of several rounds the median time counts."""
    return [_outcome(item, index, model, rounds) for item in items]


def _outcome(item: Item, index: Index, model: Calibration, rounds: int) -> Outcome:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        answer = ask(Asked(item.question, item.history, top=DEPTH), index, TODAY, model)
        times.append(1000 * (time.perf_counter() - began))
    seen = answer.statements if answer.answered else answer.near_misses
    snapshot = index.snapshot()
    proofs = tuple(
        proven(cited.statement, snapshot.document(cited.meeting.document).text)
        and all(quote in cited.statement.text for quote in cited.quotes)
        for cited in seen
    )
    return Outcome(item, answer, seen, median(times), proofs)


def certainty(outcomes: Sequence[Outcome]) -> float:
    """The chance that an answerable question gets a higher confidence than an unanswerable one (AUROC)."""
    scores = np.asarray([outcome.answer.confidence for outcome in outcomes])
    return auroc(scores, np.asarray([not outcome.item.unanswerable for outcome in outcomes]))


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """The measures over all outcomes.

    A hit counts only where the question was answered; `found_3` also counts near misses shown with a refusal.
    """
    answerable = [outcome for outcome in outcomes if not outcome.item.unanswerable]
    given = [o.judged if o.answer.answered else replace(o.judged, ranking=()) for o in answerable]
    hits = ranked(given, ("Success@1", "Success@3", "RR@10"))
    times = [outcome.milliseconds for outcome in outcomes]
    spoken = [(o.item.kind, o.right_speaker) for o in answerable if o.right_speaker is not None]
    return Figures(
        hit_1=hits["Success@1"],
        hit_3=hits["Success@3"],
        mrr_10=hits["RR@10"],
        found_3=ranked([outcome.judged for outcome in answerable], ("Success@3",))["Success@3"],
        right_speaker=share([right for _, right in spoken]),
        speaker_asked=share([right for kind, right in spoken if kind in ASKED_FOR]),
        refused=share([not outcome.answer.answered for outcome in outcomes if outcome.item.unanswerable]),
        answered=share([outcome.answer.answered for outcome in answerable]),
        proven=share([proof for outcome in outcomes for proof in outcome.proofs]),
        p50=percentile(times, 50),
        p95=percentile(times, 95),
    )
