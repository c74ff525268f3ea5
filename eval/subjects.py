"""Sets of questions with what they are asked of: minutes through the product, or passages all against all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from eval.asking import SHOWN, Asking, Judged
from eval.data import Passages
from eval.measures import by_score
from eval.passages import Scored
from eval.product import indexed
from eval.questions import Item, placed
from eval.runs import DEPTH, Kept, Outcome, Passage, Question, Run, content, stamp
from eval.statistics import overlap
from eval.systems import System
from index.encoder import load_encoder
from index.lexical import tokens


class Subject(Protocol):
    """A set of questions by name, the files that it needs, and a run of a system over it."""

    @property
    def name(self) -> str:
        """What it is called in tables."""
        ...

    @property
    def needs(self) -> tuple[Path, ...]:
        """The files and folders that it is read from."""
        ...

    def runs(self, systems: Sequence[System], folder: Path | None) -> list[Run]:
        """A run of each of the systems, kept in `folder` where one is given. Raises ModelUnavailable."""
        ...


def _runs(
    subject: Subject, systems: Sequence[System], folder: Path | None, make: Callable[[Sequence[System]], Iterable[Run]]
) -> list[Run]:
    """Those that are kept, and the others made: all of one encoder and reranker together."""
    kept = Kept(folder, subject.name, subject.needs)
    there = {system: run for system in systems if (run := kept.get(system))}
    lacking = [system for system in systems if system not in there]
    for engines in dict.fromkeys((system.encoder, system.reranker) for system in lacking):
        for run in make([system for system in lacking if (system.encoder, system.reranker) == engines]):
            kept.put(run)
            there[run.system] = run
    return [there[system] for system in systems]


def missing(subject: Subject) -> tuple[str, ...]:
    """The names of the files that are not there."""
    return tuple(path.name for path in subject.needs if not path.exists())


@dataclass(frozen=True, slots=True)
class Part:
    """Questions about one collection of minutes."""

    folders: tuple[Path, ...]
    items: Callable[[], Sequence[Item]]


@dataclass(frozen=True, slots=True)
class MinutesSubject:
    """Questions asked through the product. Of `rounds` the median time counts; see `Run` for `refuses`."""

    name: str
    parts: tuple[Part, ...]
    files: tuple[Path, ...]
    rounds: int = 1
    refuses: bool = True

    @property
    def needs(self) -> tuple[Path, ...]:
        """The files of questions and the folders of minutes."""
        return (*self.files, *(folder for part in self.parts for folder in part.folders))

    def runs(self, systems: Sequence[System], folder: Path | None) -> list[Run]:
        """A run of each of the systems, kept in `folder` where one is given. Raises ModelUnavailable."""
        return _runs(self, systems, folder, self._made)

    def _made(self, systems: Sequence[System]) -> list[Run]:
        runs: list[list[Run]] = [[] for _ in systems]
        for part in self.parts:
            with indexed(part.folders, systems[0].encoder, systems[0].reranker) as index:
                items = placed(part.items(), index.snapshot())
                judged = Judged(index.snapshot(), items)
                for own, system in zip(runs, systems, strict=True):
                    own.append(Asking(index, judged, system, self.name, self.rounds, refuses=self.refuses).run())
        return [joined(parts) for parts in runs]


def joined(parts: Sequence[Run]) -> Run:
    """One run of the runs over the parts of a set."""
    return replace(
        parts[0],
        stamp={**parts[0].stamp, "index": " ".join(run.stamp["index"] for run in parts)},
        questions=tuple(question for run in parts for question in run.questions),
        outcomes=tuple(outcome for run in parts for outcome in run.outcomes),
        passages={id_: passage for run in parts for id_, passage in run.passages.items()},
    )


@dataclass(frozen=True, slots=True)
class PassagesSubject:
    """Queries over passages, each ranked among all of them, without the product."""

    name: str
    read: Callable[[], Passages]
    files: tuple[Path, ...]

    @property
    def needs(self) -> tuple[Path, ...]:
        """The files that it is read from."""
        return self.files

    def runs(self, systems: Sequence[System], folder: Path | None) -> list[Run]:
        """A run of each of the systems, kept in `folder` where one is given. Raises ModelUnavailable."""
        return _runs(self, systems, folder, self._made)

    def _made(self, systems: Sequence[System]) -> Iterator[Run]:
        passages = self.read()
        scored = Scored(passages, load_encoder(systems[0].encoder))
        questions = tuple(_query(number, passages, scored.ids) for number in range(len(passages.queries)))
        for system in systems:
            ranked = [
                [(id_, float(scores[int(id_)])) for id_ in by_score(scored.ids, scores, DEPTH)]
                for scores in scored.mixed(system.model().fusion)
            ]
            outcomes = tuple(Outcome(one.id, tuple(best)) for one, best in zip(questions, ranked, strict=True))
            seen = {id_ for best in ranked for id_, _ in best[:SHOWN]} | {scored.ids[gold] for gold in passages.gold}
            texts = {id_: Passage(passages.passages[int(id_)], id_, id_) for id_ in sorted(seen)}
            made = stamp(system, " ".join(map(content, self.files)))
            yield Run(self.name, system, made, questions, outcomes, texts, refuses=False)


def _query(number: int, passages: Passages, ids: Sequence[str]) -> Question:
    query, gold = passages.queries[number], passages.gold[number]
    said, held = tokens(query), tokens(passages.passages[gold])
    return Question(
        id=str(number),
        text=query,
        kind="passage",
        cluster=passages.clusters[number],
        unanswerable=False,
        grades={ids[gold]: 1},
        words=len(said),
        overlap=overlap(said, held) if said else None,
    )
