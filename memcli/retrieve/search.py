"""The search itself: question to ranked hits of both lanes; knows ports, and leaves judging to the ranker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from memcli.ports import Embedder
from memcli.records import SIMILARITY, Answer, Filter, Hit, Memory, RankerState, Taught, Turn
from memcli.retrieve import moments
from memcli.retrieve.budget import pack
from memcli.retrieve.features import cosines
from memcli.retrieve.fetch import DEPTH, Source, gather
from memcli.retrieve.pool import Pool, Query, Row, Span
from memcli.retrieve.question import asks_assistant
from memcli.retrieve.ranker import Ranker, Ranking
from memcli.retrieve.teaching import ANSWERS, FEATURE, Teaching, taught, teach
from memcli.terms import terms

OWN_REPLY: Final = 5.0
"""Log-odds that what memcli itself once said is below what people said: it repeats them, or made it up."""

DateFinder = Callable[[str, datetime], Sequence[Span]]
"""Finds the ranges of time a text names, seen from a moment."""


def dates_in(text: str, anchor: datetime) -> Sequence[Span]:
    """The dates of a text by memcli's own rules; those that name no one date ("every Friday") left out."""
    from memcli.dates import find_dates  # its libraries are slow to load

    return [span for span in find_dates(text, anchor) if not span.recurring]


class Library(Source, Protocol):
    """The part of the store that a retriever reads; see ``MemoryStore`` for what each promises."""

    def answers(self, limit: int) -> list[Answer]: ...


@dataclass(frozen=True, slots=True)
class Retriever:
    """Searches one store. Cheap to make; holds nothing of its own but what it last read of its ``teaching``."""

    store: Library
    embedder: Embedder
    ranker: Ranker
    find_dates: DateFinder = dates_in
    depth: int = DEPTH
    teaching: Teaching | None = None

    def search(self, query: str, where: Filter, k: int, now: datetime) -> list[Hit]:
        """The ``k`` likeliest turns and memories, best first, in one list.

        Raises:
            ModelMissingError: the embedder's file is absent or damaged.
            StoreError: the store cannot be read.
        """
        if not query.strip() or k <= 0:
            return []
        pool = self.pool(query, where, now)
        ranking = self._timed(pool, self._taught(pool, _demoted(pool, self.ranker.rank(pool))), where)
        return _hits(pool, _with_similarity(pool, ranking), k)

    def learn(self, since: datetime | None) -> Taught:
        """Learn from what the answers since a time cited; takes the place of what was learned before.

        Raises:
            ModelMissingError: the embedder's file is absent or damaged.
            StoreError: what was learned cannot be written.
        """
        latest = self.store.answers(ANSWERS)
        answers = [answer for answer in reversed(latest) if since is None or answer.at > since]
        found = teach(answers, self.store, self.embedder.embed, self.embedder.dimensions)
        if self.teaching is not None:
            self.teaching.keep(found)
        return taught(found)

    def state(self) -> RankerState:
        """How it ranks now."""
        projection = self.teaching.projection() if self.teaching else None
        return RankerState(self.ranker.name, self.ranker.weights, self.ranker.card, taught(projection))

    def _taught(self, pool: Pool, ranking: Ranking) -> Ranking:
        """The ranking with what citations taught, if that proved itself on the embedder in use."""
        projection = self.teaching.projection() if self.teaching and pool.rows else None
        if projection is None or not projection.in_use or len(projection.of_query) != self.embedder.dimensions:
            return ranking
        return _changed(ranking, FEATURE, projection.change(pool.query.told, pool.vectors))

    def _timed(self, pool: Pool, ranking: Ranking, where: Filter) -> Ranking:
        """The ranking by what the question says of other events and of first and last times."""
        asked = pool.query
        bound = moments.bound(asked.text, [span.text for span in asked.spans]) if pool.rows else None
        moment = self._moment(bound.event, where, asked.now) if bound else None
        if bound and moment:
            ranking = _changed(ranking, "beyond_event", moments.beyond(pool, bound.side, moment))
        if pool.rows and (end := moments.end(asked.text)):
            ranking = _changed(ranking, "first_or_last", moments.ordered(pool, ranking.scores, end))
        return ranking

    def _moment(self, event: str, where: Filter, now: datetime) -> datetime | None:
        """When an event was, wherever the search may look for it: not only where its question does."""
        wide = Filter(session=where.session, as_of=where.as_of, known_at=where.known_at)
        pool = self.pool(event, wide, now)
        scores = _demoted(pool, self.ranker.rank(pool)).scores
        order = [pool.rows[int(number)] for number in np.argsort(-scores, kind="stable")]
        return moments.happened(event, [row for row in order if row.eligible])

    def pack(
        self, question: str, hits: Sequence[Hit], tokens: int, count_tokens: Callable[[str], int]
    ) -> list[Hit]:
        """The hits that fit into ``tokens``, chronological, near-duplicates collapsed."""
        return pack(hits, question, count_tokens, tokens)

    def pool(self, query: str, where: Filter, now: datetime) -> Pool:
        """The candidates of a question with all that a ranker may look at."""
        asked = Query(query, now, tuple(terms(query)), tuple(self.find_dates(query, now)))
        return gather(self.store, asked, self.embedder.embed, where, self.depth)


def _demoted(pool: Pool, ranking: Ranking) -> Ranking:
    """The ranking with memcli's own replies lower, unless they are asked for ("what did you recommend")."""
    own = np.array([isinstance(row.record, Turn) and row.record.own_reply for row in pool.rows], dtype=np.float64)
    if not own.any() or asks_assistant(pool.query.text):
        return ranking
    return _changed(ranking, "own_reply", -OWN_REPLY * own)


def _changed(ranking: Ranking, name: str, change: NDArray[np.float64]) -> Ranking:
    """The ranking with something added to its scores, under a name that `why` prints."""
    return replace(ranking, scores=ranking.scores + change, columns={**ranking.columns, name: change})


def _with_similarity(pool: Pool, ranking: Ranking) -> Ranking:
    """The ranking with each row's plain cosine, which unlike the features compares between questions."""
    return replace(ranking, columns={**ranking.columns, SIMILARITY: cosines(pool)}) if pool.rows else ranking


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
