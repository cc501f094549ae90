"""The user's name, given late."""

from __future__ import annotations

from tests.cli.conftest import Line


def test_a_name_given_later_joins_what_was_remembered_before(memcli: Line) -> None:
    """As one step, which can be taken back."""
    memcli("add", "I live in Porto")
    memcli("add", "My cat is called Miso")
    told = memcli("init", "--name", "Ana", "--yes", "--no-pull").err
    assert "2 memories of “the user” now say Ana" in told
    memcli("add", "I moved to Lisbon")
    assert {row["text"] for row in memcli("list", "--json").json} == {
        "Ana moved to Lisbon.",
        "Ana's cat is called Miso.",
    }
    memcli("undo")
    memcli("undo")
    assert {row["text"] for row in memcli("list", "--json").json} == {
        "The user lives in Porto.",
        "The user's cat is called Miso.",
    }


def test_another_name_changes_no_memory(memcli: Line) -> None:
    """Ana may have been somebody else."""
    memcli("init", "--name", "Ana", "--yes", "--no-pull")
    memcli("add", "I live in Porto")
    memcli("init", "--name", "Eva", "--yes", "--no-pull")
    assert [row["text"] for row in memcli("list", "--json").json] == ["Ana lives in Porto."]


def test_a_name_may_be_piped_in(memcli: Line) -> None:
    """Its first line; nothing, and what answers a question, is no name."""
    for words in ("", "y\ny\n", "Nora\nand more\n"):
        memcli("init", "--no-pull", stdin=words)
    assert memcli("config", "get", "user.name").out.strip() == "Nora"
    memcli("init", "--no-pull", "--yes", stdin="Eva\n")
    assert memcli("config", "get", "user.name").out.strip() == "Nora"
