"""Records out of a stranger's JSON, each value of its field's type; pure, knows no format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Final, TypeVar

from memcli.errors import BadInputError
from memcli.records import Change, Link, Mark, Memory, Turn

R = TypeVar("R", bound=Turn | Memory | Link | Change | Mark)

_PLAIN: Final[Mapping[str, type | tuple[type, ...]]] = {
    "str": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
}
_LANES: Final[Mapping[type, str]] = {Turn: "t:", Memory: "m:", Change: "c:"}
_LANES_MARKED: Final = ("t", "m", "c", "a")
_END: Final = 300_000_000_000_000_000
"""Later than the year 9999, in microseconds since 1970."""
_ID: Final = re.compile(r"[0-9A-Za-z_.-]{1,80}")


def sound(record: R) -> R:
    """The record itself, if each of its values is of its field's type; JSON promises nothing of the kind.

    Raises:
        BadInputError: one is not, a time has no offset, or the id cannot be one.
    """
    if isinstance(record, Mark):
        _check_mark(record)
    for each in fields(record):
        _check(each.name, str(each.type), getattr(record, each.name))
    lane = _LANES.get(type(record))
    own_id = getattr(record, "id", "")
    if lane and not (own_id.startswith(lane) and _ID.fullmatch(own_id.removeprefix(lane))):
        raise BadInputError(f"{own_id!r} cannot be the id of a {type(record).__name__.lower()}")
    return record


def _check_mark(mark: Mark) -> None:
    for one in (mark.id, mark.over or "c:none"):
        lane, _, body = str(one).partition(":")
        if lane not in _LANES_MARKED or not _ID.fullmatch(body):
            raise BadInputError(f"{one!r} cannot be an id")
    _check("place", "int", mark.place)
    if not 0 <= mark.place < _END:
        raise BadInputError(f"place cannot be {mark.place}")


def _check(name: str, kind_name: str, value: object) -> None:
    kind = _PLAIN.get(kind_name)
    if kind and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
        raise BadInputError(f"{name} cannot be {value!r}")
    if isinstance(value, datetime) and value.tzinfo is None:
        raise BadInputError(f"{name} needs a time zone offset")
    if isinstance(value, Memory | Link | Change):
        sound(value)
