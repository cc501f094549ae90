"""The models as a user's settings name them: open, pull, import, use, remove; knows which module does what.

Each function loads what it needs when it is called, so that a command pays only for what it uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from memcli import config
from memcli.config import Settings
from memcli.errors import BadInputError
from memcli.models import files
from memcli.models.adapters import reads_talk
from memcli.models.catalog import CatalogEntry, entry
from memcli.models.choices import in_use
from memcli.models.files import Installed

if TYPE_CHECKING:
    from memcli.hooks import Opener
    from memcli.models.catalog import ModelTask
    from memcli.ports import ChatModel, Embedder, Progress, Task


def open_chat(settings: Settings, adapters: Mapping[Task, Path] | None = None) -> ChatModel:
    """The chat model of the settings; its weights are loaded by the first question.

    Args:
        settings: which model, and how it is run.
        adapters: LoRA files per task instead of those in use for this model; none are used where
            ``model.adapters`` is off.

    Raises:
        ModelMissingError: it is not on this machine, or its file is damaged.
        BadInputError: the model of that name is not a chat model.
    """
    from memcli.models.engine import LlamaEngine
    from memcli.models.prefixes import Prefixes
    from memcli.models.session import Running

    if opener := _chat_opener(settings.chat_model):
        return opener.open(_model(settings.chat_model), settings)
    model, file = files.find(settings.home.models, settings.chat_model)
    _expect(model, "chat")
    running = Running(settings.context_tokens, settings.threads, settings.gpu_layers)
    wanted = in_use(settings.home.adapters, model) if adapters is None else adapters
    prefixes = Prefixes(settings.home.prefixes, settings.prefix_mb * 1_000_000)
    return LlamaEngine(model, file, running, wanted if settings.adapters else None, prefixes)


def open_embedder(settings: Settings) -> Embedder:
    """The embedder of the settings; its weights are loaded by the first text.

    Raises:
        ModelMissingError: it is not on this machine, or its file is damaged.
        BadInputError: the model of that name is not an embedder.
    """
    from memcli.models.embedder import GgufEmbedder

    if opener := _embedder_opener(settings.embedder):
        return opener.open(_model(settings.embedder), settings)
    model, file = files.find(settings.home.models, settings.embedder)
    _expect(model, "embedding")
    return GgufEmbedder(model, file, thread_count=settings.threads, gpu_layers=settings.gpu_layers)


def has_adapter(settings: Settings, task: Task) -> bool:
    """Whether the chat model of the settings is here and has an adapter for a task that is in use."""
    return task in _adapters(settings)


def hears_talk(settings: Settings) -> bool:
    """Whether the update adapter in use was trained to say what a talk does to what is known."""
    weights = _adapters(settings).get("update")
    return weights is not None and reads_talk(weights)


def _adapters(settings: Settings) -> dict[Task, Path]:
    """The weights in use for the chat model of the settings, if it is here."""
    if not settings.adapters or not files.is_here(settings.home.models, settings.chat_model):
        return {}
    model, _ = files.find(settings.home.models, settings.chat_model)
    return in_use(settings.home.adapters, model)


def is_asked(settings: Settings, task: Task) -> bool:
    """Whether the settings let a model do a task: where they say auto, reading and weighing in a conversation."""
    chosen = {"extraction": settings.extract_method, "update": settings.vote}
    return chosen.get(task, "model") in {"auto", "model"}


def is_brought(name: str) -> bool:
    """Whether a plugin opens the model (``st:NAME`` and the like), and finds its files."""
    return _task_of(name) is not None


def is_here(settings: Settings, name: str) -> bool:
    """Whether a model could be opened, by a look at its files; those that plugins open find their own."""
    return is_brought(name) or files.is_here(settings.home.models, name)


def installed(settings: Settings) -> list[Installed]:
    """The models on this machine, by name."""
    return files.installed(settings.home.models)


def find(settings: Settings, name: str) -> Installed | CatalogEntry:
    """What is known of a model: its manifest where it is on this machine, else its entry in the catalog.

    Raises:
        NotFoundError: it is in neither.
    """
    return next((each for each in installed(settings) if each.name == name), None) or entry(name)


def pull(settings: Settings, name: str, progress: Progress) -> Installed:
    """Fetch and install a model of the catalog; one that is here and whole is left as it is.

    Raises:
        NotFoundError: the catalog has no such model, or its source no such file.
        ModelMissingError: it could not be downloaded, or is not what its checksum says.
        StoreError: the disk is full or read-only.
    """
    from memcli.models.installer import pull as pull_entry

    return pull_entry(settings.home.models, entry(name), settings.hub, progress)


def import_file(settings: Settings, path: Path, name: str) -> Installed:
    """Copy a GGUF file of the user's own among the models.

    Raises:
        BadInputError: it is not a whole GGUF, or the name cannot be one.
        ConflictError: a model has that name already.
        StoreError: the disk is full or read-only.
    """
    from memcli.models.installer import import_file as import_one

    return import_one(settings.home.models, path, name)


def remove(settings: Settings, name: str) -> int:
    """Delete a model from this machine; the bytes that were freed.

    Raises:
        NotFoundError: it is not here.
    """
    return files.remove(settings.home.models, name)


def verify(settings: Settings, name: str) -> Installed:
    """Compare a model's whole file with what was recorded when it was installed.

    Raises:
        ModelMissingError: it is not here, or its file is damaged.
    """
    return files.verify(settings.home.models, name)


def use(settings: Settings, name: str) -> tuple[str, Settings]:
    """Set a model as the chat model or the embedder, by what it is for; the setting's name and the settings.

    Raises:
        NotFoundError: neither this machine nor the catalog has it.
    """
    task = _task_of(name) or find(settings, name).task
    setting = "model.embedder" if task == "embedding" else "model.chat"
    return setting, config.save(settings, setting, name)


def _kind(name: str) -> str:
    """What stands before the colon of ``KIND:MODEL``; nothing in a name of the catalog."""
    return name.partition(":")[0] if ":" in name else ""


def _model(name: str) -> str:
    return name.partition(":")[2]


def _task_of(name: str) -> ModelTask | None:
    """What a model is for that a plugin opens; None for the others."""
    return "embedding" if _embedder_opener(name) else "chat" if _chat_opener(name) else None


def _embedder_opener(name: str) -> Opener[Embedder] | None:
    """The plugin that opens it; plugins are not loaded for a name without a colon."""
    if not _kind(name):
        return None
    from memcli import hooks

    return hooks.embedder(_kind(name))


def _chat_opener(name: str) -> Opener[ChatModel] | None:
    """Likewise, of a chat model."""
    if not _kind(name):
        return None
    from memcli import hooks

    return hooks.chat_model(_kind(name))


def _expect(model: Installed, task: ModelTask) -> None:
    if model.task != task:
        wanted = "a chat model" if task == "chat" else "an embedder"
        raise BadInputError(f"{model.name} is not {wanted}", hint="see `memcli models list`")
