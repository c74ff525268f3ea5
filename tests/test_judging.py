"""From drawing statements to qrels: samples, pools, judgements that outlive a crash, agreement, a corpus for others."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

import app
from eval.__main__ import main
from eval.judgements import resolve
from eval.pooling import agreements, settled
from eval.questions import Item, Relevant, load
from eval.sample import sample
from eval.trec import Run, read_qrels, write_run
from index.errors import UsageError
from index.minutes import Statement
from index.search import Filters, Index
from qa.judging import (
    GRADES,
    Pooled,
    all_judgements,
    append_judgement,
    judge_file,
    read_judgements,
    read_pool,
    write_pool,
)
from web.judging import judging_to_html
from web.sitting import Sitting

QUESTIONS = ROOT / "eval" / "questions" / "samples.dev.jsonl"


def everything(index: Index) -> list[Statement]:
    snapshot = index.snapshot()
    rows = [hit.row for hit in snapshot.listed(Filters(), 10_000)]
    found = snapshot.statements(rows)
    return [found[row] for row in rows]


def entry(query: str, statement: str, text: str = "発言") -> Pooled:
    return Pooled(query, f"{query}とは", (), "plain", statement, text, None, None, None)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# Samples


@settings(max_examples=25)
@given(count=st.integers(1, 120), seed=st.integers(0, 5))
def test_a_sample_is_spread_and_the_same_again(samples_index: Index, count: int, seed: int) -> None:
    snapshot = samples_index.snapshot()
    drawn = sample(snapshot, count, seed)
    assert drawn == sample(snapshot, count, seed)
    assert drawn == sample(snapshot, 120, seed)[: len(drawn)]
    assert len({one.statement.id for one in drawn}) == len(drawn)
    assert {one.statement.kind for one in drawn} == {"speech"}
    if count <= 50:  # no meeting has run out yet
        assert len(drawn) == count
        of_meetings = Counter(one.meeting.meeting.id for one in drawn)
        assert max(of_meetings.values()) - (min(of_meetings.values()) if len(of_meetings) == 5 else 0) <= 1
    if count >= 7:
        assert len({one.statement.speaker for one in drawn}) >= 6  # seven people speak in these meetings


def test_a_sample_becomes_questions_once_they_are_written(samples_index: Index, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    command = ["sample", "--index", str(samples_index.directory), "--count", "6", "--out", str(file)]
    assert main(command) == 0
    with pytest.raises(UsageError, match="no question is written yet"):
        load(file)
    drawn = lines(file)
    assert all(one["from"]["meeting"] and one["from"]["speaker"] for one in drawn)
    drawn[2]["question"] = "図書館は何時まで開いていますか"
    file.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in drawn), encoding="utf-8")
    assert main(command) == 2  # and nothing is written over what somebody wrote
    (item,) = load(file)
    texts = {one.id: one.text for one in everything(samples_index)}
    assert item.id.removeprefix("sample-") in texts
    assert item.grade(texts[item.id.removeprefix("sample-")]) == 2


# Pools


def test_a_pool_is_the_union_and_betrays_no_system(
    samples_index: Index, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = [one.id for one in everything(samples_index)]
    first, second = load(QUESTIONS)[:2]
    good, bad = tmp_path / "good.run", tmp_path / "bad.run"
    write_run(
        good, Run("good", {second.id: {id_: 9.0 - rank for rank, id_ in enumerate(ids[:8])}, first.id: {ids[0]: 1}})
    )
    write_run(bad, Run("bad", {second.id: {id_: 9.0 - rank for rank, id_ in enumerate(ids[4:12])}}))
    rest = ["--questions", str(QUESTIONS), "--index", str(samples_index.directory), "--depth", "6", "--out"]
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    assert main(["pool", str(good), str(bad), *rest, str(one)]) == 0
    assert main(["pool", str(bad), str(good), *rest, str(other)]) == 0
    assert one.read_bytes() == other.read_bytes()
    pool = read_pool(one)
    assert [entry.query for entry in pool] == [first.id] + [second.id] * 10
    assert {entry.statement for entry in pool[1:]} == set(ids[:10])
    assert [entry.statement for entry in pool[1:]] != ids[:10]
    assert all(entry.text and entry.question == second.question and entry.meeting and entry.date for entry in pool[1:])

    append_judgement(judge_file(one, "佐藤"), pool[3].key, 2)
    late = tmp_path / "late.run"
    write_run(late, Run("late", {second.id: {ids[20]: 1.0, "gone": 0.5}, "unasked": {ids[0]: 1.0}}))
    capsys.readouterr()
    assert main(["pool", str(late), *rest, str(one)]) == 1
    said = capsys.readouterr().err
    assert "gone" in said
    assert "unasked" in said
    assert read_pool(one)[: len(pool)] == pool
    assert [entry.statement for entry in read_pool(one)[len(pool) :]] == [ids[20]]
    assert all_judgements(one) == {"佐藤": {pool[3].key: 2}}


def test_a_pool_reads_back_with_its_questions_together(tmp_path: Path) -> None:
    path = tmp_path / "pool.jsonl"
    write_pool(path, [entry("b", "1"), entry("a", "1"), entry("b", "2")])
    assert [one.key for one in read_pool(path)] == [("b", "1"), ("b", "2"), ("a", "1")]
    with path.open("a") as file:
        file.write(json.dumps(lines(path)[0]) + "\n")
    with pytest.raises(UsageError, match=r"pool\.jsonl, line 4: 1 stands twice"):
        read_pool(path)
    path.write_text("[1]\n")
    with pytest.raises(UsageError, match=r"pool\.jsonl, line 1"):
        read_pool(path)
    path.write_text("\n")
    with pytest.raises(UsageError, match="empty"):
        read_pool(path)


# Judgements

KEYS = st.tuples(st.sampled_from(["q1", "質問"]), st.sampled_from(["s1", "s2", "s3"]))
JUDGED = st.tuples(KEYS, st.sampled_from([*GRADES, None]))


@settings(max_examples=60)
@given(given_before=st.lists(JUDGED, max_size=6), then=JUDGED, cut=st.integers(0, 400))
def test_nothing_given_is_lost_whatever_cuts_the_file(
    given_before: list[tuple[tuple[str, str], int | None]], then: tuple[tuple[str, str], int | None], cut: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pool.judge-a.jsonl"
        for key, grade in given_before:
            append_judgement(path, key, grade)
        written = path.read_bytes() if given_before else b""
        path.write_bytes(written[:cut])
        append_judgement(path, *then)
        expected: dict[tuple[str, str], int] = {}
        # A line is whole with its last brace: the line end alone may be missing.
        whole = sum(line.endswith(b"}") for line in written[:cut].split(b"\n"))
        for key, grade in [*given_before[:whole], then]:
            expected.pop(key, None)
            if grade is not None:
                expected[key] = grade
        assert read_judgements(path) == expected


@pytest.mark.parametrize("name", ["", "  ", "../a", "a/b", "a.b", ".", "あ" * 41, "a\nb", "-a"])
def test_a_name_that_no_file_may_have_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="judge's name"):
        judge_file(tmp_path / "pool.jsonl", name)


def test_judges_are_found_by_their_files(tmp_path: Path) -> None:
    pool = tmp_path / "pool.jsonl"
    for name in ("山田 花子", "Ｋｉｍ", "が"):
        append_judgement(judge_file(pool, name), ("q", "s"), 1)
    append_judgement(judge_file(tmp_path / "pool2.jsonl", "other"), ("q", "s"), 1)
    assert sorted(all_judgements(pool)) == sorted(["山田 花子", "Kim", "が"])
    judge_file(pool, "Kim").write_text('{"query": "q", "statement": "s", "grade": 3}\n')
    with pytest.raises(UsageError, match="line 1: the grade 3"):
        all_judgements(pool)


# Agreement and qrels


def test_agreement_of_two_judges_by_hand() -> None:
    pool = [entry("q", str(number)) for number in range(12)]
    first, second = [2, 2, 2, 1, 1, 0, 0, 0, 0, 0], [2, 2, 1, 1, 0, 0, 0, 0, 0, 2]
    judges = {
        "a": {one.key: grade for one, grade in zip(pool, first, strict=False)} | {pool[10].key: 2},
        "b": {one.key: grade for one, grade in zip(pool, second, strict=False)} | {pool[11].key: 2},
    }
    (pair,) = agreements(pool, judges)
    assert (pair.both, pair.agreement) == (10, 0.7)
    # Relevant or not: 8 of 10 alike; by chance .5 x .5 + .5 x .5.
    assert pair.binary == pytest.approx((0.8 - 0.5) / (1 - 0.5))
    # Grades apart: observed (1 + 1 + 2) / 10; expected over both distributions, .5 .2 .3 and .5 .2 .3 (0, 1, 2).
    expected = 2 * (0.5 * 0.2 * 1 + 0.5 * 0.3 * 2 + 0.2 * 0.3 * 1)
    assert pair.weighted == pytest.approx(1 - 0.4 / expected)
    assert [(one.of.statement, one.one, one.other) for one in pair.differences] == [
        ("2", 2, 1),
        ("4", 1, 0),
        ("9", 0, 2),
    ]
    (none,) = agreements(pool, {"a": judges["a"], "c": {}})
    assert (none.both, none.agreement, none.binary) == (0, None, None)


def test_the_lower_grade_counts_where_judges_differ() -> None:
    assert settled([{("q", "1"): 2, ("q", "2"): 1}, {("q", "1"): 1, ("q", "3"): 0}]) == {
        ("q", "1"): 1,
        ("q", "2"): 1,
        ("q", "3"): 0,
    }


def test_judgements_become_qrels_and_questions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out, questions = tmp_path / "pool.jsonl", tmp_path / "qrels", tmp_path / "questions.jsonl"
    write_pool(path, [entry("a", "1", "夜の開館について"), entry("a", "2"), entry("b", "1"), entry("c", "1")])
    assert main(["qrels", str(path), "--out", str(out)]) == 2  # nobody has judged
    assert main(["agree", str(path)]) == 2
    for judge, grades in (("x", {"a1": 2, "a2": 1, "b1": 0}), ("y", {"a1": 2, "a2": 0})):
        for (query, statement), grade in grades.items():  # the two letters of a key
            append_judgement(judge_file(path, judge), (query, statement), grade)
    assert main(["agree", str(path)]) == 0
    said = capsys.readouterr().out
    assert "x, y: 2 judged by both, 0.500 of them alike" in said
    assert "1 0  a 2 発言" in said
    assert main(["qrels", str(path), "--out", str(out), "--questions", str(questions)]) == 1
    said = capsys.readouterr().err
    assert "1 of 4 statements are not judged" in said
    assert "nothing relevant was found for b;" in said
    assert read_qrels(out) == {"a": {"1": 2, "2": 0}, "b": {"1": 0}}
    (item,) = load(questions)
    assert (item.id, item.question, item.relevant) == ("a", "aとは", (Relevant("夜の開館について", 2),))


# The page


def sitting(path: Path, judge: str | None = "a") -> Sitting:
    pool = [entry("q", "1"), entry("q", "2"), entry("r", "1")]
    return Sitting(path, tuple(pool), judge=judge)


STEP = st.one_of(
    st.tuples(st.integers(0, 2), st.sampled_from(GRADES)).map(
        lambda given: {"action": "grade", "place": given[0], "value": str(given[1])}
    ),
    st.just({"action": "undo"}),
    st.just({"action": "next"}),
)


@settings(max_examples=40)
@given(steps=st.lists(STEP, max_size=8))
def test_every_grade_is_kept_and_can_be_taken_back(steps: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        now = sitting(Path(folder) / "pool.jsonl")
        history: list[dict[tuple[str, str], int]] = [{}]
        for step in steps:
            now = now.acting(step)
            if step["action"] == "grade":
                history.append(history[-1] | {now.pool[step["place"]].key: int(step["value"])})
            elif step["action"] == "undo" and len(history) > 1:
                history.pop()
            assert now.grades() == history[-1]
            assert now.problem is None


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        [],
        {"action": "grade", "place": 7, "value": "2"},
        {"action": "grade", "place": 0, "value": "3"},
        {"action": "grade", "place": 0, "value": "²"},
        {"action": "grade", "place": "0", "value": "2"},
        {"action": "undo"},
        {"action": "previous"},
        {"action": "delete"},
    ],
)
def test_nonsense_from_a_browser_changes_nothing(nonsense: object, tmp_path: Path) -> None:
    now = sitting(tmp_path / "pool.jsonl")
    assert now.acting(nonsense) == now
    assert list(tmp_path.iterdir()) == []


def test_a_judge_goes_on_where_they_stopped(tmp_path: Path) -> None:
    now = sitting(tmp_path / "pool.jsonl", None)
    assert now.acting({"action": "grade", "place": 0, "value": "2"}) == now  # nobody judges yet
    assert now.acting({"action": "judge", "value": "../../a"}).problem
    begun = now.acting({"action": "judge", "value": "a"}).grading(0, 2).grading(1, 0)
    assert begun.place == 2
    assert now.acting({"action": "judge", "value": "a"}).place == 2
    assert now.acting({"action": "judge", "value": "b"}).place == 0
    assert begun.turning(-1).place == 0


def test_a_grade_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    path = tmp_path / "pool.jsonl"
    judge_file(path, "a").mkdir()
    shown = sitting(path).acting({"action": "grade", "place": 0, "value": "2"})
    assert shown.problem
    assert 'role="alert"' in judging_to_html(shown).text


class Tags(HTMLParser):
    """The tags of some markup, and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_what_a_pool_holds_is_text_on_the_page(tmp_path: Path) -> None:
    attack = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
    hostile = Pooled(attack, attack, (attack,), attack, attack, attack, attack, attack, None)
    shown = Tags(judging_to_html(Sitting(tmp_path / "pool.jsonl", (hostile,), judge="a")).text)
    assert not {"img", "script"} & shown.tags
    assert shown.text.count(attack) == 5  # question, history, statement, speaker, meeting


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--judge", "none.jsonl"], "none.jsonl"),
        (["--judge", "POOL", "--judge-name", "a/b"], "judge's name"),
        (["--judge", "POOL", "--minutes", "minutes"], "--minutes"),
        (["--judge", "POOL", "--host", "0.0.0.0"], "--auth"),
    ],
)
def test_a_judging_page_that_cannot_be_is_refused(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pool(tmp_path / "pool.jsonl", [entry("q", "1")])
    chosen = [str(tmp_path / "pool.jsonl") if option == "POOL" else option for option in options]
    assert app.main(["--port", "0", *chosen]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


# Export


@pytest.mark.parametrize("level", ["statement", "turn"])
def test_a_corpus_is_complete_and_judged_as_the_questions_are(
    level: str, samples_index: Index, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "beir"
    command = ["export", "--index", str(samples_index.directory), "--out", str(folder), "--level", level]
    assert main([*command, "--questions", str(QUESTIONS)]) == 0  # what a meeting's head answers is not lost
    statements, items = everything(samples_index), load(QUESTIONS)
    corpus = lines(folder / "corpus.jsonl")
    of = {one.id: one.turn if level == "turn" else one.id for one in statements}
    assert [one["_id"] for one in corpus] == list(dict.fromkeys(of.values()))
    for document in corpus:
        held = [one for one in statements if of[one.id] == document["_id"]]
        assert document["text"] == "\n".join(one.text for one in held)
        assert document["metadata"]["statements"].split() == [one.id for one in held]
        assert all(isinstance(value, str) for value in document["metadata"].values())
        assert "協議会" in document["title"]
    assert [(one["_id"], one["text"]) for one in lines(folder / "queries.jsonl")] == [(i.id, i.question) for i in items]

    header, *rows = (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()
    assert header == "query-id\tcorpus-id\tscore"
    expected: dict[tuple[str, str], int] = {}
    for item in items:
        for one in statements:
            if grade := item.grade(one.text):
                expected[item.id, of[one.id]] = max(grade, expected.get((item.id, of[one.id]), 0))
    assert {(query, document): int(grade) for query, document, grade in map(str.split, rows)} == expected
    assert main(command) == 2  # the folder is not empty


# Texts and quotes that share one piece and nothing else, about as long as it must be to count.
AROUND = st.integers(0, 10)


@given(pairs=st.lists(st.tuples(st.integers(0, 10), AROUND, AROUND), min_size=1, max_size=4))
def test_looking_only_at_near_quotes_loses_none(pairs: list[tuple[int, int, int]]) -> None:
    shared = "かきくけこさしすせそ"
    texts = [f"{shared[:size]}{'た' * before}" for size, before, _ in pairs]
    items = [
        Item(str(place), "何", (), (Relevant(f"な{'な' * after}{shared[:size]}", 1 + place % 2),), False, None, "plain")
        for place, (size, _, after) in enumerate(pairs)
    ]
    statements = [Statement(str(n), "", n, "speech", None, None, text, ()) for n, text in enumerate(texts)]
    found = resolve(items, statements)
    for item in items:
        assert found.grades[item.id] == {one.id: grade for one in statements if (grade := item.grade(one.text))}
    assert {id_ for id_, _ in found.lost} == {item.id for item in items if not found.grades[item.id]}


def test_a_question_that_the_minutes_no_longer_answer_is_named(
    samples_index: Index, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "gone.jsonl"
    entry = {"quote": "どこにもない文です。どこにもありません。", "grade": 2}
    item = {"id": "gone-1", "question": "何", "relevant": [entry], "unanswerable": False, "kind": "plain"}
    file.write_text(json.dumps(item), encoding="utf-8")
    command = ["export", "--index", str(samples_index.directory), "--out", str(tmp_path / "beir")]
    assert main([*command, "--questions", str(file)]) == 1
    assert "gone-1" in capsys.readouterr().err
