"""Disks that are full, read-only or damaged: one clear line, nothing lost, nothing half done."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memcli.config import Settings
from memcli.errors import StoreError
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.ports import SystemClock
from memcli.records import Filter, Lane, Role, Turn
from memcli.store import Store

LIMITED = Path(__file__).with_name("limited.py")


def open_store(home: Path) -> Store:
    """The store under test."""
    return Store.open(Settings(home=Home(home, home)), lambda: FakeEmbedder(384), SystemClock())


def turn(name: str) -> Turn:
    """A turn about tea."""
    return Turn(f"t:{name}", "s", 0, Role.USER, "a", f"tea {name}", datetime(2026, 3, 2, tzinfo=UTC))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home with one flushed turn and one that waits."""
    store = open_store(tmp_path / "home")
    store.add_turns([turn("flushed")])
    store.flush(force=True)
    store.add_turns([turn("waiting")])
    store.close()
    yield tmp_path / "home"
    for path in (tmp_path / "home").rglob("*"):
        path.chmod(0o700)


def limited(home: Path, *arguments: str) -> tuple[dict[str, str], list[str]]:
    """What a limited process was told by each call, and the turns it was told are kept."""
    command = [sys.executable, str(LIMITED), str(home), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    said = dict(line.split(": ", 1) for line in lines if not line.startswith("kept "))
    return said, [line.removeprefix("kept ") for line in lines if line.startswith("kept ")]


@pytest.mark.parametrize("size", [300_000, 2_000_000])
def test_a_full_disk_loses_nothing_that_was_kept(home: Path, size: int) -> None:
    """What did not fit is said; with room again everything goes on."""
    said, kept = limited(home, "small", str(size))
    assert said["add"].startswith("StoreError: the disk ")
    assert "free some space" in said["add"]
    assert said["whole"] == "[]"
    assert kept
    store = open_store(home)
    assert set(store.turns_by_id(kept)) == set(kept)
    assert store.stats().turns == len(kept) + 2
    store.add_turns([turn("later")])
    store.flush(force=True)
    assert store.problems() == []
    assert store.stats().pending == 0
    store.close()


def test_a_flush_to_a_full_disk_is_said_and_repeated_later(home: Path) -> None:
    """The rows wait on in the ledger."""
    store = open_store(home)
    store.add_turns([turn(f"many{i}") for i in range(500)])
    store.close()
    said, _ = limited(home, "small", "100000")
    assert said["flush"].startswith("StoreError: the disk is full")
    store = open_store(home)
    assert store.flush(force=True).turns >= 501
    assert store.problems() == []
    store.close()


@pytest.mark.skipif(
    not sys.platform.startswith("linux") and os.geteuid() == 0, reason="file modes do not bind root"
)
def test_a_read_only_home_is_read_and_not_written(home: Path) -> None:
    """Searching works, the waiting rows included; every write says why not."""
    for path in [*home.rglob("*"), home]:
        path.chmod(0o500 if path.is_dir() else 0o400)
    said, _ = limited(home, "powerless")
    home.chmod(0o700)
    assert (said["stats"], said["matching"], said["nearest"]) == ("2", "2", "2")
    for call in ("add", "flush", "compact"):
        assert said[call].startswith("StoreError: "), said
        assert "read-only" in said[call]


def emptied_middle(ledger: Path) -> None:
    """A page of the file is lost."""
    content = bytearray(ledger.read_bytes())
    content[4096 : len(content) // 2] = bytes(len(content) // 2 - 4096)
    ledger.write_bytes(content)


def cut(ledger: Path) -> None:
    """Half of the file is lost."""
    ledger.write_bytes(ledger.read_bytes()[: ledger.stat().st_size // 2])


def cut_short(ledger: Path) -> None:
    """Not even its header is whole."""
    ledger.write_bytes(ledger.read_bytes()[:50])


def replaced(ledger: Path) -> None:
    """Something else is written over it."""
    ledger.write_bytes(b"Dear diary, " * 1_000)


def made_directory(ledger: Path) -> None:
    """A directory has taken its place."""
    ledger.unlink()
    ledger.mkdir()


@pytest.mark.parametrize("damage", [emptied_middle, cut, cut_short, replaced, made_directory])
def test_a_damaged_ledger_is_said_in_one_line(home: Path, damage: Callable[[Path], None]) -> None:
    """Never a foreign exception, never an empty memory in its place."""
    damage(home / "ledger.db")
    query = FakeEmbedder(384).embed(["tea"])[0]
    calls: list[Callable[[Store], object]] = [
        lambda store: store.turns_by_id(["t:flushed"]),
        lambda store: store.matching(Lane.TURN, "tea", 5, Filter()),
        lambda store: store.nearest(Lane.TURN, query, 5, Filter()),
        lambda store: store.add_turns([turn("new")]),
        lambda store: store.flush(force=True),
        lambda store: store.stats(),
    ]
    for call in calls:
        store = open_store(home)
        with pytest.raises(StoreError) as caught:
            call(store)
        assert "\n" not in caught.value.message
        assert caught.value.hint
        store.close()
