"""When jobs run by themselves: APScheduler wakes it, the ledger says what is due; knows no job's inside."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from memcli.errors import MemcliError
from memcli.jobs.job import Job, is_due
from memcli.jobs.runner import Runner
from memcli.ports import Clock, MemoryStore
from memcli.records import JobRun, Outcome

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger("memcli.jobs")

PATIENCE: Final = 60.0
"""Seconds after which a job that can go on another time lets the others have their turn."""
HEARTBEAT_SECONDS: Final = 20
"""APScheduler's clock is monotonic and stands still while a laptop sleeps; a heartbeat looks at the wall."""


class Scheduler:
    """Runs due jobs one after the other, never two at once.

    Last runs are read from the ledger at every beat, so a restart, a run by hand and another process all count.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        runner: Runner,
        store: MemoryStore,
        clock: Clock,
        quiet: Callable[[datetime], bool] = lambda _: False,
    ) -> None:
        self._jobs = jobs
        self._runner = runner
        self._store = store
        self._clock = clock
        self._quiet = quiet
        self._beating: BackgroundScheduler | None = None
        self._at_work = threading.Lock()

    def start(self) -> None:
        """Begin to beat, in a thread of its own."""
        from apscheduler.schedulers.background import BackgroundScheduler

        options: dict[str, Any] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._beating = BackgroundScheduler(timezone="UTC", job_defaults=options)
        self._beating.add_job(self.beat, "interval", seconds=HEARTBEAT_SECONDS)
        self._beating.start()

    def stop(self) -> None:
        """Stop after the job that is running."""
        if self._beating is not None:
            self._beating.shutdown(wait=True)
            self._beating = None

    def busy(self) -> bool:
        """Whether a job is running, or a short one should be."""
        return self._at_work.locked() or any(not job.heavy for job in self._due(self._clock.now()))

    def beat(self) -> list[JobRun]:
        """Run what is due now. A job that cannot run does not keep the others from running."""
        with self._at_work:
            runs = [self._run(job) for job in self._due(self._clock.now())]
        return [run for run in runs if run is not None]

    def _due(self, now: datetime) -> list[Job]:
        paused, quiet = self._store.paused_jobs(), self._quiet(now)
        return [
            job
            for job in self._jobs
            if job.name not in paused
            and not (quiet and job.heavy)
            and is_due(job, last_begun(self._store, job), now)
        ]

    def _run(self, job: Job) -> JobRun | None:
        try:
            run = self._runner.run(job)
        except MemcliError as error:
            log.info("%s: not run, %s", job.name, error.label)
            return None
        except Exception as error:  # noqa: BLE001 -- the next job, and the next beat, must have their turn
            log.error("%s: failed with %s", job.name, type(error).__name__)  # noqa: TRY400 -- no user's words
            return None
        log.info("%s: %s", job.name, run.outcome)
        return run


def last_begun(store: MemoryStore, job: Job) -> datetime | None:
    """When the job last began and came to an end.

    A run that was cut short counts as none: it is taken up at the next beat. So does one that seems to be running:
    if its process is dead it is taken up, and if it lives the run is refused.
    """
    runs = store.job_runs(job.name, limit=1)
    return runs[0].began if runs and runs[0].outcome in {Outcome.DONE, Outcome.FAILED} else None
