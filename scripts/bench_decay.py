"""A year of forgetting for 100,000 memories with daily recalls: how long it takes, and what is left.

Instead of looking at every memory every day, each waits in a queue for the moment when it would fade; that nothing
was missed is checked five times by looking at all.

    python scripts/bench_decay.py [--memories 100000] [--recalls 2000]
"""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush

from memcli.lifecycle import faded, fades_at, forecast, strengthened
from memcli.records import Kind, Memory

START = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = (Kind.SEMANTIC, Kind.EPISODIC, Kind.PROCEDURAL, Kind.INSIGHT, Kind.CORE)


def made(number: int, rng: random.Random) -> Memory:
    """A memory of some kind and importance."""
    kind = rng.choices(KINDS, (50, 35, 5, 5, 5))[0]
    return Memory(
        id=f"m:{number}", text="", kind=kind, created_at=START, updated_at=START, importance=rng.random(),
        pinned=rng.random() < 0.01,
    )  # fmt: skip


def main() -> None:
    """Simulate, and tell how it went."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--memories", type=int, default=100_000)
    parser.add_argument("--recalls", type=int, default=2_000, help="memories recalled each day")
    given = parser.parse_args()
    rng = random.Random(3)
    living = {m.id: m for m in (made(n, rng) for n in range(given.memories))}
    ids = list(living)
    weights = [rng.paretovariate(0.8) for _ in ids]  # a few are asked for often, most hardly ever
    began = time.perf_counter()
    queue = [(at, memory.id) for memory in living.values() if (at := fades_at(memory)) is not None]
    heapify(queue)
    for day in range(1, 366):
        now = START + timedelta(days=day)
        for memory_id in set(rng.choices(ids, weights, k=given.recalls)) & living.keys():
            memory = living[memory_id]
            living[memory_id] = replace(memory, strength=strengthened(memory, now), last_recalled_at=now)
        while queue and queue[0][0] < now:
            _, memory_id = heappop(queue)
            later = fades_at(living[memory_id])
            if later is None or later < now:
                del living[memory_id]
            else:
                heappush(queue, (later, memory_id))
        if day % 73 == 0:
            assert not faded(living.values(), now), "a memory that has faded was missed"
            soon = len(forecast(living.values(), now, 30))
            print(f"day {day:>3}: {len(living):>7,} active, {soon:>6,} fade in 30 days")
    seconds = time.perf_counter() - began
    print(f"{given.memories:,} memories, 365 days, {365 * given.recalls:,} recalls: {seconds:.1f} s")


if __name__ == "__main__":
    main()
