"""Candidates by vector and by words, from the Lance tables and from what waits; every acknowledged row counts.

What waits is read before the tables: a row that another process flushes meanwhile is then seen twice and
dropped once, never missed. A waiting row stands for its older self in the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from memcli.errors import MemcliError
from memcli.records import Filter, Lane, Memory, Scored, Turn
from memcli.store.filters import keeps_memory, keeps_turn, lance_sql
from memcli.store.statistics import Collection, collection
from memcli.terms import terms

if TYPE_CHECKING:
    from memcli.ports import Vectors
    from memcli.store.database import Database
    from memcli.store.embedding import Embedding
    from memcli.store.flush import Flusher
    from memcli.store.outbox import Outbox, Waiting
    from memcli.store.reading import Reading
    from memcli.store.tables import Tables

_EMBEDDED_AT_ONCE: Final = 256
"""A search embeds at most so many waiting rows, newest first, while another process holds the writer lock."""
_SPARE: Final = 2
"""Full text is asked for so many times ``k`` rows: Lance scores by its own counts, per part of its index."""


@dataclass(frozen=True, slots=True)
class Search:
    """The two fetches of the store, and the vectors behind them."""

    database: Database
    outbox: Outbox
    tables: Tables
    embedding: Embedding
    flusher: Flusher
    reading: Reading

    def nearest(self, lane: Lane, vector: Vectors, k: int, where: Filter) -> list[Scored]:
        if lane not in where.lanes or k < 1:
            return []
        query = _normalised(vector)
        self.embedding.check_query(query)
        if lane is Lane.MEMORY and where.known_at is not None:
            return self._nearest_known(query, k, where, where.known_at)
        waiting = self._embedded(self._waiting(lane))
        found = self.tables.nearest(lane, query, k + len(waiting), self._condition(lane, where))
        own = [
            Scored(row.id, float(row.vector @ query))
            for row in self._kept(waiting, where)
            if row.vector is not None
        ]
        return _best([*own, *_others(found, waiting)], k)

    def matching(self, lane: Lane, query: str, k: int, where: Filter) -> list[Scored]:
        asked = list(dict.fromkeys(terms(query)))
        if lane not in where.lanes or k < 1 or not asked:
            return []
        counts = collection(self.database, lane, asked)
        if lane is Lane.MEMORY and where.known_at is not None:
            heads = self.reading.memories_known(where, where.known_at)
            return _best(_scored(counts, asked, ((head.id, Counter(terms(head.text))) for head in heads)), k)
        waiting = self._waiting(lane)
        limit = _SPARE * k + len(waiting)
        found = self.tables.matching(lane, " ".join(asked), limit, self._condition(lane, where))
        own = _scored(counts, asked, ((row.id, row.counts) for row in self._kept(waiting, where)))
        flushed = _scored(counts, asked, ((match.id, Counter(match.terms)) for match in found))
        return _best([*own, *_others(flushed, waiting)], k)

    def vectors(self, lane: Lane, ids: Sequence[str]) -> dict[str, Vectors]:
        wanted = set(ids)
        waiting = self._waiting(lane)
        own = self._embedded([row for row in waiting if row.id in wanted])
        rest = wanted.difference(row.id for row in waiting)
        found = self.tables.vectors(lane, sorted(rest))
        return found | {row.id: row.vector for row in own if row.vector is not None}

    def _waiting(self, lane: Lane) -> list[Waiting]:
        """The waiting rows; if they are many and the tables can be written, they are flushed first."""
        if self.outbox.size(lane) > self.flusher.enough:
            with suppress(
                MemcliError
            ):  # a search is no place to fail for want of a flush: the rows are read below
                self.flusher.flush(force=False)
        return self.outbox.waiting(lane)

    def _embedded(self, waiting: list[Waiting]) -> list[Waiting]:
        lacking = [row for row in waiting if row.vector is None and row.record is not None]
        if lacking:
            self.embedding.check(claim=False)
            filled = self.embedding.fill(lacking[-_EMBEDDED_AT_ONCE:])
            with suppress(MemcliError):  # only spares the next process the work; a home may be read-only
                self.embedding.check(claim=True)
                self.outbox.keep_vectors(filled)
        return waiting

    def _kept(self, waiting: Iterable[Waiting], where: Filter) -> list[Waiting]:
        turns = self.reading.ids_of_session(where.session)
        return [row for row in waiting if row.record is not None and _keeps(row.record, where, turns)]

    def _condition(self, lane: Lane, where: Filter) -> str | None:
        of_session = self.reading.memories_of_session(where.session) if lane is Lane.MEMORY else ()
        return lance_sql(lane, where, of_session)

    def _nearest_known(self, query: Vectors, k: int, where: Filter, then: datetime) -> list[Scored]:
        """The memories as they were known then; vectors are reused where the text is still the same."""
        heads = self.reading.memories_known(where, then)
        if not heads:
            return []
        flushed = self.tables.texts_and_vectors(Lane.MEMORY, [head.id for head in heads])
        same = {head.id: flushed[head.id][1] for head in heads if flushed.get(head.id, ("",))[0] == head.text}
        others = [head for head in heads if head.id not in same]
        if others:
            same |= dict(zip((h.id for h in others), self.embedding.embed([h.text for h in others]), strict=True))
        return _best([Scored(row_id, float(vector @ query)) for row_id, vector in same.items()], k)


def _keeps(record: Turn | Memory, where: Filter, session_turns: frozenset[str]) -> bool:
    if isinstance(record, Turn):
        return keeps_turn(record, where)
    return keeps_memory(record, where, session_turns)


def _scored(
    counts: Collection, asked: Sequence[str], documents: Iterable[tuple[str, Mapping[str, int]]]
) -> list[Scored]:
    scored = [Scored(row_id, counts.bm25(asked, document)) for row_id, document in documents]
    return [row for row in scored if row.score > 0]


def _others(found: Iterable[Scored], waiting: Iterable[Waiting]) -> list[Scored]:
    """What the tables found, without the rows that have a newer version waiting."""
    newer = {row.id for row in waiting}
    return [row for row in found if row.id not in newer]


def _best(rows: Iterable[Scored], k: int) -> list[Scored]:
    return sorted(rows, key=lambda row: (-row.score, row.id))[:k]


def _normalised(vector: Vectors) -> Vectors:
    import numpy as np  # slow to load, and most commands search in the service

    given = np.asarray(vector, dtype=np.float32)
    length = float(np.linalg.norm(given))
    return given / np.float32(length) if length else given
