"""Traces in any other file of a home: settings, typed lines, logs, caches, backups; knows containers only."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Final

from memcli.errors import StoreError
from memcli.store.border import system_error
from memcli.store.needles import Needles

if TYPE_CHECKING:
    from pathlib import Path

_COMMAND: Final = re.compile(r"^/[a-z-]+", re.MULTILINE)
"""The name of a command that was typed: "/remember" holds none of the user's words."""
_GZIP: Final = b"\x1f\x8b"
_SEALED: Final = (b"age-encryption.org", b"-----BEGIN AGE ENCRYPTED FILE")
_LARGEST: Final = 1 << 30
_DEEPEST: Final = 4


def traces_in(file: Path, needles: Needles, *, words: bool) -> Iterator[tuple[str, str]]:
    """(where in the file, what) for each trace; ``words`` asks for single betraying words too.

    Raises:
        StoreError: the file cannot be read, or is encrypted or too large.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise StoreError("too large to be searched")
        data = file.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise system_error(file, error) from error
    yield from _traces(data, "", needles, words, _DEEPEST)


def _traces(data: bytes, where: str, needles: Needles, words: bool, depth: int) -> Iterator[tuple[str, str]]:
    if data.startswith(_SEALED):
        raise StoreError("it is encrypted, and was made when the text may have been there")
    text = data.decode("utf-8", errors="replace").replace("\n+", "\n")  # typed lines begin with a plus
    if needles.in_text(text) or needles.in_bytes(data):
        yield where or "contents", "text"
    elif words and needles.words_in(_COMMAND.sub("", text)):
        yield where or "contents", "word"
    for name, member in _members(data) if depth else ():
        yield from _traces(member, f"{where}/{name}".lstrip("/"), needles, words, depth - 1)


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What an archive holds; nothing of what is none.

    Raises:
        StoreError: it is damaged or opens too wide.
    """
    try:
        if data.startswith(_GZIP):
            yield "gzip", _bounded(gzip.GzipFile(fileobj=io.BytesIO(data)))
        elif zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for name in archive.namelist():
                    with archive.open(name) as member:
                        yield name, _bounded(member)
        elif data[257:262] == b"ustar":
            with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                for entry in tar:
                    if (inside := tar.extractfile(entry)) is not None:
                        yield entry.name, _bounded(inside)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, tarfile.TarError, RuntimeError) as error:
        raise StoreError(f"its contents cannot be read: {error}") from error


def _bounded(stream: IO[bytes] | gzip.GzipFile) -> bytes:
    data = stream.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise StoreError("too large to be searched")
    return data
