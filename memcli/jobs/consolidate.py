"""The job that merges memories which say the same thing twice; nothing is erased, and one undo takes it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from memcli import update
from memcli.errors import ConflictError
from memcli.jobs.decay import pages
from memcli.jobs.job import Context
from memcli.lifecycle.duplicates import Duplicate, duplicates, merged
from memcli.ports import MemoryStore
from memcli.records import Lane, Memory, Op, Status
from memcli.update import Act


def consolidate(context: Context) -> str:
    """Merge near-duplicates, each pair by itself, so that a stop loses nothing."""
    store, now = context.assistant.store, context.assistant.clock.now()
    act = Act(batch=context.batch, at=now, actor="job:consolidate", reason="says the same as another")
    memories = [memory for page in pages(store) for memory in page]
    context.progress.start("consolidate", None)
    done = 0
    for pair in duplicates(memories, _cosine(store)):
        if context.stopping():
            break
        done += _merge(store, pair, act)
        context.progress.advance()
    return f"{done} merged"


def _merge(store: MemoryStore, pair: Duplicate, act: Act) -> bool:
    """Whether they could be merged; a memory that somebody changed meanwhile waits for the next run."""
    why = replace(act, reason=f"says the same as {pair.dropped.id}", evidence=pair.dropped.sources)
    gone = replace(act, reason=f"merged into {pair.kept.id}", evidence=pair.dropped.sources)
    kept = update.revised(pair.kept, merged(pair), why, Op.MERGE)
    dropped = update.revised(pair.dropped, replace(pair.dropped, status=Status.ARCHIVED), gone, Op.MERGE)
    try:
        store.commit([kept, dropped])
    except ConflictError:
        return False
    return True


def _cosine(store: MemoryStore) -> Callable[[Memory, Memory], float | None]:
    """Similarity by the stored vectors, which are looked up pair by pair: few pairs get this far."""

    def similarity(one: Memory, other: Memory) -> float | None:
        vectors = store.vectors(Lane.MEMORY, [one.id, other.id])
        return float(vectors[one.id] @ vectors[other.id]) if len(vectors) == 2 else None

    return similarity
