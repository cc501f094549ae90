"""`tui`: the whole memory on a whole terminal; starts it and knows nothing of its screens."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

import typer

from memcli.cli.options import examples
from memcli.cli.state import State, of
from memcli.errors import UsageError
from memcli.ports import ChatModel, Searcher
from memcli.tui.names import PLACES
from memcli.wiring import Parts

app = typer.Typer()


class LateParts(Parts):
    """Parts that look for the service, and start it, when a model is first needed: the screen comes first."""

    @cached_property
    def _remote(self) -> Parts | None:
        from memcli.service.connect import RemoteParts, parts

        found = parts(self.settings, self.clock, warm=True)
        return found if isinstance(found, RemoteParts) else None

    @cached_property
    def chat_model(self) -> ChatModel:
        return self._remote.chat_model if self._remote else super().chat_model

    @cached_property
    def searcher(self) -> Searcher:
        return self._remote.searcher if self._remote else super().searcher


@app.command(rich_help_panel="Talk", epilog=examples("memcli tui", "memcli tui chat"))
def tui(
    ctx: typer.Context,
    screen: Annotated[
        str, typer.Argument(metavar="[SCREEN]", help=f"Where to begin: {', '.join(PLACES)}.", show_default=False)
    ] = PLACES[0],
) -> None:
    """Browse, search, chat and change memories on a whole terminal."""
    state = of(ctx)
    if screen not in PLACES:
        raise UsageError(f"there is no screen {screen}", hint=f"there are {', '.join(PLACES)}")
    if not state.interactive:
        raise UsageError("the TUI needs a terminal", hint="`memcli list` and `memcli search` work in a pipe")
    from memcli.tui.app import MemcliApp

    program = MemcliApp(_parts(state), screen)
    try:
        program.run()
    finally:
        program.close()
    if program.failure is not None:
        raise program.failure
    raise typer.Exit(program.return_code or 0)


def _parts(state: State) -> Parts:
    if state.alone:
        return state.wiring(state.settings, state.clock)
    return LateParts(state.settings, state.clock)
