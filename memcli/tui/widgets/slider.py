"""A line of time with the moment that is looked at on it; a click goes to another."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from memcli.humanize import day
from memcli.tui.lines import QUIET

_ENDS: Final = 13
"""Columns that a date takes at each end."""


class Slider(Static):
    """From the first memory to today."""

    class Moved(Message):
        """Another moment was clicked."""

        def __init__(self, at: datetime) -> None:
            super().__init__()
            self.at = at

    def __init__(self, id: str) -> None:  # noqa: A002 -- Textual's name
        super().__init__(id=id)
        self._span: tuple[datetime, datetime] | None = None
        self._at: datetime | None = None

    def show(self, at: datetime, first: datetime, last: datetime) -> None:
        """Stand at a moment; one outside of the line stands at its end."""
        self._at, self._span = at, (first, max(last, first))
        self._draw()

    def on_resize(self) -> None:
        """The line is as long as there is room."""
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Go to the moment below the pointer."""
        if self._span is None:
            return
        first, last = self._span
        share = (event.x - _ENDS) / max(self._room - 1, 1)
        self.post_message(self.Moved(first + (last - first) * min(max(share, 0.0), 1.0)))

    @property
    def _room(self) -> int:
        return max(self.size.width - 2 * _ENDS, 8)

    def _draw(self) -> None:
        if self._span is None or self._at is None:
            return
        (first, last), room = self._span, self._room
        whole = (last - first).total_seconds() or 1.0
        share = min(max((self._at - first).total_seconds() / whole, 0.0), 1.0)
        place = round(share * (room - 1))
        left, right = f"{day(first):>{_ENDS - 1}} ", f" {day(last)}"
        line = Content("━" * place) + Content.styled("●", "bold") + Content("─" * (room - place - 1))
        self.update(Content.styled(left, QUIET) + line + Content.styled(right, QUIET))
