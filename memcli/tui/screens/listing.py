"""A screen with a list of memories and the page of the one pointed at; what is listed is another's business."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from memcli.records import Change, Memory
from memcli.tui.screens.acting import Acting
from memcli.tui.widgets.detail import Detail, page_of
from memcli.tui.widgets.rows import Rows


class Listing(Acting):
    """The list has the id ``list``; beside it stands a ``Detail``."""

    @property
    def rows(self) -> Rows[Any]:
        """The list."""
        return self.query_one("#list", Rows)

    def memory_of(self, item: object) -> Memory | None:
        """The memory of an item of the list."""
        return item if isinstance(item, Memory) else None

    def renew(self) -> None:
        """Read the list again."""
        self.rows.reload()

    def chosen(self) -> Sequence[Memory]:
        """The marked ones, else the one pointed at."""
        return [memory for item in self.rows.chosen() if (memory := self.memory_of(item))]

    def changed(self, changes: Sequence[Change], done: str) -> None:
        """The marks were for this."""
        self.rows.action_unmark()
        super().changed(changes, done)

    def changed_elsewhere(self) -> None:
        """The marks were for this too."""
        self.rows.action_unmark()
        super().changed_elsewhere()

    def stepped(self, changes: Sequence[Change]) -> None:
        """The cursor goes to what came back: the next key must not mean the memory that had moved up."""
        ids = {change.memory_id for change in changes}
        self.rows.aim(lambda item: (memory := self.memory_of(item)) is not None and memory.id in ids)
        self.renew()

    def action_erase(self) -> None:
        """Erase for good, and only what is seen to be pointed at."""
        if self.rows.unsettled:
            self.app.notify("the list is being read again; press X once it stands", severity="warning")
        else:
            super().action_erase()

    def on_rows_pointed(self, event: Rows.Pointed) -> None:
        """Show the memory's page."""
        if event.rows is self.rows:
            self.show_page(self.memory_of(event.item))

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter goes into the page, where the keys scroll."""
        if event.rows is self.rows:
            self.query_one(Detail).focus()

    def show_page(self, memory: Memory | None) -> None:
        """Read what hangs on a memory, and show it."""
        detail, now = self.query_one(Detail), self.now()
        if memory is None:
            detail.clear("" if self.rows.total else "Nothing to show.")
            return
        threshold = self.settings.faded
        self.do(lambda: page_of(self.store, memory), lambda page: detail.show(page, now, threshold), "page")
