"""Questions that place their answer by another event, or ask for the first or the last of several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from memcli.ports import Embedder
from memcli.records import Filter, Kind, Memory, Turn
from memcli.retrieve import FUSION, Retriever
from memcli.retrieve.moments import Bound, bound, end, happened
from memcli.retrieve.pool import Row
from memcli.retrieve.search import Library

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MOVED = datetime(2026, 3, 10, tzinfo=UTC)
Talk = Callable[..., list[Turn]]
Shelve = Callable[..., Library]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where did I live before I moved?", Bound("before", "I moved")),
        ("What did I eat after I changed jobs, mostly?", Bound("after", "I changed jobs")),
        ("What has Ana bought since the wedding?", Bound("after", "the wedding")),
        ("Which car did I drive until Ben sold it?", Bound("before", "Ben sold it")),
        ("After my surgery, what did I read?", Bound("after", "my surgery")),
        ("What did I do before?", None),
        ("What did I do after lunch?", None),
        ("Who looked after me?", None),
        ("What did I do after that?", None),
        ("Before they were, who was?", None),
    ],
)
def test_the_event_that_bounds_a_question(question: str, expected: Bound | None) -> None:
    """Its own words and its side; what names no event bounds nothing."""
    assert bound(question) == expected


@pytest.mark.parametrize("date", ["the summer of 2020", "after the summer of 2020", "2020"])
def test_an_event_that_is_a_date_is_no_event(date: str) -> None:
    """Dates are understood without a search."""
    assert bound("What did I do after the summer of 2020?", [date]) is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was the first time I baked bread?", "first"),
        ("When did I first meet Ben?", "first"),
        ("What is the earliest you heard of it?", "first"),
        ("When was the last time I saw Ben?", "last"),
        ("When did I last see Ben?", "last"),
        ("What was my most recent trip?", "last"),
        ("What did I do last weekend?", None),
        ("What did Ana last week?", None),
        ("What is his last name?", None),
        ("Who came first?", None),
    ],
)
def test_which_of_several_times_is_asked_for(question: str, expected: str | None) -> None:
    """By its form; a date with "last" in it is a date."""
    assert end(question) == expected


def _memory(text: str, at: datetime | None, number: int = 1) -> Memory:
    return Memory(f"m:{number}", text, Kind.EPISODIC, NOW, NOW, event_at=at)


def test_an_event_was_when_a_memory_says_that_it_happened(talk: Talk) -> None:
    """Before when it was talked of; and what shares no word with it tells nothing."""
    said = Row(talk("user: I moved to Oslo in March", start=NOW)[0])
    known = Row(_memory("user moved to Oslo", MOVED))
    assert happened("I moved", [said, known]) == MOVED
    assert happened("I moved", [said]) == NOW
    assert happened("I changed jobs", [said, known]) is None
    assert happened("I moved", []) is None


@pytest.fixture
def jobs(talk: Talk) -> list[Turn]:
    """The same thing said twice, a move between the two."""
    early = talk("user: I had breakfast with porridge", session="early", start=MOVED - timedelta(days=30))
    move = talk("user: I moved to Oslo", session="move", start=MOVED)
    late = talk("user: I had breakfast with porridge", session="late", start=MOVED + timedelta(days=30))
    return [*early, *move, *late]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What breakfast did I have before I moved?", "early"),
        ("What breakfast did I have after I moved?", "late"),
        ("When did I first have porridge for breakfast?", "early"),
        ("When did I last have porridge for breakfast?", "late"),
    ],
)
def test_the_question_decides_which_of_two_comes_first(
    question: str, first: str, jobs: list[Turn], shelve: Shelve, embedder: Embedder
) -> None:
    """Whichever the store lists first."""
    for turns in (jobs, jobs[::-1]):
        hits = Retriever(shelve(turns), embedder, FUSION).search(question, Filter(), 3, NOW)
        breakfasts = [hit.turn.session for hit in hits if hit.turn and "porridge" in hit.text]
        assert breakfasts[0] == first
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_the_event_may_lie_outside_of_what_is_asked(jobs: list[Turn], shelve: Shelve, embedder: Embedder) -> None:
    """The range bounds the answer, not what its question refers to."""
    where = Filter(since=MOVED + timedelta(days=2))
    hits = Retriever(shelve(jobs), embedder, FUSION).search("breakfast before I moved", where, 3, NOW)
    assert [hit.features["beyond_event"] for hit in hits] == [-1.0]


def test_an_unknown_event_bounds_nothing(jobs: list[Turn], shelve: Shelve, embedder: Embedder) -> None:
    """Nothing is lowered by a guess."""
    turns = [replace(turn) for turn in jobs]
    hits = Retriever(shelve(turns), embedder, FUSION).search("breakfast before I retired", Filter(), 3, NOW)
    assert all("beyond_event" not in hit.features for hit in hits)
