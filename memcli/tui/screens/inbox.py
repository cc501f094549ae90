"""What waits for the user's word: let in, put right or refused, one by one or in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from memcli.records import Memory, Status
from memcli.tui import lines
from memcli.tui.screens.listing import Listing
from memcli.tui.widgets.detail import Detail
from memcli.tui.widgets.rows import Listed, Rows


class Inbox(Listing):
    """Suspect memories, and those that disagree with better sources."""

    HERE = "inbox"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "accept", "Accept"),
        Binding("r", "reject", "Reject"),
        Binding("e", "edit", "Edit"),
        Binding("m", "mark_all", "Mark all"),
    ]

    def body(self) -> Iterable[Widget]:
        """What waits, and the page of the one pointed at, whose history says why."""
        yield Static(id="summary", markup=False)
        with Horizontal(id="main"), Vertical(id="parts"):
            yield Rows[Memory](
                lambda m, width: lines.memory_line(m, self.now(), width, usual=Status.QUARANTINED),
                lambda m: m.id,
                empty="nothing waits for your word; what is suspect or disagrees comes here",
                id="list",
            )
            yield Detail(id="detail")

    def on_mount(self) -> None:
        """Begin with the latest."""
        self.query_one(Detail).clear()
        self.rows.focus()
        self.rows.show(Listed(self.assistant.inbox))

    def on_rows_counted(self) -> None:
        """Say how many there are."""
        told = f"{self.rows.number('memory')} · accept, edit or reject; undo takes it back"
        self.query_one("#summary", Static).update(told)

    def action_accept(self) -> None:
        """Let them in; what they disagreed with is superseded."""
        self._settle(self._ids(), accept=True)

    def action_reject(self) -> None:
        """Refuse them; undo brings them back."""
        self._settle(self._ids(), accept=False)

    def action_mark_all(self) -> None:
        """Mark everything that waits."""
        self.do(self.assistant.inbox, self._mark)

    def _mark(self, waiting: Sequence[Memory]) -> None:
        self.rows.marks.update({memory.id: memory for memory in waiting})
        self.rows.refresh()

    def _ids(self) -> list[str]:
        return [memory.id for memory in self.chosen()]

    def _settle(self, ids: Sequence[str], *, accept: bool) -> None:
        if ids:
            self.act(lambda: self.assistant.settle(ids, accept=accept), "accepted" if accept else "rejected")
