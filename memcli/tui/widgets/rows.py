"""A list of any length of which only the pages in view are held; knows how to page, mark and point, not what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from memcli.humanize import count
from memcli.tui.doing import Doing

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

PAGE: Final = 100
_MARK: Final = "● "
_NO_MARK: Final = "  "


class Source(Protocol[T_co]):
    """Where the items come from. All calls are made in a thread."""

    def begin(self) -> None:
        """What follows is to be read anew."""

    def total(self) -> int:
        """How many items there are."""

    def page(self, offset: int, limit: int) -> Sequence[T_co]:
        """The items from ``offset`` on, at most ``limit``."""


@dataclass
class Listed(Generic[T]):
    """A source that is small enough to be read at once."""

    load: Callable[[], Sequence[T]]
    _items: Sequence[T] = ()

    def begin(self) -> None:
        self._items = self.load()

    def total(self) -> int:
        return len(self._items)

    def page(self, offset: int, limit: int) -> Sequence[T]:
        return self._items[offset : offset + limit]


class Rows(ScrollView, Doing, Generic[T], can_focus=True):
    """One item a line. A page is fetched when one of its lines is to be drawn; the others are let go.

    Args:
        draw: an item as text for a width in cells.
        key: what makes an item the same after a reload.
        empty: what is shown when there is none.
        marking: whether items can be marked.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--cursor", "rows--unfocused"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "leap(-1)", "Page up", show=False),
        Binding("pagedown", "leap(1)", "Page down", show=False),
        Binding("home", "first", "First", show=False),
        Binding("end", "last", "Last", show=False),
        Binding("space", "mark", "Mark"),
        Binding("shift+down", "mark_on(1)", "Mark and down", show=False),
        Binding("shift+up", "mark_on(-1)", "Mark and up", show=False),
        Binding("asterisk", "unmark", "Take all marks off", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False, init=False)  # what looks different then is drawn by name
    total: reactive[int] = reactive(0, repaint=False)

    class About(Message):
        """Something happened at an item."""

        def __init__(self, rows: Rows[Any], item: object) -> None:
            super().__init__()
            self.rows = rows
            self.item = item

        @property
        def control(self) -> Rows[Any]:
            """The list, so that a handler may name it."""
            return self.rows

    class Pointed(About):
        """The cursor came to an item (None: there is none)."""

    class Chosen(About):
        """An item was opened."""

    class Marked(About):
        """A mark was set or taken off."""

    class Counted(About):
        """The number of items is known."""

    def __init__(
        self,
        draw: Callable[[T, int], Content],
        key: Callable[[T], str],
        *,
        empty: str = "nothing here",
        marking: bool = True,
        id: str | None = None,  # noqa: A002 -- Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._draw = draw
        self._key = key
        self._empty = empty
        self._marking = marking
        self._source: Source[T] = Listed(lambda: ())
        self._shown: Source[T] = self._source
        self._counting = True
        self.held: dict[int, T] = {}  # by place
        self._asked: set[int] = set()
        self._known = False
        self.counted = False  # whether ``total`` is all there are, or only those that were read
        self._aim: Callable[[T], bool] | None = None
        self.marks: dict[str, T] = {}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Marks only where they serve something."""
        del parameters
        return self._marking or action not in {"mark", "mark_on", "unmark"}

    # -- what is shown -----------------------------------------------------------------------------------------

    def show(self, source: Source[T], *, keep: bool = False, counting: bool = True) -> None:
        """List another source from its beginning; with ``keep`` stay at the item of the cursor if it is there.

        Without ``counting`` a long list ends at its first page until ``count`` is called.
        """
        self._source = source
        place = self.cursor if keep else 0
        here = self._key(self.current) if keep and self.current is not None else ""
        self._aim = self._aim if keep else None
        beside = PAGE if self._aim else 0  # what is aimed at may stand just before or behind the cursor's page
        start, limit = max(0, place // PAGE * PAGE - beside), PAGE + 2 * beside

        def read() -> Sequence[T]:
            source.begin()
            return source.page(start, limit)

        def show(items: Sequence[T]) -> None:
            end = start + len(items)
            whole = 0 < len(items) < limit or end == 0
            self.counted = whole
            self._begin(
                end if whole or not keep else max(end, self.total), dict(enumerate(items, start)), place, here
            )
            self._shown = source
            if self._counting:
                self.count()

        self._counting = counting
        self.do(read, show, "rows")

    def count(self) -> None:
        """Find out how many there are, now or when the list is there."""
        self._counting, source = True, self._source
        if self._shown is source and not self.counted:
            self.do(source.total, lambda total: self._count(source, total), "total")

    def number(self, noun: str) -> str:
        """How many there are, in words; before all of them were counted, that there are more."""
        told = count(self.total, noun)
        return told if self.counted else f"more than {told}"

    def reload(self) -> None:
        """Read the same source again."""
        self.show(self._source, keep=True)

    def aim(self, meant: Callable[[T], bool]) -> None:
        """Let the cursor go to the first such item when the list is read again, unless it is moved before."""
        self._aim = meant

    @property
    def unsettled(self) -> bool:
        """Whether the list is being read, so that the cursor may come to stand at another item."""
        return self._aim is not None or "rows" in self._groups

    @property
    def current(self) -> T | None:
        """The item under the cursor, if it is here already."""
        return self.held.get(self.cursor)

    def chosen(self) -> list[T]:
        """The marked items, else the one under the cursor."""
        if self.marks:
            return list(self.marks.values())
        return [] if self.current is None else [self.current]

    def _begin(self, total: int, items: dict[int, T], place: int, here: str) -> None:
        """Show a first page; the cursor goes to what is aimed at, or to the item ``here``, or to ``place``."""
        self.held = items
        self._asked = {start // PAGE * PAGE for start in items}
        self._known = True
        self.total = total
        self.virtual_size = Size(0, total)
        aim, self._aim = self._aim, None
        aimed = [at for at, item in items.items() if aim is not None and aim(item)]
        same = [at for at, item in items.items() if self._key(item) == here]
        found = next(iter([*aimed, *same]), place)
        self.set_reactive(Rows.cursor, max(0, min(found, total - 1)))
        self._show_cursor()
        self.refresh()
        self.post_message(self.Counted(self, total))
        self.post_message(self.Pointed(self, self.current))

    def _count(self, source: Source[T], total: int) -> None:
        """The first page was full; now it is known how many there are."""
        if source is not self._source:
            return
        self.counted, self.total = True, total
        self.virtual_size = Size(0, total)
        self.refresh()
        self.post_message(self.Counted(self, total))
        if self.cursor >= total:
            self.cursor = total - 1

    def _fetch(self, place: int) -> None:
        start = place // PAGE * PAGE
        if start in self._asked:
            return
        self._asked.add(start)
        source = self._source
        self.do(lambda: source.page(start, PAGE), lambda items: self._put(source, start, items), f"page{start}")

    def _put(self, source: Source[T], start: int, items: Sequence[T]) -> None:
        if source is not self._source:
            return
        near = range(start - 2 * PAGE, start + 3 * PAGE)
        self.held = {place: item for place, item in self.held.items() if place in near}
        self.held |= dict(enumerate(items, start))
        self._asked = {place for place in self._asked if place in near}
        if len(items) < PAGE and start + len(items) < self.total:
            self.total = start + len(items)
            self.virtual_size = Size(0, self.total)
            self.cursor = min(self.cursor, max(self.total - 1, 0))
        self.refresh()
        if start <= self.cursor < start + PAGE:
            self.post_message(self.Pointed(self, self.current))

    def render_line(self, y: int) -> Strip:
        """One line of the part in view."""
        place, width = y + round(self.scroll_y), self.size.width
        style = self.visual_style
        if place >= self.total:
            hint = f"{_NO_MARK}{self._empty if self._known else '…'}" if place == self.total == 0 else ""
            words = Content(hint).stylize("dim italic") if hint else Content(" " * width)
            return self._strip(words, style)
        item = self.held.get(place)
        if item is None:
            self.call_later(self._fetch, place)
            return self._strip(Content("  …").stylize("dim"), style)
        mark = _MARK if self._key(item) in self.marks else _NO_MARK
        room = width - len(mark) - 1
        words = Content(mark) + self._draw(item, room).truncate(room, ellipsis=True)
        if place != self.cursor:
            return self._strip(words, style)
        name = "rows--cursor" if self.has_focus else "rows--unfocused"
        return self._strip(Content(words.plain), self.get_visual_style(name))

    def _strip(self, words: Content, style: Style) -> Strip:
        """The one line that it is: Textual's own way from words to lines wraps them first, which took longest."""
        width = self.size.width
        line = words.truncate(width, ellipsis=True, pad=True)
        parts = line.render(style, end="", parse_style=self._style)
        return Strip([Segment(text, (style + part).rich_style) for text, part in parts], width)

    def _style(self, style: str | Style) -> Style:
        """A style as it is written, with the theme's colours."""
        return style if isinstance(style, Style) else Style.parse(style, self.app.theme_variables)

    # -- where the cursor is -----------------------------------------------------------------------------------

    def validate_cursor(self, cursor: int) -> int:
        """Inside the list."""
        return max(0, min(cursor, self.total - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        """Bring it into view and tell; two lines look different, and all of them only if the list scrolls."""
        self._aim = None
        self._show_cursor()
        self.refresh_line(before)
        self.refresh_line(now)
        if self.current is None:
            self._fetch(self.cursor)
        else:
            self.post_message(self.Pointed(self, self.current))

    def _show_cursor(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)

    def action_move(self, step: int) -> None:
        """Go up or down some lines."""
        self.cursor += step

    def action_leap(self, pages: int) -> None:
        """Go up or down as much as is in view."""
        self.cursor += pages * max(self.size.height - 1, 1)

    def action_first(self) -> None:
        """Go to the first item."""
        self.cursor = 0

    def action_last(self) -> None:
        """Go to the last item."""
        self.cursor = self.total - 1

    def action_mark(self) -> None:
        """Mark the item, or take its mark off, and go on."""
        self.action_mark_on(1)

    def action_mark_on(self, step: int) -> None:
        """Mark the item, or take its mark off, and go in a direction."""
        if (item := self.current) is None:
            return
        if self.marks.pop(self._key(item), None) is None:
            self.marks[self._key(item)] = item
        self.cursor += step
        self.refresh()
        self.post_message(self.Marked(self, item))

    def action_unmark(self) -> None:
        """Take all marks off."""
        self.marks.clear()
        self.refresh()
        self.post_message(self.Marked(self, None))

    def action_choose(self) -> None:
        """Open the item."""
        if self.current is not None:
            self.post_message(self.Chosen(self, self.current))

    def on_click(self, event: events.Click) -> None:
        """Point at a line; on the mark's column, mark it; twice opens it."""
        place = event.y + round(self.scroll_y)
        if place >= self.total:
            return
        self.cursor = place
        if self._marking and event.x < len(_MARK):
            self.action_mark_on(0)
        elif event.chain > 1:
            self.action_choose()

    def on_focus(self) -> None:
        """The cursor looks different."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor looks different."""
        self.refresh()
