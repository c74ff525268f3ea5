"""What versions changed, what stays of what vacuum drops, and the way to a backup and back."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from index.__main__ import main
from index.build import build
from index.history import Traced, steps, trace
from index.search import Index
from index.store import DIGESTED, Store, damage, digest_of
from index.vacuum import vacuum
from tests.conftest import KEIZAI

LATER = datetime.now(UTC) + timedelta(days=1)
MINUTES = """（架空）第1回みどり市防災会議
議事要旨
日時：令和5年1月1日

○山田会長　避難所の毛布を三百枚増やす。
○鈴木委員　訓練は年に一回とする。
○佐藤委員　備蓄の水は足りている。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "minutes"
    folder.mkdir()
    (folder / "m.txt").write_text(MINUTES, encoding="utf-8")
    shutil.copy(KEIZAI, folder)
    build([folder], tmp_path / "index")
    return folder


def rewritten(folder: Path, *changes: tuple[str, str]) -> Store:
    """The index after some words of the small meeting were changed."""
    text = (folder / "m.txt").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "m.txt").write_text(text, encoding="utf-8")
    build([folder], folder.parent / "index", prune=True)
    return Store(folder.parent / "index")


def ids(store: Store, words: str) -> list[str]:
    """The ids that statements with these words have or had, oldest first."""
    with sqlite3.connect(store.directory / "minutes.db") as connection:
        found = connection.execute("SELECT id FROM statements WHERE instr(text, ?) ORDER BY row", (words,)).fetchall()
    connection.close()
    return list(dict.fromkeys(id_ for (id_,) in found))


def traced(store: Store, id_: str) -> Traced:
    found = trace(store, id_, store.latest().id)
    assert found is not None
    return found


def counts(store: Store, version: int) -> dict[str, int]:
    step = next(step for step in steps(store) if step.version.id == version)
    kinds = ("added", "removed", "corrected", "reattributed")
    return {kind: count for kind in kinds if (count := step.count(kind))}


def test_a_version_tells_what_it_corrected_attributed_anew_added_and_removed(folder: Path) -> None:
    store = rewritten(
        folder,
        ("毛布を三百枚", "毛布を五百枚"),
        ("鈴木委員", "田中委員"),
        ("○佐藤委員　備蓄の水は足りている。\n", "○高橋委員　河川の堤防工事を急がせるべきである。\n"),
    )
    assert counts(store, 2) == {"added": 1, "removed": 1, "corrected": 1, "reattributed": 1}
    (corrected,) = [change for change in next(steps(store, 1)).changes if change.kind == "corrected"]
    assert corrected.before
    assert corrected.after
    assert "三百枚" in corrected.before.statement.text
    assert "五百枚" in corrected.after.statement.text


def test_a_file_that_is_only_renamed_changes_no_statement(folder: Path) -> None:
    (folder / "m.txt").rename(folder / "n.txt")
    build([folder], folder.parent / "index")
    (step,) = steps(Store(folder.parent / "index"), 1)
    assert (step.changes, step.files_added, step.files_removed) == ((), ("minutes/n.txt",), ("minutes/m.txt",))


def test_an_id_leads_through_corrections_to_what_is_shown_now(folder: Path) -> None:
    first = ids(Store(folder.parent / "index"), "毛布")[0]
    rewritten(folder, ("三百枚", "五百枚"))
    store = rewritten(folder, ("五百枚", "八百枚"))
    found = traced(store, first)
    assert [former.until.id for former in found.former] == [2, 3]
    assert ["三百枚" in found.former[0].shown.statement.text, "五百枚" in found.former[1].shown.statement.text] == [
        True
    ] * 2
    assert found.now
    assert "八百枚" in found.now.statement.text


def test_an_attribution_that_was_corrected_is_told_and_keeps_the_id(folder: Path) -> None:
    id_ = ids(Store(folder.parent / "index"), "訓練")[0]
    found = traced(rewritten(folder, ("鈴木委員", "田中委員")), id_)
    assert found.now
    assert found.now.statement.id == id_
    assert found.now.statement.speaker
    assert found.former[0].shown.statement.speaker
    assert (found.former[0].shown.statement.speaker.label, found.now.statement.speaker.label) == (
        "○鈴木委員",
        "○田中委員",
    )


def test_a_removed_statement_keeps_its_text_and_day_and_may_come_back(folder: Path) -> None:
    store = Store(folder.parent / "index")
    id_ = ids(store, "訓練")[0]
    (folder / "m.txt").rename(folder.parent / "trash.txt")
    build([folder], store.directory)
    found = traced(store, id_)
    assert found.now is None
    assert found.former[-1].shown.statement.text == "訓練は年に一回とする。"
    assert found.former[-1].until.id == 2
    (folder.parent / "trash.txt").rename(folder / "m.txt")
    build([folder], store.directory)
    again = traced(store, id_)
    assert again.now
    assert (again.now.statement.id, again.former) == (id_, ())


def test_a_final_record_under_another_name_succeeds_the_draft(folder: Path) -> None:
    store = Store(folder.parent / "index")
    id_ = ids(store, "毛布")[0]
    (folder / "m.txt").unlink()
    (folder / "final.txt").write_text(MINUTES.replace("三百枚", "四百枚"), encoding="utf-8")
    build([folder], store.directory)
    now = traced(store, id_).now
    assert now
    assert "四百枚" in now.statement.text


def test_of_two_parts_of_a_day_each_is_followed_by_its_own(folder: Path) -> None:
    """Both are named alike and open with the same words; all files get other names and a correction."""
    store = Store(folder.parent / "index")
    opening = "○山田会長　ただいまから会議を開きます。\n"
    morning = MINUTES.replace("○山田会長　避", f"{opening}○山田会長　避", 1)
    evening = (
        morning.replace("毛布を三百枚増やす", "橋を二本架ける").replace("訓練", "点検").replace("備蓄の水", "堤防")
    )
    (folder / "m.txt").unlink()
    for name, text in (("1-am.txt", morning), ("2-pm.txt", evening)):
        (folder / name).write_text(text, encoding="utf-8")
    build([folder], store.directory, prune=True)
    said = {words: ids(store, words)[-1] for words in ("三百枚", "二本")}
    # The later part comes first by name now.
    for old, new, words, other in (("1-am", "9-am", "三百枚", "四百枚"), ("2-pm", "0-pm", "二本", "三本")):
        text = (folder / f"{old}.txt").read_text(encoding="utf-8").replace(words, other)
        (folder / f"{old}.txt").unlink()
        (folder / f"{new}.txt").write_text(text, encoding="utf-8")
    build([folder], store.directory, prune=True)
    for words, other in (("三百枚", "四百枚"), ("二本", "三本")):
        now = traced(store, said[words]).now
        assert now
        assert other in now.statement.text
    assert counts(store, 3) == {"corrected": 2}


def test_a_summary_does_not_succeed_the_record_in_full(folder: Path) -> None:
    store = Store(folder.parent / "index")
    full = MINUTES.replace("議事要旨", "議事録")
    (folder / "m.txt").unlink()
    (folder / "full.txt").write_text(full, encoding="utf-8")
    (folder / "summary.txt").write_text(MINUTES.replace("増やす。", "増やすこと。"), encoding="utf-8")
    build([folder], store.directory, prune=True)
    id_ = ids(store, "毛布を三百枚増やす。")[-1]
    (folder / "full.txt").unlink()
    build([folder], store.directory, prune=True)
    assert traced(store, id_).now is None


def test_an_unknown_id_leads_nowhere(folder: Path) -> None:
    store = Store(folder.parent / "index")
    assert trace(store, "0123456789abcdef", 1) is None


def test_vacuum_drops_old_words_and_keeps_where_their_ids_lead(folder: Path) -> None:
    store = Store(folder.parent / "index")
    corrected, removed = ids(store, "毛布")[0], ids(store, "備蓄の水")[0]
    rewritten(folder, ("三百枚", "五百枚"), ("○佐藤委員　備蓄の水は足りている。\n", ""))
    content = store.latest().content
    dropped = vacuum(store.directory, timedelta(0), LATER)
    assert (dropped.versions, dropped.statements, dropped.oldest) == (1, 3, 2)
    assert ids(store, "三百枚") == []
    now = traced(store, corrected).now
    assert now
    assert "五百枚" in now.statement.text
    gone = traced(store, removed)
    assert (gone.now, gone.forgotten) == (None, store.latest().created[:10])
    assert damage(store) == []
    assert store.latest().content == content
    assert list(steps(store)) == []


def test_vacuum_keeps_the_span_and_what_somebody_may_still_read(folder: Path) -> None:
    store = rewritten(folder, ("三百枚", "五百枚"))
    assert vacuum(store.directory, timedelta(days=7)).versions == 0
    assert vacuum(store.directory, timedelta(0)).versions == 0
    assert len(list(steps(store))) == 2


def test_an_index_goes_on_after_vacuum(folder: Path) -> None:
    rewritten(folder, ("三百枚", "五百枚"))
    vacuum(folder.parent / "index", timedelta(0), LATER)
    store = rewritten(folder, ("五百枚", "八百枚"))
    build([folder], folder.parent / "fresh")
    assert store.latest().content == Store(folder.parent / "fresh").latest().content
    assert damage(store) == []


def command(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_changes_as_json_csv_and_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rewritten(folder, ("毛布を三百枚", "毛布を五百枚"), ("○鈴木委員　訓練", "○鈴木委員　=訓練"))
    index = folder.parent / "index"
    told: Any = json.loads(command(capsys, "changes", "--index", index, "--since", "1", "--json")[1])
    (version,) = told["versions"]
    assert [len(version[kind]) for kind in ("added", "removed", "corrected", "reattributed")] == [0, 0, 2, 0]
    assert version["corrected"][0]["difference"][1:3] == [
        {"kind": "removed", "text": "三"},
        {"kind": "added", "text": "五"},
    ]
    rows = list(csv.DictReader(io.StringIO(command(capsys, "changes", "--index", index, "--since", "1", "--csv")[1])))
    assert [row["change"] for row in rows] == ["corrected", "corrected"]
    assert rows[1]["text"].startswith("'="), "a cell must not become a formula"
    assert "2 corrected" in command(capsys, "changes", "--index", index)[1]


@pytest.mark.parametrize("since", ["昨日の", "12345678"])
def test_changes_since_nonsense_is_refused(folder: Path, capsys: pytest.CaptureFixture[str], since: str) -> None:
    code, out, err = command(capsys, "changes", "--index", folder.parent / "index", "--since", since)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_changes_since_a_day(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = folder.parent / "index"
    assert "version 1" in command(capsys, "changes", "--index", index, "--since", "2023年1月1日")[1]
    assert command(capsys, "changes", "--index", index, "--since", "2999-01-01")[1] == ""


def test_a_backup_brings_back_what_was(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index, copy = folder.parent / "index", folder.parent / "copy.db"
    opened = Index.open(index)
    before = Store(index).latest()
    assert command(capsys, "backup", copy, "--index", index)[0] == 0
    rewritten(folder, ("三百枚", "五百枚"))
    assert opened.snapshot().version.id == 2
    code, _, err = command(capsys, "restore", copy, "--index", index)
    assert (code, "--replace" in err) == (2, True)
    assert Store(index).latest().id == 2
    assert command(capsys, "restore", copy, "--index", index, "--replace")[0] == 0
    assert Store(index).latest() == before
    assert opened.snapshot().version == before
    assert damage(Store(index)) == []
    assert command(capsys, "restore", copy, "--index", folder.parent / "other")[0] == 0
    assert Store(folder.parent / "other").latest() == before


def test_a_backup_replaces_no_file_and_a_damaged_one_no_index(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index, copy = folder.parent / "index", folder.parent / "copy.db"
    copy.write_text("something else")
    assert command(capsys, "backup", copy, "--index", index)[0] == 2
    assert copy.read_text() == "something else"
    assert command(capsys, "restore", copy, "--index", index, "--replace")[0] == 2
    copy.unlink()
    command(capsys, "backup", copy, "--index", index)
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE statements SET text = 'x' WHERE row = 3")
    connection.close()
    code, _, err = command(capsys, "restore", copy, "--index", index, "--replace")
    assert (code, "damaged" in err) == (2, True)
    assert damage(Store(index)) == []


def test_restore_takes_the_place_of_a_database_that_nothing_can_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index, copy = folder.parent / "index", folder.parent / "copy.db"
    command(capsys, "backup", copy, "--index", index)
    (index / "minutes.db").write_bytes(b"no database at all" * 1000)
    assert command(capsys, "check", "--index", index)[0] == 3
    assert command(capsys, "restore", copy, "--index", index, "--replace")[0] == 0
    assert damage(Store(index)) == []
    assert list(index.glob("damaged-*")), "what was there is kept"


def test_check_names_what_is_damaged_and_repair_puts_it_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = folder.parent / "index"
    before = Store(index).latest()
    with sqlite3.connect(index / "minutes.db") as connection:
        connection.execute("UPDATE statements SET text = '避難所は廃止する。' WHERE instr(text, '毛布')")
        connection.execute("DELETE FROM statements WHERE instr(text, '備蓄')")
        connection.execute("UPDATE documents SET text = replace(text, '重要', '不要')")
        connection.execute("DELETE FROM vectors WHERE rowid = 2")
    connection.close()
    assert command(capsys, "check", "--index", index)[0] == 3
    code, out, _ = command(capsys, "check", "--index", index, "--repair")
    assert code == 0, out
    assert "minutes/m.txt" in out
    assert (Store(index).latest(), damage(Store(index))) == (before, [])


def test_what_cannot_be_repaired_is_named_with_the_file_it_would_come_from(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = folder.parent / "index"
    with sqlite3.connect(index / "minutes.db") as connection:
        connection.execute("UPDATE statements SET text = '避難所は廃止する。' WHERE instr(text, '毛布')")
    connection.close()
    (folder / "m.txt").rename(folder.parent / "away.txt")
    code, out, _ = command(capsys, "check", "--index", index, "--repair")
    assert code == 3
    assert "minutes/m.txt" in out
    assert "gone" in out
    (folder.parent / "away.txt").rename(folder / "m.txt")
    assert command(capsys, "check", "--index", index, "--repair")[0] == 0


def test_a_lost_version_is_repaired_before_anything_is_built_on_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = rewritten(folder, ("三百枚", "五百枚"))
    shown = store.latest().content
    with sqlite3.connect(store.directory / "minutes.db") as connection:
        connection.execute("DELETE FROM versions WHERE id = 2")
    connection.close()
    code, out, err = command(capsys, "build", folder, "--index", store.directory)
    assert (code, out, "check --repair" in err) == (3, "", True)
    assert command(capsys, "check", "--index", store.directory, "--repair")[0] == 0
    assert command(capsys, "build", folder, "--index", store.directory)[0] == 0
    assert (store.latest().content, len(store.meetings(store.latest().id))) == (shown, 2)


def test_check_proves_statements_against_their_source_and_sources_against_their_files(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A forgery with digests that fit: the database is at peace with itself, but not with the file."""
    store = Store(folder.parent / "index")
    with sqlite3.connect(store.directory / "minutes.db") as connection:
        row = connection.execute(f"SELECT {DIGESTED['documents']} FROM documents WHERE instr(text, '毛布')").fetchone()
        forged = [*row[:-1], row[-1].replace("三百枚", "九百枚")]
        connection.execute(
            "UPDATE documents SET text = ?, digest = ? WHERE row = ?", (forged[-1], digest_of(forged), row[0])
        )
    connection.close()
    assert damage(store) == []
    code, out, _ = command(capsys, "check", "--index", store.directory, "--json")
    found = json.loads(out)
    assert (code, found["ok"], len(found["unproven"])) == (3, False, 1)
    assert {file["path"]: file["state"] for file in found["files"]}["minutes/m.txt"] == "differs"


def test_check_says_which_files_wait_for_a_build(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "m.txt").write_text(MINUTES + "○鈴木委員　以上である。\n", encoding="utf-8")
    code, out, _ = command(capsys, "check", "--index", folder.parent / "index", "--json")
    states = {file["path"]: file["state"] for file in json.loads(out)["files"]}
    assert (code, states["minutes/m.txt"]) == (0, "changed")
