"""Everything about one memory, beside or below a list: words, fading, sources, links, history; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from memcli.lifecycle import FADED, fades_at
from memcli.ports import MemoryStore
from memcli.records import Change, Link, Memory, Turn
from memcli.tui import lines
from memcli.tui.plot import retention_plot
from memcli.words import printable

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

    def compose(self) -> ComposeResult:
        """The words, the curve, and what hangs on them."""
        yield Static(id="about", markup=False)
        yield Static(id="fading", markup=False)
        yield Static(id="curve", markup=False)
        yield Static(id="rest", markup=False)

    def clear(self, hint: str = "") -> None:
        """Show no memory."""
        self._put(Content.styled(hint, lines.QUIET), Content(""), Content(""), Content(""))
        self.query_one("#curve").display = False

    def show(self, page: Page, now: datetime, threshold: float) -> None:
        """Show a memory from its beginning."""
        memory = page.memory
        rest = [
            *lines.field_lines(memory, now),
            *lines.source_lines(page.sources, now),
            *lines.link_lines(memory, page.links),
            *lines.version_lines(page.history, now),
        ]
        told = Content.styled(lines.fading(memory, now, threshold), lines.QUIET)
        self._put(
            Content.styled(printable(memory.text), lines.STRONG),
            told,
            self._curve(memory, now, threshold),
            Content("\n").join(rest),
        )
        self.query_one("#curve").display = fades_at(memory) is not None
        self.scroll_home(animate=False)

    def _curve(self, memory: Memory, now: datetime, threshold: float) -> Content:
        size = min(self.size.width - 1, _PLOT_WIDTH), 4 if self.size.height >= _TALL else 1
        return Content("\n").join(map(Content, retention_plot(memory, now, threshold or FADED, size)))

    def _put(self, about: Content, fading: Content, curve: Content, rest: Content) -> None:
        told = {"#about": about, "#fading": fading, "#curve": curve, "#rest": rest}
        for name, content in told.items():
            self.query_one(name, Static).update(content)
