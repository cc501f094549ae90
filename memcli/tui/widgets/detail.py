"""Everything about one memory, beside or below a list: words, fading, sources, links, history; changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from memcli.humanize import printable
from memcli.lifecycle import FADED, fades_at
from memcli.ports import MemoryStore
from memcli.records import Change, Link, Memory, Turn
from memcli.tui import lines
from memcli.tui.plot import retention_plot

_PLOT_WIDTH: Final = 60
_TALL: Final = 20
"""Lines from which on the curve has four instead of one."""


@dataclass(frozen=True, slots=True)
class Page:
    """A memory with all that hangs on it."""

    memory: Memory
    sources: tuple[Turn, ...] = ()
    links: tuple[tuple[Link, Memory | None], ...] = ()
    history: tuple[Change, ...] = ()


def page_of(store: MemoryStore, memory: Memory) -> Page:
    """Read what hangs on a memory; for a thread."""
    links = store.links(memory.id)
    ends = [link.target if link.source == memory.id else link.source for link in links]
    others = store.memories_by_id(ends)
    return Page(
        memory,
        tuple(store.turns_by_id(memory.sources).values()),
        tuple((link, others.get(end)) for link, end in zip(links, ends, strict=True)),
        tuple(store.history(memory.id)),
    )


class Detail(VerticalScroll, can_focus=True):
    """The page of one memory."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
    ]

    _shown: tuple[Page, datetime, float] | None = None

    def compose(self) -> ComposeResult:
        """The words, the curve, and what hangs on them: one text, so that it is laid out once."""
        yield Static(id="page", markup=False)

    def clear(self, hint: str = "") -> None:
        """Show no memory."""
        self._shown = None
        self.query_one("#page", Static).update(Content.styled(hint, lines.QUIET))

    def show(self, page: Page, now: datetime, threshold: float) -> None:
        """Show a memory from its beginning."""
        self._shown = page, now, threshold
        self._draw()
        self.scroll_home(animate=False)

    def on_resize(self) -> None:
        """The curve is as wide as there is room."""
        self._draw()

    def _draw(self) -> None:
        if self._shown is not None:
            told = Content("\n").join(self._told(*self._shown))
            self.query_one("#page", Static).update(told)

    def _told(self, page: Page, now: datetime, threshold: float) -> Iterator[Content]:
        memory = page.memory
        yield Content.styled(printable(memory.text), lines.STRONG)
        yield Content.styled(lines.fading(memory, now, threshold), lines.QUIET)
        if fades_at(memory) is not None:
            size = min(self.size.width - 3, _PLOT_WIDTH), 4 if self.size.height >= _TALL else 1
            for line in retention_plot(memory, now, threshold or FADED, size):
                yield Content.styled(line, "$primary")
        yield Content("")
        yield from lines.waiting_lines(memory, page.history)
        yield from lines.field_lines(memory, now)
        yield from lines.source_lines(page.sources, now)
        yield from lines.link_lines(memory, page.links)
        yield from lines.version_lines(page.history, now)
