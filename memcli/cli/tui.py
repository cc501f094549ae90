"""`tui`: the whole memory on a whole terminal; starts it and knows nothing of its screens."""

from __future__ import annotations

from typing import Annotated

import typer

from memcli.cli.options import examples
from memcli.cli.state import of
from memcli.errors import UsageError
from memcli.tui.names import PLACES

app = typer.Typer()


@app.command(rich_help_panel="Talk", epilog=examples("memcli tui", "memcli tui chat", "memcli help tui"))
def tui(
    ctx: typer.Context,
    screen: Annotated[
        str, typer.Argument(metavar="SCREEN", help=f"Where to begin: {', '.join(PLACES)}.", show_default=False)
    ] = PLACES[0],
) -> None:
    """Browse, search, chat and change memories on a whole terminal."""
    if screen not in PLACES:
        raise UsageError(f"there is no screen {screen}", hint=f"there are {', '.join(PLACES)}")
    from memcli.cli.opening import opened

    raise typer.Exit(opened(of(ctx), screen))
