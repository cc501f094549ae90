"""`tui`: the whole memory on a whole terminal; starts it and knows nothing of its screens."""

from __future__ import annotations

import typer

from memcli.cli.options import examples
from memcli.cli.state import of
from memcli.errors import UsageError

app = typer.Typer()


@app.command(rich_help_panel="Talk", epilog=examples("memcli tui", "memcli --home ~/work-memory tui"))
def tui(ctx: typer.Context) -> None:
    """Browse, search, chat and change memories on a whole terminal."""
    state = of(ctx)
    if not state.interactive:
        raise UsageError("the TUI needs a terminal", hint="`memcli list` and `memcli search` work in a pipe")
    from memcli.tui.app import MemcliApp

    with state.parts() as parts:
        MemcliApp(parts).run()
