"""Every change, the latest first, with what it did; any of them can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from memcli.humanize import printable
from memcli.ports import MemoryStore
from memcli.records import Change
from memcli.tui import lines
from memcli.tui.screens.place import Place
from memcli.tui.widgets.rows import Rows


class History:
    """A source: all changes, newest first."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def begin(self) -> None:
        return

    def total(self) -> int:
        return self._store.last_change()

    def page(self, offset: int, limit: int) -> Sequence[Change]:
        return self._store.log(limit=limit, offset=offset)


class Log(Place):
    """The history of all memories."""

    HERE = "log"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("z", "undo_change", "Undo this"),
        Binding("b", "undo_batch", "Undo its step"),
        Binding("o", "open", "Open"),
    ]

    def body(self) -> Iterable[Widget]:
        """The changes, and what the one pointed at did."""
        yield Static(id="summary", markup=False)
        with Horizontal(id="main"), Vertical(id="parts"):
            yield Rows[Change](
                lambda c, width: lines.change_line(c, self.now(), width),
                lambda c: c.id,
                empty="nothing was changed yet",
                id="list",
                marking=False,
            )
            with VerticalScroll(classes="page"):
                yield Static(id="about", markup=False)

    def on_mount(self) -> None:
        """Begin with the latest."""
        self.query_one(Rows).focus()
        self.query_one(Rows).show(History(self.store))

    def renew(self) -> None:
        """Read the changes again."""
        self.query_one(Rows).reload()

    def on_rows_counted(self, event: Rows.Counted) -> None:
        """Say how many there are."""
        self.query_one("#summary", Static).update(f"{event.rows.number('change')} · newest first")

    def on_rows_pointed(self, event: Rows.Pointed) -> None:
        """Show what the change did."""
        told = list(self._told(event.item)) if isinstance(event.item, Change) else []
        self.query_one("#about", Static).update(Content("\n").join(told))

    def on_rows_chosen(self) -> None:
        """Enter opens the memory."""
        self.action_open()

    def action_undo_change(self) -> None:
        """Take one change back."""
        if change := self._current():
            self._take_back(change.id)

    def action_undo_batch(self) -> None:
        """Take back all that was done with it."""
        if change := self._current():
            self._take_back(change.batch)

    def action_open(self) -> None:
        """Show the memory's page."""
        if change := self._current():
            self.home.action_open_record(change.memory_id)

    def _current(self) -> Change | None:
        item = self.query_one(Rows).current
        return item if isinstance(item, Change) else None

    def _take_back(self, target: str) -> None:
        self.do(lambda: self.assistant.undo(target), lambda made: self.home.stepped("undone", made))

    def _told(self, change: Change) -> Iterable[Content]:
        memory = change.after or change.before
        yield Content.styled(printable(memory.text) if memory else "", lines.STRONG)
        yield Content("")
        yield lines.field("did", f"{change.op.value.lower()} by {printable(change.actor)}")
        yield lines.field("when", f"{change.at:%Y-%m-%d %H:%M}")
        if change.reason:
            yield lines.field("because", printable(change.reason))
        yield lines.field("memory", lines.opener(change.memory_id))
        yield from (lines.field("heard in", lines.opener(turn)) for turn in change.evidence)
        if change.undoes:
            yield lines.field("takes back", change.undoes)
        yield lines.field("id", f"{change.id}, step {change.batch}")
        if difference := list(lines.difference(change)):
            yield lines.heading("Difference", "[-taken out-]{+put in+}")
            yield from difference
