"""What fades first, of any number of memories, without holding them all; for a thread."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from heapq import nsmallest
from typing import Final

from memcli.lifecycle import Fading, forecast
from memcli.ports import MemoryStore
from memcli.records import Filter

_PAGE: Final = 500


def first_to_fade(
    store: MemoryStore, now: datetime, days: float, threshold: float, most: int | None = None
) -> list[Fading]:
    """What fades within ``days``, the first to go first, at most ``most``.

    Between two pages the screen gets its turn: reading 100,000 memories takes seconds.
    """
    found = (each for page in _pages(store, now, days, threshold) for each in page)
    if most is None:
        return sorted(found, key=_order)
    return nsmallest(most, found, key=_order)


def _pages(store: MemoryStore, now: datetime, days: float, threshold: float) -> Iterator[list[Fading]]:
    offset = 0
    while page := store.list_memories(Filter(), limit=_PAGE, offset=offset):
        offset += len(page)
        yield forecast(page, now, days, threshold)
        time.sleep(0.001)


def _order(fading: Fading) -> tuple[datetime, str]:
    return fading.at, fading.memory.id
