"""The job that lets memories fade: archives what fell below the threshold, never erases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from memcli import lifecycle, update
from memcli.errors import ConflictError
from memcli.jobs.job import Context
from memcli.ports import MemoryStore
from memcli.records import Filter, Memory, Op, Status
from memcli.update import Act

PAGE: Final = 1_000


def decay(context: Context) -> str:
    """Archive faded memories, a page at a time; each page is committed whole, so a stop loses nothing."""
    store, now = context.assistant.store, context.assistant.clock.now()
    act = Act(batch=context.batch, at=now, actor="job:decay", reason="faded")
    gone = 0
    for memories in list(pages(store)):
        if context.stopping():
            break
        faded = lifecycle.faded(memories, now, context.assistant.settings.faded)
        gone += _archive(store, faded, act)
        context.progress.advance(len(memories))
    return f"{gone} archived"


def pages(store: MemoryStore) -> Iterator[list[Memory]]:
    """Every active memory, in pages."""
    offset = 0
    while memories := store.list_memories(Filter(), limit=PAGE, offset=offset):
        yield memories
        offset += len(memories)


def _archive(store: MemoryStore, memories: list[Memory], act: Act) -> int:
    """Archive them together; one that somebody changed meanwhile is of interest to somebody, and left alone."""
    ended = replace(act, reason="its time is up")
    changes = [
        update.revised(
            m,
            replace(m, status=Status.ARCHIVED),
            ended if lifecycle.expired(m, act.at) else act,
            Op.ARCHIVE,
        )
        for m in memories
    ]
    try:
        store.commit(changes)
    except ConflictError:
        return sum(_archive(store, [memory], act) for memory in memories) if len(memories) > 1 else 0
    return len(changes)
