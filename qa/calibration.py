"""Fusion weight and abstention per encoder, read from calibration.json."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.names import Name
from index.search import Fusion
from qa.evidence import Evidence

FILE = Path(__file__).with_name("calibration.json")


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model of "these statements answer", with the threshold under which nothing is answered."""

    fusion: Fusion
    intercept: float
    weights: tuple[float, ...]
    threshold: float

    def confidence(self, evidence: Evidence) -> float:
        """Probability, from 0 to 1, that statements with this evidence answer the question."""
        logit = self.intercept + sum(w * x for w, x in zip(self.weights, evidence.features(), strict=True))
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


@cache
def calibration(encoder: str) -> Calibration:
    """The calibration fitted for an encoder's model by `python -m eval calibrate`, else the default one.

    It holds for every backend and revision of the model: their cosines differ in the last digits.
    """
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    chosen = stored.get(Name.parse(encoder).model, stored["default"])
    return Calibration(
        Fusion(chosen["weight"], chosen["floor"], chosen["near"]),
        chosen["intercept"],
        tuple(chosen["weights"]),
        chosen["threshold"],
    )
