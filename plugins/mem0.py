"""mem0's memories as JSON: what its ``get_all`` returns, or an export: a list, alone or under ``results``.

Each has its words under ``memory``; ``id``, ``created_at``, ``updated_at`` and ``categories`` are taken where they
are told. A model drew them from what somebody said, so they are trusted as a tool's words are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias

from memcli.errors import BadInputError
from memcli.hooks import hookimpl
from memcli.ingest import json_stream
from memcli.ingest.files import Entry, entries, reading
from memcli.ingest.talk import moment, now_of
from memcli.ports import Imported, Importer
from memcli.records import Kind, Memory, Origin, stable_id

Json: TypeAlias = Any
FORMAT: Final = "mem0"
AT_ONCE: Final = 500
_PLACES: Final = ("results", "memories")
_WORDS: Final = ("memory", "text", "content")


class Mem0:
    """``ports.Importer``."""

    name = FORMAT

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """Some hundred memories at a time are held."""
        with entries(path, "*.json") as found:
            for entry in found:
                made = _memories(entry, now_of(options))
                while batch := tuple(islice(made, AT_ONCE)):
                    yield Imported(memories=batch)


@hookimpl
def memcli_importers() -> Sequence[Importer]:
    """mem0's memories."""
    return [Mem0()]


def _memories(entry: Entry, now: datetime) -> Iterator[Memory]:
    for number, value in enumerate(_items(entry), 1):
        with reading(f"{entry.name}, memory {number}"):
            yield _memory(value, now)


def _items(entry: Entry) -> Iterator[Json]:
    match json_stream.opening(entry):
        case "[":
            return json_stream.elements(entry)
        case "{":
            _, place = json_stream.head(entry, _PLACES)
            if place is not None:
                return json_stream.elements(entry, f"{place}.item")
    raise BadInputError(f"{entry.name} holds no list of memories", hint="save what mem0's get_all returns as JSON")


def _memory(value: Json, now: datetime) -> Memory:
    if not isinstance(value, dict):
        raise BadInputError("it is not an object")
    text = next((value[name] for name in _WORDS if isinstance(value.get(name), str)), "")
    if not text.strip():
        raise BadInputError("it has no words under `memory`")
    began = _when(value, "created_at", now)
    own_id, tags = value.get("id"), value.get("categories")
    return Memory(
        id=stable_id("m", FORMAT, str(own_id) if own_id is not None else text),
        text=text,
        kind=Kind.SEMANTIC,
        created_at=began,
        updated_at=_when(value, "updated_at", began),
        trust=Origin.TOOL,
        tags=tuple(dict.fromkeys(str(tag) for tag in tags if tag)) if isinstance(tags, list) else (),
        made_by=FORMAT,
    )


def _when(value: dict[str, Json], name: str, otherwise: datetime) -> datetime:
    told = value.get(name)
    return otherwise if told is None else moment(told)
