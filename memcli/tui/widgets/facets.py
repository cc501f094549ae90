"""What narrows a list: kinds, statuses, times, origins and tags with their counts, each on or off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from memcli.humanize import cut, day, printable
from memcli.records import Facets, Filter, Kind, Origin, Status
from memcli.tui.lines import QUIET

_ON: Final = "[x]"
_OFF: Final = "[ ]"
_NAMES: Final = {"kinds": "Kind", "statuses": "Status", "trusts": "Trust", "tags": "Tag"}
_WIDTH: Final = 13
WHEN: Final = "when"
Span: TypeAlias = tuple[datetime | None, datetime | None]
SPANS: Final = {"today": 1, "last 7 days": 7, "last 30 days": 30, "last year": 365}
"""Spans that end now, in days; the first begins at midnight, and so do the others."""
EARLIER: Final = "earlier"
"""What is before all of them."""


class FacetList(OptionList):
    """The facets of a filter. Nothing on in a group means that it does not narrow."""

    class Narrowed(Message):
        """The filter changed."""

        def __init__(self, where: Filter) -> None:
            super().__init__()
            self.where = where

    def __init__(self, where: Filter, id: str | None = None) -> None:  # noqa: A002 -- Textual's name
        super().__init__(id=id, compact=True)
        self.where = where
        self._counts = Facets()
        self._when: dict[str, int] = {}
        self._spans: Mapping[str, Span] = {}

    def count(self, counts: Facets, days: Sequence[tuple[str, int]], now: datetime) -> None:
        """Show how many memories each would keep; ``days`` are (2026-03-02, how many of it)."""
        self._counts, self._spans = counts, spans(now)
        starts = {name: f"{since:%Y-%m-%d}" for name, (since, _) in self._spans.items() if since}
        self._when = {
            name: sum(number for date, number in days if date >= starts.get(name, "")) for name in self._spans
        }
        self._when[EARLIER] -= max(self._when[name] for name in starts)
        self._draw()

    def take(self, where: Filter) -> None:
        """Show another filter, which whoever brings it knows already."""
        self.where = where
        self._draw()

    def narrow(self, where: Filter) -> None:
        """Take another filter and tell."""
        self.take(where)
        self.post_message(self.Narrowed(where))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Turn one value on or off."""
        event.stop()
        group, _, value = (event.option_id or "").partition("/")
        if group == WHEN:
            self._turn(self._spans[value])
            return
        values = getattr(self.where, group)
        kept = tuple(each for each in values if each != value)
        changed = kept if len(kept) < len(values) else (*values, _typed(group, value))
        self.narrow(_with(self.where, group, changed))

    def _draw(self) -> None:
        here = self.highlighted
        self.clear_options()
        self.add_options(self._listed())
        self.highlighted = here

    def _listed(self) -> Iterator[Option]:
        for group, title in _NAMES.items():
            if group == "trusts":
                yield from self._times()
            counts = getattr(self._counts, group)
            on = getattr(self.where, group)
            names = list(dict.fromkeys([*_all(group), *counts, *on]))
            if names:
                yield Option(Content.styled(title, "bold underline"), disabled=True)
            for name in names:
                yield Option(_line(name, counts.get(name, 0), on=name in on), id=f"{group}/{name}")

    def _times(self) -> Iterator[Option]:
        if self._when:
            yield Option(Content.styled("When", "bold underline"), disabled=True)
        for name, number in self._when.items():
            on = self._spans[name] == (self.where.since, self.where.until)
            yield Option(_line(name, number, on=on), id=f"{WHEN}/{name}")

    def _turn(self, span: Span) -> None:
        """A time on, or off again; only one is on."""
        on = span == (self.where.since, self.where.until)
        since, until = (None, None) if on else span
        self.narrow(replace(self.where, since=since, until=until))


def spans(now: datetime) -> dict[str, Span]:
    """The first and the last moment of each span, by name; None is open."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = {name: midnight - timedelta(days=length - 1) for name, length in SPANS.items()}
    first = min(starts.values())
    return {name: (start, None) for name, start in starts.items()} | {
        EARLIER: (None, first - timedelta(microseconds=1))
    }


def told(where: Filter) -> str:
    """A filter in words."""
    parts = [
        f"{_NAMES[group].lower()} {' '.join(map(str, values))}"
        for group in _NAMES
        if (values := getattr(where, group)) and (group, values) != ("statuses", (Status.ACTIVE,))
    ]
    parts += [f"since {day(where.since)}"] if where.since else []
    parts += [f"until {day(where.until)}"] if where.until else []
    return printable(" · ".join(parts))


def _line(name: str, number: int, *, on: bool) -> Content:
    shown = cut(printable(name).replace("_", " "), _WIDTH)
    return Content(f"{_ON if on else _OFF} {shown:<{_WIDTH}} ") + Content.styled(f"{number:,}", QUIET)


def _all(group: str) -> list[str]:
    known: dict[str, list[str]] = {"kinds": [*Kind], "statuses": [*Status], "trusts": [*Origin]}
    return known.get(group, [])


def _typed(group: str, value: str) -> str:
    kinds = {"kinds": Kind, "statuses": Status, "trusts": Origin}
    return kinds[group](value) if group in kinds else value


def _with(where: Filter, group: str, values: tuple[str, ...]) -> Filter:
    return replace(where, **{group: values})  # type: ignore[arg-type]  # each group's values are of its type
