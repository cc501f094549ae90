"""The job that lets search learn from what answers cited; the formulas are search's own."""

from __future__ import annotations

from typing import Final

from memcli.errors import ModelMissingError
from memcli.jobs.job import Context

SEEN: Final = "job.ranker."
"""The note that tells after which answer the last run ended."""


def ranker(context: Context) -> str:
    """Learn anew from the latest answers, if there are new ones; repeating it gives the same."""
    store = context.assistant.store
    latest = store.answers(1)
    last = latest[0].id if latest else ""
    if store.notes(SEEN).get("last", "") == last:
        return "no new answers"
    try:
        found = context.assistant.teach_search()
    except ModelMissingError:
        return "the embedder is not here: nothing learned"
    store.note(f"{SEEN}last", last)
    use = "in use" if found.in_use else "not in use"
    return f"{found.answers} answers with citations, gain {found.gain:+.3f}: {use}"
