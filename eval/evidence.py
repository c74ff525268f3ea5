"""Development questions with their evidence, from which abstention is learned. No test set is ever read here."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from eval.data import Group, assembly, assembly_days, data_folder, development, in_full, rows
from eval.measures import Floats
from eval.product import TODAY, indexed
from eval.questions import DEVELOPMENT, Item
from index.search import Index
from qa.answer import Asked, ask
from qa.calibration import Calibration


@dataclass(frozen=True, slots=True)
class Weighed:
    """One development question. `features` is None where the filters alone decided, and then `answered` is final."""

    source: str
    answerable: bool
    features: tuple[float, ...] | None
    answered: bool


def gathered(
    model: Calibration,
    say: Callable[[str], None],
    encoder: str,
    takes: Callable[[str], bool],
    own: Group | None,
) -> list[Weighed]:
    """The questions of those development sets that count (`takes`), or one's own, asked through the product."""
    found: list[Weighed] = []
    for group in [own] if own else development():
        name = group.file.stem
        if group.there() and (own or takes(name)):
            say(f"evidence from {name}" + (f", {group.collection}" if group.collection else ""))
            with indexed(group.folders, encoder) as index:
                # One's own questions are everyday ones, whatever they are called.
                source = name if name.endswith(".dev") else f"{name}.dev"
                found += [_weighed(source, item, index, model) for item in group.items()]
    if takes("tokyo-2020.dev") and (data_folder() / "eval" / "tokyo-2020.dev.jsonl").exists():
        say("evidence from tokyo-2020.dev")
        found += _tokyo(model, encoder)
    if takes("poliinfo-summaries.dev") and (data_folder() / "eval" / "poliinfo-summaries.dev.jsonl").exists():
        say("evidence from poliinfo-summaries.dev")
        found += _sessions(model, encoder)
    return found


def _weighed(source: str, item: Item, index: Index, model: Calibration) -> Weighed:
    answer = ask(Asked(item.question, item.history), index, TODAY, model)
    features = answer.evidence.features() if answer.evidence else None
    return Weighed(source, not item.unanswerable, features, answer.answered)


def _tokyo(model: Calibration, encoder: str) -> Iterator[Weighed]:
    """The assembly's questions asked of its own minutes, and of minutes that cannot answer them."""
    wordings = [*assembly(data_folder(), full=False), *assembly(data_folder(), full=True)]
    with indexed([assembly_days()], encoder) as index:
        yield from [_weighed("tokyo", item, index, model) for item in wordings]
    for _, folder in DEVELOPMENT:
        if folder.exists():
            with indexed([folder], encoder) as index:
                plain = assembly(data_folder(), full=False)
                yield from [_weighed("tokyo", replace(item, unanswerable=True), index, model) for item in plain]


def _sessions(model: Calibration, encoder: str) -> Iterator[Weighed]:
    """Sessions made of half of a day's replies: the other half's questions are near misses without an answer."""
    kept, left = _halves(list(rows(data_folder() / "eval" / "poliinfo-summaries.dev.jsonl")))
    days = sorted({row["date"] for row in kept})
    for chosen in [*([day] for day in days), days]:
        inside = [row for row in kept if row["date"] in chosen]
        outside = [row for row in left if row["date"] in chosen]
        with _session(inside, encoder) as index:
            for row, answerable in [*((row, True) for row in inside), *((row, False) for row in outside)]:
                for question in (f"{row['subtopic']} {row['question']}", in_full(row, row["answer_speaker"])):
                    yield _weighed("sessions", _item(row["qid"], question, answerable), index, model)


def _item(id_: str, question: str, answerable: bool) -> Item:
    return Item(id_, question, (), (), not answerable, None, "plain")


def _halves(asked: Sequence[dict[str, str]]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The rows in two halves, drawn by answer so that none is in both."""
    answers = sorted({row["answer"] for row in asked})
    kept = set(np.random.default_rng(1).permutation(answers)[: len(answers) // 2].tolist())
    return [row for row in asked if row["answer"] in kept], [row for row in asked if row["answer"] not in kept]


@contextmanager
def _session(replies: Iterable[dict[str, str]], encoder: str) -> Iterator[Index]:
    """An index of minutes that hold these replies, one day a file."""
    days: dict[str, list[str]] = {}
    for row in replies:
        days.setdefault(row["date"], []).append(f"○{row['answer_speaker']}　{row['answer']}")
    with tempfile.TemporaryDirectory() as place:
        for day, turns in days.items():
            year, month, date = day.split("-")
            heading = f"東京都議会会議録\n{year}年{int(month)}月{int(date)}日\n\n"
            (Path(place) / f"{day}.txt").write_text(heading + "\n".join(turns), encoding="utf-8")
        with indexed([Path(place)], encoder) as index:
            yield index


def matrix(found: Sequence[Weighed]) -> Floats:
    """The features of questions that have some: shape (questions, features)."""
    return np.asarray([entry.features for entry in found if entry.features is not None], dtype=np.float64)
