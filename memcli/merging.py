"""Two histories of the same memories made into one, the same from either side; pure, knows records only.

Both sides' changes are put in one order: each side's own order is kept, and where neither says which comes first,
the earlier does. Then every change is made again on top of the one before it: it sets the fields that it set.
Of two changes to one field the later stays (last writer wins, by field); of two to different fields both do. What
comes out depends on the changes alone, not on who merges, so that both sides end with the same history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from memcli.records import Change, Memory, Op, Status, stable_id

ACTOR: Final = "merge"
LINK_OPS: Final = (Op.LINK, Op.UNLINK)
FIELDS: Final = tuple(each.name for each in fields(Memory) if each.name not in ("id", "revision"))
_FAINT: Final = (Op.REINFORCE, Op.ARCHIVE, Op.SUPERSEDE, Op.MERGE)
"""What is done in passing does not bring back a memory that was removed; what a person does to it later does."""


@dataclass(frozen=True, slots=True)
class Step:
    """A change or a turn in its order; ``at`` in microseconds since 1970, ``of`` what it belongs to."""

    id: str
    at: int
    of: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did; ``conflicts`` are the memories that now wait in the inbox, ``erased`` what was purged."""

    turns: int = 0
    memories: int = 0
    changed: int = 0
    removed: int = 0
    links: int = 0
    changes: int = 0
    conflicts: tuple[str, ...] = ()
    erased: int = 0

    @property
    def nothing(self) -> bool:
        """Whether everything was here already."""
        return self == Merged()


def interleave(mine: Sequence[Step], theirs: Sequence[Step]) -> list[Step]:
    """One order that keeps both; of two that may come next, the earlier does, and at one time the lower id.

    Where the two contradict each other (a clock was set back, and three devices met) time alone decides.
    """
    ahead = ({step.id for step in mine}, {step.id for step in theirs})
    queues, at, placed = (mine, theirs), [0, 0], list[Step]()
    while True:
        heads = [_next(queue, at, side, ahead) for side, queue in enumerate(queues)]
        here = [head for head in heads if head is not None]
        if not here:
            return placed
        free = [head for side, head in enumerate(heads) if head and head.id not in ahead[1 - side]]
        shared = [heads[0]] if heads[0] and heads[1] and heads[0].id == heads[1].id else []
        chosen = min([*free, *shared] or here, key=lambda step: (step.at, step.id))
        placed.append(chosen)
        for one in ahead:
            one.discard(chosen.id)


def _next(queue: Sequence[Step], at: list[int], side: int, ahead: tuple[set[str], set[str]]) -> Step | None:
    """The first step of a queue that was not placed yet."""
    while at[side] < len(queue) and queue[at[side]].id not in ahead[side]:
        at[side] += 1
    return queue[at[side]] if at[side] < len(queue) else None


@dataclass(slots=True)
class _State:
    """A memory while its history is made again; of one that was removed, what it was."""

    was: Memory | None = None
    there: bool = False
    revision: int = 0

    @property
    def now(self) -> Memory | None:
        return self.was if self.there else None

    def next(self, memory: Memory) -> Memory:
        """The memory as the next revision; the first keeps its own number."""
        self.revision = self.revision + 1 if self.revision else memory.revision
        self.was, self.there = replace(memory, revision=self.revision), True
        return self.was


def rebased(chain: Iterable[Change]) -> list[Change]:
    """One memory's changes, in their merged order, each made again on top of the one before it.

    What can have no effect (a second removal, a recall of what was removed) is left out.
    """
    state, made = _State(), list[Change]()
    for change in chain:
        again = _again(change, state)
        if again is not None:
            made.append(again)
    return made


def _again(change: Change, state: _State) -> Change | None:
    if change.op in LINK_OPS:
        end = state.was or change.after
        return change if change.final else replace(change, before=end, after=end)
    if change.final:
        state.there = state.there and change.op is not Op.PURGE
        return change
    before = state.now
    if change.after is None:
        state.there = False
        return replace(change, before=before, sets=()) if before is not None else None
    if before is None and change.op in _FAINT:
        return None
    names = _names(change)
    meant = _on_top(change, state, names)
    after = state.next(meant)
    told = names if names != _differing(before, after) else ()
    return replace(change, before=before, after=after, sets=told)


def _on_top(change: Change, state: _State, names: tuple[str, ...]) -> Memory:
    """The memory with what a change means; a birth means something only where there is nothing yet."""
    after, base = change.after, state.was
    assert after is not None
    if base is None or (names == FIELDS and not state.there):
        return after
    if names == FIELDS and change.op is not Op.PURGE:
        return base
    if names == FIELDS:  # one that lost a source by a purge, and its history with it
        names = ("sources", "updated_at")
    values: dict[str, Any] = {name: getattr(after, name) for name in names}
    return replace(base, **values)


def _names(change: Change) -> tuple[str, ...]:
    """The fields that a change sets."""
    if change.sets or change.after is None:
        return change.sets
    return _differing(change.before, change.after)


def _differing(before: Memory | None, after: Memory) -> tuple[str, ...]:
    return tuple(name for name in FIELDS if before is None or getattr(before, name) != getattr(after, name))


@dataclass(frozen=True, slots=True)
class Branch:
    """One side's history of a memory, and which of its changes the other side does not have."""

    chain: Sequence[Change]
    own: frozenset[str] = field(default_factory=frozenset)

    def wrote(self) -> Change | None:
        """The last change of its own that set the words."""
        own = [change for change in self.chain if change.id in self.own and change.after is not None]
        return next((c for c in reversed(own) if c.op not in LINK_OPS and "text" in _names(c)), None)

    def words(self) -> set[str]:
        """All words that the memory ever had on this side."""
        return {body.text for change in self.chain for body in (change.before, change.after) if body is not None}


def conflicts(merged: Sequence[Change], mine: Branch, theirs: Branch) -> list[Change]:
    """The words that were lost by a merge, as memories for the inbox; the same from either side."""
    last = [change for change in merged if change.op not in LINK_OPS]
    head = last[-1].after if last else None
    found = []
    for branch, other in ((mine, theirs), (theirs, mine)):
        lost = branch.wrote()
        if lost is None or lost.after is None or (head is None and not _removed(other)):
            continue
        if head is None or (lost.after.text != head.text and lost.after.text not in other.words()):
            found.append(_waiting(lost, lost.after))
    return found


def _removed(branch: Branch) -> bool:
    """Whether a change of its own took the memory away."""
    return any(change.id in branch.own and change.after is None and not change.final for change in branch.chain)


def _waiting(lost: Change, after: Memory) -> Change:
    """Told by the lost change alone, so that whoever finds the conflict, and when, writes the same."""
    memory = replace(
        after,
        id=stable_id("m", ACTOR, lost.id),
        status=Status.QUARANTINED,
        created_at=lost.at,
        updated_at=lost.at,
        supersedes=lost.memory_id,
        pinned=False,
        revision=1,
    )
    return Change(
        id=stable_id("c", ACTOR, lost.id),
        batch=stable_id("b", ACTOR, lost.id),
        at=lost.at,
        actor=ACTOR,
        op=Op.QUARANTINE,
        memory_id=memory.id,
        after=memory,
        reason="another device changed or removed the same memory later",
        evidence=lost.evidence,
    )
