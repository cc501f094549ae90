"""Records as rows of the ledger; knows columns and no queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final, cast

from memcli import codec
from memcli.records import Change, Memory, Origin, Role, Turn
from memcli.store.filters import event_micros, micros

_TURN_NAMES: Final = tuple(f.name for f in fields(Turn))
_ROLES: Final = {role.value: role for role in Role}
_ORIGINS: Final = {origin.value: origin for origin in Origin}
TURN_COLUMNS: Final = ", ".join(f"r.{name}" for name in _TURN_NAMES)
INSERT_TURN: Final = (
    f"INSERT INTO turns ({', '.join(_TURN_NAMES)}, at_us, place)"
    f" VALUES ({', '.join('?' * (len(_TURN_NAMES) + 2))})"
)
PUT_MEMORY: Final = """
INSERT INTO memories
    (id, revision, kind, status, created_us, event_us, valid_from_us, valid_to_us, record)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    revision = excluded.revision, kind = excluded.kind, status = excluded.status,
    created_us = excluded.created_us, event_us = excluded.event_us,
    valid_from_us = excluded.valid_from_us, valid_to_us = excluded.valid_to_us, record = excluded.record
"""
INSERT_CHANGE: Final = (
    "INSERT INTO changes (id, batch, memory, op, at_us, record, place) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
PLACE: Final = "coalesce(nullif(place, 0), at_us)"
"""The place of a turn or a change in the order of all devices, in microseconds since 1970."""


def turn_row(turn: Turn, place: int) -> tuple[object, ...]:
    """The values for ``INSERT_TURN``; a ``place`` of 0 is the turn's time."""
    values = codec.encode(turn)
    return (*(values[name] for name in _TURN_NAMES), micros(turn.at), place)


def turn_of(values: Sequence[object]) -> Turn:
    """The turn in the columns ``TURN_COLUMNS``. A search makes hundreds: nothing is looked up twice."""
    turn_id, session, position, role, speaker, text, at, origin, source, source_id = cast("Any", values)
    when = datetime.fromisoformat(at)
    return Turn(turn_id, session, position, _ROLES[role], speaker, text, when, _ORIGINS[origin], source, source_id)


def memory_row(memory: Memory) -> tuple[object, ...]:
    """The values for ``PUT_MEMORY``."""
    return (
        memory.id,
        memory.revision,
        memory.kind.value,
        memory.status.value,
        micros(memory.created_at),
        event_micros(memory),
        memory.valid_from and micros(memory.valid_from),
        memory.valid_to and micros(memory.valid_to),
        codec.dumps(memory),
    )


def change_row(change: Change, place: int) -> tuple[object, ...]:
    """The values for ``INSERT_CHANGE``; a ``place`` of 0 is the change's time."""
    at, told = micros(change.at), codec.dumps(change)
    return (change.id, change.batch, change.memory_id, change.op.value, at, told, 0 if place == at else place)
