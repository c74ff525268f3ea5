"""The commands as a user types them: results, messages, exit codes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from index.__main__ import main as index_main
from index.build import build
from qa.__main__ import main as qa_main
from tests.conftest import KEIZAI, MINUTES, ROOT

ASKED = "セキュリティ・クリアランスについて経済産業大臣は何と言いましたか"


def run_json(capsys: pytest.CaptureFixture[str], main: Any, *arguments: str) -> Any:
    code = main(list(arguments))
    assert code == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], main: Any, *arguments: str) -> tuple[int, str]:
    """Exit code and the one line on standard error of a command that is refused; nothing goes to standard output."""
    code = main(list(arguments))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1, captured.err
    assert "Traceback" not in captured.err
    return code, captured.err


def test_answer_has_the_form_of_the_design(minutes_directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = run_json(capsys, qa_main, ASKED, "--index", str(minutes_directory), "--json")
    assert answer["answered"] is True
    assert answer["version"] == 1
    assert answer["filters"]["speakers"] == ["経済産業大臣"]
    assert answer["filters"]["understood"] == [
        {"field": "speakers", "value": "経済産業大臣", "words": "経済産業大臣は", "carried": False}
    ]
    assert answer["searched"]["first"] == answer["searched"]["last"] == "2023-02-14"
    best = answer["statements"][0]
    assert best["speaker"] == {
        "label": "◯経済産業大臣",
        "role": "経済産業大臣",
        "name": "西村康稔",
        "name_from": "roster",
        "affiliation": None,
        "affiliation_from": None,
    }
    assert best["meeting"]["title"] == "第４回経済安全保障推進会議"
    assert (best["meeting"]["ordinal"], best["meeting"]["date"]) == (4, "2023-02-14")
    assert (best["meeting"]["place"], best["meeting"]["record"]) == ("官邸２階大ホール", "summary")
    assert best["agenda"] == "（２）関係閣僚の発言"
    assert best["source"]["path"] == "minutes/keizai-anpo-04-20230214.txt"
    assert set(best) >= {"rank", "score", "id", "turn", "kind", "reply_to", "context", "also"}


def test_every_quote_is_a_slice_of_the_document(minutes_directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index_main(["parse", str(KEIZAI), "--text"])
    document = capsys.readouterr().out
    answer = run_json(capsys, qa_main, ASKED, "--index", str(minutes_directory), "--json")
    for statement in answer["statements"]:
        spans = "".join(document[span["start"] : span["end"]] for span in statement["source"]["spans"])
        assert "".join(spans.split()) == "".join(statement["text"].split())
        assert all(quote in statement["text"] for quote in statement["quotes"])


def test_follow_up_keeps_the_topic_and_swaps_the_speaker(
    minutes_directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        {"id": "a", "question": ASKED},
        {"id": "b", "question": "総務大臣は？", "history": [ASKED]},
        {"id": "c", "question": "あ" * 100_000},
        {"id": "d", "question": "防衛大臣は何と言いましたか"},
    ]
    batch = tmp_path / "questions.jsonl"
    batch.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    code = qa_main(["--batch", str(batch), "--index", str(minutes_directory)])
    captured = capsys.readouterr()
    answers = [json.loads(line) for line in captured.out.splitlines()]
    assert code == 1
    assert [answer["id"] for answer in answers] == ["a", "b", "c", "d"]
    assert answers[1]["statements"][0]["speaker"]["role"] == "総務大臣"
    assert "セキュリティ・クリアランス" in answers[1]["statements"][0]["text"]
    assert "100,000" in answers[2]["error"]
    assert answers[3]["answered"] is False
    assert answers[3]["statements"] == []
    assert "見つかりませんでした" in answers[3]["searched"]["note"]


def test_options_filter_as_the_question_does(minutes_directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["情報保全の強化", "--index", str(minutes_directory), "--json", "--speaker", "外相", "--top", "2"]
    answer = run_json(capsys, qa_main, *arguments, "--since", "令和5年2月1日", "--until", "2023-02-14")
    assert {statement["speaker"]["role"] for statement in answer["statements"]} == {"外務大臣"}
    assert len(answer["statements"]) <= 2
    later = run_json(capsys, qa_main, *arguments, "--since", "2023-02-15")
    assert later["answered"] is False
    assert "索引にありません" in later["searched"]["note"]


def test_plain_output_cites_and_says_that_it_is_a_summary(
    minutes_directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qa_main([ASKED, "--index", str(minutes_directory)]) == 0
    shown = capsys.readouterr().out
    assert "経済産業大臣（西村康稔）、第４回経済安全保障推進会議、2023年2月14日（令和5年）、議事要旨による" in shown


def test_parse_prints_what_was_understood(capsys: pytest.CaptureFixture[str]) -> None:
    parsed = run_json(capsys, index_main, "parse", str(KEIZAI), "--json")
    assert parsed["unclaimed"] == []
    statements = parsed["meetings"][0]["statements"]
    assert [statement["kind"] for statement in statements].count("speech") == 18
    assert set(statements[0]) == {"id", "turn", "kind", "speaker", "agenda", "text", "spans", "reply_to"}
    meeting = parsed["meetings"][0]["meeting"]
    assert (meeting["start_time"], meeting["end_time"], meeting["record"]) == ("08:25", "08:35", "summary")


def test_info_and_check(minutes_directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    info = run_json(capsys, index_main, "info", "--index", str(minutes_directory), "--json")
    assert (info["version"], info["statements"]) == (1, 21)
    assert info["meetings"][0]["title"] == "第４回経済安全保障推進会議"
    check = run_json(capsys, index_main, "check", "--index", str(minutes_directory), "--json")
    assert check == {
        "version": 1,
        "damage": [],
        "derived": [],
        "unproven": [],
        "files": [{"path": "minutes/keizai-anpo-04-20230214.txt", "state": "current"}],
        "ok": True,
        "repaired": None,
    }


def test_environment_names_the_index(
    minutes_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MINUTES_INDEX", str(minutes_directory))
    assert run_json(capsys, index_main, "info", "--json")["version"] == 1


def test_bad_files_are_named_and_the_others_indexed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "minutes"
    folder.mkdir()
    (folder / "good.txt").write_bytes(KEIZAI.read_bytes())
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj")
    (folder / "half.txt.meta.toml").write_text("title = ", encoding="utf-8")
    (folder / "half.txt").write_bytes(KEIZAI.read_bytes())
    code = index_main(["build", str(folder), "--index", str(tmp_path / "index"), "--json"])
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert code == 1
    assert report["statements"] == 21
    skipped = sorted(file["path"] for file in report["files"] if file["fate"] == "skipped")
    assert skipped == [f"minutes/{name}" for name in ("binary.txt", "cut.pdf", "empty.txt", "half.txt")]
    for name in ("binary.txt", "cut.pdf", "empty.txt", "half.txt"):
        assert name in captured.err


def test_wrong_calls_give_one_line_and_the_code_of_the_design(
    tmp_path: Path, minutes_directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = refused(capsys, index_main, "build", str(tmp_path / "nowhere"), "--index", str(tmp_path / "index"))
    assert missing[0] == 2
    assert "nowhere" in missing[1]
    assert refused(capsys, qa_main, "何が決まりましたか", "--index", str(tmp_path / "none"))[0] == 3
    assert refused(capsys, qa_main, "あ" * 100_000, "--index", str(minutes_directory))[0] == 1
    assert refused(capsys, qa_main, "？！", "--index", str(minutes_directory))[0] == 1
    assert refused(capsys, qa_main, "期限は", "--since", "あした", "--index", str(minutes_directory))[0] == 2
    assert refused(capsys, qa_main, "期限は", "--top", "0", "--index", str(minutes_directory))[0] == 2
    assert refused(capsys, index_main, "parse", str(tmp_path / "nothing.txt"))[0] == 2
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "minutes.db").write_text("not a database")
    assert refused(capsys, qa_main, "期限は", "--index", str(tmp_path / "broken"))[0] == 3
    (tmp_path / "bad.jsonl").write_text("{")
    assert refused(capsys, qa_main, "--batch", str(tmp_path / "bad.jsonl"), "--index", str(minutes_directory))[0] == 2


def test_messages_hold_no_absolute_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for main, arguments in (
        (index_main, ["build", str(tmp_path / "nowhere")]),
        (index_main, ["info", "--index", str(tmp_path / "none")]),
        (qa_main, ["期限は", "--index", str(tmp_path / "none")]),
    ):
        assert str(tmp_path) not in refused(capsys, main, *arguments)[1]


def test_index_folder_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    code, message = refused(capsys, index_main, "build", str(MINUTES), "--index", str(tmp_path / "file" / "index"))
    assert code == 3
    assert "cannot be written" in message


def test_index_folder_without_rights(tmp_path: Path) -> None:
    """As somebody whom rights bind: for root, setpriv takes away the power to ignore them."""
    bound = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else []
    if bound and not shutil.which("setpriv"):
        pytest.skip("root may read and write everywhere, and there is no setpriv")
    directory = tmp_path / "index"
    build([MINUTES], directory)

    def run(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*bound, sys.executable, "-m", module, *arguments, "--index", str(directory)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    try:
        directory.chmod(0o555)
        assert "経済産業大臣" in run("qa", ASKED).stdout
        refused_build = run("index", "build", str(ROOT / "samples"))
        assert (refused_build.returncode, refused_build.stderr.count("\n")) == (3, 1)
        assert "cannot be written" in refused_build.stderr
        directory.chmod(0)
        refused_question = run("qa", ASKED)
        assert (refused_question.returncode, refused_question.stderr.count("\n")) == (3, 1)
    finally:
        directory.chmod(0o755)


def test_commands_run_as_modules_without_a_network(minutes_directory: Path) -> None:
    """The real processes, with every connection refused before the program starts."""
    script = (
        "import socket, runpy, sys\n"
        "def refuse(*_): raise OSError('no network in this test')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        "sys.argv = ['qa', *sys.argv[1:]]\n"
        "runpy.run_module('qa', run_name='__main__')\n"
    )
    command = [sys.executable, "-c", script, ASKED, "--index", str(minutes_directory), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["answered"] is True
