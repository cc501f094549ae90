"""Running one job so that its run is kept: begun, ended, failed or interrupted; knows no schedule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from memcli.assistant import Assistant
from memcli.errors import MemcliError
from memcli.jobs.job import Context, Job
from memcli.ports import Progress, SilentProgress
from memcli.records import JobRun, Outcome, new_id


class Runner:
    """Runs jobs for one assistant; one that can go on another time ends after ``patience`` seconds, if given.

    ``asked`` says that the user wants them run, so that `undo` means them.
    """

    def __init__(
        self,
        assistant: Assistant,
        stopping: Callable[[], bool] = lambda: False,
        patience: float | None = None,
        *,
        asked: bool = False,
    ) -> None:
        self._assistant = assistant
        self._stopping = stopping
        self._patience = patience
        self._asked = asked

    def run(self, job: Job, progress: Progress | None = None) -> JobRun:
        """Run a job now and note how it went; an explained failure is noted, not raised.

        Raises:
            BusyError: the job is running already.
        """
        store, clock = self._assistant.store, self._assistant.clock
        run = store.begin_run(job.name, new_id("b"), clock.now())
        if self._asked:
            self._assistant.claim(run.batch)
        context = Context(self._assistant, run.batch, self._stopping, progress or SilentProgress(), self._patience)
        outcome, detail = Outcome.INTERRUPTED, ""
        try:
            detail = job.run(context)
            outcome = Outcome.INTERRUPTED if self._stopping() else Outcome.DONE
        except MemcliError as error:
            outcome, detail = Outcome.FAILED, error.message
        except Exception as error:
            outcome, detail = Outcome.FAILED, f"internal error: {type(error).__name__}"
            raise
        finally:
            ended = replace(run, ended=clock.now(), outcome=outcome, detail=detail)
            store.end_run(ended)
        return ended
