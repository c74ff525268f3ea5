"""What readers found useful: kept line by line, counted, made into evaluation questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.__main__ import main
from eval.questions import load
from index.errors import UsageError
from index.search import Index
from qa.answer import Asked, ask
from qa.feedback import Feedback, Verdict, append_feedback, read_feedback, tallied

SECURITY = "セキュリティ・クリアランスについて経済産業大臣は何と言いましたか"


def said(statement: str, verdict: Verdict | None, before: Verdict | None = None, question: str = SECURITY) -> Feedback:
    return Feedback(question, ("前の質問",), statement, verdict, before, 1)


def test_what_is_said_is_kept_and_a_cut_line_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    one, other = said("a", "useful"), said("b", "useless")
    append_feedback(path, one)
    path.write_bytes(path.read_bytes() + '{"question": "途中で'.encode()[:-1])
    append_feedback(path, other)
    assert read_feedback(path) == (one, other)


def test_a_changed_mind_counts_once(tmp_path: Path) -> None:
    lines = [said("a", "useful"), said("b", "useful"), said("a", "useless", "useful"), said("b", None, "useful")]
    assert [(one.statement, one.useful, one.useless) for one in tallied(lines)] == [("a", 0, 1), ("b", 0, 0)]


@pytest.mark.parametrize("line", ["[]", "{}", '{"question": 1}', '"x"', "\\udc80", "{not json}"])
def test_a_line_that_is_no_feedback_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "feedback.jsonl"
    path.write_text(f"\n{line}\n")
    with pytest.raises(UsageError, match="line 2"):
        read_feedback(path)


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="feedback"):
        append_feedback(tmp_path, said("a", "useful"))


def test_useful_statements_become_questions(
    minutes_directory: Path, minutes_index: Index, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *others = ask(Asked(SECURITY), minutes_index).statements
    kept, made = tmp_path / "feedback.jsonl", tmp_path / "questions.jsonl"
    command = ["feedback", str(kept), "--index", str(minutes_directory), "--out", str(made)]
    for line in (
        said(first.statement.id, "useful"),
        said("0" * 32, "useful"),
        said(first.statement.id, "useless", question="何も役に立たない"),
        *(said(other.statement.id, "useless") for other in others),
    ):
        append_feedback(kept, line)
    assert main(command) == 1
    (question,) = load(made)
    assert (question.question, question.history) == (SECURITY, ("前の質問",))
    assert [one.quote for one in question.relevant] == [first.statement.text]
    left_out = capsys.readouterr().err
    assert "no longer holds 1" in left_out
    assert "何も役に立たない" in left_out
    assert main(command) == 2  # questions that somebody may have worked on are never written over
    assert main(["feedback", str(tmp_path / "none"), "--out", str(tmp_path / "new")]) == 2
