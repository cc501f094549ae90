"""The archive: nothing lost, the same bytes again, and nothing believed that its manifest does not tell."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Line
from tests.plugins.conftest import as_zip


@pytest.fixture
def memcli(tmp_path: Path) -> Line:
    """A command line at an empty home."""
    return Line(tmp_path / "home")


def lived(memcli: Line, tmp_path: Path) -> None:
    """A memory with some of everything: turns, links, edits, pins, what was forgotten and taken back."""
    talk = [{"role": "user", "content": "I moved to Porto 猫", "timestamp": "2026-01-05T10:00:00+02:00"}]
    (tmp_path / "talk.jsonl").write_text("".join(json.dumps(line) + "\n" for line in talk), encoding="utf-8")
    memcli("import", "jsonl", str(tmp_path / "talk.jsonl"))
    cat, fear = memcli.add("Miso is a cat", "--tag", "pets"), memcli.add("Miso fears «éclairs»", "--raw")
    memcli("link", fear, cat, "--relation", "about")
    memcli("edit", fear, "--importance", "0.9", "--when", "2024-05-03")
    memcli("pin", cat)
    memcli("forget", cat, "--yes")
    gone = memcli.add("a mistake", "--raw")
    memcli("undo")
    assert gone not in memcli("list", "--all").out


def exported(memcli: Line, path: Path, *options: str) -> Path:
    """An archive of all."""
    memcli("export", "archive", str(path), *options)
    return path


def test_an_archive_of_an_imported_archive_is_the_same_file(memcli: Line, tmp_path: Path) -> None:
    """History and all: the ids, times and actors of every change."""
    lived(memcli, tmp_path)
    first = exported(memcli, tmp_path / "1.memcli")
    other = Line(tmp_path / "other")
    told = other("import", "archive", str(first), "--json").json
    assert (told["turns"], told["memories"], told["links"], told["skipped"]) == (4, 2, 1, 0)
    assert exported(other, tmp_path / "2.memcli").read_bytes() == first.read_bytes()
    assert other("log", "--json").json == memcli("log", "--json").json
    assert other("import", "archive", str(first), "--json").json["skipped"] == 7


def test_a_later_archive_brings_what_came_since(memcli: Line, tmp_path: Path) -> None:
    """A history that goes on where the store's ends is followed."""
    lived(memcli, tmp_path)
    other = Line(tmp_path / "other")
    other("import", "archive", str(exported(memcli, tmp_path / "1.memcli")))
    tea = memcli.add("tea is green", "--raw")
    memcli("edit", tea, "--text", "tea is black")
    fear = next(m["id"] for m in memcli("list", "--json").json if "fears" in m["text"])
    memcli("tag", fear, "fears")
    second = exported(memcli, tmp_path / "2.memcli")
    other("import", "archive", str(second))
    assert exported(other, tmp_path / "3.memcli").read_bytes() == second.read_bytes()


def test_where_two_histories_went_different_ways_the_stores_stays(memcli: Line, tmp_path: Path) -> None:
    """What is there already is left as it is."""
    tea = memcli.add("tea is green", "--raw")
    other = Line(tmp_path / "other")
    other("import", "archive", str(exported(memcli, tmp_path / "1.memcli")))
    memcli("edit", tea, "--text", "tea is black")
    other("edit", tea, "--text", "tea is white")
    other("import", "archive", str(exported(memcli, tmp_path / "2.memcli")))
    assert other("show", tea, "--json").json["text"] == "tea is white"


def test_an_archive_can_be_encrypted_for_a_passphrase(memcli: Line, tmp_path: Path) -> None:
    """Without it nothing is kept."""
    memcli.add("the safe is behind the picture", "--raw")
    secret, wrong = tmp_path / "secret", tmp_path / "wrong"
    secret.write_text("correct horse\n", encoding="utf-8")
    wrong.write_text("battery\n", encoding="utf-8")
    sealed = exported(memcli, tmp_path / "m.memcli.age", "--passphrase-file", str(secret))
    assert b"picture" not in sealed.read_bytes()
    assert sealed.read_bytes().startswith(b"age-encryption.org/v1")
    assert sealed.stat().st_mode & 0o077 == 0
    other = Line(tmp_path / "other")
    other("import", "archive", str(sealed), "--passphrase-file", str(wrong), code=7)
    other("import", "archive", str(sealed), code=2)
    assert not (tmp_path / "other").exists() or sum(other("stats", "--json").json["memories"].values()) == 0
    other("import", "archive", str(sealed), "--passphrase-file", str(secret))
    assert len(other("list", "--json").json) == 1


def test_an_archive_can_be_encrypted_for_a_key(memcli: Line, tmp_path: Path) -> None:
    """Only its owner opens it."""
    from pyrage import x25519

    mine, theirs = x25519.Identity.generate(), x25519.Identity.generate()
    for name, identity in (("mine", mine), ("theirs", theirs)):
        (tmp_path / name).write_text(f"# a comment\n{identity}\n", encoding="utf-8")
    memcli.add("tea", "--raw")
    sealed = exported(memcli, tmp_path / "m.age", "--recipient", str(mine.to_public()))
    other = Line(tmp_path / "other")
    assert (
        "right key" in other("import", "archive", str(sealed), "--identity", str(tmp_path / "theirs"), code=7).err
    )
    assert "--identity" in other("import", "archive", str(sealed), code=2).err
    other("import", "archive", str(sealed), "--identity", str(tmp_path / "mine"))
    assert len(other("list", "--json").json) == 1
    memcli("export", "archive", str(tmp_path / "x"), "--recipient", "nobody", code=2)


def test_a_choice_is_exported_by_date_or_by_search(memcli: Line, tmp_path: Path) -> None:
    """With the links and the history of what was chosen only."""
    lived(memcli, tmp_path)
    file = tmp_path / "part.memcli"
    told = memcli("export", "archive", str(file), "--since", "2026-02-01", "--json").json
    assert (told["turns"], told["memories"]) == (3, 2)
    told = memcli("export", "archive", str(file), "--since", "2027-01-01", "--json").json
    assert (told["turns"], told["memories"], told["links"]) == (0, 0, 0)
    told = memcli("export", "archive", str(file), "--select", "éclairs", "--json").json
    assert told["memories"] >= 1
    Line(tmp_path / "other")("import", "archive", str(file))


Files = dict[str, bytes]


def without(name: str) -> Callable[[Files], None]:
    """Takes a file away."""
    return lambda files: files.__delitem__(name)


def replaced(name: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    """Changes a file."""
    return lambda files: files.update({name: files[name].replace(old, new)})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (without("manifest.json"), "lacks manifest.json"),
        (without("history.jsonl"), "lacks history.jsonl"),
        (replaced("manifest.json", b'"version": 1', b'"version": 2'), "version 2"),
        (replaced("manifest.json", b"memcli-archive", b"other"), "is not an archive's"),
        (replaced("memories.jsonl", b"tea", b"gin"), "damaged or changed"),
        (replaced("turns.jsonl", b"\n", b"\n{}\n"), "turns.jsonl, line 2"),
        (replaced("memories.jsonl", b'"importance":0.5', b'"importance":"x"'), "importance cannot be 'x'"),
        (replaced("memories.jsonl", b'"id":"m:', b'"id":"../'), "cannot be the id"),
    ],
)
def test_an_archive_that_was_changed_is_refused(
    memcli: Line, tmp_path: Path, change: Callable[[Files], None], told: str
) -> None:
    """One clear line, exit code 7, nothing kept."""
    memcli.add("tea", "--raw")
    with zipfile.ZipFile(exported(memcli, tmp_path / "1.memcli")) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    other = Line(tmp_path / "other")
    assert told in other("import", "archive", str(as_zip(tmp_path / "2.memcli", files)), code=7).err
    assert other("stats", "--json").json["turns"] == 0


def test_an_archive_that_is_cut_off_is_refused(memcli: Line, tmp_path: Path) -> None:
    """At any place."""
    memcli.add("tea", "--raw")
    whole = exported(memcli, tmp_path / "1.memcli").read_bytes()
    for part in (0, 10, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.memcli").write_bytes(whole[:part])
        memcli("import", "archive", str(tmp_path / "cut.memcli"), code=7)
