"""The README's list of commands, made from the commands; ``python -m`` this module with the README renews it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from typer.core import TyperGroup
from typer.main import get_command

BEGIN: Final = "<!-- commands -->"
END: Final = "<!-- /commands -->"


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


def renewed(readme: str) -> str:
    """A README with its list of commands brought up to date.

    Raises:
        ValueError: it has no place for one.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"there is no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{listing()}\n\n{END}{after}"


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
