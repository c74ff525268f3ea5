"""A logistic model with few weights, fitted by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eval.measures import Floats

RIDGE = 1.0
"""Penalty on weights of standardised features, as strong as one question for each."""
STEPS = 50


@dataclass(frozen=True, slots=True)
class Logistic:
    """The chance of True is 1 / (1 + exp(-(intercept + weights . features)))."""

    intercept: float
    weights: Floats

    def scores(self, features: Floats) -> Floats:
        """Log odds: shape (rows,)."""
        found: Floats = self.intercept + features @ self.weights
        return found


def fit(features: Floats, truth: npt.NDArray[np.bool_], importance: Floats) -> Logistic:
    """The model that explains `truth` best; row i counts `importance[i]` times. Features need no scaling."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    inputs = np.column_stack([np.ones(len(truth)), (features - mean) / spread])
    penalty = np.diag([0.0] + [RIDGE] * features.shape[1])
    weights = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (importance * (truth - chance)) - penalty @ weights
        curve = (inputs * (importance * chance * (1 - chance))[:, None]).T @ inputs + penalty
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-9:
            break
    scaled: Floats = weights[1:] / spread
    return Logistic(float(weights[0] - scaled @ mean), scaled)
