"""Guarantee 9: whatever an answer shows stands, word for word, at its place in its file."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from index.search import Index
from qa.answer import Asked, ask
from tests.conftest import ROOT
from tests.faults.figures import Figures, tries
from tests.faults.scenes import QUESTIONS, TODAY, everything_shown, untrue

FORMS = (
    "{words}",
    "{who}は{words}について何と言いましたか",
    "{words}に反対したのは誰ですか",
    "{who}以外は{words}をどう見ていますか",
)


@pytest.mark.parametrize("name", ["minutes", "samples"])
def test_whatever_is_shown_stands_in_its_source(name: str, request: pytest.FixtureRequest, figures: Figures) -> None:
    """Questions made of every statement in turn: hits, near misses, statements of others, contexts, other records."""
    index: Index = request.getfixturevalue(f"{name}_index")
    snapshot = index.snapshot()
    statements = [one for row in snapshot.meetings for one in snapshot.in_meeting(row)]
    chosen = random.Random(1)
    questions = list(QUESTIONS)
    for statement in statements:
        start = chosen.randrange(max(1, len(statement.text) - 12))
        words = statement.text[start : start + 12]
        who = statement.speaker.label.strip("◯○") if statement.speaker else "会長"
        questions += [form.format(words=words, who=who) for form in FORMS]
    chosen.shuffle(questions)
    shown = 0
    seen: set[str] = set()
    places: set[str] = set()
    for question in questions[: tries(short=25, long=10**6)]:
        given = ask(Asked(question, top=10), index, TODAY)
        assert untrue(given, Path(ROOT)) == [], question
        assert given.withheld == 0
        entries = list(everything_shown(given))
        shown += len(entries)
        seen |= {entry.statement.id for entry in entries}
        places |= {part for part in ("statements", "near_misses", "others") if getattr(given, part)}
    assert shown
    asked = min(len(questions), tries(short=25, long=10**6))
    figures.say(
        9,
        f"{name}/: {asked} questions showed {shown} statements ({len(seen)} of the {len(statements)}; as "
        f"{', '.join(sorted(places))}): each stands at its place in its file.",
    )
