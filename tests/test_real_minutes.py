"""Real minutes against a careful reading of them: labels/real_minutes.toml says what a reader found."""

import csv
import hashlib
import os
import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from index.identity import squeezed
from index.layouts import parse
from index.layouts.passages import STATEMENT_CHARS
from index.minutes import Meeting, Parsed, Statement
from index.reading import read

ROOT = Path(__file__).parent.parent
LABELS = Path(__file__).parent / "labels"
DATA = Path(os.environ.get("MINUTES_DATA", ROOT.parent / "shared" / "data")) / "minutes"
EXPECTED = tomllib.loads((LABELS / "real_minutes.toml").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="no development minutes (MINUTES_DATA)")


@cache
def parsed(source: str) -> Parsed:
    return parse(read(DATA / source))


def meeting_of(source: str) -> Meeting:
    (meeting,) = parsed(source).meetings
    return meeting


def plain(words: str | None) -> str:
    return squeezed(unicodedata.normalize("NFKC", words or ""))


def unmarked(label: str) -> str:
    bare = plain(label).strip("○◯〇◆◎■•・【】〔〕:：")
    return bare[1:-1] if re.fullmatch(r"\([A-Z]{1,2}\)", bare) else bare


def turns(meeting: Meeting) -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = defaultdict(list)
    for one in meeting.statements:
        if one.speaker:
            found[one.turn].append(one)
    return found


def checks(*wanted: str) -> list[object]:
    return [
        pytest.param(
            source,
            field,
            id=f"{Path(source).stem}-{field}",
        )
        for source, expected in EXPECTED.items()
        for field in wanted
        if field in expected
    ]


@pytest.mark.parametrize(("source", "field"), checks("ordinal", "date", "start_time", "end_time", "record"))
def test_what_the_head_says(source: str, field: str) -> None:
    found = getattr(meeting_of(source), field)
    assert (str(found) if field == "date" else found) == EXPECTED[source][field]


@pytest.mark.parametrize(("source", "field"), checks("title", "place"))
def test_what_the_head_calls_it(source: str, field: str) -> None:
    found, expected = plain(getattr(meeting_of(source), field)), plain(EXPECTED[source][field])
    # A title may keep what the page prints behind it: 議事要旨, the day of the session.
    assert found.startswith(expected)
    assert len(found) <= len(expected) + 20


@pytest.mark.parametrize(("source", "field"), checks("turns"))
def test_every_turn_is_found_and_attributed(source: str, field: str) -> None:
    labels = Counter(unmarked(said[0].speaker.label) for said in turns(meeting_of(source)).values() if said[0].speaker)
    assert labels == Counter({plain(label): count for label, count in EXPECTED[source][field].items()})


@pytest.mark.parametrize("source", EXPECTED)
def test_nothing_is_left_over(source: str) -> None:
    assert parsed(source).unclaimed == ()


@pytest.mark.parametrize("source", [source for source in EXPECTED if source.endswith(".pdf")])
def test_only_stage_directions_are_nobodys(source: str) -> None:
    nobodys = [one.text for one in meeting_of(source).statements if one.speaker is None]
    assert all(re.fullmatch(r"[（(].{1,20}[)）]", text) for text in nobodys)
    assert len(nobodys) <= 4


def inside_paragraphs() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    with (LABELS / "inside_paragraphs.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found[row["source"]].add(row["words"])
    return found


INSIDE = inside_paragraphs()


@pytest.mark.parametrize("source", INSIDE)
def test_no_statement_begins_inside_a_paragraph(source: str) -> None:
    begins = 0
    for said in turns(meeting_of(source)).values():
        for before, one in pairwise(said):
            name = hashlib.sha256(squeezed(one.text)[:16].encode()).hexdigest()[:16]
            # Two halves of a long paragraph may be cut here.
            begins += name in INSIDE[source] and len(before.text) + len(one.text) <= STATEMENT_CHARS
    assert begins <= len(INSIDE[source]) * 0.05


def test_the_foot_of_a_page_is_nobodys() -> None:
    last = meeting_of("layouts/dbsearch_document-id.txt").statements[-1]
    assert last.speaker is None or "閉会" in last.text


def test_signatures_are_nobodys() -> None:
    last = meeting_of("layouts/kensaku_cgi.txt").statements[-1]
    assert last.speaker is None or "散会" in last.text


def test_what_a_clerk_reads_out_is_not_the_chairs() -> None:
    statements = meeting_of("layouts/kensaku_cgi.txt").statements
    read_out = [
        after
        for stage, after in pairwise(statements)
        if stage.kind == "narration" and re.search("事務局長(?:報告|朗読)）$", stage.text)
    ]
    assert len(read_out) == 5
    assert all(one.speaker is None or "議長" not in one.speaker.label for one in read_out)
