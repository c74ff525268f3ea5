"""The shared data: development sets that do not belong to the repository, read from MINUTES_DATA."""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.measures import Floats
from eval.questions import DEVELOPMENT, QUESTIONS, ROOT, Item, Relevant, load

SAMPLE = 500
"""How many queries are drawn from a large set, so that the whole evaluation ends in minutes."""
SEED = 1
PHRASE = 6
"""Characters in a row that a question and its answer share by more than chance."""


def data_folder() -> Path:
    """Where the shared data lies: MINUTES_DATA, else ../shared/data."""
    return Path(os.environ.get("MINUTES_DATA") or "../shared/data")


def rows(file: Path) -> Iterator[dict[str, str]]:
    """The lines of a JSON lines file, compressed or not."""
    with lzma.open(file, "rt", encoding="utf-8") if file.suffix == ".xz" else file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


@dataclass(frozen=True, slots=True)
class Passages:
    """Queries over distinct passages: query i is answered by passage `gold[i]`."""

    queries: tuple[str, ...]
    passages: tuple[str, ...]
    gold: tuple[int, ...]


def _passages(pairs: list[tuple[str, str]], others: list[str]) -> Passages:
    passages = tuple(dict.fromkeys([*others, *(answer for _, answer in pairs)]))
    place = {passage: number for number, passage in enumerate(passages)}
    return Passages(tuple(query for query, _ in pairs), passages, tuple(place[answer] for _, answer in pairs))


def summaries(data: Path, *, topic: bool = True) -> Passages:
    """Questions of assembly members and the summaries of the replies, among those of all years."""
    known = [row["answer"] for row in rows(data / "training" / "poliinfo-summaries.jsonl.xz")]
    asked = list(rows(data / "eval" / "poliinfo-summaries.dev.jsonl"))
    return _passages(
        [(f"{row['subtopic']} {row['question']}" if topic else row["question"], row["answer"]) for row in asked], known
    )


def exchanges(data: Path, *, mask: bool = False) -> Passages:
    """A sample of committee questions of 2024, `masked` or as they are, over all answers of that year."""
    found = list(rows(data / "eval" / "shinagawa-qa.2024.jsonl.xz"))
    pairs = [(row["question"], row["answer"]) for row in found]
    return _sampled([(masked(question, answer), answer) for question, answer in pairs] if mask else pairs)


def masked(question: str, answer: str) -> str:
    """The question without its phrases, of PHRASE characters or more, that stand word for word in the answer.

    Questions that were cut from a record repeat it, which nobody does who asks the record.
    """
    shared = bytearray(len(question))
    for start in range(len(question) - PHRASE + 1):
        if question[start : start + PHRASE] in answer:
            shared[start : start + PHRASE] = b"\x01" * PHRASE
    return "".join(" " if hidden else character for character, hidden in zip(question, shared, strict=True))


def encyclopedia(data: Path) -> Passages:
    """A sample of JaQuAD's questions over all its paragraphs."""
    found = list(rows(data / "eval" / "jaquad-dev.jsonl.xz"))
    return _sampled([(row["question"], row["passage"]) for row in found])


def _sampled(pairs: list[tuple[str, str]]) -> Passages:
    chosen = np.random.default_rng(SEED).choice(len(pairs), size=min(SAMPLE, len(pairs)), replace=False)
    return _passages([pairs[place] for place in sorted(chosen.tolist())], [answer for _, answer in pairs])


@dataclass(frozen=True, slots=True)
class Alike:
    """Pairs of sentences, and how alike people find them (0 to 5)."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    label: Floats


def sentence_pairs(data: Path) -> Alike:
    """JSTS, validation."""
    found = list(rows(data / "eval" / "jsts-valid.jsonl"))
    return Alike(
        tuple(row["sentence1"] for row in found),
        tuple(row["sentence2"] for row in found),
        np.asarray([float(row["label"]) for row in found]),
    )


def in_full(row: Mapping[str, str], role: str) -> str:
    """A newsletter's question as a citizen would ask it in full."""
    return f"{row['subtopic']}について。{row['question']}{role}はどう答えましたか。"


def assembly_days() -> Path:
    """The minutes of the two plenary days that `assembly` asks about."""
    return data_folder() / "minutes" / "tokyo-2020"


def collections() -> dict[str, tuple[Path, ...]]:
    """The collections of real minutes that questions are asked of, by name."""
    minutes = data_folder() / "minutes"
    return {
        "keizai": (ROOT / "minutes",),
        "tokyo": (assembly_days(),),
        "councils": (minutes / "formats" / "pdf",),
        "bodies": (minutes / "layouts",),
        "english": (minutes / "formats" / "fomc_en", *sorted((minutes / "formats").glob("md_en_*"))),
    }


@dataclass(frozen=True, slots=True)
class Group:
    """Questions about one collection of minutes: those of a file, or those of it that name the collection."""

    file: Path
    folders: tuple[Path, ...]
    collection: str | None = None

    def there(self) -> bool:
        """Whether file and folders are there."""
        return self.file.exists() and all(folder.exists() for folder in self.folders)

    def items(self) -> tuple[Item, ...]:
        """The questions, passages named by their place not yet read."""
        return tuple(item for item in load(self.file) if item.collection == self.collection)


ABSENT = QUESTIONS / "tokyo-2020.absent.dev.jsonl"
ABSTENTION = QUESTIONS / "abstention.dev.jsonl"
ABSTENTION_BLIND = QUESTIONS / "abstention.blind.jsonl"


def development() -> tuple[Group, ...]:
    """Everyday development questions by the minutes that they ask about, be they there or not."""
    return (
        *(Group(file, (folder,)) for file, folder in DEVELOPMENT),
        Group(ABSENT, (assembly_days(),)),
        *(Group(ABSTENTION, folders, name) for name, folders in collections().items()),
    )


def assembly(data: Path, *, full: bool) -> tuple[Item, ...]:
    """The newsletter's questions about two plenary days: topic and question alone, or asked in full."""
    return tuple(
        Item(
            id=row["qid"],
            question=in_full(row, row["answer_role"]) if full else f"{row['subtopic']} {row['question']}",
            history=(),
            relevant=(Relevant(row["passage"], 2),),
            unanswerable=False,
            speaker=row["answer_role"],
            kind="speaker" if full else "plain",
        )
        for row in rows(data / "eval" / "tokyo-2020.dev.jsonl")
    )
