"""Everything about one memory, beside or below a list: words, fading, sources, links, history; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Sparkline, Static

from memcli.lifecycle import fades_at, retention
from memcli.ports import MemoryStore
from memcli.records import Change, Link, Memory, Turn
from memcli.tui import lines
from memcli.words import printable

_POINTS: Final = 60
_SPAN: Final = timedelta(days=365)


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


def curve(memory: Memory, now: datetime) -> list[float]:
    """Retention from now through a year, if nobody recalls it."""
    return [retention(memory, now + _SPAN * step / _POINTS) for step in range(_POINTS)]


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
        yield Sparkline([], id="curve")
        yield Static(id="curve-ends", markup=False)
        yield Static(id="rest", markup=False)

    def clear(self, hint: str = "") -> None:
        """Show no memory."""
        self._put(Content.styled(hint, lines.QUIET), Content(""), Content(""))
        self.query_one("#curve").display = self.query_one("#curve-ends").display = False

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
        self._put(Content.styled(printable(memory.text), lines.STRONG), told, Content("\n").join(rest))
        self.query_one("#curve", Sparkline).data = curve(memory, now)
        fades = fades_at(memory) is not None
        self.query_one("#curve").display = self.query_one("#curve-ends").display = fades
        self.query_one("#curve-ends", Static).update(
            Content.styled("now ─ in a year, if nobody recalls it", lines.QUIET)
        )
        self.scroll_home(animate=False)

    def _put(self, about: Content, fading: Content, rest: Content) -> None:
        for name, content in (("#about", about), ("#fading", fading), ("#rest", rest)):
            self.query_one(name, Static).update(content)
