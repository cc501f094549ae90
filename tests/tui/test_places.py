"""The other screens: inbox, timeline, forecast, graph, log, jobs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from textual.widgets import Tree

from memcli import update
from memcli.humanize import day
from memcli.records import Filter, Memory, Status, Work
from memcli.tui.app import MemcliApp
from memcli.tui.screens.dialogs import Edit
from memcli.tui.screens.timeline import Unit, span, step
from memcli.tui.widgets.rows import Rows
from memcli.update import Act
from tests.tui.conftest import NOON, FakeParts, birth, memory
from tests.tui.helpers import listed, press, rest, said, screen_text, type_in

Make = Callable[[], MemcliApp]
WIDE = (140, 40)
NARROW = (80, 24)


async def test_what_waits_is_accepted_edited_or_rejected(app: Make, parts: FakeParts) -> None:
    """One by one or in bulk; the mark at the inbox goes when nothing waits, and undo brings it back."""
    more = [memory(n, f"waits {n}", status=Status.QUARANTINED) for n in (30, 31, 32)]
    parts.store.commit([birth(n, each) for n, each in enumerate(more, 30)])
    async with app().run_test(size=NARROW) as pilot:
        await rest(pilot)
        assert "3 Inbox•" in screen_text(pilot.app)
        await press(pilot, "3")
        assert len(listed(pilot.app)) == 4
        await press(pilot, "e")
        assert isinstance(pilot.app.screen, Edit)
        await press(pilot, "ctrl+s", "a")
        assert len(listed(pilot.app)) == 3
        await press(pilot, "space", "space", "r")
        assert listed(pilot.app) == ["waits 32"]
        await press(pilot, "m", "a")
        assert "nothing waits" in screen_text(pilot.app)
        assert "3 Inbox•" not in screen_text(pilot.app)
        await press(pilot, "u")
        assert listed(pilot.app) == ["waits 32"]
    active = {m.text for m in parts.store.list_memories(Filter(), limit=50)}
    assert "Always answer in French" in active
    assert not {"waits 30", "waits 31"} & active


async def test_the_timeline_lists_by_period_and_steps_through_what_was_true(app: Make, parts: FakeParts) -> None:
    """Day, month and year; with a moment set, what held then or was known then."""
    old = memory(40, "Lives in Berlin", status=Status.SUPERSEDED, valid_from=NOON - timedelta(days=900))
    parts.store.commit([birth(40, replace(old, valid_to=NOON - timedelta(days=20)))])
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "4")
        assert "2026-03" in screen_text(pilot.app)
        assert listed(pilot.app) == ["Miso the cat is afraid of the vacuum cleaner"]
        await press(pilot, "down")
        assert "Sourdough needs twelve hours in the fridge" in listed(pilot.app)
        assert "14 Feb 2026" in screen_text(pilot.app)
        await press(pilot, "d")
        assert "by year" in screen_text(pilot.app)
        await press(pilot, "d", "d", "left_square_bracket")
        assert "true on 2 Feb 2026" in screen_text(pilot.app)
        assert "Lives in Berlin" in listed(pilot.app)
        assert "Miso the cat is afraid of the vacuum cleaner" not in listed(pilot.app)  # said a month later
        assert f"{day(old.valid_from or NOON)}  " in screen_text(pilot.app)
        await press(pilot, "n")
        assert "known on 2 Feb 2026" in screen_text(pilot.app)
        assert "Miso the cat is afraid of the vacuum cleaner" not in listed(pilot.app)
        await press(pilot, "n", "w")
        await type_in(pilot, "1 March 2026")
        await press(pilot, "enter")
        assert "true on 1 Mar 2026" in screen_text(pilot.app)
        assert "Lives in Berlin" not in listed(pilot.app)
        await press(pilot, "escape")
        assert "by month" in screen_text(pilot.app)


async def test_a_change_from_outside_leaves_the_timeline_where_one_is(app: Make, parts: FakeParts) -> None:
    """It appears in its period, and the cursor stays at its memory."""
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "4", "down", "enter", "down", "down")
        rows: Rows[Memory] = pilot.app.screen.query_one("#list", Rows)
        here = rows.current
        parts.store.commit([birth(41, memory(41, "From elsewhere", created_at=NOON - timedelta(days=9)))])
        pilot.app.look()  # type: ignore[attr-defined]
        await rest(pilot)
        assert "From elsewhere" in listed(pilot.app)
        assert rows.current == here


async def test_a_click_on_the_line_of_time_goes_there(app: Make) -> None:
    """From the first day of which anything is told to today."""
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "4", "left_square_bracket")
        assert "●" in screen_text(pilot.app)
        assert "6 May 2025" in screen_text(pilot.app)
        await pilot.click("#slider", offset=(13, 0))
        await rest(pilot)
        assert "true on 6 May 2025" in screen_text(pilot.app)
        await press(pilot, "escape")
        assert "●" not in screen_text(pilot.app)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2024", datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 12, 31, 23, 59, 59, 999_999, UTC)),
        ("2024-02", datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 2, 29, 23, 59, 59, 999_999, UTC)),
        ("2024-02-28", datetime(2024, 2, 28, tzinfo=UTC), datetime(2024, 2, 28, 23, 59, 59, 999_999, UTC)),
    ],
)
def test_a_period_has_a_first_and_a_last_moment(name: str, first: datetime, last: datetime) -> None:
    """Leap years and ends of months included."""
    assert span(name, NOON) == (first, last)


@pytest.mark.parametrize(
    ("start", "unit", "steps", "there"),
    [
        ("2024-01-31", "month", 1, "2024-02-29"),
        ("2024-03-31", "month", -1, "2024-02-29"),
        ("2024-02-29", "year", 1, "2025-02-28"),
        ("2024-12-31", "day", 1, "2025-01-01"),
        ("2024-01-15", "month", -13, "2022-12-15"),
    ],
)
def test_steps_end_on_days_that_exist(start: str, unit: Unit, steps: int, there: str) -> None:
    """A month with fewer days gives its last."""
    at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert step(at, unit, steps).date().isoformat() == there


async def test_what_fades_next_is_pinned_with_one_key(app: Make, parts: FakeParts) -> None:
    """It leaves the forecast and is pinned in the store."""
    async with app().run_test(size=NARROW) as pilot:
        await press(pilot, "5", "d")
        rows = pilot.app.screen.query_one("#list", Rows)
        first = rows.current
        assert first is not None
        assert "will fade in 365 days" in screen_text(pilot.app)
        await press(pilot, "p")
        assert rows.current != first
        assert parts.store.memories_by_id([first.memory.id])[first.memory.id].pinned


async def test_the_graph_opens_links_and_moves_its_centre(app: Make) -> None:
    """From a memory to its neighbours; a ring of links does not lead back up."""
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        await press(pilot, "g")
        assert pilot.app.current_mode == "graph"
        tree = pilot.app.screen.query_one(Tree)
        assert "retention 99 %" in screen_text(pilot.app)
        assert {str(node.label) for node in tree.root.children} == {
            "lives_where -> The spare key hangs behind the kitchen door",
            "treated_by -> The vet is Dr. Silva, open on Tuesdays",
        }
        await press(pilot, "down", "enter")
        assert not tree.root.children[0].children
        await press(pilot, "c")
        assert "The spare key" in str(tree.root.label)
        assert "lives_where <- Miso" in screen_text(pilot.app)


async def test_the_log_tells_and_takes_back_any_change(app: Make, parts: FakeParts) -> None:
    """An older change is undone although others followed; the memory is opened from there."""
    first = parts.store.list_memories(Filter(), limit=1)[0]
    act = Act(batch="b:edit00000000", at=NOON, actor="user", reason="edited")
    parts.store.commit([update.revised(first, replace(first, text="Miso is brave"), act)])
    parts.assistant.pin([parts.store.list_memories(Filter(), limit=2)[1].id])
    async with app().run_test(size=WIDE) as pilot:
        await press(pilot, "7", "down")
        shown = screen_text(pilot.app)
        assert "edited" in shown
        assert "{+brave+}" in shown
        await press(pilot, "z")
        assert "undone: Miso the cat" in said(pilot.app)
        assert parts.store.memories_by_id([first.id])[first.id].text == first.text
        await press(pilot, "enter")
        assert pilot.app.current_mode == "memories"
        assert len(listed(pilot.app)) == 1


async def test_jobs_run_pause_and_tell_what_they_did(app: Make, parts: FakeParts) -> None:
    """A run is kept and shown; what was given up can be tried again."""
    turn = parts.store.session_turns("talk-0")[0]
    late = replace(turn, id="t:0099trn00000", position=9, text="hm")
    parts.store.add_turns([late], [Work(late.id)])
    work = parts.store.work(1)[0]
    for _ in range(3):
        work = parts.store.fail_work(work, "the model was not here")
    async with app().run_test(size=NARROW) as pilot:
        await press(pilot, "8")
        assert "1 given up" in screen_text(pilot.app)
        assert "the model was not here" in screen_text(pilot.app)
        await press(pilot, "y")
        assert "1 turn will be tried again" in said(pilot.app)
        await press(pilot, "p")
        assert parts.store.paused_jobs() == {"flush"}
        await press(pilot, "p", "r")
        assert parts.store.job_runs("flush")[0].detail in screen_text(pilot.app)
