"""Word-match scores over rows already fetched, windows of turns included; pure, knows no store.

The store's own BM25 finds candidates; these scores are computed here for every row alike, so that a turn that
only came along as a neighbour is measured on the same scale as one that was found.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from memcli.retrieve.pool import TermStatistics

K1 = 1.2
B = 0.75

Floats = NDArray[np.float64]


def idf(term: str, statistics: TermStatistics) -> float:
    """Inverse document frequency, log(1 + (N - n + 0.5) / (n + 0.5)) (Robertson and Zaragoza 2009, 3.4)."""
    holding = min(statistics.frequencies.get(term, 0), statistics.rows)
    return math.log1p((statistics.rows - holding + 0.5) / (holding + 0.5))


def bm25(counts: Mapping[str, int], query: Sequence[str], statistics: TermStatistics, width: float = 1.0) -> float:
    """BM25 of one text for a question's terms; ``width`` is how many usual texts long the text ought to be."""
    length = sum(counts.values()) / (max(statistics.mean_length, 1.0) * width)
    norm = K1 * (1.0 - B + B * length)
    found = ((counts[term], idf(term, statistics)) for term in set(query) if term in counts)
    return sum(weight * count * (K1 + 1.0) / (count + norm) for count, weight in found)


def coverage(counts: Mapping[str, int], query: Sequence[str], statistics: TermStatistics) -> float:
    """The share of the question's terms, weighted by rarity, that a text holds; 0..1."""
    weights = {term: idf(term, statistics) for term in set(query)}
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in counts) / total if total else 0.0


def merged(parts: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    """The counts of several texts read as one."""
    together: dict[str, int] = {}
    for counts in parts:
        for term, count in counts.items():
            together[term] = together.get(term, 0) + count
    return together
