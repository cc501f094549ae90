"""Completion for the shell: ids and names of what is there; a failure completes nothing, silently."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import typer

from memcli.cli.state import State
from memcli.errors import MemcliError

RECENT: Final = 200


def memories(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The latest memories whose id begins like this, with their words."""
    with suppress(MemcliError):
        return list(_recent(_state(ctx), incomplete))
    return []


def setting_names(incomplete: str) -> list[tuple[str, str]]:
    """The settings whose name begins like this, with what they are."""
    from memcli.config import NAMES

    return [(name, known.what) for name, known in NAMES.items() if name.startswith(incomplete)]


def import_formats(incomplete: str) -> list[str]:
    """The formats that can be read."""
    from memcli import hooks

    return [name for name in hooks.import_formats() if name.startswith(incomplete)]


def export_formats(incomplete: str) -> list[str]:
    """The formats that can be written."""
    from memcli import hooks

    return [name for name in hooks.export_formats() if name.startswith(incomplete)]


def _recent(state: State, incomplete: str) -> Iterator[tuple[str, str]]:
    from memcli.records import Filter

    with state.assistant() as assistant:
        for memory in assistant.store.list_memories(Filter(), limit=RECENT):
            body = memory.id.partition(":")[2]
            if body.startswith(incomplete):
                yield body, memory.text
            elif memory.id.startswith(incomplete):
                yield memory.id, memory.text


def _state(ctx: typer.Context) -> State:
    state = ctx.find_root().obj
    if not isinstance(state, State):
        state = State()
    state.home = ctx.find_root().params.get("home")
    return state
