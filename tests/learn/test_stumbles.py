"""What a stranger stumbled over in the first days: each by the words that were typed, through the real store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from memcli.assistant import Note, Remembered
from memcli.config import Settings
from memcli.models.fake import FakeEmbedder
from memcli.ports import FixedClock
from memcli.records import Filter, Memory, Status
from memcli.requests import put_right
from memcli.wiring import Parts

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def parts(settings: Settings) -> Iterator[Parts]:
    """An empty home of Ana's whose clock stands still."""
    clock = FixedClock()
    clock.at = MONDAY
    made = Parts(replace(settings, user_name="Ana"), clock)
    made.embedder = FakeEmbedder()
    yield made
    made.close()


def told(parts: Parts, *notes: str) -> Remembered:
    """What came of the last of some notes, an hour apart."""
    clock = parts.clock
    assert isinstance(clock, FixedClock)
    last = Remembered((), ())
    for note in notes:
        last = parts.assistant.remember(Note(note))
        clock.at += timedelta(hours=1)
    return last


def known(parts: Parts) -> list[Memory]:
    """The memories in force, oldest first."""
    return parts.store.list_memories(Filter(), limit=99)[::-1]


def test_what_it_means_must_be_told(parts: Parts) -> None:
    """The words are kept; a memory of them would mean nothing."""
    kept = told(parts, "It is on 13 September")
    assert (len(kept.turns), kept.changes, kept.unclear) == (1, (), True)


def test_it_is_what_was_said_just_before(parts: Parts) -> None:
    """The date is one to come, and moving it moves it."""
    told(parts, "I signed up for the half marathon. It is on 13 September", "Pushed it back to November")
    assert [memory.text for memory in known(parts)] == [
        "Ana signed up for the half marathon.",
        "The half marathon is in November 2026.",
    ]


def test_a_sentence_that_denies_the_old_value_keeps_the_name(parts: Parts) -> None:
    """The brother was called Jonas and still is."""
    told(parts, "My brother Jonas lives in Oslo", "My brother lives in Tromsø, not in Oslo")
    assert [memory.text for memory in known(parts)] == ["Ana's brother Jonas lives in Tromsø."]


def test_a_year_put_right_is_the_only_year(parts: Parts) -> None:
    """The event moves with the words."""
    told(parts, "I quit smoking in 2019", "I quit smoking in 2020, not 2019")
    (memory,) = known(parts)
    assert (memory.text, memory.event_at and memory.event_at.year) == ("Ana quit smoking in 2020.", 2020)


def test_two_events_contradict_nothing(parts: Parts) -> None:
    """Climbing in February is no news about climbing in May."""
    told(parts, "I went climbing with Ben on 2 February 2025", "I went climbing with Mara on 5 May 2025")
    assert [memory.status for memory in known(parts)] == [Status.ACTIVE, Status.ACTIVE]


def test_a_note_without_a_rule_keeps_its_date(parts: Parts) -> None:
    """Word for word, and found on its day."""
    kept = told(parts, "Bins out tomorrow")
    (memory,) = known(parts)
    assert kept.changes
    assert memory.event_at == datetime(2026, 3, 3, tzinfo=UTC)


def test_why_something_waits_is_told(parts: Parts) -> None:
    """By the memory that waits."""
    parts.learner.review = "all"
    kept = told(parts, "I live in Porto")
    assert list(kept.waiting.values()) == ["waits for review: new"]


def test_an_answer_is_not_shown_the_year_that_was_put_right(parts: Parts) -> None:
    """Both turns name it, and are still found; beside the memory that knows better they say nothing more."""
    wrong = told(parts, "I quit smoking in 2019").turns[0]
    right = told(parts, "I quit smoking in 2020, not 2019").turns[0]
    hits = parts.assistant.recall("When did I quit smoking?")
    assert {wrong.id, right.id} <= {hit.id for hit in hits}
    assert put_right(hits) == {wrong.id, right.id}


def test_what_is_put_off_comes_later(parts: Parts) -> None:
    """November after a September of next year is not this November."""
    told(parts, "The half marathon is on 13 February", "Pushed it back to January")
    (memory,) = known(parts)
    assert memory.text == "The half marathon is in January 2028."
