"""Finding one memory by words, for whoever needs one; changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, Label

from memcli.ports import MemoryStore
from memcli.records import Filter, Memory
from memcli.tui import lines
from memcli.tui.widgets.rows import Rows


class Filtered:
    """A source: the memories that a filter keeps, newest first, by when they were said or when they happened."""

    def __init__(self, store: MemoryStore, where: Filter, *, by_event: bool = False) -> None:
        self.where = where
        self._store = store
        self._by_event = by_event

    def begin(self) -> None:
        return

    def total(self) -> int:
        return self._store.count(self.where)

    def page(self, offset: int, limit: int) -> Sequence[Memory]:
        return self._store.list_memories(self.where, limit=limit, offset=offset, by_event=self._by_event)


class Picker(ModalScreen[Memory | None]):
    """Type words, choose a memory."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel"),
        Binding("down", "app.focus_next", "To the list", show=False),
    ]

    def __init__(self, title: str, store: MemoryStore, now: datetime) -> None:
        super().__init__()
        self._title, self._store, self._now = title, store, now

    def compose(self) -> ComposeResult:
        """The words and what they find."""
        with Vertical(classes="dialog tall"):
            yield Label(self._title, classes="title", markup=False)
            yield Input(placeholder="words in it", compact=True)
            yield Rows[Memory](
                lambda m, width: lines.memory_line(m, self._now, width), lambda m: m.id, marking=False
            )
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Begin with the newest."""
        self._find("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow while typing."""
        self._find(event.value)

    def on_input_submitted(self) -> None:
        """Take the first."""
        self.query_one(Rows).action_choose()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Take this one."""
        if isinstance(event.item, Memory):
            self.dismiss(event.item)

    def action_cancel(self) -> None:
        """None."""
        self.dismiss(None)

    def _find(self, words: str) -> None:
        self.query_one(Rows).show(Filtered(self._store, Filter(containing=tuple(words.split()))))
