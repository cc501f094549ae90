"""The neighbourhood of a memory: a tree of links that is read as it is opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static, Tree
from textual.widgets.tree import TreeNode

from memcli.humanize import printable
from memcli.ports import MemoryStore
from memcli.records import Filter, Memory
from memcli.tui import lines
from memcli.tui.screens.acting import Acting
from memcli.tui.widgets.detail import Detail, page_of

_HINT: Final = "Enter opens the links of a memory, c puts it in the centre, / finds another"
_ALONE: Final = "nothing is tied to this memory yet; l ties it to another, / finds another to look at"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A memory at the other end of a link, and how it is tied."""

    memory: Memory
    tie: str


def neighbours(store: MemoryStore, memory: Memory) -> list[Neighbour]:
    """The memories that are linked, or that it replaces; for a thread."""
    page = page_of(store, memory)
    found = [
        Neighbour(other, f"{link.relation} {'->' if link.source == memory.id else '<-'}")
        for link, other in page.links
        if other is not None
    ]
    if memory.supersedes:
        replaced = store.memories_by_id([memory.supersedes]).values()
        found += [Neighbour(other, "replaces ->") for other in replaced]
    return found


class Graph(Acting):
    """A memory and what it is tied to."""

    HERE = "graph"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "choose", "Another memory"),
        Binding("c", "centre", "Put in the centre"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._centre = ""

    def body(self) -> Iterable[Widget]:
        """The tree, and the page of the one pointed at."""
        yield Static(_HINT, id="summary")
        with Horizontal(id="main"), Vertical(id="parts"):
            yield Tree[Memory]("", id="tree")
            yield Detail(id="detail")

    def on_mount(self) -> None:
        """Begin with the newest memory, unless another was asked for."""
        self.query_one(Detail).clear("No memory yet.")
        self.query_one(Tree).focus()

    def renew(self) -> None:
        """Read the centre again."""
        centre = self._centre

        def read() -> Memory | None:
            if centre in (found := self.store.memories_by_id([centre])):
                return found[centre]
            return next(iter(self.store.list_memories(Filter(), limit=1)), None)

        self.do(read, self._root, "centre")

    def show(self, memory_id: str) -> None:
        """Put another memory in the centre."""
        self._centre = memory_id
        self.renew()

    def chosen(self) -> Sequence[Memory]:
        """The one pointed at."""
        node: TreeNode[Memory] | None = self.query_one(Tree).cursor_node
        return [node.data] if node is not None and node.data is not None else []

    def action_choose(self) -> None:
        """Find another memory."""
        self.pick("Whose neighbourhood?", lambda memory: self.show(memory.id))

    def action_centre(self) -> None:
        """Put the memory pointed at in the centre."""
        if chosen := self.chosen():
            self.show(chosen[0].id)

    def _root(self, memory: Memory | None) -> None:
        if memory is None:
            return
        self._centre = memory.id
        tree: Tree[Memory] = self.query_one(Tree)
        tree.reset(Text(lines.plain(memory.text), "bold"), memory)
        tree.root.expand()
        self._show_page(memory)

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Memory]) -> None:
        """Read the links of a memory when it is opened."""
        node, memory = event.node, event.node.data
        if memory is not None and not node.children:
            self.do(lambda: neighbours(self.store, memory), lambda found: self._grow(node, found))

    def _grow(self, node: TreeNode[Memory], found: Sequence[Neighbour]) -> None:
        if node.is_root:
            self.query_one("#summary", Static).update(_HINT if found else _ALONE)
        if node.children:
            return
        above = set()
        up: TreeNode[Memory] | None = node
        while up is not None:
            above.add(up.data.id if up.data else "")
            up = up.parent
        for neighbour in found:
            tie = f"{printable(neighbour.tie)} "
            label = Text.assemble((tie, "dim"), lines.plain(neighbour.memory.text))
            if neighbour.memory.id not in above:
                node.add(label, neighbour.memory)

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[Memory]) -> None:
        """Show the memory's page."""
        if event.node.data is not None:
            self._show_page(event.node.data)

    def _show_page(self, memory: Memory) -> None:
        detail, now, threshold = self.query_one(Detail), self.now(), self.settings.faded
        self.do(lambda: page_of(self.store, memory), lambda page: detail.show(page, now, threshold), "page")
