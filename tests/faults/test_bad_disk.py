"""A disk that is slow, or that fails now and then: nothing acknowledged is lost, and what failed is said.

The disk is made bad for one process by a small library that stands before the system's own calls.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from memcli.store import Store
from tests.faults.child import Writer, open_store
from tests.faults.test_kill import acknowledged, check

STUBBORN = Path(__file__).with_name("stubborn_child.py")
SOURCE = Path(__file__).with_name("bad_disk.c")

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or shutil.which("cc") is None, reason="needs LD_PRELOAD and a compiler"
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that makes a disk bad."""
    built = tmp_path_factory.mktemp("bad_disk") / "bad_disk.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", built, SOURCE, "-ldl"], check=True)
    return built


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a store in it."""
    made = tmp_path / "home"
    made.mkdir()
    Writer(made, 0).birth()
    return made


def write_on(home: Path, library: Path, seed: int, steps: int, **disk: int) -> str:
    """What a writer on a bad disk was refused."""
    settings = {f"BAD_DISK_{name.upper()}": str(value) for name, value in disk.items()}
    environment = {
        **os.environ,
        "LD_PRELOAD": str(library),
        "BAD_DISK_WHILE": str(home),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        **settings,
    }
    command = [sys.executable, str(STUBBORN), str(home), str(seed), str(steps)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout


def looked_through(home: Path) -> tuple[int, int]:
    """The acknowledged turns and changes, all of them there."""
    store: Store = open_store(home)
    check(home, store)
    assert store.deep_problems() == []
    store.close()
    turns, changes = acknowledged(home)
    return len(turns), len(changes)


def test_a_slow_disk_only_makes_one_wait(home: Path, library: Path) -> None:
    """Each write and sync takes 10 ms longer; nothing is refused."""
    assert write_on(home, library, seed=1, steps=15, us=10_000) == ""
    turns, changes = looked_through(home)
    assert turns + changes > 10


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC], ids=["EIO", "ENOSPC"])
@pytest.mark.parametrize(
    "every", [43, *(pytest.param(n, marks=pytest.mark.long) for n in (2, 7, 13, 17, 23, 29, 37, 61, 97, 151))]
)
def test_a_failing_disk_loses_nothing_that_was_kept(home: Path, library: Path, error: int, every: int) -> None:
    """Every few writes one is refused, and said; the store is whole when the disk is."""
    refused = write_on(home, library, seed=every, steps=60, every=every, errno=error)
    assert "StoreError" in refused
    turns, changes = looked_through(home)
    assert turns + changes > 0 or every < 20
