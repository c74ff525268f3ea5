"""The index follows the folders: driven through build() and Index, on the real sample and small variants of it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from index.build import BuildReport, build
from index.errors import IndexDamaged, IndexShrinking, SourceError, UsageError
from index.layouts import parse
from index.reading import read
from index.search import Filters, Fusion, Index
from index.store import Store, damage
from tests.conftest import KEIZAI, MINUTES

FUSION = Fusion(weight=0.5, floor=0.0)
SMALL = """（架空）第{n}回みどり市防災会議
議事要旨
日時：令和5年{n}月1日

○山田会長　避難所の毛布を{n}百枚増やす。
○鈴木委員　訓練は年{n}回とする。
"""


def minutes_of(number: int) -> str:
    """A small invented meeting, different for each number."""
    return SMALL.format(n=number)


def fates(report: BuildReport) -> dict[str, str]:
    return {file.path: file.fate for file in report.files}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "minutes"
    folder.mkdir()
    shutil.copy(KEIZAI, folder / "keizai.txt")
    for number in (1, 2, 3):
        (folder / f"m{number}.txt").write_text(minutes_of(number), encoding="utf-8")
    return folder


def test_second_build_changes_and_embeds_nothing(folder: Path, tmp_path: Path) -> None:
    first = build([folder], tmp_path / "index")
    second = build([folder], tmp_path / "index")
    assert first.embedded == first.statements == first.added
    assert (second.version, second.embedded, second.added, second.removed) == (first.version, 0, 0, 0)
    assert set(fates(second).values()) == {"unchanged"}


def test_added_changed_renamed_removed(folder: Path, tmp_path: Path) -> None:
    before = build([folder], tmp_path / "index")
    ids = set(Store(tmp_path / "index").columns(1).ids)
    (folder / "m4.txt").write_text(minutes_of(4), encoding="utf-8")
    (folder / "m1.txt").write_text(minutes_of(1).replace("毛布", "水"), encoding="utf-8")
    (folder / "m2.txt").rename(folder / "renamed.txt")
    (folder / "m3.txt").unlink()
    report = build([folder], tmp_path / "index")
    assert fates(report) == {
        "minutes/keizai.txt": "unchanged",
        "minutes/m1.txt": "changed",
        "minutes/m2.txt": "removed",
        "minutes/m3.txt": "removed",
        "minutes/m4.txt": "added",
        "minutes/renamed.txt": "renamed",
    }
    assert report.version == 2
    assert report.embedded == 3  # two of the new meeting, one corrected
    after = set(Store(tmp_path / "index").columns(2).ids)
    assert len(ids - after) == 3  # the corrected statement and the two of the removed meeting; the renamed stay
    assert before.statements == len(ids)


def test_corrected_meeting_keeps_its_id(folder: Path, tmp_path: Path) -> None:
    build([folder], tmp_path / "index")
    store = Store(tmp_path / "index")
    old = {row.sources[0].path: row.meeting.id for row in store.meetings(1)}
    (folder / "m1.txt").write_text(minutes_of(1).replace("毛布", "水"), encoding="utf-8")
    build([folder], tmp_path / "index")
    new = {row.sources[0].path: row.meeting.id for row in store.meetings(2)}
    assert new == old


def test_identical_files_are_one_document_with_two_paths(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "m1.txt", folder / "copy.txt")
    build([folder], tmp_path / "index")
    meetings = Store(tmp_path / "index").meetings(1)
    assert len(meetings) == 4
    assert ["minutes/copy.txt", "minutes/m1.txt"] in [[source.path for source in row.sources] for row in meetings]


def test_removing_most_needs_prune(folder: Path, tmp_path: Path) -> None:
    build([folder], tmp_path / "index")
    for path in folder.iterdir():
        if path.name != "m1.txt":
            path.unlink()
    with pytest.raises(IndexShrinking, match="--prune"):
        build([folder], tmp_path / "index")
    assert Store(tmp_path / "index").latest().id == 1
    assert build([folder], tmp_path / "index", prune=True).statements == 2


def test_missing_folder_removes_nothing(folder: Path, tmp_path: Path) -> None:
    build([folder], tmp_path / "index")
    with pytest.raises(UsageError, match="does not exist"):
        build([folder, tmp_path / "unmounted"], tmp_path / "index")
    assert Store(tmp_path / "index").latest().id == 1


def test_file_that_became_unreadable_keeps_what_was_read(folder: Path, tmp_path: Path) -> None:
    before = build([folder], tmp_path / "index")
    (folder / "m1.txt").write_bytes(b"")
    report = build([folder], tmp_path / "index")
    assert fates(report)["minutes/m1.txt"] == "skipped"
    assert "empty" in str(report.skipped[0].note)
    assert report.statements == before.statements


def test_dry_run_changes_nothing(folder: Path, tmp_path: Path) -> None:
    report = build([folder], tmp_path / "index", dry_run=True)
    assert (report.version, report.statements) == (None, 27)
    build([folder], tmp_path / "index")
    (folder / "m1.txt").unlink()
    assert fates(build([folder], tmp_path / "index", dry_run=True))["minutes/m1.txt"] == "removed"
    assert Store(tmp_path / "index").latest().id == 1


def test_a_link_is_named_and_a_hidden_file_left_out(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text(minutes_of(9), encoding="utf-8")
    (folder / "link.txt").symlink_to(outside)
    (folder / ".hidden.txt").write_text(minutes_of(8), encoding="utf-8")
    report = build([folder], tmp_path / "index")
    assert fates(report).get("minutes/link.txt") == "skipped"
    assert "link" in str(report.skipped[0].note)
    assert "minutes/.hidden.txt" not in fates(report)
    assert report.statements == 27


def test_reader_keeps_its_version_while_a_build_goes_on(folder: Path, tmp_path: Path) -> None:
    build([folder], tmp_path / "index")
    index = Index.open(tmp_path / "index")
    snapshot = index.snapshot()
    (folder / "m1.txt").unlink()
    build([folder], tmp_path / "index")
    assert snapshot.scope(Filters()).statements == 27
    assert len(snapshot.search("毛布", ["毛布"], Filters(), FUSION, 27)) > 0
    assert index.snapshot().scope(Filters()).statements == 25


def test_index_rebuilt_in_place_is_answered_from(folder: Path, tmp_path: Path) -> None:
    """Whoever removes a damaged index and builds it again has a new version 1: the running page must notice."""
    build([folder], tmp_path / "index")
    index = Index.open(tmp_path / "index")
    shutil.rmtree(tmp_path / "index")
    (folder / "keizai.txt").unlink()
    build([folder], tmp_path / "index")
    snapshot = index.snapshot()
    hits = snapshot.search("毛布", ["毛布"], Filters(), FUSION, 3)
    assert snapshot.scope(Filters()).statements == 6
    assert "毛布" in snapshot.statements([hits[0].row])[hits[0].row].text


def test_any_changed_value_of_the_database_is_noticed(folder: Path, tmp_path: Path) -> None:
    build([folder], tmp_path / "index")
    store = Store(tmp_path / "index")
    assert damage(store) == []
    changes = [
        "UPDATE statements SET text = text || '。' WHERE row = 5",
        "UPDATE statements SET speaker = NULL WHERE row = 5",
        "UPDATE meetings SET removed = 1 WHERE row = 1",
        "DELETE FROM statements WHERE row = 5",
        "UPDATE meetings SET meta = replace(meta, '2023', '2024') WHERE row = 1",
        "UPDATE documents SET text = replace(text, '重要', '不要') WHERE row = 1",
        "UPDATE sources SET path = 'minutes/other.txt' WHERE row = 1",
        "UPDATE versions SET statements = 3",
        "UPDATE vectors SET value = zeroblob(length(value)) WHERE rowid = 3",
        "UPDATE tokens SET value = CAST('[]' AS BLOB) WHERE rowid = 3",
    ]
    original = (tmp_path / "index" / "minutes.db").read_bytes()
    for change in changes:
        with sqlite3.connect(tmp_path / "index" / "minutes.db") as connection:
            connection.execute(change)
        connection.close()
        assert damage(store), change
        (tmp_path / "index" / "minutes.db").write_bytes(original)
    assert damage(store) == []


def test_changed_statement_is_never_shown(folder: Path, tmp_path: Path) -> None:
    build([folder], tmp_path / "index")
    with sqlite3.connect(tmp_path / "index" / "minutes.db") as connection:
        connection.execute(
            "UPDATE statements SET text = '避難所は廃止する。' WHERE text LIKE '%毛布を1百枚%' OR text LIKE '%毛布%'"
        )
    connection.close()
    with pytest.raises(IndexDamaged):
        answers(tmp_path / "index")


def test_every_statement_of_the_sample_round_trips() -> None:
    for file in MINUTES.glob("*.txt"):
        document = read(file, file.name)
        parsed = parse(document)
        assert parsed.unclaimed == ()
        for meeting in parsed.meetings:
            for statement in meeting.statements:
                joined = "".join(document.text[span.start : span.end] for span in statement.spans)
                assert "".join(joined.split()) == "".join(statement.text.split())


def test_unsupported_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "table.xls").write_bytes(b"x")
    with pytest.raises(SourceError, match=r"table\.xls"):
        read(tmp_path / "table.xls", "table.xls")


def answers(directory: Path) -> list[tuple[str, float]]:
    """What an index finds for some words: texts with scores."""
    snapshot = Index.open(directory).snapshot()
    hits = snapshot.search(
        "避難所の毛布と情報保全の強化", ["避難", "所", "毛布", "情報", "保全"], Filters(), FUSION, 10
    )
    texts = snapshot.statements(hit.row for hit in hits)
    return [(texts[hit.row].text, round(hit.score, 5)) for hit in hits]
