"""The forgetting curve: how much of a memory is left at a moment, and when it will be gone; pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from memcli.records import Kind, Memory, Status

_DAY: Final = timedelta(days=1)

BASE_DAYS: Final[Mapping[Kind, float]] = {
    Kind.CORE: math.inf,
    Kind.SEMANTIC: 120.0,
    Kind.EPISODIC: 45.0,
    Kind.PROCEDURAL: 240.0,
    Kind.INSIGHT: 90.0,
}
"""What one unit of strength is worth in days. MemoryBank's unit is a day for everything, which suits a
companion's small talk; what one does lasts longer, and what is so longer still."""

FADED: Final = 0.05
"""Retention below which a memory is archived: about three times S after it was last of use."""

_LEAST_GAIN: Final = 0.1


@dataclass(frozen=True, slots=True)
class Fading:
    """A memory and when it will be archived."""

    memory: Memory
    at: datetime

    @property
    def ends(self) -> bool:
        """Whether it goes because its user gave it an end, and not because it faded."""
        return self.at == self.memory.expires_at


def retention(memory: Memory, now: datetime) -> float:
    """R = exp(-t / S), between 0 and 1 (MemoryBank, section 3.3, after Ebbinghaus).

    t is the time since the memory was last recalled, brought in or changed, or since the event of which it tells,
    if that came later. What is pinned, and who one is, never fades. A clock that went backwards makes no memory
    fresher than new. What its user gave an end has nothing left after it, unless it was pinned.
    """
    if expired(memory, now):
        return 0.0
    if memory.pinned or memory.kind is Kind.CORE:
        return 1.0
    return math.exp(-max(_age(memory, now), 0.0) / stability(memory))


def expired(memory: Memory, now: datetime) -> bool:
    """Whether the end has come that the user gave the memory; a pin holds it all the same."""
    return memory.expires_at is not None and memory.expires_at <= now and not memory.pinned


def stability(memory: Memory) -> float:
    """S in days: after as many, R has fallen to 1/e. Grows with strength, kind, and importance (0.5 to 1.5)."""
    return max(memory.strength, 0.01) * BASE_DAYS[memory.kind] * (0.5 + memory.importance)


def strengthened(memory: Memory, now: datetime) -> float:
    """The strength after a recall at ``now``.

    MemoryBank adds 1 at every recall. Here the gain is 2 (1 - R), at least 0.1: recalling what is fresh teaches
    little, recalling what had almost gone teaches most (the spacing effect; Cepeda et al. 2006). At R = 0.5 it
    is MemoryBank's 1. The gain is never negative, so a recall never shortens a memory's life.
    """
    return memory.strength + max(2.0 * (1.0 - retention(memory, now)), _LEAST_GAIN)


def fades_at(memory: Memory, threshold: float = FADED) -> datetime | None:
    """When it will be archived if nobody recalls it: at its end, or when R falls below the threshold.

    That is t = S ln(1 / threshold); a threshold of 0 is never reached. None is never.
    """
    if memory.pinned:
        return None
    return min(filter(None, (memory.expires_at, _fades_by_itself(memory, threshold))), default=None)


def _fades_by_itself(memory: Memory, threshold: float) -> datetime | None:
    if memory.kind is Kind.CORE or threshold <= 0:
        return None
    days = stability(memory) * math.log(1.0 / threshold)
    try:
        return _fresh_at(memory) + timedelta(days=days)
    except OverflowError:
        return None


def curve(memory: Memory, now: datetime, days: float, points: int) -> list[float]:
    """R at ``points`` moments, evenly spaced from ``now`` to ``days`` later, if nobody recalls it."""
    step = timedelta(days=days / max(points - 1, 1))
    return [retention(memory, now + step * number) for number in range(points)]


def faded(memories: Iterable[Memory], now: datetime, threshold: float = FADED) -> list[Memory]:
    """The active memories that have fallen below the threshold, or whose end has come."""
    return [
        m for m in memories if m.status is Status.ACTIVE and (expired(m, now) or retention(m, now) < threshold)
    ]


def forecast(memories: Iterable[Memory], now: datetime, days: float, threshold: float = FADED) -> list[Fading]:
    """The active memories that will be archived within ``days``, the first to go first."""
    horizon = now + timedelta(days=days)
    when = [(fades_at(m, threshold), m) for m in memories if m.status is Status.ACTIVE]
    soon = [Fading(memory, at) for at, memory in when if at is not None and at <= horizon]
    return sorted(soon, key=lambda fading: (fading.at, fading.memory.id))


def _age(memory: Memory, now: datetime) -> float:
    """Days since the memory was fresh."""
    return (now - _fresh_at(memory)) / _DAY


def _fresh_at(memory: Memory) -> datetime:
    """When it last mattered; what lies ahead is not forgotten before it has come.

    What was brought in of an old conversation, or changed, mattered then, however long ago it was said.
    """
    used = memory.last_recalled_at or memory.created_at
    return max(used, memory.updated_at, memory.event_end or memory.event_at or used)
