"""JSON Lines in and out: memcli's own records without loss, and the plain chat form that other tools write.

Own form, one record a line: ``{"type": "turn" | "memory" | "link", …}`` with the record's fields by name.

Chat form, one message a line: ``text`` or ``content``; optional ``role`` (user, assistant, system, tool),
``speaker`` (or ``name``), ``at`` (or ``timestamp``; ISO 8601 or seconds since 1970), ``session``, ``id``.
Options: ``session`` names the session of lines that name none (else the file's name does), ``at`` is the time
of lines that tell none. Empty messages are left out. Where lines have other fields, options say which: ``text``,
``role``, ``speaker``, ``when``, ``id`` and ``in`` (the session) each name one, with dots into what is nested:
``text=message.body``.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from memcli import codec
from memcli.errors import BadInputError
from memcli.hooks import hookimpl
from memcli.ingest.sound import sound
from memcli.ingest.talk import moment, origin_of, role_of
from memcli.ports import Exportable, Exporter, Imported, Importer
from memcli.records import Link, Memory, Turn, stable_id

FORMAT: Final = "jsonl"
LINES_AT_ONCE: Final = 500
LONGEST_LINE: Final = 64 * 1024 * 1024
_STEP: Final = timedelta(seconds=1)


class Jsonl:
    """Both directions of the format."""

    name = FORMAT

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """The file's records, some lines at a time; a mistake is told with its line's number."""
        reading = _Reading(options)
        for number, line in _lines(path):
            try:
                reading.take(json.loads(line))
            except (ValueError, RecursionError) as error:
                raise BadInputError(f"line {number} is not JSON: {error}") from error
            except BadInputError as error:
                raise BadInputError(f"line {number}: {error.message}", error.hint) from error
            if number % LINES_AT_ONCE == 0:
                yield reading.give()
        yield reading.give()

    def write(self, path: Path, records: Exportable, options: Mapping[str, str]) -> int:
        """Turns, then memories, then links, so that whoever reads them finds what is referred to."""
        written = 0
        with path.open("w", encoding="utf-8") as file:
            for kind, stream in (
                ("turn", records.turns()),
                ("memory", records.memories()),
                ("link", records.links()),
            ):
                for record in stream:
                    line = {"type": kind, **codec.encode(record)}
                    file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
                    written += 1
        return written


@hookimpl
def memcli_importers() -> Sequence[Importer]:
    """JSON Lines."""
    return [Jsonl()]


@hookimpl
def memcli_exporters() -> Sequence[Exporter]:
    """JSON Lines."""
    return [Jsonl()]


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that hold something, with their numbers from 1."""
    with path.open("rb") as file:
        number = 0
        while raw := file.readline(LONGEST_LINE):
            number += 1
            if len(raw) >= LONGEST_LINE:
                raise BadInputError(f"line {number} is longer than {LONGEST_LINE:,} bytes")
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            except UnicodeDecodeError as error:
                raise BadInputError(f"line {number} is not UTF-8 text") from error
            if line:
                yield number, line


@dataclass
class _Reading:
    """What has been read since the last batch, and how far each session has come."""

    options: Mapping[str, str]
    positions: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    clocks: dict[str, datetime] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    memories: list[Memory] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def take(self, value: Any) -> None:  # noqa: ANN401 -- whatever JSON a stranger's file holds
        if not isinstance(value, dict):
            raise BadInputError('a line must be a JSON object, such as {"role": "user", "content": "…"}')
        match value.get("type"):
            case "turn":
                self.turns.append(sound(codec.decode(Turn, value)))
            case "memory":
                self.memories.append(sound(codec.decode(Memory, value)))
            case "link":
                self.links.append(sound(codec.decode(Link, value)))
            case _:
                self._message(value)

    def give(self) -> Imported:
        done = Imported(tuple(self.turns), tuple(self.memories), tuple(self.links))
        self.turns, self.memories, self.links = [], [], []
        return done

    def _message(self, value: dict[str, Any]) -> None:
        text = _text(self._field(value, "text", "text", "content"))
        named = self._field(value, "in", "session") or self.options.get("session")
        session = str(named or _session_name(self.options))
        role = role_of(self._field(value, "role", "role") or "user")
        position = self.positions[session]
        self.positions[session] += 1
        if not text.strip():
            return
        at = self._time(value, session)
        speaker = str(self._field(value, "speaker", "speaker", "name") or role.value)
        own_id = self._field(value, "id", "id")
        told = str(own_id) if own_id is not None else f"{position}"
        identity = (told,) if own_id is not None else (told, speaker, text)
        self.turns.append(
            Turn(
                id=stable_id("t", FORMAT, session, *identity),
                session=session,
                position=position,
                role=role,
                speaker=speaker,
                text=text,
                at=at,
                origin=origin_of(role),
                source=FORMAT,
                source_id=told,
            )
        )

    def _field(self, value: dict[str, Any], option: str, *usual: str) -> Any:  # noqa: ANN401 -- as in the file
        """What a line says under the field that an option names, else under the first usual one that is there.

        Raises:
            BadInputError: the words are to be in a field that is not there.
        """
        path = self.options.get(option)
        if path is None:
            return next((value[name] for name in usual if value.get(name) is not None), None)
        found: Any = value
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        if found is None and option == "text":
            raise BadInputError(f"it has no field {path}")
        return found

    def _time(self, value: dict[str, Any], session: str) -> datetime:
        """When it was said; a line that does not tell comes a second after the one before it."""
        told = self._field(value, "when", "at", "timestamp", "when", "created_at")
        if told is None:
            before = self.clocks.get(session)
            at = before + _STEP if before else moment(self.options.get("at", 0))
        else:
            at = moment(told)
        self.clocks[session] = at
        return at


def _text(content: Any) -> str:  # noqa: ANN401 -- as in the file
    """The words of a message; some tools write them as a list of parts."""
    if isinstance(content, list):
        content = "\n".join(str(part["text"]) for part in content if isinstance(part, dict) and "text" in part)
    if not isinstance(content, str):
        raise BadInputError('a message needs its words under "text" or "content"')
    return content


def _session_name(options: Mapping[str, str]) -> str:
    return Path(options.get("name", FORMAT)).stem
