"""The line at the top that says where one is and where one may go; knows names only."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.widgets import Static

PLACES: Final = ("memories", "chat", "inbox", "timeline", "forecast", "graph", "log", "jobs", "models")
"""The screens, in the order of their digits."""


class Places(Static):
    """All screens by digit and name; where one is, is in brackets.

    Args:
        here: the screen that shows this.
    """

    def __init__(self, here: str) -> None:
        super().__init__()
        self._here = here
        self._waiting = 0

    def on_mount(self) -> None:
        """Show them."""
        self.say_waiting(0)

    def say_waiting(self, waiting: int) -> None:
        """Show with a mark that something waits in the inbox."""
        self._waiting = waiting
        self.update(Content(" ").join([self._place(number, name) for number, name in enumerate(PLACES, 1)]))

    def _place(self, number: int, name: str) -> Content:
        mark = "•" if name == "inbox" and self._waiting else ""
        label = f"{number} {name.capitalize()}{mark}"
        shown = f"[{label}]" if name == self._here else label
        link = Content.from_markup(f"[@click=app.go('{name}')]$shown[/]", shown=shown)
        return link.stylize("bold reverse") if name == self._here else link
