"""What a merge keeps of two devices' changes: fields, words, links, removals, conversations, erasures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from memcli_plugins.archive import Archive

from memcli.erasure import Scope
from memcli.ingest import Source, run_import
from memcli.ports import SilentProgress
from memcli.records import Memory, Status
from memcli.update import Act
from memcli.update.edits import birth, inverse
from memcli.update.plan import accepted
from tests.store.conftest import START
from tests.store.devices import ALL, Deed, Device

Do = Callable[..., None]


@pytest.fixture
def a(tmp_path: Path) -> Iterator[Device]:
    """A device that knows one memory."""
    device = Device(tmp_path, "a")
    device.live([Deed("add", 0, 0, 0)])
    yield device
    device.close()


@pytest.fixture
def b(a: Device) -> Iterator[Device]:
    """Another with the same."""
    device = a.twin("b")
    yield device
    device.close()


def do(device: Device, verb: str, minute: int, value: int = 1, which: int = 0) -> None:
    """One thing."""
    device.live([Deed(verb, which, value, minute)])


def only(device: Device) -> Memory:
    """The one memory that does not wait."""
    (memory_id,) = device.heads()
    return device.store.memories_by_id([memory_id])[memory_id]


def waiting(device: Device) -> list[Memory]:
    """What waits in the inbox."""
    return [m for m in device.store.list_memories(ALL, limit=99) if m.status is Status.QUARANTINED]


def test_different_fields_are_all_kept(a: Device, b: Device) -> None:
    """Though one device wrote all of them earlier than the other."""
    do(a, "edit", 1)
    do(a, "pin", 2)
    do(b, "tag", 3, 2)
    told = a.merge(b)
    memory = only(a)
    assert (memory.text, memory.pinned, memory.tags) == ("text 1", True, ("tag2",))
    assert (told.changed, told.conflicts, waiting(a)) == (1, (), [])


def test_of_one_field_the_later_value_stays_and_lost_words_wait(a: Device, b: Device) -> None:
    """As a memory that would take the other's place."""
    do(a, "edit", 5, 1)
    do(b, "edit", 3, 2)
    told = a.merge(b)
    (lost,) = waiting(a)
    assert (only(a).text, lost.text, lost.supersedes) == ("text 1", "text 2", only(a).id)
    assert told.conflicts == (lost.id,)
    assert "another device changed or removed the same memory" in a.store.history(lost.id)[0].reason


def test_lost_words_can_be_let_in_and_are_not_asked_about_again(a: Device, b: Device) -> None:
    """They supersede those that won, on both devices."""
    do(a, "edit", 5, 1)
    do(b, "edit", 3, 2)
    a.merge(b)
    (lost,) = waiting(a)
    a.store.commit(accepted(lost, only(a), Act("b:1", START.replace(hour=20), "user")))
    b.merge(a)
    a.merge(b)
    assert waiting(a) == waiting(b) == []
    assert sorted((m.text, m.status) for m in b.heads().values()) == [
        ("text 1", Status.SUPERSEDED), ("text 2", Status.ACTIVE)
    ]  # fmt: skip


@pytest.mark.parametrize(("mine", "theirs"), [(1, 1), (0, 0)])
def test_words_that_both_wrote_or_one_took_back_are_no_conflict(
    a: Device, b: Device, mine: int, theirs: int
) -> None:
    """Nothing was lost."""
    do(a, "edit", 5, mine)
    do(b, "edit", 3, theirs)
    a.merge(b)
    assert waiting(a) == []


def test_a_removal_holds_against_what_was_done_before_it(a: Device, b: Device) -> None:
    """The words that are lost by it wait; a pin would not."""
    do(a, "edit", 1, 4)
    do(b, "remove", 2)
    told = a.merge(b)
    assert (a.heads(), told.removed) == ({}, 1)
    assert [m.text for m in waiting(a)] == ["text 4"]


def test_what_a_person_does_later_brings_a_memory_back(a: Device, b: Device) -> None:
    """With everything it was."""
    do(a, "edit", 3, 4)
    do(b, "tag", 1, 2)
    do(b, "remove", 2)
    a.merge(b)
    assert (only(a).text, only(a).tags) == ("text 4", ("tag2",))


def test_being_recalled_or_put_away_brings_nothing_back(a: Device, b: Device) -> None:
    """A removed memory stays so."""
    do(a, "recall", 3)
    do(a, "archive", 4)
    do(b, "remove", 2)
    a.merge(b)
    assert a.heads() == {}
    b.merge(a)
    assert b.archive() == a.archive()


def test_a_change_of_the_other_device_can_be_undone(a: Device, b: Device) -> None:
    """Its history holds together here too."""
    do(a, "edit", 1, 1)
    do(b, "rate", 2, 5)
    a.merge(b)
    rated = a.store.history(only(a).id)[-1]
    a.store.commit([inverse(rated, only(a), Act("b:2", START.replace(hour=20), "user"))])
    assert (only(a).importance, only(a).text) == (0.5, "text 1")


def test_what_was_said_on_both_devices_in_one_session_is_in_the_order_of_time(a: Device, b: Device) -> None:
    """Each side's own order is kept; positions are taken once."""
    for minute, device in ((1, a), (2, b), (3, a), (9, b), (5, b)):
        do(device, "say", minute, minute)
    told = a.merge(b)
    b.merge(a)
    assert told.turns == 3
    for device in (a, b):
        turns = device.store.session_turns("s0")
        assert [turn.text for turn in turns] == [f"words {n}" for n in (1, 2, 3, 9, 5)]
        assert [turn.position for turn in turns] == [0, 1, 2, 3, 4]


def test_links_are_tied_and_untied_by_the_last_word(a: Device, b: Device) -> None:
    """On both devices."""
    do(a, "add", 1)
    do(a, "link", 2)
    b.merge(a)
    do(b, "unlink", 3, which=5)
    told = a.merge(b)
    assert (told.links, [a.store.links(i) for i in a.heads()]) == (0, [[], []])


def test_what_was_purged_there_is_erased_here_and_never_comes_back(a: Device, b: Device) -> None:
    """Whoever merges, and through a third device too."""
    kept = a.twin("c")
    gone = only(b).id
    b.store.purge(b.store.plan_purge(Scope(ids=(gone,))))
    assert a.merge(b, dry_run=True).erased == 1
    assert only(a).id == gone
    assert a.merge(b).erased == 1
    assert (a.heads(), a.store.purged([gone])) == ({}, {gone})
    a.merge(kept)
    assert a.heads() == {}
    assert all(change.final for change in a.store.history(gone))
    fresh = Device(kept.root, "d")
    fresh.merge(b)
    fresh.merge(kept)
    assert fresh.heads() == {}
    fresh.close()
    kept.close()


def test_a_third_device_brings_back_what_two_removed(a: Device, b: Device) -> None:
    """The second removal had no effect until then, and is remembered all the same."""
    c = a.twin("c")
    do(a, "remove", 1)
    do(b, "remove", 5)
    do(c, "tag", 3, 2)
    a.merge(b)
    a.merge(c)
    assert a.heads() == {}
    do(c, "tag", 7, 3)
    a.merge(c)
    assert only(a).tags == ("tag3",)
    c.merge(a)
    assert c.archive() == a.archive()
    c.close()


def test_words_that_a_third_device_replaced_knowingly_wait_no_more(a: Device, b: Device) -> None:
    """Unless something was done with them meanwhile."""
    do(a, "edit", 1, 1)
    c = a.twin("c")
    do(b, "edit", 2, 2)
    a.merge(b)
    assert [m.text for m in waiting(a)] == ["text 1"]
    do(c, "edit", 5, 3)
    kept = a.twin("kept")
    (lost,) = waiting(kept)
    kept.store.commit(accepted(lost, only(kept), Act("b:1", START.replace(hour=20), "user")))
    told = a.merge(c)
    assert ([m.text for m in waiting(a)], told.conflicts) == (["text 2"], (waiting(a)[0].id,))
    kept.merge(c)
    assert "text 1" in {m.text for m in kept.heads().values()}
    for device in (c, kept):
        device.close()


def test_an_archive_carries_what_was_purged_and_in_which_order_things_stand(a: Device, b: Device) -> None:
    """By ids alone; an empty memory that takes it in writes the same archive."""
    do(b, "edit", 5, 4)
    do(b, "edit", 3, 5)
    do(b, "add", 1, 2)
    gone = only(a).id
    b.store.purge(b.store.plan_purge(Scope(ids=(gone,))))
    path = b.root / "b.memcli"
    path.write_bytes(b.archive())
    empty = Device(b.root, "empty")
    run_import(Source(Archive(), path, {}, 1_000_000), empty.store, START, SilentProgress())
    assert empty.archive() == path.read_bytes()
    assert a.merge(empty).erased == 1
    assert (a.store.purged([gone]), gone in a.heads()) == ({gone}, False)
    b.merge(a)
    assert b.archive() == a.archive()
    empty.close()


def test_a_memory_that_lost_a_source_elsewhere_loses_it_here(a: Device, b: Device) -> None:
    """Wherever it is merged from, and whichever device wrote of it in between."""
    for minute in (1, 2):
        do(a, "say", minute, minute)
    first, second = (turn.id for turn in a.store.session_turns("s0"))
    a.store.commit([birth(replace(only(a), id="m:000000000001", sources=(first, second)), Act("b:1", START, "u"))])
    b.merge(a)
    c = b.twin("c")
    do(c, "tag", 9, 2, which=0)
    do(c, "tag", 9, 3, which=1)
    b.store.purge(b.store.plan_purge(Scope(ids=(first,))))
    for one, other in ((c, b), (a, c), (b, a), (c, a)):
        one.merge(other)
    assert a.archive() == b.archive() == c.archive()
    for device in (a, b, c):
        kept = device.store.memories_by_id(["m:000000000001"])["m:000000000001"]
        assert (kept.sources, len(kept.tags)) == ((second,), 1)
        told = [body for c in device.store.history(kept.id) for body in (c.before, c.after) if body]
        assert all(first not in body.sources for body in told)
        assert [line for line in device.store.problems() if "table" not in line] == []
    c.close()


def test_an_empty_memory_takes_all_and_gives_nothing(tmp_path: Path, a: Device) -> None:
    """The same bytes as what it took."""
    do(a, "say", 1)
    empty = Device(tmp_path, "empty")
    assert a.merge(empty).nothing
    told = empty.merge(a)
    assert (told.turns, told.memories) == (1, 1)
    assert empty.archive() == a.archive()
    empty.close()
