"""What goes on beside a conversation: turns that wait to be read, runs of jobs, flushes, counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from memcli.records.names import Kind, Outcome, Priority


@dataclass(frozen=True, slots=True)
class Work:
    """A turn that waits to be read for memories, durable since it was kept.

    ``asked`` says that the user wants it remembered, so that something must come of it. ``tags``, ``kind``,
    ``event_at`` and ``expires_at`` are what they said about it. A failed try leaves its ``error``.
    """

    turn: str
    priority: Priority = Priority.BATCH
    asked: bool = False
    tags: tuple[str, ...] = ()
    kind: Kind | None = None
    event_at: datetime | None = None
    expires_at: datetime | None = None
    tries: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run of a background job. Its changes, if any, are the batch ``batch``; ``detail`` is one line."""

    id: int
    job: str
    batch: str
    began: datetime
    ended: datetime | None = None
    outcome: Outcome = Outcome.RUNNING
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FlushReport:
    """What a flush moved from the ledger to the Lance tables."""

    turns: int = 0
    memories: int = 0


@dataclass(frozen=True, slots=True)
class StoreStats:
    """Counts a person asks for. ``pending`` rows are durable in the ledger and not yet in the Lance tables."""

    turns: int
    sessions: int
    memories: Mapping[str, int]
    links: int
    changes: int
    pending: int
    ledger_bytes: int
    lance_bytes: int
    schema_version: int
    embedder: str
