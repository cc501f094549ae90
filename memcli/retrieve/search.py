"""The search itself: question to ranked hits of both lanes; knows ports, and leaves judging to the ranker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from memcli.ports import Embedder
from memcli.records import Filter, Hit, Memory, Turn
from memcli.retrieve.budget import pack
from memcli.retrieve.fetch import DEPTH, Source, gather
from memcli.retrieve.pool import Pool, Query, Row, Span
from memcli.retrieve.ranker import Ranker, Ranking
from memcli.text import terms

DateFinder = Callable[[str, datetime], Sequence[Span]]
"""Finds the ranges of time a text names, seen from a moment."""


def dates_in(text: str, anchor: datetime) -> Sequence[Span]:
    """The dates of a text by memcli's own rules; those that name no one date ("every Friday") left out."""
    from memcli.dates import find_dates  # its libraries are slow to load

    return [span for span in find_dates(text, anchor) if not span.recurring]


@dataclass(frozen=True, slots=True)
class Retriever:
    """Searches one store. Cheap to make; holds nothing of its own."""

    store: Source
    embedder: Embedder
    ranker: Ranker
    find_dates: DateFinder = dates_in
    depth: int = DEPTH

    def search(self, query: str, where: Filter, k: int, now: datetime) -> list[Hit]:
        """The ``k`` likeliest turns and memories, best first, in one list.

        Raises:
            ModelMissingError: the embedder's file is absent or damaged.
            StoreError: the store cannot be read.
        """
        if not query.strip() or k <= 0:
            return []
        pool = self.pool(query, where, now)
        return _hits(pool, self.ranker.rank(pool), k)

    def pack(
        self, question: str, hits: Sequence[Hit], tokens: int, count_tokens: Callable[[str], int]
    ) -> list[Hit]:
        """The hits that fit into ``tokens``, chronological, near-duplicates collapsed."""
        return pack(hits, question, count_tokens, tokens)

    def pool(self, query: str, where: Filter, now: datetime) -> Pool:
        """The candidates of a question with all that a ranker may look at."""
        asked = Query(query, now, tuple(terms(query)), tuple(self.find_dates(query, now)))
        return gather(self.store, asked, self.embedder.embed, where, self.depth)


def _hits(pool: Pool, ranking: Ranking, k: int) -> list[Hit]:
    """The best eligible rows; the stable sort keeps equal scores in the order they were found."""
    order = [int(number) for number in np.argsort(-ranking.scores, kind="stable") if pool.rows[number].eligible]
    return [_hit(pool.rows[number], ranking, number) for number in order[:k]]


def _hit(row: Row, ranking: Ranking, number: int) -> Hit:
    return Hit(
        lane=row.lane,
        id=row.id,
        score=float(ranking.scores[number]),
        turn=row.record if isinstance(row.record, Turn) else None,
        memory=row.record if isinstance(row.record, Memory) else None,
        features={name: round(float(column[number]), 4) for name, column in ranking.columns.items()},
    )
