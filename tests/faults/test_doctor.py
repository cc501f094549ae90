"""What ``doctor --deep`` finds in a damaged home, and what it repairs; a lost ledger only with the user's word."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from tests.cli.conftest import Line
from tests.faults.test_disk import cut, cut_short, emptied_middle, made_directory, replaced

TEXTS: Final = ("Ana lives in Porto.", "Ben keeps bees in the garden.", "Miso the cat fears the vacuum cleaner.")


@pytest.fixture
def memcli(tmp_path: Path) -> Line:
    """A home with a few memories, flushed, and a backup."""
    line = Line(tmp_path / "home")
    for text in TEXTS:
        line.add(text)
    line("jobs", "run", "flush")
    line("jobs", "run", "backup")
    line("doctor", "--deep")
    return line


def sql(*statements: str) -> Callable[[Path], None]:
    """Damage by hand in the ledger."""

    def damage(home: Path) -> None:
        with closing(sqlite3.connect(home / "ledger.db", isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    return damage


def lance(pattern: str, change: Callable[[Path], object]) -> Callable[[Path], None]:
    """Damage to every file of the search tables that fits a pattern."""

    def damage(home: Path) -> None:
        files = list((home / "lance").glob(pattern))
        assert files
        for file in files:
            change(file)

    return damage


def halved(file: Path) -> None:
    """The second half is lost."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def zeroed(file: Path) -> None:
    """Its bytes are there, and are nothing."""
    file.write_bytes(bytes(file.stat().st_size))


def opened(home: Path) -> None:
    """Others may read."""
    (next((home / "backups").iterdir())).chmod(0o644)


def bad_vectors(home: Path) -> None:
    """Rows whose vectors are not numbers."""
    import lance as library
    import pyarrow as pa

    dataset = library.dataset(str(home / "lance" / "memories.lance"))
    rows = dataset.to_table()
    size = len(rows["vector"][0])
    broken = pa.FixedSizeListArray.from_arrays(pa.array([float("nan")] * size * len(rows), pa.float32()), size)
    rows = rows.set_column(rows.schema.get_field_index("vector"), "vector", broken)
    library.write_dataset(rows, str(home / "lance" / "memories.lance"), mode="overwrite", schema=dataset.schema)


DAMAGES: Final = {
    "columns": sql("UPDATE memories SET status = 'archived', event_us = 0"),
    "sources": sql("DELETE FROM memory_sources"),
    "other sources": sql("INSERT INTO memory_sources SELECT id, 't:000000000000' FROM memories"),
    "names": sql("DELETE FROM memory_entities"),
    "counts of words": sql("UPDATE terms SET documents = 99"),
    "counts of rows": sql("UPDATE lanes SET documents = 0"),
    "an index": sql(
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = 'CREATE INDEX turns_by_session ON turns (position, session)'"
        " WHERE name = 'turns_by_session'",
    ),
    "the tables gone": lambda home: shutil.rmtree(home / "lance"),
    "a fragment gone": lance("memories.lance/data/*", Path.unlink),
    "a fragment cut": lance("turns.lance/data/*", halved),
    "a fragment zeroed": lance("memories.lance/data/*", zeroed),
    "a manifest gone": lance("turns.lance/_versions/*.manifest", Path.unlink),
    "a manifest zeroed": lance("memories.lance/_versions/*.manifest", zeroed),
    "an index file gone": lance("memories.lance/_indices/*/*", Path.unlink),
    "vectors that are none": bad_vectors,
    "file modes": opened,
}


@pytest.mark.parametrize("name", DAMAGES)
def test_deep_finds_and_repairs(memcli: Line, name: str) -> None:
    """Exit code 8, then all is well, and everything is found again."""
    DAMAGES[name](memcli.home)
    memcli("doctor", "--deep", code=8)
    memcli("doctor", "--deep", "--fix")
    memcli("doctor", "--deep")
    assert {row["text"] for row in memcli("list", "--json").json} == set(TEXTS)
    hits = memcli("search", "bees", "--lane", "memory", "--json").json["hits"]
    assert hits[0]["text"] == TEXTS[1]


def test_a_damaged_backup_is_found_before_it_is_needed(memcli: Line) -> None:
    """Nothing repairs it; it is named."""
    (file,) = (memcli.home / "backups").iterdir()
    halved(file)
    assert file.name in memcli("doctor", "--deep", code=8).out


@pytest.mark.parametrize("damage", [emptied_middle, cut, cut_short, replaced, made_directory])
def test_a_lost_ledger_is_replaced_by_a_backup_only_if_one_says_so(
    memcli: Line, damage: Callable[[Path], None]
) -> None:
    """What the backup holds is back, the damaged file is kept, and nothing happens without a yes."""
    before = memcli("list", "--json").json
    for rest in memcli.home.glob("ledger.db-*"):
        rest.unlink()
    damage(memcli.home / "ledger.db")
    told = memcli("doctor", "--deep", "--fix", code=8)
    assert "--yes" in told.err
    memcli("doctor", "--deep", "--fix", "--yes")
    assert memcli("list", "--json").json == before
    assert memcli("search", "bees", "--json").json["hits"]
    assert list((memcli.home / "backups").glob("damaged-*"))


def test_what_came_after_the_backup_is_read_from_the_damaged_ledger(memcli: Line) -> None:
    """Turns, memories and edits: all that stands on pages that can be read."""
    later = [memcli.add(f"Parcel {number} is for Marta at number {number}.") for number in range(40)]
    memcli("edit", later[3], "--text", "Parcel 3 went back.")
    before = {row["id"]: row["text"] for row in memcli("list", "-n", "100", "--json").json}
    with closing(sqlite3.connect(memcli.home / "ledger.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'answers'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray((memcli.home / "ledger.db").read_bytes())
    content[(root - 1) * size : root * size] = b"\xff" * size
    (memcli.home / "ledger.db").write_bytes(content)
    assert memcli("doctor", "--deep", code=8).out
    told = memcli("doctor", "--deep", "--fix", "--yes").err
    assert "40 turns" in told
    assert {row["id"]: row["text"] for row in memcli("list", "-n", "100", "--json").json} == before
    assert "Parcel 3 is for Marta" in memcli("history", later[3], "--json").out


def test_what_was_purged_stays_purged_when_a_backup_takes_the_ledgers_place(memcli: Line) -> None:
    """The list of what was purged outlives the backup that still holds it."""
    (gone,) = [row["id"] for row in memcli("list", "--json").json if "bees" in row["text"]]
    memcli("forget", gone, "--purge", "--yes")
    (backup,) = (memcli.home / "backups").glob("daily-*")
    memcli("restore", str(backup), "--yes")
    assert {row["text"] for row in memcli("list", "--json").json} == {TEXTS[0], TEXTS[2]}
    assert memcli("search", "bees", "--lane", "turn", "--json").json["hits"][0]["text"] != TEXTS[1]
    assert b"bees" not in (memcli.home / "ledger.db").read_bytes()


def test_restoring_over_a_damaged_ledger_keeps_the_damaged_file(memcli: Line, tmp_path: Path) -> None:
    """A backup of it cannot be made."""
    file = tmp_path / "memory.zip"
    memcli("backup", str(file))
    cut(memcli.home / "ledger.db")
    told = memcli("restore", str(file), "--yes", "--json").json
    assert Path(told["previous"]).name.startswith("damaged-")
    assert len(memcli("list", "--json").json) == len(TEXTS)
