"""`import` and `export`: formats in and out, each brought by a plugin; knows none of them."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from memcli import hooks
from memcli.assistant import Assistant
from memcli.cli import complete, documents
from memcli.cli.options import STDIN, DryRun, Json, examples
from memcli.cli.progress import progress
from memcli.cli.state import State, of
from memcli.cli.words import count, short
from memcli.errors import BadInputError, ModelMissingError, StoreError, UsageError
from memcli.ingest import Everything, ImportReport, Source, Tally, run_import
from memcli.paths import PRIVATE_FILE
from memcli.ports import Progress
from memcli.records import Link, Memory, Turn

T = TypeVar("T")

app = typer.Typer()
PANEL = "Import and export"
Options = Annotated[
    list[str] | None, typer.Option("--option", "-o", metavar="NAME=VALUE", help="For the format; may be repeated.")
]


@app.command(
    "import",
    rich_help_panel=PANEL,
    epilog=examples(
        "memcli import jsonl talk.jsonl",
        "memcli import jsonl talk.jsonl --dry-run",
        "cat talk.jsonl | memcli import jsonl - -o session=holiday",
    ),
)
def import_(
    ctx: typer.Context,
    format_name: Annotated[str, typer.Argument(metavar="FORMAT", autocompletion=complete.import_formats)],
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The file; - reads a pipe.")],
    option: Options = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Bring in conversations and memories. What is there already is left as it is.

    The whole file is checked first: nothing is kept of one that has a mistake.
    """
    state = of(ctx)
    importer = hooks.importer(format_name)
    with state.assistant() as assistant, _readable(path) as file:
        source = Source(importer, file, _options(state, path, option), state.settings.max_input_bytes)
        with progress(state) as bar:
            report = run_import(source, assistant.store, state.now(), bar, dry_run=dry_run)
            if report.kept.total and not dry_run:
                bar.start("making them searchable", None)
                _flush(state, assistant)
                bar.done()
    _tell(state, report, format_name, str(path), as_json=as_json, dry_run=dry_run)


@app.command(
    rich_help_panel=PANEL,
    epilog=examples("memcli export jsonl memory.jsonl", "memcli export jsonl - | gzip > memory.jsonl.gz"),
)
def export(
    ctx: typer.Context,
    format_name: Annotated[str, typer.Argument(metavar="FORMAT", autocompletion=complete.export_formats)],
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The file to write; - writes to a pipe.")],
    option: Options = None,
    as_json: Json = False,
) -> None:
    """Write out everything that is kept."""
    state = of(ctx)
    if as_json and str(path) == STDIN:
        raise UsageError("--json and an export to - would both write to stdout", hint="give a file")
    exporter = hooks.exporter(format_name)
    with state.assistant() as assistant, progress(state) as bar:
        counted = Counted(Everything(assistant.store), bar)
        bar.start("writing", None)
        with _writable(path) as file:
            exporter.write(file, counted, _options(state, path, option))
    tally = counted.tally
    if as_json:
        state.document(documents.of(format=format_name, path=str(path), **_counts(tally)))
    else:
        state.say(f"wrote {_told(tally)} to {'stdout' if str(path) == STDIN else path}")


class Counted:
    """``ports.Exportable`` that counts what passes."""

    def __init__(self, records: Everything, bar: Progress) -> None:
        self._records = records
        self._bar = bar
        self.tally = Tally()

    def turns(self) -> Iterator[Turn]:
        return self._counting(self._records.turns(), Tally(turns=1))

    def memories(self) -> Iterator[Memory]:
        return self._counting(self._records.memories(), Tally(memories=1))

    def links(self) -> Iterator[Link]:
        return self._counting(self._records.links(), Tally(links=1))

    def _counting(self, records: Iterator[T], one: Tally) -> Iterator[T]:
        for record in records:
            yield record
            self.tally += one
            self._bar.advance()


@contextmanager
def _readable(path: Path) -> Iterator[Path]:
    """The file itself, or what comes through the pipe in a file that can be read twice."""
    if str(path) != STDIN:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="memcli-") as folder:
        spooled = Path(folder) / "stdin"
        with spooled.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield spooled


@contextmanager
def _writable(path: Path) -> Iterator[Path]:
    """Where to write: beside the target, which is replaced when all is written; for a pipe, a file passed on."""
    if str(path) == STDIN:
        with tempfile.TemporaryDirectory(prefix="memcli-") as folder:
            whole = Path(folder) / "export"
            yield whole
            with whole.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
        return
    if path.is_dir():
        raise BadInputError(f"{path} is a folder, not a file")
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=PRIVATE_FILE)
        yield part
        part.replace(path)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _flush(state: State, assistant: Assistant) -> None:
    """Put what was imported into the search tables; where there is no embedder yet, a later search does."""
    try:
        assistant.store.flush()
    except ModelMissingError as error:
        state.say(f"kept, and not yet searchable by meaning: {error.message}\n  {error.hint}", "dim")


def _options(state: State, path: Path, given: list[str] | None) -> Mapping[str, str]:
    """``NAME=VALUE`` pairs, and for formats that do not tell: the file's name, and the present as ``at``."""
    pairs = [pair.partition("=") for pair in given or ()]
    if wrong := [name for name, sign, _ in pairs if not sign or not name]:
        raise UsageError(f"{wrong[0]!r} is not NAME=VALUE")
    defaults = {"name": "stdin" if str(path) == STDIN else path.name, "at": state.now().isoformat()}
    return defaults | {name: value for name, _, value in pairs}


def _tell(
    state: State, report: ImportReport, format_name: str, path: str, *, as_json: bool, dry_run: bool
) -> None:
    if as_json:
        counts = {**_counts(report.kept), "skipped": report.known.total, "batch": report.batch, "dry_run": dry_run}
        state.document(documents.of(format=format_name, path=path, **counts))
        return
    verb = "would keep" if dry_run else "kept"
    known = f"; {report.known.total:,} were there already" if report.known.total else ""
    state.say(f"{verb} {_told(report.kept)}{known}")
    if not dry_run and report.kept.memories + report.kept.links:
        state.say(f"memcli undo {short(report.batch)} takes the memories back", "dim")


def _counts(tally: Tally) -> dict[str, int]:
    return {"turns": tally.turns, "memories": tally.memories, "links": tally.links}


def _told(tally: Tally) -> str:
    parts = [count(tally.turns, "turn"), count(tally.memories, "memory"), count(tally.links, "link")]
    return f"{parts[0]}, {parts[1]} and {parts[2]}"
