"""One linear model over named features, read from a small JSON file; knows no store and no question's words."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final, Protocol

import numpy as np

from memcli.errors import BadInputError
from memcli.retrieve.features import Columns, Floats, features
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
        scores = np.zeros(len(pool.rows))
        for feature, weight in self.weights.items():
            if feature in columns:
                scores += weight * columns[feature]
        return Ranking(scores, columns)


COSINE: Final = LinearRanker("cosine", {"cosine": 1.0})
BM25: Final = LinearRanker("bm25", {"bm25": 1.0})
FUSION: Final = LinearRanker(
    "fusion",
    {"cosine": 1.0, "bm25": 1.0, "cosine-1": 0.2, "bm25-1": 0.2, "cosine+1": 0.2, "bm25+1": 0.2},
)
"""Both scores, and a fifth of each neighbour's: what is used when there are no learned weights."""


def parse(text: str) -> LinearRanker:
    """A ranker from its JSON: ``{"name", "weights": {feature: number}, "card": {...}}``.

    Raises:
        BadInputError: it is not that.
    """
    try:
        document = json.loads(text)
        weights = {str(name): float(weight) for name, weight in document["weights"].items()}
        ranker = LinearRanker(str(document["name"]), weights, document.get("card", {}))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInputError(f"the ranker's weights are malformed: {error}", hint="plain fusion is used") from error
    if not weights or not all(math.isfinite(weight) for weight in weights.values()):
        raise BadInputError("the ranker's weights are empty or not finite", hint="plain fusion is used")
    return ranker


def default_ranker() -> Ranker:
    """The ranker that ships with memcli; plain fusion where its file is absent or malformed."""
    try:
        return parse(files("memcli.retrieve").joinpath("ranker.json").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, BadInputError):
        return FUSION
