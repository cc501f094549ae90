"""What narrows a list: kinds, statuses, origins and tags with their counts, each on or off."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from memcli.records import Facets, Filter, Kind, Origin, Status
from memcli.tui.lines import QUIET
from memcli.words import cut, printable

_ON: Final = "[x]"
_OFF: Final = "[ ]"
_NAMES: Final = {"kinds": "Kind", "statuses": "Status", "trusts": "Trust", "tags": "Tag"}
_WIDTH: Final = 13


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

    def count(self, counts: Facets) -> None:
        """Show how many memories each would keep."""
        self._counts = counts
        self._draw()

    def narrow(self, where: Filter) -> None:
        """Take another filter and tell."""
        self.where = where
        self._draw()
        self.post_message(self.Narrowed(where))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Turn one value on or off."""
        event.stop()
        group, _, value = (event.option_id or "").partition("/")
        values = getattr(self.where, group)
        kept = tuple(each for each in values if each != value)
        changed = kept if len(kept) < len(values) else (*values, _typed(group, value))
        self.narrow(_with(self.where, group, changed))

    def _draw(self) -> None:
        here = self.highlighted
        self.clear_options()
        for group, title in _NAMES.items():
            counts = getattr(self._counts, group)
            on = getattr(self.where, group)
            names = list(dict.fromkeys([*_all(group), *counts, *on]))
            if names:
                self.add_option(Option(Content.styled(title, "bold underline"), disabled=True))
            for name in names:
                self.add_option(Option(_line(name, counts.get(name, 0), on=name in on), id=f"{group}/{name}"))
        self.highlighted = here


def told(where: Filter) -> str:
    """A filter in words."""
    parts = [
        f"{_NAMES[group].lower()} {' '.join(map(str, values))}"
        for group in _NAMES
        if (values := getattr(where, group)) and (group, values) != ("statuses", (Status.ACTIVE,))
    ]
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
