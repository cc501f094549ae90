"""What memcli does on its own: the jobs, their runs and errors, the turns that wait to be read."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from memcli.humanize import ago, count, printable, short
from memcli.jobs import Job, Runner, every_job, last_begun, next_run
from memcli.ports import MemoryStore
from memcli.records import JobRun, Work
from memcli.tui import lines
from memcli.tui.screens.place import Place
from memcli.tui.widgets.rows import Listed, Rows

RUNS = 500


@dataclass(frozen=True, slots=True)
class State:
    """A job, its last run, and when it is due (None: it is paused)."""

    job: Job
    last: JobRun | None
    due: datetime | None


def states(store: MemoryStore, now: datetime) -> list[State]:
    """All jobs as they are; for a thread."""
    paused = store.paused_jobs()
    return [
        State(
            job,
            next(iter(store.job_runs(job.name, limit=1)), None),
            None if job.name in paused else next_run(job, last_begun(store, job), now),
        )
        for job in every_job()
    ]


class Jobs(Place):
    """Jobs above, runs below."""

    HERE = "jobs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "run", "Run now"),
        Binding("p", "pause", "Pause"),
        Binding("y", "retry", "Retry"),
        Binding("b", "undo_run", "Undo a run", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._stopping = threading.Event()

    def body(self) -> Iterable[Widget]:
        """Jobs, what waits, runs."""
        with Vertical(id="main"):
            yield Rows[State](self._job_line, lambda state: state.job.name, id="list", marking=False)
            yield Static(id="summary", markup=False)
            yield Static(id="failed", markup=False)
            yield Rows[JobRun](
                self._run_line,
                lambda run: str(run.id),
                empty="none has run yet; r runs the one above",
                id="runs",
                marking=False,
            )

    def on_mount(self) -> None:
        """Show everything, and look again now and then: runs are not in the history."""
        self.query_one("#list").focus()
        self.query_one("#list", Rows).show(Listed(lambda: states(self.store, self.now())))
        self.query_one("#runs", Rows).show(Listed(lambda: self.store.job_runs(limit=RUNS)))
        self.set_interval(3.0, self._again)

    def on_unmount(self) -> None:
        """A job that runs here ends between two steps."""
        self._stopping.set()

    def renew(self) -> None:
        """Read all of it again."""
        for rows in self.query(Rows):
            rows.reload()
        self.do(lambda: (self.store.work_left(), self.store.failed_work()), self._show_queue, "queue")

    def _again(self) -> None:
        if self.is_current:
            self.renew()

    def _show_queue(self, queue: tuple[int, list[Work]]) -> None:
        left, failed = queue
        self.query_one("#summary", Static).update(f"{count(left, 'turn')} to read, {len(failed)} given up · runs:")
        told = "\n".join(f"  {short(work.turn)}  {printable(work.error)}" for work in failed)
        self.query_one("#failed", Static).update(told)

    def action_run(self) -> None:
        """Run the job now, in a thread."""
        state = self.query_one("#list", Rows).current
        if isinstance(state, State):
            self.app.notify(f"{state.job.name} is running")
            runner = Runner(self.assistant, self._stopping.is_set, asked=True)
            self.do(lambda: runner.run(state.job), self._ran)

    def _ran(self, run: JobRun) -> None:
        self.app.notify(f"{run.job}: {run.detail or run.outcome.value}", markup=False)
        self.renew()
        self.home.look()

    def action_pause(self) -> None:
        """Keep the job from running by itself, or let it again."""
        state = self.query_one("#list", Rows).current
        if isinstance(state, State):
            paused = state.due is not None
            self.do(lambda: self.store.pause_job(state.job.name, paused=paused), lambda _: self.renew())

    def action_retry(self) -> None:
        """Let what was given up be tried again."""
        self.do(self.store.retry_work, self._retried)

    def _retried(self, number: int) -> None:
        self.app.notify(f"{count(number, 'turn')} will be tried again")
        self.renew()

    def action_undo_run(self) -> None:
        """Take back what the run pointed at did."""
        run = self.query_one("#runs", Rows).current
        if isinstance(run, JobRun):
            self.do(lambda: self.assistant.undo(run.batch), lambda made: self.home.stepped("undone", made))

    def _job_line(self, state: State, width: int) -> Content:
        now, last = self.now(), state.last
        due = "paused" if state.due is None else "due" if state.due <= now else ago(state.due, now)
        told = f"{last.outcome.value} {ago(last.began, now)}: {printable(last.detail)}" if last else "never ran"
        return Content(f"{state.job.name:<12} {due:<13} {told}  ") + Content.styled(state.job.what, lines.QUIET)

    def _run_line(self, run: JobRun, width: int) -> Content:
        began = Content.styled(f"{ago(run.began, self.now()):<13}", lines.QUIET)
        return began + Content(f"{run.job:<12} {run.outcome.value:<12} {printable(run.detail)}")
