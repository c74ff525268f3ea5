"""One meeting in several records: linked, not doubled, the newer edition in place of the older."""

from pathlib import Path

import pytest

from index.build import build
from index.search import Filters, Fusion, Index

BODY = """日時：令和5年6月1日（木）14時～16時
場所：市役所
○田中会長　それでは、駅前の再開発について意見を求めます。予算は三億円です。
○山本委員　駐輪場を北側に増やしてほしいと考えています。
○西村委員　歩道の幅を広げることが先だと考えます。
"""
FINAL = f"第３回まちづくり懇談会 議事録\n{BODY}"
DRAFT = f"第３回まちづくり懇談会 議事録（速報版）\n{BODY.replace('三億円', '二億円')}"
SUMMARY = """第３回まちづくり懇談会 議事要旨
日時：令和5年6月1日（木）14時～16時
議事概要
主な意見は次のとおり。
・駐輪場を増やすべき。
・歩道を広げるべき。
"""


def index_of(files: dict[str, str], tmp_path: Path) -> Index:
    folder = tmp_path / "minutes"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    build([folder], tmp_path / "index")
    return Index.open(tmp_path / "index")


def found(index: Index, words: str, filters: Filters | None = None) -> list[tuple[str, str]]:
    """Path and text of what a search finds."""
    snapshot = index.snapshot()
    hits = snapshot.search(words, [words], filters or Filters(), Fusion(1.0, 0.0), 20)
    texts = snapshot.statements(hit.row for hit in hits)
    return [(snapshot.meetings[hit.meeting].sources[0].path, texts[hit.row].text) for hit in hits]


def test_the_final_record_stands_for_the_draft(tmp_path: Path) -> None:
    index = index_of({"draft.txt": DRAFT, "final.txt": FINAL}, tmp_path)
    assert {path for path, _ in found(index, "予算")} == {"minutes/final.txt"}
    snapshot = index.snapshot()
    (older,) = snapshot.editions.superseded
    assert snapshot.meetings[older].meeting.draft
    named = Filters(meetings=(snapshot.meetings[older].meeting.id,))
    assert {path for path, _ in found(index, "予算", named)} == {"minutes/draft.txt"}


def test_a_copy_in_another_form_is_not_counted_twice(tmp_path: Path) -> None:
    index = index_of({"a.txt": FINAL, "b.txt": FINAL.replace("\n", "\r\n")}, tmp_path)
    texts = [text for _, text in found(index, "駐輪場")]
    assert len(texts) == len(set(texts)) == 3


def test_a_summary_stays_beside_the_record(tmp_path: Path) -> None:
    index = index_of({"full.txt": FINAL, "summary.txt": SUMMARY}, tmp_path)
    assert {path for path, _ in found(index, "駐輪場")} == {"minutes/full.txt", "minutes/summary.txt"}
    editions = index.snapshot().editions
    assert editions.superseded == {}
    assert len(editions.beside) == 2


def test_two_days_or_two_parts_of_one_day_are_no_editions(tmp_path: Path) -> None:
    other = FINAL.replace("駐輪場", "駐車場").replace("再開発", "公園").replace("歩道の幅を広げる", "木を植える")
    index = index_of({"a.txt": FINAL, "b.txt": FINAL.replace("6月1日（木）", "6月2日（金）"), "c.txt": other}, tmp_path)
    assert index.snapshot().editions.superseded == {}


def test_info_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from index.__main__ import main

    index_of({"draft.txt": DRAFT, "final.txt": FINAL, "summary.txt": SUMMARY}, tmp_path)
    assert main(["info", "--index", str(tmp_path / "index")]) == 0
    shown = capsys.readouterr().out
    assert "older edition: minutes/final.txt stands for it" in shown
    assert "same meeting: " in shown


def test_which_copy_stands_does_not_depend_on_when_it_was_indexed(tmp_path: Path) -> None:
    index_of({"b.txt": FINAL}, tmp_path)
    late = index_of({"a.txt": FINAL + "○佐藤委員　以上である。\n"}, tmp_path)
    assert "minutes/a.txt" not in {path for path, _ in found(late, "駐輪場")}
