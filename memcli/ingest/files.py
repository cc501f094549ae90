"""A file, a folder or a ZIP as one list of entries, safe to open though strangers made it; knows no format.

Nothing is ever unpacked to disk. What an archive claims about itself is checked before anything of it is read.
"""

from __future__ import annotations

import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import IO, Final

from memcli.errors import BadInputError

LARGEST: Final = 4 * 1024**3
LARGEST_RATIO: Final = 200
RATIO_COUNTS_FROM: Final = 8 * 1024**2
MOST_ENTRIES: Final = 200_000
LARGEST_DOCUMENT: Final = 64 * 1024**2
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: ``name`` is its path inside the folder or archive, with ``/``; ``modified`` as its medium says."""

    name: str
    size: int
    modified: datetime
    _open: Callable[[], IO[bytes]]

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The file's bytes as a stream.

        Raises:
            BadInputError: what the archive holds is damaged.
        """
        try:
            with self._open() as stream:
                yield stream
        except (*_DAMAGED, OSError) as error:
            raise BadInputError(f"{self.name} cannot be read: {error}") from error

    def bytes(self, limit: int = LARGEST_DOCUMENT) -> bytes:
        """All of the file.

        Raises:
            BadInputError: it is larger than ``limit`` bytes, or damaged.
        """
        with self.open() as stream:
            raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise BadInputError(f"{self.name} is larger than {limit:,} bytes")
        return raw

    def matches(self, *patterns: str) -> bool:
        """Whether the last part of the name fits one of the shell patterns, in any case."""
        last = self.name.rpartition("/")[2].lower()
        return any(fnmatch(last, pattern) for pattern in patterns)


@contextmanager
def entries(path: Path, *patterns: str, hint: str | None = None) -> Iterator[list[Entry]]:
    """The files of a folder or ZIP whose names fit, by name; a file that is no ZIP is its only entry.

    Raises:
        BadInputError: none fits (``hint`` says what to give), or the archive is damaged, encrypted, too large, or
            names files outside itself.
    """
    if path.is_dir():
        yield _fitting(path, _of_folder(path), patterns, hint)
    elif not zipfile.is_zipfile(path):
        yield [_of_file(path, path.name)]
    else:
        with _zip(path) as archive:
            members = [_of_member(archive, member) for member in _members(archive)]
            yield _fitting(path, members, patterns, hint)


@contextmanager
def reading(where: str) -> Iterator[None]:
    """What is wrong in here is told with where it stands.

    Raises:
        BadInputError: as it was raised, with the place before it.
    """
    try:
        yield
    except BadInputError as error:
        raise BadInputError(f"{where}: {error.message}", error.hint) from error


def _fitting(path: Path, every: Iterable[Entry], patterns: Sequence[str], hint: str | None) -> list[Entry]:
    found = sorted((entry for entry in every if entry.matches(*patterns)), key=lambda entry: entry.name)
    if not found:
        raise BadInputError(f"{path.name} holds no {' or '.join(patterns)}", hint)
    return found


def _of_file(path: Path, name: str) -> Entry:
    told = path.stat()
    if told.st_size > LARGEST:
        raise BadInputError(f"{name} is larger than {LARGEST:,} bytes")
    return Entry(name, told.st_size, datetime.fromtimestamp(told.st_mtime, UTC), lambda: path.open("rb"))


def _of_folder(path: Path) -> list[Entry]:
    """Regular files only: a symbolic link may lead out of the folder, and a pipe may never end."""
    found: list[Entry] = []
    for folder, folders, files in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            file = Path(folder) / name
            if name.startswith(".") or not stat.S_ISREG(file.lstat().st_mode):
                continue
            found.append(_of_file(file, file.relative_to(path).as_posix()))
            if len(found) > MOST_ENTRIES:
                raise BadInputError(f"{path} holds more than {MOST_ENTRIES:,} files")
    return found


@contextmanager
def _zip(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (*_DAMAGED, ValueError, NotImplementedError) as error:
        raise BadInputError(f"{path.name} is a damaged ZIP: {error}") from error
    with archive:
        yield archive


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = [member for member in archive.infolist() if member.filename and not member.is_dir()]
    if len(members) > MOST_ENTRIES:
        raise BadInputError(f"the archive holds more than {MOST_ENTRIES:,} files")
    for member in members:
        _check(member)
    return members


def _check(member: zipfile.ZipInfo) -> None:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or any(":" in part for part in name.parts[:1]):
        raise BadInputError(f"the archive names a file outside itself: {member.filename}")
    if member.flag_bits & 1:
        raise BadInputError(f"{member.filename} in the archive is encrypted", hint="unpack it first")
    if member.compress_type not in _METHODS:
        raise BadInputError(f"{member.filename} is packed in a way that is not known here", hint="unpack it first")
    if member.file_size > LARGEST:
        raise BadInputError(
            f"{member.filename} unpacks to {member.file_size:,} bytes; at most {LARGEST:,} are read"
        )
    packed = max(member.compress_size, 1)
    if member.file_size > RATIO_COUNTS_FROM and member.file_size / packed > LARGEST_RATIO:
        ratio = member.file_size // packed
        raise BadInputError(f"{member.filename} unpacks to {ratio:,} times its size, as a ZIP bomb does")


def _of_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Entry:
    try:
        modified = datetime(*member.date_time, tzinfo=UTC)
    except ValueError:
        modified = datetime(1980, 1, 1, tzinfo=UTC)
    return Entry(member.filename, member.file_size, modified, lambda: _opened(archive, member))


def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    """A member as a stream; one that lies about where it is, or how it is packed, raises many kinds of errors."""
    try:
        return archive.open(member)
    except (
        *_DAMAGED,
        OSError,
        ValueError,
        OverflowError,
        NotImplementedError,
        RuntimeError,
        struct.error,
    ) as error:
        raise BadInputError(f"{member.filename} is damaged: {error}") from error
