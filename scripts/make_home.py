"""A home of any size through the store's own calls, to look at and to measure the terminal on.

    python scripts/make_home.py FOLDER --memories 10000              real vectors: about 100 s of one core
    python scripts/make_home.py FOLDER --memories 100000 --hashed    hashes instead: meaning is noise

A turn a memory, sessions of twenty; kinds, tags, dates, pinned, inbox, all from a fixed seed.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench import BATCH, turns

from memcli import config
from memcli.models.fake import FakeEmbedder
from memcli.records import Change, Kind, Memory, Op, Origin, Status, Turn, stable_id
from memcli.wiring import Parts

KINDS = (*[Kind.SEMANTIC] * 5, *[Kind.EPISODIC] * 4, *[Kind.PROCEDURAL] * 2, Kind.INSIGHT)
TAGS = "home work garden music travel family health kitchen workshop friends".split()
YEARS = 4
"""How far back the first memory lies."""


def told(turn: Turn, number: int, draw: random.Random) -> Memory:
    """A memory of a turn."""
    inbox = number % 400 == 399
    return Memory(
        id=stable_id("m", "home", str(number)),
        text=f"{turn.text}.",
        kind=draw.choice(KINDS),
        created_at=turn.at,
        updated_at=turn.at,
        event_at=turn.at - timedelta(days=draw.randrange(30)) if draw.random() < 0.3 else None,
        importance=draw.choice((0.3, 0.5, 0.5, 0.8)),
        strength=draw.choice((1.0, 1.0, 2.0, 4.0, 9.0)),
        pinned=draw.random() < 0.01,
        status=Status.QUARANTINED if inbox else Status.ACTIVE,
        trust=Origin.DOCUMENT if inbox else Origin.DIRECT_USER,
        tags=tuple(sorted(draw.sample(TAGS, draw.randrange(3)))),
        sources=(turn.id,),
        made_by="rule",
    )


def born(memory: Memory, number: int) -> Change:
    """How it came to be."""
    ids: dict[str, Any] = {"id": stable_id("c", "home", str(number)), "batch": stable_id("b", "home", str(number))}
    return Change(
        **ids,
        at=memory.created_at,
        actor="rule",
        op=Op.QUARANTINE if memory.status is Status.QUARANTINED else Op.ADD,
        memory_id=memory.id,
        after=memory,
        reason="disagrees with what you said" if memory.status is Status.QUARANTINED else "heard",
        evidence=memory.sources,
    )


def spread_to(now: datetime, count: int) -> Iterator[Turn]:
    """The bench's turns, spread evenly over the last years."""
    step = timedelta(days=365 * YEARS) / count
    for number, turn in enumerate(turns(count)):
        yield replace(turn, at=now - step * (count - number))


def fill(parts: Parts, count: int) -> None:
    """Keep them, in batches."""
    draw = random.Random(3)
    batch: list[tuple[Turn, Change]] = []
    for number, turn in enumerate(spread_to(parts.clock.now(), count)):
        batch.append((turn, born(told(turn, number, draw), number)))
        if len(batch) == BATCH or number == count - 1:
            parts.store.add_turns([turn for turn, _ in batch])
            parts.store.commit([change for _, change in batch])
            batch.clear()
            print(f"\r{number + 1:,}", end="", file=sys.stderr, flush=True)
    print("\nvectors …", file=sys.stderr)
    parts.store.flush(force=True)
    parts.store.compact()


def main() -> None:
    """Make one."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--memories", type=int, default=10_000)
    options.add_argument("--hashed", action="store_true", help="no embedder: hashes of the words as vectors")
    chosen = options.parse_args()
    settings = config.load(chosen.folder)
    parts = Parts(settings)
    if chosen.hashed:
        parts.embedder = FakeEmbedder(name=settings.embedder)
    try:
        fill(parts, chosen.memories)
    finally:
        parts.close()


if __name__ == "__main__":
    main()
