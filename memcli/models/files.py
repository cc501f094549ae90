"""The models on this machine: one folder each with its GGUF and a manifest; knows nothing of where they came from.

A model is installed when its manifest is there, since that is written last. The manifest holds the file's size
and hash, so that a file that was cut short or changed is found before it is run.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import tomlkit

from memcli.errors import BadInputError, ModelMissingError, NotFoundError, StoreError
from memcli.models.native import check_magic
from memcli.paths import PRIVATE_DIR, PRIVATE_FILE

if TYPE_CHECKING:
    from memcli.models.catalog import ModelTask

MANIFEST: Final = "manifest.toml"
MODEL_FILE: Final = "model.gguf"
_CHUNK: Final = 1 << 20
_NAME_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


@dataclass(frozen=True, slots=True)
class Installed:
    """A model on this machine, as its manifest says.

    Attributes:
        name: the folder's name.
        task: chat or embedding.
        source: where it came from.
        licence: SPDX identifier, or empty.
        source_sha256: of what was downloaded.
        sha256: of the GGUF that is run.
        size_bytes: of the GGUF that is run.
        architecture: llama, qwen2, bert ...
        context_tokens: the longest context that the model was made for.
        dimensions: of its hidden state, and so of an embedder's vectors.
        max_tokens: the most tokens of a text that an embedder looks at; 0 is all its context.
    """

    name: str
    task: ModelTask
    source: str
    licence: str
    source_sha256: str
    sha256: str
    size_bytes: int
    architecture: str
    context_tokens: int
    dimensions: int
    max_tokens: int = 0


def folder(models: Path, name: str) -> Path:
    """Where a model of that name is kept.

    Raises:
        BadInputError: the name could lead out of the models' folder.
    """
    if not name or name.startswith(".") or not _NAME_CHARACTERS.issuperset(name):
        raise BadInputError(f"{name!r} cannot name a model", hint="use letters, digits, dots, dashes, underscores")
    return models / name


def installed(models: Path) -> list[Installed]:
    """Every model on this machine, by name. A folder whose manifest cannot be read is not one."""
    found = (_manifest(path) for path in sorted(models.glob(f"[!.]*/{MANIFEST}")))
    return [each for each in found if each is not None]


def find(models: Path, name: str) -> tuple[Installed, Path]:
    """A model's manifest and its GGUF, whose beginning and size have been looked at.

    Raises:
        ModelMissingError: it is not here, or its file is damaged.
    """
    place = folder(models, name)
    known = _manifest(place / MANIFEST)
    if known is None:
        raise missing(name, f"the model {name} is not on this machine")
    file = place / MODEL_FILE
    try:
        check_magic(file)
        size = file.stat().st_size
    except (BadInputError, OSError) as error:
        raise missing(name, f"the file of the model {name} is missing or damaged") from error
    if size != known.size_bytes:
        raise missing(name, f"the file of the model {name} is damaged: {size} bytes instead of {known.size_bytes}")
    return known, file


def is_here(models: Path, name: str) -> bool:
    """Whether ``find`` would find it."""
    try:
        find(models, name)
    except (ModelMissingError, BadInputError):
        return False
    return True


def verify(models: Path, name: str) -> Installed:
    """Read a model's whole file and compare it with its manifest.

    Raises:
        ModelMissingError: it is not here, or its file is damaged.
    """
    known, file = find(models, name)
    if sha256_of(file) != known.sha256:
        raise missing(name, f"the file of the model {name} is damaged: its checksum is not the recorded one")
    return known


def missing(name: str, what: str) -> ModelMissingError:
    """The error for a model that cannot be used, with the way out."""
    return ModelMissingError(what, hint=f"run `memcli models pull {name}`")


def remove(models: Path, name: str) -> int:
    """Delete a model; the bytes that were freed.

    Raises:
        NotFoundError: it is not here.
    """
    place = folder(models, name)
    if not place.is_dir():
        raise NotFoundError(f"the model {name} is not on this machine", hint="see `memcli models list`")
    freed = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    with writing(place):
        (place / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(place)
    return freed


def install(models: Path, built: Path, record: Installed) -> Installed:
    """Put a finished GGUF in its place, in one step; a reader sees the old model, none, or the new one."""
    place = folder(models, record.name)
    manifest = place / MANIFEST
    with writing(place):
        private_folder(place)
        temporary = place / (MANIFEST + ".new")
        temporary.write_text(tomlkit.dumps(asdict(record)), encoding="utf-8")
        built.chmod(PRIVATE_FILE)
        temporary.chmod(PRIVATE_FILE)
        manifest.unlink(missing_ok=True)
        built.replace(place / MODEL_FILE)
        temporary.replace(manifest)
    return record


def private_folder(path: Path) -> None:
    """Make a folder, and those above it, for the user alone."""
    for each in (*reversed(path.parents), path):
        if not each.exists():
            each.mkdir(mode=PRIVATE_DIR, exist_ok=True)


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file as lower-case hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Map what the disk refuses to one clear line.

    Raises:
        StoreError: the disk is full, or the place cannot be written.
    """
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise StoreError(
            f"cannot write {path}: {error.strerror or error}",
            hint="free some space and run it again" if full else "choose another place with MEMCLI_MODELS",
        ) from error


def _manifest(path: Path) -> Installed | None:
    try:
        return Installed(**tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
