"""`jobs`: what memcli does on its own, when it ran, and what it could not do; knows no job's inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

import typer
from rich.text import Text

from memcli import codec
from memcli.cli import documents
from memcli.cli.options import Json, examples
from memcli.cli.progress import progress
from memcli.cli.state import State, of
from memcli.errors import CheckFailedError
from memcli.humanize import ago, count, cut, lasting, short
from memcli.jobs import Job, Runner, every_job, last_begun, named, next_run, seconds_left
from memcli.ports import MemoryStore
from memcli.records import JobRun, Outcome, Work

app = typer.Typer(
    help="What memcli does on its own: see, run, pause.",
    epilog=examples("memcli jobs list", "memcli jobs run decay", "memcli jobs pause decay"),
    no_args_is_help=True, rich_markup_mode="rich",
)  # fmt: skip


def _names(incomplete: str) -> list[tuple[str, str]]:
    return [(job.name, job.what) for job in every_job() if job.name.startswith(incomplete)]


Name = Annotated[str, typer.Argument(metavar="NAME", help="A job's name.", autocompletion=_names)]
_STYLES: Final = {Outcome.FAILED: "bold red", Outcome.INTERRUPTED: "yellow"}
_LOOKED_AT: Final = 1_000
"""Turns in waiting whose errors are shown."""


@app.command("list", epilog=examples("memcli jobs list", "memcli jobs list --json"))
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the jobs, their last and next runs, what waits to be read, and what could not be.

    They run by themselves while the service does.
    """
    state = of(ctx)
    with state.assistant() as assistant:
        store = assistant.store
        rows = [_row(store, job, state.now()) for job in every_job()]
        left, failed, takes = store.work_left(), store.failed_work(), seconds_left(store)
        tried = [work for work in store.work(_LOOKED_AT) if work.error]
    if as_json:
        queue = {"waiting": left, "seconds_left": takes, "failed": _encoded(failed), "tried": _encoded(tried)}
        state.document(documents.of(jobs=[_plain(row) for row in rows], queue=queue))
        return
    state.show(_line(state, row) for row in rows)
    pace = f" (about {lasting(takes)} at the last pace)" if left and takes else ""
    state.show([Text(f"{count(left, 'turn')} to read{pace}, {len(failed)} given up", "dim")])
    for work in (*tried, *failed):
        state.show([Text.assemble((f"  {short(work.turn)}  ", "cyan"), (work.error, "red"))])


def _encoded(works: Sequence[Work]) -> list[dict[str, Any]]:
    return [codec.encode(work) for work in works]


@app.command(epilog=examples("memcli jobs run decay", "memcli jobs run extract --retry"))
def run(
    ctx: typer.Context,
    name: Name,
    retry: Annotated[bool, typer.Option("--retry", help="Try again what was given up.")] = False,
    as_json: Json = False,
) -> None:
    """Run a job now. What it does is one batch in the history, so one undo takes it back."""
    state, job = of(ctx), named(name)
    with state.assistant() as assistant, progress(state) as bar:
        if retry:
            assistant.store.retry_work()
        done = Runner(assistant, asked=True).run(job, bar)
        changed = bool(assistant.store.log(limit=1, batch=done.batch))
    if as_json:
        state.document(documents.of(run=codec.encode(done)))
    else:
        state.show([f"{job.name}: {done.detail or done.outcome.value}"])
        if changed:
            state.say(f"memcli undo {short(done.batch)} takes it back", "dim")
    if done.outcome is Outcome.FAILED:
        raise CheckFailedError(f"{job.name} failed: {done.detail}")


@app.command(epilog=examples("memcli jobs pause reflect"))
def pause(ctx: typer.Context, name: Name, as_json: Json = False) -> None:
    """Keep a job from running by itself; `jobs run` still runs it."""
    _pause(of(ctx), name, paused=True, as_json=as_json)


@app.command(epilog=examples("memcli jobs resume reflect"))
def resume(ctx: typer.Context, name: Name, as_json: Json = False) -> None:
    """Let a job run by itself again."""
    _pause(of(ctx), name, paused=False, as_json=as_json)


@app.command(epilog=examples("memcli jobs history", "memcli jobs history decay -n 5 --json"))
def history(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="One job; else all.", autocompletion=_names)
    ] = None,
    n: Annotated[int, typer.Option("-n", "--limit", min=1, help="How many.")] = 20,
    as_json: Json = False,
) -> None:
    """List the latest runs, newest first, with what they did."""
    state = of(ctx)
    job = named(name).name if name else None
    with state.assistant() as assistant:
        runs = assistant.store.job_runs(job, limit=n)
    if as_json:
        state.document([codec.encode(each) for each in runs])
        return
    state.show(_run_line(state, each) for each in runs)
    if not runs:
        state.say("none has run yet", "dim")


def _pause(state: State, name: str, *, paused: bool, as_json: bool) -> None:
    job = named(name)
    with state.assistant() as assistant:
        assistant.store.pause_job(job.name, paused=paused)
    if as_json:
        state.document(documents.of(name=job.name, paused=paused))
    else:
        state.say(f"{job.name} is paused" if paused else f"{job.name} runs by itself again")


@dataclass(frozen=True, slots=True)
class _Row:
    job: Job
    last: JobRun | None
    next: datetime | None


def _row(store: MemoryStore, job: Job, now: datetime) -> _Row:
    paused = job.name in store.paused_jobs()
    due = None if paused else next_run(job, last_begun(store, job), now)
    return _Row(job, next(iter(store.job_runs(job.name, limit=1)), None), due)


def _plain(row: _Row) -> dict[str, Any]:
    return {
        "name": row.job.name,
        "what": row.job.what,
        "every_s": int(row.job.every.total_seconds()),
        "heavy": row.job.heavy,
        "paused": row.next is None,
        "next": row.next.isoformat() if row.next else None,
        "last": codec.encode(row.last) if row.last else None,
    }


def _line(state: State, row: _Row) -> Text:
    now, last = state.now(), row.last
    due = "paused" if row.next is None else "due" if row.next <= now else ago(row.next, now)
    told = f"{last.outcome.value} {ago(last.began, now)}  {last.detail}" if last else "never ran"
    told = told if state.width is None else cut(told, max(state.width - 34, 20))
    style = _STYLES.get(last.outcome, "dim") if last else "dim"
    return Text.assemble((f"{row.job.name:<13}", "cyan"), f"{due:<15}", (told, style))


def _run_line(state: State, run: JobRun) -> Text:
    outcome = (f"{run.outcome.value:<12}", _STYLES.get(run.outcome, ""))
    when = (f"{ago(run.began, state.now()):<15}", "dim")
    return Text.assemble(when, f"{run.job:<12}", outcome, run.detail, (f"  {run.batch}", "dim"))
