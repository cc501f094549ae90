"""`merge`: what another device remembers, into this memory; knows no history's inside."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from memcli import hooks
from memcli.cli import carriers, documents
from memcli.cli.options import DryRun, Json, Yes, examples
from memcli.cli.state import State, of
from memcli.errors import BadInputError, UsageError
from memcli.humanize import count
from memcli.merging import Merged
from memcli.paths import Home
from memcli.service import process

app = typer.Typer()
LEDGER = "ledger.db"


@app.command(
    rich_help_panel="Import and export",
    epilog=examples(
        "memcli merge /media/stick/memory.memcli --dry-run",
        "memcli merge ~/old-laptop/memcli",
        "memcli merge laptop.memcli.age --identity key.txt",
        "memcli help devices",
    ),
)
def merge(
    ctx: typer.Context,
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="A home, a backup, or an archive of one.")],
    dry_run: DryRun = False,
    yes: Yes = False,
    passphrase_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the passphrase stands; else it is asked.")
    ] = None,
    identity: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The age key of a file encrypted for it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Take in what another device remembers; merging both ways makes both the same.

    Both histories are kept. Where both changed a memory, each field has what was set last; words that were lost by
    that wait in the inbox. What was purged there is purged here. OTHER is not changed.
    """
    state = of(ctx)
    with (
        carriers.opened(state, _there(other), passphrase_file, identity) as whole,
        tempfile.TemporaryDirectory(prefix="memcli-") as folder,
    ):
        theirs = _ledger(state, whole, other, Path(folder))
        before, found = _merged(state, theirs, dry_run=dry_run, yes=yes)
    if as_json:
        state.document(documents.of(**asdict(found), dry_run=dry_run, previous=before and str(before)))
        return
    for line in _told(found, dry_run=dry_run):
        state.say(line)
    if before:
        state.say(f"memcli restore {before} takes it back", "dim")


def _merged(state: State, theirs: Path, *, dry_run: bool, yes: bool) -> tuple[Path | None, Merged]:
    """What a merge did or would do, and where the copy is of what was here before."""
    from memcli.store import backup as copies

    if not dry_run and not state.settings.home.exists():
        with state.assistant() as assistant:
            return None, assistant.store.merge(theirs)
    with state.assistant() as assistant:
        looked = assistant.store.merge(theirs, dry_run=True)
    if dry_run or looked.nothing:
        return None, looked
    question = f"Erase {count(looked.erased, 'record')} here that {_was(looked.erased)} purged there?"
    if looked.erased and not state.sure(question, yes=yes):
        raise typer.Abort
    process.stop(state.settings.home)
    before = copies.safety_copy(state.settings.home, "merge", state.now()) if not looked.erased else None
    with state.assistant() as assistant:
        return before, assistant.store.merge(theirs)


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


def _there(other: Path) -> Path:
    if not other.exists():
        raise BadInputError(f"there is no {other}")
    return other


def _ledger(state: State, path: Path, named: Path, folder: Path) -> Path:
    """A copy of the other side's ledger, whatever holds it."""
    from memcli.store import backup as copies

    home = Home(root=folder, models=state.settings.home.models)
    if path.is_dir():
        there = Home(root=path, models=state.settings.home.models)
        if there.root.resolve() == state.settings.home.root.resolve():
            raise UsageError("a memory cannot be merged with itself", hint="name another home")
        if not there.exists():
            raise BadInputError(f"{named} is no home of a memory", hint=f"it holds no {LEDGER}")
        copies.copy_ledger(there, home.ledger)
    elif _is_backup(path):
        copies.unpack(path, folder)
    else:
        _unpack_archive(state, path, home)
    return home.ledger


def _is_backup(path: Path) -> bool:
    return zipfile.is_zipfile(path) and LEDGER in zipfile.ZipFile(path).namelist()


def _unpack_archive(state: State, path: Path, home: Home) -> None:
    """An archive as a ledger: it is checked and replayed as any import is, in a home that nobody keeps."""
    from memcli.ingest import Source, run_import
    from memcli.ports import SilentProgress

    settings = replace(state.settings, home=home, store_uri="")
    source = Source(hooks.importer("archive"), path, {}, settings.max_input_bytes)
    parts = state.wiring(settings, state.clock)
    try:
        run_import(source, parts.store, state.now(), SilentProgress())
    finally:
        parts.close()


def _told(found: Merged, *, dry_run: bool) -> Iterator[str]:
    if found.nothing:
        yield "everything was here already"
        return
    counts = ((found.turns, "turn"), (found.memories, "memory"), (found.links, "link"))
    new = [count(number, noun) for number, noun in counts if number]
    if new:
        yield f"{'would take' if dry_run else 'took'} in {', '.join(new)}"
    for number, what in ((found.changed, "changed"), (found.removed, "removed"), (found.erased, "erased")):
        if number:
            yield f"{number:,} {what}"
    if found.conflicts:
        yield f"{count(len(found.conflicts), 'conflict')} for you to decide: memcli inbox"
