"""The forgetting curve: how much of a memory is left at a moment; pure, knows records only."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Final

from memcli.records import Kind, Memory

_DAY: Final = timedelta(days=1)


def retention(memory: Memory, now: datetime) -> float:
    """R = exp(-t / S), between 0 and 1 (MemoryBank, section 3.3, after Ebbinghaus).

    t is the time in days since the memory was last recalled, or else became known. S is its strength in days,
    scaled by 0.5 to 1.5 as its importance goes from 0 to 1. What is pinned, and who one is, never fades.
    """
    if memory.pinned or memory.kind is Kind.CORE:
        return 1.0
    t = (now - (memory.last_recalled_at or memory.created_at)) / _DAY
    return math.exp(-max(t, 0.0) / stability(memory))


def stability(memory: Memory) -> float:
    """S of the forgetting curve in days: after as many, R has fallen to 1/e."""
    return max(memory.strength, 0.01) * (0.5 + memory.importance)
