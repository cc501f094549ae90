"""Word-match scores over rows already fetched, windows of turns included; pure, knows no store.

The store's own BM25 finds candidates; these scores are computed here for every row alike, so that a turn that
only came along as a neighbour is measured on the same scale as one that was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from memcli.retrieve.pool import TermStatistics

K1: Final = 1.2
B: Final = 0.75

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Matches:
    """How often each of t question terms occurs in each of n texts.

    ``counts`` has shape (n, t), ``lengths`` (n,) in terms, ``idf`` (t,). ``usual`` is the length that such a text
    ought to have.
    """

    counts: Floats
    lengths: Floats
    idf: Floats
    usual: float

    @property
    def coverage(self) -> Floats:
        """The share of the terms, weighted by rarity, that each text holds; shape (n,), 0..1."""
        total = self.idf.sum()
        return (self.counts > 0) @ self.idf / total if total else np.zeros(len(self.lengths))

    @property
    def bm25(self) -> Floats:
        """BM25 of each text, shape (n,) (Robertson and Zaragoza 2009, 3.4)."""
        norm = K1 * (1.0 - B + B * self.lengths / self.usual)
        return np.asarray((self.counts * (K1 + 1.0) / (self.counts + norm[:, None])) @ self.idf)

    def window(self, places: NDArray[np.intp]) -> Matches:
        """Each text joined with others: ``places`` has shape (n, width), -1 where there is none."""
        there = (places >= 0).astype(np.float64)
        return replace(
            self,
            counts=(self.counts[places] * there[:, :, None]).sum(axis=1),
            lengths=(self.lengths[places] * there).sum(axis=1),
            usual=self.usual * places.shape[1],
        )

    def together(self, groups: NDArray[np.intp]) -> Floats:
        """The coverage of each row's whole group; ``groups`` has shape (n,)."""
        held = np.zeros((int(groups.max(initial=-1)) + 1, self.counts.shape[1]))
        np.maximum.at(held, groups, (self.counts > 0).astype(np.float64))
        total = self.idf.sum()
        return (held @ self.idf / total)[groups] if total else np.zeros(len(groups))


def match(texts: Sequence[Mapping[str, int]], terms: Sequence[str], statistics: TermStatistics) -> Matches:
    """Count a question's terms in each text, given as its term counts."""
    counts = np.array([[text.get(term, 0) for term in terms] for text in texts], dtype=np.float64)
    return Matches(
        counts=counts.reshape(len(texts), len(terms)),
        lengths=np.array([sum(text.values()) for text in texts], dtype=np.float64),
        idf=np.array([idf(term, statistics) for term in terms]),
        usual=max(statistics.mean_length, 1.0),
    )


def idf(term: str, statistics: TermStatistics) -> float:
    """Inverse document frequency, log(1 + (N - n + 0.5) / (n + 0.5)) (Robertson and Zaragoza 2009, 3.4)."""
    holding = min(statistics.frequencies.get(term, 0), statistics.rows)
    return float(np.log1p((statistics.rows - holding + 0.5) / (holding + 0.5)))


def pairs(matches: Matches) -> Floats:
    """The weight of neighbouring question terms that a text holds both of, as a share of all; shape (n,)."""
    held = matches.counts > 0
    both = held[:, :-1] & held[:, 1:]
    total = matches.idf.sum()
    return both @ (matches.idf[:-1] + matches.idf[1:]) / total if total else np.zeros(len(held))
