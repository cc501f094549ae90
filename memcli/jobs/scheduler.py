"""When jobs run by themselves: APScheduler wakes it, the ledger says what is due; knows no job's inside."""

from __future__ import annotations

import logging
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

    def beat(self) -> list[JobRun]:
        """Run what is due now. A job that cannot run does not keep the others from running."""
        now = self._clock.now()
        paused, quiet = self._store.paused_jobs(), self._quiet(now)
        ran = []
        for job in self._jobs:
            if job.name in paused or (quiet and job.heavy) or not is_due(job, self._last(job), now):
                continue
            try:
                run = self._runner.run(job)
            except MemcliError as error:
                log.info("%s: not run, %s", job.name, error.label)
                continue
            log.info("%s: %s", job.name, run.outcome)
            ran.append(run)
        return ran

    def _last(self, job: Job) -> datetime | None:
        """When the job last began and was not cut short: an interrupted run is taken up at the next beat."""
        runs = self._store.job_runs(job.name, limit=1)
        return runs[0].began if runs and runs[0].outcome is not Outcome.INTERRUPTED else None
