"""Every way of showing speakers that governments use, in invented minutes: who speaks, in which order."""

import tomllib
from itertools import groupby
from pathlib import Path

import pytest
from partition import check_partition
from test_layouts import document_of

from index.layouts import parse
from index.minutes import Meeting
from index.reading import read

FOLDER = Path(__file__).parent / "layouts"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))


def turns(meeting: Meeting) -> list[list[str]]:
    """Label, role, name and the first words of every turn; narration has no label."""
    found = []
    for _, of_turn in groupby(meeting.statements, lambda one: one.turn):
        first = next(of_turn)
        speaker = first.speaker
        who = [speaker.label, speaker.role or "", speaker.name or ""] if speaker else ["", "", ""]
        found.append([*who, first.text[:8]])
    return found


@pytest.mark.parametrize("name", EXPECTED)
def test_who_speaks(name: str) -> None:
    expected = EXPECTED[name]
    document = read(FOLDER / f"{name}.txt")
    parsed = parse(document)
    check_partition(document, parsed)
    (meeting,) = parsed.meetings
    assert parsed.layout == expected["layout"]
    assert parsed.unclaimed == ()
    assert (meeting.title, meeting.ordinal, str(meeting.date)) == (
        expected["title"],
        expected.get("ordinal"),
        expected["date"],
    )
    assert [meeting.start_time, meeting.end_time] == [expected.get("start"), expected.get("end")]
    assert meeting.place == expected.get("place")
    assert meeting.fictional
    assert turns(meeting) == expected["turns"]


def test_every_layout_has_its_expectation() -> None:
    assert {file.stem for file in FOLDER.glob("*.txt")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_decision_comes_with_its_evidence(name: str) -> None:
    parsed = parse(read(FOLDER / f"{name}.txt"))
    assert any("such as" in line for line in parsed.evidence)
    assert parsed.confidence > 0.6


def test_a_file_without_any_speaker_is_doubted() -> None:
    parsed = parse(document_of("令和五年の予算について説明した。\n意見があった。\n会議を終えた。\n"))
    assert parsed.layout == "paragraphs"
    assert parsed.confidence < 0.5
    assert parsed.warnings
