"""The question sets by name, and a table of what BM25 alone, the encoder alone and both together reach on each."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean

from eval import data
from eval.data import ABSENT, ABSTENTION, ABSTENTION_BLIND, assembly_days, collections, data_folder
from eval.passages import alike
from eval.questions import DEVELOPMENT, TEST, VIEWS, Item, load
from eval.runs import Run
from eval.scoring import measured as scored
from eval.scoring import whole
from eval.subjects import MinutesSubject, Part, PassagesSubject, Subject, missing
from eval.systems import BUILT_IN
from index.encoder import load_encoder

TEST_TOGETHER = "keizai-anpo, test and blind"
ROUNDS = 3
CORRELATION = "jsts-valid"


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


def subjects() -> tuple[Subject, ...]:
    """Every set, test sets first."""
    shared, training = data_folder() / "eval", data_folder() / "training"
    summaries = (shared / "poliinfo-summaries.dev.jsonl", training / "poliinfo-summaries.jsonl.xz")
    committees, encyclopedia = (shared / "shinagawa-qa.2024.jsonl.xz",), (shared / "jaquad-dev.jsonl.xz",)
    without_topic, masked = partial(data.summaries, topic=False), partial(data.exchanges, mask=True)
    return (
        *(asked(name, files, (folder,)) for name, files, folder in _asked()),
        asked(VIEWS[0].stem, (VIEWS[0],), (VIEWS[1],)),
        *(_of_collections(file) for file in (ABSTENTION, ABSTENTION_BLIND)),
        _passages("poliinfo-summaries.dev", data.summaries, summaries),
        _passages("poliinfo-summaries.dev, no topic", without_topic, summaries),
        _assembly("tokyo-2020.dev, plain", full=False),
        _assembly("tokyo-2020.dev, in full", full=True),
        _passages("shinagawa-qa.2024", data.exchanges, committees),
        _passages("shinagawa-qa.2024, masked", masked, committees),
        _passages("jaquad-dev", data.encyclopedia, encyclopedia),
    )


def asked(name: str, files: Sequence[Path], folders: Sequence[Path]) -> MinutesSubject:
    """The questions of `files` about the minutes in `folders`."""

    def items() -> list[Item]:
        return [item for file in files for item in load(file)]

    return MinutesSubject(name, (Part(tuple(folders), items),), tuple(files), ROUNDS)


def _asked() -> Iterator[tuple[str, tuple[Path, ...], Path]]:
    """Name, question files and minutes of the sets that go through the product; the test sets also as one."""
    yield TEST_TOGETHER, tuple(file for file, _ in TEST), TEST[0][1]
    for file, folder in (*TEST, *DEVELOPMENT, (ABSENT, assembly_days())):
        yield file.stem, (file,), folder


def _of_collections(file: Path) -> MinutesSubject:
    """Questions about several collections of minutes, all in one."""

    def items(collection: str) -> list[Item]:
        return [item for item in load(file) if item.collection == collection]

    parts = tuple(Part(folders, partial(items, name)) for name, folders in collections().items())
    return MinutesSubject(file.stem, parts, (file,))


def _assembly(name: str, *, full: bool) -> MinutesSubject:
    """Rankings are measured as if nothing were refused, what is answered with the threshold."""
    part = Part((assembly_days(),), lambda: data.assembly(data_folder(), full=full))
    return MinutesSubject(name, (part,), (data_folder() / "eval" / "tokyo-2020.dev.jsonl",), refuses=False)


def _passages(name: str, read: Callable[[Path], data.Passages], files: tuple[Path, ...]) -> PassagesSubject:
    return PassagesSubject(name, lambda: read(data_folder()), files)


def there(only: str | None, say: Callable[[str], None], names: Container[str] | None = None) -> Iterator[Subject]:
    """The sets whose name begins with `only` (and is one of `names`), or all; `say` is told which lack their files."""
    for subject in subjects():
        if (only and not subject.name.startswith(only)) or (names is not None and subject.name not in names):
            continue
        if lacking := missing(subject):
            say(f"{subject.name} skipped, for there is no {' and no '.join(lacking)}")
        else:
            say(subject.name)
            yield subject


SHOWN = (
    "hit@1",
    "hit@3",
    "MRR@10",
    "hit@3 with near misses",
    "right speaker first",
    "right speaker, asked for",
    "unanswerable refused",
    "answerable answered",
    "set precision",
    "set recall",
    "quotes proven",
)
"""Only a share or a hit that a person would call by this name stands in the table."""
RANKED = {"RR@10": "MRR@10", "nDCG@10": "nDCG@10", "recall@10": "recall@10"}
"""Measures of sets of passages, with their names in the table."""


def measured(only: str | None, folder: Path | None, say: Callable[[str], None]) -> list[Row]:
    """The rows of every set that is there, or of those whose name begins with `only`; runs are kept in `folder`."""
    rows = [row for subject in there(only, say) for row in _rows(subject.runs(BUILT_IN, folder))]
    if CORRELATION.startswith(only or ""):
        rows += _correlation(say)
    return rows


def _rows(runs: Sequence[Run]) -> Iterator[Row]:
    """The table of a set from the runs of the three built-in systems."""
    values = [scored(run) for run in runs]
    through_product = any(outcome.milliseconds is not None for outcome in runs[0].outcomes)
    names = {name: name for name in SHOWN} if through_product else RANKED
    count = len(runs[0].questions)
    for measure, name in names.items():
        if measure in values[0]:
            yield Row(runs[0].set, name, count, *(_mean(own.get(measure)) for own in values))
    if through_product:
        wholes = [whole(run) for run in runs]
        if wholes[0].auroc is not None:
            yield Row(runs[0].set, "AUROC of the confidence", count, *(one.auroc for one in wholes))
        yield Row(runs[0].set, "ms per answer, p50", count, *(one.p50 for one in wholes))
        yield Row(runs[0].set, "ms per answer, p95", count, *(one.p95 for one in wholes))


def _mean(values: Mapping[str, float] | None) -> float | None:
    return fmean(values.values()) if values else None


def _correlation(say: Callable[[str], None]) -> list[Row]:
    file = data_folder() / "eval" / f"{CORRELATION}.jsonl"
    if not file.exists():
        say(f"{CORRELATION} skipped, for there is no {file.name}")
        return []
    say(CORRELATION)
    pairs = data.sentence_pairs(data_folder())
    return [Row(CORRELATION, "Spearman", len(pairs.label), None, alike(pairs, load_encoder()), None)]
