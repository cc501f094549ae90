"""The pages of `memcli help`, and that what they and the README name is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from memcli import hooks
from memcli.cli.commands_doc import commands
from memcli.cli.help import Page, pages
from memcli.cli.main import app
from tests.cli.conftest import Line

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = pages()
TEXTS = {"README": README, **{topic: page.text for topic, page in PAGES.items()}}
KNOWN = {name: command for _, name, command in commands()}
GROUPS = {name.partition(" ")[0] for name in KNOWN if " " in name}
_SPAN = re.compile(r"`memcli ([^`]+)`")
_LINE = re.compile(r"^    (?:\$ )?(?:[^#\n]*\| )?memcli ([^#|\n]+)", re.MULTILINE)
_GLOBAL = {option for each in get_command(app).params for option in each.opts}
_PLACEHOLDERS = ("ARGS…", "COMMAND")


def named(text: str) -> Iterator[list[str]]:
    """The command lines that a text shows, without the global options before them."""
    for found in (*_SPAN.findall(text), *_LINE.findall(text)):
        words = found.replace("\n", " ").split()
        while words[0] in _GLOBAL:
            words = words[2 if words[0] == "--home" else 1 :]
        if words[0] not in _PLACEHOLDERS:
            yield words


def options(command: Any) -> set[str]:
    """Every spelling of every option of a command."""
    return {spelling for each in command.params for spelling in (*each.opts, *each.secondary_opts)}


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_and_option_that_a_page_shows_is_there(name: str) -> None:
    """No page teaches what is no more."""
    for words in named(TEXTS[name]):
        known = next((each for each in (" ".join(words[:2]), words[0]) if each in KNOWN), None)
        assert known or words[0] in GROUPS, words
        asked = {word.split("=")[0] for word in words if re.match(r"--[a-z]", word)}
        assert asked <= options(KNOWN[known]) | _GLOBAL | {"--help"} if known else not asked, words


@pytest.mark.parametrize("name", TEXTS)
def test_every_page_that_is_named_is_there(name: str) -> None:
    """`memcli help TOPIC`, wherever it stands."""
    for topic in re.findall(r"`memcli help ([a-z]+)`", TEXTS[name]):
        assert topic in PAGES


def test_the_readme_leads_to_every_page() -> None:
    """By name and by link."""
    assert set(re.findall(r"\[`(\w+)`\]\(memcli/cli/pages/\1\.md\)", README)) == set(PAGES)


def test_every_file_that_the_readme_links_is_there() -> None:
    """Pictures too."""
    for file in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / file).exists(), file


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_begins_with_a_title_and_a_sentence_and_fits_a_terminal(page: Page) -> None:
    """80 columns for what is not wrapped: code."""
    assert page.text.startswith(f"# {page.title}\n\n{page.about}\n\n")
    assert page.about.endswith(".")
    assert len(page.about) <= 70
    code = re.findall(r"^    .*$", page.text, re.MULTILINE)
    assert all(len(line) <= 82 for line in code), max(code, key=len)


def test_the_page_of_formats_tells_each_that_there_is() -> None:
    """In the first column what comes in; in the third what goes out. The README tells how many come in."""
    table = [line.split("|") for line in PAGES["formats"].text.splitlines() if line.startswith("| `")]
    out = {cells[1].strip(" `"): cells[3].strip() for cells in table}
    assert sorted(out) == sorted(hooks.import_formats())
    assert sorted(name for name, written in out.items() if written) == sorted(hooks.export_formats())
    assert "Histories of fourteen formats" in README
    assert len(out) == 14


@pytest.mark.parametrize("name", KNOWN)
def test_a_command_leads_to_pages_that_are_there(memcli: Line, name: str) -> None:
    """In its examples."""
    assert set(re.findall(r"memcli help (\w+)", memcli(*name.split(), "--help").out)) <= {*PAGES, "models"}


def test_help_lists_the_pages(memcli: Line) -> None:
    """Name and sentence; for programs too."""
    told = memcli("help").out
    assert all(f"{page.topic:<10}{page.about}" in told for page in PAGES.values())
    assert [row["topic"] for row in memcli("help", "--json").json] == sorted(PAGES)


@pytest.mark.parametrize("topic", PAGES)
def test_help_shows_a_page(memcli: Line, topic: str) -> None:
    """In a pipe as it is written."""
    assert memcli("help", topic).out == PAGES[topic].text
    assert memcli("help", topic, "--json").json["text"] == PAGES[topic].text


@pytest.mark.parametrize("words", ["search", "models pull", "models"])
def test_help_shows_a_commands_own(memcli: Line, words: str) -> None:
    """The same as with --help."""
    assert memcli("help", *words.split()).out == memcli(*words.split(), "--help").out


def test_a_page_with_a_commands_name_leads_to_its_options(memcli: Line) -> None:
    """`undo` is both."""
    assert "memcli undo --help" in memcli("help", "undo").err
    assert "--help" not in memcli("help", "trust").err


def test_a_topic_that_is_not_there_is_said_with_the_nearest(memcli: Line) -> None:
    """Or with the way to all."""
    assert "memcli help trust" in memcli("help", "trusty", code=3).err
    assert "`memcli help` lists" in memcli("help", "zugzwang", code=3).err
