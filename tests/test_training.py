"""The recipe of the embedded encoder: what it never reads, and that an interruption changes nothing."""

from __future__ import annotations

import json
import lzma
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from eval.data import data_folder

sys.path.insert(0, str(Path(__file__).parents[1] / "models"))  # the recipe is a program, not a package

import pairs
import training

TRAINING, EVALUATED = data_folder() / "training", data_folder() / "eval"
needs_data = pytest.mark.skipif(not TRAINING.is_dir(), reason="needs the training data (MINUTES_DATA)")
LONG = 40
"""Characters from which on two equal sentences were not written twice by chance."""


def test_a_row_dated_after_the_limit_is_refused(tmp_path: Path) -> None:
    row = {"date": "2024-01-01", "topic": "防災", "question": "備蓄は足りますか。", "answer": "三日分あります。"}
    _write(tmp_path / "shinagawa-qa.jsonl.xz", row)
    _write(tmp_path / "poliinfo-summaries.jsonl.xz")
    with pytest.raises(pairs.LeakedRow, match="2024-01-01"):
        pairs.read_pairs(tmp_path, seed=1)


@needs_data
def test_nothing_evaluated_stands_in_the_pairs() -> None:
    learned = {
        sentence
        for pair in pairs.read_pairs(TRAINING, seed=1)
        for text in (pair.query, pair.passage)
        for sentence in _sentences(text)
    }
    assert len(learned) > 100_000
    for name, texts in _evaluated().items():
        said = {sentence for text in texts for sentence in _sentences(text)}
        assert len(said) > 20, name
        # What is read out at every session (a standing notice, a resolution) may be the same in two years.
        assert len(said & learned) <= len(said) / 200, (name, sorted(said & learned)[:3])


def test_an_interrupted_training_ends_at_the_same_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "KEPT_EVERY", 4)
    whole = _trained(tmp_path / "whole", stop_at=None)
    with pytest.raises(KeyboardInterrupt):
        _trained(tmp_path / "cut", stop_at=10)
    assert (tmp_path / "cut").exists()
    assert np.array_equal(_trained(tmp_path / "cut", stop_at=None), whole)
    assert not np.allclose(whole, _start())


def _trained(kept: Path, stop_at: int | None) -> np.ndarray:
    """A table trained for twelve steps, or until it is interrupted as by Ctrl-C."""
    options = training.Options(dimension=8, steps=12, batch=16)
    with pytest.MonkeyPatch.context() as patch:
        learn = training.Training.learn

        def interrupted(self: training.Training, asked: training.Bags, given: training.Bags) -> None:
            if self.step == stop_at:
                raise KeyboardInterrupt
            learn(self, asked, given)

        patch.setattr(training.Training, "learn", interrupted)
        queries, passages = _bags(1), _bags(2)
        return training.train_table(
            queries, passages, np.arange(64), np.ones(64, dtype=np.int64), _start(), options, kept
        )


def _bags(seed: int) -> training.Bags:
    return training.Bags(np.random.default_rng(seed).integers(1, 30, 64 * 5), np.arange(65) * 5)


def _start() -> np.ndarray:
    return np.random.default_rng(3).standard_normal((30, 8)).astype(np.float32)


def _evaluated() -> dict[str, list[str]]:
    """All texts of the evaluation sets, and of the plenaries that one of them asks about, by name."""
    found = {path.name: list(_texts(path)) for path in sorted(EVALUATED.iterdir())}
    plenaries = sorted((data_folder() / "minutes" / "tokyo-2020").glob("*.txt"))
    return found | {path.name: path.read_text(encoding="utf-8").splitlines() for path in plenaries}


def _texts(path: Path) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield from (value for value in json.loads(line).values() if isinstance(value, str))


def _sentences(text: str) -> Iterator[str]:
    """The long sentences of a text, without white space."""
    for sentence in re.split(r"[。\n]", text):
        squeezed = re.sub(r"\s+", "", sentence)
        if len(squeezed) >= LONG:
            yield squeezed


def _write(path: Path, *rows: dict[str, str]) -> None:
    with lzma.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
