"""The recipe of the embedded encoder: `MINUTES_DATA=... python models/train.py [--out FOLDER] [--steps N]`.

Reads training pairs, builds the tokeniser, trains the table of token vectors and writes it as a
sentence-transformers folder. All chance comes from `--seed`.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from initial import initial_table
from pairs import Pair, read_loose_texts, read_pairs
from training import Options, idf, joined, to_bags, train_table
from vocabulary import Vocabulary, build_vocabulary, count_words

MAX_BYTES = 34_000_000
VOCABULARY = 60_000
MIN_COUNT = 2
SAMPLE = 2  # words are counted in every second text: the rest adds time and names
SUMMARY_TIMES = 4  # summaries are few, and the only pairs in which both sides are short and to the point


def main() -> None:
    """Train and export."""
    default = Options()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "embedded")
    parser.add_argument("--steps", type=int, default=default.steps)
    parser.add_argument("--dimension", type=int, default=default.dimension)
    parser.add_argument("--seed", type=int, default=default.seed)
    chosen = parser.parse_args()
    options = replace(default, steps=chosen.steps, dimension=chosen.dimension, seed=chosen.seed)
    training = Path(os.environ.get("MINUTES_DATA", "../shared/data")) / "training"

    say("reading the training data")
    pairs, loose = read_pairs(training, options.seed), read_loose_texts(training)
    say(f"{len(pairs):,} pairs, {len(loose):,} single texts; counting words (the longest part)")
    texts = [f"{pair.query}。{pair.passage}" for pair in pairs] + loose
    words = count_words(texts[::SAMPLE])
    vocabulary = build_vocabulary(words, VOCABULARY, MIN_COUNT)
    say(f"{len(vocabulary.rows):,} words on {max(vocabulary.rows) + 1:,} rows; tokenising")
    table = trained(pairs, loose, vocabulary, options)
    export(vocabulary, table, chosen.out)


def trained(pairs: list[Pair], loose: list[str], vocabulary: Vocabulary, options: Options) -> npt.NDArray[np.float32]:
    """The trained table: shape (rows, dimension)."""
    queries = to_bags(vocabulary, [pair.query for pair in pairs])
    passages = to_bags(vocabulary, [pair.passage for pair in pairs])
    say("counting which words stand together")
    weight = idf(passages, max(vocabulary.rows) + 1)
    bags = joined([queries, passages, to_bags(vocabulary, loose)])
    initial = initial_table(vocabulary, bags, weight, options.dimension, options.seed)
    numbers: dict[str, int] = {}
    passage_of = np.asarray([numbers.setdefault(pair.passage, len(numbers)) for pair in pairs])
    times = np.asarray([SUMMARY_TIMES if pair.source == "summary" else 1 for pair in pairs])
    return train_table(queries, passages, passage_of, times, initial, options)


def export(vocabulary: Vocabulary, table: npt.NDArray[np.float32], folder: Path) -> None:
    """Write the sentence-transformers folder with weights in half precision."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    weights = table[vocabulary.rows].astype(np.float16)
    if weights.nbytes > MAX_BYTES:
        raise SystemExit(f"the weights would take {weights.nbytes:,} bytes, at most {MAX_BYTES:,} are allowed")
    model = SentenceTransformer(modules=[StaticEmbedding(vocabulary.tokenizer, weights)], device="cpu")
    model.save(str(folder), create_model_card=False)
    for file in folder.iterdir():
        file.chmod(0o644)  # safetensors writes files that only their owner may read
    say(f"wrote {folder} ({weights.nbytes / 1e6:.1f} MB of weights)")


def say(text: str) -> None:
    """Progress goes to standard error."""
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
