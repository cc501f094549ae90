"""`import` and `export`: formats in and out, each brought by a plugin; knows none of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from memcli import hooks
from memcli.assistant import Assistant
from memcli.cli import carriers, complete, documents
from memcli.cli.options import STDIN, DryRun, Json, examples, start_of
from memcli.cli.progress import progress
from memcli.cli.state import State, of
from memcli.errors import ModelMissingError, UsageError
from memcli.humanize import count, day, lasting, short
from memcli.ingest import Chosen, Everything, ImportReport, Redacted, Source, Tally, run_import
from memcli.ingest.sealed import Lock
from memcli.ports import Exportable, MemoryStore, Progress
from memcli.records import Change, Filter, Link, Mark, Memory, Status, Turn

if TYPE_CHECKING:
    from memcli.wiring import Parts

T = TypeVar("T")

app = typer.Typer()
PANEL = "Import and export"
MOST_SELECTED = 200
READING = "extract"
WAITING = Filter(statuses=(Status.QUARANTINED,))
KEEPING_TO_CHECKING = 3.0
"""Keeping reads the file again and writes what was read."""
Options = Annotated[
    list[str] | None, typer.Option("--option", "-o", metavar="NAME=VALUE", help="For the format; may be repeated.")
]


Passphrase = Annotated[
    Path | None,
    typer.Option("--passphrase-file", metavar="FILE", help="Where the passphrase stands; else it is asked."),
]


@app.command(
    "import",
    rich_help_panel=PANEL,
    epilog=examples(
        "memcli import chatgpt export.zip --dry-run",
        "memcli import markdown ~/notes",
        "memcli import whatsapp chat.zip -o me=Ana -o zone=Europe/Lisbon",
        "cat talk.jsonl | memcli import jsonl - -o session=holiday",
        "memcli help formats",
    ),
)
def import_(
    ctx: typer.Context,
    format_name: Annotated[str, typer.Argument(metavar="FORMAT", autocompletion=complete.import_formats)],
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file or folder; - reads a pipe.")],
    option: Options = None,
    dry_run: DryRun = False,
    later: Annotated[
        bool, typer.Option("--later", help="Leave making it searchable to the service, or to the next search.")
    ] = False,
    passphrase_file: Passphrase = None,
    identity: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The age key of a file encrypted for it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Bring in conversations and memories. What is there already is left as it is.

    All of it is checked first: nothing is kept of a file that has a mistake. `memcli plugins list` tells what
    formats there are.
    """
    state = of(ctx)
    importer, options = hooks.importer(format_name), _options(state, path, option)
    with (
        state.parts() as parts,
        carriers.readable(path) as whole,
        carriers.opened(state, whole, passphrase_file, identity) as file,
    ):
        source = Source(importer, file, options, state.settings.max_input_bytes)
        outcome = _imported(state, parts, source, dry_run=dry_run, later=later)
    if outcome.left and not outcome.paused:
        outcome = replace(outcome, served=state.served())
    if as_json:
        state.document(documents.of(format=format_name, path=str(path), **_document(outcome)))
    else:
        _tell(state, outcome)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did: its report, the memories that wait for a word, the turns left to read.

    They are read by themselves where the job is not ``paused`` and a service runs (``served``).
    ``guess``, of a dry run alone, is how long the whole would take, in seconds.
    """

    report: ImportReport
    waiting: int
    left: int
    guess: float | None = None
    paused: bool = False
    served: bool = False

    @property
    def dry_run(self) -> bool:
        """Whether nothing was kept."""
        return self.guess is not None


def _imported(state: State, parts: Parts, source: Source, *, dry_run: bool, later: bool) -> Outcome:
    """Bring a file in, and make it searchable unless that is left for ``later``."""
    from memcli.extract import doubt_of

    store = parts.store
    before = store.count(WAITING)
    with progress(state) as bar:
        report = run_import(source, store, state.now(), bar, dry_run=dry_run, doubt=doubt_of)
        if report.kept.total and not dry_run and not later:
            bar.start("making them searchable", None)
            _flush(state, store)
            bar.done()
    guess = _guess(report, parts, later=later) if dry_run else None
    left = store.work_left() if report.kept.turns and not dry_run else 0
    return Outcome(report, store.count(WAITING) - before, left, guess, paused=READING in store.paused_jobs())


@app.command(
    rich_help_panel=PANEL,
    epilog=examples(
        "memcli export archive memory.memcli",
        "memcli export archive memory.memcli.age --encrypt",
        "memcli export markdown notes --since 'last month'",
        "memcli export markdown notes -o by=topic",
        "memcli export markdown for-my-doctor --select health --redact",
        "memcli export jsonl - --select 'the house' | gzip > house.jsonl.gz",
        "memcli help formats",
    ),
)
def export(
    ctx: typer.Context,
    format_name: Annotated[str, typer.Argument(metavar="FORMAT", autocompletion=complete.export_formats)],
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The file or folder to write; - writes to a pipe.")],
    option: Options = None,
    since: Annotated[str | None, typer.Option(help="Only what was said or changed since this date.")] = None,
    select: Annotated[str | None, typer.Option(metavar="QUERY", help="Only what a search for this finds.")] = None,
    redact: Annotated[bool, typer.Option("--redact", help="Leave out secrets: passwords, keys, cards …")] = False,
    encrypt: Annotated[bool, typer.Option("--encrypt", help="Encrypt with a passphrase (age).")] = False,
    passphrase_file: Passphrase = None,
    recipient: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Encrypt for this age or ssh key; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write out everything that is kept, or a choice of it."""
    state = of(ctx)
    if as_json and str(path) == STDIN:
        raise UsageError("--json and an export to - would both write to stdout", hint="give a file")
    exporter, options, start = hooks.exporter(format_name), _options(state, path, option), start_of(since, state)
    lock = _lock(state, passphrase_file, recipient or [], encrypt=encrypt)
    with state.assistant(warm=select is not None) as assistant, progress(state) as bar:
        chosen = _chosen(assistant, select, start)
        hiding = Redacted(chosen) if redact else None
        counted = Counted(hiding or chosen, bar)
        bar.start("writing", None)
        target = carriers.writable_folder if hooks.writes_folder(exporter) else carriers.writable
        with target(path, lock) as file:
            exporter.write(file, counted, options)
    tally = counted.tally
    hidden = {"redacted": dict(hiding.hidden)} if hiding else {}
    if as_json:
        state.document(documents.of(format=format_name, path=str(path), **_counts(tally), **hidden))
        return
    state.say(f"wrote {_told(tally)} to {'stdout' if str(path) == STDIN else path}")
    if hiding:
        state.say(f"left out: {', '.join(sorted(hiding.hidden)) or 'no secret was found'}", "dim")


def _lock(state: State, file: Path | None, recipients: Sequence[str], *, encrypt: bool) -> Lock | None:
    if recipients and (encrypt or file):
        raise UsageError("a file is encrypted with a passphrase or for keys, not both")
    if recipients:
        return Lock(recipients=tuple(recipients))
    return Lock(carriers.passphrase(state, file, twice=True)) if encrypt or file else None


def _chosen(assistant: Assistant, query: str | None, since: datetime | None) -> Exportable:
    """All records, or those a search finds, with the turns that the memories among them were made from."""
    everything = Everything(assistant.store)
    if query is None:
        return everything if since is None else Chosen(everything, since=since)
    hits = assistant.recall(query, k=MOST_SELECTED)
    ids = frozenset(found for hit in hits for found in (hit.id, *(hit.memory.sources if hit.memory else ())))
    return Chosen(everything, ids, since)


class Counted:
    """``ports.Exportable`` that counts what passes; of records that are read twice, the last reading counts."""

    def __init__(self, records: Exportable, bar: Progress) -> None:
        self._records = records
        self._bar = bar
        self._counts: Counter[str] = Counter()

    @property
    def tally(self) -> Tally:
        """What passed, of each kind."""
        return Tally(self._counts["turns"], self._counts["memories"], self._counts["links"])

    def turns(self) -> Iterator[Turn]:
        return self._counting(self._records.turns(), "turns")

    def memories(self) -> Iterator[Memory]:
        return self._counting(self._records.memories(), "memories")

    def links(self) -> Iterator[Link]:
        return self._counting(self._records.links(), "links")

    def changes(self) -> Iterator[Change]:
        return self._records.changes()

    def marks(self) -> Iterator[Mark]:
        return self._records.marks()

    def _counting(self, records: Iterator[T], kind: str) -> Iterator[T]:
        self._counts[kind] = 0
        for record in records:
            yield record
            self._counts[kind] += 1
            self._bar.advance()


def _guess(report: ImportReport, parts: Parts, *, later: bool) -> float:
    """How long the import will take, in seconds, from how long reading and embedding some of it does."""
    seconds = KEEPING_TO_CHECKING * report.check_s
    if later or not report.sample or parts.absent_models():
        return seconds
    parts.embedder.embed(report.sample[:1])  # the first call loads the model
    began = perf_counter()
    parts.embedder.embed(report.sample)
    each = (perf_counter() - began) / len(report.sample)
    return seconds + each * (report.kept.turns + report.kept.memories)


def _flush(state: State, store: MemoryStore) -> None:
    """Put what was imported into the search tables; where there is no embedder yet, a later search does."""
    try:
        store.flush()
    except ModelMissingError as error:
        state.say(f"kept, and not yet searchable by meaning: {error.message}\n  {error.hint}", "dim")


def _options(state: State, path: Path, given: list[str] | None) -> Mapping[str, str]:
    """``NAME=VALUE`` pairs, and for formats that do not tell: the file's name, and the present as ``at``."""
    pairs = [pair.partition("=") for pair in given or ()]
    if wrong := [name for name, sign, _ in pairs if not sign or not name]:
        raise UsageError(f"{wrong[0]!r} is not NAME=VALUE")
    defaults = {"name": "stdin" if str(path) == STDIN else path.name, "at": state.now().isoformat()}
    return defaults | {name: value for name, _, value in pairs}


def _document(outcome: Outcome) -> dict[str, Any]:
    report = outcome.report
    times = {"first": report.first, "last": report.last}
    return {
        **_counts(report.kept),
        "skipped": report.known.total,
        "batch": report.batch,
        "dry_run": outcome.dry_run,
        "waiting": outcome.waiting,
        **{name: at.isoformat() if at else None for name, at in times.items()},
        "sessions": report.sessions,
        **({} if outcome.guess is None else {"estimate_s": round(outcome.guess, 1)}),
    }


def _tell(state: State, outcome: Outcome) -> None:
    report, kept = outcome.report, outcome.report.kept
    verb = "would keep" if outcome.dry_run else "kept"
    known = f"; {report.known.total:,} were there already" if report.known.total else ""
    state.say(f"{verb} {_told(kept)}{known}")
    if report.first and report.last:
        spoken = f"{day(report.first)} to {day(report.last)}"
        state.say(f"said from {spoken}, in {count(report.sessions, 'conversation')}", "dim")
    if outcome.guess is not None and kept.total:
        state.say(f"it would take about {lasting(outcome.guess)}", "dim")
    if not outcome.dry_run and kept.memories + kept.links and not report.steps:
        state.say(f"memcli undo --batch {short(report.batch)} takes the memories back", "dim")
    if outcome.waiting:
        verb = "waits" if outcome.waiting == 1 else "wait"
        state.say(f"{count(outcome.waiting, 'memory')} {verb} for your word: memcli inbox", "yellow")
    if outcome.left:
        state.say(f"{count(outcome.left, 'turn')} to read for memories {_when(outcome)}", "dim")


def _when(outcome: Outcome) -> str:
    """By whom the turns are read."""
    if outcome.served:
        return "in the background; memcli jobs list tells how far it is"
    why = "the job is paused" if outcome.paused else "no service runs"
    return f"when you say so, since {why}: memcli jobs run {READING}"


def _counts(tally: Tally) -> dict[str, int]:
    return {"turns": tally.turns, "memories": tally.memories, "links": tally.links}


def _told(tally: Tally) -> str:
    parts = [count(tally.turns, "turn"), count(tally.memories, "memory"), count(tally.links, "link")]
    return f"{parts[0]}, {parts[1]} and {parts[2]}"
