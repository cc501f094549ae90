"""What a job is, and when one is due; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from memcli.assistant import Assistant
from memcli.ports import Progress, SilentProgress


@dataclass(frozen=True, slots=True)
class Context:
    """What a run of a job may use. It asks ``stopping`` between steps, and ends early if told so.

    All its changes carry ``batch``, so that one undo takes the run back. With ``patience``, in seconds, work that
    can go on another time ends then, so that other jobs have their turn.
    """

    assistant: Assistant
    batch: str
    stopping: Callable[[], bool] = lambda: False
    progress: Progress = field(default_factory=SilentProgress)
    patience: float | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Something done regularly. ``run`` returns one line that says what it did, and may be repeated at any time.

    A ``heavy`` job waits while the user wants quiet, or the machine runs on its battery.
    """

    name: str
    what: str
    every: timedelta
    run: Callable[[Context], str]
    heavy: bool = False


def next_run(job: Job, last: datetime | None, now: datetime) -> datetime:
    """When the job runs next: at once if it never ran or is overdue, however many times (coalescing).

    A last run in the future means that the clock was set back: it says nothing then, and the job runs at once.
    """
    if last is None or last > now:
        return now
    return max(last + job.every, now)


def is_due(job: Job, last: datetime | None, now: datetime) -> bool:
    """Whether the job should run now."""
    return next_run(job, last, now) <= now
