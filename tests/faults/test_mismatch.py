"""Guarantee 7: another encoder, prompt, tokeniser or format is refused by name or built anew, never mixed."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.backup import restore
from index.build import build
from index.errors import IndexMismatch, ModelUnavailable
from index.repair import repair
from index.search import Index
from index.store import DATABASE, Store, damage
from tests.faults.figures import Figures
from tests.faults.scenes import State, built_at_once, make_encoder, rewrite_version, write_minutes
from tests.faults.warm import Server


@pytest.fixture(scope="module")
def refused(figures: Figures) -> Iterator[list[str]]:
    """What was refused by name."""
    named: list[str] = []
    yield named
    figures.say(7, f"refused by name, and (but for the format) built anew on request: {', '.join(named)}.")


@pytest.fixture
def encoder(tiny: str, tmp_path: Path) -> Path:
    """A copy of the tiny encoder that may change."""
    return Path(shutil.copytree(tiny, tmp_path / "encoder"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_minutes(tmp_path / "minutes", range(1, 5))


def _rewritten(index: Path, **changes: object) -> None:
    """As a program with another tokeniser, prompt or revision would have written the newest version."""
    with closing(sqlite3.connect(index / DATABASE)) as connection, connection:
        rewrite_version(connection, Store(index).latest(), **changes)


def _other_weights(encoder: Path) -> None:
    content = make_encoder(encoder.parent / "other", seed=9) / "model.safetensors"
    shutil.copy(content, encoder / "model.safetensors")


def _other_dimension(encoder: Path) -> None:
    content = make_encoder(encoder.parent / "other", dimension=8) / "model.safetensors"
    shutil.copy(content, encoder / "model.safetensors")


def _other_tokeniser(encoder: Path) -> None:
    stored = json.loads((encoder / "tokenizer.json").read_text(encoding="utf-8"))
    stored["normalizer"] = {"type": "NFKC"}
    (encoder / "tokenizer.json").write_text(json.dumps(stored), encoding="utf-8")


CHANGES = {"revision": _other_weights, "dimension": _other_dimension, "tokeniser": _other_tokeniser}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_encoder_is_refused_by_name_and_built_anew(
    what: str, folder: Path, encoder: Path, tmp_path: Path, warm: Server, refused: list[str]
) -> None:
    index = tmp_path / "index"
    first = build([folder], index, str(encoder))
    CHANGES[what](encoder)
    with pytest.raises(IndexMismatch, match=f"another encoder.*{what}: .*run: python -m index build"):
        Index.open(index)
    with pytest.raises(IndexMismatch, match="run: python -m index build"):
        repair(index)
    done = warm.run("qa", "予算は", "--index", index)
    assert (done.code, done.err.count("\n")) == (3, 1), done
    report = build([folder], index)
    assert (report.version, report.embedded) == (2, first.embedded)
    assert State.of(index) == built_at_once(folder, tmp_path / "fresh", str(encoder))
    assert damage(Store(index)) == []
    refused.append(f"other {what}")


@pytest.mark.parametrize("what", ["prompts", "normalisation", "name"])
def test_other_prompts_are_refused_by_name_and_built_anew(
    what: str, folder: Path, encoder: Path, tmp_path: Path, refused: list[str]
) -> None:
    index = tmp_path / "index"
    first = build([folder], index, str(encoder))
    expected = State.of(index)
    stated = json.loads(Store(index).latest().fingerprint)
    _rewritten(index, fingerprint=json.dumps({**stated, what: ["query: ", "passage: "]}))
    with pytest.raises(IndexMismatch, match=f"another encoder \\({what}: index .*program .*run: python -m index build"):
        Index.open(index)
    report = build([folder], index)
    assert (report.version, report.embedded) == (2, 0), "what this encoder embedded before is still there"
    assert first.embedded
    assert State.of(index) == expected
    refused.append(f"other {what}")


def test_another_tokeniser_is_refused_by_name_and_built_anew(
    folder: Path, tiny: str, tmp_path: Path, refused: list[str]
) -> None:
    index = tmp_path / "index"
    build([folder], index, tiny)
    expected = State.of(index)
    _rewritten(index, tokeniser="sudachi-a-norm/0")
    with closing(sqlite3.connect(index / DATABASE)) as connection, connection:
        connection.execute("DELETE FROM tokens")
    with pytest.raises(IndexMismatch, match=r"tokeniser sudachi-a-norm/0, this .*run: python -m index build"):
        Index.open(index)
    assert build([folder], index).version == 2
    assert State.of(index) == expected
    assert damage(Store(index)) == []
    refused.append("another tokeniser of words")


def test_another_format_is_refused_by_whoever_opens_it(
    folder: Path, tiny: str, tmp_path: Path, warm: Server, refused: list[str]
) -> None:
    index = tmp_path / "index"
    build([folder], index, tiny)
    with closing(sqlite3.connect(index / DATABASE)) as connection, connection:
        connection.execute("UPDATE meta SET value = 'minutes-index/99'")
    shutil.copy(index / DATABASE, tmp_path / "backup.db")
    content = (index / DATABASE).read_bytes()
    commands = [["build", folder], ["info"], ["check"], ["check", "--repair"], ["changes"], ["vacuum"]]
    for command in commands:
        done = warm.run("index", *command, "--index", index)
        assert (done.code, done.err.count("\n")) == (3, 1), done
        assert "minutes-index/99" in done.err
    for attempt in (lambda: Index.open(index), lambda: restore(tmp_path / "backup.db", tmp_path / "new")):
        with pytest.raises(IndexMismatch, match="minutes-index/99"):
            attempt()
    assert (index / DATABASE).read_bytes() == content
    refused.append(f"another format ({len(commands) + 2} commands)")


def test_an_encoder_that_is_gone_is_refused_and_another_builds_anew(
    folder: Path, encoder: Path, tmp_path: Path, refused: list[str]
) -> None:
    index = tmp_path / "index"
    build([folder], index, str(encoder))
    shutil.rmtree(encoder)
    with pytest.raises(ModelUnavailable) as refusal:
        Index.open(index)
    assert str(tmp_path) not in str(refusal.value)
    other = str(make_encoder(tmp_path / "another", seed=4, dimension=8))
    assert build([folder], index, other).version == 2
    assert State.of(index) == built_at_once(folder, tmp_path / "fresh", other)
    refused.append("an encoder that is gone")
