"""Waiting for a screen to come to rest, and reading what stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from textual.app import App
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from memcli.ports import Task
from memcli.records import Memory, Message
from memcli.tui.widgets.rows import Rows

_ROUNDS = 4


def citing(messages: Sequence[Message], task: Task | None) -> str:
    """A reply that cites the note about the key."""
    del task
    line = next(
        line for line in messages[-1].content.splitlines() + messages[0].content.splitlines() if "spare" in line
    )
    number = line.partition("]")[0].strip("[ ")
    return f"The spare key hangs behind the kitchen door [{number}]."


async def rest(pilot: Pilot[None]) -> None:
    """Until no work is under way: what a thread brings may ask for more."""
    for _ in range(_ROUNDS):
        with suppress(WorkerCancelled):
            await pilot.app.workers.wait_for_complete()
        await pilot.pause()


async def until(pilot: Pilot[None], text: str) -> None:
    """Until a text is on the screen, for what a timer begins; at most some seconds."""
    for _ in range(60):
        await rest(pilot)
        if text in screen_text(pilot.app):
            return
        await pilot.pause(0.05)
    raise AssertionError(f"{text!r} does not come up: {screen_text(pilot.app)}")


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, one after the other, and wait."""
    for key in keys:
        await pilot.press(key)
    await rest(pilot)


async def type_in(pilot: Pilot[None], text: str) -> None:
    """Type a text and wait."""
    await press(pilot, *("space" if letter == " " else letter for letter in text))


def listed(app: App[None]) -> list[str]:
    """The words of the memories in the list, as far as they are held."""
    rows: Rows[Memory] = app.screen.query_one("#list", Rows)
    return [rows.held[place].text for place in sorted(rows.held)]


def said(app: App[None]) -> str:
    """All notifications, in order."""
    return "\n".join(note.message for note in app._notifications)


def screen_text(app: App[None]) -> str:
    """The whole screen as lines of text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in strips)
