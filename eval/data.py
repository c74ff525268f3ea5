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
    """Queries over distinct passages: query i is answered by passage `gold[i]`.

    `clusters[i]` names what query i shares with others: the day, the article.
    """

    queries: tuple[str, ...]
    passages: tuple[str, ...]
    gold: tuple[int, ...]
    clusters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Queries that each rank passages of their own: query i ranks `passages[i]`, right are those at `relevant[i]`.

    Passages stand in the order of the publisher's ids, which says nothing of which are right: ties are broken by it.
    """

    queries: tuple[str, ...]
    passages: tuple[tuple[str, ...], ...]
    relevant: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A query with the passage that answers it, and its cluster."""

    query: str
    answer: str
    cluster: str


def _passages(pairs: list[Pair], others: list[str]) -> Passages:
    passages = tuple(dict.fromkeys([*others, *(pair.answer for pair in pairs)]))
    place = {passage: number for number, passage in enumerate(passages)}
    return Passages(
        tuple(pair.query for pair in pairs),
        passages,
        tuple(place[pair.answer] for pair in pairs),
        tuple(pair.cluster for pair in pairs),
    )


def summaries(data: Path, *, topic: bool = True) -> Passages:
    """Questions of assembly members and the summaries of the replies, among those of all years."""
    known = [row["answer"] for row in rows(data / "training" / "poliinfo-summaries.jsonl.xz")]
    asked = list(rows(data / "eval" / "poliinfo-summaries.dev.jsonl"))
    worded = [f"{row['subtopic']} {row['question']}" if topic else row["question"] for row in asked]
    pairs = [Pair(query, row["answer"], row["date"]) for query, row in zip(worded, asked, strict=True)]
    return _passages(pairs, known)


def exchanges(data: Path, *, mask: bool = False) -> Passages:
    """A sample of committee questions of 2024, `masked` or as they are, over all answers of that year."""
    found = list(rows(data / "eval" / "shinagawa-qa.2024.jsonl.xz"))
    worded = [masked(row["question"], row["answer"]) if mask else row["question"] for row in found]
    return sampled([Pair(query, row["answer"], row["mid"]) for query, row in zip(worded, found, strict=True)])


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
    return sampled([Pair(row["question"], row["passage"], row["passage"][:40]) for row in found])


def drawn(count: int) -> list[int]:
    """The places of at most SAMPLE of `count` items, in their order; the same ones each time."""
    return sorted(np.random.default_rng(SEED).choice(count, size=min(SAMPLE, count), replace=False).tolist())


def sampled(pairs: list[Pair]) -> Passages:
    """A sample of the queries over the passages of all pairs."""
    return _passages([pairs[place] for place in drawn(len(pairs))], [pair.answer for pair in pairs])


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
