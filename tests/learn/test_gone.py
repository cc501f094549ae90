"""What is let go in words that no rule lists, and values put right in a word or two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from memcli.config import Settings
from memcli.models.fake import FakeEmbedder
from memcli.ports import FixedClock
from memcli.records import Change, Filter, Origin, Priority, Role, Status, Turn, Work, new_id
from memcli.update.endings import is_undone
from memcli.wiring import Parts

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = timedelta(days=18)
AT_ONCE = timedelta(minutes=1)


@pytest.fixture
def parts(settings: Settings) -> Iterator[Parts]:
    """A home with a real store."""
    made = Parts(settings, FixedClock(FIRST))
    made.embedder = FakeEmbedder()
    yield made
    made.close()


def said(parts: Parts, words: str, at: datetime, session: str, *, asked: bool = False) -> tuple[Change, ...]:
    """What comes of Ana's words."""
    turn = Turn(
        new_id("t"),
        session,
        len(parts.store.session_turns(session)),
        Role.USER,
        "Ana",
        words,
        at,
        Origin.DIRECT_USER,
    )
    work = Work(turn.id, Priority.NOTE, asked=asked)
    parts.store.add_turns([turn], [work])
    return parts.learner.learn(work).changes


def held(parts: Parts) -> list[str]:
    """What is so now."""
    return [m.text for m in parts.store.list_memories(Filter(statuses=(Status.ACTIVE,)), limit=99)]


@pytest.mark.parametrize(
    ("before", "after", "now"),
    [
        ("I have one coffee every morning", "make that two coffees", "Ana has two coffees every morning."),
        ("I ordered a coffee", "make that two coffees", "Ana ordered two coffees."),
        ("I take 50mg of sertraline", "make it 100mg", "Ana takes 100mg of sertraline."),
        ("I take 50 mg of sertraline", "make it 100mg", "Ana takes 100 mg of sertraline."),
        ("My favourite film is Alien", "no wait, Aliens", "Ana's favourite film is Aliens."),
        ("We watched Alien", "no wait, Aliens", "Ana and others watched Aliens."),
        ("My pickup slot is 6 to 7", "change that to 8-9", "Ana's pickup slot is 8 to 9."),
        ("I run 5k every Saturday", "duh, Sunday i mean", "Ana runs 5k every Sunday."),
        ("I wear size 9 shoes", "actually 9 and a half", "Ana wears size 9 and a half shoes."),
    ],
)
def test_a_value_told_right_after_takes_the_place_of_its_like(
    parts: Parts, before: str, after: str, now: str
) -> None:
    """A number with its unit, things counted, a range, a weekday that comes again, a name nearly the same."""
    said(parts, before, FIRST, "one", asked=True)
    said(parts, after, FIRST + AT_ONCE, "one")
    assert held(parts) == [now]


def test_another_range_of_days_moves_the_dates_too(parts: Parts) -> None:
    """The dates behind the words are those of the words."""
    said(parts, "We're in Crete from 14 to 21 June", FIRST, "one", asked=True)
    said(parts, "15th to 22nd, not 14th to 21st", FIRST + AT_ONCE, "one")
    (memory,) = parts.store.list_memories(Filter(statuses=(Status.ACTIVE,)), limit=99)
    assert memory.text == "Ana and others are in Crete from 15 to 22 June 2026."
    assert memory.event_at == datetime(2026, 6, 15, tzinfo=UTC)
    assert memory.event_end == datetime(2026, 6, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ("I sing in a choir on Tuesdays", "no more choir", "No more choir."),
        ("My rent is 980 euros", "rent's gone up to 1020", "Rent has gone up to 1020."),
        ("I'm going on a trip to Andorra in June", "Andorra trip's off", None),
        ("I'm flying to Lisbon in May", "Lisbon's off", None),
        ("I'm going to Lisbon on 12 May", "Correction: the Lisbon trip is off", None),
        ("I'm on sertraline 50 mg", "off the sertraline now", None),
        ("Dev is a vet", "Dev's a nurse now, not a vet", None),
        ("My flat is in Leeds", "I moved to York", "Ana moved to York."),
    ],
)
def test_what_is_over_is_let_go_and_its_news_are_kept(
    parts: Parts, before: str, after: str, new: str | None
) -> None:
    """What it has become is a memory of its own that follows the old one; undo brings that back."""
    old = {change.memory_id for change in said(parts, before, FIRST, "one", asked=True) if change.link is None}
    said(parts, after, FIRST + LATER, "two")
    memories = parts.store.memories_by_id(list(old))
    assert {memory.status for memory in memories.values()} == {Status.SUPERSEDED}
    (now,) = parts.store.list_memories(Filter(statuses=(Status.ACTIVE,)), limit=99)
    assert now.supersedes in old
    assert new is None or now.text == new
    parts.assistant.undo(background=True)
    assert {memory.status for memory in parts.store.memories_by_id(list(old)).values()} == {Status.ACTIVE}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("I'm a nurse", "I was thinking of quitting nursing, but no"),
        ("I have a caravan", "We nearly sold the caravan last year"),
        ("I'm learning Italian", "haven't given up on the italian btw"),
        ("I have a cat called Mimi", "my aunt's cat died"),
        ("I live in Bath", "if I moved to Lisbon would I need a visa?"),
    ],
)
def test_what_only_sounds_like_an_end_lets_nothing_go(parts: Parts, before: str, after: str) -> None:
    """What nearly was, what might be, what is another's."""
    said(parts, before, FIRST, "one", asked=True)
    told = held(parts)
    said(parts, after, FIRST + LATER, "two")
    assert set(told) <= set(held(parts))


def test_who_parts_keeps_the_dogs(parts: Parts) -> None:
    """With whom else one lives is still so."""
    said(parts, "I live in Ghent with my boyfriend Tom and our two dogs, Bram and Fien", FIRST, "one", asked=True)
    said(parts, "Tom and I broke up", FIRST + LATER, "two")
    assert "Ana lives in Ghent with their two dogs, Bram and Fien." in held(parts)


def test_who_moves_leaves_every_home_that_was_told(parts: Parts) -> None:
    """And who parts lives with them no more."""
    said(parts, "I live in Leeds with my boyfriend Tom", FIRST, "one", asked=True)
    said(parts, "Tom and I broke up", FIRST + LATER, "two")
    assert "Ana lives in Leeds." in held(parts)
    said(parts, "My flat is in Leeds", FIRST + LATER, "three", asked=True)
    said(parts, "I moved to York", FIRST + 2 * LATER, "four", asked=True)
    assert [text for text in held(parts) if "Leeds" in text or "York" in text] == ["Ana moved to York."]


@pytest.mark.parametrize(
    ("words", "undone"),
    [
        ("I nearly quit", True),
        ("We haven't sold the boat", True),
        ("I was tempted to leave, but I stayed", True),
        ("I'm not going to the gym any more", False),
        ("We sold the boat", False),
    ],
)
def test_an_end_that_did_not_come_is_none(words: str, *, undone: bool) -> None:
    """Told in the words of an end."""
    assert is_undone(words) is undone
