"""The job that reads waiting turns for memories; what is drawn from them is the learner's business."""

from __future__ import annotations

from contextlib import suppress

from memcli.errors import ModelMissingError
from memcli.jobs.job import Context


def extract(context: Context) -> str:
    """Read what waits, all in one batch; a turn that cannot be read stays, with its error."""
    assistant = context.assistant
    if not assistant.store.work_left():
        return "nothing waits"
    with suppress(ModelMissingError):
        assistant.open_search()
    read = changed = failed = 0
    for lesson in assistant.learn(batch=context.batch, stopping=context.stopping):
        read += 1
        changed += len({change.memory_id for change in lesson.changes if change.link is None})
        failed += bool(lesson.error)
        context.progress.advance()
    return f"{read} turns read, {changed} memories changed" + (f", {failed} failed" if failed else "")
