"""`backup` and `restore`: the whole memory into one file, and back; knows no format."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from memcli.cli import documents
from memcli.cli.options import Json, Yes, examples
from memcli.cli.state import of
from memcli.humanize import count, size
from memcli.service import process

app = typer.Typer()
PANEL = "Upkeep"


@app.command(
    rich_help_panel=PANEL, epilog=examples("memcli backup ~/memory.zip", "memcli backup /media/stick --json")
)
def backup(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The file to write, or a folder for it.")],
    as_json: Json = False,
) -> None:
    """Copy the whole memory into one file, consistently, whatever is being written.

    The copy is not encrypted. What is purged later stays in a copy outside of the home.
    """
    from memcli.store.backup import write

    state = of(ctx)
    target = path / f"memcli-{state.now():%Y-%m-%d-%H%M}.zip" if path.is_dir() else path
    manifest = write(state.settings.home, target, state.now())
    if as_json:
        state.document(documents.of(path=str(target), **asdict(manifest)))
        return
    state.show([str(target)])
    state.say(f"{_held(asdict(manifest))}, {size(target.stat().st_size)}", "dim")


@app.command(
    rich_help_panel=PANEL,
    epilog=examples("memcli restore ~/memory.zip --check", "memcli restore ~/memory.zip --yes"),
)
def restore(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file that `memcli backup` wrote.")],
    check: Annotated[bool, typer.Option("--check", help="Only say whether it is whole.")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Put a backup in this memory's place. What is here is copied first."""
    from memcli.store import backup as copies

    state = of(ctx)
    home = state.settings.home
    manifest = asdict(copies.check(path))
    before: Path | None = None
    if not check:
        if home.exists() and not state.sure(f"Replace the memory in {home.root}?", yes=yes):
            raise typer.Abort
        process.stop(home)
        before = copies.restore(path, home, state.now())
    if as_json:
        state.document(documents.of(restored=not check, previous=str(before) if before else None, **manifest))
        return
    state.show([f"{'whole' if check else 'restored'}: {_held(manifest)}, of {manifest['created'][:16]}"])
    if before:
        state.say(f"what was here before is in {before}", "dim")


def _held(manifest: dict[str, Any]) -> str:
    held = (count(manifest["memories"], "memory"), count(manifest["turns"], "turn"))
    return f"{held[0]} and {held[1]}"
