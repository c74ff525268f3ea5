"""What is understood of development questions and dialogues over real minutes; the aims are the issue's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from eval.understanding import Case, Misread, cases, misread
from index.search import Index

UNDERSTOOD, FOLLOWED = 0.95, 0.90


def examined(name: str, opened: Callable[[str], Index]) -> list[tuple[Case, list[Misread]]]:
    return [(case, misread(case, opened(case.collection).snapshot())) for case in cases(name)]


def shown(wrong: Sequence[tuple[Case, list[Misread]]]) -> str:
    lines = (
        f"{case.id} {' / '.join(case.turns)}: {one.field} {one.understood}" for case, all_ in wrong for one in all_
    )
    return "\n".join(lines)


@pytest.fixture(scope="module")
def questions(opened: Callable[[str], Index]) -> list[tuple[Case, list[Misread]]]:
    return examined("understanding.dev", opened)


def test_filters_are_right(questions: list[tuple[Case, list[Misread]]]) -> None:
    assert len(questions) >= 150
    wrong = [entry for entry in questions if entry[1]]
    assert 1 - len(wrong) / len(questions) >= UNDERSTOOD, shown(wrong)


def test_a_topic_or_addressee_is_never_a_speaker(questions: list[tuple[Case, list[Misread]]]) -> None:
    nobody = [(case, wrong) for case, wrong in questions if not case.speakers and not case.not_speakers]
    assert sum("not-filter" in case.tests for case, _ in nobody) >= 40
    wrong = [(case, wrong) for case, wrong in nobody if any(one.field == "speakers" for one in wrong)]
    assert not wrong, shown(wrong)


def test_follow_ups_are_followed(opened: Callable[[str], Index]) -> None:
    dialogues = examined("dialogues.dev", opened)
    assert len(dialogues) >= 40
    wrong = [entry for entry in dialogues if entry[1]]
    assert 1 - len(wrong) / len(dialogues) >= FOLLOWED, shown(wrong)
