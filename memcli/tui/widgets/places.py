"""The line at the top that says where one is and where one may go; knows names only."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.widgets import Static

from memcli.tui.names import PLACES

NARROW: Final = {"today": "Now", "timeline": "Time", "forecast": "Fades"}
"""Names that are shorter where the whole would not fit."""
_WIDE: Final = 90


class Places(Static):
    """All screens by digit and name; where one is, is in brackets.

    Args:
        here: the screen that shows this.
    """

    def __init__(self, here: str) -> None:
        super().__init__()
        self._here = here
        self._waiting = 0

    def on_resize(self) -> None:
        """Show them."""
        self.say_waiting(self._waiting)

    def say_waiting(self, waiting: int) -> None:
        """Show with a mark that something waits in the inbox."""
        self._waiting = waiting
        self.update(Content(" ").join([self._place(number, name) for number, name in enumerate(PLACES)]))

    def _place(self, number: int, name: str) -> Content:
        mark = "•" if name == "inbox" and self._waiting else ""
        shown = name.capitalize() if self.size.width >= _WIDE else NARROW.get(name, name.capitalize())
        label = f"{number} {shown}{mark}"
        bracketed = f"[{label}]" if name == self._here else label
        link = Content.from_markup(f"[@click=app.go('{name}')]$shown[/]", shown=bracketed)
        return link.stylize("bold reverse") if name == self._here else link
