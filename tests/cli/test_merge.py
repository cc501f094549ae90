"""`merge`: a home, a backup, an archive, plain or encrypted; told before, told after, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Line


@pytest.fixture
def laptop(tmp_path: Path) -> Line:
    """Another device's command line."""
    return Line(tmp_path / "laptop")


def shared(memcli: Line, laptop: Line, tmp_path: Path) -> str:
    """A memory on both; its id."""
    tea = memcli.add("tea is green", "--raw")
    memcli("export", "archive", str(tmp_path / "first.memcli"))
    laptop("merge", str(tmp_path / "first.memcli"))
    return tea


def test_a_home_is_merged_and_both_end_the_same(memcli: Line, laptop: Line, tmp_path: Path) -> None:
    """Whatever each did since."""
    tea = shared(memcli, laptop, tmp_path)
    memcli("edit", tea, "--text", "tea is black")
    laptop("tag", tea, "drinks")
    laptop.add("Miso is a cat", "--raw")
    looked = memcli("merge", str(laptop.home), "--dry-run", "--json").json
    told = memcli("merge", str(laptop.home), "--json").json
    keys = ("turns", "memories", "changed", "links", "conflicts")
    assert [told[key] for key in keys] == [looked[key] for key in keys] == [1, 1, 1, 0, []]
    laptop("merge", str(memcli.home))
    for number, line in enumerate((memcli, laptop)):
        line("export", "archive", str(tmp_path / f"{number}.memcli"))
    assert (tmp_path / "0.memcli").read_bytes() == (tmp_path / "1.memcli").read_bytes()
    shown = memcli("show", tea, "--json").json
    assert (shown["text"], shown["tags"]) == ("tea is black", ["drinks"])
    assert "everything was here already" in memcli("merge", str(laptop.home)).err
    assert memcli("search", "Miso", "--json").json["hits"]


def test_lost_words_wait_in_the_inbox(memcli: Line, laptop: Line, tmp_path: Path) -> None:
    """And the command says so."""
    tea = shared(memcli, laptop, tmp_path)
    memcli("edit", tea, "--text", "tea is black")
    laptop("edit", tea, "--text", "tea is white")
    assert "1 conflict for you to decide" in memcli("merge", str(laptop.home)).err
    waiting = memcli("inbox", "list", "--json").json["memories"]
    assert {waiting[0]["text"], memcli("show", tea, "--json").json["text"]} == {"tea is black", "tea is white"}
    memcli("inbox", "accept", waiting[0]["id"])
    assert memcli("show", tea, "--json").json["status"] == "superseded"


def test_a_merge_is_taken_back_by_the_copy_it_names(memcli: Line, laptop: Line, tmp_path: Path) -> None:
    """With `restore`."""
    shared(memcli, laptop, tmp_path)
    laptop.add("Miso is a cat", "--raw")
    before = memcli("merge", str(laptop.home), "--json").json["previous"]
    memcli("restore", before, "--yes")
    assert [m["text"] for m in memcli("list", "--json").json] == ["tea is green"]


def test_a_backup_and_an_encrypted_archive_are_merged(memcli: Line, laptop: Line, tmp_path: Path) -> None:
    """As a home is."""
    laptop.add("tea is green", "--raw")
    laptop("backup", str(tmp_path / "copy.zip"))
    assert memcli("merge", str(tmp_path / "copy.zip"), "--json").json["memories"] == 1
    laptop.add("Miso is a cat", "--raw")
    (tmp_path / "pass").write_text("four words of mine")
    secret = ("--passphrase-file", str(tmp_path / "pass"))
    laptop("export", "archive", str(tmp_path / "a.age"), *secret)
    assert memcli("merge", str(tmp_path / "a.age"), *secret, "--json").json["memories"] == 1


def test_what_was_purged_there_is_erased_here(memcli: Line, laptop: Line, tmp_path: Path) -> None:
    """It is told before; no copy is left of it."""
    tea = shared(memcli, laptop, tmp_path)
    laptop("forget", tea, "--purge", "--yes")
    assert "erased" in memcli("merge", str(laptop.home), "--dry-run").err
    told = memcli("merge", str(laptop.home), "--yes", "--json").json
    assert (told["erased"], told["previous"]) == (2, None)
    memcli("show", tea, code=3)
    assert not list(memcli.home.glob("backups/*"))


def test_a_look_at_a_merge_makes_no_home(memcli: Line, laptop: Line) -> None:
    """Not even where nothing was ever kept."""
    laptop.add("tea is green", "--raw")
    assert memcli("merge", str(laptop.home), "--dry-run", "--json").json["memories"] == 1
    assert not memcli.home.exists()


def test_what_is_no_memory_is_told_and_nothing_changes(memcli: Line, tmp_path: Path) -> None:
    """A folder, a file, a cut archive, nothing, itself."""
    memcli.add("tea is green", "--raw")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("words")
    memcli("export", "archive", str(tmp_path / "a.memcli"))
    (tmp_path / "cut.memcli").write_bytes((tmp_path / "a.memcli").read_bytes()[:-30])
    for name in ("folder", "file", "cut.memcli", "gone"):
        assert len(memcli("merge", str(tmp_path / name), code=7).err.splitlines()) <= 2
    memcli("merge", str(memcli.home), code=2)
    assert memcli("stats", "--json").json["changes"] == 1
