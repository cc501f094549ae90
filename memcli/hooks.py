"""The hooks through which plugins, first- and third-party, bring formats; knows pluggy and ports only.

A plugin is a module named under the entry-point group ``memcli``; it implements any of these hooks.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, TypeVar

import pluggy

from memcli.errors import NotFoundError
from memcli.ports import Exporter, Importer

T = TypeVar("T")

PROJECT: Final = "memcli"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Specs:
    """One sentence per hook."""

    @hookspec
    def memcli_importers(self) -> Sequence[Importer]:  # type: ignore[empty-body]  # pluggy calls the implementations
        """Formats that `memcli import` can read."""

    @hookspec
    def memcli_exporters(self) -> Sequence[Exporter]:  # type: ignore[empty-body]  # pluggy calls the implementations
        """Formats that `memcli export` can write."""


@lru_cache(maxsize=1)
def manager() -> pluggy.PluginManager:
    """The plugin manager with every installed plugin loaded."""
    plugins = pluggy.PluginManager(PROJECT)
    plugins.add_hookspecs(Specs)
    plugins.load_setuptools_entrypoints(PROJECT)
    return plugins


def importer(name: str) -> Importer:
    """The importer of a format.

    Raises:
        NotFoundError: no plugin brings it.
    """
    return _named(_importers(), name, "import")


def exporter(name: str) -> Exporter:
    """The exporter of a format.

    Raises:
        NotFoundError: no plugin brings it.
    """
    return _named(_exporters(), name, "export")


def import_formats() -> list[str]:
    """The names of the formats that can be read."""
    return sorted(_importers())


def export_formats() -> list[str]:
    """The names of the formats that can be written."""
    return sorted(_exporters())


def _importers() -> dict[str, Importer]:
    return {i.name: i for group in manager().hook.memcli_importers() for i in group}


def _exporters() -> dict[str, Exporter]:
    return {e.name: e for group in manager().hook.memcli_exporters() for e in group}


def _named(known: dict[str, T], name: str, verb: str) -> T:
    if name not in known:
        raise NotFoundError(f"no plugin can {verb} {name}", hint=f"formats: {', '.join(sorted(known)) or 'none'}")
    return known[name]
