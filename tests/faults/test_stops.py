"""Processes that are stopped and go on, clocks that jump, services that race: nothing acknowledged is lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from memcli.config import Settings
from memcli.errors import BusyError
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.ports import FixedClock
from memcli.records import Filter, Lane, Role, Turn, new_id
from memcli.service import process
from memcli.service.protocol import socket_path
from memcli.store import Store
from tests.faults.child import EVERYTHING, open_store
from tests.faults.test_kill import CHILD, acknowledged, check


def said(at: datetime) -> Turn:
    """A turn of another process."""
    return Turn(new_id("t"), "other", 0, Role.USER, "ben", "tea with milk", at)


def stop_a_writer(home: Path, seed: int, after: float) -> int:
    """Stop a writer (SIGSTOP) after so many seconds; read and write beside it; let it go on, then kill it.

    The number of writes beside it that were kept (the others were told that the ledger is busy).
    """
    command = [sys.executable, str(CHILD), str(home), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(after)
        child.send_signal(signal.SIGSTOP)
        kept = beside(home)
        child.send_signal(signal.SIGCONT)
        time.sleep(0.2)
        assert child.poll() is None, child.stderr and child.stderr.read()
        child.kill()
    return kept


def beside(home: Path) -> int:
    """Reading works whatever another process holds; a write is kept or refused, never half done."""
    store = open_store(home)
    store.list_memories(EVERYTHING, limit=10)
    store.matching(Lane.TURN, "tea", 5, Filter())
    turn = said(datetime.now(UTC))
    try:
        store.add_turns([turn])
    except BusyError:
        assert store.turns_by_id([turn.id]) == {}
        return 0
    else:
        assert store.turns_by_id([turn.id]) == {turn.id: turn}
        return 1
    finally:
        store.close()


@pytest.mark.parametrize("rounds", [3, pytest.param(40, marks=[pytest.mark.long, pytest.mark.timeout(1_800)])])
def test_a_writer_that_is_stopped_hinders_no_reader_and_loses_nothing(tmp_path: Path, rounds: int) -> None:
    """As when a laptop sleeps, or a job is put into the background with Ctrl-Z."""
    home, moments, kept = tmp_path / "home", random.Random(rounds), 0
    home.mkdir()
    for seed in range(rounds):
        kept += stop_a_writer(home, seed, moments.uniform(0.05, 0.8))
        store = open_store(home)
        check(home, store)
        assert len(store.session_turns("other")) == kept
        store.close()
    assert all(acknowledged(home))


@pytest.mark.parametrize("jump", [timedelta(days=-4_000), timedelta(days=4_000), timedelta(hours=-1)])
def test_a_clock_that_jumps_loses_and_reorders_nothing(tmp_path: Path, jump: timedelta) -> None:
    """What came later stays later in the history, whatever its date; a purge is found and finished."""
    clock = FixedClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    home = Home(root=tmp_path / "home", models=tmp_path)
    store = Store.open(Settings(home=home), lambda: FakeEmbedder(32), clock)
    turns = []
    for _ in range(4):
        turns += store.add_turns([said(clock.now())])
        store.flush(force=True)
        clock.advance(jump)
    assert set(store.turns_by_id([turn.id for turn in turns])) == {turn.id for turn in turns}
    assert len(store.matching(Lane.TURN, "tea", 9, Filter())) == 4
    store.compact()
    assert store.problems() == []
    assert store.deep_problems() == []
    store.close()


@pytest.fixture
def served(settings: Settings) -> Iterator[Settings]:
    """A home whose service is stopped at the end."""
    settings.home.ensure()
    yield settings
    process.stop(settings.home)


def test_of_services_that_race_one_serves_and_the_others_leave(served: Settings) -> None:
    """Also after one was killed, whose socket and lock are left lying about."""
    home = served.home
    for _ in range(2):
        command = [sys.executable, "-m", "memcli.service", "--home", str(home.root)]
        rivals = [
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(3)
        ]
        deadline = time.monotonic() + 60
        while sum(rival.poll() is None for rival in rivals) > 1 and time.monotonic() < deadline:
            time.sleep(0.05)
        while process.status(home) is None and time.monotonic() < deadline:
            time.sleep(0.05)
        serving = process.status(home)
        left = [rival for rival in rivals if rival.poll() is not None]
        assert serving is not None
        assert len(left) == 2
        assert {rival.returncode for rival in left} == {6}
        (winner,) = [rival for rival in rivals if rival.poll() is None]
        assert winner.pid == serving["pid"]
        winner.kill()
        winner.wait()
    assert socket_path(home.root).exists()
    process.start(home)
    assert process.status(home) is not None
