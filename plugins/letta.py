"""Letta's agent files (``.af``): an agent's messages as a conversation, its memory blocks as memories.

Both forms are read: the newer, with ``agents`` and ``blocks`` side by side, and the one of a single agent with its
``core_memory``. What the agent wrote about itself (``persona``) is left out unless ``-o persona=yes``; blocks are
trusted as a tool's words are. Of the messages, those that were said are kept: not the system's, the tools', nor
what the agent thought.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from memcli.errors import BadInputError
from memcli.hooks import hookimpl
from memcli.ingest import json_stream
from memcli.ingest.files import entries, reading
from memcli.ingest.talk import Talk, moment, now_of
from memcli.ingest.text import segments
from memcli.ports import Imported, Importer
from memcli.records import Kind, Memory, Origin, Role, stable_id

Json: TypeAlias = Any
FORMAT: Final = "letta"
PIECE_CHARS: Final = 400
SAID: Final = "send_message"
_ROLES: Final = {"user": Role.USER, "assistant": Role.ASSISTANT}


class Letta:
    """``ports.Importer``."""

    name = FORMAT

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """One file at a time is in memory."""
        with entries(path, "*.af", "*.json") as found:
            for entry in found:
                try:
                    yield from _read(json_stream.document(entry), options)
                except BadInputError as error:
                    told = error.message.removeprefix(f"{entry.name} ")
                    raise BadInputError(f"{entry.name}: {told}", error.hint) from error


@hookimpl
def memcli_importers() -> Sequence[Importer]:
    """Letta's agent files."""
    return [Letta()]


def _read(value: Json, options: Mapping[str, str]) -> Iterator[Imported]:
    agents = value.get("agents", [value]) if isinstance(value, dict) else None
    if not isinstance(agents, list) or not all(
        isinstance(agent, dict) and "messages" in agent for agent in agents
    ):
        raise BadInputError("it is no agent file: it has no agents with messages")
    shared = {block["id"]: block for block in _objects(value, "blocks") if isinstance(block.get("id"), str)}
    for agent in agents:
        blocks = _objects(agent, "core_memory")
        blocks += [shared[one] for one in agent.get("block_ids") or () if one in shared]
        yield from _agent(agent, blocks, options)


def _agent(
    agent: dict[str, Json], blocks: list[dict[str, Json]], options: Mapping[str, str]
) -> Iterator[Imported]:
    name = str(agent.get("name") or agent.get("id") or FORMAT)
    talk = Talk(FORMAT, name)
    for number, message in enumerate(_objects(agent, "messages"), 1):
        with reading(f"message {number} of {name}"):
            _say(talk, message, name, number)
        if talk.full:
            yield talk.give()
    yield talk.give()
    keep = [block for block in blocks if block.get("label") != "persona" or options.get("persona") == "yes"]
    since = talk.last or now_of(options)  # a newer file's blocks do not tell since when they are known
    yield Imported(memories=tuple(memory for block in keep for memory in _memories(block, name, since)))


def _say(talk: Talk, message: dict[str, Json], agent: str, number: int) -> None:
    role = _ROLES.get(str(message.get("role")))
    words = _words(message, role) if role else ""
    if role is None or not words.strip():
        return
    told = message.get("created_at")
    if told is None and talk.last is None:
        raise BadInputError("it does not tell when it was said")
    at = moment(told) if told is not None else talk.last
    assert at is not None
    own_id = f"{agent}/{message.get('id') or number}/{at.isoformat()}"
    talk.say(words, at, own_id, role=role, speaker="" if role is Role.USER else agent)


def _words(message: dict[str, Json], role: Role) -> str:
    """A user's words may come in an envelope; an agent's may be what it told a tool to say."""
    text = _text(message.get("content", message.get("text")))
    if role is Role.USER:
        return _unpacked(text)
    calls = [call.get("function") for call in _objects(message, "tool_calls")]
    said = [call for call in calls if isinstance(call, dict) and call.get("name") == SAID]
    if not calls:
        return text
    return "\n".join(filter(None, map(_told, said)))


def _told(call: dict[str, Json]) -> str:
    try:
        given = json.loads(call.get("arguments") or "{}")
    except (ValueError, TypeError, RecursionError):
        return ""
    return str(given.get("message") or "") if isinstance(given, dict) else ""


def _unpacked(text: str) -> str:
    """``{"type": "user_message", "message": …, "time": …}``; of another type nobody said anything."""
    try:
        value = json.loads(text) if text.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return text
    if value["type"] != "user_message" or not isinstance(value.get("message"), str):
        return ""
    return str(value["message"])


def _text(content: Json) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, dict) and part.get("type", "text") == "text"]
    return "\n".join(text for text in texts if isinstance(text, str))


def _memories(block: dict[str, Json], agent: str, at: datetime) -> Iterator[Memory]:
    """A block in pieces that can be found; a piece that stays the same keeps its id."""
    label, value = str(block.get("label") or "memory"), block.get("value")
    told = block.get("created_at")
    since = moment(told) if told is not None else at
    for paragraph in str(value or "").split("\n\n"):
        for piece in segments(paragraph.strip(), PIECE_CHARS):
            yield Memory(
                id=stable_id("m", FORMAT, agent, label, piece),
                text=piece,
                kind=Kind.CORE if label == "human" else Kind.SEMANTIC,
                created_at=since,
                updated_at=since,
                about="user" if label == "human" else agent,
                trust=Origin.TOOL,
                tags=(label,),
                made_by=FORMAT,
            )


def _objects(value: Json, key: str) -> list[dict[str, Json]]:
    told = value.get(key) if isinstance(value, dict) else None
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []
