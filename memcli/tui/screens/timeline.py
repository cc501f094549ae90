"""Memories by day, month or year of what they tell; and, step by step, what was true or known at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final, Literal, TypeAlias

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from memcli.dates import resolve
from memcli.humanize import day, moment
from memcli.records import Filter, Lane, Memory, Precision
from memcli.tui import lines
from memcli.tui.screens.listing import Listing
from memcli.tui.screens.picker import Filtered
from memcli.tui.widgets.detail import Detail
from memcli.tui.widgets.rows import Listed, Rows
from memcli.tui.widgets.slider import Slider

Unit: TypeAlias = Literal["day", "month", "year"]
UNITS: Final[tuple[Unit, ...]] = ("day", "month", "year")
_MONTHS: Final = 12
_BAR: Final = 8
_WITH_BAR: Final = 26


@dataclass(frozen=True, slots=True)
class Period:
    """A day, month or year (2026-03-02, 2026-03, 2026): how many memories fall in it; of the most, their share."""

    name: str
    number: int
    share: float


def span(name: str, now: datetime) -> tuple[datetime, datetime]:
    """The first and the last moment of a period, by the user's clock."""
    parts = [int(part) for part in name.split("-")]
    year, month, date = (*parts, 1, 1)[:3]
    start = datetime(year, month, date, tzinfo=now.tzinfo)
    unit = UNITS[3 - len(parts)]
    return start, step(start, unit, 1) - timedelta(microseconds=1)


def step(at: datetime, unit: Unit, steps: int) -> datetime:
    """Some days, months or years later; the day is the last of the month where the month is shorter."""
    if unit == "day":
        return at + timedelta(days=steps)
    months = at.year * _MONTHS + at.month - 1 + steps * (_MONTHS if unit == "year" else 1)
    first = at.replace(year=months // _MONTHS, month=months % _MONTHS + 1, day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first + timedelta(days=min(at.day, (following - first).days) - 1)


def begins(memory: Memory) -> datetime:
    """Since when a memory holds: since it is said to, else since it happened, else since it was said."""
    return memory.valid_from or memory.event_at or memory.created_at


def happened(memory: Memory) -> str:
    """When what a memory tells was, as exactly as is known but for the hour; else when it was said."""
    precision = None if memory.event_precision is Precision.INSTANT else memory.event_precision
    return moment(memory.event_at, precision) if memory.event_at else day(memory.created_at)


class Timeline(Listing):
    """Periods on the left, their memories on the right; with a moment set, what was so then."""

    HERE = "timeline"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "unit", "Unit"),
        Binding("left_square_bracket", "step(-1)", "Earlier"),
        Binding("right_square_bracket", "step(1)", "Later"),
        Binding("w", "moment", "A date"),
        Binding("n", "known", "True or known"),
        Binding("escape", "present", "Back to now", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._unit: Unit = "month"
        self._then: datetime | None = None
        self._known = False
        self._first: datetime | None = None
        self._where: Filter | None = None

    def body(self) -> Iterable[Widget]:
        """Periods, memories, the page of the one pointed at."""
        yield Static(id="summary", markup=False)
        yield Slider(id="slider")
        with Horizontal(id="main"):
            yield Rows[Period](
                self._period_line, lambda p: p.name, empty="nothing yet", id="periods", marking=False
            )
            with Vertical(id="parts"):
                yield Rows[Memory](self._line, lambda m: m.id, id="list")
                yield Detail(id="detail")

    def on_mount(self) -> None:
        """By month, as of now."""
        self.query_one(Detail).clear()
        self.query_one("#periods", Rows).focus()
        self._list_periods()

    def renew(self) -> None:
        """Read periods and memories again; the period pointed at brings its memories along."""
        self.query_one("#periods", Rows).reload()
        if self._then is not None:
            super().renew()
        self.do(lambda: self.store.periods(Filter(statuses=()), "day")[-1:], self._begun, "first")

    def _begun(self, days: Sequence[tuple[str, int]]) -> None:
        """The slider begins with the first day of which anything is told."""
        for name, _ in days:
            self._first, _ = span(name, self.now())
        self._slide()

    def _slide(self) -> None:
        slider = self.query_one(Slider)
        slider.display = self._then is not None
        if self._then is not None:
            now = self.now()
            slider.show(self._then, min(self._first or now, self._then), max(now, self._then))

    def on_slider_moved(self, event: Slider.Moved) -> None:
        """A click on the line of time goes there."""
        self._came_to(event.at)

    def on_rows_pointed(self, event: Rows.Pointed) -> None:
        """Another period has other memories."""
        if isinstance(event.item, Period) and self._then is None:
            self._list_memories()
        elif event.rows.id == "periods" and event.item is None:
            self.rows.show(Listed(list))

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """From a period to its memories."""
        if event.rows.id == "periods":
            self.rows.focus()

    def on_rows_counted(self) -> None:
        """Say what is shown."""
        if self._then is None:
            told = f"by {self._unit} (d changes that) · [ and ] step through what was true at a time"
        else:
            what = "known" if self._known else "true"
            since = "" if self._known else ", each since the day beside it"
            told = f"{self.rows.number('memory')} {what} on {day(self._then)}{since} · escape: now"
        self.query_one("#summary", Static).update(told)

    def action_unit(self) -> None:
        """Longer or shorter periods, and steps."""
        self._unit = UNITS[(UNITS.index(self._unit) + 1) % len(UNITS)]
        self._list_periods()

    def action_step(self, steps: int) -> None:
        """Go to what was so one step earlier or later."""
        self._then = step(self._then or self.now(), self._unit, steps)
        self._list_memories()

    def action_known(self) -> None:
        """What was true then, or what was known then."""
        self._known = not self._known
        self._then = self._then or self.now()
        self._list_memories()

    def action_present(self) -> None:
        """Periods again."""
        self._then = None
        self._list_memories()

    def action_moment(self) -> None:
        """Ask for a date."""
        self.ask("What was so when?", self._go_to, hint="a date, or words such as last March")

    def _go_to(self, words: str) -> None:
        now = self.now()
        self.do(lambda: resolve(words, now).end - timedelta(microseconds=1), self._came_to)

    def _came_to(self, then: datetime) -> None:
        self._then = then
        self._list_memories()

    def _list_periods(self) -> None:
        unit = self._unit

        def read() -> list[Period]:
            found = self.store.periods(Filter(), unit)
            most = max((number for _, number in found), default=1)
            return [Period(name, number, number / most) for name, number in found]

        self.query_one("#periods", Rows).show(Listed(read))

    def _list_memories(self) -> None:
        period = self.query_one("#periods", Rows).current
        self.set_class(self._then is not None, "-then")
        self._slide()
        where = Filter(lanes=(Lane.MEMORY,))
        if self._then is not None:
            known, true = (self._then, None) if self._known else (None, self._then)
            where = Filter(lanes=where.lanes, as_of=true, known_at=known, begun=True)
        elif isinstance(period, Period):
            since, until = span(period.name, self.now())
            where = Filter(lanes=where.lanes, since=since, until=until)
        source = _Then(self.store, where) if where.known_at else Filtered(self.store, where, by_event=True)
        self.rows.show(source, keep=where == self._where)
        self._where = where

    def _line(self, memory: Memory, width: int) -> Content:
        """When it was; where one looks at what held then, since when it did."""
        if self._then is not None and not self._known:
            return lines.memory_line(memory, self.now(), width, day(begins(memory)))
        return lines.memory_line(memory, self.now(), width, happened(memory))

    def _period_line(self, period: Period, width: int) -> Content:
        bar = "█" * max(round(period.share * _BAR), 1) if width >= _WITH_BAR else ""
        return Content(f"{period.name:<11}{period.number:>6,} ") + Content.styled(bar, lines.QUIET)


class _Then(Filtered):
    """What was known then: its number is found by reading it."""

    def total(self) -> int:
        return len(self._store.list_memories(self.where, limit=1_000_000))
