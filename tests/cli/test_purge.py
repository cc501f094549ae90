"""Erasing for good: what it takes, how it asks, and what it tells."""

from __future__ import annotations

import pytest

from memcli.errors import StoreError
from memcli.store.lance_tables import LanceTable
from tests.cli.conftest import Line

SECRET = "The zanzibarian parrot of Quillfeather knows where the cellar key hangs"


def left(memcli: Line) -> bool:
    """Whether the words are in any file."""
    return any(b"quillfeath" in file.read_bytes().lower() for file in memcli.home.rglob("*") if file.is_file())


def test_forget_purge_erases_and_proves_it(memcli: Line) -> None:
    """Memory, turn and answers, from every file; the report says how much was searched."""
    memory = memcli.add(SECRET)
    memcli.add("Tea is green")
    memcli("ask", "where does the cellar key hang?")
    memcli("doctor", code=None)
    assert left(memcli)
    told = memcli("forget", memory, "--purge", "--verify", "--yes", "--json").json
    assert told["memories"] == [memory]
    assert len(told["turns"]) == 1
    assert len(told["answers"]) == 1
    assert told["verified"]["erased"] is True
    assert told["verified"]["findings"] == []
    assert told["verified"]["looked"]["ledger cells"] > 50
    assert not left(memcli)
    assert [line["text"] for line in memcli("list", "--json").json] == ["Tea is green"]
    assert "healthy" in memcli("doctor", "--json", code=None).out


def test_a_purge_says_what_it_would_take(memcli: Line) -> None:
    """Dry runs change nothing."""
    memcli.add(SECRET)
    ran = memcli("purge", "--query", "quillfeather", "--dry-run")
    assert "zanzibarian" in ran.out
    assert "would erase 1 memory and 1 turn" in ran.err
    assert len(memcli("list", "--json").json) == 1


def test_what_is_left_is_named_and_exits_with_8(memcli: Line) -> None:
    """A note in the home that memcli did not make."""
    memory = memcli.add(SECRET)
    (memcli.home / "notes.txt").write_text(f"nb: {SECRET.upper()}!", encoding="utf-8")
    ran = memcli("forget", memory, "--purge", "--verify", code=8)
    assert "notes.txt: contents: the words" in ran.out
    assert "1 place" in ran.err


def test_a_purge_cannot_be_undone(memcli: Line) -> None:
    """Neither by its change nor by the change that brought the memory in; the rest of the history can."""
    first = memcli.add(SECRET)
    other = memcli.add("Tea is green")
    memcli("forget", first, "--purge")
    history = memcli("history", first, "--json").json
    assert [change["op"] for change in history] == ["ADD", "PURGE"]
    for change in history:
        assert "purged: that is for good" in memcli("undo", change["id"], code=4).err
    assert memcli("undo", "--json").json["changes"][0]["memory_id"] == other
    for command in ("log", "history"):
        assert "purge" in memcli(command).out
    memcli("diff", first)


def test_purging_nothing_or_without_a_condition(memcli: Line) -> None:
    """The one is fine, the other a usage error; so is verifying what is only put away."""
    assert "nothing to erase" in memcli("purge", "--session", "never").err
    memcli("purge", code=2)
    memcli("forget", memcli.add("tea"), "--verify", code=2)


def test_a_turn_can_be_purged_by_its_id(memcli: Line) -> None:
    """With the memory that rests on it."""
    turn = memcli("add", SECRET, "--json").json["turns"][0]
    told = memcli("forget", turn, "--purge", "--verify", "--json").json
    assert (told["turns"], len(told["memories"]), told["verified"]["erased"]) == ([turn], 1, True)


def test_doctor_tells_of_a_purge_that_cannot_be_finished(memcli: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """And finishes it once it can; so does whoever opens the store next."""
    memory = memcli.add(SECRET, "--wait")

    def refuse(*_: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(LanceTable, "erase", refuse)
        memcli("forget", memory, "--purge", code=1)
        checks = {check["name"]: check["status"] for check in memcli("doctor", "--json", code=8).json["checks"]}
        assert checks["purges"] == "failed"
    assert left(memcli)
    memcli("doctor", "--fix")
    assert not left(memcli)


def test_backups_hold_it_until_they_are_renewed(memcli: Line) -> None:
    """Which is done on request only: they may be all that is left of something else."""
    first, second = memcli.add(SECRET), memcli.add("The octopus of Ravensbourne collects green teapots")
    (memcli.home / "backups").mkdir()
    memcli("backup", str(memcli.home / "backups" / "daily-2026-03-01.zip"))
    ran = memcli("forget", first, "--purge", "--verify", code=8)
    assert "backups/daily-2026-03-01.zip" in ran.out
    ran = memcli("purge", "--query", "quillfeather", "--backups")
    assert "nothing to erase" in ran.err
    assert "1 backup replaced" in ran.err
    assert not left(memcli)
    assert memcli("forget", second, "--purge", "--verify", "--backups", "--json").json["verified"]["erased"]
    assert [file.name for file in (memcli.home / "backups").iterdir()] == ["daily-2026-03-02.zip"]


@pytest.mark.parametrize("format_name", ["jsonl", "archive"])
def test_importing_an_older_export_brings_nothing_back(memcli: Line, format_name: str) -> None:
    """The rest of the file comes in as ever."""
    first, second = memcli.add(SECRET), memcli.add("Tea is green")
    export = str(memcli.home.parent / "export")
    memcli("export", format_name, export)
    memcli("forget", first, second, "--purge")
    third = memcli.add("Coffee is black")
    memcli("forget", third, "--yes")
    memcli("import", format_name, export)
    assert memcli("list", "--json").json == []
    assert not left(memcli)
