"""Training pairs from the files of `training/`: a short text and a passage that belongs to it.

Nothing dated after the limits below is read, so that what is evaluated was never seen:
assembly summaries from 2019 on, Shinagawa from 2024 on, Tokyo from 2020 on.
"""

from __future__ import annotations

import json
import lzma
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

LAST_DAY = {
    "poliinfo-summaries": date(2018, 12, 31),
    "shinagawa-qa": date(2023, 12, 31),
    "shinagawa-turns": date(2023, 12, 31),
    "tokyo-turns": date(2019, 12, 31),
    "diet-speeches": date(2026, 6, 30),
    "diet-statements": date(2023, 12, 31),
}
# Headings under which committees discuss anything say nothing about the exchange.
EMPTY_TOPICS = frozenset({"委員会での質疑", "特定事件調査", "所管事務調査", "議案審査", "その他", "請願・陳情審査"})
PASSAGE_CHARS = 300
ARTICLES_PER_LAW = 12


class LeakedRow(Exception):
    """A row of the training data is dated after what may be trained on."""


@dataclass(frozen=True, slots=True)
class Pair:
    """`query` is what somebody might ask or write in short, `passage` what belongs to it."""

    source: str
    query: str
    passage: str


def read_pairs(training: Path, seed: int) -> list[Pair]:
    """All pairs from the folder `training`, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311  no secret depends on it
    pairs = [*_summaries(training), *_exchanges(training)]
    for name in ("shinagawa-turns", "tokyo-turns", "diet-speeches"):
        pairs += _clozes(training, name, chance)
    pairs += _laws(training, chance)
    return [pair for pair in pairs if len(pair.query) > 1 and len(pair.passage) > 1]


def read_loose_texts(training: Path) -> list[str]:
    """Texts that ask for nothing and answer nothing: they only show which words stand together."""
    return [re.sub(r"\s+", "", row["text"]) for row in _rows(training, "diet-statements")]


def _rows(training: Path, name: str) -> Iterator[dict[str, str]]:
    with lzma.open(training / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            numbers = [int(number) for number in re.findall(r"\d+", row["date"] or "")]
            if len(numbers) != 3:
                continue  # without a date nothing shows that the row may be used
            if date(*numbers) > LAST_DAY[name]:
                raise LeakedRow(f"{name}: a row of {row['date']}, training ends on {LAST_DAY[name]}")
            yield row


def _summaries(training: Path) -> Iterator[Pair]:
    for row in _rows(training, "poliinfo-summaries"):
        yield Pair("summary", f"{row['subtopic']} {row['question']}", row["answer"])
        yield Pair("summary", row["question"], row["answer"])
        yield Pair("summary", row["subtopic"], f"{row['question']} {row['answer']}")


def _exchanges(training: Path) -> Iterator[Pair]:
    for row in _rows(training, "shinagawa-qa"):
        topic = "" if row["topic"] in EMPTY_TOPICS else row["topic"] + " "
        yield Pair("exchange", topic + row["question"], row["answer"])


def _clozes(training: Path, name: str, chance: random.Random) -> Iterator[Pair]:
    """Inverse cloze (Lee et al. 2019): one sentence of a passage asks for the rest of it."""
    for row in _rows(training, name):
        for sentences in _passages(row["text"]):
            taken = chance.randrange(len(sentences))
            rest = sentences[:taken] + sentences[taken + 1 :]
            yield Pair(name, sentences[taken], "".join(rest))


def _passages(text: str) -> Iterator[list[str]]:
    """Runs of two or more whole sentences, about PASSAGE_CHARS long."""
    run: list[str] = []
    for sentence in re.findall(r"[^。]+。", re.sub(r"\s+", "", text)):
        if 10 <= len(sentence) <= PASSAGE_CHARS:
            run.append(sentence)
        if sum(map(len, run)) >= PASSAGE_CHARS:
            yield run
            run = []
    if len(run) > 1:
        yield run


def _laws(training: Path, chance: random.Random) -> Iterator[Pair]:
    """The caption of an article, with the title of its law, asks for the article."""
    with lzma.open(training / "laws.txt.xz", "rt", encoding="utf-8") as lines:
        for law in lines.read().split("\n### "):
            title = law.split("\n", 2)[1] if law.count("\n") > 1 else ""
            articles = re.findall(r"\n（([^）\n]{3,40})）\n(第[^\n]{40,})", law)
            for caption, article in chance.sample(articles, min(ARTICLES_PER_LAW, len(articles))):
                yield Pair("law", f"{title} {caption}", article[:PASSAGE_CHARS])
