"""Near-duplicates: what is merged, what must never be, and that none is missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.lifecycle.duplicates import OVERLAP, candidates, duplicates, merged
from memcli.records import Kind, Memory
from memcli.terms import terms

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def memory(number: int, text: str, **fields: object) -> Memory:
    """A memory with a source of its own."""
    known = Memory(
        id=f"m:{number}", text=text, kind=Kind.SEMANTIC, created_at=NOW, updated_at=NOW, sources=(f"t:{number}",)
    )
    return replace(known, **fields)  # type: ignore[arg-type]


def merges(one: str, other: str, cosine: float | None = 0.95) -> bool:
    """Whether two texts are merged, given how similar their vectors are."""
    return bool(list(duplicates([memory(1, one), memory(2, other)], lambda *_: cosine)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana likes strong black coffee", "Ana likes black, strong coffee!"),
        ("The spare key is under the flower pot", "The spare key is under the flower pot."),
    ],
)
def test_the_same_said_twice_is_merged(one: str, other: str) -> None:
    """Order and punctuation make no difference."""
    assert merges(one, other)
    assert not merges(one, other, cosine=0.8)
    assert not merges(one, other, cosine=None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The dentist said to come back in 6 months", "The dentist said to come back in 3 months"),
        ("The spare key lies with our neighbour Ben", "The spare key lies with our neighbour Carla"),
        ("The user likes strong black coffee", "The user does not like strong black coffee"),
        ("The user drinks strong black coffee", "The user doesn't drink strong black coffee"),
        ("Yoga class is on Monday evening in town", "Yoga class is on Tuesday evening in town"),
        ("The train to work leaves at 7:15 now", "The train to work leaves at 7:45 now"),
        ("Turn left behind the old post office", "Turn right behind the old post office"),
        ("The user keeps two grey cats at home", "The user keeps three grey cats at home"),
    ],
)
def test_a_small_word_that_turns_it_around_keeps_them_apart(one: str, other: str) -> None:
    """Numbers, names, negation, days: however alike the vectors are."""
    assert not merges(one, other, cosine=1.0)


@pytest.mark.parametrize(
    "fields", [{"kind": Kind.EPISODIC}, {"about": "Ben"}, {"event_at": NOW}, {"valid_to": NOW}, {"pinned": True}]
)
def test_what_differs_in_kind_person_or_date_stays(fields: dict[str, object]) -> None:
    """Two visits to the same place are two events; what the user pinned twice they meant twice."""
    pinned = {"pinned": True} if "pinned" in fields else {}
    one, other = memory(1, "Lunch by the old harbour", **pinned), memory(2, "Lunch by the old harbour", **fields)
    assert not list(duplicates([one, other], lambda *_: 1.0))


def test_a_merge_loses_no_provenance() -> None:
    """Sources, tags and recalls are united; the one that was used more stays."""
    used = memory(1, "Ana likes tea", recalls=2, tags=("a",), last_recalled_at=NOW)
    other = memory(2, "Ana likes tea.", tags=("b",), importance=0.9, valid_from=NOW - timedelta(days=1))
    (found,) = duplicates([other, replace(used, importance=0.5)], lambda *_: 1.0)
    assert found.kept.id == "m:1"
    after = merged(found)
    assert (after.sources, after.tags, after.recalls) == (("t:1", "t:2"), ("a", "b"), 2)
    assert (after.importance, after.valid_from) == (0.9, NOW - timedelta(days=1))


def test_three_of_a_kind_are_merged_over_two_runs() -> None:
    """A memory is in one pair at most, so that no change builds on another of its batch."""
    three = [memory(n, "Ana likes green tea") for n in range(3)]
    found = list(duplicates(three, lambda *_: 1.0))
    assert len(found) == 1


WORDS = st.lists(st.sampled_from("ant bee cat dog eel fox gnu hen ibis jay".split()), min_size=2, max_size=6)


@given(st.lists(WORDS, max_size=12))
def test_no_pair_is_missed(texts: list[list[str]]) -> None:
    """The filter finds exactly what comparing all with all finds."""
    memories = [memory(n, " ".join(words)) for n, words in enumerate(texts)]
    sets = [frozenset(terms(m.text)) for m in memories]
    all_pairs = {
        (i, j)
        for j in range(len(sets))
        for i in range(j)
        if len(terms(memories[i].text)) > 1
        and len(terms(memories[j].text)) > 1
        and len(sets[i] & sets[j]) / len(sets[i] | sets[j]) >= OVERLAP
    }
    found = [(int(a.id[2:]), int(b.id[2:])) for a, b in candidates(memories)]
    assert set(found) == all_pairs
    assert len(found) == len(set(found))
