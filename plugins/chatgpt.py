"""ChatGPT's data export: the ZIP, its folder, or one of its ``conversations*.json``; newer ones have many.

A conversation is a tree: an edited message or a regenerated reply begins a branch. The branch that was shown last
is the conversation; the others are kept beside it, in a session of their own that no memories are drawn from.
Options: ``alternates=no`` leaves those out, ``tools=yes`` keeps what tools were told and answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from memcli.errors import BadInputError
from memcli.hooks import hookimpl
from memcli.ingest import json_stream
from memcli.ingest.files import Entry, entries, reading
from memcli.ingest.talk import Talk, moment, role_of
from memcli.ports import Imported, Importer
from memcli.records import Role

Json: TypeAlias = Any
FORMAT: Final = "chatgpt"
ALTERNATES: Final = "other replies"
_FILES: Final = "conversations*.json"
_SHORT_ID: Final = 8
_SPOKEN: Final = ("text", "multimodal_text", "code", "execution_output", "tether_quote")


class ChatGpt:
    """``ports.Importer``."""

    name = FORMAT

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """One conversation at a time is in memory."""
        with entries(path, _FILES, hint="give the ZIP that ChatGPT sent") as found:
            for entry in found:
                for number, value in enumerate(_conversations(entry), 1):
                    with reading(f"{entry.name}, conversation {number}"):
                        yield from _read(value, options)


@hookimpl
def memcli_importers() -> Sequence[Importer]:
    """ChatGPT's export."""
    return [ChatGpt()]


def _conversations(entry: Entry) -> Iterator[Json]:
    match json_stream.opening(entry):
        case "[":
            yield from json_stream.elements(entry)
        case "{":
            value = json_stream.document(entry)
            yield from value["conversations"] if isinstance(value.get("conversations"), list) else [value]
        case _:
            raise BadInputError(f"{entry.name} is not JSON")


@dataclass(frozen=True, slots=True)
class _Node:
    """What of a message counts; ``text`` is empty where it is not part of the talk."""

    parent: str
    text: str
    role: Role
    at: datetime | None
    own_id: str


def _read(value: Json, options: Mapping[str, str]) -> Iterator[Imported]:
    nodes, began = _nodes(value, options.get("tools") == "yes"), value.get("create_time")
    start = moment(began) if began is not None else None
    if start is None and not any(node.at for node in nodes.values()):
        if not any(node.text for node in nodes.values()):
            return
        raise BadInputError("neither it nor any of its messages tells a time")
    path = _path(nodes, value.get("current_node"))
    session = f"{_title(value)} ({_own_id(value)[:_SHORT_ID]})"
    yield from _said(Talk(FORMAT, session), [nodes[key] for key in path], start)
    shown = frozenset(path)
    others = [node for key, node in nodes.items() if key not in shown and node.text]
    if others and options.get("alternates") != "no":
        yield from _said(Talk(FORMAT, f"{session}, {ALTERNATES}"), others, start, learn=False)


def _said(talk: Talk, nodes: Sequence[_Node], start: datetime | None, *, learn: bool = True) -> Iterator[Imported]:
    """A message without a time was said when the one before it was."""
    known = start or next(node.at for node in nodes if node.at)
    for node in nodes:
        known = node.at or known
        talk.say(node.text, known, node.own_id, role=node.role)
        if talk.full:
            yield talk.give(learn=learn)
    yield talk.give(learn=learn)


def _nodes(value: Json, tools: bool) -> dict[str, _Node]:
    mapping = value.get("mapping") if isinstance(value, dict) else None
    if not isinstance(mapping, dict):
        raise BadInputError("it has no messages under `mapping`")
    return {key: _node(key, node, tools) for key, node in mapping.items() if isinstance(node, dict)}


def _node(key: str, node: dict[str, Json], tools: bool) -> _Node:
    parent, message = str(node.get("parent") or ""), node.get("message")
    if not isinstance(message, dict):
        return _Node(parent, "", Role.TOOL, None, key)
    role = role_of(_part(message, "author").get("role"))
    told = message.get("create_time")
    spoken = _part(message, "metadata").get("is_visually_hidden_from_conversation") is not True
    to_user = role is Role.USER or (role is Role.ASSISTANT and message.get("recipient", "all") == "all")
    text = _text(_part(message, "content")) if spoken and (to_user or tools) else ""
    return _Node(parent, text, role, moment(told) if told else None, str(message.get("id") or key))


def _part(value: dict[str, Json], key: str) -> dict[str, Json]:
    part = value.get(key)
    return part if isinstance(part, dict) else {}


def _text(content: dict[str, Json]) -> str:
    """The words; pictures and files are named by their kind, thoughts and errors are not part of the talk."""
    if content.get("content_type") not in _SPOKEN:
        return ""
    parts = content.get("parts")
    if not isinstance(parts, list):
        parts = [content.get("text")]
    return "\n".join(filter(None, map(_words, parts))).strip()


def _words(part: Json) -> str:
    if isinstance(part, str):
        return part
    if not isinstance(part, dict):
        return ""
    if isinstance(part.get("text"), str):
        return str(part["text"])
    return "[image]" if "image" in str(part.get("content_type")) else ""


def _path(nodes: Mapping[str, _Node], leaf: Json) -> list[str]:
    """From the root to the current leaf, by the parents: some exports lack the links to children.

    Without a current leaf it is the latest message.
    """
    if not isinstance(leaf, str) or leaf not in nodes:
        timed = [(node.at, key) for key, node in nodes.items() if node.at]
        leaf = max(timed)[1] if timed else next(reversed(list(nodes)), "")
    path: dict[str, None] = {}
    while leaf in nodes and leaf not in path:
        path[leaf] = None
        leaf = nodes[leaf].parent
    return list(path)[::-1]


def _title(value: dict[str, Json]) -> str:
    title = value.get("title")
    return " ".join(title.split()) if isinstance(title, str) and title.strip() else "untitled"


def _own_id(value: dict[str, Json]) -> str:
    told = value.get("conversation_id") or value.get("id")
    if not isinstance(told, str) or not told:
        raise BadInputError("it has no id")
    return told
