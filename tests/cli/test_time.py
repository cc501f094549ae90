"""`forecast` and `timeline` on the command line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.cli.time import picture
from tests.cli.conftest import Line


def test_the_forecast_tells_what_goes_first(memcli: Line) -> None:
    """An event fades before a fact; what is pinned, and who one is, never."""
    event = memcli.add("Had soup for lunch.", "--kind", "episodic")
    fact = memcli.add("The bakery closes at six.")
    memcli.add("I am called Ana.", "--kind", "core")
    told = memcli("forecast", "--days", "400", "--json").json
    assert [row["memory"]["id"] for row in told["fading"]] == [event, fact]
    assert told["fading"][0]["curve"][0] == 1.0
    assert told["fading"][0]["curve"] == sorted(told["fading"][0]["curve"], reverse=True)
    memcli("pin", event)
    assert [row["memory"]["id"] for row in memcli("forecast", "--days", "400", "--json").json["fading"]] == [fact]


def test_the_forecast_comes_true(memcli: Line) -> None:
    """Just after the day it names, the job archives the memory, and not just before."""
    memory = memcli.add("Had soup for lunch.", "--kind", "episodic")
    row = memcli("forecast", "--days", "400", "--json").json["fading"][0]
    began = memcli.clock.at
    memcli.clock.at = began.fromisoformat(row["fades_at"]) - timedelta(minutes=1)
    assert memcli("jobs", "run", "decay").out == "decay: 0 archived\n"
    memcli.clock.advance(timedelta(minutes=2))
    assert memcli("jobs", "run", "decay").out == "decay: 1 archived\n"
    assert memcli("show", memory, "--json").json["status"] == "archived"


def test_a_forecast_shows_a_picture_and_how_to_keep(memcli: Line) -> None:
    """The bars fall; the hint pins the first to go."""
    memory = memcli.add("Had soup for lunch.", "--kind", "episodic")
    ran = memcli("forecast", "--days", "300")
    assert "█" in ran.out
    assert f"memcli pin {memory[:8]}" in ran.err
    assert "nothing fades" in memcli("forecast", "--days", "1").err


@given(st.lists(st.floats(0, 1), min_size=1))
def test_a_picture_has_a_bar_for_each_value(values: list[float]) -> None:
    """Higher values never have lower bars."""
    bars = picture(values)
    assert len(bars) == len(values)
    assert sorted(bars) == [bar for _, bar in sorted(zip(values, bars, strict=True))]


@pytest.mark.parametrize(
    ("by", "steps"),
    [
        ("day", ["2023-05-08", "2023-05-20", "2024-01-01"]),
        ("month", ["2023-05", "2024-01"]),
        ("year", ["2023", "2024"]),
    ],
)
def test_the_timeline_orders_what_happened(memcli: Line, by: str, steps: list[str]) -> None:
    """Whatever the order it was told in; what has no date is left out."""
    memcli.add("The year began with fireworks.", "--when", "2024-01-01")
    memcli.add("Moved into the flat.", "--when", "2023-05-20")
    memcli.add("Signed the lease.", "--when", "2023-05-08")
    memcli.add("Cats sleep a lot.")
    told = memcli("timeline", "--by", by, "--json").json["timeline"]
    assert [row["step"] for row in told] == steps
    assert "lease" in next(event["text"] for row in told for event in row["events"])
    assert "igned the lease" in memcli("timeline", "--by", by).out


def test_an_empty_timeline_says_how_to_fill_it(memcli: Line) -> None:
    """The hint is a command."""
    assert "--when" in memcli("timeline").err
