"""The profile: which memories are its lines, and what stands behind each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.lifecycle import KEPT_OUT, PROFILE, Line, profile
from memcli.lifecycle.profile import PER_TOPIC
from memcli.records import Kind, Memory, Origin, Status

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def memory(number: int, text: str, **fields: object) -> Memory:
    """A memory about Ana from a turn of its own."""
    known = Memory(
        id=f"m:{number}",
        text=text,
        kind=Kind.SEMANTIC,
        created_at=NOW - timedelta(days=number),
        updated_at=NOW,
        about="Ana",
        sources=(f"t:{number}",),
        made_by="rule",
    )
    return replace(known, **fields)  # type: ignore[arg-type]


def lines(*memories: Memory) -> list[Line]:
    """Ana's profile."""
    return profile(memories, "Ana", NOW)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Ana was born in Braga.", "who"),
        ("Ana is allergic to peanuts.", "health"),
        ("Ana works at the harbour.", "work"),
        ("Ana lives in Porto.", "home"),
        ("Ana has a sister called Rita.", "who"),
        ("Ana has two brothers, and one sister in Faro.", "people"),
        ("Ana likes jazz.", "likes"),
        ("Ana plays chess on Fridays.", "habits"),
        ("Ana plans a trip to Japan.", "plans"),
        ("Ana owns a red bicycle.", "other"),
    ],
)
def test_a_line_stands_under_its_topic(text: str, topic: str) -> None:
    """The first topic whose words it has."""
    assert [line.topic for line in lines(memory(1, text))] == [topic]


@pytest.mark.parametrize(
    "fields",
    [
        {"about": "Ben"},
        {"status": Status.SUPERSEDED},
        {"kind": Kind.EPISODIC},
        {"trust": Origin.DOCUMENT},
        {"tags": (KEPT_OUT,)},
        {"valid_to": NOW - timedelta(days=1)},
    ],
)
def test_what_is_not_so_of_the_user_is_no_line(fields: dict[str, object]) -> None:
    """Others, the past, events, documents, and what the user took out."""
    assert lines(memory(1, "Ana lives in Porto.", **fields)) == []


def test_what_the_user_told_of_others_is_no_line() -> None:
    """However it is stored; unless it is about both."""
    assert lines(memory(1, "Rita has a dog called Bolt.")) == []
    assert [line.topic for line in lines(memory(1, "My sister Rita has a dog."))] == ["people"]


def test_what_says_the_same_supports_one_line() -> None:
    """Evidence is counted, and makes it surer."""
    found = lines(
        memory(1, "Ana lives in Porto."), memory(2, "Ana lives in Porto, Portugal."), memory(3, "Ana likes tea.")
    )
    home = found[0]
    assert (home.topic, home.evidence) == ("home", ("t:1", "t:2"))
    assert home.confidence > found[1].confidence
    assert {each.id for each in home.support} == {"m:1", "m:2"}


def test_the_line_stays_the_same_memory_when_another_says_it_again() -> None:
    """The tag does not wander, so that the prompt stays as it is."""
    old = memory(9, "Ana lives in Porto.", tags=(PROFILE,))
    assert lines(old, memory(1, "Ana lives in Porto now."))[0].memory == old


def test_the_users_own_words_are_settled() -> None:
    """What the user wrote or pinned needs no repetition."""
    assert lines(memory(1, "Ana likes tea.", made_by="user"))[0].confidence == 0.95
    assert lines(memory(1, "Ana likes tea."))[0].confidence == 0.7


@given(st.integers(0, 40), st.randoms())
def test_a_topic_keeps_its_weightiest_lines_in_any_order(number: int, rng: object) -> None:
    """The order of the memories makes no difference; no topic grows without bound."""
    memories = [memory(n, f"Ana likes dish{n} sauce{n}", importance=n / 40) for n in range(number)]
    shuffled = sorted(memories, key=lambda _: rng.random())  # type: ignore[attr-defined]
    found = [line.memory.id for line in lines(*shuffled)]
    assert found == [line.memory.id for line in lines(*memories)]
    assert len(found) == min(number, PER_TOPIC)
    assert found == [f"m:{n}" for n in range(number - 1, max(number - 1 - PER_TOPIC, -1), -1)]


@pytest.mark.parametrize(
    "text", ["If I had a dog I would call it Rex.", "What if I moved to Rome?", "I might learn Finnish."]
)
def test_what_was_only_imagined_is_no_line(text: str) -> None:
    """It was kept because the user asked for it, and says nothing of them."""
    assert lines(memory(1, text, made_by="user", kind=Kind.CORE)) == []
