"""The jobs there are, in the order in which they run when several are due; one line each."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from memcli import hooks
from memcli.errors import NotFoundError
from memcli.jobs import profile
from memcli.jobs.backup import backup
from memcli.jobs.consolidate import consolidate
from memcli.jobs.decay import decay
from memcli.jobs.extract import extract
from memcli.jobs.job import Job
from memcli.jobs.ranker import ranker
from memcli.jobs.reflect import reflect
from memcli.jobs.upkeep import compact, flush

JOBS: Final = (
    Job("flush", "move what waits in the ledger to the Lance tables", timedelta(minutes=1), flush),
    Job("extract", "read what was said for memories", timedelta(minutes=1), extract),
    Job("decay", "archive memories that have faded", timedelta(days=1), decay),
    Job("reflect", "summarise conversations that are over", timedelta(minutes=10), reflect, heavy=True),
    Job("consolidate", "merge memories that say the same", timedelta(days=1), consolidate, heavy=True),
    Job("profile", "choose the lines of your profile", timedelta(days=1), profile.rebuild),
    Job("ranker", "learn from what answers cited how to rank", timedelta(days=1), ranker, heavy=True),
    Job("backup", "copy the ledger, and keep the latest copies", timedelta(days=1), backup, heavy=True),
    Job("compact", "fold small files and drop old versions", timedelta(hours=6), compact, heavy=True),
)


def every_job() -> tuple[Job, ...]:
    """All jobs, those of other packages last; none of theirs takes a name of these."""
    own = {job.name for job in JOBS}
    return (*JOBS, *(job for job in hooks.jobs() if isinstance(job, Job) and job.name not in own))


def named(name: str) -> Job:
    """The job of a name.

    Raises:
        NotFoundError: there is none.
    """
    jobs = every_job()
    for job in jobs:
        if job.name == name:
            return job
    raise NotFoundError(f"no job is called {name}", hint=f"there are {', '.join(job.name for job in jobs)}")
