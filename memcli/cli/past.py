"""`history`, `log`, `diff`, `undo`, `redo`: what was changed, by whom, and back again."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated

import typer
from rich.text import Text

from memcli import codec
from memcli.assistant import Assistant
from memcli.cli import complete, documents, render
from memcli.cli.options import DryRun, Json, examples
from memcli.cli.report import report
from memcli.cli.state import of
from memcli.errors import NotFoundError, UsageError
from memcli.ports import MemoryStore
from memcli.records import Change, Memory
from memcli.worddiff import word_diff

app = typer.Typer()
PANEL = "History"
_PAGE = 100
_SHOWN_FIELDS = ("kind", "importance", "event_at", "pinned", "status", "tags")


@app.command(rich_help_panel=PANEL, epilog=examples("memcli history m:7k2q9x", "memcli history"))
def history(
    ctx: typer.Context,
    memory_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="A memory.", autocompletion=complete.memories)
    ] = None,
    n: Annotated[int, typer.Option("-n", "--limit", min=1, help="How many steps, without an ID.")] = 20,
    as_json: Json = False,
) -> None:
    """Tell a memory's life, oldest first; without an ID, what was done last, one line per undoable step."""
    state = of(ctx)
    with state.assistant() as assistant:
        if memory_id:
            found = assistant.store.history(assistant.store.resolve(memory_id, ("m",)))
            steps = [[change] for change in found]
        else:
            steps = _steps(assistant.store, n)
    if as_json:
        state.document([codec.encode(change) for step in steps for change in step])
        return
    state.show(render.batch_line(group, state.now(), state.width) for group in steps)


@app.command(rich_help_panel=PANEL, epilog=examples("memcli log", "memcli log -n 100 --json"))
def log(
    ctx: typer.Context,
    n: Annotated[int, typer.Option("-n", "--limit", min=1, help="How many.")] = 20,
    as_json: Json = False,
) -> None:
    """List the latest changes of every memory, newest first."""
    state = of(ctx)
    with state.assistant() as assistant:
        found = assistant.store.log(limit=n)
    if as_json:
        state.document([codec.encode(change) for change in found])
        return
    state.show(render.change_line(change, state.now(), state.width) for change in found)


@app.command(rich_help_panel=PANEL, epilog=examples("memcli diff m:7k2q9x", "memcli diff c:b3cd11"))
def diff(
    ctx: typer.Context,
    target: Annotated[
        str, typer.Argument(metavar="ID|CHANGE", help="A memory (when its words last changed), or a change.",
                            autocompletion=complete.memories)
    ],
    as_json: Json = False,
) -> None:  # fmt: skip
    """Show what a change did, word by word."""
    state = of(ctx)
    with state.assistant() as assistant:
        change = _edit_of(assistant, target)
    before, after = change.before, change.after
    words = word_diff(before.text if before else "", after.text if after else "")
    if as_json:
        plain = codec.encode(change)
        state.document(
            documents.of(change=change.id, before=plain["before"], after=plain["after"], text=words.plain)
        )
        return
    state.show([render.change_title(change, state.now()), words, *_other_fields(before, after)])


@app.command(
    rich_help_panel=PANEL,
    epilog=examples(
        "memcli undo",
        "memcli undo c:b3cd11",
        "memcli undo --batch b:9f02aa --dry-run",
        "memcli undo --background",
        "memcli help undo",
    ),
)
def undo(
    ctx: typer.Context,
    change: Annotated[
        str | None,
        typer.Argument(
            metavar="CHANGE", help="A change, batch or memory (its last change); else what you did last."
        ),
    ] = None,
    batch: Annotated[str | None, typer.Option(help="All that one command or import did.")] = None,
    background: Annotated[bool, typer.Option("--background", help="What was done last without you.")] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take back what you did last, with all that was made of it, or a change by its id. `redo` does it again.

    What you did is a command, or something you said. What jobs did, and what was made of an import, is left as it
    is; `history` names it, and --background or its id takes it back.
    """
    if sum(map(bool, (change, batch, background))) > 1:
        raise UsageError("give a change, a batch or --background, not several")
    state = of(ctx)
    with state.assistant() as assistant:
        made = assistant.undo(change or batch, background=background, dry_run=dry_run)
    report(state, made, as_json=as_json, dry_run=dry_run, back="memcli redo does it again")


@app.command(rich_help_panel=PANEL, epilog=examples("memcli redo", "memcli redo --dry-run"))
def redo(ctx: typer.Context, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Do again what `undo` took back, step by step, until something new is done."""
    state = of(ctx)
    with state.assistant() as assistant:
        made = assistant.redo(dry_run=dry_run)
    report(state, made, as_json=as_json, dry_run=dry_run)


def _steps(store: MemoryStore, n: int) -> list[list[Change]]:
    """The latest steps, each whole, newest first: how many changes one has is not known before."""
    changes, steps = list[Change](), list[list[Change]]()
    full = True
    while full and len(steps) <= n:
        limit = max(n, _PAGE, len(changes))
        page = store.log(limit=limit, offset=len(changes))
        changes += page
        steps = [list(group) for _, group in groupby(changes, key=lambda change: change.batch)]
        full = len(page) == limit
    return steps[:n]


def _edit_of(assistant: Assistant, target: str) -> Change:
    found = assistant.store.resolve(target, ("m", "c"))
    if found.startswith("c:"):
        return assistant.store.change(found)
    edits = [change for change in assistant.store.history(found) if _visible(change)]
    if not edits:
        raise NotFoundError(f"{found} has no history")
    return next((change for change in reversed(edits) if _words_changed(change)), edits[-1])


def _words_changed(change: Change) -> bool:
    return bool(change.before and change.after and change.before.text != change.after.text)


def _visible(change: Change) -> bool:
    """Whether a change shows in a memory's words or marks, unlike being recalled or linked."""
    if change.before is None or change.after is None:
        return True
    return any(getattr(change.before, name) != getattr(change.after, name) for name in ("text", *_SHOWN_FIELDS))


def _other_fields(before: Memory | None, after: Memory | None) -> list[Text]:
    if before is None or after is None:
        return []
    plain = codec.encode(before), codec.encode(after)
    changed = [name for name in _SHOWN_FIELDS if plain[0][name] != plain[1][name]]
    return [Text(f"{name}: {plain[0][name]} -> {plain[1][name]}") for name in changed]
