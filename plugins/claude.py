"""Claude's data export: the ZIP, its folder, or its ``conversations.json`` or ``projects.json``.

What was attached to a message, and a project's documents, are kept as documents: trusted less than the user's own
words. Thoughts and the use of tools are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from memcli.errors import BadInputError
from memcli.hooks import hookimpl
from memcli.ingest import json_stream
from memcli.ingest.files import Entry, entries, reading
from memcli.ingest.talk import Talk, moment, role_of
from memcli.ports import Imported, Importer
from memcli.records import Origin

Json: TypeAlias = Any
FORMAT: Final = "claude"
_SHORT_ID: Final = 8


class Claude:
    """``ports.Importer``."""

    name = FORMAT

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """One conversation or project at a time is in memory."""
        with entries(path, "conversations*.json", "projects*.json", hint="give the ZIP that Claude sent") as found:
            for entry in found:
                for number, value in enumerate(_values(entry), 1):
                    with reading(f"{entry.name}, element {number}"):
                        yield _read(value)


@hookimpl
def memcli_importers() -> Sequence[Importer]:
    """Claude's export."""
    return [Claude()]


def _values(entry: Entry) -> Iterator[Json]:
    match json_stream.opening(entry):
        case "[":
            yield from json_stream.elements(entry)
        case "{":
            yield json_stream.document(entry)
        case _:
            raise BadInputError(f"{entry.name} is not JSON")


def _read(value: Json) -> Imported:
    if not isinstance(value, dict):
        raise BadInputError("it is not an object")
    name = " ".join(str(value.get("name") or "untitled").split())
    talk = Talk(FORMAT, f"{name} ({_own_id(value)[:_SHORT_ID]})")
    if isinstance(value.get("chat_messages"), list):
        for message in value["chat_messages"]:
            _message(talk, message)
        return talk.give()
    if "docs" not in value and "prompt_template" not in value:
        raise BadInputError("it has neither `chat_messages` nor `docs`")
    _project(talk, value)
    return talk.give(learn=False)


def _message(talk: Talk, message: Json) -> None:
    if not isinstance(message, dict):
        raise BadInputError("a message is not an object")
    at, own_id = moment(message.get("created_at")), _own_id(message)
    talk.say(_text(message), at, own_id, role=role_of(message.get("sender")))
    for number, each in enumerate(_list(message, "attachments")):
        document = f"{each.get('file_name') or 'attachment'}\n\n{each.get('extracted_content') or ''}"
        if each.get("extracted_content"):
            talk.say(document, at, f"{own_id}/{number}", origin=Origin.DOCUMENT)


def _text(message: dict[str, Json]) -> str:
    """The parts that are text; older exports have the whole under ``text`` only."""
    parts = [str(part.get("text") or "") for part in _list(message, "content") if part.get("type") == "text"]
    return "\n".join(filter(None, parts)).strip() or str(message.get("text") or "")


def _project(talk: Talk, value: dict[str, Json]) -> None:
    began, own_id = moment(value.get("created_at")), _own_id(value)
    instructions = "\n\n".join(filter(None, (value.get("description"), value.get("prompt_template"))))
    talk.say(instructions, began, own_id)
    for document in _list(value, "docs"):
        text = f"{document.get('filename') or 'document'}\n\n{document.get('content') or ''}"
        at = moment(document.get("created_at") or value.get("created_at"))
        talk.say(text, at, _own_id(document), origin=Origin.DOCUMENT)


def _list(value: dict[str, Json], key: str) -> list[dict[str, Json]]:
    found = value.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _own_id(value: dict[str, Json]) -> str:
    told = value.get("uuid")
    if not isinstance(told, str) or not told:
        raise BadInputError("it has no uuid, or one of its parts has none")
    return told
