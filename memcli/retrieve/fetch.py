"""From a question to its pool: the four fetches and the neighbours; knows the store's port and no ranking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from memcli.ports import Vectors
from memcli.records import Filter, Lane, Memory, Scored, Turn
from memcli.retrieve.pool import REACH, Pool, Query, Row, TermStatistics
from memcli.retrieve.question import in_first_person

DEPTH = 50
"""Rows asked of each of the four fetches; twice as many bring nothing and cost twice (scripts/LOG.md)."""


Embed: TypeAlias = Callable[[Sequence[str]], Vectors]


class Source(Protocol):
    """The part of the store that a search reads; see ``MemoryStore`` for what each promises."""

    def nearest(self, lane: Lane, vector: Vectors, k: int, where: Filter) -> list[Scored]: ...

    def matching(self, lane: Lane, query: str, k: int, where: Filter) -> list[Scored]: ...

    def surroundings(self, turn_ids: Sequence[str], reach: int) -> list[Turn]: ...

    def memories_by_id(self, ids: Sequence[str]) -> dict[str, Memory]: ...

    def vectors(self, lane: Lane, ids: Sequence[str]) -> dict[str, Vectors]: ...

    def document_frequencies(self, lane: Lane, terms: Sequence[str]) -> tuple[int, float, dict[str, int]]: ...


def gather(source: Source, asked: Query, embed: Embed, where: Filter, depth: int = DEPTH) -> Pool:
    """Every row worth ranking for a question: what the fetches find, and the turns around found turns.

    The fetch by words goes first: it tells who speaks there (a name is called by the one and owned by the other),
    and hence whose words the question asks for.
    """
    where = _searchable(where)
    matched = {lane: [s.id for s in source.matching(lane, asked.text, depth, where)] for lane in where.lanes}
    turns = {turn.id: turn for turn in source.surroundings(matched.get(Lane.TURN, []), REACH)}
    query = _embedded(asked, {turn.speaker for turn in turns.values()}, embed, where)
    rows: list[Row] = []
    if Lane.TURN in where.lanes:
        close = [scored.id for scored in source.nearest(Lane.TURN, query.told, depth, where)]
        new = [turn_id for turn_id in close if turn_id not in matched[Lane.TURN]]
        turns |= {turn.id: turn for turn in source.surroundings(new, REACH)}
        rows += [Row(turn, eligible=_admits(where, turn)) for turn in turns.values()]
    if Lane.MEMORY in where.lanes:
        near = source.nearest(Lane.MEMORY, query.vector, depth, where)
        rows += [Row(each) for each in source.memories_by_id(_joined(near, matched[Lane.MEMORY])).values()]
    return Pool(
        query=query,
        rows=tuple(rows),
        vectors=_vectors(source, rows, len(query.vector)),
        around=_around(rows),
        statistics=_statistics(source, where.lanes, query),
    )


def _embedded(asked: Query, speakers: Iterable[str], embed: Embed, where: Filter) -> Query:
    """The query with its vectors; a text that nobody will be compared with is not embedded."""
    told = in_first_person(asked.text, speakers)
    texts = list(dict.fromkeys([told, asked.text] if Lane.MEMORY in where.lanes else [told]))
    vectors = embed(texts)
    return replace(asked, told=vectors[0], vector=vectors[-1])


def _searchable(where: Filter) -> Filter:
    """Kinds and tags are properties of memories: asking for them leaves the turns out."""
    if where.kinds or where.tags:
        return replace(where, lanes=tuple(lane for lane in where.lanes if lane is Lane.MEMORY))
    return where


def _joined(near: Sequence[Scored], matched: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*(scored.id for scored in near), *matched]))


def _admits(where: Filter, turn: Turn) -> bool:
    """Whether a turn that came along as a neighbour would have passed the filter itself."""
    return (
        (where.session is None or turn.session == where.session)
        and (where.since is None or turn.at >= where.since)
        and (where.until is None or turn.at <= where.until)
        and (where.known_at is None or turn.at <= where.known_at)
    )


def _vectors(source: Source, rows: Sequence[Row], dimensions: int) -> Vectors:
    """The rows' stored vectors; a row that has none yet gets zeros, which is similar to nothing."""
    stored: dict[str, Vectors] = {}
    for lane in Lane:
        if ids := [row.id for row in rows if row.lane is lane]:
            stored |= source.vectors(lane, ids)
    vectors = np.zeros((len(rows), dimensions), dtype=np.float32)
    for number, row in enumerate(rows):
        if row.id in stored:
            vectors[number] = stored[row.id]
    return vectors


def _around(rows: Sequence[Row]) -> NDArray[np.intp]:
    places = {
        (row.record.session, row.record.position): number
        for number, row in enumerate(rows)
        if isinstance(row.record, Turn)
    }
    around = np.full((len(rows), 2 * REACH + 1), -1, dtype=np.intp)
    around[:, REACH] = np.arange(len(rows))
    steps = range(-REACH, REACH + 1)
    for (session, position), number in places.items():
        around[number] = [places.get((session, position + step), -1) for step in steps]
    return around


def _statistics(source: Source, lanes: Sequence[Lane], query: Query) -> TermStatistics:
    """The searched lanes read as one collection."""
    asked = sorted(set(query.terms))
    parts = [source.document_frequencies(lane, asked) for lane in lanes]
    rows = sum(count for count, _, _ in parts)
    words = sum(count * mean_length for count, mean_length, _ in parts)
    frequencies = {term: sum(held.get(term, 0) for _, _, held in parts) for term in asked}
    return TermStatistics(rows, words / rows if rows else 1.0, frequencies)
