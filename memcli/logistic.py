"""The small logistic models that come with memcli: read from a table of weights, and what they say; pure.

Their files lie in the rooms that ask them, each with a card that says what it was fitted on and by which script.
What a feature means is told where it is seen.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

_FAR: Final = 50.0
"""Log-odds beyond which nothing changes, and e^x stays a number."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """P = 1 / (1 + e^-(bias + sum of weight * feature)); from ``bound`` up it is taken to be so."""

    bias: float
    weights: Mapping[str, float]
    bound: float = 0.5
    card: Mapping[str, object] = field(default_factory=dict)

    def log_odds(self, seen: Mapping[str, float]) -> float:
        """What the features weigh together; one without a weight counts nothing."""
        return self.bias + sum(self.weights.get(name, 0.0) * value for name, value in seen.items())

    def probability(self, seen: Mapping[str, float]) -> float:
        """How likely it is, 0..1."""
        return probability(self.log_odds(seen))


def probability(log_odds: float) -> float:
    """Log-odds as a probability, 0..1."""
    return 1.0 / (1.0 + math.exp(-max(-_FAR, min(_FAR, log_odds))))


@cache
def shipped(room: str, name: str) -> Logistic:
    """The model of that name that comes with memcli in a room."""
    return Logistic(**table(room, name))


def table(room: str, name: str) -> dict[str, Any]:
    """A file of weights, as it is written."""
    found: dict[str, Any] = json.loads(
        files(f"memcli.{room}").joinpath(f"{name}.json").read_text(encoding="utf-8")
    )
    return found
