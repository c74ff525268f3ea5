"""The question sets, each measured for BM25 alone, the encoder alone and both together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path

from eval import data
from eval.data import ABSENT, ABSTENTION, ABSTENTION_BLIND, Passages, assembly_days, collections, data_folder
from eval.passages import Scored, alike
from eval.product import Figures, Outcome, asked, certainty, figures, indexed
from eval.questions import DEVELOPMENT, TEST, Item, load, placed
from index.encoder import load_encoder
from index.search import Index
from qa.calibration import Calibration, calibration

TEST_TOGETHER = "keizai-anpo, test and blind"
ROUNDS = 3
PASSAGE_MEASURES = {"RR@10": "MRR@10", "nDCG@10": "nDCG@10", "R@10": "recall@10"}
"""What ir-measures calls them, and people."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; a side is None where the measure does not exist for it."""

    set: str
    measure: str
    queries: int
    bm25: float | None
    dense: float | None
    both: float | None

    @property
    def ratio(self) -> float | None:
        """How many times BM25 both together reach; None for anything but measures of ranking."""
        return self._times_bm25(self.both)

    @property
    def dense_ratio(self) -> float | None:
        """The same for the encoder alone."""
        return self._times_bm25(self.dense)

    def _times_bm25(self, value: float | None) -> float | None:
        rankings = ("hit@", "MRR@", "nDCG@", "recall@")
        return value / self.bm25 if self.bm25 and value and self.measure.startswith(rankings) else None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A set by name, the files that it needs, and what measures it."""

    name: str
    needs: tuple[Path, ...]
    measure: Callable[[str], list[Row]]

    def missing(self) -> tuple[str, ...]:
        """The names of the files that are not there."""
        return tuple(path.name for path in self.needs if not path.exists())


def question_sets() -> tuple[QuestionSet, ...]:
    """Every set, test sets first."""
    shared = data_folder() / "eval"
    sentences, assembly = shared / "jsts-valid.jsonl", shared / "tokyo-2020.dev.jsonl"
    summaries = (
        shared / "poliinfo-summaries.dev.jsonl",
        data_folder() / "training" / "poliinfo-summaries.jsonl.xz",
    )
    folders = tuple(folder for paths in collections().values() for folder in paths)
    committees, encyclopedia = shared / "shinagawa-qa.2024.jsonl.xz", shared / "jaquad-dev.jsonl.xz"
    return (
        *(QuestionSet(name, (folder, *files), partial(_questions, files, folder)) for name, files, folder in _asked()),
        *(QuestionSet(file.stem, (file, *folders), partial(_many, file)) for file in (ABSTENTION, ABSTENTION_BLIND)),
        QuestionSet("poliinfo-summaries.dev", summaries, partial(_passages, data.summaries)),
        QuestionSet(
            "poliinfo-summaries.dev, no topic", summaries, partial(_passages, partial(data.summaries, topic=False))
        ),
        QuestionSet("tokyo-2020.dev, plain", (assembly, assembly_days()), partial(_assembly, False)),
        QuestionSet("tokyo-2020.dev, in full", (assembly, assembly_days()), partial(_assembly, True)),
        QuestionSet("shinagawa-qa.2024", (committees,), partial(_passages, data.exchanges)),
        QuestionSet("shinagawa-qa.2024, masked", (committees,), partial(_passages, partial(data.exchanges, mask=True))),
        QuestionSet("jaquad-dev", (encyclopedia,), partial(_passages, data.encyclopedia)),
        QuestionSet("jsts-valid", (sentences,), _alike),
    )


def _asked() -> Iterator[tuple[str, tuple[Path, ...], Path]]:
    """Name, question files and minutes of the sets that go through the product; the test sets also as one."""
    yield TEST_TOGETHER, tuple(file for file, _ in TEST), TEST[0][1]
    for file, folder in (*TEST, *DEVELOPMENT, (ABSENT, assembly_days())):
        yield file.stem, (file,), folder


def systems(model: Calibration) -> tuple[Calibration, Calibration, Calibration]:
    """BM25 alone, the encoder alone, both."""
    return (
        replace(model, fusion=replace(model.fusion, weight=0.0)),
        replace(model, fusion=replace(model.fusion, weight=1.0)),
        model,
    )


# Only a share or a hit that a person would call by this name stands in the table.
_NAMES = {
    "hit_1": "hit@1",
    "hit_3": "hit@3",
    "mrr_10": "MRR@10",
    "found_3": "hit@3 with near misses",
    "right_speaker": "right speaker first",
    "speaker_asked": "right speaker, asked for",
    "refused": "unanswerable refused",
    "answered": "answerable answered",
    "proven": "quotes proven",
    "p50": "ms per answer, p50",
    "p95": "ms per answer, p95",
}


def _rows(name: str, queries: int, sides: Sequence[Figures], measures: Sequence[str]) -> list[Row]:
    return [Row(name, _NAMES[field], queries, *(getattr(side, field) for side in sides)) for field in measures]


def _questions(files: Sequence[Path], folder: Path, name: str) -> list[Row]:
    items = [item for file in files for item in load(file)]
    with indexed([folder]) as index:
        model = calibration(index.snapshot().version.encoder)
        asked(items[:5], index, model)  # dictionaries and weights are read on first use
        sides = [figures(asked(items, index, side, ROUNDS)) for side in systems(model)]
    if all(item.unanswerable for item in items):
        return _rows(name, len(items), sides, ("refused", "p50", "p95"))
    return _rows(name, len(items), sides, [field.name for field in fields(Figures)])


def _many(file: Path, name: str) -> list[Row]:
    """Questions about several collections of minutes, all in one."""
    items = load(file)
    sides: list[list[Outcome]] = [[], [], []]
    for collection, folders in collections().items():
        with indexed(folders) as index:
            own = placed([item for item in items if item.collection == collection], index.snapshot())
            for side, system in zip(sides, systems(calibration(index.snapshot().version.encoder)), strict=True):
                side += asked(own, index, system)
    rows = _rows(name, len(items), [figures(side) for side in sides], [field.name for field in fields(Figures)])
    areas = [certainty(side) for side in sides]
    return [*rows, Row(name, "AUROC of the confidence", len(items), *areas)]


def _assembly(full: bool, name: str) -> list[Row]:
    items = data.assembly(data_folder(), full=full)
    with indexed([assembly_days()]) as index:
        return _assembly_rows(name, items, index)


def _assembly_rows(name: str, items: Sequence[Item], index: Index) -> list[Row]:
    """Rankings are measured as if nothing were refused, what is answered with the threshold."""
    model = calibration(index.snapshot().version.encoder)
    bold = [figures(asked(items, index, side)) for side in systems(replace(model, threshold=0.0))]
    real = [figures(asked(items, index, side)) for side in systems(model)]
    rankings = _rows(name, len(items), bold, ("hit_1", "hit_3", "mrr_10"))
    return rankings + _rows(
        name, len(items), real, ("right_speaker", "speaker_asked", "answered", "proven", "p50", "p95")
    )


def _passages(read: Callable[[Path], Passages], name: str) -> list[Row]:
    passages = read(data_folder())
    scored = Scored(passages, load_encoder())
    sides = [scored.measured(side.fusion, tuple(PASSAGE_MEASURES)) for side in systems(calibration("embedded"))]
    return [
        Row(name, shown, len(passages.queries), *(side[measure] for side in sides))
        for measure, shown in PASSAGE_MEASURES.items()
    ]


def _alike(name: str) -> list[Row]:
    pairs = data.sentence_pairs(data_folder())
    return [Row(name, "Spearman", len(pairs.label), None, alike(pairs, load_encoder()), None)]


def measured(only: str | None, say: Callable[[str], None]) -> list[Row]:
    """The rows of every set that is there, or of those whose name begins with `only`; `say` is told what is done."""
    rows: list[Row] = []
    for chosen in question_sets():
        if only and not chosen.name.startswith(only):
            continue
        if missing := chosen.missing():
            say(f"{chosen.name} skipped, for there is no {' and no '.join(missing)}")
            continue
        say(f"{chosen.name}")
        rows += chosen.measure(chosen.name)
    return rows
