"""What memcli does on its own: jobs, when they are due, and their runs; above the corridor, below the wiring."""

from memcli.jobs.job import Context, Job
from memcli.jobs.library import JOBS, named
from memcli.jobs.runner import Runner
from memcli.jobs.scheduler import Scheduler

__all__ = ["JOBS", "Context", "Job", "Runner", "Scheduler", "named"]
