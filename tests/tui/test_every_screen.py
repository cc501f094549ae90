"""What is common to all screens: how they open, their keys and help, themes, sizes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.binding import Binding
from textual.widgets import Input

from memcli.tui.app import MemcliApp
from memcli.tui.names import PLACES
from memcli.tui.screens.acting import Acting
from memcli.tui.screens.dialogs import Ask, Confirm, Edit
from memcli.tui.screens.help import Help
from memcli.tui.widgets.places import NARROW as NARROW_NAMES
from memcli.tui.widgets.rows import Rows
from tests.tui.conftest import FakeParts
from tests.tui.helpers import press, rest, said, screen_text, type_in

Make = Callable[[], MemcliApp]
WIDE = (140, 40)
NARROW = (80, 24)


async def test_every_screen_opens_with_its_digit_and_with_the_mouse(app: Make) -> None:
    """Where one is stands in brackets; on a narrow terminal too."""
    async with app().run_test(size=NARROW) as pilot:
        for number, name in enumerate(PLACES):
            await press(pilot, f"alt+{number}")
            assert pilot.app.current_mode == name
            assert f"[{number} {NARROW_NAMES.get(name, name.capitalize())}" in screen_text(pilot.app)
        await pilot.click("Places", offset=(3, 0))
        await rest(pilot)
        assert pilot.app.current_mode == "today"


async def test_help_names_every_key_of_the_screen_below(app: Make) -> None:
    """In words, from the bindings; any key closes it."""
    async with app().run_test(size=(100, 60)) as pilot:
        await rest(pilot)
        await press(pilot, "question_mark")
        shown = screen_text(pilot.app)
        assert isinstance(pilot.app.screen, Help)
        for what in ("Search", "Add", "Forget", "Open the source", "Undo", "Redo", "Mark", "Go to timeline"):
            assert what in shown
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, Help)


async def test_the_palette_runs_a_command_by_name(app: Make) -> None:
    """Every binding of the screen is found there, and the themes."""
    async with app().run_test(size=NARROW) as pilot:
        await rest(pilot)
        titles = [command.title for command in pilot.app.get_system_commands(pilot.app.screen)]
        commands = set(titles)
        assert not [title for title in commands if title.startswith("Go to") and titles.count(title) > 1]
        assert {"Edit", "Export", "Redo", "Go to jobs", "Theme memcli-contrast", "Quit"} <= commands
        await press(pilot, "ctrl+p")
        await type_in(pilot, "go to log")
        await pilot.pause(0.5)
        await press(pilot, "enter")
        assert pilot.app.current_mode == "log"


@pytest.mark.parametrize("theme", ["memcli-dark", "memcli-light", "memcli-contrast"])
async def test_each_theme_draws_every_screen(app: Make, theme: str) -> None:
    """No style is missing from any; the look is the same next time."""
    async with app().run_test(size=NARROW) as pilot:
        pilot.app.theme = theme
        for number in range(len(PLACES)):
            await press(pilot, f"alt+{number}")
    assert app().theme == theme


async def test_it_follows_the_terminal_when_it_is_resized(app: Make) -> None:
    """From side by side to below each other, and to very little."""
    async with app().run_test(size=WIDE) as pilot:
        await rest(pilot)
        for size in (NARROW, (40, 10), (20, 5), (200, 60)):
            await pilot.resize_terminal(*size)
            await rest(pilot)
        assert "Miso the cat is afraid of the vacuum cleaner" in screen_text(pilot.app)


def test_every_binding_has_a_description() -> None:
    """Help, footer and palette are made of them."""
    screens = [type(make()) for make in MemcliApp.MODES.values() if not isinstance(make, str)]
    assert len(screens) == len(PLACES)
    for kind in [MemcliApp, Rows, Ask, Confirm, Edit, Help, Acting, *screens]:
        for binding in vars(kind).get("BINDINGS", []):
            assert isinstance(binding, Binding)
            assert binding.description, (kind, binding)


async def test_an_empty_memory_says_how_to_begin(app: Make, tmp_path: object) -> None:
    """Every screen opens on nothing."""
    del tmp_path
    made = app()
    made.parts.close()
    settings = made.parts.settings
    empty = replace(settings, home=replace(settings.home, root=settings.home.root.with_name("other")))
    made.parts = FakeParts(empty, made.parts.clock)
    async with made.run_test(size=NARROW) as pilot:
        await rest(pilot)
        assert "a adds one" in screen_text(pilot.app)
        for number in range(len(PLACES)):
            await press(pilot, f"alt+{number}")
        assert not pilot.app.query(Input).filter(".missing")
        await press(pilot, "u")
        assert "nothing to undo" in said(pilot.app)
    made.parts.close()
