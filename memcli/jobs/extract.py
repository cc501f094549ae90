"""The job that reads waiting turns for memories; what is drawn from them is the learner's business."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from math import inf
from time import perf_counter
from typing import Final

from memcli.errors import ModelMissingError
from memcli.jobs.job import Context
from memcli.ports import MemoryStore

ENOUGH: Final = 20
"""Turns after which its pace is told, and told anew."""
_PACE: Final = "extract.seconds a turn"


def extract(context: Context) -> str:
    """Read what waits, all in one batch; a turn that cannot be read stays, with its error."""
    assistant = context.assistant
    if not (waiting := assistant.store.work_left()):
        return "nothing waits"
    with suppress(ModelMissingError):
        assistant.open_search()
    context.progress.start("reading", waiting)
    read = changed = failed = 0
    began = perf_counter()
    for lesson in assistant.learn(batch=context.batch, stopping=_ending(context, began)):
        read += 1
        changed += len({change.memory_id for change in lesson.changes if change.link is None})
        failed += bool(lesson.error)
        context.progress.advance()
        if read % ENOUGH == 0:
            assistant.store.note(_PACE, f"{(perf_counter() - began) / read:.4f}")
    context.progress.done()
    left = assistant.store.work_left()
    told = f"{read} turns read, {changed} memories changed" + (f", {failed} failed" if failed else "")
    return told + (f", {left} wait" if left else "")


def seconds_left(store: MemoryStore) -> float | None:
    """How long reading what waits will take at the pace of the last time; None where that is not known."""
    pace = store.notes(_PACE).get("")
    return float(pace) * store.work_left() if pace else None


def _ending(context: Context, began: float) -> Callable[[], bool]:
    until = began + (inf if context.patience is None else context.patience)
    return lambda: context.stopping() or perf_counter() > until
