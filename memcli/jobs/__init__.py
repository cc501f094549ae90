"""What memcli does on its own: jobs, when they are due, and their runs; above the corridor, below the wiring."""

from memcli.jobs.extract import seconds_left
from memcli.jobs.job import Context, Job, next_run
from memcli.jobs.library import JOBS, every_job, named
from memcli.jobs.quiet import POWER, quiet
from memcli.jobs.runner import Runner
from memcli.jobs.scheduler import PATIENCE, Scheduler, last_begun

__all__ = [
    "JOBS", "PATIENCE", "POWER", "Context", "Job", "Runner", "Scheduler", "every_job", "last_begun", "named",
    "next_run", "quiet", "seconds_left",
]  # fmt: skip
