"""Reads of the ledger: ids, lists, sessions, the past."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

import pytest

from memcli.errors import ConflictError, NotFoundError
from memcli.records import Answer, Facets, Filter, Hit, Kind, Lane, Origin, Status

if TYPE_CHECKING:
    from memcli.store import Store
    from tests.store.conftest import Make


@pytest.fixture
def ids(store: Store, make: Make) -> Store:
    """A store with known ids in every lane."""
    store.add_turns([make.turn("x", id="t:aaaa00000001"), make.turn("y", id="t:abbb00000001")])
    heads = [make.memory("x", id="m:aaaa00000002"), make.memory("y", id="m:bbbb00000001")]
    gone = make.memory("z", id="m:zzzz00000001")
    births = [make.change(None, memory, batch="b:bbbb00000001") for memory in [*heads, gone]]
    store.commit([*births, make.change(gone, None, id="c:cccc00000001", batch="b:bbbb00000002")])
    store.save_answer(Answer("a:aaaa00000001", "q", "a", make.turn("").at))
    return store


@pytest.mark.parametrize(
    ("prefix", "lanes", "found"),
    [
        ("t:aaaa00000001", ("m", "t"), "t:aaaa00000001"),
        ("t:a", ("t",), ConflictError),
        ("t:ab", ("t",), "t:abbb00000001"),
        ("ab", ("m", "t"), "t:abbb00000001"),
        (" AB ", ("m", "t"), "t:abbb00000001"),
        ("aaaa", ("m", "t"), ConflictError),
        ("aaaa", ("m",), "m:aaaa00000002"),
        ("m:zz", ("m", "t"), "m:zzzz00000001"),
        ("cccc", ("c",), "c:cccc00000001"),
        ("bbbb", ("c", "b"), ConflictError),
        ("b:bbbb00000001", ("c", "b"), "b:bbbb00000001"),
        ("a:", ("a",), "a:aaaa00000001"),
        ("t:abbb", ("m",), NotFoundError),
        ("x:abbb", ("m", "t"), NotFoundError),
        ("", ("m", "t"), NotFoundError),
        (":", ("m", "t"), NotFoundError),
        ("%", ("m", "t"), NotFoundError),
        ("a'; --", ("m", "t"), NotFoundError),
    ],
)
def test_an_id_may_be_given_by_its_beginning(
    ids: Store, prefix: str, lanes: tuple[str, ...], found: str | type[Exception]
) -> None:
    """One match is it, none or several are said."""
    if isinstance(found, str):
        assert ids.resolve(prefix, lanes) == found
    else:
        with pytest.raises(found):
            ids.resolve(prefix, lanes)


def test_an_ambiguous_beginning_lists_what_it_may_mean(ids: Store) -> None:
    """So that the next try succeeds."""
    with pytest.raises(ConflictError) as caught:
        ids.resolve("t:a")
    assert "t:aaaa00000001, t:abbb00000001" in str(caught.value.hint)


@pytest.mark.parametrize("read", ["change", "answer"])
def test_an_unknown_id_is_not_found(store: Store, read: str) -> None:
    """Also where nothing was ever stored."""
    with pytest.raises(NotFoundError):
        getattr(store, read)("c:000000000000")
    with pytest.raises(NotFoundError):
        store.answer()


def test_lists_come_newest_first_in_pages(store: Store, make: Make) -> None:
    """Pages join to the whole list."""
    memories = [make.memory(f"number {i}") for i in range(5)]
    store.commit(make.births(memories))
    pages = [store.list_memories(Filter(), limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [memory for page in pages for memory in page] == memories[::-1]


def test_a_session_is_read_in_order_of_position(store: Store, make: Make) -> None:
    """Whatever the order of arrival; both ends are included."""
    turns = [make.turn(f"said {i}", position=i) for i in (3, 1, 2, 0)]
    store.add_turns([*turns, make.turn("elsewhere", session="s2", position=1)])
    assert [turn.position for turn in store.session_turns("s1")] == [0, 1, 2, 3]
    assert [turn.position for turn in store.session_turns("s1", first=1, last=2)] == [1, 2]
    assert store.session_turns("nowhere") == []


def test_neighbours_stay_within_reach_and_session(store: Store, make: Make) -> None:
    """The turn itself is among them."""
    turns = [make.turn(f"said {i}", id=f"t:{i}", position=i) for i in range(5)]
    store.add_turns([*turns, make.turn("elsewhere", session="s2", position=1)])
    assert store.neighbours(["t:0", "t:3", "t:none"], 1) == {"t:0": turns[:2], "t:3": turns[2:5]}


def test_surroundings_hold_each_turn_once(store: Store, make: Make) -> None:
    """Two turns side by side share their neighbours; other sessions are not near."""
    turns = [make.turn(f"said {i}", id=f"t:{i}", position=i) for i in range(6)]
    store.add_turns([*turns, make.turn("elsewhere", session="s2", position=2)])
    assert store.surroundings(["t:1", "t:2", "t:none"], 1) == turns[:4]
    assert store.surroundings([], 1) == []


def test_sessions_come_latest_first_with_the_time_of_their_last_turn(store: Store, make: Make) -> None:
    """Size and recency are what a person picks a session by."""
    old, new = make.turn("a", session="old"), [make.turn("b", session="new") for _ in range(2)]
    store.add_turns([*new[::-1], old])
    assert store.sessions() == [("new", 2, new[1].at), ("old", 1, old.at)]
    assert store.sessions(limit=1) == [("new", 2, new[1].at)]


def test_history_is_oldest_first_and_the_log_newest_first(store: Store, make: Make) -> None:
    """A life is read forwards, recent doings backwards."""
    memory = make.memory("one")
    birth = make.change(None, memory)
    edit = make.change(memory, replace(memory, text="two"), batch="b:2")
    store.commit([birth])
    store.commit([edit])
    assert store.history(memory.id) == [birth, edit]
    assert store.log(limit=10) == [edit, birth]
    assert store.log(limit=1) == [edit]
    assert store.log(limit=10, batch=birth.batch) == [birth]
    assert store.change(edit.id) == edit


def test_the_past_is_listed_as_it_was_known(store: Store, make: Make) -> None:
    """Later edits and removals are not known then, earlier texts are."""
    memory, gone = make.memory("tea"), make.memory("gone")
    births = make.births([memory, gone])
    store.commit(births)
    edit = make.change(memory, replace(memory, text="coffee"))
    removal = make.change(gone, None)
    store.commit([edit, removal])

    def known(at: timedelta) -> list[str]:
        where = Filter(known_at=edit.at + at)
        return [found.text for found in store.list_memories(where, limit=10)]

    assert known(timedelta(0)) == ["gone", "coffee"]
    assert known(timedelta(seconds=-1)) == ["gone", "tea"]
    assert known(timedelta(minutes=1)) == ["coffee"]
    assert known(timedelta(days=-1)) == []


def test_a_list_may_go_by_when_things_happened(store: Store, make: Make) -> None:
    """What has no date of its own stands where it was said."""
    said = make.turn("x").at
    told = make.memory("told")
    long_ago = make.memory("long ago", event_at=said - timedelta(days=400))
    soon = make.memory("soon", event_at=said + timedelta(days=400))
    store.commit(make.births([soon, told, long_ago]))
    texts = [memory.text for memory in store.list_memories(Filter(), limit=9, by_event=True)]
    assert texts == ["soon", "told", "long ago"]


def test_as_of_sees_what_was_valid_although_it_is_superseded_now(store: Store, make: Make) -> None:
    """The interval includes its beginning and not its end."""
    moved = make.memory("").created_at
    bern = make.memory("lives in Bern", valid_to=moved, status=Status.SUPERSEDED)
    rome = make.memory("lives in Rome", valid_from=moved)
    archived = make.memory("lives in Oslo", status=Status.ARCHIVED)
    store.commit(make.births([bern, rome, archived]))

    def valid(at: timedelta) -> list[str]:
        return [memory.text for memory in store.list_memories(Filter(as_of=moved + at), limit=9)]

    assert valid(timedelta(0)) == ["lives in Rome"]
    assert valid(timedelta(microseconds=-1)) == ["lives in Bern"]
    assert [m.text for m in store.list_memories(Filter(), limit=9)] == ["lives in Rome"]


def test_an_answer_is_kept_whole_and_the_latest_comes_first(store: Store, make: Make) -> None:
    """Hits with their records and features, for explaining it later."""
    turn, memory = make.turn("tea"), make.memory("likes tea", kind=Kind.CORE)
    hits = (
        Hit(Lane.TURN, turn.id, 1.0, turn=turn),
        Hit(Lane.MEMORY, memory.id, 0.5, memory=memory, features={"v": 1}),
    )
    first = Answer("a:1", "what?", "tea", turn.at, (memory.id,), hits, (memory.id,), "m", 2.5, "s1")
    second = replace(first, id="a:2", retrieved=())
    store.save_answer(first)
    store.save_answer(second)
    assert store.answer("a:1") == first
    assert store.answer() == second


def test_stats_count_what_is_there(open_store: Callable[..., Store], make: Make) -> None:
    """Rows that wait are told apart from those in the tables."""
    store = open_store()
    store.add_turns([make.turn("a"), make.turn("b", session="s2")])
    store.flush(force=True)
    store.commit(make.births([make.memory("x"), make.memory("y", status=Status.ARCHIVED)]))
    stats = store.stats()
    assert (stats.turns, stats.sessions, stats.pending, stats.changes, stats.links) == (2, 2, 2, 2, 0)
    assert stats.memories == {"active": 1, "superseded": 0, "archived": 1, "quarantined": 0}
    assert stats.embedder == "words"
    assert stats.ledger_bytes > 0
    assert stats.lance_bytes > 0


def test_what_a_filter_keeps_is_counted_by_what_it_is(store: Store, make: Make) -> None:
    """In all, by kind, status and trust, and by tag, the most frequent first."""
    store.commit(
        make.births(
            [
                make.memory("a", tags=("x", "y")),
                make.memory("b", tags=("y",), kind=Kind.CORE, trust=Origin.DOCUMENT),
                make.memory("c", tags=("z",), status=Status.ARCHIVED),
            ]
        )
    )
    counted = store.facets(Filter())
    assert counted == Facets(
        2, {"core": 1, "semantic": 1}, {"active": 2}, {"direct_user": 1, "document": 1}, {"y": 2, "x": 1}
    )
    assert list(store.facets(Filter(statuses=()), tags=1).tags) == ["y"]
    assert (store.count(Filter()), store.count(Filter(statuses=(), tags=("z",)))) == (2, 1)


def test_the_log_is_read_page_by_page(store: Store, make: Make) -> None:
    """Newest first, from any place on."""
    births = make.births([make.memory(str(n)) for n in range(5)])
    store.commit(births)
    assert store.log(limit=2, offset=1) == [births[3], births[2]]
    assert store.log(limit=2, offset=4) == [births[0]]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("day", [("2026-03-02", 1), ("2026-03-01", 2), ("2025-12-31", 1)]),
        ("month", [("2026-03", 3), ("2025-12", 1)]),
        ("year", [("2026", 3), ("2025", 1)]),
    ],
)
def test_memories_are_counted_by_the_period_they_fall_in(
    store: Store, make: Make, unit: Literal["day", "month", "year"], expected: list[tuple[str, int]]
) -> None:
    """By the time of the event, latest period first."""
    times = [
        "2026-03-02T00:00+00:00",
        "2026-03-01T23:59+00:00",
        "2026-03-01T00:00+00:00",
        "2025-12-31T12:00+00:00",
    ]
    store.commit(make.births([make.memory(t, event_at=datetime.fromisoformat(t)) for t in times]))
    assert store.periods(Filter(), unit) == expected


def test_the_last_position_of_a_session_is_told_without_its_turns(store: Store, make: Make) -> None:
    """Less than none where nothing was said."""
    assert store.last_position("s") == -1
    store.add_turns([make.turn("one", session="s", position=0), make.turn("two", session="s", position=4)])
    assert (store.last_position("s"), store.last_position("other")) == (4, -1)
