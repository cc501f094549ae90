"""The hooks through which plugins, first- and third-party, bring parts; knows pluggy and ports only.

A plugin is a module named under the entry-point group ``memcli``; it implements any of the hooks in ``Specs``. One
that cannot be loaded, or whose hook fails, is reported by ``installed`` and otherwise left aside: a broken plugin
never keeps the others from working.

Memcli brings its formats and the `st:` embedders through these hooks itself. Its commands, jobs and rules for
secrets are not asked for here, since every run would pay for loading all plugins; only what others bring is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final, Protocol, TypeAlias, TypeVar

import pluggy

from memcli.config import Settings
from memcli.errors import BadInputError, NotFoundError
from memcli.ports import ChatModel, Embedder, Exporter, Importer

T_co = TypeVar("T_co", covariant=True)
Span: TypeAlias = tuple[int, int, str]
"""Where a secret begins and ends in a text, and what kind of secret it is."""

PROJECT: Final = "memcli"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Opener(Protocol[T_co]):
    """Models of one kind: what the settings call ``NAME:MODEL``."""

    @property
    def name(self) -> str: ...

    def open(self, model: str, settings: Settings) -> T_co:
        """The model; it loads what it needs when it is first asked for something.

        Raises:
            ModelMissingError: it is not to be had.
        """


class Command(Protocol):
    """A command of the command line, or a group of them: ``app`` is a ``typer.Typer``."""

    @property
    def name(self) -> str: ...

    @property
    def app(self) -> Any: ...  # noqa: ANN401 -- Typer stays in the command line


class Redactor(Protocol):
    """Something that knows secrets in a text."""

    @property
    def name(self) -> str: ...

    def find(self, text: str) -> Sequence[Span]: ...


class Specs:
    """One sentence per hook."""

    @hookspec
    def memcli_importers(self) -> Sequence[Importer]:  # type: ignore[empty-body]  # pluggy calls the implementations
        """Formats that `memcli import` can read."""

    @hookspec
    def memcli_exporters(self) -> Sequence[Exporter]:  # type: ignore[empty-body]  # likewise
        """Formats that `memcli export` can write."""

    @hookspec
    def memcli_embedders(self) -> Sequence[Opener[Embedder]]:  # type: ignore[empty-body]  # likewise
        """Embedders for `memcli models use NAME:MODEL`."""

    @hookspec
    def memcli_chat_models(self) -> Sequence[Opener[ChatModel]]:  # type: ignore[empty-body]  # likewise
        """Chat models for `memcli models use NAME:MODEL`."""

    @hookspec
    def memcli_commands(self) -> Sequence[Command]:  # type: ignore[empty-body]  # likewise
        """Commands beside memcli's own."""

    @hookspec
    def memcli_jobs(self) -> Sequence[Any]:  # type: ignore[empty-body]  # likewise
        """Jobs (``memcli.jobs.Job``) that the service runs regularly."""

    @hookspec
    def memcli_redactors(self) -> Sequence[Redactor]:  # type: ignore[empty-body]  # likewise
        """Finders of secrets, which stay out of memories and of redacted exports."""


HOOKS: Final = ("importers", "exporters", "embedders", "chat_models", "commands", "jobs", "redactors")
_NEEDED: Final[Mapping[str, str]] = {
    "importers": "read",
    "exporters": "write",
    "embedders": "open",
    "chat_models": "open",
    "commands": "app",
    "jobs": "run",
    "redactors": "find",
}


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin as a person sees it; ``problem`` says why it is not used, or not wholly."""

    name: str
    package: str
    version: str
    imports: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    problem: str = ""
    embedders: tuple[str, ...] = ()
    chat_models: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    redactors: tuple[str, ...] = ()


@dataclass(slots=True)
class _Loaded:
    """What the plugins brought: by hook, then by name."""

    brought: dict[str, dict[str, Any]] = field(default_factory=lambda: {hook: {} for hook in HOOKS})
    plugins: list[Plugin] = field(default_factory=list)


def importer(name: str) -> Importer:
    """The importer of a format.

    Raises:
        NotFoundError: no plugin brings it.
    """
    found: Importer = _named(_load().brought["importers"], name, "import")
    return found


def exporter(name: str) -> Exporter:
    """The exporter of a format.

    Raises:
        NotFoundError: no plugin brings it.
    """
    found: Exporter = _named(_load().brought["exporters"], name, "export")
    return found


def writes_folder(exporter: Exporter) -> bool:
    """Whether an exporter writes a folder: it says so by an attribute ``folder`` that is true."""
    return bool(getattr(exporter, "folder", False))


def import_formats() -> list[str]:
    """The names of the formats that can be read."""
    return sorted(_load().brought["importers"])


def export_formats() -> list[str]:
    """The names of the formats that can be written."""
    return sorted(_load().brought["exporters"])


def embedder(name: str) -> Opener[Embedder] | None:
    """What opens the embedders called ``NAME:…``; None where no plugin does."""
    found: Opener[Embedder] | None = _load().brought["embedders"].get(name)
    return found


def chat_model(name: str) -> Opener[ChatModel] | None:
    """What opens the chat models called ``NAME:…``; None where no plugin does."""
    found: Opener[ChatModel] | None = _load().brought["chat_models"].get(name)
    return found


def commands() -> list[Command]:
    """The commands that other packages bring."""
    return list(_load(own=False).brought["commands"].values())


def jobs() -> list[Any]:
    """The jobs that other packages bring."""
    return list(_load(own=False).brought["jobs"].values())


def secrets_in(text: str) -> list[Span]:
    """The secrets in a text that other packages' redactors find.

    Raises:
        BadInputError: one of them failed: what it was to find must not get through.
    """
    found: list[Span] = []
    for redactor in _load(own=False).brought["redactors"].values():
        try:
            found += [(int(start), int(end), str(kind)) for start, end, kind in redactor.find(text)]
        except Exception as error:
            raise BadInputError(f"the redactor {redactor.name} failed: {type(error).__name__}") from error
    return [span for span in found if 0 <= span[0] < span[1] <= len(text)]


def installed() -> list[Plugin]:
    """Every plugin that is installed, whether it works or not, by name."""
    return sorted(_load().plugins, key=lambda plugin: (plugin.package != PROJECT, plugin.name))


@lru_cache(maxsize=2)
def _load(*, own: bool = True) -> _Loaded:
    """Memcli's own plugins come first, so that no other takes a name from them; without ``own``, others' only."""
    manager, loaded = pluggy.PluginManager(PROJECT), _Loaded()
    manager.add_hookspecs(Specs)
    points = [point for point in entry_points(group=PROJECT) if own or _package(point) != PROJECT]
    for point in sorted(points, key=lambda point: (_package(point) != PROJECT, point.name)):
        loaded.plugins.append(_take(point, manager, loaded))
    return loaded


def _take(point: EntryPoint, manager: pluggy.PluginManager, loaded: _Loaded) -> Plugin:
    package, version = _package(point), point.dist.version if point.dist else ""
    try:
        module = point.load()
        manager.register(module, name=f"{package}:{point.name}")
        manager.check_pending()  # a hook that there is none of, by a mistake in its name
        brought = {hook: _named_parts(hook, _call(module, f"memcli_{hook}")) for hook in HOOKS}
    except Exception as error:  # noqa: BLE001 -- whatever a stranger's module does, the others must work
        manager.unregister(name=f"{package}:{point.name}")
        told = (str(error).splitlines() or [""])[0][:200]
        return Plugin(point.name, package, version, problem=f"{type(error).__name__}: {told}".removesuffix(": "))
    new = {hook: _add(parts, loaded.brought[hook]) for hook, parts in brought.items()}
    taken = [name for hook, parts in brought.items() for name in parts if name not in new[hook]]
    problem = f"{', '.join(taken)} is brought by another plugin already" if taken else ""
    imports, exports = new.pop("importers"), new.pop("exporters")
    return Plugin(point.name, package, version, imports, exports, problem, **new)


def _call(module: object, hook: str) -> Sequence[Any]:
    """What one plugin's implementation of a hook returns; nothing where it has none."""
    implementation: Callable[[], Sequence[Any]] | None = getattr(module, hook, None)
    return implementation() if implementation is not None else ()


def _named_parts(hook: str, parts: Sequence[Any]) -> dict[str, Any]:
    """The parts by their names.

    Raises:
        AttributeError: one has no name, or lacks what the hook asks for.
    """
    for part in parts:
        getattr(part, _NEEDED[hook])
    return {str(part.name): part for part in parts}


def _add(brought: Mapping[str, Any], known: dict[str, Any]) -> tuple[str, ...]:
    """The names that were new."""
    new = tuple(name for name in brought if name not in known)
    known.update({name: brought[name] for name in new})
    return new


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else ""


def _named(known: Mapping[str, Any], name: str, verb: str) -> Any:  # noqa: ANN401 -- an importer, an exporter
    if name not in known:
        raise NotFoundError(f"no plugin can {verb} {name}", hint=f"formats: {', '.join(sorted(known)) or 'none'}")
    return known[name]
