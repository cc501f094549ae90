"""The first screen, and what leads from anywhere to anything: search, palette."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.records import Kind
from memcli.tui.app import MemcliApp
from memcli.tui.plot import bars, retention_plot
from memcli.tui.screens.today import Part, items
from tests.tui.conftest import NOON, FakeParts, birth, memory
from tests.tui.helpers import press, rest, said, screen_text, type_in

Make = Callable[[], MemcliApp]
WIDE = (140, 40)
NARROW = (80, 24)


def parts_of(parts: FakeParts) -> list[str]:
    """The headings, in order."""
    return [item.title for item in items(parts.store, NOON, [], 1) if isinstance(item, Part)]


async def test_it_begins_with_what_is_new_waits_fades_and_was_said(parts: FakeParts) -> None:
    """Headings with what they have; the page of the first memory beside them; p keeps what fades."""
    old = replace(
        memory(60, "The bakery closes at six", kind=Kind.EPISODIC), created_at=NOON - timedelta(days=130)
    )
    parts.store.commit([birth(60, old)])
    async with MemcliApp(parts).run_test(size=WIDE) as pilot:
        await rest(pilot)
        shown = screen_text(pilot.app)
        assert "Monday 2 March 2026 · 9 memories" in shown
        for title in ("Latest", "Waits for your word", "Fades next", "Conversations"):
            assert title in shown
        assert "retention 99 %" in shown
        fades = shown.partition("Fades next")[2]
        assert "The bakery closes at six" in fades.partition("Conversations")[0]


async def test_each_line_leads_on(parts: FakeParts) -> None:
    """A heading to its screen, a conversation into the chat."""
    async with MemcliApp(parts).run_test(size=WIDE) as pilot:
        await rest(pilot)
        await press(pilot, "home", "enter")
        assert pilot.app.current_mode == "memories"
        await press(pilot, "0", "end", "enter")
        assert pilot.app.current_mode == "chat"
        assert "talk-" in screen_text(pilot.app)
        assert pilot.app.screen.session.startswith("talk-")  # type: ignore[attr-defined]


def test_only_what_is_there_has_a_heading(parts: FakeParts) -> None:
    """What is new today is told apart, and a day one year later is remembered."""
    assert parts_of(parts) == ["Latest", "Waits for your word", "Conversations"]
    parts.store.commit([birth(61, replace(memory(61, "Bought a kayak"), created_at=NOON))])
    then = datetime.fromisoformat("2025-03-02T08:00Z")
    parts.store.commit([birth(62, replace(memory(62, "Saw a whale"), created_at=then))])
    assert parts_of(parts) == ["New today", "Waits for your word", "On this day", "Conversations"]


async def test_slash_searches_from_any_screen(parts: FakeParts) -> None:
    """It goes to the memories with the cursor in the search line."""
    async with MemcliApp(parts).run_test(size=NARROW) as pilot:
        for key in ("0", "5", "7", "8", "9"):
            await press(pilot, key, "slash")
            assert pilot.app.current_mode == "memories"
            assert pilot.app.focused is not None
            assert pilot.app.focused.id == "search"
            await press(pilot, "escape")


async def test_the_palette_finds_memories_and_conversations(app: Make) -> None:
    """By words; Enter opens what was found."""
    async with app().run_test(size=NARROW) as pilot:
        await press(pilot, "7", "ctrl+p")
        await type_in(pilot, "bicycle")
        await pilot.pause(0.5)
        await press(pilot, "enter")
        await rest(pilot)
        assert pilot.app.current_mode == "memories"
        assert "opened from elsewhere" in screen_text(pilot.app)
        await press(pilot, "ctrl+p")
        await type_in(pilot, "talk-2")
        await pilot.pause(0.5)
        await press(pilot, "enter")
        await rest(pilot)
        assert pilot.app.current_mode == "chat"


async def test_the_palette_has_every_key_of_the_list_too(app: Make) -> None:
    """Marking, for one, and the other screens."""
    async with app().run_test(size=NARROW) as pilot:
        await rest(pilot)
        found = {command.title for command in pilot.app.get_system_commands(pilot.app.screen)}
        assert {"Mark", "Take all marks off", "Add", "Erase for good", "From a time", "Go to today"} <= found
        assert not said(pilot.app)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=70), st.integers(1, 5))
def test_a_column_is_as_high_as_its_value(values: list[float], height: int) -> None:
    """To an eighth of a line, from the bottom, without gaps; what is left is never quite invisible."""
    drawn = bars(values, height)
    for place, value in enumerate(values):
        column = [line[place] for line in reversed(drawn)]
        eighths = sum(" ▁▂▃▄▅▆▇█".index(cell) for cell in column)
        assert abs(eighths - value * height * 8) <= (1 if value > 0 else 0)
        assert column == sorted(column, key=" ▁▂▃▄▅▆▇█".index, reverse=True)


@pytest.mark.parametrize("size", [(77, 4), (43, 4), (30, 1), (10, 1)])
@pytest.mark.parametrize("age", [0, 40, 4_000])
def test_the_curve_fits_and_marks_the_present(size: tuple[int, int], age: int) -> None:
    """However old the memory is, and however little room there is."""
    seen = retention_plot(memory(1, "x", created_at=NOON - timedelta(days=age)), NOON, 0.05, size)
    assert len(seen) == size[1] + 2
    assert seen[-2].count("▲") == 1
    assert max(map(len, seen[:-1])) <= max(size[0], 14)
    assert seen[0].startswith("100% ┤")
