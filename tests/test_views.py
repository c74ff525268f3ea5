"""Comparison, coverage, timeline and all matches, from the command line and over real minutes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.build import build
from index.cells import safe_cell
from index.proof import proven
from index.search import Filters, Index
from qa.__main__ import main
from qa.answer import Asked
from qa.render.views import COLUMNS
from qa.views import all_matches, comparison, coverage, timeline

TODAY = date(2024, 1, 1)
SECURITY = "情報保全の強化"


def shown(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    assert main([str(argument) for argument in arguments]) == 0
    return capsys.readouterr().out


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(shown(capsys, *arguments, "--json"))
    return value


def test_all_matches_are_counted_and_say_what_was_searched(
    minutes_directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    view = as_json(capsys, "--all", SECURITY, "--index", minutes_directory)
    assert view["count"] == len(view["statements"]) >= 3
    assert view["complete"] is True
    assert view["searched"]["meetings"] == 1
    assert view["searched"]["first"] == "2023-02-14"
    assert {entry["kind"] for entry in view["statements"]} == {"speech"}
    confidences = [entry["confidence"] for entry in view["statements"]]
    assert confidences == sorted(confidences, reverse=True)


def test_matches_in_the_order_of_the_meeting(minutes_directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    view = as_json(capsys, "--all", SECURITY, "--sort", "meeting", "--index", minutes_directory)
    starts = [entry["source"]["spans"][0]["start"] for entry in view["statements"]]
    assert starts == sorted(starts)


def test_everything_that_somebody_said(minutes_index: Index) -> None:
    found = all_matches(Asked("外務大臣の発言"), minutes_index.snapshot(), TODAY)
    assert [match.cited.statement.position for match in found.matches] == [2, 3, 4]


def test_each_speaker_is_compared_once_and_by_name(minutes_directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    view = as_json(capsys, "--compare", SECURITY, "--index", minutes_directory)
    names = [voice["name"] for voice in view["voices"]]
    assert len(names) == len(set(names))
    assert {"外務大臣（林芳正）", "総務大臣（松本剛明）"} <= set(names)
    assert all(voice["best"]["confidence"] > 0 and voice["count"] >= 1 for voice in view["voices"])


def test_asked_for_and_not_found_is_no_recorded_statement(minutes_index: Index) -> None:
    asked = Asked("技術流出の防止", given=Filters(speakers=("外務大臣", "文部科学大臣")))
    voices = comparison(all_matches(asked, minutes_index.snapshot(), TODAY)).voices
    assert [(voice.name, voice.best is None) for voice in voices] == [
        ("文部科学大臣（永岡桂子）", False),
        ("外務大臣", True),
    ]


def test_phrases_that_show_the_kind_are_marked(minutes_index: Index) -> None:
    found = all_matches(Asked("研究者 制度設計 丁寧な検討"), minutes_index.snapshot(), TODAY)
    marked = {cue for match in found.matches for cue in match.cues}
    assert "丁寧な検討" in marked
    assert all(cue in match.cited.statement.text for match in found.matches for cue in match.cues)


def test_coverage_has_a_cell_for_every_speaker_and_topic(minutes_index: Index) -> None:
    snapshot = minutes_index.snapshot()
    table = coverage([all_matches(Asked(topic), snapshot, TODAY) for topic in (SECURITY, "研究インテグリティ")])
    assert all(len(row) == 2 for row in table.cells)
    research = {name for name, (_, cell) in zip(table.names, table.cells, strict=True) if cell}
    assert "文部科学大臣（永岡桂子）" in research
    assert "外務大臣（林芳正）" not in research


def test_coverage_names_nobody_twice(minutes_index: Index) -> None:
    snapshot = minutes_index.snapshot()
    given = Filters(speakers=("外務大臣", "防衛大臣"))
    topics = (SECURITY, "研究インテグリティ")
    table = coverage([all_matches(Asked(topic, given=given), snapshot, TODAY) for topic in topics])
    assert table.names == ("外務大臣（林芳正）", "防衛大臣")


@pytest.mark.parametrize("arguments", [[], ["一", "二"], ["--coverage", *"一二三四五六七八九"], ["何か", "--csv"]])
def test_wrong_use_is_said_plainly(
    arguments: list[str], minutes_directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--index", str(minutes_directory)]) in {1, 2}
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "qa:" in captured.err


HEAD = "第{}回防災会議議事要旨\n令和{}年5月10日\n\n"
SAME = "○知事　避難所の備蓄を増やす必要がある。\n"
ROSTER = (
    "role,name,from,until,source,body\n知事,山田太郎,2022-01-01,2023-12-31,x,\n知事,鈴木花子,2024-01-01,2025-12-31,x,\n"
)


def test_a_timeline_breaks_where_the_person_changes_and_compares_wording_of_summaries(tmp_path: Path) -> None:
    minutes = tmp_path / "minutes"
    minutes.mkdir()
    (minutes / "roster.csv").write_text(ROSTER, encoding="utf-8")
    later = SAME.replace("増やす必要がある", "倍に増やす必要がある")
    for number, year, words in ((1, 4, SAME), (2, 5, later), (3, 6, SAME)):
        (minutes / f"{number}.txt").write_text(HEAD.format(number, year) + words, encoding="utf-8")
    build([minutes], tmp_path / "index")
    found = all_matches(Asked("避難所の備蓄について知事の発言"), Index.open(tmp_path / "index").snapshot(), TODAY)
    moments = timeline(found).moments
    assert [moment.match.cited.meeting.meeting.ordinal for moment in moments] == [1, 2, 3]
    assert [moment.breaks for moment in moments] == [False, False, True]
    assert [[c.text for c in moment.wording if c.kind == "added"] for moment in moments] == [[], ["倍に"], []]


def test_members_who_speak_in_turn_break_no_timeline(opened: Callable[[str], Index]) -> None:
    found = all_matches(Asked("船荷証券の占有について委員の発言"), opened("councils").snapshot(), TODAY)
    moments = timeline(found).moments
    assert len({moment.person for moment in moments}) > 2
    assert not any(moment.breaks for moment in moments)


def test_csv_is_a_table_that_no_spreadsheet_runs(minutes_directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.reader(io.StringIO(shown(capsys, "--all", SECURITY, "--index", minutes_directory, "--csv"))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) > 3
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert [safe_cell(value) for value in ("=1+1", "+x", "-x", "@x", "\tx", "\rx", "x", None)] == [
        "'=1+1",
        "'+x",
        "'-x",
        "'@x",
        "'\tx",
        "'\rx",
        "x",
        "",
    ]


def test_an_id_resolves_to_its_statement_with_citations(
    minutes_directory: Path, minutes_index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot = minutes_index.snapshot()
    hit = snapshot.listed(Filters(speakers=("外務大臣",)), 1)[0]
    statement = snapshot.statements([hit.row])[hit.row]
    entry = as_json(capsys, "--statement", statement.id, "--index", minutes_directory)
    assert entry["text"] == statement.text
    assert entry["citation"]["ja"] == (
        f"「{statement.text}」（外務大臣発言、第4回経済安全保障推進会議、令和5年2月14日、議事要旨による、p.1）"
    )
    assert "14 February 2023" in entry["citation"]["en"]
    assert entry["citation"]["markdown"].startswith("> ")
    assert main(["--statement", "0" * 16, "--index", str(minutes_directory)]) == 2


def test_every_match_of_real_minutes_is_proven(opened: Callable[[str], Index]) -> None:
    snapshot = opened("tokyo").snapshot()
    found = all_matches(Asked("待機児童"), snapshot, TODAY)
    assert len(found.matches) >= 5
    for match in found.matches:
        entry = match.cited
        assert proven(entry.statement, snapshot.document(entry.meeting.document).text)
        assert all(quote in entry.statement.text for quote in entry.quotes)
