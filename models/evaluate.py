"""Figures of an encoder on development data: `python models/evaluate.py [ENCODER]`.

Summaries: a member's question finds the summary of the reply among all of them (MRR@10), by BM25, by the
encoder and by both. JSTS: Spearman between cosine and human similarity. Twenty: can a question whose answer
is among twenty be told from one whose answer is not (AUROC of the best cosine)?
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]
WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Summaries:
    """The questions (two wordings), the distinct answers, and which answer belongs to which question."""

    with_topic: list[str]
    alone: list[str]
    answers: list[str]
    gold: npt.NDArray[np.int64]


def read_summaries(data: Path) -> Summaries:
    """Development questions over the answer summaries of the training and development files."""
    with lzma.open(data / "training" / "poliinfo-summaries.jsonl.xz", "rt", encoding="utf-8") as lines:
        known = [json.loads(line)["answer"] for line in lines]
    with (data / "eval" / "poliinfo-summaries.dev.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    answers = list(dict.fromkeys(known + [row["answer"] for row in rows]))
    place = {answer: number for number, answer in enumerate(answers)}
    return Summaries(
        [f"{row['subtopic']} {row['question']}" for row in rows],
        [row["question"] for row in rows],
        answers,
        np.asarray([place[row["answer"]] for row in rows]),
    )


def mrr(scores: Floats, gold: npt.NDArray[np.int64]) -> float:
    """MRR@10 of score rows (questions, answers); ties are broken by position."""
    own = scores[np.arange(len(gold)), gold][:, None]
    before = np.arange(scores.shape[1])[None, :] < gold[:, None]
    rank = 1 + (scores > own).sum(axis=1) + ((scores == own) & before).sum(axis=1)
    return float(np.where(rank <= 10, 1 / rank, 0).mean())


def unit_range(scores: Floats) -> Floats:
    """Each row of scores brought to 0..1."""
    low, high = scores.min(axis=1, keepdims=True), scores.max(axis=1, keepdims=True)
    ranged: Floats = (scores - low) / np.maximum(high - low, 1e-9)
    return ranged


def bm25_scores(answers: Sequence[str], questions: Sequence[str]) -> Floats:
    """BM25 of every answer for every question: shape (questions, answers)."""
    from index.lexical import Lexical, tokens

    lexical = Lexical.build([tokens(answer) for answer in answers])
    return np.stack([lexical.scores(tokens(question)) for question in questions])


def sweep(lexical: Floats, dense: Floats, gold: npt.NDArray[np.int64]) -> list[float]:
    """MRR@10 of the convex combination at each weight of the encoder in WEIGHTS."""
    near, shared = unit_range(dense), unit_range(lexical)
    return [mrr(weight * near + (1 - weight) * shared, gold) for weight in WEIGHTS]


def jsts(data: Path, encode: Encode) -> float:
    """Spearman's correlation on JSTS validation."""
    from scipy.stats import spearmanr

    with (data / "eval" / "jsts-valid.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    first, second = encode([row["sentence1"] for row in rows]), encode([row["sentence2"] for row in rows])
    return float(spearmanr((first * second).sum(axis=1), [row["label"] for row in rows]).statistic)


def twenty(dense: Floats, gold: npt.NDArray[np.int64], seed: int = 1) -> float:
    """AUROC of the best score among twenty answers, the right one among them against not."""
    from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

    chance = np.random.default_rng(seed)
    inside, outside = [], []
    for row, own in zip(dense, gold, strict=True):
        others = row[chance.permutation(np.delete(np.arange(len(row)), own))[:40]]
        inside.append(max(row[own], others[:19].max()))
        outside.append(others[20:].max())
    return float(roc_auc_score([1] * len(inside) + [0] * len(outside), inside + outside))


def main() -> None:
    """Print the figures of one encoder."""
    from index.encoder import load_encoder

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("encoder", nargs="?", default=None)
    encoder = load_encoder(parser.parse_args().encoder)
    data = Path(os.environ.get("MINUTES_DATA", "../shared/data"))
    print(json.dumps(figures(data, encoder.encode_queries, encoder.encode_documents), ensure_ascii=False, indent=1))


def figures(data: Path, encode_queries: Encode, encode_documents: Encode) -> dict[str, object]:
    """All figures by name."""
    summaries = read_summaries(data)
    answers = encode_documents(summaries.answers)
    result: dict[str, object] = {"jsts_spearman": round(jsts(data, encode_documents), 4)}
    for name, questions in (("with_topic", summaries.with_topic), ("question_alone", summaries.alone)):
        lexical, dense = bm25_scores(summaries.answers, questions), encode_queries(questions) @ answers.T
        mixed = sweep(lexical, dense, summaries.gold)
        result[name] = {
            "bm25": round(mixed[0], 4),
            "dense": round(mixed[-1], 4),
            "half": round(mixed[5], 4),
            "best": round(max(mixed), 4),
            "best_weight": WEIGHTS[int(np.argmax(mixed))],
            "gain": round(max(mixed) / mixed[0], 3),
            "twenty_auroc": round(twenty(dense, summaries.gold), 4),
        }
    return result


if __name__ == "__main__":
    main()
