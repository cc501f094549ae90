"""What all screens have in common: where they are, what they may ask, that they notice changes from outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer

from memcli.config import Settings
from memcli.ports import MemoryStore
from memcli.tui.doing import Doing
from memcli.tui.widgets.places import Places

if TYPE_CHECKING:
    from memcli.assistant import Assistant
    from memcli.records import Change
    from memcli.tui.app import MemcliApp

WIDE: int = 110
"""Columns from which lists and pages stand side by side."""


class Place(Screen[None], Doing):
    """One of the screens."""

    HERE: ClassVar[str]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 -- as Textual has it

    def __init__(self) -> None:
        super().__init__(name=self.HERE, id=self.HERE)
        self._seen = -1

    def compose(self) -> ComposeResult:
        """The places above, the keys below."""
        yield Places(self.HERE)
        yield from self.body()
        yield Footer(show_command_palette=False, compact=True)

    def body(self) -> Iterable[Widget]:
        """What stands between."""
        raise NotImplementedError

    def renew(self) -> None:
        """Read again what is shown, and stay where one is."""
        raise NotImplementedError

    @property
    def home(self) -> MemcliApp:
        """The program."""
        return cast("MemcliApp", self.app)

    @property
    def assistant(self) -> Assistant:
        """The corridor."""
        return self.home.parts.assistant

    @property
    def store(self) -> MemoryStore:
        """For reading."""
        return self.home.parts.store

    @property
    def settings(self) -> Settings:
        """What the user has set."""
        return self.home.parts.settings

    def now(self) -> datetime:
        """The present."""
        return self.home.parts.clock.now()

    def stepped(self, changes: Sequence[Change]) -> None:
        """Changes were taken back, or done again, by a key."""

    def on_screen_resume(self) -> None:
        """Coming back: what changed meanwhile is read again."""
        self.notice(self.home.seen)

    def notice(self, seen: int) -> None:
        """The history has come to ``seen`` (-1: nobody has looked yet): read again if that is news."""
        self.query_one(Places).say_waiting(self.home.waiting)
        if seen != self._seen:
            self._seen = seen
            self.renew()
