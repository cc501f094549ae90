"""The README's lists of commands and pages, made from them; ``python -m`` this module with it renews them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from typer.core import TyperGroup
from typer.main import get_command

from memcli.cli.help import pages

FOLDER: Final = "memcli/cli/pages"
"""Where the pages are, seen from the README."""


def commands() -> Iterator[tuple[str, str, Any]]:
    """(panel of `--help`, full name, command) of every command, in the order of `--help`."""
    from memcli.cli.main import app

    top = get_command(app)
    assert isinstance(top, TyperGroup)
    for name, command in top.commands.items():
        panel = getattr(command, "rich_help_panel", None) or "Commands"
        if isinstance(command, TyperGroup):
            yield from ((panel, f"{name} {below}", each) for below, each in command.commands.items())
        else:
            yield panel, name, command


def listing() -> str:
    """The list as Markdown, one table for each panel."""
    panels: dict[str, list[str]] = {}
    for panel, name, command in commands():
        row = f"| `memcli {_usage(name, command)}` | {_first_sentence(command.help or '')} |"
        panels.setdefault(panel, []).append(row.replace("{|}", r"\|"))
    tables = [f"**{panel}**\n\n| | |\n|---|---|\n" + "\n".join(rows) for panel, rows in panels.items()]
    return "\n\n".join(tables)


def page_listing() -> str:
    """The pages of `memcli help` as a Markdown table."""
    rows = (f"| [`{page.topic}`]({FOLDER}/{page.topic}.md) | {page.about} |" for page in pages().values())
    return "\n".join(["| page | what it tells |", "|---|---|", *rows])


def renewed(readme: str) -> str:
    """A README with its lists brought up to date.

    Raises:
        ValueError: it has no place for one.
    """
    for name, told in (("commands", listing()), ("pages", page_listing())):
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, opened, rest = readme.partition(begin)
        _, closed, after = rest.partition(end)
        if not opened or not closed:
            raise ValueError(f"there is no {begin} … {end}")
        readme = f"{before}{begin}\n\n{told}\n\n{end}{after}"
    return readme


def _usage(name: str, command: Any) -> str:  # noqa: ANN401 -- Typer has no public name for a command
    words = [name]
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            metavar = (parameter.metavar or parameter.name.upper()).replace("|", "{|}")
            word = metavar if parameter.required else f"[{metavar}]"
            words.append(f"{word}..." if parameter.nargs == -1 else word)
    return " ".join(words)


def _first_sentence(text: str) -> str:
    paragraph = " ".join(text.split("\n\n")[0].split())
    return paragraph.split(". ")[0].rstrip(".") + "."


def main(file: Path) -> None:
    """Renew a README."""
    file.write_text(renewed(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
