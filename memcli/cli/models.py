"""`models`: the models on this machine and those that can be had; knows nothing of how they are fetched or run."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn
from rich.text import Text

from memcli import humanize, models
from memcli.cli import documents
from memcli.cli.options import Json, Yes, examples
from memcli.cli.state import State, of
from memcli.models import CatalogEntry, Installed

app = typer.Typer(
    help="The models on this machine, and those that can be had.",
    epilog=examples("memcli models list", "memcli models pull smollm2-135m-instruct"),
    no_args_is_help=True, rich_markup_mode="rich",
)  # fmt: skip


def _names(incomplete: str) -> list[str]:
    return [name for name in models.entries() if name.startswith(incomplete)]


Name = Annotated[str, typer.Argument(metavar="NAME", help="A model's name.", autocompletion=_names)]


class Bar:
    """The progress of a download in a terminal; silent where nobody looks."""

    def __init__(self, state: State) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        hidden = state.quiet or not state.err.is_terminal
        self._bar = Progress(*columns, console=state.err, disable=hidden, transient=True)
        self._task: TaskID | None = None

    def start(self, what: str, total: int | None) -> None:
        self.done()
        self._task = self._bar.add_task(what, total=total)
        self._bar.start()

    def advance(self, step: int = 1) -> None:
        if self._task is not None:
            self._bar.advance(self._task, step)

    def done(self) -> None:
        self._bar.stop()
        if self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None


def pull_with_bar(state: State, name: str) -> Installed:
    """Pull a model, showing how far it is, and say what was pulled."""
    bar = Bar(state)
    try:
        pulled = models.pull(state.settings, name, bar)
    finally:
        bar.done()
    if not models.entries()[name].sha256:
        state.say(f"no checksum is known for {name}; recorded that of this download: {pulled.source_sha256}")
    state.say(f"{name} is ready ({humanize.size(pulled.size_bytes)})")
    return pulled


@app.command("list", epilog=examples("memcli models list", "memcli models list --json"))
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the models on this machine and those that can be pulled."""
    state = of(ctx)
    rows = _rows(state)
    if as_json:
        state.document(rows)
        return
    for row in rows:
        mark = "*" if row["in_use"] else " "
        where = "here" if row["installed"] else "can be pulled"
        about = f"{row['task']:<9}  {humanize.size(row['size_bytes']):>9}  {where}"
        state.show([Text.assemble(f"{mark} ", (f"{row['name']:<24}", "cyan"), f"  {about}")])
        if row["use"]:
            state.show([Text(f"    {row['use']}", style="dim")])


@app.command(epilog=examples("memcli models info all-minilm-l6-v2"))
def info(ctx: typer.Context, name: Name, as_json: Json = False) -> None:
    """Show what is known of a model, and whether its file is whole."""
    state = of(ctx)
    known = models.find(state.settings, name)
    fields = asdict(known)
    if isinstance(known, Installed):
        models.verify(state.settings, name)
    fields["installed"] = isinstance(known, Installed)
    if as_json:
        state.document(documents.of(**fields))
        return
    state.show(Text.assemble((f"{key:<16}", "dim"), str(value)) for key, value in fields.items() if value != "")


@app.command(epilog=examples("memcli models pull all-minilm-l6-v2"))
def pull(ctx: typer.Context, name: Name) -> None:
    """Download a model; one that was interrupted goes on where it stopped."""
    pull_with_bar(of(ctx), name)


@app.command(epilog=examples("memcli models use qwen2.5-1.5b-instruct", "memcli models use st:intfloat/e5-small"))
def use(ctx: typer.Context, name: Name) -> None:
    """Chat or embed with another model; `st:NAME` or `st:FOLDER` is a sentence-transformers model.

    A memory that was made with another embedder is embedded anew.
    """
    state = of(ctx)
    setting, changed = models.use(state.settings, name)
    state.say(f"{setting} is {name} now")
    if not models.is_here(changed, name):
        state.say(f"it is not on this machine yet: `memcli models pull {name}`, then `memcli models use {name}`")
    elif setting == "model.embedder" and changed.home.exists():
        state.settings = changed
        with state.parts() as parts:
            state.say(f"embedded anew: {humanize.count(parts.reembed(), 'record')}")


@app.command("import", epilog=examples("memcli models import ~/Downloads/mistral.gguf --name mistral"))
def import_(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="A GGUF file.")],
    name: Annotated[str, typer.Option(help="What to call it.")],
) -> None:
    """Copy a GGUF file of your own among the models."""
    state = of(ctx)
    known = models.import_file(state.settings, path, name)
    state.say(f"{name} is ready: {known.task}, {known.architecture}, {humanize.size(known.size_bytes)}")


@app.command(epilog=examples("memcli models rm qwen2.5-1.5b-instruct"))
def rm(ctx: typer.Context, name: Name, yes: Yes = False) -> None:
    """Delete a model from this machine."""
    state = of(ctx)
    if not state.sure(f"Delete the model {name}?", yes=yes):
        raise typer.Exit
    state.say(f"{name} is deleted, {humanize.size(models.remove(state.settings, name))} freed")


def _rows(state: State) -> list[documents.Document]:
    """What is here first, then what can be had."""
    here = {each.name: each for each in models.installed(state.settings)}
    entries = models.entries()
    in_use = {state.settings.chat_model, state.settings.embedder}
    rows = [_row(here.get(name), entries.get(name)) for name in {**here, **entries}]
    return [{**row, "in_use": row["name"] in in_use} for row in rows]


def _row(here: Installed | None, entry: CatalogEntry | None) -> documents.Document:
    known = here or entry
    if known is None:
        return {}
    return {
        "name": known.name,
        "task": known.task,
        "installed": here is not None,
        "size_bytes": known.size_bytes,
        "licence": known.licence,
        "source": known.source,
        "use": entry.use if entry else "",
    }
