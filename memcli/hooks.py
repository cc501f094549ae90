"""The hooks through which plugins, first- and third-party, bring formats; knows pluggy and ports only.

A plugin is a module named under the entry-point group ``memcli``; it implements any of the hooks in ``Specs``. One
that cannot be loaded, or whose hook fails, is reported by ``installed`` and otherwise left aside: a broken plugin
never keeps the others from working.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final, TypeAlias, TypeVar

import pluggy

from memcli.errors import NotFoundError
from memcli.ports import Exporter, Importer

T = TypeVar("T")
Brought: TypeAlias = "Importer | Exporter"

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


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin as a person sees it; ``problem`` says why it is not used, or not wholly."""

    name: str
    package: str
    version: str
    imports: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    problem: str = ""


@dataclass(slots=True)
class _Loaded:
    """What the plugins brought."""

    importers: dict[str, Importer] = field(default_factory=dict)
    exporters: dict[str, Exporter] = field(default_factory=dict)
    plugins: list[Plugin] = field(default_factory=list)


def importer(name: str) -> Importer:
    """The importer of a format.

    Raises:
        NotFoundError: no plugin brings it.
    """
    return _named(_load().importers, name, "import")


def exporter(name: str) -> Exporter:
    """The exporter of a format.

    Raises:
        NotFoundError: no plugin brings it.
    """
    return _named(_load().exporters, name, "export")


def writes_folder(exporter: Exporter) -> bool:
    """Whether an exporter writes a folder: it says so by an attribute ``folder`` that is true."""
    return bool(getattr(exporter, "folder", False))


def import_formats() -> list[str]:
    """The names of the formats that can be read."""
    return sorted(_load().importers)


def export_formats() -> list[str]:
    """The names of the formats that can be written."""
    return sorted(_load().exporters)


def installed() -> list[Plugin]:
    """Every plugin that is installed, whether it works or not, by name."""
    return sorted(_load().plugins, key=lambda plugin: (plugin.package != PROJECT, plugin.name))


def forget_plugins() -> None:
    """Look for plugins anew at the next call: one was installed while this process runs."""
    _load.cache_clear()


@lru_cache(maxsize=1)
def _load() -> _Loaded:
    """Memcli's own plugins come first, so that no other can take a format's name from them."""
    manager, loaded = pluggy.PluginManager(PROJECT), _Loaded()
    manager.add_hookspecs(Specs)
    points = entry_points(group=PROJECT)
    for point in sorted(points, key=lambda point: (_package(point) != PROJECT, point.name)):
        loaded.plugins.append(_take(point, manager, loaded))
    return loaded


def _take(point: EntryPoint, manager: pluggy.PluginManager, loaded: _Loaded) -> Plugin:
    package, version = _package(point), point.dist.version if point.dist else ""
    try:
        module = point.load()
        manager.register(module, name=f"{package}:{point.name}")
        manager.check_pending()  # a hook that there is none of, by a mistake in its name
        imports, taken_in = _add(_call(module, "memcli_importers"), loaded.importers)
        exports, taken_out = _add(_call(module, "memcli_exporters"), loaded.exporters)
    except Exception as error:  # noqa: BLE001 -- whatever a stranger's module does, the others must work
        manager.unregister(name=f"{package}:{point.name}")
        told = (str(error).splitlines() or [""])[0][:200]
        return Plugin(point.name, package, version, problem=f"{type(error).__name__}: {told}".removesuffix(": "))
    taken = taken_in + taken_out
    problem = f"{', '.join(taken)} is brought by another plugin already" if taken else ""
    return Plugin(point.name, package, version, imports, exports, problem)


def _call(module: object, hook: str) -> Sequence[Any]:
    """What one plugin's implementation of a hook returns; nothing where it has none."""
    implementation: Callable[[], Sequence[Any]] | None = getattr(module, hook, None)
    return implementation() if implementation is not None else ()


def _add(brought: Sequence[T], known: dict[str, T]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that were new, and those that were taken."""
    names = {str(each.name): each for each in brought}  # type: ignore[attr-defined]  # importers, exporters have names
    new = tuple(name for name in names if name not in known)
    known.update({name: names[name] for name in new})
    return new, tuple(name for name in names if name not in new)


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else ""


def _named(known: dict[str, T], name: str, verb: str) -> T:
    if name not in known:
        raise NotFoundError(f"no plugin can {verb} {name}", hint=f"formats: {', '.join(sorted(known)) or 'none'}")
    return known[name]
