"""Being told of new statements: the real command over small minutes that grow, are corrected and made anew."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from index.__main__ import main
from index.backup import backup, restore
from index.store import Store
from index.vacuum import vacuum
from qa.__main__ import main as qa_main
from qa.alerts import QUESTIONS
from tests.conftest import KEIZAI, ROOT
from tests.test_tracing import Folder

SECURITY = "外務大臣は情報保全について"
STOCKS = "避難所の備蓄"
QUIET = "宇宙開発の予算"
LATER = """第５回経済安全保障推進会議
議事要旨

１ 日 時：令和５年６月１日（木）８：25～８：35
２ 場 所：官邸２階大ホール

３ 議事の概要：
（１） 関係閣僚の発言

◯外務大臣
・ 情報保全の強化について、同盟国との協議を始めた。
◯総務大臣
・ 情報保全の強化に、総務省も協力していきたい。
"""
SHELTER = """第１回防災会議 議事要旨
令和5年5月10日

○知事　避難所の備蓄を増やす必要がある。
○総務部長　職員の研修を始めた。
○知事　税収は横ばいである。
"""
STOCK = "避難所の備蓄を増やす必要がある。"
MORE = "避難所の備蓄を二倍に増やす必要がある。"
NS = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """The real sample and a small meeting, as version 1."""
    folder = Folder(tmp_path, monkeypatch)
    shutil.copy(KEIZAI, folder.minutes)
    folder.build(1, shelter=SHELTER)
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.txt"
    file.write_text(f"# topics of the section\n\n{SECURITY}\r\n{STOCKS}\n{QUIET}\n", encoding="utf-8-sig")
    return file


@pytest.fixture
def state(questions: Path) -> Path:
    return questions.with_name("questions.txt.seen.json")


@pytest.fixture
def run(folder: Folder, questions: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs `python -m index alerts`: exit code, standard output, standard error."""

    def call(*options: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["alerts", str(questions), "--index", str(folder.directory), *options])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def news(run: Run) -> Callable[..., dict[str, list[dict[str, Any]]]]:
    """What is new by question; nothing may be refused or noted."""

    def call(*options: str) -> dict[str, list[dict[str, Any]]]:
        code, out, err = run("--json", *options)
        assert (code, err) == (0, "")
        return {one["question"]: one["new"] for one in json.loads(out)["questions"]}

    return call


Run = Callable[..., tuple[int, str, str]]
News = Callable[..., dict[str, list[dict[str, Any]]]]


def test_the_first_run_tells_all_that_matches_and_the_next_nothing(
    folder: Folder, news: News, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    first = news()
    assert {one["speaker"]["role"] for one in first[SECURITY]} == {"外務大臣"}
    assert [one["text"] for one in first[STOCKS]] == [STOCK]
    assert {(one["change"], one["before"], one["version"]) for found in first.values() for one in found} == {
        ("added", None, 1)
    }
    assert first[QUIET] == []
    qa_main(["--all", SECURITY, "--index", str(folder.directory), "--json"])
    listed = json.loads(capsys.readouterr().out)["statements"]
    assert [one["id"] for one in first[SECURITY]] == [one["id"] for one in listed]
    assert news() == {SECURITY: [], STOCKS: [], QUIET: []}
    assert run() == (0, f"新しい発言なし: {SECURITY} / {STOCKS} / {QUIET}\n", "")


def test_a_new_meeting_is_told_for_the_minister_who_is_asked_for(folder: Folder, news: News, run: Run) -> None:
    news()
    folder.build(2, later=LATER)
    code, out, err = run("--json", "--since", "1")
    report = json.loads(out)
    assert (code, err, report["version"], report["since"]) == (0, "", 2, 1)
    code, out, _ = run()
    assert code == 0
    assert f"■ {SECURITY}（1 件）" in out
    assert (
        "   情報保全の強化について、同盟国との協議を始めた。\n   — 外務大臣（林芳正）、第５回経済安全保障推進会議"
        in out
    )
    assert "新しい発言（2026年1月2日（令和8年）の第2版）" in out
    assert "総務省も" not in out
    assert f"新しい発言なし: {STOCKS} / {QUIET}" in out


def test_news_are_judged_as_among_all_statements(
    folder: Folder, questions: Path, news: News, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `qa --all` would not show among everything is no news because its meeting is small."""
    topics = ("情報保全の強化", "同盟国との協議", "制度の検討", "協力していきたい", "税収の見通し")
    questions.write_text("\n".join(topics), encoding="utf-8")
    news()
    folder.build(2, later=LATER)
    old = set(Store(folder.directory).columns(1).ids)
    for question, found in news().items():
        qa_main(["--all", question, "--index", str(folder.directory), "--json"])
        listed = json.loads(capsys.readouterr().out)["statements"]
        assert {one["id"]: one["confidence"] for one in found} == {
            one["id"]: one["confidence"] for one in listed if one["id"] not in old
        }


def test_a_correction_is_told_with_the_old_words(folder: Folder, news: News, run: Run) -> None:
    news()
    old = folder.id_of(STOCK)
    folder.build(2, shelter=SHELTER.replace(STOCK, MORE))
    _, out, _ = run("--since", "1")
    assert f"   訂正された発言（2026年1月2日（令和8年）の第2版）\n   以前: {STOCK} — 知事 [{old}]" in out
    (one,) = news()[STOCKS]
    assert (one["change"], one["text"], one["before"]["text"], one["before"]["id"]) == ("corrected", MORE, STOCK, old)


def test_another_attribution_is_told_with_the_old_speaker(folder: Folder, news: News, run: Run) -> None:
    news()
    folder.build(2, shelter=SHELTER.replace("○知事　避難所", "○副知事　避難所"))
    _, out, _ = run("--since", "1")
    assert "発言者が改められた発言" in out
    assert f"以前: {STOCK} — 知事" in out
    (one,) = news()[STOCKS]
    assert (one["change"], one["speaker"]["label"], one["before"]["speaker"]["label"]) == (
        "reattributed",
        "○副知事",
        "○知事",
    )


def test_several_versions_come_to_what_changed_since_the_last_run(folder: Folder, news: News) -> None:
    news()
    folder.build(2, shelter=SHELTER.replace(STOCK, MORE))
    folder.build(3, shelter=SHELTER.replace(STOCK, MORE.replace("二倍", "三倍")), later=LATER)
    folder.build(4, later=LATER.replace("協議を始めた", "協議を始めたところである"))
    found = news()
    assert [(one["change"], one["version"]) for one in found[SECURITY]] == [("added", 4)]
    assert [(one["change"], one["version"], one["before"]["text"]) for one in found[STOCKS]] == [
        ("corrected", 3, STOCK)
    ]


def test_what_is_undone_between_two_runs_is_no_news(folder: Folder, news: News) -> None:
    news()
    folder.build(2, shelter=SHELTER.replace(STOCK, MORE), later=LATER)
    folder.build(3, shelter=SHELTER, later=None)
    assert news()[STOCKS] == []
    folder.build(4, shelter=None)
    folder.build(5, shelter=SHELTER)
    assert news() == {SECURITY: [], STOCKS: [], QUIET: []}


def test_what_is_removed_is_not_told(folder: Folder, news: News) -> None:
    news()
    folder.build(2, later=LATER)
    folder.build(3, later=None, shelter=None)
    assert news() == {SECURITY: [], STOCKS: [], QUIET: []}


def test_a_draft_that_became_final_between_two_runs_is_told_once(folder: Folder, news: News) -> None:
    news()
    draft = LATER.replace("議事要旨\n", "議事要旨（速報版）\n", 1)
    folder.build(2, draft=draft)
    folder.build(3, draft=None, final=LATER + "（以上）\n")
    found = news()[SECURITY]
    assert [(one["change"], one["source"]["path"]) for one in found] == [("added", "minutes/final.txt")]


def test_a_meeting_that_the_question_names_stays_a_filter(folder: Folder, questions: Path, news: News) -> None:
    questions.write_text("第4回の会議で情報保全について\n第5回の会議で情報保全について", encoding="utf-8")
    news()
    folder.build(2, later=LATER)
    found = list(news().values())
    assert found[0] == []
    assert {one["meeting"]["ordinal"] for one in found[1]} == {5}


def test_since_neither_asks_nor_changes_the_state(folder: Folder, news: News, state: Path) -> None:
    assert len(news("--since", "0")[STOCKS]) == 1
    assert not state.exists()
    news()
    folder.build(3, later=LATER)
    before = state.read_bytes()
    for since in ("1", "2026-01-02", "令和8年1月3日"):
        assert len(news("--since", since)[SECURITY]) == 1
    assert news("--since", "2")[SECURITY] == news("--since", "2026-01-04")[SECURITY] == []
    assert state.read_bytes() == before
    assert len(news()[SECURITY]) == 1


def test_each_index_has_its_own_state(folder: Folder, questions: Path, news: News, state: Path, tmp_path: Path) -> None:
    news()
    shutil.copytree(folder.directory, tmp_path / "other")
    main(["alerts", str(questions), "--index", str(tmp_path / "other")])
    assert len(json.loads(state.read_text())["indexes"]) == 2
    assert news()[STOCKS] == []


def test_an_index_made_anew_is_noticed(folder: Folder, run: Run) -> None:
    run()
    shutil.rmtree(folder.directory)
    folder.build(9, later=LATER)
    code, out, err = run("--json")
    assert code == 0
    assert (
        err
        == "index: the index was made anew or restored since the last report; this reports everything that matches\n"
    )
    assert len(json.loads(out)["questions"][1]["new"]) == 1
    assert run()[2] == ""


def test_after_a_restore_the_days_of_the_versions_count(folder: Folder, run: Run, tmp_path: Path) -> None:
    backup(folder.directory, tmp_path / "copy.db")
    folder.build(2, later=LATER)
    run()
    restore(tmp_path / "copy.db", folder.directory, replace=True)
    folder.build(5, shelter=SHELTER.replace(STOCK, MORE))
    code, out, err = run("--json")
    report = json.loads(out)
    assert (code, report["since"]) == (0, 1)
    assert "made anew or restored" in err
    assert "after version 1" in err
    # What came with the lost version 2 comes again: told twice is better than never.
    assert [len(one["new"]) for one in report["questions"]] == [1, 1, 0]


def test_where_vacuum_dropped_the_last_version_everything_is_told(folder: Folder, run: Run) -> None:
    run()
    folder.build(2, later=LATER)
    folder.build(3, shelter=SHELTER.replace(STOCK, MORE))
    vacuum(folder.directory, timedelta(0))
    assert "vacuum has dropped version 1; this reports everything" in run("--since", "1")[2]
    code, out, err = run("--json")
    assert code == 0
    assert err.startswith("index: vacuum has dropped version 1, where the last report ended; this reports everything")
    found = json.loads(out)["questions"]
    assert {one["version"] for question in found for one in question["new"]} == {3}
    assert len(found[1]["new"]) == 1


def test_a_report_that_nobody_got_is_given_again(folder: Folder, questions: Path, state: Path, news: News) -> None:
    command = [sys.executable, "-m", "index", "alerts", str(questions), "--index", str(folder.directory)]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}

    def writing_to(stdout: int) -> tuple[int, str]:
        done = subprocess.run(
            command, cwd=ROOT, env=buffered, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False
        )
        return done.returncode, done.stderr

    with Path("/dev/full").open("w") as full:
        assert writing_to(full.fileno()) == (
            1,
            "index: the report could not be written (No space left on device); the next run gives it again\n",
        )
    reading, writing = os.pipe()
    os.close(reading)
    assert writing_to(writing) == (0, "")
    os.close(writing)
    assert not state.exists()
    assert len(news()[STOCKS]) == 1


def test_a_state_that_cannot_be_written_is_said_after_the_report(
    run: Run, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    code, out, err = run()
    assert code == 1
    assert STOCK in out
    assert err == (
        "index: 'questions.txt.seen.json' cannot be written (No space left on device); "
        "the next run reports the same once more\n"
    )
    assert [path.name for path in state.parent.iterdir() if "seen" in path.name] == []


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"format": "other/9", "indexes": {}}', '{"format": "minutes-alerts/1"}']
)
def test_a_state_that_is_no_state_is_refused_and_kept(content: str, run: Run, state: Path) -> None:
    state.write_text(content)
    code, out, err = run()
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "questions.txt.seen.json" in err
    assert state.read_text() == content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"# nothing\n\n", "holds no question"),
        ("\n".join(f"質問{number}" for number in range(QUESTIONS + 1)).encode(), "holds 201 questions, at most 200"),
    ],
)
def test_a_file_of_questions_that_is_none_is_wrong_use(
    content: bytes | None, said: str, run: Run, questions: Path, state: Path
) -> None:
    questions.unlink() if content is None else questions.write_bytes(content)
    code, out, err = run()
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert str(questions.parent) not in err
    assert not state.exists()


def test_a_refused_question_stops_no_other(run: Run, questions: Path, state: Path) -> None:
    questions.write_text(f"{'あ' * 2000}\n{STOCKS}\n？！\n何と言いましたか", encoding="utf-8")
    code, out, err = run("--json")
    found = json.loads(out)["questions"]
    assert code == 1
    assert [one["error"] is None for one in found] == [False, True, False, False]
    assert "2,000 characters" in found[0]["error"]
    assert "names no topic" in found[3]["error"]
    assert len(found[1]["new"]) == 1
    assert err.count("was refused") == err.count("\n") == 3
    assert "question 4 " in err
    assert not any(words in err for words in ("ああ", STOCKS, "？！")), "messages hold no question"
    assert state.exists()
    code, out, err = run()
    assert (code, out) == (1, f"新しい発言なし: {STOCKS}\n")


def test_no_index_and_a_wrong_day_are_said_plainly(run: Run, questions: Path, tmp_path: Path) -> None:
    assert run("--since", "あした")[0] == 2
    assert main(["alerts", str(questions), "--index", str(tmp_path / "none")]) == 3


def entries(atom: str) -> list[ET.Element]:
    return ET.fromstring(atom).findall("a:entry", NS)


def value(element: ET.Element, path: str) -> str:
    found = element.findtext(path, namespaces=NS)
    assert found
    return found


def test_an_atom_feed_has_an_entry_for_each_question_and_statement(folder: Folder, questions: Path, run: Run) -> None:
    questions.write_text(f"{SECURITY}\n情報保全の強化 <同盟国> & 総務省\a", encoding="utf-8")
    (folder.minutes / "later.txt.meta.toml").write_text('url = "https://example.jp/?a=1&b=2"', encoding="utf-8")
    folder.build(3, later=LATER)
    code, out, _ = run("--atom", "--since", "1")
    assert code == 0
    feed = ET.fromstring(out.encode())
    assert [len(feed.findall(f"a:{tag}", NS)) for tag in ("id", "title", "updated")] == [1, 1, 1]
    found = entries(out)
    ids = [value(entry, "a:id") for entry in found]
    assert len(ids) == len(set(ids)) >= 2
    assert all(id_.startswith("urn:uuid:") for id_ in ids)
    first = found[0]
    assert value(first, "a:title") == f"外務大臣（林芳正） – 第５回経済安全保障推進会議 – {SECURITY}"
    assert value(first, "a:author/a:name") == "外務大臣"
    created = Store(folder.directory).latest().created
    assert value(first, "a:updated") == value(feed, "a:updated") == created
    assert datetime.fromisoformat(created).tzinfo
    content = first.find("a:content", NS)
    assert content is not None
    assert content.get("type") == "text"
    assert (content.text or "").startswith(
        "情報保全の強化について、同盟国との協議を始めた。\n— 外務大臣（林芳正）、第５回"
    )
    link = first.find("a:link", NS)
    assert link is not None
    assert (link.get("rel"), link.get("href")) == ("alternate", "https://example.jp/?a=1&b=2")
    assert [value(entry, "a:id") for entry in entries(run("--atom", "--since", "1")[1])] == ids
    assert set(ids) < {value(entry, "a:id") for entry in entries(run("--atom")[1])}


def test_a_feed_without_news_is_a_feed(run: Run) -> None:
    run()
    code, out, _ = run("--atom")
    assert code == 0
    assert entries(out) == []
    assert value(ET.fromstring(out), "a:updated")


def test_characters_that_xml_may_not_hold_are_left_out(folder: Folder, run: Run, questions: Path) -> None:
    questions.write_text("避難所の備蓄\x01\x1f\ufffe", encoding="utf-8")
    assert value(entries(run("--atom")[1])[0], "a:title").endswith(f"– {STOCKS}")
