"""``kill -9`` in the middle of a purge: it is finished at the next start, and nothing else is lost."""

from __future__ import annotations

import json
import os
import random
import secrets
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from memcli.erasure import Traces
from memcli.records import Change, Kind, Memory, Op, Role, Turn, new_id
from memcli.store import Store
from tests.faults.child import EVERYTHING, open_store
from tests.faults.purge_child import ADDED, PURGES

CHILD = Path(__file__).with_name("purge_child.py")
LONGEST = 0.9


def fill(home: Path, number: int) -> dict[str, str]:
    """A store of memories, each with a turn and words of its own; the texts by memory id."""
    store, now = open_store(home), datetime.now(UTC)
    texts: dict[str, str] = {}
    for i in range(number):
        text = f"the {secrets.token_hex(6)} tea hides behind {secrets.token_hex(6)} in Rome"
        turn = Turn(new_id("t"), "s1", i, Role.USER, "ann", text, now)
        memory = Memory(new_id("m"), text, Kind.SEMANTIC, now, now, sources=(turn.id,))
        store.add_turns([turn])
        store.commit([Change(new_id("c"), new_id("b"), now, "user", Op.ADD, memory.id, None, memory)])
        texts[memory.id] = text
    store.flush(force=True)
    store.close()
    return texts


def kill_a_purger(home: Path, seed: int, after: float) -> None:
    """Start a process that purges and kill it ``after`` seconds of purging."""
    begun = len(told_lines(home))
    command = [sys.executable, str(CHILD), str(home), str(seed)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline() == "ready\n", child.stderr.read()
        while len(told_lines(home)) == begun and child.poll() is None:
            time.sleep(0.01)
        time.sleep(after)
        assert child.poll() in (None, 0), child.stderr.read()  # a quick machine may have purged everything
        child.kill()


def told_lines(home: Path) -> list[str]:
    """What the purgers said, line by line."""
    file = home.parent / PURGES
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def told(home: Path) -> dict[str, dict[str, Any]]:
    """What the purgers said, by memory; the last word counts."""
    return {line["memory"]: line for line in map(json.loads, told_lines(home))}


def check(home: Path, store: Store, texts: dict[str, str], counts: Counter[str]) -> None:
    """Each memory is there as a whole or gone as a whole; gone if its purge was acknowledged."""
    assert store.unfinished_purges() == 0
    assert store.problems() == []
    there = {memory.id: memory.text for memory in store.list_memories(EVERYTHING, limit=10_000)}
    purges = told(home)
    assert [memory for memory, purge in purges.items() if purge["done"] and memory in there] == []
    assert there == {memory: text for memory, text in texts.items() if memory in there}
    assert texts.keys() - there.keys() <= purges.keys()
    gone = [purges[memory]["traces"] for memory in texts.keys() - there.keys()]
    traces = Traces(
        texts=tuple(text for one in gone for text in one["texts"]),
        ids=tuple(each for one in gone for each in one["ids"]),
    )
    verdict = store.verify(traces)
    assert verdict.erased, verdict
    added = home.parent / ADDED
    ids = added.read_text(encoding="utf-8").split() if added.exists() else []
    assert store.turns_by_id(ids).keys() == set(ids)
    counts["purged"] = len(gone)
    counts["finished at the next start"] = len([p for m, p in purges.items() if not p["done"] and m not in there])


def kills(tmp_path: Path, rounds: int, memories: int, seed: int) -> Counter[str]:
    """Kill ``rounds`` purgers of one home, checking after each."""
    home = tmp_path / "home"
    texts, moments, counts = fill(home, memories), random.Random(seed), Counter[str]()
    for number in range(rounds):
        kill_a_purger(home, 1_000 * seed + number, moments.uniform(0.01, LONGEST))
        store = open_store(home)
        check(home, store, texts, counts)
        store.close()
    return counts


def test_eight_kills_leave_no_half_purge(tmp_path: Path) -> None:
    """The short form."""
    counts = kills(tmp_path, 8, 150, seed=8)
    assert counts["purged"] >= 1


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_a_hundred_kills_leave_no_half_purge(tmp_path: Path, seed: int) -> None:
    """The long form, twenty homes of five kills; among so many some hit the middle."""
    counts = kills(tmp_path, 5, 100, seed)
    assert counts["purged"] >= 1
