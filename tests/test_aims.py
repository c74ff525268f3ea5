"""What must hold of answers over real minutes that may not be published; skipped where they are not there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import fmean

import pytest

from eval.asking import Asking, Judged
from eval.data import ABSTENTION, assembly, collections
from eval.questions import Item, load, placed
from eval.runs import Run
from eval.scoring import measured, whole
from eval.subjects import joined
from eval.systems import System
from index.search import Index


def _run(index: Index, items: tuple[Item, ...], *, refuses: bool = True) -> Run:
    return Asking(index, Judged(index.snapshot(), items), System("both"), "aims", 1, refuses=refuses).run()


@pytest.fixture(scope="module")
def asked(opened: Callable[[str], Index]) -> Run:
    found = []
    for name in collections():
        index = opened(name)
        own = tuple(item for item in load(ABSTENTION) if item.collection == name)
        found.append(_run(index, placed(own, index.snapshot())))
    return joined(found)


def test_confidence_tells_what_can_be_answered(asked: Run) -> None:
    unanswerable = [question for question in asked.questions if question.unanswerable]
    assert len(unanswerable) >= 60
    assert len(asked.questions) - len(unanswerable) >= 60
    assert len({question.kind for question in unanswerable}) >= 7
    assert (whole(asked).auroc or 0) >= 0.90


def test_few_are_refused_in_vain_and_most_that_should_be(asked: Run) -> None:
    reached = {measure: fmean(values.values()) for measure, values in measured(asked).items()}
    # The aims are .90 and .80, and hold within a question; docs/benchmarks.md has the figures.
    assert reached["answerable answered"] >= 0.89
    assert reached["unanswerable refused"] >= 0.79
    assert reached["quotes proven"] == 1.0


@pytest.mark.parametrize(
    ("full", "first", "third", "reciprocal"), [(True, 0.80, 0.80, 0.85), (False, 0.55, 0.80, 0.55)]
)
def test_replies_of_the_assembly_are_found(
    full: bool, first: float, third: float, reciprocal: float, opened: Callable[[str], Index], data: Path
) -> None:
    values = measured(_run(opened("tokyo"), assembly(data, full=full), refuses=False))
    assert fmean(values["hit@1"].values()) >= first
    assert fmean(values["hit@3"].values()) >= third
    assert fmean(values["MRR@10"].values()) >= reciprocal
