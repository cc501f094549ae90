"""Bootstrap confidence intervals; pure, knows nothing of what the numbers measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

RESAMPLES: Final = 2_000
CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its percentile bootstrap interval (Efron and Tibshirani 1993, chapter 13)."""

    mean: float
    low: float
    high: float


def estimate(values: Sequence[float], seed: int = 0) -> Estimate:
    """The mean of some values and the 95 % interval of that mean; zeros for no values."""
    if not values:
        return Estimate(0.0, 0.0, 0.0)
    numbers = np.asarray(values, dtype=np.float64)
    picks = np.random.default_rng(seed).integers(0, len(numbers), (RESAMPLES, len(numbers)))
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(numbers[picks].mean(axis=1), [tail, 100 - tail])
    return Estimate(float(numbers.mean()), float(low), float(high))


def paired(before: Sequence[float], after: Sequence[float], seed: int = 0) -> Estimate:
    """The mean gain of ``after`` over ``before``, item by item, with its interval."""
    return estimate([b - a for a, b in zip(before, after, strict=True)], seed)
