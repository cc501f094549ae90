"""Pool to numbers: one named column per thing that speaks for a row; pure, knows no weights and no store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from memcli.retrieve.lexical import bm25
from memcli.retrieve.pool import REACH, Pool

Floats = NDArray[np.float64]
Columns = Mapping[str, Floats]
"""Feature name to its values, each of shape (rows,)."""


def features(pool: Pool) -> Columns:
    """Every feature of every row; scores are z-normalised within the question, so that questions compare."""
    columns: dict[str, Floats] = {}
    for group in GROUPS.values():
        columns |= group(pool)
    return columns


def zscore(values: Floats) -> Floats:
    """Values in standard deviations from their mean; zeros when they are all alike."""
    if not values.size:
        return values
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)


def shifted(values: Floats, pool: Pool, step: int) -> Floats:
    """Each row's value as it is ``step`` turns away in its session; the mean where no turn is there."""
    places = pool.around[:, REACH + step]
    return np.where(places >= 0, values[places], values.mean() if values.size else 0.0)


def _scores(pool: Pool) -> Columns:
    return {"cosine": zscore(_cosines(pool)), "bm25": zscore(_bm25s(pool))}


def _neighbours(pool: Pool) -> Columns:
    columns: dict[str, Floats] = {}
    for name, values in _scores(pool).items():
        for step in (-2, -1, 1, 2):
            columns[f"{name}{step:+d}"] = shifted(values, pool, step)
    return columns


def _cosines(pool: Pool) -> Floats:
    return (pool.vectors @ pool.query.vector).astype(np.float64)


def _bm25s(pool: Pool) -> Floats:
    return np.array(
        [bm25(row.counts, pool.query.terms, pool.statistics[row.lane]) for row in pool.rows], dtype=np.float64
    )


GROUPS: Final[Mapping[str, Callable[[Pool], Columns]]] = {
    "scores": _scores,
    "neighbours": _neighbours,
}
