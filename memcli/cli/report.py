"""What a changing command tells when it is done: the changes, and how to take them back."""

from __future__ import annotations

from collections.abc import Sequence

from memcli.cli import documents, render
from memcli.cli.state import State
from memcli.humanize import count, short
from memcli.records import Change


def report(
    state: State,
    made: Sequence[Change],
    *,
    as_json: bool,
    nothing: str = "nothing to do",
    dry_run: bool = False,
    back: str = "",
) -> None:
    """Print the changes as data and say how to undo them, or what else leads ``back``."""
    if as_json:
        state.document(documents.changes(made, dry_run=dry_run))
        return
    now = state.now()
    state.show(render.change_line(change, now, state.width) for change in made)
    if not made:
        state.say(nothing, "dim")
    elif dry_run:
        state.say("nothing was changed (--dry-run)", "dim")
    else:
        state.say(back or f"memcli undo {short(made[0].batch)} takes it back", "dim")


def left_out(kinds: Sequence[str]) -> str:
    """What is told of secrets that memories do not hold."""
    verb = "was" if len(kinds) == 1 else "were"
    named = ", ".join(dict.fromkeys(kinds))
    told = f"{count(len(kinds), 'secret')} {verb} left out of the memory ({named})"
    return f"{told}; the turn keeps the words as said"
