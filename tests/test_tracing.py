"""Every id ever shown resolves: the real commands over small minutes that are corrected, re-attributed and removed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from index.build import build
from index.search import Index
from index.store import DIGESTED, Store, digest_of
from index.vacuum import vacuum
from qa.__main__ import main

HEAD = "第１回防災会議 議事要旨\n令和5年5月10日\n\n"
STOCK = "避難所の備蓄を増やす必要がある。"
MORE = "避難所の備蓄を二倍に増やす必要がある。"
MOST = "避難所の備蓄を二倍以上に増やす必要がある。"
BLANKETS = "毛布を三千枚買った。"
ROOMY = f"○総務部長　{BLANKETS}\n○知事　水害の訓練を毎年行う。\n○知事　河川の水位計を増設する。\n"


class Folder:
    """A folder of minutes with its index, built on days of our choice: `day` 1 is 2026-01-01."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.minutes = path / "minutes"
        self.minutes.mkdir()
        self.directory = path / "index"
        self._monkeypatch = monkeypatch

    def build(self, day: int, **files: str | None) -> None:
        """Write the files, remove those that are None, and make a version on that day."""
        for name, text in files.items():
            file = self.minutes / f"{name}.txt"
            file.unlink() if text is None else file.write_text(text, encoding="utf-8")
        moment = datetime(2026, 1, day, 12, tzinfo=UTC) - (datetime.now().astimezone().utcoffset() or timedelta())
        with self._monkeypatch.context() as patched:
            patched.setattr("index.store.now", lambda: moment.isoformat(timespec="seconds"))
            build([self.minutes], self.directory, prune=True)

    def id_of(self, text: str) -> str:
        """The id of the statement with this text, in the newest version."""
        store = Store(self.directory)
        with sqlite3.connect(self.directory / "minutes.db") as connection:
            ids = [id_ for (id_,) in connection.execute("SELECT id FROM statements WHERE text = ?", (text,))]
        return next(id_ for id_ in ids if id_ in store.columns(store.latest().id).ids)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    return Folder(tmp_path, monkeypatch)


@pytest.fixture
def resolved(folder: Folder, capsys: pytest.CaptureFixture[str]) -> Callable[[str], dict[str, Any]]:
    """What `python -m qa --statement ID --json` prints."""

    def show(id_: str) -> dict[str, Any]:
        assert main(["--statement", id_, "--index", str(folder.directory), "--json"]) == 0
        value: dict[str, Any] = json.loads(capsys.readouterr().out)
        return value

    return show


@pytest.fixture
def printed(folder: Folder, capsys: pytest.CaptureFixture[str]) -> Callable[[str], str]:
    def show(id_: str) -> str:
        assert main(["--statement", id_, "--index", str(folder.directory)]) == 0
        return capsys.readouterr().out

    return show


Resolves = Callable[[str], dict[str, Any]]
Prints = Callable[[str], str]


def said(who: str, text: str) -> str:
    return f"{HEAD}○{who}　{text}\n{ROOMY}"


def changed(entry: dict[str, Any], kind: str) -> list[str]:
    return [stretch["text"] for stretch in entry["difference"] if stretch["kind"] == kind]


def test_an_unchanged_statement_is_shown_as_it_is(folder: Folder, resolved: Resolves, printed: Prints) -> None:
    folder.build(1, a=said("知事", STOCK))
    folder.build(2, a=said("知事", STOCK).replace("三千枚", "四千枚"))
    entry = resolved(folder.id_of(STOCK))
    assert (entry["state"], entry["history"], entry["forgotten"], entry["text"]) == ("current", [], None, STOCK)
    assert "以前の形" not in printed(folder.id_of(STOCK))


def test_a_statement_that_was_attributed_to_another_says_until_when(
    folder: Folder, resolved: Resolves, printed: Prints
) -> None:
    folder.build(1, a=said("知事", STOCK))
    folder.build(2, a=said("知事", STOCK).replace("三千枚", "四千枚"))
    folder.build(5, a=said("副知事", STOCK))
    entry = resolved(folder.id_of(STOCK))
    assert (entry["state"], entry["speaker"]["label"]) == ("current", "○副知事")
    assert [(one["speaker"]["label"], one["version"], one["day"]) for one in entry["history"]] == [
        ("○知事", 3, "2026-01-05")
    ]
    assert entry["history"][0]["difference"] == []
    assert "2026年1月5日（令和8年）の第3版で改められるまで" in printed(folder.id_of(STOCK))


def test_a_sidecar_that_names_somebody_else_is_history_too(folder: Folder, resolved: Resolves) -> None:
    folder.build(1, a=said("知事", STOCK))
    sidecar = folder.minutes / "a.txt.meta.toml"
    sidecar.write_text('[[speakers]]\nlabel = "知事"\nname = "山田太郎"\n', encoding="utf-8")
    folder.build(2)
    entry = resolved(folder.id_of(STOCK))
    assert entry["speaker"]["name"] == "山田太郎"
    assert [one["speaker"]["name"] for one in entry["history"]] == [None]


def test_a_corrected_statement_leads_to_its_successor_with_the_difference(
    folder: Folder, resolved: Resolves, printed: Prints
) -> None:
    folder.build(1, a=said("知事", STOCK))
    old = folder.id_of(STOCK)
    folder.build(3, a=said("知事", MORE))
    entry = resolved(old)
    assert (entry["state"], entry["asked"]) == ("corrected", old)
    assert (entry["id"], entry["text"]) == (folder.id_of(MORE), MORE)
    assert MORE in entry["citation"]["ja"]
    (former,) = entry["history"]
    assert (former["id"], former["text"], former["version"], former["day"]) == (old, STOCK, 2, "2026-01-03")
    assert (changed(former, "added"), changed(former, "removed")) == (["二倍に"], [])
    shown = printed(old)
    assert shown.startswith(f"ID {old} の発言は訂正されました。")
    assert "＋二倍に" in shown


def test_the_successor_knows_how_it_was_worded_before(folder: Folder, resolved: Resolves) -> None:
    folder.build(1, a=said("知事", STOCK))
    old = folder.id_of(STOCK)
    folder.build(3, a=said("知事", MORE))
    entry = resolved(folder.id_of(MORE))
    assert entry["state"] == "current"
    assert [(one["id"], one["day"]) for one in entry["history"]] == [(old, "2026-01-03")]


def test_a_chain_of_corrections_is_told_whole_from_each_of_its_ends(folder: Folder, resolved: Resolves) -> None:
    ids = []
    for day, text in enumerate((STOCK, MORE, MOST), 1):
        folder.build(day, a=said("知事", text))
        ids.append(folder.id_of(text))
    for id_ in ids:
        entry = resolved(id_)
        assert entry["id"] == ids[2]
        assert entry["state"] == ("current" if id_ == ids[2] else "corrected")
        assert [one["id"] for one in entry["history"]] == ids[:2]
        assert [changed(one, "added") for one in entry["history"]] == [["二倍に"], ["以上"]]


def test_an_id_that_comes_back_is_current_and_remembers(folder: Folder, resolved: Resolves) -> None:
    folder.build(1, a=said("知事", STOCK))
    first = folder.id_of(STOCK)
    folder.build(2, a=said("知事", MORE))
    between = folder.id_of(MORE)
    folder.build(3, a=said("知事", STOCK))
    assert folder.id_of(STOCK) == first
    for id_, state in ((first, "current"), (between, "corrected")):
        entry = resolved(id_)
        assert (entry["state"], entry["id"]) == (state, first)
        assert [one["id"] for one in entry["history"]] == [first, between]


def test_one_who_was_away_for_a_time_keeps_what_was_before(folder: Folder, resolved: Resolves) -> None:
    folder.build(1, a=said("知事", STOCK), b=said("市長", BLANKETS * 2).replace("第１回", "第２回"))
    folder.build(2, a=None)
    sidecar = folder.minutes / "a.txt.meta.toml"
    sidecar.write_text('[[speakers]]\nlabel = "知事"\nname = "山田太郎"\n', encoding="utf-8")
    folder.build(3, a=said("知事", STOCK))
    entry = resolved(folder.id_of(STOCK))
    assert entry["speaker"]["name"] == "山田太郎"
    assert [(one["speaker"]["name"], one["version"]) for one in entry["history"]] == [(None, 2)]


def test_a_removed_statement_is_shown_and_marked(folder: Folder, resolved: Resolves, printed: Prints) -> None:
    folder.build(1, a=said("知事", STOCK), b=said("市長", MOST).replace("第１回", "第２回"))
    gone = folder.id_of(STOCK)
    folder.build(7, a=None)
    entry = resolved(gone)
    assert (entry["state"], entry["id"], entry["text"]) == ("removed", gone, STOCK)
    assert [(one["id"], one["version"], one["day"]) for one in entry["history"]] == [(gone, 2, "2026-01-07")]
    assert entry["source"]["state"] == "gone"
    shown = printed(gone)
    assert shown.startswith("【削除された発言】2026年1月7日（令和8年）の第2版で削除されました")
    assert STOCK in shown
    assert "以前の形" not in shown
    assert "citation" not in entry, "nothing to paste of what the minutes no longer say"
    assert "発言、" not in shown


def test_one_that_was_corrected_and_then_removed_shows_its_last_words(folder: Folder, resolved: Resolves) -> None:
    other = said("市長", "学校の耐震化を終えた。").replace("第１回", "第２回")
    folder.build(1, a=said("知事", STOCK), b=other)
    first = folder.id_of(STOCK)
    folder.build(2, a=said("知事", MORE))
    second = folder.id_of(MORE)
    folder.build(3, a=None)
    entry = resolved(first)
    assert (entry["state"], entry["id"], entry["text"]) == ("removed", second, MORE)
    assert [(one["id"], one["version"]) for one in entry["history"]] == [(first, 2), (second, 3)]


def test_a_renamed_file_changes_nothing(folder: Folder, resolved: Resolves) -> None:
    folder.build(1, a=said("知事", STOCK))
    (folder.minutes / "a.txt").rename(folder.minutes / "b.txt")
    folder.build(2)
    entry = resolved(folder.id_of(STOCK))
    assert (entry["state"], entry["history"]) == ("current", [])
    assert entry["source"]["path"] == "minutes/b.txt"


def test_of_a_forgotten_statement_the_day_and_the_successor_are_left(
    folder: Folder, resolved: Resolves, printed: Prints
) -> None:
    other = said("市長", "学校の耐震化を終えた。").replace("第１回", "第２回")
    folder.build(1, a=said("知事", STOCK), b=other)
    corrected, dropped = folder.id_of(STOCK), folder.id_of("学校の耐震化を終えた。")
    folder.build(2, a=said("知事", MORE), b=None)
    assert vacuum(folder.directory, timedelta(0)).versions == 1
    day = datetime.fromisoformat(Store(folder.directory).latest().created).date().isoformat()
    entry = resolved(corrected)
    assert (entry["state"], entry["forgotten"], entry["history"]) == ("forgotten", day, [])
    assert (entry["id"], entry["text"]) == (folder.id_of(MORE), MORE)
    assert STOCK not in printed(corrected)
    entry = resolved(dropped)
    assert entry == {"asked": dropped, "state": "forgotten", "history": [], "forgotten": day}
    assert "後を継いだ発言はありません" in printed(dropped)


def falsify(directory: Path, old: str, new: str) -> None:
    """Other words in a stored document, under a digest that fits them: only the proof of a quote can notice."""
    columns = DIGESTED["documents"]
    with sqlite3.connect(directory / "minutes.db") as connection:
        connection.execute("UPDATE documents SET text = replace(text, ?, ?)", (old, new))
        for row in connection.execute(f"SELECT {columns} FROM documents").fetchall():
            connection.execute("UPDATE documents SET digest = ? WHERE row = ?", (digest_of(row), row[0]))


def test_a_former_text_that_its_document_does_not_hold_is_not_shown(
    folder: Folder, resolved: Resolves, printed: Prints
) -> None:
    folder.build(1, a=said("知事", STOCK), b=said("市長", MOST).replace("第１回", "第２回"))
    old, gone = folder.id_of(STOCK), folder.id_of(MOST)
    folder.build(2, a=said("知事", MORE), b=None)
    falsify(folder.directory, "備蓄を増", "備蓄を減")
    with sqlite3.connect(folder.directory / "minutes.db") as connection:
        connection.execute("UPDATE documents SET text = replace(text, '以上', '以下')")
    entry = resolved(old)
    assert entry["text"] == MORE
    assert (entry["history"][0]["text"], entry["history"][0]["difference"]) == (None, [])
    assert STOCK not in printed(old)
    assert "text" not in resolved(gone)
    shown = printed(gone)
    assert "一致しない" in shown
    assert MOST not in shown


def test_a_damaged_row_hides_itself_and_no_other(
    folder: Folder, resolved: Resolves, printed: Prints, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.build(1, a=said("知事", STOCK))
    whole, damaged = folder.id_of(STOCK), folder.id_of(BLANKETS)
    with sqlite3.connect(folder.directory / "minutes.db") as connection:
        connection.execute("UPDATE statements SET text = '毛布を売った。' WHERE text = ?", (BLANKETS,))
    entry = resolved(whole)
    assert (entry["text"], entry["state"], entry["history"]) == (STOCK, "current", None)
    assert "check --repair" in printed(whole)
    assert main(["--statement", damaged, "--index", str(folder.directory)]) == 3
    assert "check --repair" in capsys.readouterr().err


def test_an_id_that_no_version_had_is_wrong_use(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.build(1, a=said("知事", STOCK))
    assert main(["--statement", "0" * 16, "--index", str(folder.directory)]) == 2
    assert capsys.readouterr().err == "qa: version 1 of the index has no statement '0000000000000000'\n"


def test_a_snapshot_knows_no_version_after_its_own(folder: Folder) -> None:
    folder.build(1, a=said("知事", STOCK))
    index = Index.open(folder.directory)
    snapshot = index.snapshot()
    old = folder.id_of(STOCK)
    folder.build(2, a=said("知事", MORE))
    before, after = snapshot.trace(old), index.snapshot().trace(old)
    assert before
    assert after
    assert (before.now and before.now.statement.text, before.former) == (STOCK, ())
    assert after.now
    assert after.now.statement.text == MORE
    assert (len(snapshot.versions()), list(snapshot.steps(1))) == (1, [])
