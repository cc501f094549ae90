"""`mcp`: lend the memory to other programs on this machine, over stdin and stdout."""

from __future__ import annotations

from typing import Annotated

import typer

from memcli.cli.options import examples
from memcli.cli.state import of

app = typer.Typer()


@app.command(
    rich_help_panel="Other programs",
    epilog=examples("memcli mcp", "memcli --home ~/work-memory mcp --read-only", "memcli help programs"),
)
def mcp(
    ctx: typer.Context,
    read_only: Annotated[bool, typer.Option("--read-only", help="Offer no tool that changes the memory.")] = False,
) -> None:
    """Serve the memory to another program (Model Context Protocol, stdio).

    What the program writes is trusted as `mcp.trust` says, never as your words, and can be undone.
    """
    from memcli.mcp.server import build  # its library is slow to load

    with of(ctx).assistant(warm=True) as assistant:
        build(assistant, read_only=read_only).run("stdio")
