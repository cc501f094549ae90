"""All memories: search as you type, facets, a list of any length, and the page of the one pointed at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from memcli.records import Facets, Filter, Lane, Memory
from memcli.requests import fits
from memcli.tui import lines
from memcli.tui.screens.listing import Listing
from memcli.tui.screens.picker import Filtered
from memcli.tui.widgets.detail import Detail
from memcli.tui.widgets.facets import FacetList, told
from memcli.tui.widgets.rows import Listed, Rows

IDLE_SECONDS: Final = 0.6
"""After so long without a key the words are searched by meaning too."""
TYPING_SECONDS: Final = 0.05
BY_MEANING: Final = 50
_EMPTY: Final = "no memory fits; a adds one, escape takes the filters off"


class Memories(Listing):
    """The first screen."""

    HERE = "memories"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search"),
        Binding("e", "edit", "Edit"),
        Binding("p", "pin", "Pin"),
        Binding("t", "tag", "Tag"),
        Binding("f,delete", "forget", "Forget"),
        Binding("a", "add", "Add"),
        Binding("v", "facets", "Filter"),
        Binding("w", "between", "From a time", show=False),
        Binding("tab", "app.focus_next", "Next part", show=False),
        Binding("escape", "back", "Back to all", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._waiting: Timer | None = None
        self._where = Filter(lanes=(Lane.MEMORY,))
        self._meant = ""
        self._fitting = True
        self._alone = False
        self._searching = ""

    def body(self) -> Iterable[Widget]:
        """Search line, facets, list, page."""
        yield Input(
            placeholder="/ search: type words; a moment later, what means the same", compact=True, id="search"
        )
        yield Static(id="summary", markup=False)
        with Horizontal(id="main"):
            yield FacetList(self._where, id="facets")
            with Vertical(id="parts"):
                yield Rows[Memory](
                    lambda m, width: lines.memory_line(m, self.now(), width),
                    lambda m: m.id,
                    empty=_EMPTY,
                    id="list",
                )
                yield Detail(id="detail")

    def on_mount(self) -> None:
        """Keys go to the list; `/` goes to the search."""
        self.query_one(Detail).clear()
        self.query_one(Rows).focus()

    def renew(self) -> None:
        """Read list and counts again."""
        if self._meant:
            self._search(self._meant)
        elif self.rows.total or self._alone:  # one that was opened from elsewhere may not have come yet
            self.rows.reload()
        else:
            self._list()
        self._count()

    # -- searching ---------------------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Words narrow the list at once, and are searched by meaning when the typing rests."""
        if self._waiting is not None:
            self._waiting.stop()
        self._meant = ""
        self._where = replace(self._where, containing=tuple(event.value.split()))
        self._waiting = self.set_timer(TYPING_SECONDS, self._typed)

    def _typed(self) -> None:
        self._list(counting=False)
        self._waiting = self.set_timer(IDLE_SECONDS - TYPING_SECONDS, self._rested)

    def _rested(self) -> None:
        self.rows.count()
        self._count()
        if self._where.containing:
            self._search(" ".join(self._where.containing))

    def _search(self, words: str) -> None:
        """What the words find by meaning, behind what holds them literally."""
        where = self._where
        literal, wider = Filtered(self.store, where), replace(where, containing=())

        def find() -> tuple[list[Memory], bool]:
            first = list(literal.page(0, BY_MEANING))
            hits = self.assistant.recall(words, wider, BY_MEANING)
            found = {memory.id: memory for memory in first}
            found |= {hit.id: hit.memory for hit in hits if hit.memory is not None}
            best = [hit.id for hit in hits if hit.memory is not None]
            return [found[key] for key in dict.fromkeys([*best, *found])], bool(first) or fits(hits)

        self._searching = words
        self._summarise()
        self.do(find, lambda found: self._found(where, words, *found), "search")

    def _found(self, where: Filter, words: str, found: Sequence[Memory], fitting: bool) -> None:
        self._searching = ""
        if where == self._where:
            self._meant, self._fitting = words, fitting
            self.rows.show(Listed(lambda: found), keep=True)

    def on_input_submitted(self) -> None:
        """Enter goes on in the list, searched by meaning."""
        if self._where.containing and not self._meant:
            self._rested()
        self.rows.focus()

    def action_search(self) -> None:
        """Go to the search line."""
        self.search("")

    def search(self, words: str) -> None:
        """Search for words; without any, go to the search line."""
        line = self.query_one("#search", Input)
        if words:
            line.value = words
        line.focus()

    def action_back(self) -> None:
        """From the search line or the filters to the list; there, take marks, words and filters off."""
        if self.focused is not self.rows:
            self.rows.focus()
        elif self.rows.marks:
            self.rows.action_unmark()
        else:
            self.query_one("#search", Input).value = ""
            self.query_one(FacetList).narrow(Filter(lanes=self._where.lanes))

    # -- narrowing ---------------------------------------------------------------------------------------------

    def action_facets(self) -> None:
        """Show the filters and go there, or put them away."""
        facets = self.query_one(FacetList)
        if facets.has_focus:
            self.rows.focus()
            self.remove_class("-facets")
        else:
            self.add_class("-facets")
            facets.focus()

    def on_facet_list_narrowed(self, event: FacetList.Narrowed) -> None:
        """Another filter, the same words."""
        self._where = replace(event.where, containing=self._where.containing)
        self._meant = ""
        self._list()

    def _list(self, *, counting: bool = True) -> None:
        self._alone, self._searching = False, ""
        self.rows.show(Filtered(self.store, self._where), counting=counting)

    def _count(self) -> None:
        words = Filter(statuses=(), containing=self._where.containing)
        active = Filter(containing=self._where.containing)
        self.do(lambda: (self.store.facets(words), self.store.periods(active, "day")), self._counted, "facets")

    def _counted(self, found: tuple[Facets, Sequence[tuple[str, int]]]) -> None:
        self.query_one(FacetList).count(*found, self.now())

    def action_between(self) -> None:
        """Ask for a time, and keep what happened in it."""
        self.ask("From when?", self._between, hint="last March, 2024, or 3 May 2025 to 10 June 2025")

    def _between(self, words: str) -> None:
        now = self.now()

        def read() -> tuple[datetime, datetime]:
            from memcli.dates import resolve

            first, _, last = words.partition(" to ")
            end = resolve(last or first, now).end
            return resolve(first, now).start, end - timedelta(microseconds=1)

        self.do(read, lambda span: self.query_one(FacetList).narrow(self._spanning(*span)))

    def _spanning(self, since: datetime, until: datetime) -> Filter:
        return replace(self._where, since=since, until=until)

    def _summarise(self) -> None:
        where = self._where
        parts = [self.rows.number("memory")]
        parts += [f"with {' '.join(where.containing)}"] if where.containing and not self._meant else []
        parts += ["looking for what means the same …"] if self._searching and not self._meant else []
        how = "best first" if self._fitting else "none fits well, the nearest first"
        parts += [f"for {self._meant}, {how}"] if self._meant else []
        parts += [told(where)] if told(where) else []
        parts += ["opened from elsewhere, escape shows all"] if self._alone else []
        parts += [] if self._meant or where.containing or self._alone else ["newest first"]
        parts += [f"{len(self.rows.marks)} marked"] if self.rows.marks else []
        self.query_one("#summary", Static).update(Content(" · ".join(parts)), layout=False)

    # -- the one pointed at ------------------------------------------------------------------------------------

    def on_rows_counted(self) -> None:
        """Say how many there are."""
        self._summarise()

    def on_rows_marked(self) -> None:
        """Say how many are marked."""
        self._summarise()

    def point_at(self, memory: Memory) -> None:
        """Show one memory, whatever was searched before."""
        if self._waiting is not None:
            self._waiting.stop()
        with self.prevent(Input.Changed):
            self.query_one("#search", Input).value = ""
        self._where, self._meant, self._alone = Filter(lanes=self._where.lanes), "", True
        self.query_one(FacetList).take(self._where)
        self.rows.show(Listed(lambda: list(self.store.memories_by_id([memory.id]).values())))
        self.rows.focus()
        self._count()
