"""Settings: names, defaults and bounds, from flags, environment and file; knows none of their users.

Order of precedence: command-line flag, environment (``MEMCLI_*``), ``HOME/config.toml``, default.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import time
from pathlib import Path
from typing import Any, Final, cast

from memcli import environment
from memcli.errors import BadInputError, NotFoundError, StoreError
from memcli.paths import PRIVATE_FILE, Home, default_home

Value = str | int | float | bool
EMBEDDER: Final = "minilm-l6-memory"
FORMER_EMBEDDERS: Final = ("all-minilm-l6-v2",)
"""What was the default before; memories that were made with it keep it until they are embedded anew."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a user may set. Dotted names in the file and on the command line, as in ``_NAMES``."""

    home: Home
    chat_model: str = "smollm2-135m-instruct"
    embedder: str = EMBEDDER
    adapters: bool = True
    gpu_layers: int = -1
    threads: int = 1
    context_tokens: int = 4096
    prefix_mb: int = 64
    hub: str = "https://huggingface.co"
    store_uri: str = ""
    store_options: str = ""
    flush_rows: int = 64
    recall_tokens: int = 1500
    recall_k: int = 12
    ranker: str = "learned"
    answer_tokens: int = 256
    user_name: str = "user"
    extract_method: str = "auto"
    extract_imports: str = "auto"
    review: str = "none"
    vote: str = "auto"
    max_input_bytes: int = 512_000
    secrets: str = "mask"
    faded: float = 0.05
    quiet_hours: str = ""
    on_battery: str = "wait"
    reflect_to: str = "memory"
    profile_lines: int = 6
    backups: int = 7
    autostart: bool = True
    idle_minutes: int = 20
    mcp_trust: str = "tool"


def embedder_for(settings: Settings, made_with: str) -> str:
    """The embedder to open for a store: the one that is set, or the former default that it was made with."""
    return made_with if made_with in FORMER_EMBEDDERS and settings.embedder == EMBEDDER else settings.embedder


@dataclass(frozen=True, slots=True)
class Name:
    """One setting as a user sees it."""

    attribute: str
    what: str
    check: Callable[[Value], bool] = lambda _: True


def _between(low: float, high: float) -> Callable[[Value], bool]:
    return lambda value: low <= float(value) <= high


def _hours(value: Value) -> bool:
    """Whether it is nothing, or two times of day with a dash between them."""
    try:
        return not value or len([time.fromisoformat(half.strip().zfill(5)) for half in str(value).split("-")]) == 2
    except ValueError:
        return False


def pairs(text: str) -> dict[str, str]:
    """What ``NAME=VALUE NAME=VALUE`` says."""
    return {name: value for name, _, value in (pair.partition("=") for pair in text.split())}


def _pairs(value: Value) -> bool:
    return all("=" in pair and not pair.startswith("=") for pair in str(value).split())


def _something(value: Value) -> bool:
    return bool(str(value).strip())


def _one_of(*values: str) -> Callable[[Value], bool]:
    return lambda value: value in values


NAMES: Final[Mapping[str, Name]] = {
    "model.chat": Name("chat_model", "the chat model's name in `memcli models list`"),
    "model.embedder": Name("embedder", "the embedder's name in `memcli models list`"),
    "model.adapters": Name("adapters", "use the memory adapters where the base model has them"),
    "model.gpu_layers": Name("gpu_layers", "layers on the GPU; -1 is all that fit, 0 none", _between(-1, 999)),
    "model.threads": Name("threads", "CPU threads for models; 0 is every core", _between(0, 256)),
    "model.context_tokens": Name("context_tokens", "context window in tokens", _between(512, 131_072)),
    "model.prefix_mb": Name(
        "prefix_mb",
        "megabytes on disk for what chats begin with, as the model has read it; 0 keeps none",
        _between(0, 100_000),
    ),
    "model.hub": Name("hub", "where `hf:` models are downloaded from; a mirror's address, or the hub itself"),
    "store.uri": Name("store_uri", "where the Lance tables live, if not in the home; any URI LanceDB takes"),
    "store.options": Name(
        "store_options",
        "what an object store needs, as NAME=VALUE separated by spaces: endpoint, region, allow_http …",
        _pairs,
    ),
    "store.flush_rows": Name("flush_rows", "rows that wait in the ledger before a flush", _between(1, 100_000)),
    "recall.tokens": Name("recall_tokens", "token budget for what is put before the model", _between(64, 32_768)),
    "recall.k": Name("recall_k", "hits looked at for an answer", _between(1, 200)),
    "recall.ranker": Name(
        "ranker",
        "the weights of search: learned (on our own dialogues), locomo (non-commercial use only), fusion (none)",
        _one_of("learned", "locomo", "fusion"),
    ),
    "answer.tokens": Name("answer_tokens", "longest answer in tokens", _between(16, 8_192)),
    "user.name": Name("user_name", "what the assistant calls you", _something),
    "extract.method": Name(
        "extract_method",
        "how memories are drawn from what is said: auto (rules, and in a chat a model beside them), "
        "rules, model, off",
        _one_of("auto", "rules", "model", "off"),
    ),
    "extract.imports": Name(
        "extract_imports",
        "how imported turns are read: model (beside rules), rules, auto (the model, unless thousands wait)",
        _one_of("auto", "rules", "model"),
    ),
    "update.review": Name(
        "review",
        "which new memories wait in the inbox: all, conflicts, none (suspect ones always do)",
        _one_of("all", "conflicts", "none"),
    ),
    "update.vote": Name(
        "vote",
        "who weighs whether a statement takes an unlike memory's place: auto (rules, and in a chat a model "
        "beside them), rules, model, off",
        _one_of("auto", "rules", "model", "off"),
    ),
    "decay.faded": Name(
        "faded", "retention below which a memory is archived; 0 never archives", _between(0, 0.99)
    ),
    "jobs.quiet_hours": Name("quiet_hours", "when heavy jobs wait, such as 22:00-07:00; empty is never", _hours),
    "jobs.on_battery": Name(
        "on_battery", "what heavy jobs do on battery, where Linux tells: wait, run", _one_of("wait", "run")
    ),
    "jobs.backups": Name("backups", "daily backups that are kept; 0 makes none", _between(0, 1_000)),
    "reflect.to": Name(
        "reflect_to",
        "where summaries of what was talked about go: memory, inbox (for you to accept), off",
        _one_of("memory", "inbox", "off"),
    ),
    "profile.lines": Name("profile_lines", "lines of your profile that a chat begins with", _between(0, 40)),
    "mcp.trust": Name(
        "mcp_trust",
        "how far what programs write is trusted, and what they may change: document, tool, assistant",
        _one_of("document", "tool", "assistant"),
    ),
    "service.autostart": Name("autostart", "start the background service for commands that need a model"),
    "service.idle_minutes": Name(
        "idle_minutes", "minutes without a request before it stops; 0 is never", _between(0, 100_000)
    ),
    "input.secrets": Name(
        "secrets",
        "passwords, keys and card numbers: mask (memories say only that there was one; the words as said stay in "
        "their turn), keep, refuse (nothing that holds one is taken)",
        _one_of("mask", "keep", "refuse"),
    ),
    "input.max_bytes": Name("max_input_bytes", "largest single input in bytes", _between(1_000, 100_000_000)),
}


def load(home: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings for a home from its file and the environment.

    Raises:
        BadInputError: the file is not TOML, or a value has the wrong type or is out of bounds.
        StoreError: the file exists and cannot be read.
    """
    environ = environment.variables() if environ is None else environ
    root = home or (Path(environ["MEMCLI_HOME"]) if environ.get("MEMCLI_HOME") else default_home())
    root = root.expanduser().absolute()
    models = Path(environ.get("MEMCLI_MODELS") or default_home() / "models").expanduser().absolute()
    settings = Settings(home=Home(root=root, models=models))
    for name, raw in _flatten(_read(settings.home.config_file)).items():
        settings = with_value(settings, name, raw)
    for name in NAMES:
        variable = "MEMCLI_" + name.upper().replace(".", "_")
        if variable in environ:
            settings = with_value(settings, name, environ[variable])
    return settings


def with_value(settings: Settings, name: str, raw: Value) -> Settings:
    """The settings with one changed; ``raw`` may be the text a user typed.

    Raises:
        NotFoundError: there is no such setting.
        BadInputError: the value does not fit it.
    """
    known = _known(name)
    value = _coerce(name, raw, type(_default(known)))
    if not known.check(value):
        raise BadInputError(f"{name}: {raw} is out of bounds", hint=known.what)
    changed: dict[str, Any] = {known.attribute: value}
    return replace(settings, **changed)


def fingerprint(settings: Settings) -> str:
    """A short text that differs where settings do: a service that was started with others is not asked.

    Whether to start one, and when it ends, makes no difference to what it answers.
    """
    same = replace(settings, autostart=True, idle_minutes=0)
    return hashlib.blake2b(repr(same).encode(), digest_size=8).hexdigest()


def value_of(settings: Settings, name: str) -> Value:
    """The present value of a dotted name."""
    return cast("Value", getattr(settings, _known(name).attribute))


def default_of(name: str) -> Value:
    """The value of a dotted name that nobody has set."""
    return _default(_known(name))


def editor(environ: Mapping[str, str] | None = None) -> str:
    """The command of the user's editor."""
    environ = environment.variables() if environ is None else environ
    return environ.get("VISUAL") or environ.get("EDITOR") or "vi"


def save(settings: Settings, name: str, raw: Value | None) -> Settings:
    """Write one setting to the home's file (``None`` takes it out again), keeping comments and order."""
    import tomlkit  # reading needs none of it

    name = _SHORT.get(name, name)
    known = _known(name)
    changed = with_value(settings, name, _default(known) if raw is None else raw)
    file = settings.home.config_file
    _read(file)
    document = tomlkit.parse(file.read_text()) if file.exists() else tomlkit.document()
    section, key = name.split(".", 1)
    if raw is None:
        document.get(section, {}).pop(key, None)
    else:
        document.setdefault(section, tomlkit.table())[key] = value_of(changed, name)
    settings.home.ensure()
    _write_private(file, tomlkit.dumps(document))
    return changed


def _known(name: str) -> Name:
    full = _SHORT.get(name, name)
    if full not in NAMES:
        raise NotFoundError(f"no setting is called {name}", hint="see `memcli config list`")
    return NAMES[full]


_SHORT: Final[Mapping[str, str]] = {"review": "update.review"}


def _default(known: Name) -> Value:
    return cast("Value", next(f.default for f in fields(Settings) if f.name == known.attribute))


def _coerce(name: str, raw: Value, kind: type) -> Value:
    try:
        if kind is bool:
            return raw if isinstance(raw, bool) else _TRUTH[str(raw).strip().lower()]
        return cast("Value", kind(str(raw)))
    except (ValueError, KeyError) as error:
        raise BadInputError(f"{name} takes a {_KIND_NAMES[kind]}, not {raw!r}") from error


_TRUTH: Final = dict.fromkeys(("true", "yes", "on", "1"), True) | dict.fromkeys(("false", "no", "off", "0"), False)
_KIND_NAMES: Final[Mapping[type, str]] = {bool: "yes or no", int: "whole number", float: "number", str: "text"}


def _read(file: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInputError(f"{file} is not valid TOML: {error}", hint="mend or remove the file") from error
    except OSError as error:
        raise StoreError(f"cannot read {file}: {error.strerror}") from error


def _flatten(tables: Mapping[str, object]) -> dict[str, Value]:
    flat: dict[str, Value] = {}
    for section, table in tables.items():
        if not isinstance(table, Mapping):
            raise BadInputError(f"config.toml: {section} must be a table, such as [{section}]")
        flat |= {f"{section}.{key}": cast("Value", value) for key, value in table.items()}
    return flat


def _write_private(file: Path, text: str) -> None:
    temporary = file.with_suffix(".new")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.chmod(PRIVATE_FILE)
        temporary.replace(file)
    except OSError as error:
        raise StoreError(f"cannot write {file}: {error.strerror}") from error
