"""What will fade next if nobody recalls it; one key keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from memcli.humanize import count, day
from memcli.lifecycle import Fading, retention
from memcli.records import Memory
from memcli.tui import lines
from memcli.tui.fading import first_to_fade
from memcli.tui.screens.listing import Listing
from memcli.tui.widgets.detail import Detail
from memcli.tui.widgets.rows import Listed, Rows

HORIZONS: Final = (30, 90, 365, 3650)
_BAR: Final = 8


class Forecast(Listing):
    """The memories that fade within a horizon, the first to go first."""

    HERE = "forecast"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "farther", "Look farther"),
        Binding("p", "pin", "Pin"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._days = HORIZONS[1]

    def body(self) -> Iterable[Widget]:
        """What fades, and the page of the one pointed at."""
        yield Static(id="summary", markup=False)
        with Horizontal(id="main"), Vertical(id="parts"):
            yield Rows[Fading](self._line, lambda f: f.memory.id, empty="nothing fades so soon", id="list")
            yield Detail(id="detail")

    def on_mount(self) -> None:
        """Begin in the list."""
        self.query_one(Detail).clear()
        self.rows.focus()

    def renew(self) -> None:
        """Look ahead, at all memories."""
        if not self.rows.total:
            self.query_one("#summary", Static).update("looking ahead …")
        self.rows.show(Listed(self._fading), keep=True)

    def memory_of(self, item: object) -> Memory | None:
        """The memory that fades."""
        return item.memory if isinstance(item, Fading) else None

    def on_rows_counted(self) -> None:
        """Say how many there are."""
        told = f"{count(self.rows.total, 'memory')} will fade in {count(self._days, 'day')} · d looks farther"
        self.query_one("#summary", Static).update(told)

    def action_farther(self) -> None:
        """The next horizon."""
        self._days = HORIZONS[(HORIZONS.index(self._days) + 1) % len(HORIZONS)]
        self._look()

    def _look(self) -> None:
        self.rows.show(Listed(self._fading))

    def _fading(self) -> list[Fading]:
        return first_to_fade(self.store, self.now(), self._days, self.settings.faded)

    def _line(self, fading: Fading, width: int) -> Content:
        left = retention(fading.memory, self.now())
        bar = "█" * max(round(left * _BAR), 1)
        told = f"{day(fading.at) if fading.at > self.now() else 'faded':<12} {bar:<{_BAR}} {left * 100:3.0f} %  "
        return Content.styled(told, lines.QUIET) + Content(lines.plain(fading.memory.text))
