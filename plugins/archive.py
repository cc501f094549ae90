"""The archive (``.memcli``): everything of a memory in one file, to be moved, kept or merged.

A ZIP of ``manifest.json`` (the form's version, and each file's number of lines and SHA-256) and JSON Lines of
turns, memories' history, memories, links and what merging needs beside them (``records.Mark``), in the spelling of
``memcli.codec``. The same records make the same
bytes: nothing in it tells when or where it was written. An archive made by a newer version is refused.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from memcli import codec
from memcli.errors import BadInputError
from memcli.hooks import hookimpl
from memcli.ingest import json_stream
from memcli.ingest.files import Entry, entries
from memcli.ingest.sound import sound
from memcli.ports import Exportable, Exporter, Imported, Importer
from memcli.records import Change, Link, Mark, Memory, Turn

Json: TypeAlias = Any
Kind: TypeAlias = "type[Turn] | type[Change] | type[Memory] | type[Link] | type[Mark]"
FORMAT: Final = "archive"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
LINES_AT_ONCE: Final = 500
LONGEST_LINE: Final = 64 * 1024**2
_NAME: Final = "memcli-archive"
_PARTS: Final[Mapping[str, Kind]] = {
    "turns.jsonl": Turn,
    "history.jsonl": Change,
    "memories.jsonl": Memory,
    "links.jsonl": Link,
    "order.jsonl": Mark,
}
_LATER: Final = "order.jsonl"
"""What archives of before devices could be merged in any order lack."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_PRIVATE: Final = 0o100600 << 16


class Archive:
    """Both directions of the format."""

    name = FORMAT

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """Some hundred records at a time are in memory; each file is compared with the manifest."""
        if path.is_file() and not zipfile.is_zipfile(path):
            raise BadInputError(f"{path.name} is no archive, or is cut off")
        with entries(path, MANIFEST, *_PARTS) as found:
            files = {entry.name: entry for entry in found}
            told = _manifest(files)
            for name, kind in _PARTS.items():
                if name in files:
                    yield from _records(files[name], kind, told.get(name), placed=_LATER in files)
                elif name != _LATER or name in told:
                    raise BadInputError(f"the archive lacks {name}")

    def write(self, path: Path, records: Exportable, options: Mapping[str, str]) -> int:
        """Turns, history, memories, links; the manifest comes last, when it is known."""
        streams: tuple[tuple[str, Iterable[codec.Record]], ...] = (
            ("turns.jsonl", records.turns()),
            ("history.jsonl", records.changes()),
            ("memories.jsonl", records.memories()),
            ("links.jsonl", records.links()),
            ("order.jsonl", records.marks()),
        )
        with zipfile.ZipFile(path, "w") as archive:
            files = {name: _write(archive, name, stream) for name, stream in streams}
            manifest = {"format": _NAME, "version": VERSION, "files": {n: f.told for n, f in files.items()}}
            archive.writestr(_member(MANIFEST), json.dumps(manifest, indent=2) + "\n", compresslevel=6)
        return sum(file.lines for name, file in files.items() if name not in ("history.jsonl", _LATER))


@hookimpl
def memcli_importers() -> Sequence[Importer]:
    """The archive."""
    return [Archive()]


@hookimpl
def memcli_exporters() -> Sequence[Exporter]:
    """The archive."""
    return [Archive()]


@dataclass(frozen=True, slots=True)
class _Written:
    """What the manifest tells of a file."""

    lines: int
    sha256: str

    @property
    def told(self) -> dict[str, Json]:
        return {"lines": self.lines, "sha256": self.sha256}


def _write(archive: zipfile.ZipFile, name: str, records: Iterable[codec.Record]) -> _Written:
    lines, digest = 0, hashlib.sha256()
    with archive.open(_member(name), "w", force_zip64=True) as file:
        for record in records:
            line = f"{codec.dumps(record)}\n".encode()
            file.write(line)
            digest.update(line)
            lines += 1
    return _Written(lines, digest.hexdigest())


def _member(name: str) -> zipfile.ZipInfo:
    """The same on every system and at any time."""
    member = zipfile.ZipInfo(name, _EPOCH)
    member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, _UNIX, _PRIVATE
    return member


def _manifest(files: Mapping[str, Entry]) -> Mapping[str, Json]:
    if MANIFEST not in files:
        raise BadInputError(f"it is no archive: it lacks {MANIFEST}")
    manifest = json_stream.document(files[MANIFEST])
    if not isinstance(manifest, dict) or manifest.get("format") != _NAME:
        raise BadInputError(f"its {MANIFEST} is not an archive's")
    version = manifest.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise BadInputError(f"it has version {version}, this memcli reads {VERSION}", hint="use a newer memcli")
    told = manifest.get("files")
    return told if isinstance(told, dict) else {}


def _records(entry: Entry, kind: Kind, told: Json, *, placed: bool) -> Iterator[Imported]:
    digest, batch, number = hashlib.sha256(), list[Any](), 0
    with entry.open() as stream:
        while line := stream.readline(LONGEST_LINE):
            number += 1
            digest.update(line)
            batch.append(_record(entry, kind, line, number))
            if len(batch) == LINES_AT_ONCE:
                yield _imported(kind, batch, placed=placed)
                batch = []
    if not isinstance(told, dict) or digest.hexdigest() != told.get("sha256"):
        raise BadInputError(f"{entry.name} is not what the archive's manifest tells: it was damaged or changed")
    yield _imported(kind, batch, placed=placed)


def _record(entry: Entry, kind: Kind, line: bytes, number: int) -> Turn | Change | Memory | Link | Mark:
    try:
        return sound(codec.loads(kind, line.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise BadInputError(f"{entry.name}, line {number} is not UTF-8 text") from error
    except (BadInputError, RecursionError) as error:
        raise BadInputError(f"{entry.name}, line {number}: {error}") from error


def _imported(kind: Kind, batch: Sequence[Any], *, placed: bool) -> Imported:
    records = tuple(batch)
    if kind is Turn:
        return Imported(turns=records, learn=False, placed=placed)
    if kind is Change:
        return Imported(changes=records, placed=placed)
    if kind is Mark:
        return Imported(marks=records)
    return Imported(memories=records) if kind is Memory else Imported(links=records)
