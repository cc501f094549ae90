"""A process that purges one memory after another until it is killed, adding turns in between.

Run as ``python purge_child.py HOME SEED``; prints ``ready`` when the loop begins. What is to be purged is written
to a file before, and again once the store returned from it; so is each turn once it was added.
"""

from __future__ import annotations

import json
import os
import random
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import lancedb  # noqa: F401 -- before "ready": the kills are to hit the purging, not the importing
import numpy as np  # noqa: F401 -- likewise

from memcli.erasure import Scope
from memcli.records import Role, Turn, new_id
from tests.faults.child import EVERYTHING, WORDS, open_store

PURGES = "purges.jsonl"
ADDED = "added.txt"


def run(home: Path, seed: int) -> None:
    """Purge at random until nothing is left."""
    store, chance = open_store(home), random.Random(seed)
    purges = os.open(home.parent / PURGES, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    added = os.open(home.parent / ADDED, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while memories := store.list_memories(EVERYTHING, limit=1_000):
        plan = store.plan_purge(Scope(ids=(chance.choice(memories).id,)))
        told = {"traces": {**asdict(store.traces(plan)), "vectors": []}, "memory": plan.memories[0]}
        os.write(purges, (json.dumps(told | {"done": False}) + "\n").encode())
        store.purge(plan)
        os.write(purges, (json.dumps(told | {"done": True}) + "\n").encode())
        turn = Turn(
            new_id("t"), "s2", 0, Role.USER, "ann", " ".join(chance.choices(WORDS, k=5)), datetime.now(UTC)
        )
        store.add_turns([turn])
        os.write(added, f"{turn.id}\n".encode())


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]))
