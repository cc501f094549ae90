"""What the ranker looks at: one question and every row that may answer it; pure data, knows no store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from memcli.ports import Vectors
from memcli.records import Lane, Memory, Turn
from memcli.terms import terms

REACH = 2
"""How many turns before and after a turn are looked at with it."""


class Span(Protocol):
    """A range of time that the question names in words, both ends aware."""

    @property
    def text(self) -> str: ...

    @property
    def start(self) -> datetime: ...

    @property
    def end(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Query:
    """A question with what can be read from it alone. Both vectors have shape (dimensions,).

    ``vector`` is of the question as asked, which is how memories speak of people; ``told`` of the question in the
    first person, which is how people speak of themselves in turns.
    """

    text: str
    now: datetime
    terms: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    vector: Vectors = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    told: Vectors = field(default_factory=lambda: np.zeros(0, dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Row:
    """A turn or a memory. One that is not ``eligible`` is only there as a neighbour of others."""

    record: Turn | Memory
    eligible: bool = True

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def lane(self) -> Lane:
        return Lane.TURN if isinstance(self.record, Turn) else Lane.MEMORY

    @property
    def text(self) -> str:
        return self.record.text

    @property
    def speaker(self) -> str:
        """Who said it (turn), or whom it is about (memory)."""
        return self.record.speaker if isinstance(self.record, Turn) else self.record.about

    @property
    def session(self) -> str:
        """The session of a turn; a memory stands alone."""
        return self.record.session if isinstance(self.record, Turn) else self.record.id

    @property
    def at(self) -> datetime:
        """When it was said (turn), or when it happened, else became known (memory)."""
        if isinstance(self.record, Turn):
            return self.record.at
        return self.record.event_at or self.record.created_at

    @property
    def counts(self) -> Mapping[str, int]:
        """How often each index term occurs."""
        return term_counts(self.text)


@dataclass(frozen=True, slots=True)
class TermStatistics:
    """What BM25 needs to know of all that is searched: rows, mean length in terms, rows that hold each term."""

    rows: int = 0
    mean_length: float = 1.0
    frequencies: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pool:
    """The question and its n candidate rows.

    ``vectors`` has shape (n, dimensions). ``around`` has shape (n, 2 * REACH + 1): the row numbers of the
    turns at positions -REACH..+REACH from each row, -1 where there is none; its middle column is the row itself.
    """

    query: Query
    rows: tuple[Row, ...]
    vectors: Vectors
    around: NDArray[np.intp]
    statistics: TermStatistics


@lru_cache(maxsize=32_768)
def term_counts(text: str) -> Mapping[str, int]:
    """Index terms of a text with their counts; cached, since a question meets the same turns again and again."""
    return Counter(terms(text))
