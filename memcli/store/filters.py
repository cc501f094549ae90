"""One meaning of ``Filter`` in three spellings (Python, SQLite, Lance), so that every path keeps the same records.

Restrictions narrow: a memory must have all the tags asked for. A ``session`` keeps the memories drawn from one of
its turns. Under ``as_of`` a superseded memory counts as active, since its interval says when it held; the
interval includes ``valid_from`` and not ``valid_to``. ``since`` and ``until`` are both inclusive.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from memcli.errors import BadInputError
from memcli.records import Filter, Lane, Memory, Status, Turn

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FOLDED: Final = str.maketrans("ik", "__")
_LONGEST_PATTERN: Final = 100


def micros(at: datetime) -> int:
    """Microseconds since 1970 UTC.

    Raises:
        BadInputError: the time has no offset, so that its instant is not known.
    """
    if at.tzinfo is None:
        raise BadInputError(f"the time {at.isoformat()} has no offset from UTC")
    return (at - _EPOCH) // timedelta(microseconds=1)


def event_micros(memory: Memory) -> int:
    """When it happened, or since when it is known: what ``since`` and ``until`` bound."""
    return micros(memory.event_at or memory.created_at)


def statuses(where: Filter) -> tuple[Status, ...]:
    """The statuses that may be returned; empty for all."""
    if where.as_of is not None and Status.ACTIVE in where.statuses:
        return (*where.statuses, Status.SUPERSEDED)
    return where.statuses


def keeps_turn(turn: Turn, where: Filter) -> bool:
    """Whether a turn passes."""
    return (
        (where.session is None or turn.session == where.session)
        and (where.since is None or turn.at >= where.since)
        and (where.until is None or turn.at <= where.until)
        and (where.known_at is None or turn.at <= where.known_at)
        and _contains(turn.text, where.containing)
    )


def keeps_memory(memory: Memory, where: Filter, session_turns: frozenset[str] = frozenset()) -> bool:
    """Whether a memory passes; ``session_turns`` are the ids of ``where.session``'s turns."""
    allowed = statuses(where)
    return (
        (not where.kinds or memory.kind in where.kinds)
        and (not allowed or memory.status in allowed)
        and (not where.trusts or memory.trust in where.trusts)
        and _contains(memory.text, where.containing)
        and set(where.tags) <= set(memory.tags)
        and (where.since is None or event_micros(memory) >= micros(where.since))
        and (where.until is None or event_micros(memory) <= micros(where.until))
        and (where.session is None or not session_turns.isdisjoint(memory.sources))
        and _valid(memory, where)
    )


def _contains(text: str, words: Iterable[str]) -> bool:
    return all(word.lower() in text.lower() for word in words)


def _valid(memory: Memory, where: Filter) -> bool:
    at = where.as_of
    if at is None:
        return True
    since = memory.valid_from or (memory.event_at or memory.created_at if where.begun else None)
    return (since is None or since <= at) and (memory.valid_to is None or at < memory.valid_to)


def _validity(where: Filter, prefix: str = "") -> Iterator[str]:
    """What ``as_of`` asks, as conditions with their numbers in them."""
    if where.as_of is not None:
        at = micros(where.as_of)
        always = f"{prefix}event_us <= {at}" if where.begun else "1 = 1"
        yield f"({prefix}valid_from_us <= {at} OR ({prefix}valid_from_us IS NULL AND {always}))"
        yield f"({prefix}valid_to_us IS NULL OR {prefix}valid_to_us > {at})"


@dataclass(slots=True)
class _Clauses:
    """Conditions joined by AND; values apart from the text where the engine can bind them."""

    texts: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, text: str, *values: object) -> None:
        self.texts.append(text)
        self.values.extend(values)

    def sql(self) -> str:
        return " AND ".join(self.texts) or "1"


def memory_sql(where: Filter) -> tuple[str, list[object]]:
    """The condition on the ledger's ``memories m`` and its bound values (``known_at`` aside)."""
    clauses = _Clauses()
    if where.kinds:
        clauses.add("m.kind IN (SELECT value FROM json_each(?))", json.dumps(where.kinds))
    if allowed := statuses(where):
        clauses.add("m.status IN (SELECT value FROM json_each(?))", json.dumps(allowed))
    if where.trusts:
        clauses.add(
            "json_extract(m.record, '$.trust') IN (SELECT value FROM json_each(?))", json.dumps(where.trusts)
        )
    _add_words(clauses, where.containing)
    for tag in where.tags:
        clauses.add("EXISTS (SELECT 1 FROM json_each(m.record, '$.tags') WHERE value = ?)", tag)
    if where.since is not None:
        clauses.add("m.event_us >= ?", micros(where.since))
    if where.until is not None:
        clauses.add("m.event_us <= ?", micros(where.until))
    if where.session is not None:
        clauses.add(
            "EXISTS (SELECT 1 FROM memory_sources s JOIN turns t ON t.id = s.turn"
            " WHERE s.memory = m.id AND t.session = ?)",
            where.session,
        )
    for condition in _validity(where, "m."):
        clauses.add(condition)
    return clauses.sql(), clauses.values


def _add_words(clauses: _Clauses, words: Iterable[str]) -> None:
    for pattern in filter(None, map(_roughly, words)):
        clauses.add("m.record LIKE ?", pattern)
    for word in words:
        clauses.add("instr(lowered(json_extract(m.record, '$.text')), ?)", word.lower())


def _roughly(word: str) -> str:
    """A pattern that the record of each memory with the word fits, and few others; empty where there is none.

    SQLite compares it five times as fast as it asks Python for small letters. It knows those of ASCII only, and
    two letters beyond it, \u0130 and \u212a, become i and k: any character may stand in their places.
    """
    if not (word.isascii() and word.isalnum() and len(word) <= _LONGEST_PATTERN):
        return ""
    return f"%{word.lower().translate(_FOLDED)}%"


def lance_sql(lane: Lane, where: Filter, of_session: Iterable[str] = ()) -> str | None:
    """The condition on a Lance table, literals quoted; None for no condition.

    Args:
        lane: the table.
        where: the filter; its ``known_at`` is not seen to here for memories, which Lance keeps only as they are.
        of_session: for memories, the ids that ``where.session`` allows.
    """
    texts = _turn_texts(where) if lane is Lane.TURN else _memory_texts(where, of_session)
    return " AND ".join(texts) or None


def _turn_texts(where: Filter) -> list[str]:
    texts = [] if where.session is None else [f"session = {quoted(where.session)}"]
    texts += [] if where.since is None else [f"at_us >= {micros(where.since)}"]
    texts += _containing(where)
    return texts + [f"at_us <= {micros(end)}" for end in (where.until, where.known_at) if end is not None]


def _memory_texts(where: Filter, of_session: Iterable[str]) -> list[str]:
    texts = [f"array_has(tags, {quoted(tag)})" for tag in where.tags] + _containing(where)
    if where.trusts:
        texts.append(among("trust", where.trusts))
    if where.kinds:
        texts.append(among("kind", where.kinds))
    if allowed := statuses(where):
        texts.append(among("status", allowed))
    if where.since is not None:
        texts.append(f"event_us >= {micros(where.since)}")
    if where.until is not None:
        texts.append(f"event_us <= {micros(where.until)}")
    if where.session is not None:
        texts.append(among("id", of_session))
    return [*texts, *_validity(where)]


def _containing(where: Filter) -> list[str]:
    return [f"strpos(lower(text), {quoted(word.lower())}) > 0" for word in where.containing]


def quoted(text: str) -> str:
    """A Lance string literal: nothing but the quote has a meaning in it."""
    return "'" + text.replace("'", "''") + "'"


def among(column: str, values: Iterable[str]) -> str:
    """``column IN (…)`` over string literals; never true for no values."""
    listed = ", ".join(quoted(value) for value in values)
    return f"{column} IN ({listed})" if listed else "false"
