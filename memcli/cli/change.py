"""`edit`, `pin`, `tag`, `link`, `forget`: changing memories, each change undoable; knows no store."""

from __future__ import annotations

from typing import Annotated

import typer

from memcli.assistant import Patch
from memcli.cli import editor
from memcli.cli.options import NEVER, DryRun, Json, MemoryId, MemoryIds, Ttl, Yes, end_from, examples, start_of
from memcli.cli.purge import Adapters, Backups, How, Verify, erase
from memcli.cli.report import report
from memcli.cli.state import of
from memcli.erasure import Scope
from memcli.errors import UsageError
from memcli.humanize import count, cut, one_line, short
from memcli.records import Change, Kind

app = typer.Typer()
PANEL = "Change"


@app.command(
    rich_help_panel=PANEL,
    epilog=examples(
        'memcli edit m:7k2q9x "Miso is no longer afraid of the vacuum cleaner"',
        "memcli edit 7k2q --kind core --importance 0.9",
        "memcli edit 7k2q --ttl 30d         (--ttl never takes it back)",
        "memcli edit 7k2q            (opens your editor)",
    ),
)
def edit(
    ctx: typer.Context,
    memory_id: MemoryId,
    words: Annotated[str | None, typer.Argument(metavar="WORDS", help="The new words.")] = None,
    text: Annotated[str | None, typer.Option(help="The new words, likewise.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="The new kind.")] = None,
    importance: Annotated[float | None, typer.Option(min=0, max=1, help="From 0 to 1.")] = None,
    when: Annotated[str | None, typer.Option(help="When it happened.")] = None,
    ttl: Ttl = None,
    as_json: Json = False,
) -> None:
    """Change a memory's words, kind, importance, date or end. Without an option, your editor opens."""
    state = of(ctx)
    if words is not None and text is not None:
        raise UsageError("the new words were given twice", hint="give them with or without --text")
    patch = Patch(
        text=text if words is None else words,
        kind=kind,
        importance=importance,
        event_at=start_of(when, state),
        expires_at=end_from(ttl, state),
        lasting=ttl == NEVER,
    )
    with state.assistant() as assistant:
        if patch == Patch():
            memory = assistant.memory(memory_id)
            if not state.interactive:
                raise UsageError("nothing to change", hint="give new words, --kind, --importance, --when or --ttl")
            patch = Patch(text=editor.edited(memory.text))
            if patch.text == memory.text:
                state.say("nothing was changed", "dim")
                return
        made = assistant.edit(memory_id, patch)
    report(state, [made], as_json=as_json)


@app.command(rich_help_panel=PANEL, epilog=examples("memcli pin m:7k2q9x", "memcli pin 7k2q 9x4a"))
def pin(ctx: typer.Context, memory_ids: MemoryIds, as_json: Json = False) -> None:
    """Keep memories from fading."""
    with of(ctx).assistant() as assistant:
        made = assistant.pin(memory_ids)
    report(of(ctx), made, as_json=as_json, nothing="pinned already")


@app.command(rich_help_panel=PANEL, epilog=examples("memcli unpin m:7k2q9x"))
def unpin(ctx: typer.Context, memory_ids: MemoryIds, as_json: Json = False) -> None:
    """Let pinned memories fade again."""
    with of(ctx).assistant() as assistant:
        made = assistant.pin(memory_ids, pinned=False)
    report(of(ctx), made, as_json=as_json, nothing="not pinned")


@app.command(
    rich_help_panel=PANEL, epilog=examples("memcli tag m:7k2q9x pets home", "memcli tag 7k2q --remove home")
)
def tag(
    ctx: typer.Context,
    memory_id: MemoryId,
    tags: Annotated[list[str] | None, typer.Argument(metavar="TAG", help="Tags to add.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", "-r", help="A tag to take off.")] = None,
    as_json: Json = False,
) -> None:
    """Put tags on a memory, or take them off."""
    add, off = _tags(tags), _tags(remove)
    if not add and not off:
        raise UsageError("no tag was given", hint="memcli tag ID TAG, or memcli tag ID --remove TAG")
    with of(ctx).assistant() as assistant:
        made = assistant.tag(memory_id, add, off)
    report(of(ctx), made, as_json=as_json, nothing="tagged so already")


@app.command(
    rich_help_panel=PANEL,
    epilog=examples("memcli link m:7k2q9x m:b3cd11 --relation lives_with", "memcli link 7k2q b3cd --remove"),
)
def link(
    ctx: typer.Context,
    source_id: MemoryId,
    target_id: MemoryId,
    relation: Annotated[
        str, typer.Option("--relation", "-r", help="How the first relates to the second.")
    ] = "related",
    remove: Annotated[bool, typer.Option("--remove", help="Untie them.")] = False,
    as_json: Json = False,
) -> None:
    """Tie two memories together."""
    with of(ctx).assistant() as assistant:
        made = assistant.link(source_id, target_id, relation, remove=remove)
    report(of(ctx), [made], as_json=as_json)


@app.command(
    rich_help_panel=PANEL,
    epilog=examples(
        "memcli forget m:7k2q9x",
        "memcli forget 7k2q 9x4a --yes",
        "memcli forget 7k2q --dry-run",
        "memcli forget 7k2q --purge --verify    (for good)",
        "memcli help erasing",
    ),
)
def forget(
    ctx: typer.Context,
    memory_ids: MemoryIds,
    purge: Annotated[
        bool, typer.Option("--purge", help="Erase for good, with the turns it came from; turns may be named too.")
    ] = False,
    verify: Verify = False,
    backups: Backups = False,
    adapters: Adapters = False,
    keep_turns: Annotated[bool, typer.Option("--keep-turns", help="Leave the turns it came from.")] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Put memories away, and back with `memcli undo`; what was said stays. With --purge, for good."""
    state = of(ctx)
    if (verify or keep_turns or backups or adapters) and not purge:
        raise UsageError("--verify, --backups, --adapters and --keep-turns go with --purge")
    if purge:
        with state.parts() as parts:
            scope = Scope(ids=tuple(map(parts.store.resolve, memory_ids)), keep_turns=keep_turns)
            erase(state, parts.store, scope, How(verify, backups, adapters, dry_run, yes, as_json))
        return
    with state.assistant() as assistant:
        planned = assistant.forget(memory_ids, dry_run=True)
        if planned and not dry_run and not state.sure(_question(planned), yes=yes):
            raise typer.Abort
        made = planned if dry_run else assistant.forget(memory_ids)
    report(state, made, as_json=as_json, nothing="forgotten already", dry_run=dry_run)


def _question(planned: list[Change]) -> str:
    memory = planned[0].before
    first = f"{short(planned[0].memory_id)} {cut(one_line(memory.text), 50) if memory else ''}"
    return f"Forget {first}?" if len(planned) == 1 else f"Forget {count(len(planned), 'memory')}, such as {first}?"


def _tags(given: list[str] | None) -> list[str]:
    return [word for word in (each.strip().lstrip("#") for each in given or ()) if word]
