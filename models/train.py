"""The recipe of the embedded encoder: `MINUTES_DATA=... python models/train.py [--out FOLDER] [--steps N]`.

Reads training pairs, builds the tokeniser, trains the table of token vectors and writes it as a
sentence-transformers folder. All chance comes from `--seed`. What is ready is kept under `--work`: the same
command, started again after an interruption, goes on there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
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
SUMMARY_TIMES = 8  # summaries are few, and the only pairs in which both sides are short and to the point
BACK = 0.3  # of the way back to the start: everyday questions keep what training on councils' wording takes from them


def main() -> None:
    """Train and export."""
    default = Options()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "embedded")
    parser.add_argument("--work", type=Path, help="where unfinished work is kept (default: under var/training)")
    parser.add_argument("--steps", type=int, default=default.steps)
    parser.add_argument("--dimension", type=int, default=default.dimension)
    parser.add_argument("--rate", type=float, default=default.rate)
    parser.add_argument("--seed", type=int, default=default.seed)
    chosen = parser.parse_args()
    options = replace(default, steps=chosen.steps, dimension=chosen.dimension, rate=chosen.rate, seed=chosen.seed)
    training = Path(os.environ.get("MINUTES_DATA", "../shared/data")) / "training"
    work = chosen.work or Path("var/training") / recipe(training, options)
    work.mkdir(parents=True, exist_ok=True)

    say(f"reading the training data; what is ready is kept in {work}")
    pairs, loose = read_pairs(training, options.seed), read_loose_texts(training)
    say(f"{len(pairs):,} pairs, {len(loose):,} single texts")
    vocabulary = cut(pairs, loose, work)
    say(f"{len(vocabulary.rows):,} words on {max(vocabulary.rows) + 1:,} rows; tokenising")
    export(vocabulary, trained(pairs, loose, vocabulary, options, work), chosen.out)


def recipe(training: Path, options: Options) -> str:
    """Names everything that decides the result: code, options, data files by name and size."""
    code = [file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("*.py"))]
    data = [(file.name, file.stat().st_size) for file in sorted(training.iterdir())]
    return hashlib.sha256(repr((code, options, data)).encode()).hexdigest()[:16]


def cut(pairs: list[Pair], loose: list[str], work: Path) -> Vocabulary:
    """The vocabulary, made once."""
    from tokenizers import Tokenizer

    tokenizer, rows = work / "tokenizer.json", work / "rows.json"
    if not rows.exists():
        say("counting words (about four minutes on two cores)")
        words = count_words([*(f"{pair.query}。{pair.passage}" for pair in pairs), *loose][::SAMPLE])
        made = build_vocabulary(words, VOCABULARY, MIN_COUNT)
        made.tokenizer.save(str(tokenizer))
        rows.write_text(json.dumps(made.rows), encoding="utf-8")
    return Vocabulary(Tokenizer.from_file(str(tokenizer)), json.loads(rows.read_text(encoding="utf-8")))


def trained(
    pairs: list[Pair], loose: list[str], vocabulary: Vocabulary, options: Options, work: Path
) -> npt.NDArray[np.float32]:
    """The table: shape (rows, dimension), a share of the start mixed in again (Wortsman et al. 2022)."""
    queries = to_bags(vocabulary, [pair.query for pair in pairs])
    passages = to_bags(vocabulary, [pair.passage for pair in pairs])
    start = work / "initial.npy"
    if not start.exists():
        say("counting which words stand together")
        weight = idf(passages, max(vocabulary.rows) + 1)
        bags = joined([queries, passages, to_bags(vocabulary, loose)])
        written = work / "initial.part.npy"
        np.save(written, initial_table(vocabulary, bags, weight, options.dimension, options.seed))
        written.replace(start)
    numbers: dict[str, int] = {}
    passage_of = np.asarray([numbers.setdefault(pair.passage, len(numbers)) for pair in pairs])
    times = np.asarray([SUMMARY_TIMES if pair.source == "summary" else 1 for pair in pairs])
    kept = work / "checkpoint.safetensors"
    initial: npt.NDArray[np.float32] = np.load(start)
    table = train_table(queries, passages, passage_of, times, initial, options, kept)
    return (1 - BACK) * table + BACK * initial


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
