"""``kill -9`` at any moment loses nothing that was acknowledged, doubles nothing and leaves a whole store."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from memcli import codec
from memcli.config import Settings
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.ports import SystemClock
from memcli.records import Change, Turn
from memcli.store import Store

CHILD = Path(__file__).with_name("child.py")
LONGEST = 0.8


def kill_a_writer(home: Path, seed: int, after: float) -> None:
    """Start a writer and kill it ``after`` seconds of writing."""
    command = [sys.executable, str(CHILD), str(home), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline() == "ready\n", child.stderr.read()
        time.sleep(after)
        assert child.poll() is None, child.stderr.read()
        child.kill()


def acknowledged(home: Path) -> tuple[list[Turn], list[Change]]:
    """What the writers were told is kept."""
    turns: list[Turn] = []
    changes: list[Change] = []
    acks = home / "acks.jsonl"
    for line in acks.read_text(encoding="utf-8").splitlines() if acks.exists() else ():
        if '"batch":' in line:
            changes.append(codec.loads(Change, line))
        else:
            turns.append(codec.loads(Turn, line))
    return turns, changes


def check(home: Path, store: Store) -> None:
    """Every acknowledged write is there, once, and ledger, history and tables agree."""
    turns, changes = acknowledged(home)
    kept = store.turns_by_id([turn.id for turn in turns])
    assert kept == {turn.id: turn for turn in turns}
    log = store.log(limit=1_000_000)
    assert [name for name, times in Counter(change.id for change in log).items() if times > 1] == []
    history = {change.id: change for change in log}
    assert [change.id for change in changes if history.get(change.id) != change] == []
    assert store.problems() == []
    store.flush(force=True)
    assert store.stats().pending == 0
    assert store.problems() == []


def kills(tmp_path: Path, rounds: int) -> tuple[int, int]:
    """Kill ``rounds`` writers of one home, checking after each; the numbers of acknowledged turns and changes."""
    home = tmp_path / "home"
    home.mkdir()
    moments = random.Random(rounds)
    for seed in range(rounds):
        kill_a_writer(home, seed, moments.uniform(0.01, LONGEST))
        store = Store.open(Settings(home=Home(root=home, models=home)), lambda: FakeEmbedder(32), SystemClock())
        check(home, store)
        store.close()
    turns, changes = acknowledged(home)
    return len(turns), len(changes)


def test_ten_kills_lose_nothing(tmp_path: Path) -> None:
    """The short form; the same home is written, killed and checked again and again."""
    turns, changes = kills(tmp_path, 10)
    assert turns > 50
    assert changes > 50


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_a_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    """The long form."""
    turns, changes = kills(tmp_path, 100)
    assert turns > 500
    assert changes > 500
