"""Tables (CSV): memories out, one a row; and in, memcli's own tables and anyone's with a column of words.

Anyone's: the columns are found by their usual names (``text``, ``date``, ``speaker`` and such), or told: options
``text``, ``when``, ``speaker``, ``role``, ``session`` and ``id`` name them. Commas, semicolons and tabs separate.
Words that a spreadsheet would run as a formula are written with an apostrophe before them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path
from typing import IO, Final, TextIO

from memcli import codec
from memcli.errors import BadInputError
from memcli.hooks import hookimpl
from memcli.ingest.files import Entry, entries
from memcli.ingest.sound import sound
from memcli.ingest.talk import TURNS_AT_ONCE, Talk, moment, now_of, role_of, zone_of
from memcli.ports import Exportable, Exporter, Imported, Importer
from memcli.records import Memory, Origin, Role, Turn

FORMAT: Final = "csv"
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("text", "content", "message", "body", "note", "memory"),
    "when": ("at", "date", "datetime", "timestamp", "time", "created", "created_at", "when"),
    "speaker": ("speaker", "author", "name", "from", "sender"),
    "role": ("role",),
    "session": ("session", "conversation", "thread", "chat", "channel"),
    "id": ("id", "uuid", "message_id", "key"),
}
_FIELDS: Final = tuple(field.name for field in fields(Memory))
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "'")
_WORDS: Final = ("text", "about", "id", "made_by", "kind", "status", "trust", "event_precision", "supersedes")


class Csv:
    """Both directions of the format."""

    name = FORMAT

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """Some hundred rows at a time are in memory."""
        with entries(path, "*.csv", "*.tsv") as found:
            for entry in found:
                with entry.open() as stream:
                    yield from _table(stream, entry, options)

    def write(self, path: Path, records: Exportable, options: Mapping[str, str]) -> int:
        """The fields of the record are the columns, in order; lists are JSON arrays."""
        written = 0
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_FIELDS)
            for memory in records.memories():
                values = codec.encode(memory)
                writer.writerow([_cell(name, values[name]) for name in _FIELDS])
                written += 1
        return written


@hookimpl
def memcli_importers() -> Sequence[Importer]:
    """Tables."""
    return [Csv()]


@hookimpl
def memcli_exporters() -> Sequence[Exporter]:
    """Tables."""
    return [Csv()]


def _table(stream: IO[bytes], entry: Entry, options: Mapping[str, str]) -> Iterator[Imported]:
    row = 0
    try:
        with io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as lines:
            header, rows = _rows(lines)
            reading = _reading(header, entry, options)
            for row, cells in enumerate(rows, 2):
                if any(cell.strip() for cell in cells):
                    reading.take(dict(zip(header, cells, strict=False)), row)
                if row % TURNS_AT_ONCE == 0:
                    yield reading.give()
            yield reading.give()
    except UnicodeDecodeError as error:
        raise BadInputError(f"{entry.name} is not UTF-8 text", hint="save it as UTF-8") from error
    except csv.Error as error:
        raise BadInputError(f"{entry.name}, after row {row} is not a table: {error}") from error
    except BadInputError as error:
        where = f", row {row}" if row else ""
        raise BadInputError(f"{entry.name}{where}: {error.message}", error.hint) from error


def _rows(lines: TextIO) -> tuple[list[str], Iterator[list[str]]]:
    """The header and the rows below it; what separates the header's cells separates the others'."""
    first = lines.readline()
    delimiter = _delimiter(first)
    header = next(csv.reader([first], delimiter=delimiter), [])
    return header, csv.reader(lines, delimiter=delimiter, strict=True)


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _reading(header: Sequence[str], entry: Entry, options: Mapping[str, str]) -> _Memories | _Messages:
    if {"id", "text", "kind", "created_at", "updated_at"} <= set(header):
        return _Memories([])
    places = {what: _column(header, what, names, options) for what, names in COLUMNS.items()}
    if places["text"] is None:
        raise BadInputError(
            "no column holds the words", hint=f"name it: -o text=COLUMN; it has {', '.join(header)}"
        )
    name = options.get("name") if "/" not in entry.name else None
    return _Messages({w: p for w, p in places.items() if p}, options, Path(name or entry.name).stem, {})


def _column(header: Sequence[str], what: str, names: Sequence[str], options: Mapping[str, str]) -> str | None:
    told = options.get(what)
    if told is not None and told not in header:
        raise BadInputError(f"there is no column {told}", hint=f"it has {', '.join(header)}")
    known = {column.strip().lower().replace(" ", "_"): column for column in header}
    return told or next((known[name] for name in names if name in known), None)


@dataclass(slots=True)
class _Memories:
    """Rows of memcli's own table."""

    memories: list[Memory]

    def take(self, cells: Mapping[str, str], row: int) -> None:
        values = {name: _value(name, cells[name]) for name in _FIELDS if cells.get(name)}
        self.memories.append(sound(codec.decode(Memory, values)))

    def give(self) -> Imported:
        done, self.memories = tuple(self.memories), []
        return Imported(memories=done)


@dataclass(slots=True)
class _Messages:
    """Rows of anyone's table; ``places`` are the columns by what they hold."""

    places: Mapping[str, str]
    options: Mapping[str, str]
    session: str
    talks: dict[str, Talk]

    def take(self, cells: Mapping[str, str], row: int) -> None:
        told = {what: cells.get(column, "").strip() for what, column in self.places.items()}
        session = told.get("session") or self.session
        talk = self.talks.setdefault(session, Talk(FORMAT, session))
        role = role_of(told["role"]) if told.get("role") else Role.USER
        at = moment(told["when"], zone_of(self.options)) if told.get("when") else now_of(self.options)
        speaker = told.get("speaker", "")
        digest = blake2b("\x1f".join((told.get("when", ""), speaker, told["text"])).encode(), digest_size=12)
        own_id = f"{session}/{told.get('id') or f'{row}/{digest.hexdigest()}'}"
        origin = None if told.get("role") else Origin.DOCUMENT
        talk.say(told["text"], at, own_id, role=role, speaker=speaker, origin=origin)

    def give(self) -> Imported:
        turns: list[Turn] = []
        for talk in self.talks.values():
            turns += talk.turns
            talk.turns = []
        return Imported(turns=tuple(turns))


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if name in ("text", "about") and value.startswith(_FORMULA) else value
    return json.dumps(value, ensure_ascii=False)


def _value(name: str, cell: str) -> object:
    if name in ("text", "about") and cell.startswith("'") and cell[1:].startswith(_FORMULA):
        return cell[1:]
    if name in _WORDS or name.endswith(("_at", "_end", "_from", "_to")):
        return cell
    try:
        return json.loads(cell)
    except ValueError as error:
        raise BadInputError(f"{name} cannot be {cell[:40]!r}") from error
