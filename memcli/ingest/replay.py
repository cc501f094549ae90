"""Memories' histories out of an archive into a store that has less of them; asks the store, and writes nothing.

A history goes on where the store's ends: a memory that was never here gets all of it, one that is here as an
earlier export left it gets what came since. Where the two went different ways, the store's stays. A history that
does not hold together (because a step of it was erased, say) is left out; its memory is then added as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from memcli.ports import MemoryStore
from memcli.records import Change, Link, Op

LINK_OPS: Final = (Op.LINK, Op.UNLINK)


@dataclass(slots=True)
class Histories:
    """The first reading: the steps of each memory, and which histories do not hold together."""

    steps: dict[str, list[str]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    _revisions: dict[str, int | None] = field(default_factory=dict)

    def see(self, changes: Iterable[Change]) -> None:
        """Follow some more steps."""
        for change in changes:
            self.steps.setdefault(change.memory_id, []).append(change.id)
            if change.op not in LINK_OPS:
                self._follow(change)

    def _follow(self, change: Change) -> None:
        before = change.before.revision if change.before else None
        after = change.after.revision if change.after else None
        rises = before is None or after is None or after > before
        if before != self._revisions.get(change.memory_id) or not rises:
            self.broken.add(change.memory_id)
        self._revisions[change.memory_id] = after


@dataclass(slots=True)
class Replay:
    """The second reading: the steps that the store is to repeat, with the archive's own ids, times and actors."""

    store: MemoryStore
    theirs: Histories
    fresh: set[str] = field(default_factory=set)
    tied: set[tuple[str, str, str]] = field(default_factory=set)
    _todo: dict[str, frozenset[str]] = field(default_factory=dict)

    def fitting(self, changes: Sequence[Change]) -> list[Change]:
        """Those that go on where the store's history ends."""
        todo = [change for change in changes if change.id in self._left(change.memory_id)]
        self.tied |= {_key(change.link) for change in todo if change.link}
        return todo

    def made(self, link: Link) -> bool:
        """Whether a link was made by a step that was repeated."""
        return _key(link) in self.tied

    def _left(self, memory_id: str) -> frozenset[str]:
        if memory_id not in self._todo:
            mine = [change.id for change in self.store.history(memory_id)]
            theirs = [] if memory_id in self.theirs.broken else self.theirs.steps.get(memory_id, [])
            goes_on = theirs[: len(mine)] == mine
            self._todo[memory_id] = frozenset(theirs[len(mine) :] if goes_on else ())
            if not mine and theirs:
                self.fresh.add(memory_id)
        return self._todo[memory_id]


def _key(link: Link) -> tuple[str, str, str]:
    return (link.source, link.target, link.relation)
