"""Logs of coding assistants, JSON Lines: a file, or all below a folder such as ``~/.claude/projects``.

Three forms are known: Claude Code's (``type``, ``message``, ``sessionId``), Codex's (``type: response_item`` with
a ``payload``), and plain ``{"role", "content"}`` lines. What was said is kept; the use of tools, thoughts, side
chains and what the program itself put into the user's mouth are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, TypeAlias

from memcli.errors import BadInputError
from memcli.hooks import hookimpl
from memcli.ingest.files import Entry, entries, reading
from memcli.ingest.talk import Talk, moment, role_of
from memcli.ports import Imported, Importer
from memcli.records import Role

Json: TypeAlias = Any
FORMAT: Final = "agent-log"
LONGEST_LINE: Final = 64 * 1024**2
_SPOKEN: Final = ("text", "input_text", "output_text")
_MACHINE: Final = re.compile(
    r"<(command-|local-command|environment_context|user_instructions|system-reminder|task-notification|permissions)"
    r"|Caveat: The messages below"
)


class AgentLog:
    """``ports.Importer``."""

    name = FORMAT

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """A session's turns, some hundred at a time."""
        with entries(path, "*.jsonl") as found:
            for entry in found:
                yield from _Log(entry, Talk(FORMAT, PurePosixPath(entry.name).stem)).read()


@hookimpl
def memcli_importers() -> Sequence[Importer]:
    """Coding assistants' logs."""
    return [AgentLog()]


@dataclass(slots=True)
class _Log:
    """One file on its way to turns."""

    entry: Entry
    talk: Talk

    def read(self) -> Iterator[Imported]:
        with self.entry.open() as stream:
            for number, value in _lines(stream, self.entry.name):
                with reading(f"{self.entry.name}, line {number}"):
                    self._take(value, number)
                if self.talk.full:
                    yield self.talk.give()
        yield self.talk.give()

    def _take(self, value: dict[str, Json], number: int) -> None:
        if value.get("type") == "session_meta":
            self.talk.session = str(_part(value, "payload").get("id") or self.talk.session)
            return
        message = _message(value)
        if message is None or value.get("isMeta") or value.get("isSidechain"):
            return
        self.talk.session = str(value.get("sessionId") or self.talk.session)
        role, text = role_of(message.get("role")), _text(message.get("content"))
        if role is Role.TOOL or (role is Role.USER and _MACHINE.match(text.lstrip())):
            return
        told = value.get("timestamp")
        at = moment(told) if told else self.talk.last or self.entry.modified
        own_id = str(value.get("uuid") or f"{self.talk.session}/{number}")
        self.talk.say(text, at, own_id, role=role)


def _lines(stream: IO[bytes], name: str) -> Iterator[tuple[int, dict[str, Json]]]:
    number = 0
    while raw := stream.readline(LONGEST_LINE):
        number += 1
        if len(raw) >= LONGEST_LINE:
            raise BadInputError(f"{name}, line {number} is longer than {LONGEST_LINE:,} bytes")
        if not raw.strip():
            continue
        try:
            value = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
        except UnicodeDecodeError as error:
            raise BadInputError(f"{name}, line {number} is not UTF-8 text") from error
        except (ValueError, RecursionError) as error:
            raise BadInputError(f"{name}, line {number} is not JSON, or is cut off") from error
        if not isinstance(value, dict):
            raise BadInputError(f"{name}, line {number} is not a JSON object")
        yield number, value


def _message(value: dict[str, Json]) -> dict[str, Json] | None:
    """The message that a line holds, if it holds one."""
    if isinstance(value.get("message"), dict):
        return _part(value, "message") if value.get("type") in ("user", "assistant") else None
    payload = _part(value, "payload")
    if value.get("type") == "response_item":
        return payload if payload.get("type") == "message" else None
    return value if "role" in value and "content" in value else None


def _part(value: dict[str, Json], key: str) -> dict[str, Json]:
    part = value.get(key)
    return part if isinstance(part, dict) else {}


def _text(content: Json) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(
        str(part.get("text") or "") for part in parts if isinstance(part, dict) and part.get("type") in _SPOKEN
    )
