"""The embedded encoder through its door: pinned numbers, no network, refusals."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoder import EMBEDDED_FOLDER, Encoder, load_encoder
from index.errors import ModelUnavailable
from tests.conftest import KEIZAI

ROOT = Path(__file__).parents[1]
SENTENCES = [
    "待機児童の解消に取り組む。",
    "保育所に入れない子どもを減らす。",
    "情報保全の強化は重要な課題。",
    "秘密を守る仕組みが必要です。",
    "道路の補修を急ぐべき。",
]
# Cosines of the sentences above. They change only with the weights or the tokeniser: then the vectors of every
# index made before are stale, and these numbers are to be replaced knowingly.
COSINES = [
    [1.00000, 0.39798, 0.05415, 0.02471, 0.12742],
    [0.39798, 1.00000, 0.01834, 0.07108, 0.00779],
    [0.05415, 0.01834, 1.00000, 0.26410, 0.05844],
    [0.02471, 0.07108, 0.26410, 1.00000, 0.07173],
    [0.12742, 0.00779, 0.05844, 0.07173, 1.00000],
]
WITHOUT_NETWORK = """
import socket

def refuse(*arguments):
    raise AssertionError("a network call")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
from index.encoder import load_encoder

print(float(abs(load_encoder().encode_queries(["予算"])).sum()) > 0)
"""


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


def test_pinned_cosines(encoder: Encoder) -> None:
    vectors = encoder.encode_documents(SENTENCES)
    assert np.allclose(vectors @ vectors.T, COSINES, atol=1e-4)


def test_shape_type_and_length(encoder: Encoder) -> None:
    vectors = encoder.encode_queries(SENTENCES)
    assert vectors.shape == (len(SENTENCES), encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_documents([]).shape == (0, encoder.dimension)


@pytest.mark.parametrize("text", ["", " \n", "。、！", "\U0001f600", "は が を"])
def test_text_without_a_known_word_is_the_zero_vector(encoder: Encoder, text: str) -> None:
    vectors = encoder.encode_queries([text, "予算の審議"])
    assert not vectors[0].any()
    assert np.linalg.norm(vectors[1]) == pytest.approx(1)
    assert not encoder.encode_queries([text]).any()


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_any_text_is_finite_and_at_most_of_length_one(encoder: Encoder, texts: list[str]) -> None:
    vectors = encoder.encode_queries(texts)
    assert vectors.shape == (len(texts), encoder.dimension)
    assert np.isfinite(vectors).all()
    assert (np.linalg.norm(vectors, axis=1) < 1 + 1e-5).all()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＡＩの活用２０２０", "AIの活用2020"),
        ("取組みを進める", "取り組みを進める"),
        ("予算を、審議する。", "予算を審議する"),
    ],
)
def test_spellings_of_one_wording_are_one_vector(encoder: Encoder, one: str, other: str) -> None:
    first, second = encoder.encode_queries([one, other])
    assert first @ second == pytest.approx(1, abs=1e-4)


def test_a_text_has_the_same_vector_alone_in_company_and_in_threads(encoder: Encoder) -> None:
    together = encoder.encode_documents(SENTENCES)
    with ThreadPoolExecutor(4) as pool:
        alone = list(pool.map(lambda sentence: encoder.encode_documents([sentence])[0], SENTENCES * 20))
    assert np.allclose(alone, np.tile(together, (20, 1)), atol=1e-6)


def test_loading_again_gives_the_same_encoder(encoder: Encoder) -> None:
    again = load_encoder("embedded")
    assert again.fingerprint == encoder.fingerprint
    assert np.array_equal(again.encode_queries(SENTENCES), encoder.encode_queries(SENTENCES))


def test_fingerprint_names_what_decides_a_vector(encoder: Encoder) -> None:
    said = json.loads(encoder.fingerprint)
    assert said["name"] == encoder.name == "embedded"
    assert said["revision"] == encoder.revision
    assert len(encoder.revision) == 64
    assert said["dimension"] == encoder.dimension
    assert {"tokeniser", "prompts", "normalisation"} <= said.keys()


def test_weights_are_one_small_safetensors_file() -> None:
    weights = [path for path in EMBEDDED_FOLDER.rglob("*") if path.suffix in {".safetensors", ".bin", ".pt", ".pkl"}]
    assert [path.suffix for path in weights] == [".safetensors"]
    assert weights[0].stat().st_size <= 34_000_000


def test_the_card_names_these_weights(encoder: Encoder) -> None:
    card = (EMBEDDED_FOLDER / "README.md").read_text(encoding="utf-8")
    assert encoder.revision in card


def test_everyday_words_are_nearer_to_their_subject_than_to_another(encoder: Encoder) -> None:
    questions = encoder.encode_queries(["人工知能を使う", "アメリカとの関係", "保育園に入れない子"])
    statements = encoder.encode_documents(["AIやICTの活用", "同盟国である米国との連携", "待機児童の解消"])
    assert (questions @ statements.T).argmax(axis=1).tolist() == [0, 1, 2]


def test_loads_and_encodes_with_the_network_unreachable() -> None:
    done = _python(WITHOUT_NETWORK, {})
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr


def test_a_hub_model_that_cannot_be_fetched_is_refused(tmp_path: Path) -> None:
    code = """
from index.encoder import load_encoder
from index.errors import ModelUnavailable

try:
    load_encoder("no-such-owner/no-such-model")
except ModelUnavailable as refusal:
    print(refusal)
"""
    done = _python(code, {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)})
    assert "no-such-owner/no-such-model" in done.stdout, done.stderr


@pytest.mark.parametrize("name", ["no-such-encoder", "/no/such/folder", "./models/embeded", "a/b/c", "embedded/", ""])
def test_an_unknown_name_is_refused_without_a_path(name: str) -> None:
    with pytest.raises(ModelUnavailable) as refusal:
        load_encoder(name)
    assert "embedded" in str(refusal.value)
    assert "/no/such" not in str(refusal.value)


def test_another_folder_is_another_encoder_with_its_own_name(encoder: Encoder, tmp_path: Path) -> None:
    other = load_encoder(str(_copy(tmp_path)))
    assert (other.name, other.revision) == ("copy", encoder.revision)
    assert other.fingerprint != encoder.fingerprint
    assert np.array_equal(other.encode_queries(SENTENCES), encoder.encode_queries(SENTENCES))


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "modules.json"])
@pytest.mark.parametrize("share", [None, 0.0, 0.5])
def test_a_missing_or_cut_file_is_refused(tmp_path: Path, name: str, share: float | None) -> None:
    folder = _copy(tmp_path)
    content = (folder / name).read_bytes()
    (folder / name).unlink()
    if share is not None:
        (folder / name).write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ModelUnavailable, match="copy") as refusal:
        load_encoder(str(folder))
    assert str(tmp_path) not in str(refusal.value)


def test_a_folder_that_names_foreign_code_is_refused(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    modules[0]["type"] = "os.path.join"
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    with pytest.raises(ModelUnavailable, match=r"os\.path\.join"):
        load_encoder(str(folder))


def _copy(folder: Path) -> Path:
    return Path(shutil.copytree(EMBEDDED_FOLDER, folder / "copy"))


def _python(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_static_models_give_the_vectors_of_the_library_they_are_made_with() -> None:
    from sentence_transformers import SentenceTransformer

    lines = [*KEIZAI.read_text(encoding="utf-8").splitlines(), "", "\u3000", "令和５年 budget"]
    library = SentenceTransformer(str(EMBEDDED_FOLDER), device="cpu", local_files_only=True).float()
    expected = library.encode(lines, normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(load_encoder().encode_documents(lines), expected, atol=1e-6)


def test_the_embedded_encoder_imports_no_library_of_models() -> None:
    program = "import sys; from index.encoder import load_encoder; load_encoder().encode_queries(['予算']); "
    program += "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
