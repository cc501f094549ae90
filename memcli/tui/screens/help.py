"""What can be done here, by key; made from the bindings themselves, so that it cannot differ from them."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Footer, Static

_KEYS: Final = 18
_HIDDEN: Final = frozenset({"screen.copy_text", "app.focus_next", "app.focus_previous", "help_quit"})


def bindings_of(screen: Screen[object]) -> dict[str, list[tuple[str, str]]]:
    """(keys, what they do) of a screen now, by whose they are."""
    groups: dict[str, dict[tuple[str, str], list[str]]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if binding.description and binding.action.partition("(")[0] not in _HIDDEN:
            group = (
                "Everywhere" if active.node is screen.app else "Here" if active.node is screen else "In the list"
            )
            same = groups.setdefault(group, {}).setdefault((binding.action, binding.description), [])
            same.append(screen.app.get_key_display(Binding(key, "")))
    order = sorted(groups, key=["Here", "In the list", "Everywhere"].index)
    return {group: [(" ".join(keys), what) for (_, what), keys in groups[group].items()] for group in order}


class Help(ModalScreen[None]):
    """The keys of the screen below."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark", "app.pop_screen", "Close")]

    def __init__(self, below: Screen[object]) -> None:
        super().__init__()
        self._told = bindings_of(below)

    def compose(self) -> ComposeResult:
        """One line a binding."""
        with VerticalScroll(classes="dialog tall"):
            yield Static(Content("\n").join(self._lines()))
        yield Footer(show_command_palette=False, compact=True)

    def _lines(self) -> list[Content]:
        told = [Content("Ctrl+P finds every command by its name. The mouse works everywhere.")]
        for group, bindings in self._told.items():
            told += [Content(""), Content.styled(group, "bold underline")]
            told += [Content.styled(f"{keys:<{_KEYS}} ", "bold") + Content(what) for keys, what in bindings]
        return told
