"""Fusion weight and abstention per encoder, read from calibration.json."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.search import Fusion

FILE = Path(__file__).with_name("calibration.json")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a statement as an answer: `dense` cosine above the floor, `coverage` of the question's words (0 to 1)."""

    dense: float
    coverage: float

    def features(self) -> tuple[float, float, float]:
        """The inputs of the logistic model."""
        return self.dense, self.coverage, self.dense * self.coverage


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model of "this statement answers", with the threshold under which nothing is answered."""

    fusion: Fusion
    intercept: float
    weights: tuple[float, ...]
    threshold: float

    def confidence(self, evidence: Evidence) -> float:
        """Probability, from 0 to 1, that a statement with this evidence answers the question."""
        logit = self.intercept + sum(w * x for w, x in zip(self.weights, evidence.features(), strict=True))
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


@cache
def calibration(encoder: str) -> Calibration:
    """The calibration fitted for an encoder by `python -m eval calibrate`, else the default one."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    chosen = stored.get(encoder, stored["default"])
    return Calibration(
        Fusion(chosen["weight"], chosen["floor"]), chosen["intercept"], tuple(chosen["weights"]), chosen["threshold"]
    )


def covered(words: Sequence[str], found: set[str], idf: dict[str, float]) -> float:
    """The share of the question's words, weighted by rarity, that a statement holds; 0 for no words."""
    total = sum(idf[word] for word in words)
    return sum(idf[word] for word in words if word in found) / total if total else 0.0
