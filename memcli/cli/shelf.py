"""Commands by name, each loaded when it is first asked for; knows where they are and nothing of what they do.

Loading them all takes longer than most of them run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple, TypeAlias

from typer.main import get_command, get_group

from memcli.third_party import bring_plugins

Command: TypeAlias = Any
"""A Typer command or group; the library has no public name for it."""

DEFAULT_PANEL = "Set up"
PLUGINS_PANEL = "Plugins"


class Group(NamedTuple):
    """A command with commands of its own: its module, and under what `--help` lists it."""

    module: str
    panel: str = DEFAULT_PANEL


class Shelf(MutableMapping[str, Command]):
    """The top commands: a look-up loads one module, a listing (``--help``) all of them.

    Args:
        modules: modules whose commands stand at the top, in the order of ``--help``.
        groups: commands with commands of their own.
        places: the modules of the commands that are asked for most; others are found by loading all.
    """

    def __init__(self, modules: Sequence[str], groups: Mapping[str, Group], places: Mapping[str, str]) -> None:
        self._modules = modules
        self._groups = groups
        self._places = places
        self._loaded: dict[str, dict[str, Command]] = {}
        self._added: dict[str, Command] = {}

    def __getitem__(self, name: str) -> Command:
        if name in self._groups:
            return self._group(name)
        place = self._places.get(name)
        commands = self._added | self._module(place) if place else self._all()
        return commands[name]

    def __setitem__(self, name: str, command: Command) -> None:
        self._added[name] = command

    def __delitem__(self, name: str) -> None:
        del self._added[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> dict[str, Command]:
        commands = dict(self._added)
        for module in self._modules:
            commands |= self._module(module)
        own = commands | {name: self._group(name) for name in self._groups}
        return own | {name: command for name, command in _brought().items() if name not in own}

    def _module(self, module: str) -> dict[str, Command]:
        if module not in self._loaded:
            self._loaded[module] = dict(_flowing(get_group(import_module(f"memcli.cli.{module}").app)).commands)
        return self._loaded[module]

    def _group(self, name: str) -> Command:
        if name not in self._loaded:
            module, panel = self._groups[name]
            group = _flowing(get_group(import_module(f"memcli.cli.{module}").app))
            group.name, group.rich_help_panel = name, panel
            self._loaded[name] = {name: group}
        return self._loaded[name][name]


def _flowing(group: Command) -> Command:
    """A group whose commands' help has no line ends but between paragraphs: a terminal breaks them itself."""
    for command in group.commands.values():
        command.help = "\n\n".join(" ".join(each.split()) for each in (command.help or "").split("\n\n"))
    return group


def _brought() -> dict[str, Command]:
    """The commands of other packages. One that cannot be made is left out, as any broken plugin is."""
    found: dict[str, Command] = {}
    if not bring_plugins():
        return found
    from memcli import hooks

    for each in hooks.commands():
        try:
            command: Command = get_command(each.app)
        except Exception:  # noqa: BLE001, S112 -- a stranger's; `--help` must work
            continue
        command.name = each.name
        if not isinstance(command.rich_help_panel, str):
            command.rich_help_panel = PLUGINS_PANEL
        found[each.name] = command
    return found
