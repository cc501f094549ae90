"""Brings a model onto this machine: fetch, check, convert, install; joins those steps and does none itself."""

from __future__ import annotations

import shutil
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from memcli.errors import BadInputError, ConflictError, ModelError, ModelMissingError, StoreError
from memcli.models import files
from memcli.models.adapters import PACKAGE
from memcli.models.catalog import CatalogEntry, ModelTask
from memcli.models.convert import convert
from memcli.models.files import Installed, private_folder, sha256_of, writing
from memcli.models.native import metadata
from memcli.models.sources import Fetched, fetch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from memcli.ports import Progress

_BUILT: Final = "built.gguf"
_FULL_DISK: Final = 4 << 20
"""Bytes left below which a failed write is taken for a full disk."""


def pull(models: Path, wanted: CatalogEntry, hub: str, progress: Progress) -> Installed:
    """Fetch and install a model; an installed and undamaged one is left as it is.

    A failed pull leaves what it has downloaded for the next attempt, and never a model that could be used.

    Raises:
        ModelMissingError: it could not be downloaded, or is not what its checksum says.
        NotFoundError: its source has no such file.
        StoreError: the disk is full or read-only.
        ModelError: it cannot be converted.
    """
    try:
        present = files.verify(models, wanted.name)
    except ModelMissingError:
        present = None
    if present is not None and present.source == wanted.source:
        return present
    download = _workshop(models, wanted.name)
    _check_space(models, wanted)
    fetched = fetch(wanted, download, hub, progress)
    digest = _check_sum(models, wanted, fetched)
    progress.start(f"preparing {wanted.name}", None)
    done = _install(models, wanted, _build(wanted, fetched.file), digest)
    progress.done()
    with writing(download):
        shutil.rmtree(download)
    return done


def import_file(models: Path, path: Path, name: str) -> Installed:
    """Copy a GGUF file of the user's own among the models.

    Raises:
        BadInputError: the file is not a GGUF, or the name cannot be one.
        ConflictError: a model has that name already.
        StoreError: the disk is full or read-only.
    """
    if (files.folder(models, name) / files.MANIFEST).exists():
        raise ConflictError(f"a model is called {name} already", hint=f"`memcli models rm {name}` removes it")
    source = path.expanduser().absolute()
    about = metadata(source)
    task: ModelTask = "embedding" if _is_encoder(about) else "chat"
    entry = CatalogEntry(
        name=name, task=task, source=f"file:{source}", licence=about.get("general.license", ""),
        size_bytes=source.stat().st_size,
    )  # fmt: skip
    _check_space(models, entry)
    staged = _workshop(models, name) / _BUILT
    with writing(staged):
        private_folder(staged.parent)
        shutil.copyfile(source, staged)
    done = _install(models, entry, staged, sha256_of(staged))
    staged.parent.rmdir()
    return done


def _check_space(models: Path, wanted: CatalogEntry) -> None:
    """A download that cannot fit is refused before it begins: the file, and what it is converted to."""
    with writing(models):
        private_folder(models)
        free = shutil.disk_usage(models).free
    need = wanted.size_bytes * (3 if wanted.convert else 1)
    if free < need:
        raise StoreError(
            f"no space for {wanted.name} in {models}: it needs {need // 10**6} MB and {free // 10**6} MB are free",
            hint="free some space, or choose another place with MEMCLI_MODELS",
        )


def _check_sum(models: Path, wanted: CatalogEntry, fetched: Fetched) -> str:
    expected = wanted.sha256 or _first_seen(models, wanted) or fetched.stated_sha256
    found = sha256_of(fetched.file)
    if expected and found != expected:
        fetched.file.unlink()
        raise ModelMissingError(
            f"the download of {wanted.name} does not match its checksum and was thrown away",
            hint="run it again; if it happens twice, its source has changed",
        )
    return found


def _build(wanted: CatalogEntry, source: Path) -> Path:
    if not wanted.convert:
        return source
    built = source.with_name(_BUILT)
    try:
        with writing(built):
            convert(wanted.convert, source, built, delta_of(wanted))
    except (ModelError, StoreError) as error:
        free = shutil.disk_usage(source.parent).free  # the libraries do not say that this was why
        built.unlink(missing_ok=True)
        if free < _FULL_DISK:
            raise StoreError(f"no space for {wanted.name}", hint="free some space and run it again") from error
        raise
    return built


def delta_of(wanted: CatalogEntry) -> Path | None:
    """The file of what memcli changes in a model's weights, if it does."""
    return Path(str(package_files(PACKAGE).joinpath(wanted.delta))) if wanted.delta else None


def _install(models: Path, wanted: CatalogEntry, staged: Path, digest: str) -> Installed:
    try:
        about = metadata(staged)
    except BadInputError as error:
        staged.unlink()
        raise ModelMissingError(f"{wanted.name} is damaged: {error.message}", hint="run it again") from error
    kind = about.get("general.architecture", "")
    record = Installed(
        name=wanted.name,
        task=wanted.task,
        source=wanted.source,
        licence=wanted.licence,
        source_sha256=digest,
        sha256=sha256_of(staged),
        size_bytes=staged.stat().st_size,
        architecture=kind,
        context_tokens=int(about.get(f"{kind}.context_length", 0)),
        dimensions=int(about.get(f"{kind}.embedding_length", 0)),
        max_tokens=wanted.max_tokens,
    )
    return files.install(models, staged, record)


def _first_seen(models: Path, wanted: CatalogEntry) -> str:
    """The hash of an earlier download from the same source: what holds it where the catalog knows none."""
    known = {each.name: each for each in files.installed(models)}.get(wanted.name)
    return known.source_sha256 if known and known.source == wanted.source else ""


def _workshop(models: Path, name: str) -> Path:
    """Where a model is worked on until it is whole; on the same disk, so that the last step is a rename."""
    return models / ".downloads" / files.folder(models, name).name


def _is_encoder(about: Mapping[str, str]) -> bool:
    return f"{about.get('general.architecture')}.pooling_type" in about
