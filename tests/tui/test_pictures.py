"""Pictures of screens, compared with the ones that were looked at; the README shows them.

After a wanted change: ``pytest tests/tui/test_pictures.py --snapshot-update``, then look at what came of it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from memcli.models.fake import FakeChatModel
from memcli.tui.app import MemcliApp
from memcli.tui.widgets.writing import Writing
from tests.tui.conftest import FakeParts
from tests.tui.helpers import citing, press, rest

Make = Callable[[], MemcliApp]
Compare = Callable[..., bool]
WIDE = (140, 40)
NARROW = (80, 24)
MIDDLE = (120, 30)


async def still(pilot: Pilot[None]) -> None:
    """Everything read, and no cursor that blinks."""
    await rest(pilot)
    for line in pilot.app.screen.query(Input):
        line.cursor_blink = False
    for text in pilot.app.screen.query(TextArea):
        text.cursor_blink = False
    await rest(pilot)


@pytest.fixture
def wide(app: Make) -> MemcliApp:
    """The program on the standing clock."""
    return app()


def test_memories_wide(wide: MemcliApp, snap_compare: Compare) -> None:
    """Filters, list and page side by side."""
    assert snap_compare(wide, terminal_size=WIDE, run_before=still)


def test_memories_narrow(wide: MemcliApp, snap_compare: Compare) -> None:
    """List above page; one memory is marked."""

    async def mark(pilot: Pilot[None]) -> None:
        await rest(pilot)
        await press(pilot, "down", "space", "up", "up")

    assert snap_compare(wide, terminal_size=NARROW, run_before=mark)


def test_memories_contrast(wide: MemcliApp, snap_compare: Compare) -> None:
    """The same in high contrast."""
    wide.theme = "memcli-contrast"
    assert snap_compare(wide, terminal_size=NARROW, run_before=still)


def test_chat(wide: MemcliApp, parts: FakeParts, snap_compare: Compare) -> None:
    """A reply with its citation, and what it rests on."""
    parts.__dict__["chat_model"] = FakeChatModel(rule=citing)

    async def talk(pilot: Pilot[None]) -> None:
        await press(pilot, "2")
        pilot.app.screen.query_one("#say", Writing).put("Where is the spare key?")
        await press(pilot, "enter")
        await still(pilot)

    assert snap_compare(wide, terminal_size=(100, 20), run_before=talk)


def opened(keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """What presses keys."""

    async def go(pilot: Pilot[None]) -> None:
        await press(pilot, *keys.split())

    return go


def test_today(wide: MemcliApp, snap_compare: Compare) -> None:
    """What is new, waits, and was said."""
    assert snap_compare(wide, terminal_size=MIDDLE, run_before=opened("0"))


def test_inbox(wide: MemcliApp, snap_compare: Compare) -> None:
    """What waits, and why."""
    assert snap_compare(wide, terminal_size=MIDDLE, run_before=opened("3"))


def test_timeline(wide: MemcliApp, snap_compare: Compare) -> None:
    """By month, with the memories of one."""
    assert snap_compare(wide, terminal_size=MIDDLE, run_before=opened("4 down"))


def test_then(wide: MemcliApp, snap_compare: Compare) -> None:
    """What was true at a moment, with the line of time."""
    assert snap_compare(wide, terminal_size=MIDDLE, run_before=opened("4 d d" + " left_square_bracket" * 11))


def test_forecast(wide: MemcliApp, snap_compare: Compare) -> None:
    """What fades next."""
    assert snap_compare(wide, terminal_size=MIDDLE, run_before=opened("5 d"))


def test_graph(wide: MemcliApp, snap_compare: Compare) -> None:
    """A memory and what it is tied to."""
    assert snap_compare(wide, terminal_size=MIDDLE, run_before=opened("1 g"))


def test_log(wide: MemcliApp, snap_compare: Compare) -> None:
    """Every change."""
    assert snap_compare(wide, terminal_size=MIDDLE, run_before=opened("7"))


def test_jobs(wide: MemcliApp, snap_compare: Compare) -> None:
    """Jobs, before any has run."""
    assert snap_compare(wide, terminal_size=MIDDLE, run_before=opened("8"))


def test_models(wide: MemcliApp, snap_compare: Compare) -> None:
    """What is here and what can be pulled."""
    assert snap_compare(wide, terminal_size=MIDDLE, run_before=opened("9 down down"))
