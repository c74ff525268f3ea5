"""Fits fusion and abstention on development questions and writes qa/calibration.json."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from eval.data import ABSTENTION_BLIND, Group, data_folder, development, summaries
from eval.evidence import Weighed, gathered, matrix
from eval.logistic import Logistic, fit
from eval.measures import Floats, auroc, share
from eval.passages import Scored
from eval.questions import TEST
from eval.scoring import hits
from eval.sets import TEST_TOGETHER, asked, subjects
from eval.subjects import Subject, missing
from eval.systems import System
from index.encoder import EMBEDDED, load_encoder
from index.errors import UsageError
from index.names import Name
from index.search import Fusion
from qa.calibration import FILE, Calibration, calibration

ANSWERED, REFUSED = 0.90, 0.80
"""What must hold of answerable and of unanswerable questions; the threshold keeps the same distance from both."""

EVERYDAY = {
    "keizai-anpo.dev": "keizai-anpo.dev",
    "samples.dev": "samples.dev",
    "abstention.dev": "abstention.dev",
    "tokyo-2020.dev, in full": "tokyo-2020.dev",
}
"""Sets of questions as people ask them, with the source of each; all count as much for the weight."""
SOURCES = (*dict.fromkeys(group.file.stem for group in development()), "tokyo-2020.dev", "poliinfo-summaries.dev")
"""The development sets by name."""
WEIGHTS = tuple(round(0.05 * step, 2) for step in range(21))
FARTHEST = 0.05
"""The share of questions whose best passage is too far to say how near an answer is at least."""
ALIKE = 0.01
"""Excesses that development questions cannot tell apart."""
FOLDS = 8
BINS = 10

MADE = 30.0
"""How many questions a source counts for that was not written as people ask: as answerable, and as unanswerable."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What is fitted, on which questions: those of the development sets of these names (all for none), or one's own."""

    encoder: str = EMBEDDED
    sets: tuple[str, ...] = ()
    own: Group | None = None

    def __post_init__(self) -> None:
        """Raises UsageError for a set that is none, or that nothing may be fitted to."""
        names = (self.own.file.stem,) if self.own else self.sets
        for name in names:
            if name in {file.stem for file, _ in TEST} | {TEST_TOGETHER, ABSTENTION_BLIND.stem}:
                raise UsageError(f"{name!r} is a test set: nothing is ever fitted to it; name a development set")
        if unknown := [name for name in self.sets if name not in SOURCES]:
            raise UsageError(f"there is no development set {unknown[0]!r}; there are {', '.join(SOURCES)}")

    def takes(self, name: str) -> bool:
        """Whether the development set of this name counts."""
        return self.own is None and (not self.sets or name in self.sets)


def calibrate(basis: Basis, say: Callable[[str], None], *, write: bool) -> str:
    """Fit an encoder's calibration; returns a report of what is reached, before and after. Raises UsageError."""
    missing = [path.name for path in (data_folder() / "eval", data_folder() / "training") if not path.is_dir()]
    if missing and not basis.own:
        raise UsageError(f"calibration needs the development data, there is no {missing[0]!r}; set MINUTES_DATA")
    before = calibration(basis.encoder)
    fusion, curve = _fusion(basis, before.fusion, say)
    found = gathered(replace(before, fusion=fusion), say, basis.encoder, basis.takes, basis.own)
    weighed = [entry for entry in found if entry.features is not None]
    if len({entry.answerable for entry in weighed}) < 2:
        raise UsageError("abstention is learned from questions with and without an answer; these sets lack one of them")
    model = _fitted(weighed)
    held_out = _held_out(weighed)
    threshold = _threshold(found, weighed, model.scores(matrix(weighed)))
    after = Calibration(
        fusion,
        round(model.intercept, 3),
        tuple(round(float(weight), 3) for weight in model.weights),
        round(float(1 / (1 + np.exp(-threshold))), 3),
    )
    if write:
        _write(basis.encoder, after, _reached(found, weighed, held_out, threshold))
    report = _report(found, weighed, held_out, threshold, before)
    return "\n".join([*curve, *report, f"before: {before}", f"fitted: {after}"])


def _fusion(basis: Basis, before: Fusion, say: Callable[[str], None]) -> tuple[Fusion, list[str]]:
    """The weight with the best mean MRR@10 over the sets, each relative to its own best."""
    curves: list[npt.NDArray[np.float64]] = []
    names: list[str] = []
    floor, near = before.floor, before.near
    if basis.takes("poliinfo-summaries.dev"):
        say("fusion on poliinfo-summaries.dev")
        encoder = load_encoder(basis.encoder)
        scored = [Scored(summaries(data_folder(), topic=topic), encoder) for topic in (True, False)]
        floor = round(float(np.mean([side.unrelated() for side in scored])), 3)
        near = round(float(np.mean([side.closest(FARTHEST) for side in scored])) - floor, 3)
        mixed = [Fusion(weight, floor, near) for weight in WEIGHTS]
        curves += [np.asarray([side.measured(f, ("RR@10",))["RR@10"] for f in mixed])[:, None] for side in scored]
        names += ["summaries", "summaries, no topic"]
    mixed = [Fusion(weight, floor, near) for weight in WEIGHTS]
    systems = [System(f"{one.weight:g}", basis.encoder, fusion=one, threshold=0.0) for one in mixed]
    for subject in _everyday_subjects(basis):
        say(f"fusion on {subject.name}")
        reached = [list(hits(run)["MRR@10"].values()) for run in subject.runs(systems, None)]
        curves.append(np.asarray(reached))
        names.append(subject.name)
    if not curves:
        return before, ["fusion stays: none of these sets has questions to rank"]
    means = [curve.mean(axis=1) for curve in curves]
    relative = np.mean([mean / mean.max() for mean in means], axis=0)
    lines = ["MRR@10 by weight of the encoder: " + ", ".join(names)]
    lines += [
        f"  {weight:.2f}  " + "  ".join(f"{mean[place]:.3f}" for mean in means) + f"  mean {relative[place]:.3f}"
        for place, weight in enumerate(WEIGHTS)
    ]
    # What differs less than is printed is luck; of equals the first, for words are what everybody can check.
    best = int(relative.round(3).argmax())
    lines += _cross_validated([curve for curve in curves if curve.shape[1] > 1], before.weight, best)
    return mixed[best], lines


def _everyday_subjects(basis: Basis) -> list[Subject]:
    if basis.own:
        return [asked(basis.own.file.stem, (basis.own.file,), basis.own.folders)]
    return [one for one in subjects() if one.name in EVERYDAY and basis.takes(EVERYDAY[one.name]) and not missing(one)]


def _cross_validated(curves: Sequence[npt.NDArray[np.float64]], before: float, best: int) -> list[str]:
    """MRR@10 over all these questions at the weight before, at the best, and at weights that never saw the question."""
    if not curves:
        return []
    values = np.concatenate(curves, axis=1)
    fold = np.random.default_rng(1).permutation(values.shape[1]) % FOLDS
    held = [
        values[values[:, fold != number].mean(axis=1).argmax(), fold == number]
        for number in range(FOLDS)
        if (fold == number).any()
    ]
    old = int(np.abs(np.asarray(WEIGHTS) - before).argmin())
    return [
        f"everyday questions, MRR@10: {values[old].mean():.3f} at the weight before ({before:g}), "
        f"{values[best].mean():.3f} at {WEIGHTS[best]:g}, {np.concatenate(held).mean():.3f} cross-validated"
    ]


def _fitted(weighed: Sequence[Weighed]) -> Logistic:
    """Every question that was written as people ask counts once, those of other sources little, however many."""
    groups = [(entry.source, entry.answerable) for entry in weighed]
    importance = [
        1.0 if entry.source.endswith(".dev") else MADE / groups.count(group)
        for entry, group in zip(weighed, groups, strict=True)
    ]
    return fit(matrix(weighed), _truth(weighed), np.asarray(importance))


def _truth(weighed: Sequence[Weighed]) -> npt.NDArray[np.bool_]:
    return np.asarray([entry.answerable for entry in weighed])


def _held_out(weighed: Sequence[Weighed]) -> Floats:
    """Log odds of every question under a model that never saw it: shape (questions,)."""
    fold = np.random.default_rng(1).permutation(len(weighed)) % FOLDS
    scores = np.zeros(len(weighed))
    for number in range(FOLDS):
        model = _fitted([entry for entry, own in zip(weighed, fold, strict=True) if own != number])
        left = fold == number
        scores[left] = model.scores(matrix(weighed)[left])
    return scores


@dataclass(frozen=True, slots=True)
class Balance:
    """The shares of answerable questions answered and of unanswerable ones refused."""

    answered: float
    refused: float


def _balance(found: Sequence[Weighed], scores: dict[int, float], threshold: float, source: str | None) -> Balance:
    """Over the questions of one source, those that the filters decide included."""
    chosen = [entry for entry in found if source in (None, entry.source)]
    said = [
        (entry.answerable, scores.get(id(entry), np.inf if entry.answered else -np.inf) >= threshold)
        for entry in chosen
    ]
    return Balance(
        share([answered for answerable, answered in said if answerable]),
        share([not answered for answerable, answered in said if not answerable]),
    )


def _everyday(found: Sequence[Weighed]) -> list[Weighed]:
    """Questions that people wrote as people ask: they alone decide where to refuse."""
    return [entry for entry in found if entry.source.endswith(".dev")]


def _threshold(found: Sequence[Weighed], weighed: Sequence[Weighed], given: Floats) -> float:
    """The threshold, on the scores `given`, at which the shares answered and refused exceed what must hold by the most,
    the smaller of both excesses counting; the middle of all that come within ALIKE of it, which depends least on
    single questions.

    Only sets that hold both kinds of questions decide; a set of absent topics alone would be refused by any threshold.
    """
    scores = {id(entry): float(score) for entry, score in zip(weighed, given, strict=True)}
    mixed = {entry.source for entry in _everyday(found) if entry.answerable}
    everyday = [entry for entry in found if entry.source in mixed]
    candidates = np.sort([scores[id(entry)] for entry in everyday if id(entry) in scores])

    def excess(threshold: float) -> float:
        balance = _balance(everyday, scores, threshold, None)
        return min(balance.answered - ANSWERED, balance.refused - REFUSED)

    middles = [float(middle) for middle in (candidates[1:] + candidates[:-1]) / 2]
    excesses = [excess(middle) for middle in middles]
    good = [middle for middle, own in zip(middles, excesses, strict=True) if own >= max(excesses) - ALIKE]
    return (good[0] + good[-1]) / 2


def _report(
    found: Sequence[Weighed], weighed: Sequence[Weighed], held_out: Floats, threshold: float, before: Calibration
) -> list[str]:
    """What is reached by the calibration before, then by models that never saw the question."""
    scores = {id(entry): float(score) for entry, score in zip(weighed, held_out, strict=True)}
    given = before.intercept + np.asarray(matrix(weighed)) @ np.asarray(before.weights)
    earlier = {id(entry): float(score) for entry, score in zip(weighed, given, strict=True)}
    lines = ["abstention before, on the same evidence: shares over all"]
    for source in dict.fromkeys(entry.source for entry in found):
        balance = _balance(found, earlier, float(np.log(before.threshold / (1 - before.threshold))), source)
        lines.append(f"  {source:24} answered {balance.answered:.3f}  refused {balance.refused:.3f}")
    lines.append(f"after, held-out questions of {FOLDS} folds: AUROC where evidence decides, then shares over all")
    for source in dict.fromkeys(entry.source for entry in found):
        own = np.asarray([entry.source == source for entry in weighed])
        area = auroc(held_out[own], _truth(weighed)[own])
        balance = _balance(found, scores, threshold, source)
        lines.append(f"  {source:24} AUROC {area:.3f}  answered {balance.answered:.3f}  refused {balance.refused:.3f}")
    return [*lines, *_reliability(weighed, held_out)]


def _reliability(weighed: Sequence[Weighed], held_out: Floats) -> list[str]:
    """What the confidence promises beside what holds, over everyday questions, both kinds weighing the same.

    The expected calibration error is the mean difference (Naeini et al. 2015).
    """
    everyday = np.asarray([entry.source.endswith(".dev") for entry in weighed])
    truth, chance = _truth(weighed)[everyday], 1 / (1 + np.exp(-held_out[everyday]))
    weight = np.where(truth, 0.5 / truth.sum(), 0.5 / (~truth).sum())
    place = np.minimum((chance * BINS).astype(int), BINS - 1)
    lines, error = ["confidence, of how many questions, mean, share answerable"], 0.0
    for number in range(BINS):
        own = place == number
        if own.any():
            promised, held = (float(np.average(values[own], weights=weight[own])) for values in (chance, truth))
            error += float(weight[own].sum()) * abs(promised - held)
            lines.append(
                f"  {number / BINS:.1f} to {(number + 1) / BINS:.1f}  {int(own.sum()):4}  {promised:.2f}  {held:.2f}"
            )
    return [*lines, f"expected calibration error {error:.3f}"]


def _reached(
    found: Sequence[Weighed], weighed: Sequence[Weighed], held_out: Floats, threshold: float
) -> dict[str, float]:
    """What the model reaches on the everyday questions of both kinds, each judged by a model that never saw it."""
    scores = {id(entry): float(score) for entry, score in zip(weighed, held_out, strict=True)}
    everyday = _everyday(found)
    # What the filters alone decide is as sure as can be.
    sure = np.asarray([scores.get(id(entry), np.inf if entry.answered else -np.inf) for entry in everyday])
    balance = _balance(everyday, scores, threshold, None)
    area = auroc(sure, np.asarray([entry.answerable for entry in everyday]))
    return {"questions": len(everyday), "auroc": round(area, 3), "answered": round(balance.answered, 3)} | {
        "refused": round(balance.refused, 3)
    }


def _write(encoder: str, model: Calibration, figures: dict[str, float]) -> None:
    """Put the fitted values under the encoder's name; those of others stay."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    stored[Name.parse(encoder).model] = {
        "weight": model.fusion.weight,
        "floor": model.fusion.floor,
        "near": model.fusion.near,
        "intercept": model.intercept,
        "weights": list(model.weights),
        "threshold": model.threshold,
        "figures": figures,
    }
    lines = [f" {json.dumps(name)}: {json.dumps(values)}" for name, values in stored.items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    calibration.cache_clear()
