"""Where one begins: what is new, what waits, what fades next, what happened on this day; each line leads on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final, TypeAlias

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from memcli.humanize import ago, count, cut, printable
from memcli.lifecycle import Fading
from memcli.ports import MemoryStore
from memcli.records import Filter, Memory, Status
from memcli.tui import lines
from memcli.tui.fading import first_to_fade
from memcli.tui.screens.listing import Listing
from memcli.tui.widgets.detail import Detail
from memcli.tui.widgets.rows import Listed, Rows

NEW: Final = 6
WAITING: Final = 3
FADING: Final = 4
THEN: Final = 2
SAID: Final = 3
SOON_DAYS: Final = 90
YEARS_BACK: Final = 3
_AGE: Final = 12


@dataclass(frozen=True, slots=True)
class Part:
    """The heading of a part, and the screen that has all of it."""

    title: str
    told: str
    place: str


@dataclass(frozen=True, slots=True)
class Line:
    """A memory in a part; ``told`` is what is said of it instead of its age."""

    part: str
    memory: Memory
    told: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A conversation that can be gone on with."""

    session: str
    turns: int
    at: datetime


Item: TypeAlias = Part | Line | Said


def items(store: MemoryStore, now: datetime, fading: Sequence[Fading], waiting: int) -> list[Item]:
    """All parts that have something; for a thread. ``waiting`` is how many memories are in the inbox."""
    return [
        *_new(store, now),
        *_waiting(store, waiting),
        *_fading(fading, now),
        *_on_this_day(store, now),
        *_said(store),
    ]


def _new(store: MemoryStore, now: datetime) -> Iterator[Item]:
    latest = store.list_memories(Filter(), limit=NEW)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = [memory for memory in latest if memory.created_at >= midnight]
    if not latest:
        yield Part("Nothing is kept yet", "a writes something down, 2 talks, ? tells the keys", "chat")
        return
    title, told = ("New today", "") if today else ("Latest", "nothing new today; a adds something")
    yield Part(title, told or "1 shows all", "memories")
    yield from (Line("new", memory) for memory in today or latest)


def _waiting(store: MemoryStore, number: int) -> Iterator[Item]:
    if number:
        yield Part("Waits for your word", f"{number:,} in the inbox, 3 decides", "inbox")
        where = Filter(statuses=(Status.QUARANTINED,))
        yield from (Line("waits", memory) for memory in store.list_memories(where, limit=WAITING))


def _fading(fading: Sequence[Fading], now: datetime) -> Iterator[Item]:
    if fading:
        yield Part("Fades next", "p keeps it", "forecast")
        yield from (Line("fades", each.memory, lines.due(each.at, now)) for each in fading)


def _on_this_day(store: MemoryStore, now: datetime) -> Iterator[Item]:
    found = []
    for years in range(1, YEARS_BACK + 1):
        then = now - timedelta(days=round(365.25 * years))
        since = then.replace(hour=0, minute=0, second=0, microsecond=0)
        where = Filter(since=since, until=since + timedelta(days=1, microseconds=-1))
        told = "a year ago" if years == 1 else f"{years} years ago"
        found += [Line("then", memory, told) for memory in store.list_memories(where, limit=THEN)]
    if found:
        yield Part("On this day", "4 looks back", "timeline")
        yield from found


def _said(store: MemoryStore) -> Iterator[Item]:
    if sessions := store.sessions(limit=SAID):
        yield Part("Conversations", "Enter goes on with one", "chat")
        yield from (Said(*session) for session in sessions)


class Today(Listing):
    """The first screen."""

    HERE = "today"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "lead_on", "Open"),
        Binding("a", "add", "Add"),
        Binding("e", "edit", "Edit"),
        Binding("p", "pin", "Pin"),
        Binding("f,delete", "forget", "Forget"),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._fading: list[Fading] = []
        self._memories = 0
        self._behind = False

    def body(self) -> Iterable[Widget]:
        """The parts in one list, and the page of the memory pointed at."""
        yield Static(id="summary", markup=False)
        with Horizontal(id="main"), Vertical(id="parts"):
            yield Rows[Item](self._line, _key, id="list", marking=False)
            yield Detail(id="detail")

    def on_mount(self) -> None:
        """What is quick to read at once; what fades when all of it was looked at."""
        self.query_one(Detail).clear()
        self.rows.focus()

    def renew(self) -> None:
        """Read all parts again; what takes longer is looked for when they are shown."""
        self._behind = True
        self._show()

    def _look_behind(self) -> None:
        self._behind = False
        now, faded = self.now(), self.settings.faded
        self.do(lambda: self.store.count(Filter()), self._counted, "count")
        self.do(lambda: first_to_fade(self.store, now, SOON_DAYS, faded, FADING), self._look_ahead, "fading")

    def _look_ahead(self, fading: list[Fading]) -> None:
        if fading != self._fading:
            self._fading = fading
            self._show()

    def _show(self) -> None:
        fading, now, waiting = tuple(self._fading), self.now(), self.home.waiting
        self.rows.show(Listed(lambda: items(self.store, now, fading, waiting)), keep=self.rows.total > 0)

    def _counted(self, memories: int) -> None:
        self._memories = memories
        self._summarise()

    def notice(self, seen: int) -> None:
        """The line at the top says how many wait."""
        super().notice(seen)
        self._summarise()

    def _summarise(self) -> None:
        now, waiting = self.now(), self.home.waiting
        told = [f"{now:%A} {now.day} {now:%B %Y}", *([count(self._memories, "memory")] if self._memories else [])]
        told += [f"{waiting:,} in the inbox"] if waiting else []
        self.query_one("#summary", Static).update(" · ".join([*told, "/ searches"]))

    def memory_of(self, item: object) -> Memory | None:
        """The memory of a line."""
        return item.memory if isinstance(item, Line) else None

    def on_rows_counted(self, event: Rows.Counted) -> None:
        """Begin at the first line below a heading; what takes longer begins when this is drawn."""
        if event.rows.cursor == 0 and isinstance(event.rows.current, Part) and event.rows.total > 1:
            event.rows.cursor = 1
        if self._behind:
            self.call_after_refresh(self._look_behind)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """A heading leads to its screen, a conversation into the chat, a memory to its page."""
        match event.item:
            case Part(place=place):
                event.prevent_default()  # or the list's own answer, its page, would follow
                self.home.action_go(place)
            case Said(session=session):
                event.prevent_default()
                self.home.go_on_with(session)

    def action_lead_on(self) -> None:
        """Open what is pointed at; from the page, back to the list."""
        self.rows.action_choose() if self.rows.has_focus else self.rows.focus()

    def _line(self, item: Item, width: int) -> Content:
        now = self.now()
        if isinstance(item, Part):
            return lines.heading_line(item.title, item.told)
        if isinstance(item, Said):
            age = Content.styled(f"{cut(ago(item.at, now), _AGE):<{_AGE}} ", lines.QUIET)
            told = Content.styled(f"  {count(item.turns, 'turn')}", lines.QUIET)
            return age + Content(printable(item.session)) + told
        usual = Status.QUARANTINED if item.part == "waits" else Status.ACTIVE
        return lines.memory_line(item.memory, now, width, item.told, usual)


def _key(item: Item) -> str:
    match item:
        case Part():
            return item.title
        case Said():
            return f"said/{item.session}"
    return f"{item.part}/{item.memory.id}"
