"""Changing memories, seeing what was changed, and taking it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from memcli.cli.editor import edited
from memcli.errors import BadInputError
from tests.cli.conftest import FakeParts, Line


def ops(memcli: Line, memory: str) -> list[str]:
    """What was done to a memory, oldest first."""
    return [change["op"] for change in memcli("history", memory, "--json").json]


def test_edit_changes_what_is_named_and_nothing_else(memcli: Line) -> None:
    """Words, kind, importance and date."""
    memory = memcli.add("tea in the morning", "--tag", "drink")
    memcli(
        "edit", memory, "--text", "tea at night", "--kind", "core", "--importance", "0.9", "--when", "2024-05-03"
    )
    told = memcli("show", memory, "--json").json
    assert (told["text"], told["kind"], told["importance"], told["tags"]) == (
        "tea at night",
        "core",
        0.9,
        ["drink"],
    )
    assert told["event_at"].startswith("2024-05-03")
    assert told["revision"] == 2


def test_the_new_words_may_stand_after_the_id(memcli: Line) -> None:
    """With or without an option's name, but once."""
    memory = memcli.add("tea in the morning")
    memcli("edit", memory, "tea at night", "--kind", "core")
    told = memcli("show", memory, "--json").json
    assert (told["text"], told["kind"]) == ("tea at night", "core")
    memcli("edit", memory, "tea", "--text", "coffee", code=2)


def test_history_counts_steps_and_not_what_each_of_them_did(memcli: Line) -> None:
    """A step of many changes is one line and whole, however few are asked for."""
    ids = [memcli.add(words) for words in ("tea", "coffee", "cocoa")]
    memcli("pin", *ids)
    memcli("tag", ids[0], "drink")
    assert len(memcli("history", "-n", "2").out.splitlines()) == 2
    assert "3 changes: pinned" in memcli("history", "-n", "2").out
    assert [change["op"] for change in memcli("history", "-n", "2", "--json").json] == ["TAG", *["PIN"] * 3]
    assert len(memcli("history", "-n", "5").out.splitlines()) == 5
    assert len(memcli("history").out.splitlines()) == 5


def test_edit_with_nothing_to_change_is_a_usage_error_without_a_terminal(memcli: Line) -> None:
    """No editor is opened for a script."""
    memcli("edit", memcli.add("tea"), code=2)


@pytest.mark.parametrize("options", [("--text", ""), ("--text", "\t")])
def test_a_memory_cannot_be_emptied(memcli: Line, options: tuple[str, ...]) -> None:
    """To be rid of it, forget it."""
    memory = memcli.add("tea")
    memcli("edit", memory, *options, code=7)
    assert memcli("show", memory, "--json").json["text"] == "tea"


def test_importance_lies_between_0_and_1(memcli: Line) -> None:
    """Anything else is a usage error."""
    memcli("edit", memcli.add("tea"), "--importance", "2", code=2)


def test_pin_and_unpin_write_a_change_only_when_something_changes(memcli: Line) -> None:
    """Pinning twice is one change."""
    memory = memcli.add("tea")
    assert memcli("pin", memory, "--json").json["changes"][0]["op"] == "PIN"
    assert memcli("pin", memory, "--json").json["changes"] == []
    assert memcli("show", memory, "--json").json["retention"] == 1.0
    assert "pinned already" in memcli("pin", memory).err
    memcli("unpin", memory)
    assert ops(memcli, memory) == ["ADD", "PIN", "UNPIN"]


def test_tags_are_put_on_and_taken_off(memcli: Line) -> None:
    """With or without the hash sign, each once."""
    memory = memcli.add("tea")
    memcli("tag", memory, "drink", "#daily", "drink")
    memcli("tag", memory, "--remove", "drink")
    assert memcli("show", memory, "--json").json["tags"] == ["daily"]
    assert "already" in memcli("tag", memory, "daily").err
    memcli("tag", memory, code=2)


def test_links_tie_and_untie(memcli: Line) -> None:
    """With a relation of the user's own."""
    tea, night = memcli.add("tea"), memcli.add("night")
    memcli("link", tea, night, "--relation", "drunk_at")
    assert memcli("show", night, "--json").json["links"][0]["relation"] == "drunk_at"
    memcli("link", tea, night, "--relation", "drunk_at", "--remove")
    assert memcli("show", night, "--json").json["links"] == []
    memcli("link", tea, tea, code=4)


def test_forgotten_memories_are_out_of_every_search_and_back_with_undo(memcli: Line) -> None:
    """Archived, not erased."""
    memory = memcli.add("a vacuum secret")
    memcli("forget", memory, "--yes")
    assert memcli("list", "--json").json == []
    assert memcli("search", "vacuum", "--lane", "memory", "--json").json["hits"] == []
    assert "forgotten already" in memcli("forget", memory, "--yes").err
    memcli("undo")
    assert [each["id"] for each in memcli("list", "--json").json] == [memory]


def test_dry_runs_tell_and_do_nothing(memcli: Line) -> None:
    """Of forget and of undo."""
    memory = memcli.add("tea")
    planned = memcli("forget", memory, "--dry-run", "--json").json
    assert planned["dry_run"]
    assert planned["changes"][0]["op"] == "ARCHIVE"
    assert "nothing was changed" in memcli("undo", "--dry-run").err
    assert ops(memcli, memory) == ["ADD"]


def test_forgetting_several_is_all_or_nothing(memcli: Line) -> None:
    """An unknown id among them stops the command before anything is done."""
    memory = memcli.add("tea")
    memcli("forget", memory, "m:zzzz", "--yes", code=3)
    assert ops(memcli, memory) == ["ADD"]


def test_history_tells_a_life_oldest_first_and_log_everything_newest_first(memcli: Line) -> None:
    """Without an id, history has one line for each undoable step."""
    tea, night = memcli.add("tea"), memcli.add("night")
    memcli("pin", tea, night)
    told = [line.split() for line in memcli("log").out.splitlines()]
    assert [line[line.index("by") + 1] for line in told] == ["user"] * 4
    assert [line[-1][:2] for line in told] == ["us", "us", "t:", "t:"]  # the turn that said it, where one did
    assert [c["memory_id"] for c in memcli("log", "-n", "2", "--json").json] == [night, tea]
    assert len(memcli("history").out.splitlines()) == 3
    assert "2 changes: pinned" in memcli("history").out
    assert ops(memcli, tea) == ["ADD", "PIN"]


def test_a_removed_memory_keeps_its_history(memcli: Line) -> None:
    """What undo took away can be looked up, and undone again."""
    memory = memcli.add("tea")
    memcli("undo")
    assert "was removed" in memcli("show", memory, code=3).err
    assert ops(memcli, memory) == ["ADD", "DELETE"]


def test_diff_marks_words_without_colour(memcli: Line) -> None:
    """What went and what came, as git --word-diff marks it."""
    memory = memcli.add("I drink tea in the morning", "--raw")
    memcli("edit", memory, "--text", "I drink coffee in the morning", "--importance", "0.9")
    memcli("pin", memory)
    lines = memcli("diff", memory).out.splitlines()
    assert lines[1:] == ["I drink [-tea-]{+coffee+} in the morning", "importance: 0.5 -> 0.9"]
    told = memcli("diff", memory, "--json").json
    assert (told["before"]["text"], told["after"]["importance"]) == ("I drink tea in the morning", 0.9)
    assert memcli("diff", told["change"], "--json").json == told


def test_undo_takes_back_the_latest_step_then_the_one_before(memcli: Line) -> None:
    """Again and again, until there is nothing left."""
    memory = memcli.add("tea")
    memcli("edit", memory, "--text", "coffee")
    memcli("undo")
    assert memcli("show", memory, "--json").json["text"] == "tea"
    memcli("undo")
    assert memcli("list", "--json").json == []
    assert "nothing to undo" in memcli("undo", code=3).err


def test_undo_takes_a_change_or_a_batch(memcli: Line) -> None:
    """A batch is what one command did."""
    tea, night = memcli.add("tea"), memcli.add("night")
    batch = memcli("pin", tea, night, "--json").json["changes"][0]["batch"]
    assert len(memcli("undo", "--batch", batch, "--json").json["changes"]) == 2
    change = memcli("tag", tea, "x", "--json").json["changes"][0]["id"]
    memcli("undo", change)
    assert memcli("show", tea, "--json").json["tags"] == []
    memcli("undo", change, "--batch", batch, code=2)


def test_an_undo_is_undone_by_its_own_batch_and_then_undone_again(memcli: Line) -> None:
    """Back and forth as often as one likes."""
    memory = memcli.add("tea")
    memcli("edit", memory, "--text", "coffee")
    back = memcli("undo", "--json").json["changes"][0]["batch"]
    memcli("undo", back)
    assert memcli("show", memory, "--json").json["text"] == "coffee"
    memcli("undo")
    assert memcli("show", memory, "--json").json["text"] == "tea"


def test_redo_does_again_what_undo_took_back(memcli: Line) -> None:
    """As often as was undone; a new change ends it, with exit code 3."""
    memory = memcli.add("tea")
    memcli("edit", memory, "--text", "coffee")
    memcli("edit", memory, "--text", "water")
    memcli("undo")
    assert "memcli redo" in memcli("undo").err
    assert memcli("redo", "--dry-run", "--json").json["changes"][0]["after"]["text"] == "coffee"
    assert memcli("show", memory, "--json").json["text"] == "tea"
    for text in ("coffee", "water"):
        memcli("redo")
        assert memcli("show", memory, "--json").json["text"] == text
    assert "nothing was taken back" in memcli("redo", code=3).err
    latest, *_, edit = memcli("log", "--json").json[:5]
    assert (latest["actor"], latest["reason"]) == ("redo", f"redo of {edit['batch']}")
    memcli("undo")
    memcli("pin", memory)
    memcli("redo", code=3)
    assert memcli("show", memory, "--json").json["text"] == "coffee"


def test_being_recalled_does_not_stand_in_the_way_of_an_undo(
    memcli: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what recalls have strengthened stays so."""
    monkeypatch.setattr(FakeParts, "reply", "[1] [2]")
    memory = memcli.add("Miso fears the vacuum cleaner")
    memcli("edit", memory, "--text", "Thunder is what Miso cannot bear")
    assert memory in memcli("ask", "what can Miso not bear?", "--json").json["citations"]
    memcli("undo")
    told = memcli("show", memory, "--json").json
    assert (told["text"], told["recalls"]) == ("Miso fears the vacuum cleaner", 1)


def test_what_was_changed_again_since_cannot_be_undone_out_of_order(memcli: Line) -> None:
    """Exit code 4, and the way out."""
    memory = memcli.add("tea")
    first = memcli("edit", memory, "--text", "coffee", "--json").json["changes"][0]["id"]
    memcli("edit", memory, "--text", "water")
    assert "history" in memcli("undo", first, "--json", code=4).error["hint"]


def test_turns_are_not_edited_or_forgotten(memcli: Line) -> None:
    """What was said stays as it was said."""
    turn = memcli("add", "tea", "--json").json["turns"][0]
    for command in (("edit", turn, "--text", "x"), ("forget", turn), ("pin", turn), ("tag", turn, "x")):
        memcli(*command, code=3)


def test_the_editor_of_the_environment_edits_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """VISUAL is a command with arguments of its own."""
    monkeypatch.setenv("VISUAL", "sed -i s/tea/coffee/")
    assert edited("tea, always") == "coffee, always"
    monkeypatch.setenv("VISUAL", str(tmp_path / "no-such-editor"))
    with pytest.raises(BadInputError, match="no-such-editor"):
        edited("tea")
