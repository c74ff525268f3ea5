"""TREC files: what is written reads back, others can read it, and a bad line is named."""

from __future__ import annotations

from pathlib import Path

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.trec import Run, read_qrels, read_run, read_topics, write_qrels, write_run, write_topics
from index.errors import UsageError

IDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), exclude_characters="\ufeff"), min_size=1)
SCORES = st.dictionaries(IDS, st.floats(allow_nan=False, allow_infinity=False), min_size=1)
TEXTS = st.text(st.characters(exclude_categories=("Cs",))).filter(lambda text: bool(text.split()))


@pytest.fixture(scope="session")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trec") / "file.txt"


@given(tag=IDS, scores=st.dictionaries(IDS, SCORES, min_size=1))
def test_a_run_reads_back_equal(file: Path, tag: str, scores: dict[str, dict[str, float]]) -> None:
    run = Run(tag, scores)
    write_run(file, run)
    again = read_run(file)
    assert again == run
    for query, found in scores.items():
        assert again.ranking(query) == tuple(sorted(found, key=lambda id_: (-found[id_], id_)))
        assert list(again.scores[query].values()) == sorted(found.values(), reverse=True)


@given(st.dictionaries(IDS, st.dictionaries(IDS, st.integers(), min_size=1)))
def test_qrels_read_back_equal(file: Path, qrels: dict[str, dict[str, int]]) -> None:
    write_qrels(file, qrels)
    assert read_qrels(file) == qrels


@given(topics=st.dictionaries(IDS.filter(lambda id_: "<" not in id_), TEXTS, min_size=1), classic=st.booleans())
def test_topics_read_back_on_one_line(file: Path, topics: dict[str, str], classic: bool) -> None:
    write_topics(file, topics, classic=classic)
    assert read_topics(file) == {query: " ".join(text.split()) for query, text in topics.items()}


def test_the_columns_are_those_of_trec(file: Path) -> None:
    write_run(file, Run("両方-v12", {"問1": {"b": 0.5, "a": 0.5, "c": 1.25}}))
    assert file.read_text(encoding="utf-8") == (
        "問1 Q0 c 1 1.25 両方-v12\n問1 Q0 a 2 0.5 両方-v12\n問1 Q0 b 3 0.5 両方-v12\n"
    )
    assert [path.name for path in file.parent.iterdir()] == ["file.txt"]
    read = ir_measures.read_trec_run(str(file))
    assert [(entry.query_id, entry.doc_id, entry.score) for entry in read] == [
        ("問1", "c", 1.25),
        ("問1", "a", 0.5),
        ("問1", "b", 0.5),
    ]
    write_qrels(file, {"問1": {"a": 2, "b": 0}})
    assert file.read_text(encoding="utf-8") == "問1 0 a 2\n問1 0 b 0\n"
    judged = ir_measures.read_trec_qrels(str(file))
    assert [(entry.query_id, entry.doc_id, entry.relevance) for entry in judged] == [("問1", "a", 2), ("問1", "b", 0)]


def test_the_score_decides_and_not_the_rank_or_the_place_in_the_file(file: Path) -> None:
    file.write_text("\ufeff1 Q0 x 1 0.1 t\r\n\r\n2\tQ0\tx\t7\t-3\tt\r\n1 Q0 y 9 0.2 t", encoding="utf-8")
    assert read_run(file) == Run("t", {"1": {"y": 0.2, "x": 0.1}, "2": {"x": -3.0}})
    assert read_run(file).ranking("1") == ("y", "x")
    assert read_run(file).ranking("3") == ()


def test_classic_topics_as_they_were_published(file: Path) -> None:
    file.write_text(
        "<top>\n\n<num> Number: 301 \n<title> International Organized \nCrime\n\n<desc> Description: \nIdentify them.\n"
        "</top>\n\n<top>\n<num>302</num>\n<title>R&D at AT&amp;T, 3 < 4</title>\n</top>\n",
        encoding="utf-8",
    )
    assert read_topics(file) == {"301": "International Organized Crime", "302": "R&D at AT&T, 3 < 4"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"1 Q0 a 1 0.5 t\n1 Q0 b 2 0.4\n", "line 2: 5 columns"),
        (b"\n1 Q0 a 1 high t\n", "line 2: the score 'high'"),
        (b"1 Q0 a 1 nan t\n", "line 1: the score 'nan'"),
        (b"1 Q0 a 1 -inf t\n", "line 1: the score '-inf'"),
        (b"1 Q0 a 1 2 t\n2 Q0 a 1 2 t\n1 Q0 a 2 1 t\n", "line 3: the document 'a' stands twice for the query '1'"),
        (b"1 Q0 a 1 2 t\n2 Q0 a 1 2 u\n", "line 2: a second tag 'u' beside 't'"),
        (b"1 Q0 a 1 2 t\n1 Q0 \xff 1 2 t\n", "line 2: not UTF-8"),
        (b" \n", "holds no run"),
    ],
)
def test_a_bad_run_is_refused_with_its_line(content: bytes, said: str, file: Path) -> None:
    file.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        read_run(file)
    assert str(caught.value).startswith("file.txt")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("1 0 a\n", "line 1: 3 columns"),
        ("1 0 a 1\n1 0 b 0.5\n", "line 2: the grade '0.5'"),
        ("1 0 a 1\n\n1 0 a 1\n", "line 3: the document 'a' stands twice"),
    ],
)
def test_a_bad_judgement_is_refused_with_its_line(content: str, said: str, file: Path) -> None:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_qrels(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("1\tfirst\n2 second\n", "line 2: not of the form"),
        ("1\tfirst\n1\tagain\n", "line 2: the topic '1' stands twice"),
        ("1\t \n", "line 1: the topic '1' has no text"),
        ("<top>\n<num> 1\n<title> a\n</top>\nstray\n", "line 5: a topic must begin"),
        ("<top>\n<num> 1\n</top>\n", "line 1: the topic has no <num> or no <title>"),
        ("<top>\n<num> 1\n<title> a\n</top>\n<top>\n<num> 2\n", "line 5: the topic has no </top>"),
    ],
)
def test_a_bad_topic_is_refused_with_its_line(content: str, said: str, file: Path) -> None:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_topics(file)


@pytest.mark.parametrize("word", ["", "two words", "tab\t", "全角　空白", "\ufeff1"])
def test_what_would_break_the_columns_is_never_written(word: str, file: Path) -> None:
    file.write_text("as before", encoding="utf-8")
    with pytest.raises(UsageError, match="one word"):
        Run(word, {"1": {"a": 1.0}})
    with pytest.raises(UsageError, match="query id"):
        Run("t", {word: {"a": 1.0}})
    with pytest.raises(UsageError, match="document id"):
        Run("t", {"1": {word: 1.0}})
    with pytest.raises(UsageError, match="document id"):
        write_qrels(file, {"1": {word: 1}})
    with pytest.raises(UsageError, match="query id"):
        write_topics(file, {word: "text"})
    assert file.read_text(encoding="utf-8") == "as before"


def test_a_failed_write_leaves_the_file_as_it_was(file: Path) -> None:
    write_run(file, Run("t", {"1": {"a": 1.0}}))
    with pytest.raises(UsageError, match="cannot be written"):
        write_run(file, Run("t", {"1": {"a": 1.0, "\ud800": 2.0}}))
    assert read_run(file) == Run("t", {"1": {"a": 1.0}})
    assert [path.name for path in file.parent.iterdir()] == ["file.txt"]
    with pytest.raises(UsageError, match="cannot be written"):
        write_run(file / "below", Run("t", {"1": {"a": 1.0}}))
    with pytest.raises(UsageError, match="cannot be read"):
        read_run(file.parent)


def test_a_score_must_be_a_number() -> None:
    with pytest.raises(UsageError, match="not finite"):
        Run("t", {"1": {"a": float("nan")}})


def test_a_topic_needs_a_text_and_an_id_that_its_form_can_hold(file: Path) -> None:
    with pytest.raises(UsageError, match="no text"):
        write_topics(file, {"1": " \n"})
    with pytest.raises(UsageError, match="classic"):
        write_topics(file, {"<1>": "text"}, classic=True)
    write_topics(file, {"<top>": "text"})
    assert read_topics(file) == {"<top>": "text"}


def test_marks_in_a_topic_are_no_marks_of_the_form(file: Path) -> None:
    topics = {"1": "a <desc> and </title> in &lt;top&gt;", "2": "R&D </top>"}
    write_topics(file, topics, classic=True)
    assert read_topics(file) == topics
