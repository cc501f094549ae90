"""A small store in memory and a word-hashing embedder, so that the room is tested without the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from memcli.models.fake import FakeEmbedder
from memcli.ports import Vectors
from memcli.records import Answer, Filter, Lane, Memory, Role, Scored, Turn
from memcli.retrieve.lexical import match
from memcli.retrieve.pool import TermStatistics, term_counts
from memcli.terms import terms

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DIMENSIONS = 64


class Shelf:
    """The reads of a store, over two lists."""

    def __init__(self, turns: Sequence[Turn], memories: Sequence[Memory] = ()) -> None:
        self.turns = {turn.id: turn for turn in turns}
        self.memories = {memory.id: memory for memory in memories}
        self.answered: list[Answer] = []
        self.embedder = FakeEmbedder(DIMENSIONS)

    def nearest(self, lane: Lane, vector: Vectors, k: int, where: Filter) -> list[Scored]:
        texts = self._texts(lane, where)
        similarities = self.embedder.embed(list(texts.values())) @ vector
        return _best(dict(zip(texts, similarities.tolist(), strict=True)), k)

    def matching(self, lane: Lane, query: str, k: int, where: Filter) -> list[Scored]:
        statistics = TermStatistics(*self.document_frequencies(lane, terms(query)))
        texts = self._texts(lane, where)
        asked = list(dict.fromkeys(terms(query)))
        found = match([term_counts(text) for text in texts.values()], asked, statistics).bm25
        scores = dict(zip(texts, map(float, found), strict=True))
        return _best({id_: score for id_, score in scores.items() if score > 0}, k)

    def surroundings(self, turn_ids: Sequence[str], reach: int) -> list[Turn]:
        return list({turn.id: turn for id_ in turn_ids for turn in self._near(self.turns[id_], reach)}.values())

    def memories_by_id(self, ids: Sequence[str]) -> dict[str, Memory]:
        return {id_: self.memories[id_] for id_ in ids}

    def vectors(self, lane: Lane, ids: Sequence[str]) -> dict[str, Vectors]:
        texts = self._texts(lane, Filter())
        return {id_: self.embedder.embed([texts[id_]])[0] for id_ in ids}

    def document_frequencies(self, lane: Lane, wanted: Sequence[str]) -> tuple[int, float, dict[str, int]]:
        counts = [term_counts(text) for text in self._texts(lane, Filter()).values()]
        lengths = [sum(count.values()) for count in counts] or [1]
        return (
            len(counts),
            float(np.mean(lengths)),
            {term: sum(term in count for count in counts) for term in wanted},
        )

    def answers(self, limit: int) -> list[Answer]:
        return self.answered[:limit]

    def _near(self, turn: Turn, reach: int) -> list[Turn]:
        session = [other for other in self.turns.values() if other.session == turn.session]
        return [other for other in session if abs(other.position - turn.position) <= reach]

    def _texts(self, lane: Lane, where: Filter) -> dict[str, str]:
        if lane is Lane.MEMORY:
            return {id_: memory.text for id_, memory in self.memories.items()}
        return {
            id_: turn.text
            for id_, turn in self.turns.items()
            if (where.since is None or turn.at >= where.since) and where.session in (None, turn.session)
        }


def _best(scores: dict[str, float], k: int) -> list[Scored]:
    return [Scored(*pair) for pair in sorted(scores.items(), key=lambda pair: -pair[1])[:k]]


TurnMaker = Callable[..., list[Turn]]


@pytest.fixture
def talk() -> TurnMaker:
    """Makes a session's turns from "speaker: text" lines."""

    def make(*lines: str, session: str = "s1", start: datetime = START) -> list[Turn]:
        turns = []
        for position, line in enumerate(lines):
            speaker, text = line.split(": ", 1)
            at = start + timedelta(minutes=position)
            turns.append(Turn(f"t:{session}-{position}", session, position, Role.USER, speaker, text, at))
        return turns

    return make


@pytest.fixture
def shelve() -> Callable[..., Shelf]:
    """Makes a store in memory."""
    return Shelf


@pytest.fixture
def embedder() -> FakeEmbedder:
    """The embedder that the store in memory uses too."""
    return FakeEmbedder(DIMENSIONS)
