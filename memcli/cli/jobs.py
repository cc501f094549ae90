"""`jobs`: what memcli does on its own, when it ran, and what it could not do; knows no job's inside."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from memcli import codec
from memcli.cli import documents
from memcli.cli.options import Json, examples
from memcli.cli.progress import progress
from memcli.cli.state import of
from memcli.cli.words import ago, count, short
from memcli.errors import CheckFailedError
from memcli.records import Outcome

app = typer.Typer(
    help="See and run the background jobs.",
    epilog=examples("memcli jobs list", "memcli jobs run extract"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)
Name = Annotated[str, typer.Argument(metavar="JOB", help="A job's name, as `memcli jobs list` shows it.")]


@app.command("list", epilog=examples("memcli jobs list --json"))
def jobs_list(ctx: typer.Context, as_json: Json = False) -> None:
    """List the jobs, their last runs, what waits to be read, and what could not be."""
    from memcli.jobs import JOBS

    state = of(ctx)
    with state.assistant() as assistant:
        store = assistant.store
        runs = {job.name: next(iter(store.job_runs(job.name, limit=1)), None) for job in JOBS}
        paused, left, failed = store.paused_jobs(), store.work_left(), store.failed_work()
    if as_json:
        rows = [
            {
                "name": job.name,
                "what": job.what,
                "every_s": int(job.every.total_seconds()),
                "paused": job.name in paused,
                "last": codec.encode(last) if (last := runs[job.name]) else None,
            }
            for job in JOBS
        ]
        given_up = [codec.encode(work) for work in failed]
        state.document(documents.of(jobs=rows, queue={"waiting": left, "failed": given_up}))
        return
    for job in JOBS:
        ran = runs[job.name]
        last = f"{ran.outcome.value} {ago(ran.began, state.now())}  {ran.detail}" if ran else "never ran"
        mark = "  (paused)" if job.name in paused else ""
        state.show([Text.assemble((f"{job.name:<14}", "cyan"), f"{job.what}{mark}  ", (last, "dim"))])
    state.show([Text(f"{count(left, 'turn')} to read, {len(failed)} given up", "dim")])
    state.show([Text.assemble((f"  {short(work.turn)}  ", "cyan"), (work.error, "red")) for work in failed])


@app.command(epilog=examples("memcli jobs run extract", "memcli jobs run extract --retry"))
def run(
    ctx: typer.Context,
    job: Name,
    retry: Annotated[bool, typer.Option("--retry", help="Try again what was given up.")] = False,
    as_json: Json = False,
) -> None:
    """Run a job now.

    Raises:
        CheckFailedError: it failed; the run is kept.
    """
    from memcli.jobs import Runner, named

    state = of(ctx)
    chosen = named(job)
    with state.assistant() as assistant:
        if retry:
            assistant.store.retry_work()
        with progress(state) as bar:
            ran = Runner(assistant).run(chosen, bar)
    if as_json:
        state.document(documents.of(run=codec.encode(ran)))
    else:
        state.show([Text(f"{ran.job}: {ran.detail}")])
    if ran.outcome is Outcome.FAILED:
        raise CheckFailedError(f"{ran.job} failed: {ran.detail}")


@app.command(epilog=examples("memcli jobs pause decay"))
def pause(ctx: typer.Context, job: Name) -> None:
    """Keep a job from running on its own."""
    _pause(ctx, job, paused=True)


@app.command(epilog=examples("memcli jobs resume decay"))
def resume(ctx: typer.Context, job: Name) -> None:
    """Let a job run on its own again."""
    _pause(ctx, job, paused=False)


def _pause(ctx: typer.Context, job: str, *, paused: bool) -> None:
    from memcli.jobs import named

    state = of(ctx)
    with state.assistant() as assistant:
        assistant.store.pause_job(named(job).name, paused=paused)
    state.say(f"{job} is paused" if paused else f"{job} runs again", "dim")
