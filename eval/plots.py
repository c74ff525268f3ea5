"""Plots of a report, as SVG that stands inside a page. matplotlib draws them; without it there are none."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from eval.comparing import Evaluated, mean
from eval.runs import Run
from eval.statistics import reliability, risk_coverage

FONTS = ("Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", "IPAexGothic", "DejaVu Sans")
"""Fonts for Japanese names, the first that is there."""
COLOURS = ("#8a8a8a", "#c77c2c", "#1f5f8b", "#4a8f5c", "#8b4a86")


def bars(one: Evaluated, measures: Sequence[str]) -> str | None:
    """Means with their intervals, a group of bars for each measure."""
    there = [measure for measure in measures if all(measure in reached.values for reached in one.systems)]
    if not there:
        return None
    figure, axes = _axes(1.2 + 1.1 * len(there), 3.2)
    width = 0.8 / len(one.systems)
    for number, reached in enumerate(one.systems):
        means = [mean(reached.values[measure], one.questions) for measure in there]
        heights = np.asarray([entry.mean for entry in means])
        # A bootstrap interval of percentiles need not hold the mean.
        ends = [
            np.maximum(heights - [entry.low for entry in means], 0),
            np.maximum([entry.high for entry in means] - heights, 0),
        ]
        place = np.arange(len(there)) + (number - (len(one.systems) - 1) / 2) * width
        axes.bar(
            place, heights, width, yerr=ends, label=reached.system, color=COLOURS[number % len(COLOURS)], capsize=2
        )
    axes.set_xticks(np.arange(len(there)), there)
    axes.set_ylim(0, 1.02)
    axes.legend(frameon=False, fontsize=8)
    return _svg(figure)


def abstention(runs: Sequence[Run]) -> str | None:
    """Risk over coverage, and what the confidence promises beside what holds; None without both kinds of questions."""
    pairs = [
        [(q, o) for q, o in zip(run.questions, run.outcomes, strict=True) if o.confidence is not None] for run in runs
    ]
    kinds = {question.unanswerable for question, _ in pairs[0]}
    if kinds != {True, False}:
        return None
    figure, (risks, promises) = _axes(8.4, 3.4, columns=2)
    promises.plot([0, 1], [0, 1], color="#cccccc", linewidth=1)
    for run, own, colour in zip(runs, pairs, COLOURS, strict=False):
        confidence = np.asarray([outcome.confidence for _, outcome in own], dtype=float)
        truth = np.asarray([not question.unanswerable for question, _ in own])
        right = np.asarray([bool(outcome.shown_grades and outcome.shown_grades[0]) for _, outcome in own]) & truth
        risks.plot(*risk_coverage(confidence, right), color=colour, label=run.system.name)
        bins = reliability(confidence, truth)
        promises.plot([b.promised for b in bins], [b.held for b in bins], "o-", color=colour, markersize=4)
    risks.set(xlabel="share of questions answered", ylabel="share of answers that are wrong", ylim=(0, 1))
    promises.set(xlabel="confidence", ylabel="share that has an answer", xlim=(0, 1), ylim=(0, 1.02))
    risks.legend(frameon=False, fontsize=8)
    return _svg(figure)


def _axes(width: float, height: float, columns: int = 1) -> tuple[Any, Any]:
    from matplotlib import font_manager, rcParams
    from matplotlib.figure import Figure

    names = {font.name for font in font_manager.fontManager.ttflist}
    rcParams["font.family"] = [name for name in FONTS if name in names]
    rcParams["svg.fonttype"] = "none"
    rcParams["svg.hashsalt"] = "evaluation"  # the same plot gives the same text
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(1, columns)
    for one in np.atleast_1d(axes):
        one.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _svg(figure: Any) -> str:
    stored = io.StringIO()
    figure.savefig(stored, format="svg", metadata={"Date": None})
    text = stored.getvalue()
    return text[text.index("<svg") :]
