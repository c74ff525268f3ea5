"""Systems side by side through the command line: report, compare, gate, score, resolve, trec."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.comparing import Evaluated, Report, evaluated
from eval.html import page
from eval.outside import write_stamped
from eval.questions import DEVELOPMENT
from eval.runs import Run
from eval.scoring import measured
from eval.sets import asked
from eval.systems import System, chosen, read_systems
from eval.trec import read_qrels, read_topics
from index.build import build
from index.errors import UsageError
from tests.conftest import ROOT

MINUTES = ROOT / "minutes"


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first three development questions of every kind."""
    kinds: dict[str, list[str]] = {}
    for line in DEVELOPMENT[0][0].read_text(encoding="utf-8").splitlines():
        kinds.setdefault(json.loads(line)["kind"], []).append(line)
    file = tmp_path_factory.mktemp("questions") / "mine.jsonl"
    file.write_text("\n".join(line for lines in kinds.values() for line in lines[:3]) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def runs(questions: Path) -> list[Run]:
    systems = [*chosen(["bm25", "both"], None), System("open", filters=False)]
    return asked("mine", (questions,), (MINUTES,)).runs(systems, None)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    build([MINUTES], folder, progress=False)
    return folder


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A working folder of its own: runs that are kept stay out of other tests."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_systems_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[half]\nweight = 0.5\n[open]\nfilters = false\nencoder = "embedded"\n', encoding="utf-8")
    assert read_systems(file) == (System("half", weight=0.5), System("open", filters=False))
    assert [system.name for system in chosen(["open", "both"], file)] == ["open", "both"]
    assert chosen(["half"], file)[0].model().fusion.weight == 0.5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no system"),
        ("weight = 1", "outside a table"),
        ("[a]\nwieght = 1", "wieght"),
        ("[a]\nweight = 2", "cannot be 2"),
        ("[a]\nweight = true", "cannot be True"),
        ("[a]\nfilters = 1", "cannot be 1"),
        ("[a", "cannot be read"),
        ('["a b"]\nweight = 1', "no blanks"),
    ],
)
def test_a_bad_file_of_systems_is_refused(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_systems(file)


def test_a_run_comes_back_from_json_as_it_was(runs: list[Run]) -> None:
    assert [Run.from_json(run.to_json()) for run in runs] == runs


def test_two_evaluations_give_identical_numbers(questions: Path, runs: list[Run]) -> None:
    again = asked("mine", (questions,), (MINUTES,)).runs([run.system for run in runs], None)
    assert [measured(run) for run in again] == [measured(run) for run in runs]
    assert [[o.found for o in run.outcomes] for run in again] == [[o.found for o in run.outcomes] for run in runs]


def test_what_decides_a_run_makes_it_anew(questions: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    lines = questions.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines), encoding="utf-8")
    subject, both = asked("mine", (file,), (MINUTES,)), chosen(["both"], None)
    first = subject.runs(both, tmp_path / "runs")
    assert subject.runs(both, tmp_path / "runs") == first  # times included: it is the one that was kept
    file.write_text("".join(lines[1:]), encoding="utf-8")
    assert len(subject.runs(both, tmp_path / "runs")[0].questions) == len(lines) - 1
    assert len(list((tmp_path / "runs").iterdir())) == 2


def test_without_filters_other_speakers_come_first(runs: list[Run]) -> None:
    both, unfiltered = measured(runs[1]), measured(runs[2])
    asked_for = "right speaker, asked for"
    assert sum(unfiltered[asked_for].values()) < sum(both[asked_for].values()) == len(both[asked_for])


def test_a_report_holds_every_form(here: Path, questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [
        "report",
        "--questions",
        str(questions),
        "--minutes",
        str(MINUTES),
        "--system",
        "bm25",
        "--system",
        "both",
    ]
    assert main([*command, "--out", "out"]) == 0
    assert "| nDCG@10 |" in capsys.readouterr().out
    report = Report.from_json((here / "out/report.json").read_text(encoding="utf-8"), "report.json")
    html = (here / "out/report.html").read_text(encoding="utf-8")
    assert [reached.system for reached in report.sets[0].systems] == ["bm25", "both"]
    assert {"nDCG@10", "turn recall@10", "exchange hit@3", "quotes proven"} <= report.sets[0].systems[1].values.keys()
    assert "<svg" in html
    assert not any(word in html for word in ('src="http', 'href="http', "<script", "@import"))
    assert "| kind | speaker |" in (here / "out/report.md").read_text(encoding="utf-8")
    assert main([*command, "--out", "again"]) == 0
    assert (here / "again/report.json").read_bytes() == (here / "out/report.json").read_bytes()


def test_text_of_minutes_never_becomes_markup(runs: list[Run]) -> None:
    hostile = replace(runs[0].questions[0], text="<script>alert(1)</script>", id="<b>")
    first = replace(runs[0].outcomes[0], question="<b>", shown=(), shown_grades=())
    run = replace(runs[0], set="<i>", questions=(hostile,), outcomes=(first,), system=System("a<u>"))
    html = page(Report("x", (evaluated([run]),)), {"<i>": [run]})
    assert "<script>" not in html
    assert "<b>:" not in html
    assert "<u>" not in html
    assert html.count("&lt;i&gt;") == 2


def test_a_run_file_says_where_it_comes_from_and_scores_the_same(
    runs: list[Run], questions: Path, index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_stamped(tmp_path, runs[1])
    stamp = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    assert {"commit", "encoder", "index", "system"} <= stamp.keys()
    assert main(["score", str(file), "--questions", str(questions), "--index", str(index)]) == 0
    lines = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    scored = {line[0].strip("| "): float(line[2]) for line in lines[1:] if "---" not in line[0]}
    own = measured(runs[1])
    for measure in ("nDCG@10", "recall@100", "turn AP"):
        assert scored[measure] == pytest.approx(sum(own[measure].values()) / len(own[measure]), abs=1e-4)


def test_topics_and_qrels_score_a_run_as_the_questions_do(
    runs: list[Run], questions: Path, index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trec", str(questions), "--index", str(index), "--out", str(tmp_path / "trec")]) == 0
    assert len(read_topics(tmp_path / "trec/topics.tsv")) == len(runs[0].questions)
    qrels = tmp_path / "trec/qrels.txt"
    assert all(grade in {1, 2} for own in read_qrels(qrels).values() for grade in own.values())
    run = write_stamped(tmp_path, runs[0])
    capsys.readouterr()
    assert main(["score", str(run), "--qrels", str(qrels), "--index", str(index)]) == 0
    by_qrels = capsys.readouterr().out
    assert main(["score", str(run), "--questions", str(questions), "--index", str(index)]) == 0
    assert capsys.readouterr().out == by_qrels


def test_a_judgement_that_the_minutes_no_longer_hold_is_named(
    questions: Path, index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["resolve", str(questions), "--index", str(index)]) == 0
    gone = tmp_path / "gone.jsonl"
    item = {"id": "g", "question": "何", "unanswerable": False, "kind": "plain"}
    gone.write_text(
        json.dumps(item | {"relevant": [{"quote": "どこにもない文です。どこにもありません。", "grade": 2}]}),
        encoding="utf-8",
    )
    assert main(["resolve", str(gone), "--index", str(index)]) == 1
    assert "どこにもない文" in capsys.readouterr().err


def test_a_comparison_names_what_differs_and_the_questions(
    here: Path, questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = ["--questions", str(questions), "--minutes", str(MINUTES)]
    assert main(["compare", "dense", "both", *own]) == 0
    said = capsys.readouterr().out
    assert "A is dense, B is both" in said
    assert "| mine | nDCG@10 |" in said
    assert main(["report", *own, "--out", "out"]) == 0
    capsys.readouterr()
    assert main(["compare", "out/report.json:both", "both", *own]) == 0
    table = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| mine")]
    assert table
    assert all("+0.000" in line for line in table)
    assert main(["compare", "nothing", "both", *own]) == 2


def test_the_gate_holds_what_fell_and_lets_the_rest_through(
    here: Path, questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gate = ["gate", "--baseline", "base.json", "--questions", str(questions), "--minutes", str(MINUTES)]
    assert main(gate) == 2
    assert main([*gate, "--write"]) == 0
    assert main(gate) == 0
    before = Report.from_json((here / "base.json").read_text(encoding="utf-8"), "base.json")
    (here / "base.json").write_text(_with(before, "nDCG@10", lambda value: value - 0.5).to_json(), encoding="utf-8")
    assert main(gate) == 0  # now is better than the baseline
    (here / "base.json").write_text(_with(before, "nDCG@10", lambda value: value + 0.5).to_json(), encoding="utf-8")
    assert main(gate) == 1
    assert "nDCG@10 fell" in capsys.readouterr().err
    slight = _with(before, "right speaker, asked for", lambda value: value + 0.01)
    (here / "base.json").write_text(slight.to_json(), encoding="utf-8")
    assert main(gate) == 1  # what must be 1 may not fall at all
    (here / "base.json").write_text("{}", encoding="utf-8")
    assert main(gate) == 2


def _with(report: Report, measure: str, change: object) -> Report:
    """The report with every value of a measure changed."""
    assert callable(change)

    def changed(one: Evaluated) -> Evaluated:
        systems = tuple(
            replace(r, values={**r.values, measure: {id_: change(v) for id_, v in r.values[measure].items()}})
            for r in one.systems
        )
        return replace(one, systems=systems)

    return replace(report, sets=tuple(map(changed, report.sets)))
