"""Records to JSON values and back, one spelling for the ledger and for ``--json``; knows no file or screen.

Keys are the records' field names. Times are ISO 8601 with their offset, enumerations their values, tuples lists.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias, TypeVar

from memcli.errors import BadInputError
from memcli.records import (
    Answer,
    Change,
    Filter,
    Hit,
    JobRun,
    Kind,
    Lane,
    Link,
    Mark,
    Memory,
    Op,
    Origin,
    Outcome,
    Precision,
    Priority,
    Role,
    Status,
    Turn,
    Work,
)

Record: TypeAlias = Turn | Memory | Link | Change | Mark | Hit | Answer | Filter | JobRun | Work
R = TypeVar("R", bound=Record)


def encode(record: Record) -> dict[str, Any]:
    """The record as JSON values by field name, in the field's order."""
    return {field.name: _plain(getattr(record, field.name)) for field in fields(record)}


def decode(kind: type[R], values: Mapping[str, Any]) -> R:
    """The record back from ``encode``'s values. Keys of a later version are ignored, absent ones take defaults.

    Raises:
        BadInputError: a needed key is absent, or a value is not of its field's type.
    """
    try:
        readers = _READERS[kind]
        given: dict[str, Any] = {
            f.name: _read(readers, f.name, values[f.name]) for f in fields(kind) if f.name in values
        }
        return kind(**given)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise BadInputError(f"not a {kind.__name__.lower()} record: {error}") from error


def dumps(record: Record) -> str:
    """The record as one line of JSON."""
    return json.dumps(encode(record), ensure_ascii=False, separators=(",", ":"))


def loads(kind: type[R], text: str) -> R:
    """The record back from ``dumps``.

    Raises:
        BadInputError: the text is not JSON, or not such a record.
    """
    try:
        values = json.loads(text)
    except ValueError as error:
        raise BadInputError(f"not JSON: {error}") from error
    return decode(kind, values)


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Turn | Memory | Link | Change | Hit | Answer):
        return encode(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return dict(value) if isinstance(value, Mapping) else value


def _read(readers: Mapping[str, Callable[[Any], object]], name: str, value: object) -> object:
    return value if value is None or name not in readers else readers[name](value)


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _memory(values: Mapping[str, Any]) -> Memory:
    return decode(Memory, values)


_READERS: Final[Mapping[type, Mapping[str, Callable[[Any], object]]]] = {
    Turn: {"role": Role, "at": datetime.fromisoformat, "origin": Origin},
    Memory: {
        "kind": Kind,
        "status": Status,
        "trust": Origin,
        "event_precision": Precision,
        "tags": _texts,
        "keywords": _texts,
        "sources": _texts,
    }
    | dict.fromkeys(
        (
            "created_at",
            "updated_at",
            "event_at",
            "event_end",
            "valid_from",
            "valid_to",
            "last_recalled_at",
            "expires_at",
        ),
        datetime.fromisoformat,
    ),
    Link: {},
    JobRun: {"began": datetime.fromisoformat, "ended": datetime.fromisoformat, "outcome": Outcome},
    Work: {
        "priority": Priority,
        "tags": _texts,
        "kind": Kind,
        "event_at": datetime.fromisoformat,
        "expires_at": datetime.fromisoformat,
    },
    Change: {
        "at": datetime.fromisoformat,
        "op": Op,
        "before": _memory,
        "after": _memory,
        "evidence": _texts,
        "link": lambda values: decode(Link, values),
        "sets": _texts,
    },
    Mark: {"meant": lambda values: decode(Change, values)},
    Filter: {
        "lanes": lambda values: tuple(map(Lane, values)),
        "kinds": lambda values: tuple(map(Kind, values)),
        "statuses": lambda values: tuple(map(Status, values)),
        "tags": _texts,
    }
    | dict.fromkeys(("since", "until", "as_of", "known_at"), datetime.fromisoformat),
    Hit: {"lane": Lane, "turn": lambda values: decode(Turn, values), "memory": _memory},
    Answer: {
        "at": datetime.fromisoformat,
        "trust": Origin,
        "citations": _texts,
        "injected": _texts,
        "retrieved": lambda values: tuple(decode(Hit, value) for value in values),
    },
}
