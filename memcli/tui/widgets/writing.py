"""Where a message is written: several lines, what was typed before, and `/` commands completed; sends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

_CONTINUES: Final = "\\"
NEWLINE_KEYS: Final = frozenset({"alt+enter", "ctrl+enter", "shift+enter", "ctrl+j"})
"""Terminals differ in which of these they can tell from Enter; a backslash at the end works in all."""


class Writing(TextArea):
    """Enter sends; Alt-Enter, Ctrl-Enter, Ctrl-J, or a backslash before Enter, begins another line.

    Args:
        commands: what Tab completes behind a slash.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "back", "What was typed before", show=False),
        Binding("down", "forth", "What was typed after", show=False),
    ]

    class Sent(Message):
        """The message is finished."""

        def __init__(self, writing: Writing, text: str) -> None:
            super().__init__()
            self.writing = writing
            self.text = text

    def __init__(self, placeholder: str, commands: Sequence[str], id: str) -> None:  # noqa: A002 -- Textual's name
        super().__init__(
            placeholder=placeholder, compact=True, highlight_cursor_line=False, tab_behavior="focus", id=id
        )
        self.typed: list[str] = []
        self._commands = commands
        self._place = 0
        self._draft = ""

    def remember(self, typed: Sequence[str]) -> None:
        """Take what was typed before, the oldest first."""
        self.typed = list(typed)
        self._place = len(self.typed)

    def put(self, text: str) -> None:
        """Put a text there, with the cursor at its end."""
        self.text = text
        self.move_cursor(self.document.end)

    def sent(self, text: str) -> None:
        """The text was taken: an empty line, and one more to come back to."""
        self.put("")
        if not self.typed or self.typed[-1] != text:
            self.typed.append(text)
        self._place = len(self.typed)

    async def _on_key(self, event: events.Key) -> None:
        """What Enter and Tab mean here, before the text area takes them."""
        if event.key in NEWLINE_KEYS:
            self._stop(event)
            self.insert("\n")
        elif event.key == "enter":
            self._stop(event)
            self._enter()
        elif event.key == "tab" and self._complete():
            self._stop(event)
        else:
            await super()._on_key(event)

    def _stop(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()

    def _enter(self) -> None:
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        if before.endswith(_CONTINUES):
            self.action_delete_left()
            self.insert("\n")
        elif self.text.strip():
            self.post_message(self.Sent(self, self.text.strip()))

    def _complete(self) -> bool:
        """A command from its beginning, as far as it is certain."""
        fitting = [name for name in self._commands if name.startswith(self.text)]
        if not self.text.startswith("/") or not fitting:
            return False
        common = fitting[0] if len(fitting) == 1 else _common(fitting)
        self.put(f"{common} " if len(fitting) == 1 else common)
        if len(fitting) > 1:
            self.app.notify("  ".join(fitting), markup=False)
        return True

    def action_back(self) -> None:
        """A line up; from the first line, what was typed before."""
        if self.cursor_at_first_line and self._place > 0:
            if self._place == len(self.typed):
                self._draft = self.text
            self._go(self._place - 1)
        else:
            self.action_cursor_up()

    def action_forth(self) -> None:
        """A line down; from the last line, what was typed after, and at the end what was begun."""
        if self.cursor_at_last_line and self._place < len(self.typed):
            self._go(self._place + 1)
        else:
            self.action_cursor_down()

    def _go(self, place: int) -> None:
        self._place = place
        self.put(self.typed[place] if place < len(self.typed) else self._draft)

    def action_undo(self) -> None:
        """Take typing back; with nothing typed, the last step."""
        if self.text:
            super().action_undo()
        else:
            self.app.call_later(self.app.run_action, "undo")


def _common(names: Sequence[str]) -> str:
    """How all of them begin."""
    first, last = min(names), max(names)
    end = next((place for place, letter in enumerate(first) if letter != last[place]), len(first))
    return first[:end]
