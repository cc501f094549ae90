"""One linear model over named features, read from a small JSON file; knows no store and no question's words."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final, Protocol, cast

import numpy as np

from memcli.errors import BadInputError
from memcli.retrieve.columns import Columns, Floats
from memcli.retrieve.features import features
from memcli.retrieve.pool import Pool


@dataclass(frozen=True, slots=True)
class Ranking:
    """One score per row of a pool, shape (n,), and the features it was made of."""

    scores: Floats
    columns: Columns


class Ranker(Protocol):
    """Scores the rows of a pool; higher is likelier to hold the answer."""

    @property
    def name(self) -> str: ...

    @property
    def weights(self) -> Mapping[str, float]: ...

    @property
    def card(self) -> Mapping[str, object]: ...

    def rank(self, pool: Pool) -> Ranking: ...


@dataclass(frozen=True, slots=True)
class LinearRanker:
    """score = sum of weight * feature. ``card`` tells what the weights were fitted on and how well they did."""

    name: str
    weights: Mapping[str, float]
    card: Mapping[str, object] = field(default_factory=dict)

    def rank(self, pool: Pool) -> Ranking:
        """Score each row of the pool; features that the model does not name do not count."""
        columns = features(pool)
        scores = _weighed(columns, self.weights, len(pool.rows))
        return Ranking(scores, columns)


def _weighed(columns: Columns, weights: Mapping[str, float], rows: int) -> Floats:
    scores = np.zeros(rows)
    for name, weight in weights.items():
        if name in columns:
            scores += weight * columns[name]
    return scores


COSINE: Final = LinearRanker("cosine", {"cosine": 1.0})
BM25: Final = LinearRanker("bm25", {"bm25": 1.0})
FUSION: Final = LinearRanker(
    "fusion",
    {"cosine": 1.0, "bm25": 1.0, "cosine-1": 0.2, "bm25-1": 0.2, "cosine+1": 0.2, "bm25+1": 0.2},
)
"""Both scores, and a fifth of each neighbour's: what is used when there are no learned weights."""


_FILES: Final[Mapping[str, str]] = {"learned": "ranker.json", "locomo": "ranker_locomo.json"}
"""The weights by what they were fitted on: our own dialogues, or LoCoMo, which allows non-commercial use only."""


def parse(text: str) -> LinearRanker:
    """A ranker from its JSON: ``{"name", "weights": {feature: number}, "card": {...}}``.

    Raises:
        BadInputError: it is not that.
    """
    try:
        document = json.loads(text)
        ranker = LinearRanker(
            name=str(document["name"]),
            weights=_numbers(document["weights"]),
            card=dict(document.get("card", {})),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInputError(f"the ranker's weights are malformed: {error}", hint="plain fusion is used") from error
    if not ranker.weights:
        raise BadInputError("the ranker has no weights", hint="plain fusion is used")
    return ranker


def _numbers(raw: Mapping[str, object]) -> dict[str, float]:
    numbers = {str(name): float(cast("float", value)) for name, value in raw.items()}
    if not all(math.isfinite(number) for number in numbers.values()):
        raise ValueError("not finite")
    return numbers


def default_ranker(name: str = "learned") -> Ranker:
    """A ranker that ships with memcli; plain fusion for that name, and where a file is absent or malformed."""
    if name not in _FILES:
        return FUSION
    try:
        return parse(files("memcli.retrieve").joinpath(_FILES[name]).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, BadInputError):
        return FUSION
