"""A filter means the same to SQLite, to Lance and to Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memcli.records import Filter, Kind, Lane, Memory, Origin, Status, Turn
from memcli.store.filters import keeps_memory, keeps_turn

if TYPE_CHECKING:
    from memcli.ports import Vectors
    from memcli.store import Store
    from tests.store.conftest import Make, WordEmbedder

NASTY = ["tea", "it's", "' OR 1=1 --", 'say "x"', "back\\slash", "%", "line\nbreak", "日本", ";", "''", "\\'", ""]
names = st.sampled_from(NASTY)


@dataclass
class Shelf:
    """A store whose rows are half flushed and half waiting, and what is in it."""

    store: Store
    turns: list[Turn]
    memories: list[Memory]
    vector: Vectors


@pytest.fixture
def shelf(open_store: Callable[..., Store], make: Make, embedder: WordEmbedder) -> Shelf:
    """Twenty-four turns and memories that differ in everything a filter looks at."""
    store = open_store(flush_rows=1_000)
    turns = [make.turn(f"tea {i}", session=NASTY[i % len(NASTY)]) for i in range(24)]
    start = turns[0].at
    memories = [
        make.memory(
            f"tea {i} {'É' if i % 2 else NASTY[i % len(NASTY)]}",
            trust=list(Origin)[i % 3],
            kind=list(Kind)[i % 5],
            status=list(Status)[i % 4],
            tags=tuple({NASTY[i % 12], NASTY[i % 7]}),
            sources=(turns[i].id,) if i % 3 else (),
            event_at=start + timedelta(minutes=i) if i % 2 else None,
            valid_from=start + timedelta(minutes=i) if i % 4 else None,
            valid_to=start + timedelta(minutes=i + 5) if i % 5 else None,
        )
        for i in range(24)
    ]
    store.add_turns(turns[:12])
    store.commit(make.births(memories[:12]))
    store.flush(force=True)
    store.add_turns(turns[12:])
    store.commit(make.births(memories[12:]))
    return Shelf(store, turns, memories, embedder.embed(["tea"])[0])


moments = st.none() | st.integers(-1, 60)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(st.sampled_from(Kind), max_size=2, unique=True).map(tuple),
    tags=st.lists(names, max_size=2, unique=True).map(tuple),
    statuses=st.lists(st.sampled_from(Status), max_size=2, unique=True).map(tuple),
    session=st.none() | names,
    since=moments,
    until=moments,
    as_of=moments,
    begun=st.booleans(),
    trusts=st.lists(st.sampled_from(Origin), max_size=2, unique=True).map(tuple),
    containing=st.lists(names | st.sampled_from(["É", "é", "TEA", "1"]), max_size=2).map(tuple),
)
def test_every_path_keeps_the_same_records(
    shelf: Shelf,
    kinds: tuple[Kind, ...],
    tags: tuple[str, ...],
    statuses: tuple[Status, ...],
    session: str | None,
    since: int | None,
    until: int | None,
    as_of: int | None,
    begun: bool,
    trusts: tuple[Origin, ...],
    containing: tuple[str, ...],
) -> None:
    """Listing, vector search and word search, of flushed and of waiting rows, quotes and all."""
    start = shelf.turns[0].at

    def at(minutes: int | None) -> datetime | None:
        return None if minutes is None else start + timedelta(minutes=minutes)

    where = Filter(
        kinds=kinds, tags=tags, statuses=statuses, session=session, trusts=trusts, containing=containing
    )
    where = replace(where, since=at(since), until=at(until), as_of=at(as_of), begun=begun)
    store = shelf.store
    of_session = frozenset(turn.id for turn in shelf.turns if turn.session == session)
    memories = {memory.id for memory in shelf.memories if keeps_memory(memory, where, of_session)}
    turns = {turn.id for turn in shelf.turns if keeps_turn(turn, where)}
    assert {memory.id for memory in store.list_memories(where, limit=100)} == memories
    for lane, expected in ((Lane.MEMORY, memories), (Lane.TURN, turns)):
        assert {hit.id for hit in store.nearest(lane, shelf.vector, 100, where)} == expected
        assert {hit.id for hit in store.matching(lane, "tea", 100, where)} == expected


@pytest.mark.parametrize("word", ["kilo", "KILO", "i", "ist", "tanbul", "lo_", "%", "k" * 200, 'say "', "ilo"])
def test_letters_that_only_python_makes_small_are_found(
    open_store: Callable[..., Store], make: Make, word: str
) -> None:
    """The Kelvin sign is a k, and the Turkish capital an i with a dot: what is fast leaves nothing out."""
    store = open_store()
    texts = ["one \u212aILO of tea", "in \u0130stanbul", 'say "kilo"', "kilo_\n%", "nothing", "k" * 300]
    memories = [make.memory(text) for text in texts]
    store.commit(make.births(memories))
    where = Filter(containing=(word,))
    expected = {memory.text for memory in memories if keeps_memory(memory, where)}
    assert {memory.text for memory in store.list_memories(where, limit=100)} == expected


def test_a_lane_that_is_not_asked_for_gives_nothing(shelf: Shelf) -> None:
    """The filter names the lanes."""
    where = Filter(lanes=(Lane.MEMORY,))
    assert shelf.store.matching(Lane.TURN, "tea", 5, where) == []
    assert shelf.store.nearest(Lane.TURN, shelf.vector, 5, where) == []


def test_turns_said_later_are_not_known_earlier(shelf: Shelf) -> None:
    """A turn is known from when it was said."""
    where = Filter(known_at=shelf.turns[5].at)
    expected = {turn.id for turn in shelf.turns[:6]}
    assert {hit.id for hit in shelf.store.matching(Lane.TURN, "tea", 100, where)} == expected
