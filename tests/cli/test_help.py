"""Every command explains itself, and the README lists them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from memcli.cli.commands_doc import commands, renewed
from tests.cli.conftest import Line

NAMES = [name for _, name, _ in commands()]
README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_an_example_of_itself(memcli: Line, name: str) -> None:
    """A sentence, and something to copy."""
    page = memcli(*name.split(), "--help").out
    assert "Examples:" in page
    assert f"memcli {name}" in page.partition("Examples:")[2]


@pytest.mark.parametrize("name", NAMES)
def test_no_help_line_is_wider_than_a_terminal(memcli: Line, name: str) -> None:
    """80 columns."""
    assert max(len(line) for line in memcli(*name.split(), "-h").out.splitlines()) <= 80


def test_a_paragraph_of_help_is_broken_by_the_terminal_alone() -> None:
    """Where it was broken in the source is nobody's business."""
    assert all("\n" not in paragraph for _, _, each in commands() for paragraph in each.help.split("\n\n"))


def test_the_help_of_all_names_every_command(memcli: Line) -> None:
    """Groups by their first word."""
    page = memcli("--help").out
    assert all(name.split()[0] in page for name in NAMES)


def test_the_version_tells_the_schema_too(memcli: Line) -> None:
    """Programs that read --json can ask for it."""
    assert "JSON schema 1" in memcli("--version").out


def test_the_readme_lists_the_commands_as_they_are() -> None:
    """`python -m memcli.cli.commands_doc README.md` renews it."""
    text = README.read_text(encoding="utf-8")
    assert renewed(text) == text


def test_a_readme_without_a_place_for_the_list_is_refused() -> None:
    """Nothing is appended anywhere."""
    with pytest.raises(ValueError, match="commands"):
        renewed("# memcli\n")
