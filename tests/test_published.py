"""Public data sets in their published form. Every text here is invented (架空); no published data stands here."""

from __future__ import annotations

import json
import lzma
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from eval.__main__ import main
from eval.data import SAMPLE, Candidates, Passages, data_folder, encyclopedia
from eval.passages import Reranked
from eval.published import recognised
from index.encoder import load_encoder
from index.errors import UsageError
from index.search import Fusion

BM25 = Fusion(0.0, 0.0)
JAQUAD = "JaQuAD/data/dev/jaquad_dev_0000.json"
JSQUAD = "JGLUE/datasets/jsquad-v1.3/valid-v1.3.json"
JQARA = "JQaRA/data/test-00000-of-00001"
PAGES, ASKED = "JaCWIR/collection/collection-00000-of-00001", "JaCWIR/eval/eval-00000-of-00001"
GOLD = "PoliInfo{0}-FormalRun/PoliInfo{0}_QuestionAnswering_v20300101-Gold.json"

CASTLE, BRIDGE = "架空城は架空の丘に建つ石の城である。", "架空橋は架空川に架かる木の橋である。"


def squad(*paragraphs: tuple[str, Sequence[str]], title: str = "架空の記事") -> str:
    """SQuAD's JSON: paragraphs with their questions."""
    return json.dumps(
        {
            "version": "架空",
            "data": [
                {
                    "title": title,
                    "paragraphs": [
                        {
                            "context": context,
                            "qas": [
                                {"id": f"{context[:3]}-{question}", "question": question, "answers": []}
                                for question in questions
                            ],
                        }
                        for context, questions in paragraphs
                    ],
                }
            ],
        },
        ensure_ascii=False,
    )


def poliinfo(*rows: tuple[str, str, str]) -> str:
    """Topic, question and answer as QA Lab-PoliInfo writes them."""
    return json.dumps(
        [
            {
                "ID": f"架空-{number}",
                "Meeting": "架空議会",
                "Date": "2030-01-01",
                "SubTopic": topic,
                "QuestionSummary": question,
                "AnswerSummary": answer,
            }
            for number, (topic, question, answer) in enumerate(rows)
        ],
        ensure_ascii=False,
    )


def lines(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def quiz(query: str, question: str, *passages: tuple[str, str, int]) -> list[dict[str, Any]]:
    """JQaRA's rows: ids, texts and labels of one question's passages."""
    return [
        {
            "id": f"{query}-{id_}",
            "q_id": query,
            "question": question,
            "passage_row_id": id_,
            "label": label,
            "title": "架空",
            "text": text,
        }
        for id_, text, label in passages
    ]


def page(id_: str, title: str, description: str | None) -> dict[str, Any]:
    """JaCWIR's row of a page."""
    return {"doc_id": id_, "title": title, "description": description, "link": "架空", "date": "2030-01-01"}


def put(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def only(folder: Path) -> Passages | Candidates:
    (found,) = recognised(folder)
    return found.read()


QUIZ = quiz("QA-1", "架空城は何で建てられたか", ("7", BRIDGE, 0), ("12", CASTLE, 1))
WEB = [page("a", "城の話", CASTLE), page("b", "橋の話", None), page("z", "頼まれない話", "架空")]
ASKING = [{"query": "架空城はどこに建つか", "positive": "a", "negatives": ["b"]}]


@pytest.fixture
def everything(tmp_path: Path) -> Path:
    """One folder with every set, each as its publisher lays it out, beside files that are nothing."""
    put(tmp_path, JSQUAD, squad((f"架空城 [SEP] {CASTLE}", ["城は何でできているか"])))
    put(tmp_path, JAQUAD, squad((CASTLE, ["城は何でできているか", "城はどこにあるか"]), (BRIDGE, ["橋は何に架かるか"])))
    put(tmp_path, f"{JQARA}.jsonl", lines(QUIZ))
    put(tmp_path, f"{PAGES}.jsonl", lines(WEB))
    put(tmp_path, f"{ASKED}.jsonl", lines(ASKING))
    for edition in (3, 4):
        put(
            tmp_path,
            GOLD.format(edition),
            poliinfo(("城", "修繕は。", "来年度に直す。"), ("橋", "修繕は。", "調べる。")),
        )
    put(tmp_path, "JGLUE/datasets/jnli-v1.3/valid-v1.3.json", "架空")
    put(tmp_path, "PoliInfo3-FormalRun/PoliInfo3_QuestionAnswering_v20300101-Test.json", "[]")
    put(tmp_path, "README.md", "架空")
    return tmp_path


def test_every_set_is_recognised_and_read_in_its_published_form(everything: Path) -> None:
    found = {public.name: public.read() for public in recognised(everything)}
    assert list(found) == ["JSQuAD", "JaQuAD", "JQaRA", "JaCWIR", "PoliInfo-3", "PoliInfo-4"]
    assert found["JSQuAD"] == Passages(("城は何でできているか",), (f"架空城\n{CASTLE}",), (0,), ("架空の記事",))
    assert found["JaQuAD"] == Passages(
        ("城は何でできているか", "城はどこにあるか", "橋は何に架かるか"),
        (CASTLE, BRIDGE),
        (0, 0, 1),
        ("架空の記事",) * 3,
    )
    # "12" stands before "7": ids are names, and their order knows nothing of labels.
    assert found["JQaRA"] == Candidates(
        ("架空城は何で建てられたか",), ((f"架空 {CASTLE}", f"架空 {BRIDGE}"),), (frozenset({0}),)
    )
    assert found["JaCWIR"] == Candidates(
        ("架空城はどこに建つか",), ((f"城の話 {CASTLE}", "橋の話"),), (frozenset({0}),)
    )
    assert found["PoliInfo-3"] == found["PoliInfo-4"]
    assert found["PoliInfo-4"] == Passages(
        ("城 修繕は。", "橋 修繕は。"), ("来年度に直す。", "調べる。"), (0, 1), ("2030-01-01",) * 2
    )


@pytest.mark.parametrize("deep", ["", "一/二/三/"])
def test_a_set_is_found_however_deep_it_lies(deep: str, tmp_path: Path) -> None:
    put(tmp_path, f"{deep}{JAQUAD}", squad((CASTLE, ["何の城か"])))
    assert [public.name for public in recognised(tmp_path)] == ["JaQuAD"]


@pytest.mark.parametrize("name", ["jqara/TEST-1.jsonl", "datasets--hotchpotch--JQaRA/snapshots/0/data/test-1.jsonl"])
def test_a_set_is_known_by_the_name_of_a_folder_above_it(name: str, tmp_path: Path) -> None:
    put(tmp_path, name, lines(QUIZ))
    assert [public.name for public in recognised(tmp_path)] == ["JQaRA"]


def test_the_folder_itself_may_be_the_set(tmp_path: Path) -> None:
    put(tmp_path, f"{JQARA}.jsonl", lines(QUIZ))
    assert [public.name for public in recognised(tmp_path / "JQaRA")] == ["JQaRA"]


def test_of_several_versions_the_newest_counts(tmp_path: Path) -> None:
    for version in ("1.2", "1.10", "1.9"):
        put(tmp_path, f"jsquad-v{version}/valid-v{version}.json", squad((CASTLE, [f"第{version}版か"])))
    assert only(tmp_path).queries == ("第1.10版か",)


def test_what_lies_there_twice_counts_once(tmp_path: Path) -> None:
    asked = squad((CASTLE, ["何の城か", "どこの城か"]), (BRIDGE, ["何の橋か"]))
    put(tmp_path, JAQUAD, asked)
    once = only(tmp_path)
    put(tmp_path, f"copy/{JAQUAD}", asked)
    put(tmp_path, "more/jaquad_dev_0001.json", squad((CASTLE, ["何の城か"])))
    assert only(tmp_path) == once


def test_json_lines_stand_for_the_parquet_file_beside_them(tmp_path: Path) -> None:
    put(tmp_path, f"{JQARA}.jsonl", lines([*QUIZ, *QUIZ]))
    put(tmp_path, f"{JQARA}.parquet", "not read")
    content = only(tmp_path)
    assert isinstance(content, Candidates)
    assert [len(passages) for passages in content.passages] == [2]


@given(order=st.permutations([*QUIZ, *quiz("QA-0", "橋は何でできているか", ("7", BRIDGE, 1), ("3", CASTLE, 0))]))
def test_the_order_of_rows_says_nothing(order: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("rows")
    put(folder, f"{JQARA}.jsonl", lines(order))
    content = only(folder)
    assert isinstance(content, Candidates)
    assert content.queries == ("橋は何でできているか", "架空城は何で建てられたか")
    assert content.relevant == (frozenset({1}), frozenset({0}))


def test_a_large_set_is_sampled_the_same_way_each_time(tmp_path: Path) -> None:
    questions = [f"第{number}の架空の問いか" for number in range(SAMPLE + 100)]
    put(tmp_path, JAQUAD, squad((CASTLE, questions)))
    first, again = only(tmp_path), only(tmp_path)
    assert first == again
    assert len(set(first.queries)) == SAMPLE
    assert set(first.queries) < set(questions)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (JAQUAD, '{"data": [', "SQuAD"),
        (JAQUAD, "[]", "SQuAD"),
        (JAQUAD, '{"data": [{"paragraphs": [{"context": "架空"}]}]}', "'qas'"),
        (JAQUAD, '{"data": [{"paragraphs": [{"context": null, "qas": []}]}]}', "context is None"),
        (JAQUAD, '{"data": []}', "no question with an answer"),
        (JAQUAD, "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
        (GOLD.format(3), '{"ID": "架空"}', "AnswerSummary"),
        (GOLD.format(4), '[{"ID": "架空", "SubTopic": "城"}]', "QuestionSummary"),
        (GOLD.format(4), poliinfo(("城", "修繕は。", "")), "no question with an answer"),
        (f"{JQARA}.jsonl", lines([{"q_id": "1", "question": "何か"}]), "passage_row_id"),
        (f"{JQARA}.jsonl", lines([{**QUIZ[0], "label": "1"}]), "label is '1'"),
        (f"{JQARA}.jsonl", lines(QUIZ[:1]), "no question with an answer"),
        (f"{JQARA}.jsonl", "", "no question with an answer"),
        (f"{ASKED}.jsonl", lines(ASKING), "collection-"),
        (f"{PAGES}.jsonl", lines(WEB), "eval-"),
    ],
)
def test_a_file_in_another_form_is_named(name: str, text: str, said: str, tmp_path: Path) -> None:
    put(tmp_path, name, text)
    with pytest.raises(UsageError) as refused:
        only(tmp_path)
    message = str(refused.value)
    assert said in message
    assert Path(name).name in message
    assert str(tmp_path) not in message


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    put(tmp_path, JAQUAD, "")
    (tmp_path / JAQUAD).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"jaquad_dev_0000\.json"):
        only(tmp_path)


def test_a_page_that_is_lacking_is_named(tmp_path: Path) -> None:
    put(tmp_path, f"{ASKED}.jsonl", lines(ASKING))
    put(tmp_path, f"{PAGES}.jsonl", lines(WEB[1:]))
    with pytest.raises(UsageError, match=r"page a is asked for and not in collection-"):
        only(tmp_path)


def test_a_folder_without_a_known_set_says_what_was_looked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "mine/架空.json", "{}")
    assert main(["public", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert all(part in said for part in ("JaCWIR", "jaquad_dev_*.json", "docs/datasets.md"))
    assert main(["public", str(tmp_path / "none")]) == 2
    assert "'none'" in capsys.readouterr().err


def test_parquet_without_its_package_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    put(tmp_path, f"{JQARA}.parquet", "架空")
    with pytest.raises(UsageError, match="pip install pyarrow"):
        only(tmp_path)


def test_parquet_and_json_lines_read_the_same(everything: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    table = pytest.importorskip("pyarrow").Table.from_pylist
    expected = {public.name: public.read() for public in recognised(everything)}
    for name, rows in ((JQARA, QUIZ), (PAGES, WEB), (ASKED, ASKING)):
        parquet.write_table(table(rows), everything / f"{name}.parquet")
        (everything / f"{name}.jsonl").unlink()
    assert {public.name: public.read() for public in recognised(everything)} == expected
    put(everything, f"{JQARA}.parquet", "damaged")
    with pytest.raises(UsageError, match=r"test-00000-of-00001\.parquet cannot be read as rows with q_id"):
        [public.read() for public in recognised(everything)]


def test_a_right_passage_is_not_first_for_being_right() -> None:
    alike = Candidates(("架空城",), ((CASTLE,) * 4,), (frozenset({3}),))
    got = Reranked(alike, load_encoder()).measured(BM25, ("RR@10", "AP@10"))
    assert got == pytest.approx({"RR@10": 1 / 4, "AP@10": 1 / 4})


def test_candidates_of_other_queries_change_nothing() -> None:
    ours = Candidates(("橋は何の橋か",), ((CASTLE, BRIDGE),), (frozenset({1}),))
    both = Candidates(
        (*ours.queries, "城は何の城か"), (*ours.passages, (BRIDGE, BRIDGE, CASTLE)), (*ours.relevant, frozenset({0}))
    )
    encoder, measures = load_encoder(), ("nDCG@10", "R@10")
    for fusion in (BM25, Fusion(1.0, 0.0), Fusion(0.5, 0.1)):
        one, two = (Reranked(content, encoder).measured(fusion, measures) for content in (ours, both))
        last = Reranked(Candidates(both.queries[1:], both.passages[1:], both.relevant[1:]), encoder)
        other = last.measured(fusion, measures)
        assert two == pytest.approx({name: (one[name] + other[name]) / 2 for name in measures})


def test_the_command_prints_figures_for_every_set(everything: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["public", str(everything), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert {figure["encoder"] for figure in figures} == {"embedded"}
    bm25 = {(figure["set"], figure["measure"]): figure["bm25"] for figure in figures}
    assert len(bm25) == len(figures) == 5 * 3 + 4
    assert bm25["JQaRA", "nDCG@10"] == bm25["JaCWIR", "MAP@10"] == bm25["JaQuAD", "recall@10"] == 1.0
    assert [figure["queries"] for figure in figures if figure["measure"] == "MRR@10"] == [1, 3, 1, 1, 2, 2]

    assert main(["public", str(everything)]) == 0
    assert "| JaCWIR | MAP@10 | 1 | embedded | 1.000 |" in capsys.readouterr().out


def test_an_encoder_that_is_not_there_is_named(everything: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["public", str(everything), "--encoder", "架空"]) == 3
    assert "架空" in capsys.readouterr().err


def test_the_docs_name_every_set_with_files_that_are_recognised(tmp_path: Path) -> None:
    docs = (ROOT / "docs" / "datasets.md").read_text(encoding="utf-8")
    headings = "\n".join(line for line in docs.splitlines() if line.startswith("## "))
    for line in docs.splitlines():
        if line.startswith("public/"):
            put(tmp_path, line, "架空")
    found = recognised(tmp_path / "public")
    assert len(found) == 6
    assert sum(len(public.files) for public in found) == docs.count("\npublic/")
    assert all(public.name in headings for public in found)
    assert all(measure in docs for public in found for measure in public.measures)
    assert f"At most {SAMPLE} questions" in docs


def test_jaquad_as_published_is_the_development_set(tmp_path: Path) -> None:
    file = data_folder() / "eval" / "jaquad-dev.jsonl.xz"
    if not file.exists():
        pytest.skip("the development data is not there (MINUTES_DATA)")
    with lzma.open(file, "rt", encoding="utf-8") as content:
        rows = [json.loads(line) for line in content]
    for part in range(4):
        asked: dict[str, list[str]] = {}
        for row in rows[1000 * part : 1000 * (part + 1)]:
            asked.setdefault(row["passage"], []).append(row["question"])
        put(tmp_path, f"JaQuAD/data/dev/jaquad_dev_{part:04}.json", squad(*asked.items()))
    ours, known = only(tmp_path), encyclopedia(data_folder())
    assert isinstance(ours, Passages)
    assert (ours.queries, ours.passages, ours.gold) == (known.queries, known.passages, known.gold)
