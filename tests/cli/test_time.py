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


def test_a_memory_with_an_end_is_archived_then(memcli: Line) -> None:
    """`show` and `forecast` name the day; the job says why; one undo brings it back."""
    parcel = memcli.add("The parcel is at number 9.", "--ttl", "3d")
    assert "ends       5 Mar 2026, 12:00" in memcli("show", parcel).out
    row = memcli("forecast", "--days", "7", "--json").json["fading"][0]
    assert (row["memory"]["id"], row["fades_at"], row["ends"]) == (parcel, "2026-03-05T12:00:00+00:00", True)
    assert "(its end)" in memcli("forecast", "--days", "7").out
    memcli.clock.advance(timedelta(days=3))
    assert memcli("jobs", "run", "decay").out == "decay: 1 archived\n"
    assert "its time is up" in memcli("log", "-n", "1").out
    memcli("undo")
    assert memcli("show", parcel, "--json").json["status"] == "active"


def test_an_end_can_be_given_moved_and_taken_away(memcli: Line) -> None:
    """In words too; a date means its last moment."""
    memory = memcli.add("The gym card works.")
    assert memcli("show", memory, "--json").json["expires_at"] is None
    memcli("edit", memory, "--ttl", "2026-03-31")
    assert memcli("show", memory, "--json").json["expires_at"].startswith("2026-03-31T23:59:59")
    memcli("edit", memory, "--ttl", "2 w")
    assert memcli("show", memory, "--json").json["expires_at"] == "2026-03-16T12:00:00+00:00"
    memcli("edit", memory, "--ttl", "never")
    assert memcli("show", memory, "--json").json["expires_at"] is None


@pytest.mark.parametrize("ttl", ["0d", "2020-01-01", "soonish", "999999y", "-3d"])
def test_an_end_that_is_none_is_refused(memcli: Line, ttl: str) -> None:
    """And nothing is kept."""
    assert "30d" in memcli("add", "tea", "--ttl", ttl, code=7).err or ttl == "999999y"
    assert memcli("list").out == ""


def test_a_raw_note_and_one_of_many_sentences_end_too(memcli: Line) -> None:
    """Every memory that is made of the words has the end."""
    memcli("add", "The spare key hangs at Marta's. The code word is kept by Ben.", "--ttl", "1w")
    memcli("add", "as it stands", "--raw", "--ttl", "1w")
    listed = memcli("list", "--json").json
    assert len(listed) > 1
    assert {row["expires_at"] for row in listed} == {"2026-03-09T12:00:00+00:00"}


def test_a_strand_tells_what_is_tied_to_a_memory(memcli: Line) -> None:
    """What was replaced, what replaced it, what was linked by hand; oldest first, whichever is asked for."""
    old = memcli.add("Ana lives in Porto.", "--when", "2020-05-01")
    memcli.clock.advance(timedelta(days=9))
    changes = memcli("add", "Ana lives in Lisbon now.", "--json").json["changes"]
    new = next(each["memory_id"] for each in changes if each["op"] == "ADD")
    other = memcli.add("The flat has a yellow door.", "--when", "2026-03-10", "--raw")
    memcli("link", new, other, "--relation", "home_of")
    alone = memcli.add("Tea is best green.", "--raw")
    told = memcli("timeline", "--of", new, "--json").json
    assert [knot["memory"]["id"] for knot in told["strand"]] == [old, other, new]
    links = {knot["memory"]["id"]: knot["link"] for knot in told["strand"]}
    assert (links[old]["relation"], links[other]["relation"], links[new]) == ("supersedes", "home_of", None)
    assert [k["memory"]["id"] for k in memcli("timeline", "--of", old, "--json").json["strand"]] == [
        old,
        other,
        new,
    ]
    assert f"({new[:8]} supersedes it)" in memcli("timeline", "--of", new).out
    assert "nothing is tied to it" in memcli("timeline", "--of", alone).err
