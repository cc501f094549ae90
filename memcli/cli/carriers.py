"""Where imported bytes come from and exported ones go: files, folders, pipes, and age around a file."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from memcli.cli.options import STDIN, text_from
from memcli.cli.state import State
from memcli.errors import BadInputError, StoreError, UsageError
from memcli.ingest.sealed import Key, Lock, is_sealed, needs_passphrase, seal, unseal
from memcli.paths import PRIVATE_DIR, PRIVATE_FILE


@contextmanager
def readable(path: Path) -> Iterator[Path]:
    """The file itself, or what comes through the pipe in a file that can be read twice."""
    if str(path) != STDIN:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="memcli-") as folder:
        spooled = Path(folder) / "stdin"
        with spooled.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield spooled


@contextmanager
def opened(state: State, path: Path, passphrase_file: Path | None, identities: Path | None) -> Iterator[Path]:
    """The file, decrypted for as long as it is read if it is encrypted."""
    if not is_sealed(path):
        yield path
        return
    given = passphrase(state, passphrase_file, twice=False) if needs_passphrase(path) else ""
    with tempfile.TemporaryDirectory(prefix="memcli-") as folder:
        plain = Path(folder) / path.name.removesuffix(".age")
        plain.touch(mode=PRIVATE_FILE)
        unseal(path, plain, Key(given, identities))
        yield plain


def passphrase(state: State, file: Path | None, *, twice: bool) -> str:
    """The passphrase in a file, or as a person types it.

    Raises:
        UsageError: there is neither a file nor a person.
        BadInputError: the file is empty or cannot be read.
    """
    if file is None and not state.interactive:
        raise UsageError("a passphrase is needed", hint="give it in a file: --passphrase-file FILE")
    told = (
        typer.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True)
        if file is None
        else text_from(None, file).strip("\r\n")
    )
    if not told:
        raise BadInputError("the passphrase is empty")
    return str(told)


@contextmanager
def writable(path: Path, lock: Lock | None) -> Iterator[Path]:
    """Where to write: beside the target, which is replaced when all is written; for a pipe, a file passed on."""
    if str(path) == STDIN:
        with tempfile.TemporaryDirectory(prefix="memcli-") as folder:
            whole = Path(folder) / "export"
            with _sealing(whole, lock) as file:
                yield file
            with whole.open("rb") as reader:
                shutil.copyfileobj(reader, sys.stdout.buffer)
        return
    if path.is_dir():
        raise BadInputError(f"{path} is a folder, not a file")
    with _replacing(path) as part:
        part.touch(mode=PRIVATE_FILE)
        with _sealing(part, lock) as file:
            yield file


@contextmanager
def writable_folder(path: Path, lock: Lock | None) -> Iterator[Path]:
    """A folder beside the target, which takes its place when all is written; the target must be new or empty."""
    if lock is not None or str(path) == STDIN:
        raise UsageError(
            "this format writes a folder, which can be neither encrypted nor piped", hint="use archive"
        )
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise BadInputError(f"{path} is there already and not empty", hint="name a new folder")
    with _replacing(path) as part:
        part.mkdir(mode=PRIVATE_DIR)
        yield part


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    part = path.with_name(f".{path.name}.part")
    try:
        _remove(part)
        yield part
        part.replace(path)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}") from error
    finally:
        _remove(part)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def _sealing(target: Path, lock: Lock | None) -> Iterator[Path]:
    """The target itself, or a plain file in a private place that is encrypted into it at the end."""
    if lock is None:
        yield target
        return
    with tempfile.TemporaryDirectory(prefix="memcli-") as folder:
        plain = Path(folder) / "plain"
        plain.touch(mode=PRIVATE_FILE)
        yield plain
        seal(plain, target, lock)
