"""Homes of every schema there ever was, as the memcli of their time made them, in ``tests/data/homes``."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from memcli.config import Settings
from memcli.errors import StoreError
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.ports import SystemClock
from memcli.records import Filter, Lane
from memcli.store import Store, backup
from memcli.store.migrations import SCHEMA_VERSION

HOMES: Final = Path(__file__).parents[1] / "data" / "homes"
VERSIONS: Final = tuple(range(1, SCHEMA_VERSION + 1))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Where a sample is unpacked."""
    return Home(root=tmp_path / "home", models=tmp_path)


def unpack(version: int, home: Home) -> None:
    """A sample home."""
    with zipfile.ZipFile(HOMES / f"schema-{version}.zip") as archive:
        archive.extractall(home.root)


def open_store(home: Home) -> Store:
    """The store of today at it."""
    return Store.open(Settings(home=home), lambda: FakeEmbedder(32), SystemClock())


def schema_of(ledger: Path) -> int:
    """What the file itself says."""
    with closing(sqlite3.connect(ledger)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


@pytest.mark.parametrize("version", VERSIONS)
def test_a_home_of_every_schema_becomes_one_of_today(home: Home, version: int) -> None:
    """Nothing is lost: turns, memories, history, links, answers, what waited; all derived rows are made."""
    unpack(version, home)
    assert schema_of(home.ledger) == version
    store = open_store(home)
    assert {m.text for m in store.list_memories(Filter(), limit=9)} == {
        "Ann lives in Bern.",
        "Ann's sister Marta keeps bees.",
        "Miso the cat fears the vacuum cleaner.",
    }
    assert schema_of(home.ledger) == SCHEMA_VERSION
    assert [c.op.value for c in store.history("m:000000000000")] == ["ADD", "UPDATE", "LINK"]
    assert len(store.session_turns("s1")) == 4
    assert len(store.links("m:000000000000")) == 1
    assert store.answer("a:000000000001").text == "In Bern."
    store.flush(force=True)
    assert store.matching(Lane.TURN, "cello", 3, Filter())[0].id == "t:000000000009"
    assert store.matching(Lane.MEMORY, "bees", 3, Filter())[0].id == "m:000000000001"
    assert store.problems() == []
    assert store.deep_problems() == []
    store.close()


@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_a_home_is_copied_before_it_is_migrated(home: Home, version: int) -> None:
    """As it was, with its own schema, private; and that copy can be restored."""
    unpack(version, home)
    open_store(home).stats()
    (copy,) = home.backups.glob(f"before-schema-{version + 1}-*.zip")
    assert backup.check(copy).schema == version
    assert copy.stat().st_mode & 0o077 == 0
    backup.restore(copy, home, SystemClock().now())
    store = open_store(home)
    assert len(store.session_turns("s1")) == 4
    store.close()


def test_a_home_that_cannot_be_copied_is_not_migrated(home: Home) -> None:
    """What stands in the place of the backups' folder is said, and nothing is changed."""
    unpack(1, home)
    home.backups.write_text("in the way")
    with pytest.raises(StoreError):
        open_store(home).stats()
    assert schema_of(home.ledger) == 1


def test_a_home_of_a_newer_schema_is_refused_and_left_alone(home: Home) -> None:
    """Also by reading alone."""
    unpack(SCHEMA_VERSION, home)
    with closing(sqlite3.connect(home.ledger)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = home.ledger.read_bytes()
    with pytest.raises(StoreError, match="made by a newer memcli"):
        open_store(home).stats()
    assert home.ledger.read_bytes() == before
    assert not home.backups.exists()


def test_a_home_of_today_is_not_copied(home: Home) -> None:
    """Nothing is migrated."""
    unpack(SCHEMA_VERSION, home)
    open_store(home).stats()
    assert not home.backups.exists()
