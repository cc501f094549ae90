"""The jobs that keep the store quick: flush and compact."""

from __future__ import annotations

from memcli.jobs.job import Context


def flush(context: Context) -> str:
    """Move every waiting row to the Lance tables."""
    moved = context.assistant.store.flush(force=True)
    return f"{moved.turns} turns, {moved.memories} memories"


def compact(context: Context) -> str:
    """Fold small files and drop old versions."""
    before = context.assistant.store.stats().lance_bytes
    context.assistant.store.compact()
    freed = before - context.assistant.store.stats().lance_bytes
    return f"{max(freed, 0):,} bytes freed"
