"""The forgetting curve's laws."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.lifecycle import FADED, expired, faded, fades_at, forecast, retention, stability, strengthened
from memcli.records import Kind, Memory, Status

NOW = datetime(2026, 5, 1, tzinfo=UTC)
MEMORY = Memory(id="m:1", text="x", kind=Kind.EPISODIC, created_at=NOW, updated_at=NOW)

fading = st.builds(
    lambda kind, strength, importance: replace(MEMORY, kind=kind, strength=strength, importance=importance),
    st.sampled_from([Kind.SEMANTIC, Kind.EPISODIC, Kind.PROCEDURAL, Kind.INSIGHT]),
    st.floats(1, 100),
    st.floats(0, 1),
)
days = st.floats(0, 5_000).map(lambda d: timedelta(days=d))


@given(fading, days, days)
def test_retention_falls_with_time_and_stays_a_share(memory: Memory, one: timedelta, other: timedelta) -> None:
    """Monotone in t, 1 at birth, never negative."""
    first, second = sorted((one, other))
    assert 1 >= retention(memory, NOW + first) >= retention(memory, NOW + second) >= 0
    assert retention(memory, NOW) == 1


@given(fading, days, days)
def test_a_recall_never_shortens_a_life(memory: Memory, age: timedelta, later: timedelta) -> None:
    """Recalled, a memory is at every later moment at least as present as it would have been."""
    at = NOW + age
    recalled = replace(memory, strength=strengthened(memory, at), last_recalled_at=at)
    assert retention(recalled, at + later) >= retention(memory, at + later)


@given(fading, days, days)
def test_a_later_recall_teaches_more(memory: Memory, one: timedelta, other: timedelta) -> None:
    """The spacing effect: the gain grows with the time since the last recall."""
    first, second = sorted((one, other))
    assert strengthened(memory, NOW + second) >= strengthened(memory, NOW + first) > memory.strength


@given(fading, st.floats(0, 1), st.floats(0, 1))
def test_what_matters_more_lasts_longer(memory: Memory, one: float, other: float) -> None:
    """Importance scales S."""
    less, more = sorted((one, other))
    assert stability(replace(memory, importance=more)) >= stability(replace(memory, importance=less))


@given(fading)
def test_the_forecast_is_the_curve(memory: Memory) -> None:
    """At the time it names, retention is at the threshold."""
    at = fades_at(memory)
    assert at is not None
    assert retention(memory, at) == pytest.approx(FADED, rel=1e-6)


@pytest.mark.parametrize("kept", [replace(MEMORY, pinned=True), replace(MEMORY, kind=Kind.CORE)])
def test_what_is_pinned_or_core_never_fades(kept: Memory) -> None:
    """Not in a hundred years."""
    assert retention(kept, NOW + timedelta(days=36_500)) == 1
    assert fades_at(kept) is None
    assert forecast([kept], NOW, days=36_500) == []


def test_what_is_brought_in_of_long_ago_does_not_arrive_faded() -> None:
    """Said a year ago and imported today, it fades from today on."""
    imported = replace(MEMORY, created_at=NOW - timedelta(days=365))
    assert retention(imported, NOW) == 1
    assert faded([imported], NOW + timedelta(days=100)) == []
    assert faded([imported], NOW + timedelta(days=200)) == [imported]


def test_a_clock_set_back_makes_nothing_fresher_than_new() -> None:
    """Retention is never above 1."""
    assert retention(MEMORY, NOW - timedelta(days=9)) == 1


def test_only_active_memories_fade() -> None:
    """What is archived already is left alone."""
    later = NOW + timedelta(days=4_000)
    archived = replace(MEMORY, id="m:2", status=Status.ARCHIVED)
    assert faded([MEMORY, archived], later) == [MEMORY]


def test_the_forecast_is_in_order_and_within_its_days() -> None:
    """What goes first comes first; a strength beyond all calendars is no error."""
    soon = replace(MEMORY, id="m:2", importance=0.0)
    never = replace(MEMORY, id="m:3", strength=1e9)
    found = forecast([MEMORY, soon, never], NOW, days=1_000)
    assert [fading.memory.id for fading in found] == ["m:2", "m:1"]


@given(fading, days, days)
def test_an_end_comes_when_its_user_said(memory: Memory, given: timedelta, later: timedelta) -> None:
    """Nothing is left from then on, a recall does not put it off, and the forecast knows."""
    end = NOW + given
    ending = replace(memory, expires_at=end)
    assert retention(ending, end + later) == 0
    assert retention(ending, NOW + later) <= retention(memory, NOW + later)
    assert retention(replace(ending, strength=1e6, last_recalled_at=end), end) == 0
    at, alone = fades_at(ending), fades_at(memory)
    assert alone is not None
    assert at == min(end, alone)


@pytest.mark.parametrize("threshold", [0.0, FADED])
def test_an_end_is_kept_whatever_fades(threshold: float) -> None:
    """Also of what never fades by itself: core memories, and all of them with a threshold of 0; a pin holds it."""
    ending = replace(MEMORY, kind=Kind.CORE, expires_at=NOW)
    assert faded([ending], NOW, threshold) == [ending]
    assert [fading.ends for fading in forecast([ending], NOW, 1, threshold)] == [True]
    held = replace(ending, pinned=True)
    assert not expired(held, NOW + timedelta(days=999))
    assert faded([held], NOW, threshold) == []
    assert forecast([held], NOW, 1, threshold) == []


@given(fading, days, days)
def test_what_lies_ahead_is_not_forgotten_before_it_has_come(
    memory: Memory, ahead: timedelta, later: timedelta
) -> None:
    """It fades from its day on, as what became known that day; a past event changes nothing."""
    coming = replace(memory, event_at=NOW + ahead)
    assert retention(coming, NOW + ahead) == 1
    assert retention(coming, NOW + ahead + later) == pytest.approx(retention(memory, NOW + later))
    assert retention(replace(memory, event_at=NOW - ahead), NOW + later) == retention(memory, NOW + later)
    recalled = replace(coming, last_recalled_at=NOW + ahead + later)
    assert retention(recalled, NOW + ahead + later) == 1
