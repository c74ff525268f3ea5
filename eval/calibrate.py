"""Fits fusion and abstention on development questions and writes qa/calibration.json."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np
import numpy.typing as npt

from eval.data import data_folder, summaries
from eval.evidence import Weighed, gathered, matrix
from eval.logistic import Logistic, fit
from eval.measures import Floats, auroc, share
from eval.passages import Scored
from eval.scoring import hits
from eval.sets import subjects
from eval.subjects import missing
from eval.systems import System
from index.encoder import EMBEDDED, load_encoder
from index.errors import UsageError
from index.search import Fusion
from qa.calibration import FILE, Calibration, calibration

ANSWERED, REFUSED = 0.90, 0.80
"""What must hold of answerable and of unanswerable questions; the threshold keeps the same distance from both."""

EVERYDAY = ("keizai-anpo.dev", "samples.dev", "abstention.dev", "tokyo-2020.dev, in full")
"""Sets of questions as people ask them; every one of them counts as much for the weight."""
WEIGHTS = tuple(round(0.05 * step, 2) for step in range(21))
FARTHEST = 0.05
"""The share of questions whose best passage is too far to say how near an answer is at least."""
ALIKE = 0.01
"""Excesses that development questions cannot tell apart."""
FOLDS = 8
BINS = 10

MADE = 30.0
"""How many questions a source counts for that was not written as people ask: as answerable, and as unanswerable."""


def calibrate(say: Callable[[str], None], *, write: bool) -> str:
    """Fit the embedded encoder's calibration; returns a report of what is reached, before and after."""
    missing = [path.name for path in (data_folder() / "eval", data_folder() / "training") if not path.is_dir()]
    if missing:
        raise UsageError(f"calibration needs the development data, there is no {missing[0]!r}; set MINUTES_DATA")
    before = calibration(EMBEDDED)
    fusion, curve = _fusion(say)
    found = gathered(replace(before, fusion=fusion), say)
    weighed = [entry for entry in found if entry.features is not None]
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
        _write(after, _reached(found, weighed, held_out, threshold))
    return "\n".join([*curve, *_report(found, weighed, held_out, threshold), f"fitted: {after}"])


def _fusion(say: Callable[[str], None]) -> tuple[Fusion, list[str]]:
    """The weight with the best mean MRR@10 over the development sets, each relative to its own best."""
    say("fusion on poliinfo-summaries.dev")
    encoder = load_encoder()
    scored = [Scored(summaries(data_folder(), topic=topic), encoder) for topic in (True, False)]
    floor = round(float(np.mean([side.unrelated() for side in scored])), 3)
    near = round(float(np.mean([side.closest(FARTHEST) for side in scored])) - floor, 3)
    mixed = [Fusion(weight, floor, near) for weight in WEIGHTS]
    curves = [[side.measured(fusion, ("RR@10",))["RR@10"] for fusion in mixed] for side in scored]
    everyday = [subject for subject in subjects() if subject.name in EVERYDAY and not missing(subject)]
    systems = [System(f"{fusion.weight:g}", fusion=fusion, threshold=0.0) for fusion in mixed]
    for subject in everyday:
        say(f"fusion on {subject.name}")
        curves.append([fmean(hits(run)["MRR@10"].values()) for run in subject.runs(systems, None)])
    relative = np.mean([np.asarray(curve) / max(curve) for curve in curves], axis=0)
    names = ("summaries", "summaries, no topic", *(subject.name for subject in everyday))
    lines = ["MRR@10 by weight of the encoder: " + ", ".join(names)]
    lines += [
        f"  {weight:.2f}  " + "  ".join(f"{curve[place]:.3f}" for curve in curves) + f"  mean {relative[place]:.3f}"
        for place, weight in enumerate(WEIGHTS)
    ]
    # What differs less than is printed is luck; of equals the first, for words are what everybody can check.
    return mixed[int(relative.round(3).argmax())], lines


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


def _report(found: Sequence[Weighed], weighed: Sequence[Weighed], held_out: Floats, threshold: float) -> list[str]:
    scores = {id(entry): float(score) for entry, score in zip(weighed, held_out, strict=True)}
    lines = [f"held-out questions of {FOLDS} folds: AUROC where evidence decides, then shares over all"]
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


def _write(model: Calibration, figures: dict[str, float]) -> None:
    """Put the fitted values under the embedded encoder's name; those of others stay."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    stored[EMBEDDED] = {
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
