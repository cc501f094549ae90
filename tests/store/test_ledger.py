"""What is acknowledged is there, and what is refused changed nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memcli.errors import BadInputError, ConflictError
from memcli.records import Change, Filter, Lane, Link, Memory, Op
from memcli.store import Store
from memcli.terms import terms

if TYPE_CHECKING:
    from tests.store.conftest import Make

ALL = Filter(statuses=())


def everything(store: Store) -> list[Memory]:
    """All memories, newest first."""
    return store.list_memories(ALL, limit=1_000)


def test_another_store_of_the_same_home_sees_a_write_at_once(open_store: Callable[..., Store], make: Make) -> None:
    """The commit is the acknowledgement; nothing waits in the process."""
    writer, reader = open_store(), open_store()
    turn, memory = make.turn("tea at four"), make.memory("likes tea")
    writer.add_turns([turn])
    writer.commit([make.change(None, memory)])
    assert reader.turns_by_id([turn.id]) == {turn.id: turn}
    assert reader.memories_by_id([memory.id]) == {memory.id: memory}


def test_a_turn_that_is_known_is_left_as_it_is(store: Store, make: Make) -> None:
    """Importing twice keeps the first import, within one call too."""
    first = make.turn("tea at four")
    again, new = replace(first, text="coffee"), make.turn("noon")
    assert store.add_turns([first, again]) == [first]
    assert store.add_turns([again, new]) == [new]
    assert store.turns_by_id([first.id, new.id]) == {first.id: first, new.id: new}
    assert store.add_turns([]) == []


@pytest.mark.parametrize(
    "refused",
    [{"text": "half a \ud83d"}, {"position": 2**63}, {"at": datetime(2026, 1, 1)}],  # noqa: DTZ001
    ids=["surrogate", "overflow", "naive time"],
)
def test_what_cannot_be_stored_is_bad_input(store: Store, make: Make, refused: dict[str, Any]) -> None:
    """Never a foreign exception, and the rest of the call is not kept either."""
    with pytest.raises(BadInputError):
        store.add_turns([make.turn("fine"), make.turn(**({"text": "x"} | refused))])
    assert store.stats().turns == 0


def test_odd_text_comes_back_as_it_went_in(store: Store, make: Make) -> None:
    """Nulls, line ends, quotes, combining marks, an emoji of several parts; waiting and flushed."""
    text = "a\x00b\r\nc' \" \\ e\u0301 👩\u200d👩\u200d👧 \u202e tea"
    tag = text.replace("\x00", "")
    turn, memory = make.turn(text), make.memory(text, tags=(tag,))
    store.add_turns([turn])
    store.commit(make.births([memory]))
    for _ in range(2):
        assert store.turns_by_id([turn.id]) == {turn.id: turn}
        assert store.list_memories(Filter(tags=(tag,)), limit=1) == [memory]
        assert [hit.id for hit in store.matching(Lane.MEMORY, "tea", 1, Filter(tags=(tag,)))] == [memory.id]
        store.flush(force=True)
    assert store.problems() == []


def stale(make: Make, memory: Memory) -> Change:
    """An edit of a revision that has passed."""
    return make.change(memory, replace(memory, text="three"))


def twice_born(make: Make, memory: Memory) -> Change:
    """A birth of what is there."""
    return make.change(None, memory)


def of_nothing(make: Make, _: Memory) -> Change:
    """An edit of what never was."""
    stranger = make.memory("stranger")
    return make.change(stranger, replace(stranger, text="stranger still"))


def revision_kept(make: Make, memory: Memory) -> Change:
    """An edit that does not lead to a later revision."""
    head = replace(memory, text="two", revision=2)
    return replace(make.change(head, head), after=replace(head, text="three"))


def link_without_link(make: Make, memory: Memory) -> Change:
    """A LINK that names no link."""
    return make.change(None, memory, op=Op.LINK)


@pytest.mark.parametrize("refused", [stale, twice_born, of_nothing, revision_kept, link_without_link])
def test_a_refused_change_takes_its_whole_batch_with_it(
    store: Store, make: Make, refused: Callable[[Make, Memory], Change]
) -> None:
    """All or none: the good change before it is not applied either."""
    memory, other = make.memory("one"), make.memory("other")
    store.commit([make.change(None, memory)])
    store.commit([make.change(memory, replace(memory, text="two"))])
    before = (
        everything(store),
        store.log(limit=10),
        store.stats(),
        store.document_frequencies(Lane.MEMORY, ["other"]),
    )
    with pytest.raises(ConflictError):
        store.commit([make.change(None, other), refused(make, memory)])
    after = (
        everything(store),
        store.log(limit=10),
        store.stats(),
        store.document_frequencies(Lane.MEMORY, ["other"]),
    )
    assert after == before


def test_a_change_is_recorded_once(store: Store, make: Make) -> None:
    """Its id cannot be used again."""
    birth = make.change(None, make.memory("one"))
    store.commit([birth])
    with pytest.raises(ConflictError, match="recorded already"):
        store.commit([replace(make.change(None, make.memory("two")), id=birth.id)])
    assert [memory.text for memory in everything(store)] == ["one"]


def test_changes_of_one_batch_build_on_each_other(store: Store, make: Make) -> None:
    """They are applied in order."""
    memory = make.memory("one")
    edited = replace(memory, text="two", revision=2)
    store.commit([make.change(None, memory), make.change(memory, edited), make.change(edited, None)])
    assert everything(store) == []
    assert [change.op for change in store.history(memory.id)] == [Op.ADD, Op.UPDATE, Op.DELETE]
    assert store.problems() == []


def test_links_of_a_removed_memory_hide_until_it_is_back(store: Store, make: Make) -> None:
    """Undoing a removal brings its links back with it."""
    one, two = make.memory("one"), make.memory("two")
    link = Link(one.id, two.id, "because", 0.5)
    store.commit(make.births([one, two]))
    store.commit([make.change(one, one, op=Op.LINK, link=link)])
    assert store.links(two.id) == [link]
    store.commit([make.change(two, None)])
    assert store.links(one.id) == []
    store.commit([make.change(None, two)])
    assert store.links(one.id) == [link]
    store.commit([make.change(one, one, op=Op.UNLINK, link=link)])
    assert store.links(one.id) == []
    assert store.problems() == []


words = st.lists(st.sampled_from("tea coffee cats dogs running swims the 東京都".split()), max_size=5).map(
    " ".join
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 3), st.none() | words), min_size=1, max_size=8))
def test_term_counts_are_those_of_the_present_texts(
    open_store: Callable[..., Store], make: Make, steps: list[tuple[int, str | None]]
) -> None:
    """After any births, edits and removals the kept counts equal a recount."""
    store = open_store()
    ids = [make.memory("").id for _ in range(4)]
    for place, text in steps:
        head = store.memories_by_id([ids[place]]).get(ids[place])
        after = None if text is None else replace(head or make.memory("", id=ids[place]), text=text)
        if head or after:
            store.commit([make.change(head, after)])
    texts = [terms(memory.text) for memory in everything(store)]
    asked = ["tea", "coffe", "cat", "dog", "run", "swim", "東京", "absent"]
    expected = Counter(term for found in texts for term in set(found))
    documents, mean, frequencies = store.document_frequencies(Lane.MEMORY, asked)
    assert documents == len(texts)
    assert mean == pytest.approx(sum(map(len, texts)) / len(texts) if texts else 0)
    assert frequencies == {term: expected[term] for term in asked}
    assert store.problems() == []
