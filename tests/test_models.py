"""Names of models, and what follows from a name alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import ModelUnavailable
from index.models import find
from index.names import PINS, Name, settled
from qa.calibration import calibration


@pytest.mark.parametrize(
    ("text", "backend", "model", "revision"),
    [
        ("embedded", "torch", "embedded", None),
        ("onnx:embedded", "onnx", "embedded", None),
        ("ruri-v3-30m", "torch", "cl-nagoya/ruri-v3-30m", None),
        ("bge-m3@main", "torch", "BAAI/bge-m3", "main"),
        ("openvino:owner/model@v1.2", "openvino", "owner/model", "v1.2"),
        ("torch:owner/model", "torch", "owner/model", None),
        ("other:model", "torch", "other:model", None),
    ],
)
def test_the_parts_of_a_name(text: str, backend: str, model: str, revision: str | None) -> None:
    assert Name.parse(text) == Name(backend, model, revision)  # type: ignore[arg-type]
    assert Name.parse(str(Name.parse(text))) == Name.parse(text)


def test_a_folder_called_like_a_short_name_is_meant_with_a_slash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bge-m3").mkdir()
    (tmp_path / "own@home").mkdir()
    monkeypatch.chdir(tmp_path)
    assert Name.parse("bge-m3").model == "BAAI/bge-m3"
    folder = Name.parse("onnx:./bge-m3")
    assert (folder.model, folder.shown) == (str(tmp_path / "bge-m3"), "onnx:bge-m3")
    assert Name.parse("own@home").model == str(tmp_path / "own@home")


@pytest.mark.parametrize(
    ("named", "recorded", "stays"),
    [
        (None, None, "embedded"),
        (None, "owner/model@abc", "owner/model@abc"),
        ("owner/model", None, "owner/model"),
        ("owner/model", "owner/model@abc", "owner/model@abc"),
        ("ruri-v3-30m", "cl-nagoya/ruri-v3-30m@abc", "cl-nagoya/ruri-v3-30m@abc"),
        ("owner/model@def", "owner/model@abc", "owner/model@def"),
        ("onnx:owner/model", "owner/model@abc", "onnx:owner/model"),
        ("embedded", "owner/model@abc", "embedded"),
    ],
)
def test_only_another_name_moves_an_index(named: str | None, recorded: str | None, stays: str) -> None:
    assert settled(named, recorded) == stays


def test_every_pin_is_a_commit() -> None:
    assert all(len(commit) == 40 and int(commit, 16) for commit in PINS.values())


def test_pins_are_those_that_the_documentation_names() -> None:
    text = (Path(__file__).parents[1] / "docs" / "models.md").read_text(encoding="utf-8")
    assert all(f"| {model} | `{commit}` |" in text for model, commit in PINS.items())


def test_calibration_is_found_by_the_model_whatever_its_backend_and_revision() -> None:
    assert calibration("onnx:embedded") == calibration("embedded") != calibration("owner/model")
    assert calibration("/somewhere/embedded") == calibration("owner/model@abc") == calibration("default")


def test_a_message_names_no_place_on_this_machine(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in (str(tmp_path / "gone"), str(tmp_path / "empty"), f"torch:{tmp_path / 'empty'}"):
        with pytest.raises(ModelUnavailable) as refusal:
            find(name, "encoder")
        assert str(tmp_path) not in str(refusal.value)
