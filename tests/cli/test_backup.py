"""`backup` and `restore`: whole, checked, over an old memory or into a new one, and never half."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Line


def other(memcli: Line, tmp_path: Path) -> Line:
    """A second, empty home."""
    return Line(tmp_path / "other", memcli.clock)


def test_a_backup_restores_into_a_new_home(memcli: Line, tmp_path: Path) -> None:
    """Memories, turns and history are the same, and can be searched."""
    kept = memcli.add("Ana lives in Porto.")
    memcli("edit", kept, "--text", "Ana lives in Lisbon.")
    memcli("jobs", "run", "flush")
    file = tmp_path / "memory.zip"
    made = memcli("backup", str(file), "--json").json
    assert made["memories"] >= 1
    assert file.stat().st_mode & 0o077 == 0
    new = other(memcli, tmp_path)
    assert new("restore", str(file), "--check").out.startswith("whole: ")
    assert not new.home.exists()
    assert new("restore", str(file), "--json").json["previous"] is None
    assert new("list", "--json").json == memcli("list", "--json").json
    assert new("history", kept, "--json").json == memcli("history", kept, "--json").json
    assert new("search", "Lisbon", "--json").json["hits"]
    new("jobs", "run", "flush")
    assert new("search", "Lisbon", "--json").json["hits"][0]["text"] == "Ana lives in Lisbon."
    assert all(check["status"] != "failed" for check in new("doctor", "--json", code=None).json["checks"][:4])


def test_restoring_over_a_memory_keeps_a_copy_of_it(memcli: Line, tmp_path: Path) -> None:
    """The copy brings it back."""
    memcli.add("Ana lives in Porto.")
    file = tmp_path / "memory.zip"
    memcli("backup", str(file))
    memcli.add("Ben keeps bees in the garden.")
    memcli("jobs", "run", "flush")
    previous = memcli("restore", str(file), "--yes", "--json").json["previous"]
    assert (
        not memcli("search", "bees", "--lane", "memory", "--json").json["hits"] or "bees" not in memcli("list").out
    )
    memcli("restore", previous, "--yes")
    assert "bees" in memcli("list").out


def test_a_folder_gets_a_dated_file(memcli: Line, tmp_path: Path) -> None:
    """The name says when."""
    memcli.add("Ana lives in Porto.")
    assert memcli("backup", str(tmp_path)).out.strip() == str(tmp_path / "memcli-2026-03-02-1200.zip")


def test_nothing_to_back_up_is_said(memcli: Line, tmp_path: Path) -> None:
    """An empty home leaves no file behind."""
    memcli("backup", str(tmp_path / "memory.zip"), code=3)
    assert not list(tmp_path.glob("*.zip"))


@pytest.fixture
def good(memcli: Line, tmp_path: Path) -> Path:
    """A whole backup."""
    memcli.add("Ana lives in Porto.")
    file = tmp_path / "memory.zip"
    memcli("backup", str(file))
    return file


def rewritten(file: Path, **members: bytes | None) -> Path:
    """The backup with members replaced (None takes one out); dots are spelled as two underscores."""
    with zipfile.ZipFile(file) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    changed = held | {name.replace("__", "."): data for name, data in members.items()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in changed.items():
            if data is not None:
                archive.writestr(name, data)
    return file


def test_a_changed_ledger_is_found(good: Path, memcli: Line) -> None:
    """A checksum tells; what is in the home stays."""
    before = memcli("list", "--json").json
    rewritten(good, ledger__db=b"SQLite format 3\0" + b"x" * 4096)
    assert "damaged" in memcli("restore", str(good), "--yes", code=8).err
    assert memcli("list", "--json").json == before


def test_a_file_that_is_cut_short_or_foreign_is_refused(good: Path, memcli: Line, tmp_path: Path) -> None:
    """With one line, at any length."""
    whole = good.read_bytes()
    for length in (0, 10, len(whole) // 2, len(whole) - 30):
        good.write_bytes(whole[:length])
        memcli("restore", str(good), "--check", code=7)
    memcli("restore", str(tmp_path / "absent.zip"), "--check", code=7)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 99},
        {"sha256": {"../../escaped": "0" * 64, "ledger.db": "0" * 64}},
        {"sha256": {}},
        {"bytes": {"ledger.db": 10**15}},
        {"surprise": 1},
    ],
)
def test_a_hostile_manifest_escapes_nothing(
    good: Path, memcli: Line, tmp_path: Path, change: dict[str, object]
) -> None:
    """No path, size or key of it is trusted."""
    with zipfile.ZipFile(good) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    rewritten(good, manifest__json=json.dumps(manifest | change).encode())
    assert memcli("restore", str(good), "--yes", code=None).code in {7, 8}
    assert not list(tmp_path.rglob("escaped"))


def test_a_newer_schema_is_not_restored(good: Path, memcli: Line, tmp_path: Path) -> None:
    """An old memcli does not read what it does not know."""
    from hashlib import sha256

    with zipfile.ZipFile(good) as archive:
        archive.extract("ledger.db", tmp_path)
        manifest = json.loads(archive.read("manifest.json"))
    ledger = tmp_path / "ledger.db"
    connection = sqlite3.connect(ledger)
    connection.execute("PRAGMA user_version = 9999")
    connection.commit()
    connection.close()
    data = ledger.read_bytes()
    manifest["sha256"]["ledger.db"], manifest["bytes"]["ledger.db"] = sha256(data).hexdigest(), len(data)
    rewritten(good, ledger__db=data, manifest__json=json.dumps(manifest).encode())
    assert "newer" in memcli("restore", str(good), "--yes", code=1).err


def test_the_job_keeps_as_many_copies_as_it_should(memcli: Line) -> None:
    """One a day; the oldest go."""
    from datetime import timedelta

    memcli.add("Ana lives in Porto.")
    memcli("config", "set", "jobs.backups", "3")
    for _ in range(5):
        memcli("jobs", "run", "backup")
        memcli("jobs", "run", "backup")
        memcli.clock.advance(timedelta(days=1))
    names = sorted(file.name for file in (memcli.home / "backups").iterdir())
    assert names == ["daily-2026-03-04.zip", "daily-2026-03-05.zip", "daily-2026-03-06.zip"]
    assert memcli("restore", str(memcli.home / "backups" / names[0]), "--check").out.startswith("whole")
