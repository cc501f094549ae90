"""The last step of reflection: the summary of everything, renewed from the topics' summaries; part of that job."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from memcli import lifecycle, update
from memcli.errors import ConflictError
from memcli.lifecycle.overview import OPENING, OVERALL, Overview, overview
from memcli.lifecycle.topics import DAY, TOPIC
from memcli.records import Change, Filter, Kind, Memory, Status, stable_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memcli.ports import MemoryStore
    from memcli.update import Act

EVERY: Final = 1_000_000
IMPORTANCE: Final = 0.5
MEMORY_ID: Final = stable_id("m", OVERALL)


def sum_up(store: MemoryStore, act: Act, user: str) -> int:
    """Renew it if anything changed, and count it; a text that the user wrote, or put away, stays as it is."""
    old = store.memories_by_id([MEMORY_ID]).get(MEMORY_ID)
    if old is not None and (old.status is not Status.ACTIVE or not old.text.startswith(OPENING)):
        return 0
    topics = store.list_memories(Filter(tags=(TOPIC,)), limit=EVERY)
    sessions = {topic.id: len(sessions_of(store, topic.sources)) for topic in topics}
    found = overview(topics, sessions, store.count(Filter(tags=(DAY,))))
    change = _change(old, found, replace(act, reason="the summary of everything"), user)
    if change is None:
        return 0
    try:
        store.commit([change])
    except ConflictError:  # somebody changed it meanwhile; the next run looks again
        return 0
    return 1


def sessions_of(store: MemoryStore, turns: Sequence[str]) -> set[str]:
    """The conversations that turns belong to."""
    return {turn.session for turn in store.turns_by_id(turns).values()}


def rehearsed(memory: Memory, act: Act) -> Memory:
    """What comes up again grows stronger, as by a recall."""
    return replace(memory, strength=lifecycle.strengthened(memory, act.at), last_recalled_at=act.at)


def _change(old: Memory | None, found: Overview | None, act: Act, user: str) -> Change | None:
    if found is None or (old is not None and (old.text, old.sources) == (found.text, found.sources)):
        return None
    act = replace(act, evidence=found.sources)
    if old is None:
        bare = Memory(MEMORY_ID, found.text, Kind.INSIGHT, act.at, act.at, tags=(OVERALL,), made_by="rule")
        return update.birth(_told(replace(bare, about=user, importance=IMPORTANCE), found), act)
    return update.revised(old, _told(rehearsed(old, act), found), act)


def _told(memory: Memory, found: Overview) -> Memory:
    return replace(
        memory,
        text=found.text,
        keywords=found.keywords,
        sources=found.sources,
        event_at=found.first,
        event_end=found.last,
        trust=found.trust,
    )
