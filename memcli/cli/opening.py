"""The TUI as a process: its parts, its end and its exit code; without the parser of commands, which takes longer.

Half of the time until the first line stood on the screen went into a parser for one word. So the program's entry
comes here by itself where the words are plain ones, and ``cli/tui.py`` comes here for all others.
"""

from __future__ import annotations

import gc
from functools import cached_property, partial
from pathlib import Path

from memcli.cli.state import State
from memcli.errors import UsageError
from memcli.ports import ChatModel, Searcher
from memcli.wiring import Parts


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


def run(home: Path | None, screen: str, *, quiet: bool = False) -> int:
    """Open the TUI as a whole program; the exit code. Errors are told as every command tells them."""
    gc.disable()  # nothing that is loaded now is ever let go; the program enables it once it stands
    state = State(home=home, quiet=quiet)
    try:
        return opened(state, screen)
    except BaseException as error:  # noqa: BLE001 -- told below, by the one place that tells errors
        from memcli.cli.guard import guarded

        return guarded(partial(_raise, error), state)


def opened(state: State, screen: str) -> int:
    """Show the TUI until its user leaves; the exit code.

    Raises:
        UsageError: there is no terminal.
    """
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
    return program.return_code or 0


def _parts(state: State) -> Parts:
    if state.alone:
        return state.wiring(state.settings, state.clock)
    return LateParts(state.settings, state.clock)


def _raise(error: BaseException) -> None:
    raise error
