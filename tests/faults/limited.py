"""A process with less than it needs: ``python limited.py HOME WHAT`` prints what the store said to each call.

``small FILES`` may write files of so many bytes, ``powerless`` is a root that file modes bind.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import lancedb  # noqa: F401 -- importing it may write caches, which is not what is tested

from memcli.config import Settings
from memcli.errors import MemcliError
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.ports import SystemClock
from memcli.records import Filter, Lane, Role, Turn, new_id
from memcli.store import Store

_CAPABILITY_VERSION_3 = 0x20080522


def turns(count: int, words: int) -> list[Turn]:
    """Turns of so many words, all with a tea in them."""
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    text = "tea " + "word " * words
    return [Turn(new_id("t"), "s", i, Role.USER, "a", text, start + timedelta(minutes=i)) for i in range(count)]


def open_store(home: Path) -> Store:
    """The store under test."""
    return Store.open(Settings(home=Home(home, home)), lambda: FakeEmbedder(384), SystemClock())


def limit_files(size: int) -> None:
    """No file may grow beyond ``size`` bytes; without the signal, the write fails as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def drop_powers() -> None:
    """Let file modes bind root too, by giving up all capabilities (Linux); other users have none."""
    if os.geteuid() != 0:
        return
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    if ctypes.CDLL(None).capset(header, (ctypes.c_uint32 * 6)()):
        sys.exit("capset failed")


def say(name: str, call: Callable[[], object]) -> None:
    """Print what a call came to."""
    try:
        result: object = call()
    except MemcliError as error:
        result = f"{type(error).__name__}: {error.message} | {error.hint}"
    sys.stdout.write(f"{name}: {result}\n")


def small(store: Store, size: int) -> None:
    """Add until nothing more fits, then try to flush, then with room again."""
    limit_files(size)
    try:
        for _ in range(1_000):
            kept = store.add_turns(turns(20, 50))
            sys.stdout.write("".join(f"kept {turn.id}\n" for turn in kept))
        sys.stdout.write("add: never full\n")
    except MemcliError as error:
        sys.stdout.write(f"add: {type(error).__name__}: {error.message} | {error.hint}\n")
    say("flush", lambda: store.flush(force=True))
    say("whole", store.problems)


def powerless(store: Store) -> None:
    """Read everything, write nothing."""
    say("stats", lambda: store.stats().turns)
    say("matching", lambda: len(store.matching(Lane.TURN, "tea", 99, Filter())))
    say("nearest", lambda: len(store.nearest(Lane.TURN, FakeEmbedder(384).embed(["tea"])[0], 99, Filter())))
    say("add", lambda: store.add_turns(turns(1, 1)))
    say("flush", lambda: store.flush(force=True))
    say("compact", store.compact)


if __name__ == "__main__":
    if sys.argv[2] == "powerless":
        drop_powers()
    opened = open_store(Path(sys.argv[1]))
    if sys.argv[2] == "small":
        small(opened, int(sys.argv[3]))
    else:
        powerless(opened)
