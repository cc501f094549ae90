"""What ``--json`` prints: records as the documents of the contract; knows no stream.

What each document holds is told by `memcli help json` (``pages/json.md``). Keys are only ever added within a
schema version. Records appear under their field names as ``memcli.codec`` spells them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from memcli import codec
from memcli.cli.options import SCHEMA
from memcli.lifecycle import retention
from memcli.records import Answer, Change, Hit, Link, Memory, Turn

Document: TypeAlias = dict[str, Any]


def of(**keys: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """An object of this schema version."""
    return {"schema": SCHEMA, **keys}


def memory(record: Memory, now: datetime) -> Document:
    """A memory's fields and what is left of it."""
    return {**codec.encode(record), "retention": round(retention(record, now), 4)}


def memory_shown(record: Memory, links: Sequence[Link], history: Sequence[Change], now: datetime) -> Document:
    """A memory with its links and the outline of its history."""
    steps = [{"id": c.id, "at": c.at.isoformat(), "op": c.op.value, "actor": c.actor} for c in history]
    return of(**memory(record, now), lane="memory", links=[codec.encode(link) for link in links], history=steps)


def turn_shown(record: Turn) -> Document:
    """A turn's fields."""
    return of(**codec.encode(record), lane="turn")


def hit(found: Hit, now: datetime, *, features: bool = False) -> Document:
    """A search result; a turn is its own source."""
    turn = found.turn
    shown: Document = {
        "lane": found.lane.value,
        "id": found.id,
        "score": round(found.score, 6),
        "text": found.text,
        "at": found.at.isoformat(),
        "speaker": turn.speaker if turn else None,
        "session": turn.session if turn else None,
        "memory": memory(found.memory, now) if found.memory else None,
        "sources": list(found.memory.sources) if found.memory else [found.id],
    }
    return shown | ({"features": dict(found.features)} if features else {})


def answer(record: Answer, now: datetime, *, features: bool = False) -> Document:
    """An answer with its three lists kept apart."""
    return of(
        answer_id=record.id,
        question=record.question,
        answer=record.text,
        citations=list(record.citations),
        retrieved=[hit(h, now, features=features) for h in record.retrieved],
        injected=list(record.injected),
        took_ms=round(record.took_ms, 1),
        model=record.model,
        trust=record.trust,
        at=record.at.isoformat(),
    )


def changes(made: Sequence[Change], *, dry_run: bool = False) -> Document:
    """What a command did to memories, or would do."""
    return of(changes=[codec.encode(change) for change in made], dry_run=dry_run)
