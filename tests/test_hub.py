"""Models of a hub, through the commands and over HTTP, from a hub on this machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from index.names import PINS
from tests.conftest import ROOT
from tests.hub import Files, Hub, serving, static_model

# Two invented statements.
TEXT = """Library committee
2024-05-16

Chair: The library opening hours are long.

Sato: The pool repair needs a budget.
"""
WEIGHTS = "0_Static/model.safetensors"


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as hub:
        yield hub


class Machine:
    """A machine with minutes and a cache of models of its own, which knows no other hub than the one given."""

    def __init__(self, folder: Path, hub: Hub) -> None:
        self.folder = folder
        self.hub = hub
        (folder / "minutes").mkdir()
        (folder / "minutes" / "a.txt").write_text(TEXT, encoding="utf-8")

    def python(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        own = {"HF_ENDPOINT": self.hub.address, "HF_HOME": str(self.folder / "cache"), "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**os.environ, **own, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.python("-m", *arguments, "--index", "index", **environment)

    def build(self, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run("index", "build", "minutes", *options, **environment)

    def built(self, *options: str, **environment: str) -> dict[str, object]:
        """What the index says of itself after a build that went well."""
        done = self.build(*options, **environment)
        assert done.returncode == 0, done.stderr
        info = json.loads(self.run("index", "info", "--json").stdout)
        return {**info, "fingerprint": json.loads(info["fingerprint"]), "said": done.stdout}


@pytest.fixture
def machine(tmp_path: Path, hub: Hub) -> Machine:
    return Machine(tmp_path, hub)


def test_a_model_stays_at_its_commit_whatever_is_pushed(machine: Machine, hub: Hub) -> None:
    commit = hub.push("tiny/static", static_model(1))
    assert machine.built("--encoder", "tiny/static")["encoder"] == f"tiny/static@{commit}"
    assert {name for name in hub.fetched if name.endswith((".bin", ".onnx"))} == set()
    assert WEIGHTS in hub.fetched
    later = hub.push("tiny/static", static_model(2))
    hub.asked.clear()
    for options in ((), ("--encoder", "tiny/static")):
        again = machine.built(*options)
        assert again["encoder"] == f"tiny/static@{commit}"
        assert "0 embedded" in str(again["said"])
    assert machine.run("qa", "library opening hours").returncode == 0
    assert hub.asked == []  # what is in the cache is not asked for again
    moved = machine.built("--encoder", f"tiny/static@{later}")
    assert moved["encoder"] == f"tiny/static@{later}"
    assert "2 embedded" in str(moved["said"])


def test_once_fetched_no_network_is_needed_here_or_on_a_machine_with_a_copy(
    machine: Machine, hub: Hub, tmp_path: Path
) -> None:
    hub.push("tiny/static", static_model(1))
    machine.built("--encoder", "tiny/static")
    other = tmp_path / "other"
    other.mkdir()
    copy = Machine(other, Hub("http://127.0.0.1:9"))
    shutil.copytree(machine.folder / "cache", other / "cache", symlinks=True)
    for one in (machine, copy):
        one.built("--encoder", "tiny/static", HF_HUB_OFFLINE="1")
        answered = one.run("qa", "library opening hours", HF_HUB_OFFLINE="1")
        assert answered.returncode == 0, answered.stderr
        assert "opening hours are long" in answered.stdout


def test_what_another_program_left_of_a_model_is_completed(machine: Machine, hub: Hub) -> None:
    commit = hub.push("tiny/static", static_model(1))
    machine.built("--encoder", "tiny/static")
    for file in [*(machine.folder / "cache").rglob("model.safetensors"), *(machine.folder / "cache").rglob("trees/*")]:
        file.unlink()
    hub.asked.clear()
    assert machine.run("qa", "library opening hours").returncode == 0
    assert hub.fetched in ([], [WEIGHTS])
    assert f"HEAD /tiny/static/resolve/{commit}/{WEIGHTS}" in hub.asked


def test_a_known_model_is_taken_at_its_pin_with_its_prompts(machine: Machine, hub: Hub) -> None:
    model = "cl-nagoya/ruri-v3-30m"
    hub.push(model, static_model(1), PINS[model])
    hub.push(model, static_model(2))
    info = machine.built("--encoder", "ruri-v3-30m")
    assert info["encoder"] == f"{model}@{PINS[model]}"
    assert info["fingerprint"]["prompts"] == ["検索クエリ: ", "検索文書: "]  # type: ignore[index]


def test_prompts_that_the_model_names_itself_win(machine: Machine, hub: Hub) -> None:
    model = "intfloat/multilingual-e5-small"
    hub.push(model, static_model(1, {"query": "ask: ", "passage": "text: "}), PINS[model])
    info = machine.built("--encoder", "multilingual-e5-small")
    assert info["fingerprint"]["prompts"] == ["ask: ", "text: "]  # type: ignore[index]


def test_the_index_names_what_decides_a_vector(machine: Machine, hub: Hub) -> None:
    commit = hub.push("tiny/static", static_model(1))
    said = machine.built("--encoder", "tiny/static")["fingerprint"]
    assert isinstance(said, dict)
    assert (said["name"], said["commit"], said["dimension"]) == ("tiny/static", commit, 8)
    assert len(said["revision"]) == len(said["tokeniser"]) == 64


def test_a_damaged_cache_is_refused_by_name(machine: Machine, hub: Hub) -> None:
    hub.push("tiny/static", static_model(1))
    machine.built("--encoder", "tiny/static")
    weights = next((machine.folder / "cache").rglob("model.safetensors")).resolve()
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    _refused(machine.run("qa", "library"), "revision: index")


def _refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Exit code 3 and one line that holds the words."""
    assert done.returncode == 3, done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert all(word in done.stderr for word in words), done.stderr


def test_without_network_a_model_that_is_not_here_is_refused(machine: Machine) -> None:
    _refused(machine.build("--encoder", "tiny/static", HF_HUB_OFFLINE="1"), "tiny/static", "HF_HUB_OFFLINE")
    _refused(machine.build("--encoder", "tiny/static", HF_ENDPOINT="http://127.0.0.1:9"), "check the network")
    assert not (machine.folder / "index").exists()


def test_a_download_that_breaks_off_is_refused_and_goes_on_next_time(machine: Machine, hub: Hub) -> None:
    hub.push("tiny/static", static_model(1))
    hub.cut.add("model.safetensors")
    _refused(machine.build("--encoder", "tiny/static"), "tiny/static", "check the network")
    assert not (machine.folder / "index").exists()
    hub.cut.clear()
    machine.built("--encoder", "tiny/static")


def _with(name: str, content: object) -> Files:
    """The tiny model with another file in it, or instead of one."""
    return {**static_model(1), name: json.dumps(content).encode(), "own.py": b"raise SystemExit(9)"}


MODULE = {"idx": 0, "name": "0", "path": "", "type": "own.Model"}
WHOLE = static_model(1)
WITHOUT_WEIGHTS = {name: data for name, data in WHOLE.items() if name != WEIGHTS}
PUSHED: dict[str, Files] = {
    "tiny/static": WHOLE,
    "code/module": _with("modules.json", [MODULE]),
    "code/model": _with("config.json", {"auto_map": {"AutoModel": "modeling.Own"}}),
    "code/tokeniser": _with("0_Static/tokenizer_config.json", {"auto_map": {"AutoTokenizer": ["own.Tokenizer", None]}}),
    "tiny/pickled": {**WITHOUT_WEIGHTS, "0_Static/pytorch_model.bin": b"pickled"},
    "tiny/cut": {**WHOLE, WEIGHTS: WHOLE[WEIGHTS][:100]},
    "tiny/cut-settings": {**WHOLE, "modules.json": WHOLE["modules.json"][:20]},
    "tiny/cross": _with("config_sentence_transformers.json", {"model_type": "CrossEncoder"}),
    "tiny/bare": {"config.json": b"{}", "model.safetensors": b""},
}
STATUSES = {
    "hub/gated": (403, "GatedRepo"),
    "hub/unauthorised": (401, ""),
    "hub/hidden": (401, "RepoNotFound"),
    "hub/forbidden": (403, ""),
    "hub/broken": (500, ""),
}
REFUSED = {
    "hub/gated": "accept its terms",
    "hub/unauthorised": "HF_TOKEN",
    "hub/hidden": "HF_TOKEN",
    "hub/forbidden": "HTTP 403",
    "hub/broken": "try again later",
    "tiny/statik": "check the spelling",
    "tiny/static@v9": 'no revision "v9"',
    f"tiny/static@{'0' * 40}": "no revision",
    "tiny/sta tic": "no name of a hub model",
    "tiny-static": "no model",
    "code/module": "code of its own (own.Model)",
    "code/model": "modeling.Own",
    "code/tokeniser": "own.Tokenizer",
    "tiny/pickled": "as safetensors",
    "tiny/cut": "damaged",
    "tiny/cut-settings": "damaged",
    "tiny/cross": "no encoder: it was made as reranker",
    "tiny/bare": "no modules.json",
}
if find_spec("optimum") is None:
    REFUSED |= {"onnx:tiny/static": "pip install", "openvino:tiny/static": "pip install"}
# One process for all: what is tested costs milliseconds, starting a process half a second.
BUILD_EACH = """
import contextlib, io, json, sys
from index.__main__ import main

said = {}
for name in sys.argv[1:]:
    with contextlib.redirect_stderr(io.StringIO()) as errors:
        code = main(["build", "minutes", "--index", "index", "--encoder", name])
    said[name] = [code, errors.getvalue()]
print(json.dumps(said))
"""


@dataclass(frozen=True, slots=True)
class Refusals:
    said: dict[str, list[object]]
    """By name: exit code and standard error."""
    fetched: set[str]
    asked: list[str]
    left: list[str]
    """What the builds left in their folder."""


@pytest.fixture(scope="module")
def refusals(tmp_path_factory: pytest.TempPathFactory) -> Refusals:
    folder = tmp_path_factory.mktemp("refusals")
    with serving() as hub:
        machine = Machine(folder, hub)
        for model, files in PUSHED.items():
            hub.push(model, files)
        hub.refused.update(STATUSES)
        done = machine.python("-c", BUILD_EACH, *REFUSED)
        assert done.returncode == 0, done.stderr
        left = sorted(path.name for path in folder.iterdir())
        return Refusals(json.loads(done.stdout), set(hub.fetched), hub.asked, left)


@pytest.mark.parametrize(("name", "words"), REFUSED.items())
def test_what_cannot_be_used_is_refused_in_one_line(refusals: Refusals, name: str, words: str) -> None:
    code, errors = refusals.said[name]
    assert isinstance(errors, str)
    assert code == 3, errors
    assert errors.count("\n") == 1, errors
    assert name.partition("@")[0] in errors
    assert words in errors


def test_what_is_refused_leaves_nothing_and_fetches_neither_code_nor_pickles(refusals: Refusals) -> None:
    assert refusals.left == ["cache", "minutes"]
    assert {name for name in refusals.fetched if name.endswith((".py", ".bin", ".onnx"))} == set()
    assert not [one for one in refusals.asked if "code/" in one and "safetensors" in one]


def test_a_model_that_is_no_reranker_is_refused(machine: Machine, hub: Hub) -> None:
    machine.built("--encoder", "embedded")
    hub.push("tiny/static", {**static_model(1), "config.json": b"{}"})
    _refused(machine.run("qa", "library", "--reranker", "tiny/static"), "no reranker", "encoder")
