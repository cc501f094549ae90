"""`inbox`: memories that wait for the user's word; knows no store."""

from __future__ import annotations

from typing import Annotated

import typer

from memcli.cli import documents, render
from memcli.cli.options import Json, MemoryId, MemoryIds, examples
from memcli.cli.report import report
from memcli.cli.state import of
from memcli.errors import UsageError
from memcli.humanize import count
from memcli.requests import Patch

app = typer.Typer(
    help="Decide about memories that wait: suspect ones, and those that disagree with better sources.",
    epilog=examples(
        "memcli inbox", "memcli inbox accept m:7k2q9x", "memcli config set review all", "memcli help trust"
    ),
    rich_markup_mode="rich",
    invoke_without_command=True,
)


@app.callback()
def inbox(ctx: typer.Context) -> None:
    """List what waits, if no command is given."""
    if ctx.invoked_subcommand is None:
        waiting(ctx)


@app.command("list", epilog=examples("memcli inbox list --json"))
def waiting(ctx: typer.Context, as_json: Json = False) -> None:
    """List what waits, latest first."""
    state = of(ctx)
    with state.assistant() as assistant:
        found = assistant.inbox()
        why = {m.id: assistant.store.history(m.id)[0].reason for m in found}
    now = state.now()
    if as_json:
        rows = [documents.memory(memory, now) | {"reason": why[memory.id]} for memory in found]
        state.document(documents.of(memories=rows))
        return
    for memory in found:
        state.show([render.memory_line(memory, now, state.width)])
        state.say(f"          {why[memory.id]}", "dim")
    if not found:
        state.say("nothing waits", "dim")


@app.command(epilog=examples("memcli inbox accept m:7k2q9x", "memcli inbox accept --all"))
def accept(
    ctx: typer.Context,
    memory_ids: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Which ones.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that wait.")] = False,
    as_json: Json = False,
) -> None:
    """Let memories in; what they disagreed with is superseded."""
    _settle(ctx, memory_ids or [], everything=everything, accept=True, as_json=as_json)


@app.command(epilog=examples("memcli inbox reject m:7k2q9x"))
def reject(
    ctx: typer.Context,
    memory_ids: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Which ones.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that wait.")] = False,
    as_json: Json = False,
) -> None:
    """Refuse memories; they are put away, and `undo` brings them back."""
    _settle(ctx, memory_ids or [], everything=everything, accept=False, as_json=as_json)


@app.command(epilog=examples('memcli inbox edit m:7k2q9x --text "Ana lives in Porto."'))
def edit(
    ctx: typer.Context,
    memory_id: MemoryId,
    text: Annotated[str, typer.Option(help="The words to let in.")],
    as_json: Json = False,
) -> None:
    """Change what waits and let it in."""
    state = of(ctx)
    with state.assistant() as assistant:
        changed = assistant.edit(memory_id, Patch(text=text))
        made = [changed, *assistant.settle([changed.memory_id], accept=True)]
    report(state, made, as_json=as_json)


def _settle(ctx: typer.Context, memory_ids: MemoryIds, *, everything: bool, accept: bool, as_json: bool) -> None:
    state = of(ctx)
    with state.assistant() as assistant:
        waiting_ids = [memory.id for memory in assistant.inbox()]
        if waiting_ids and not (everything or memory_ids):
            what = "accept" if accept else "reject"
            told = f"{count(len(waiting_ids), 'memory')} {'waits' if len(waiting_ids) == 1 else 'wait'}"
            raise UsageError(f"say which: {told}", hint=f"`memcli inbox` lists them; inbox {what} ID…, or --all")
        meant = waiting_ids if everything else memory_ids
        made = assistant.settle(meant, accept=accept) if meant else []
    report(state, made, as_json=as_json, nothing="nothing waits")
