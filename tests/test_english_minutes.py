"""Minutes in English: real ones against a careful reading of them, invented ones for what must not go wrong."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest
from partition import check_partition
from test_layouts import document_of

from index.layouts import parse
from index.layouts.attendees.latin import called, latin_attendees
from index.minutes import Meeting, Parsed
from index.reading import read

EXAMPLES = Path(__file__).parent / "layouts_en"
NODE = "md_en_nodejs_tsc/meetings__"
TC39 = "md_en_tc39/meetings__2025-"

# Turns of each speaker, without the bullet before and the colon behind the label, counted by reading the files.
TURNS = {
    NODE
    + "2015-05-27.md": "Rod 5 James 5 Trevor 4 Michael 3 Jeremiah 2 Chris 2 Bert 2 Shigeki 1 Colin 1 Alexis 1 Brian 1",
    NODE + "2018-08-29.md": "",
    NODE + "2021-10-14.md": "Rich 3",
    NODE + "2024-02-28.md": "Michael 1",
    "md_en_python_sc/updates__2019-02-15_steering-council-update.md": "",
    "md_en_python_sc/updates__2022-06-steering-council-update.md": "",
    TC39
    + "02__february-18.md": "MM 52 MG 44 SYG 43 KG 36 PFC 34 RPR 31 DE 30 LIU 25 JHD 23 CDA 21 USA 21 SFC 21 WH 20 "
    "SHN 17 OMT 17 JWK 16 NRO 15 KHG 13 GCL 10 MLS 8 LCA 8 DLM 7 RGN 6 RBN 6 MAH 5 MF 4 KM 4 JSL 3 GCN 3 "
    "SKI 2 JRL 2 JDH 2 MBH 1 LFP 1 EAO 1 CM 1 AKI 1 ACE 1 KG? 2 SYG? 1 JSL_[via_queue] 2 EAO_[on_queue] 1 "
    "CDA_[via_queue] 1 DLM_[via_queue] 1 MM_[via_queue] 1",
    TC39
    + "07__july-28.md": "KG 71 CDA 43 MM 40 KM 38 NRO 34 SHN 30 RPR 29 WH 16 RGN 12 DLM 12 ABO 12 JHD 11 MF 8 AKI 7 "
    "USA 6 MBH 6 MAH 5 OFR 3 EAO 2 CZW 2 TAB 1 SHS 1 RMH 1 JRL 1 CM 1 KM_(on_queue) 1",
    "md_ja_ruby/2008__DevCamp-08-11.md": "",
    "md_ja_ruby/2017__DevMeeting-2017-03-13.md": "matz 18 akr 17 nobu 17 ko1 12 shyouhei 12 "
    "naruse 8 duerst 4 tal 3 hsbt 2",
    "md_ja_ruby/2021__DevelopersMeeting20210916Japan.md": "mame 17 ko1 17 matz 14 nobu 12 knu 11 shugo 7 akr 2 Matz 1 "
    "shyouhei 1 hsbt 1 duerst 1",
    **{f"fomc_en/minutes_{day}.txt": "" for day in ("19960130", "20100623", "20240501", "20240731")},
}
# A label alone on its line opens its list once marks.py lets it; either way nobody else gets it.
ALONE = {NODE + "2015-05-27.md": ("Ben", 3), TC39 + "07__july-28.md": ("MM", 40)}
HEADS = {
    NODE + "2015-05-27.md": (None, ["2015-05-27"]),
    NODE + "2018-08-29.md": (None, ["2018-08-29"]),
    NODE + "2021-10-14.md": (None, ["2021-10-14"]),
    NODE + "2024-02-28.md": (None, ["2024-02-28"]),
    "md_en_python_sc/updates__2019-02-15_steering-council-update.md": (None, ["2019-02-15"]),
    "md_en_python_sc/updates__2022-06-steering-council-update.md": (
        None,
        ["2022-06-06", "2022-06-13", "2022-06-20", "2022-06-27"],
    ),
    TC39 + "02__february-18.md": (106, ["2025-02-18"]),
    TC39 + "07__july-28.md": (109, ["2025-07-28"]),
    "md_ja_ruby/2017__DevMeeting-2017-03-13.md": (None, ["2017-03-13"]),
    "md_ja_ruby/2021__DevelopersMeeting20210916Japan.md": (None, ["2021-09-16"]),
    "fomc_en/minutes_19960130.txt": (None, ["1996-01-30"]),
}
ATTENDEES = {
    NODE + "2018-08-29.md": 9,
    NODE + "2021-10-14.md": 12,
    NODE + "2024-02-28.md": 14,
    TC39 + "02__february-18.md": 34,
    TC39 + "07__july-28.md": 33,
    "md_ja_ruby/2008__DevCamp-08-11.md": 10,
    "md_ja_ruby/2017__DevMeeting-2017-03-13.md": 9,
}


def wanted(source: str) -> Counter[str]:
    words = TURNS[source].split()
    found = Counter({label.replace("_", " "): int(count) for label, count in zip(words[::2], words[1::2], strict=True)})
    if source in ALONE:
        found.pop(ALONE[source][0], None)
    return found


def bare(label: str) -> str:
    return re.sub(r"^[*-]\s+", "", label).replace("*", "").rstrip(": ")


def turns(parsed: Parsed) -> Counter[str]:
    found: Counter[str] = Counter()
    for meeting in parsed.meetings:
        for _, of_turn in groupby(meeting.statements, lambda one: one.turn):
            speaker = next(of_turn).speaker
            found.update([bare(speaker.label)] if speaker else [])
    return found


def named(meeting: Meeting) -> dict[str, tuple[str | None, str | None]]:
    speakers = [one.speaker for one in meeting.statements if one.speaker]
    return {bare(one.label): (one.name, one.affiliation) for one in speakers}


@cache
def text_of(path: Path) -> str:
    return read(path).text


@pytest.fixture
def source(data: Path, request: pytest.FixtureRequest) -> Path:
    file = data / "minutes" / "formats" / request.param
    if not file.is_file():
        pytest.skip(f"development data without {request.param}")
    return file


def name_of(source: Path) -> str:
    return f"{source.parent.name}/{source.name}"


MUTATIONS = {
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "deeper headings": lambda text: re.sub(r"(?m)^(#{2,4} )", r"#\1", text),
    "blanks behind lines": lambda text: re.sub(r"(?m)(?<=\S)$", "  ", text),
}


@pytest.mark.parametrize("source", TURNS, indirect=True, ids=lambda one: Path(one).stem)
def test_every_turn_is_found_and_nobody_else_speaks(source: Path) -> None:
    document = read(source)
    parsed = parse(document)
    check_partition(document, parsed)
    found = turns(parsed)
    label, count = ALONE.get(name_of(source), ("", 0))
    assert found.pop(label, 0) in (count, count + 1)
    assert found == wanted(name_of(source))
    assert parsed.unclaimed == ()


@pytest.mark.parametrize("source", [one for one in TURNS if TURNS[one]], indirect=True, ids=lambda one: Path(one).stem)
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_how_a_file_is_set_does_not_change_who_speaks(source: Path, mutation: str) -> None:
    text = text_of(source)
    assert turns(parse(document_of(MUTATIONS[mutation](text)))) == turns(parse(document_of(text)))


@pytest.mark.parametrize("source", [one for one in TURNS if "nodejs" in one or "ruby/20" in one], indirect=True)
def test_the_mark_of_a_bullet_does_not_matter(source: Path) -> None:
    text = text_of(source)
    dashes = re.sub(r"(?m)^(\s*)\*(?=\s)", r"\1-", text)
    assert turns(parse(document_of(dashes))) == turns(parse(document_of(text)))


@pytest.mark.parametrize("source", HEADS, indirect=True, ids=lambda one: Path(one).stem)
def test_which_meeting_it_was(source: Path) -> None:
    ordinal, days = HEADS[name_of(source)]
    meetings = parse(read(source)).meetings
    assert [str(meeting.date) for meeting in meetings] == days
    assert {meeting.ordinal for meeting in meetings} == {ordinal}


@pytest.mark.parametrize("source", ATTENDEES, indirect=True, ids=lambda one: Path(one).stem)
def test_who_was_there(source: Path) -> None:
    (meeting,) = parse(read(source)).meetings
    assert len(meeting.attendees) == ATTENDEES[name_of(source)]


@pytest.mark.parametrize("source", [TC39 + "07__july-28.md"], indirect=True)
def test_initials_that_a_table_explains(source: Path) -> None:
    (meeting,) = parse(read(source)).meetings
    people = named(meeting)
    assert people["KG"] == ("Kevin Gibbons", "F5")
    assert people["USA"] == ("Ujjwal Sharma", "Igalia")
    assert sum(name is None for name, _ in people.values()) <= 1


@pytest.mark.parametrize(
    "source", [one for one in TURNS if "fomc" in one], indirect=True, ids=lambda one: Path(one).stem
)
def test_one_huge_paragraph_is_cut_at_sentences(source: Path) -> None:
    (meeting,) = parse(read(source)).meetings
    assert 60 <= len(meeting.statements) <= 100
    assert all(one.speaker is None and len(one.text) <= 1300 for one in meeting.statements)


@pytest.mark.parametrize("name", ["changelog.md", "readme.md", "settings.md"])
def test_what_is_no_minutes_has_no_speakers(name: str) -> None:
    document = read(EXAMPLES / name)
    parsed = parse(document)
    check_partition(document, parsed)
    assert not turns(parsed)
    assert parsed.confidence < 0.5


def test_a_council() -> None:
    parsed = parse(read(EXAMPLES / "council.txt"))
    assert turns(parsed) == {"MAYOR SMITH": 3, "COUNCILMEMBER JONES": 2, "COUNCILMEMBER LEE": 2}
    (meeting,) = parsed.meetings
    assert [(one.name, one.role) for one in meeting.attendees] == [
        ("Jane Smith", "Mayor"),
        ("Bob Jones", "Councilmember"),
        ("Ann Lee", "Councilmember"),
    ]


def test_meetings_under_headings_with_days_and_times() -> None:
    parsed = parse(read(EXAMPLES / "group.md"))
    assert [str(meeting.date) for meeting in parsed.meetings] == ["2024-02-08", "2024-01-25"]
    assert turns(parsed) == {"bob": 1, "carol": 1, "Alice": 2, "Bob": 1, "Carol (Microsoft)": 1}


def test_handles_of_a_teleconference() -> None:
    parsed = parse(read(EXAMPLES / "teleconference.txt"))
    assert turns(parsed) == {"alice": 1, "bob": 1, "carol": 1, "Dan": 1, "Dan Dorn": 1}
    assert named(parsed.meetings[0])["Dan"] == ("Dan Dorn", None)


NOTES = """# Library Group 2024-05-06 (fictional)

## Present

{present}

## Minutes

### Roof

* Ada: the roof leaks
* Discussion about the cost
  * Carl: who pays?
    * we all do
* Note: no decision
* Carl => a short answer
* TODO: ask the builder
* Fixed: the door

### Other

* Nothing
"""


@pytest.mark.parametrize(
    "present",
    [
        "* Ada Byron (TSC)\n* Carl Gauss @carl (TSC)",
        "- Ada Byron - Analytical Ltd\n- Carl Gauss - Survey Office",
        "Ada Byron, Carl Gauss and Emmy Noether",
        "| Name | Organization |\n|---|---|\n| Ada Byron | Analytical |\n| Carl Gauss | Survey |",
        "| **Name** | GitHub | Remote? |\n|---|---|---|\n| [Ada Byron](https://a.example) | @ada | yes |\n"
        "| Carl Gauss | @carl | no |",
    ],
)
def test_first_names_of_a_list(present: str) -> None:
    (meeting,) = parse(document_of(NOTES.format(present=present))).meetings
    said = [(one.speaker.name if one.speaker else None, one.text) for one in meeting.statements]
    assert ("Ada Byron", "the roof leaks") in said
    assert ("Carl Gauss", "who pays?") in said
    assert ("Carl Gauss", "we all do") in said
    assert {name for name, text in said if text not in ("the roof leaks", "who pays?", "we all do")} == {None}


def test_labels_that_nobody_explains_need_talk() -> None:
    talk = (
        "matz: I like it\nko1: do you want it in core, or as a gem?\nmatz: yes\nko1: we can merge it next week then\n"
    )
    assert turns(parse(document_of(talk * 2))) == {"matz": 4, "ko1": 4}
    fields = "Yesterday: I wrote the parser and the tests\nToday: we merge\nBlockers: do you know any of them?\n"
    assert not turns(parse(document_of(fields * 4)))
    prefixes = "* parser: keep the blank lines inside of code\n* render: show the numbers of all of the lines\n"
    assert not turns(parse(document_of(prefixes * 4)))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Rob Palmer (RPR), Jordan Harband (JHD)", [("Rob Palmer", None, "RPR"), ("Jordan Harband", None, "JHD")]),
        ("- Ada Byron (@ada), Red Hat", [("Ada Byron", "Red Hat", "ada")]),
        ("- @carl - Carl Gauss", [("Carl Gauss", None, "carl")]),
        ("- Zi Liu (LIU)", [("Zi Liu", None, "LIU")]),
        ("* Timothy Gu @TimothyGu (TSC)", [("Timothy Gu", "TSC", "TimothyGu")]),
        ("Present: matz, ko1, Ada Byron", [("matz", None, None), ("ko1", None, None), ("Ada Byron", None, None)]),
        ("we met, talked, left", []),
        ("- Ada Byron will send the notes", []),
    ],
)
def test_entries_of_a_list(line: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    assert [(one.name, one.affiliation, one.label) for one in latin_attendees(line)] == expected


def test_what_people_may_be_called() -> None:
    assert called("* Rich Trott @Trott (TSC)") == {"rich trott", "rich", "trott"}
    assert called("Present: Mayor Jane Smith, matz") == {"jane smith", "jane", "smith", "matz"}
