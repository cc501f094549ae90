"""Column arithmetic that every feature group shares: normalising, looking aside, taking a session's best; pure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from memcli.retrieve.pool import REACH, Pool

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Columns = Mapping[str, Floats]
"""Feature name to its values, each of shape (rows,)."""


def zscore(values: Floats) -> Floats:
    """Values in standard deviations from their mean; zeros when they are all alike."""
    if not values.size:
        return values
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)


def beside(values: Floats, pool: Pool, step: int) -> Floats:
    """Each row's value as it is ``step`` turns away in its session; 0, the mean of z-scores, where none is."""
    places = pool.around[:, REACH + step]
    return np.where(places >= 0, values[places], 0.0) if values.size else values


def window(pool: Pool, first: int, last: int) -> Places:
    """The places of the turns from ``first`` to ``last`` steps away, shape (n, width), -1 where there is none."""
    return pool.around[:, REACH + first : REACH + last + 1]


def best_within(values: Floats, groups: Places) -> Floats:
    """The best value in each row's group."""
    best = np.full(int(groups.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(best, groups, values)
    return best[groups]


def rank_within(values: Floats, groups: Places) -> Floats:
    """How many of a row's group are better than it."""
    order = np.lexsort((-values, groups))
    starts = np.searchsorted(groups[order], groups[order])
    ranks = np.empty(len(values))
    ranks[order] = np.arange(len(values)) - starts
    return ranks


def mean_of_ranks(values: Floats, groups: Places, first: int, last: int) -> Floats:
    """The sum of the values at ranks ``first`` to ``last`` (from 0) of each row's group, over how many those are.

    A group too small to have them all is thereby worth less, as it should be.
    """
    ranks = rank_within(values, groups)
    chosen = (ranks >= first) & (ranks <= last)
    sums = np.zeros(int(groups.max(initial=-1)) + 1)
    np.add.at(sums, groups[chosen], values[chosen])
    return (sums / (last - first + 1))[groups]


def session_numbers(pool: Pool) -> Places:
    """A number for each row's session."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(row.session, len(numbers)) for row in pool.rows], dtype=np.intp)
