"""What was said around a turn, so that one sees where a memory is from; changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, Label, OptionList
from textual.widgets.option_list import Option

from memcli.humanize import ago, printable
from memcli.ports import MemoryStore
from memcli.records import Turn
from memcli.tui import lines

AROUND: Final = 40


def around(store: MemoryStore, turn_id: str) -> list[Turn]:
    """The turns of the session before and after one; for a thread."""
    return store.neighbours([turn_id], AROUND).get(turn_id, [])


class Conversation(ModalScreen[None]):
    """The turns of a session with one pointed at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "app.pop_screen", "Close"),
        Binding("y", "copy", "Copy the turn"),
    ]

    def __init__(self, turns: Sequence[Turn], turn_id: str, now: datetime) -> None:
        super().__init__()
        self._turns = turns
        self._at = next((place for place, turn in enumerate(turns) if turn.id == turn_id), 0)
        self._now = now

    def compose(self) -> ComposeResult:
        """The session's name, and one paragraph a turn."""
        session = self._turns[0].session if self._turns else "gone"
        with Vertical(classes="dialog tall"):
            yield Label(f"Conversation {printable(session)}", classes="title", markup=False)
            yield OptionList(*(Option(self._said(place, turn)) for place, turn in enumerate(self._turns)))
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Point at the turn."""
        turns = self.query_one(OptionList)
        turns.highlighted = self._at
        turns.focus()
        self.call_after_refresh(turns.scroll_to_highlight)

    def action_copy(self) -> None:
        """Copy the turn's words."""
        place = self.query_one(OptionList).highlighted
        if place is not None:
            self.app.copy_to_clipboard(self._turns[place].text)
            self.app.notify("copied")

    def _said(self, place: int, turn: Turn) -> Content:
        mark = "> " if place == self._at else "  "
        who = Content.styled(f"{mark}{printable(turn.speaker)}", "bold")
        return who + Content.styled(f"  {ago(turn.at, self._now)}\n", lines.QUIET) + Content(printable(turn.text))
