"""Importing and exporting JSON Lines."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Line

TALK: list[dict[str, object]] = [
    {"role": "user", "content": "I adopted a cat named Miso.", "timestamp": "2026-01-05T10:00:00+02:00"},
    {"role": "assistant", "content": "Congratulations!", "timestamp": "2026-01-05T10:00:10+02:00"},
    {"text": "She hides from the vacuum cleaner.", "speaker": "Ana", "at": 1767603660, "session": "cats"},
]


def write(path: Path, *lines: object) -> Path:
    """A file of JSON lines; text is written as it is."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def test_a_chat_is_kept_verbatim_and_found(memcli: Line, tmp_path: Path) -> None:
    """The file's name is the session's where a line names none."""
    told = memcli("import", "jsonl", str(write(tmp_path / "talk.jsonl", *TALK)), "--json").json
    assert (told["turns"], told["memories"], told["links"], told["skipped"]) == (3, 0, 0, 0)
    hit = memcli("search", "vacuum cleaner", "-k", "1", "--json").json["hits"][0]
    assert (hit["speaker"], hit["session"], hit["text"]) == ("Ana", "cats", TALK[2]["text"])
    assert memcli("search", "adopted", "-k", "1", "--json").json["hits"][0]["session"] == "talk"


def test_turns_that_no_service_will_read_are_not_said_to_be_read(memcli: Line, tmp_path: Path) -> None:
    """The command that reads them is named, and it does."""
    ran = memcli("import", "jsonl", str(write(tmp_path / "talk.jsonl", *TALK)))
    assert "in the background" not in ran.err
    assert (
        "2 turns to read for memories when you say so, since no service runs: memcli jobs run extract" in ran.err
    )
    assert "2 turns read" in memcli("jobs", "run", "extract").out


def test_importing_again_changes_nothing(memcli: Line, tmp_path: Path) -> None:
    """What is there already is counted and left as it is."""
    file = str(write(tmp_path / "talk.jsonl", *TALK))
    memcli("import", "jsonl", file)
    told = memcli("import", "jsonl", file, "--json").json
    assert (told["turns"], told["skipped"]) == (0, 3)
    assert memcli("stats", "--json").json["turns"] == 3


def test_a_dry_run_counts_and_keeps_nothing(memcli: Line, tmp_path: Path) -> None:
    """The same numbers as the real run."""
    file = str(write(tmp_path / "talk.jsonl", *TALK))
    told = memcli("import", "jsonl", file, "--dry-run", "--json").json
    assert (told["turns"], told["dry_run"]) == (3, True)
    assert memcli("stats", "--json").json["turns"] == 0


def test_import_reads_a_pipe_with_options(memcli: Line) -> None:
    """The session is named by an option."""
    line = json.dumps(TALK[0])
    memcli("import", "jsonl", "-", "-o", "session=holiday", stdin=line)
    assert memcli("search", "cat", "-k", "1", "--json").json["hits"][0]["session"] == "holiday"
    assert "NAME=VALUE" in memcli("import", "jsonl", "-", "-o", "session", stdin=line, code=2).err


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[1, 2]",
        '{"role": "user"}',
        '{"role": "king", "content": "x"}',
        '{"content": "x", "timestamp": "soon"}',
        '{"type": "turn", "id": "t:1"}',
        '{"type": "memory", "id": "x", "text": "y"}',
        '{"type": "link", "source": 1, "target": 2}',
        '{"content": "' + "a" * 600_000 + '"}',
    ],
    ids=[
        "json",
        "array",
        "no text",
        "role",
        "time",
        "half a turn",
        "half a memory",
        "link of numbers",
        "too long",
    ],
)
def test_one_bad_line_and_nothing_of_the_file_is_kept(memcli: Line, tmp_path: Path, line: str) -> None:
    """Exit code 7; the good lines before it are not kept either."""
    ran = memcli("import", "jsonl", str(write(tmp_path / "talk.jsonl", *TALK, line)), code=7)
    assert len(ran.err.splitlines()) <= 2
    assert memcli("stats", "--json").json["turns"] == 0


def test_a_bad_line_is_named_by_its_number(memcli: Line, tmp_path: Path) -> None:
    """Blank lines count."""
    file = write(tmp_path / "talk.jsonl", TALK[0], "", "not json")
    assert "line 3" in memcli("import", "jsonl", str(file), code=7).err


def test_binary_folders_missing_files_and_unknown_formats_are_refused(memcli: Line, tmp_path: Path) -> None:
    """Each with its own line."""
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\x00\xfe")
    memcli("import", "jsonl", str(binary), code=7)
    memcli("import", "jsonl", str(tmp_path), code=7)
    memcli("import", "jsonl", str(tmp_path / "gone"), code=7)
    assert "jsonl" in memcli("import", "nope", str(binary), code=3).err
    memcli("export", "nope", str(binary), code=3)


def full(memcli: Line, tmp_path: Path) -> None:
    """A memory with some of everything."""
    memcli("import", "jsonl", str(write(tmp_path / "talk.jsonl", *TALK)))
    cat, fear = memcli.add("Miso is a cat", "--tag", "pets"), memcli.add("Miso fears «éclairs» 猫")
    memcli("link", fear, cat, "--relation", "about")
    memcli("edit", fear, "--importance", "0.9", "--when", "2024-05-03")
    memcli("forget", cat, "--yes")


def test_what_is_exported_imports_into_an_empty_home_and_exports_the_same(memcli: Line, tmp_path: Path) -> None:
    """Nothing is lost: ids, offsets, revisions, statuses and links."""
    full(memcli, tmp_path)
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    told = memcli("export", "jsonl", str(first), "--json").json
    assert (told["turns"], told["memories"], told["links"]) == (5, 2, 1)
    other = Line(tmp_path / "other")
    assert other("import", "jsonl", str(first), "--json").json["memories"] == 2
    other("export", "jsonl", str(second))
    assert first.read_text(encoding="utf-8") == second.read_text(encoding="utf-8")
    assert other("export", "jsonl", "-").out == first.read_text(encoding="utf-8")


def test_an_import_of_memories_is_undone_as_one(memcli: Line, tmp_path: Path) -> None:
    """Turns stay: they are what was said."""
    full(memcli, tmp_path)
    file = tmp_path / "all.jsonl"
    memcli("export", "jsonl", str(file))
    other = Line(tmp_path / "other")
    batch = other("import", "jsonl", str(file), "--json").json["batch"]
    assert {change["batch"] for change in other("log", "--json").json} == {batch}
    other("undo", "--batch", batch)
    assert other("list", "--all", "--json").json == []
    assert other("stats", "--json").json["turns"] == 5


def test_an_export_is_private_and_replaces_its_target_at_the_end_only(memcli: Line, tmp_path: Path) -> None:
    """Nobody else may read it; a folder is refused."""
    memcli.add("tea")
    file = tmp_path / "all.jsonl"
    memcli("export", "jsonl", str(file))
    assert file.stat().st_mode & 0o077 == 0
    assert [each.name for each in tmp_path.glob(".*.part")] == []
    memcli("export", "jsonl", str(tmp_path), code=7)
    memcli("export", "jsonl", str(tmp_path / "no" / "folder.jsonl"), code=1)
    memcli("export", "jsonl", "-", "--json", code=2)


def test_secrets_are_left_out_of_a_redacted_export(memcli: Line, tmp_path: Path) -> None:
    """Of what was said, of memories, and of what they were before; what is kept does not change."""
    memcli("config", "set", "input.secrets", "keep")
    diary = memcli.add("My password is hunter2! and I like tea", "--raw")
    memcli("edit", diary, "--text", "I like tea")
    for name in ("archive", "jsonl", "csv"):
        memcli("export", name, str(tmp_path / name), "--redact")
    told = memcli("export", "archive", str(tmp_path / "archive"), "--redact", "--json").json
    assert told["redacted"] == {"password": 3}
    with zipfile.ZipFile(tmp_path / "archive") as archive:
        whole = b"".join(map(archive.read, archive.namelist()))
    assert b"hunter2" not in whole
    assert b"[secret: password]" in whole
    assert all("hunter2" not in (tmp_path / name).read_text("utf-8") for name in ("jsonl", "csv"))
    assert "left out: password" in memcli("export", "jsonl", str(tmp_path / "again"), "--redact").err
    assert "hunter2" in memcli("search", "tea", "--lane", "turn").out


def test_a_redacted_archive_can_be_imported(memcli: Line, tmp_path: Path) -> None:
    """Its history holds together."""
    memcli("config", "set", "input.secrets", "keep")
    diary = memcli.add("My password is hunter2! and I like tea", "--raw")
    memcli("pin", diary)
    memcli("export", "archive", str(tmp_path / "a.memcli"), "--redact")
    other = Line(tmp_path / "other")
    other("import", "archive", str(tmp_path / "a.memcli"))
    assert [change["op"] for change in other("history", diary, "--json").json] == ["ADD", "PIN"]


def test_lines_with_fields_of_their_own_are_mapped(memcli: Line, tmp_path: Path) -> None:
    """Also into what is nested; a line without the words' field is a mistake."""
    line = {"msg": {"body": "tea is green", "ts": 1767603660}, "who": {"nick": "Ana"}, "room": "kitchen", "n": 7}
    fields = ("text=msg.body", "when=msg.ts", "speaker=who.nick", "in=room", "id=n")
    options = [word for field in fields for word in ("-o", field)]
    file = write(tmp_path / "talk.jsonl", line)
    assert memcli("import", "jsonl", str(file), *options, "--json").json["turns"] == 1
    hit = memcli("search", "tea", "--json").json["hits"][0]
    assert (hit["speaker"], hit["session"], hit["at"][:10]) == ("Ana", "kitchen", "2026-01-05")
    bad = write(tmp_path / "bad.jsonl", line, {"msg": {}})
    assert "line 2: it has no field msg.body" in memcli("import", "jsonl", str(bad), *options, code=7).err


def test_a_dry_run_guesses_how_long_it_would_take(memcli: Line, tmp_path: Path) -> None:
    """In words, and in seconds."""
    file = str(write(tmp_path / "talk.jsonl", *TALK))
    assert "it would take about" in memcli("import", "jsonl", file, "--dry-run").err
    assert memcli("import", "jsonl", file, "--dry-run", "--json").json["estimate_s"] >= 0
    assert "estimate_s" not in memcli("import", "jsonl", file, "--json").json


def test_what_is_left_for_later_is_searchable_all_the_same(memcli: Line, tmp_path: Path) -> None:
    """It waits in the ledger until somebody needs it."""
    lines = [{"content": f"thing {number}", "timestamp": 1767603660} for number in range(70)]
    memcli("import", "jsonl", str(write(tmp_path / "talk.jsonl", *lines)), "--later")
    assert memcli("stats", "--json").json["pending"] == 70
    assert memcli("search", "thing 69", "-k", "1", "--json").json["hits"][0]["text"] == "thing 69"
