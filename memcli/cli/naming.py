"""What the user is called: asked at the first chat, kept, and put into what was remembered of a nameless user."""

from __future__ import annotations

import select
import sys
from collections.abc import Sequence
from dataclasses import replace

from memcli import config
from memcli.assistant import NOBODY
from memcli.cli.state import State
from memcli.humanize import count, short
from memcli.records import Change

LONGEST_NAME = 80
_ANSWERS = frozenset(("y", "yes", "n", "no"))
"""What `yes | memcli init` says to whatever is asked."""


def take_name(state: State, name: str) -> Sequence[Change]:
    """Keep a name; what is remembered of "the user" is theirs from now on, as one step that `undo` takes back."""
    before = state.settings
    kept = config.save(before, "user.name", name)
    state.settings = replace(kept, adapters=before.adapters)
    if before.user_name != NOBODY:
        return ()
    with state.assistant() as assistant:
        return assistant.take_name(name)


def tell_joined(state: State, made: Sequence[Change], name: str) -> None:
    """Say how many memories got the name."""
    if made:
        told = f"{count(len(made), 'memory')} of “the user” now {'says' if len(made) == 1 else 'say'} {name}"
        state.say(f"{told}; memcli undo {short(made[0].batch)} takes it back", "dim")


def is_new(state: State) -> bool:
    """Did the user neither give a name nor say anything yet?"""
    if state.settings.user_name != NOBODY:
        return False
    with state.assistant() as assistant:
        return not assistant.store.sessions(limit=1)


def tell_nameless(state: State) -> None:
    """Say how a name is given, where nobody can be asked."""
    state.say("you have no name here yet: memcli init --name NAME gives you one", "dim")


def piped_name() -> str:
    """The name that is piped in, in its first line; empty where there is none, and no pipe is waited for."""
    try:
        ready = bool(select.select([sys.stdin], [], [], 0)[0])
    except (OSError, ValueError):  # no file of the system's
        ready = True
    name = sys.stdin.readline(LONGEST_NAME + 1).strip() if ready and not sys.stdin.isatty() else ""
    return name if len(name) < LONGEST_NAME and name.lower() not in _ANSWERS else ""


def ask_name(state: State) -> None:
    """Ask a person at a terminal what to call them."""
    import typer

    name = typer.prompt("What should I call you? (Enter leaves it open)", default="", show_default=False, err=True)
    if name.strip():
        tell_joined(state, take_name(state, name.strip()), name.strip())
