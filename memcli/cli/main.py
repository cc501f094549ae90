"""The command line as a whole: the global options and the commands' groups; knows no command's inside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from memcli import __version__
from memcli.cli import state as run_state
from memcli.cli.guard import PROGRAM, Guarded
from memcli.cli.options import SCHEMA, examples
from memcli.cli.shelf import Group, Shelf

GROUPS: Final = (
    "start",
    "keep",
    "find",
    "answer",
    "chat",
    "tui",
    "change",
    "purge",
    "past",
    "transfer",
    "merge",
    "time",
    "backup",
    "mcp",
    "health",
    "help",
)
"""Modules whose commands stand at the top, in the order of `--help`."""

NAMED_GROUPS: Final = {
    "config": Group("settings"),
    "models": Group("models"),
    "adapters": Group("adapters"),
    "eval": Group("eval"),
    "inbox": Group("inbox", "Change"),
    "jobs": Group("jobs", "Upkeep"),
    "plugins": Group("plugins"),
    "service": Group("service", "Upkeep"),
    "profile": Group("profile", "Time"),
    "ranker": Group("ranker", "Find"),
}
"""Commands with commands of their own."""

PLACES: Final = {
    **dict.fromkeys(("search", "list", "show"), "find"),
    **dict.fromkeys(("ask", "why"), "answer"),
    "add": "keep",
    "chat": "chat",
    "tui": "tui",
}
"""Where the commands of every minute are, so that they load nothing else; the others are found without."""


class Shelved(Guarded):
    """The top command, whose commands are loaded when they are asked for."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 -- as the class it extends
        super().__init__(**attributes)
        self.commands = Shelf(GROUPS, NAMED_GROUPS, PLACES)


app = typer.Typer(
    name=PROGRAM,
    cls=Shelved,
    help="A personal memory that lives in the terminal and on your own machine.",
    epilog=examples(
        'memcli add "Miso the cat is afraid of the vacuum cleaner"',
        'memcli ask "what is Miso afraid of?"',
        "memcli help",
    ),
    invoke_without_command=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"memcli {__version__} (JSON schema {SCHEMA})")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="Where this memory lives; also MEMCLI_HOME.", show_default=False)
    ] = None,
    no_service: Annotated[bool, typer.Option("--no-service", help="Never use the background service.")] = False,
    no_adapters: Annotated[
        bool, typer.Option("--no-adapters", help="Let the plain base model work, without its memory adapters.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print data only, no remarks.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Take the global options; without a command, show the help."""
    state = run_state.of(ctx)
    state.home, state.quiet, state.debug = home, quiet, debug
    state.no_service, state.no_adapters = no_service, no_adapters
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def run() -> None:
    """The program ``memcli``."""
    app()
