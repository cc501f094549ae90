"""What a store holds as streams, all of it or a choice: what exporters read; knows the store by its port only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar

from memcli.ingest.secrets import mask
from memcli.ports import Exportable, MemoryStore
from memcli.records import Change, Filter, Link, Mark, Memory, Status, Turn

T = TypeVar("T")

PAGE: Final = 500
_ALL: Final = 1_000_000_000
_EVERY: Final = Filter(statuses=tuple(Status))


@dataclass(frozen=True, slots=True)
class Everything:
    """All records of a store as streams, always in the same order: what an exporter reads."""

    store: MemoryStore

    def turns(self) -> Iterator[Turn]:
        """By session name, then position."""
        for session, _, _ in sorted(self.store.sessions(limit=_ALL)):
            yield from self.store.session_turns(session)

    def memories(self) -> Iterator[Memory]:
        """Oldest first. Only the ids are held, not the memories."""
        for ids in _chunks(iter(self._memory_ids()), PAGE):
            found = self.store.memories_by_id(ids)
            yield from (found[memory_id] for memory_id in ids if memory_id in found)

    def links(self) -> Iterator[Link]:
        """In the order of the memories they start from."""
        for memory_id in self._memory_ids():
            yield from (link for link in self.store.links(memory_id) if link.source == memory_id)

    def changes(self) -> Iterator[Change]:
        """Oldest first."""
        yield from reversed(self.store.log(limit=_ALL))

    def marks(self) -> Iterator[Mark]:
        """In the order of ids."""
        return self.store.marks()

    def _memory_ids(self) -> list[str]:
        keys: list[tuple[datetime, str]] = []
        while page := self.store.list_memories(_EVERY, limit=PAGE, offset=len(keys)):
            keys += [(memory.created_at, memory.id) for memory in page]
        return [memory_id for _, memory_id in sorted(keys)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some of the records: those named by ``ids`` (all without), and not those untouched before ``since``.

    A link is taken where both of its ends are, a change where its memory is.
    """

    records: Exportable
    ids: frozenset[str] | None = None
    since: datetime | None = None

    def turns(self) -> Iterator[Turn]:
        """In the order of the whole."""
        return (turn for turn in self.records.turns() if self._takes(turn.id, turn.at))

    def memories(self) -> Iterator[Memory]:
        """In the order of the whole."""
        return (memory for memory in self.records.memories() if self._takes(memory.id, memory.updated_at))

    def links(self) -> Iterator[Link]:
        """In the order of the whole."""
        kept = self._memories()
        return (link for link in self.records.links() if link.source in kept and link.target in kept)

    def changes(self) -> Iterator[Change]:
        """In the order of the whole."""
        kept = self._memories()
        for change in self.records.changes():
            far_end = change.link.target if change.link else change.memory_id
            if change.memory_id in kept and far_end in kept:
                yield change

    def marks(self) -> Iterator[Mark]:
        """Those of what is taken; what was purged is not told of."""
        told = {turn.id for turn in self.turns()} | {change.id for change in self.changes()}
        kept = self._memories()
        for mark in self.records.marks():
            if mark.meant.memory_id in kept if mark.meant else mark.id in told:
                yield mark

    def _memories(self) -> frozenset[str]:
        return frozenset(memory.id for memory in self.memories())

    def _takes(self, record_id: str, at: datetime) -> bool:
        return (self.ids is None or record_id in self.ids) and (self.since is None or at >= self.since)


@dataclass(slots=True)
class Redacted:
    """Records without the secrets in their words; ``hidden`` counts those, by kind, of what has passed."""

    records: Exportable
    hidden: Counter[str] = field(default_factory=Counter)

    def turns(self) -> Iterator[Turn]:
        """In the order of the whole."""
        return (replace(turn, text=self._masked(turn.text)) for turn in self.records.turns())

    def memories(self) -> Iterator[Memory]:
        """In the order of the whole."""
        return map(self._memory, self.records.memories())

    def links(self) -> Iterator[Link]:
        """In the order of the whole."""
        return self.records.links()

    def changes(self) -> Iterator[Change]:
        """In the order of the whole, what memories were before included."""
        for change in self.records.changes():
            before, after = (body and self._memory(body) for body in (change.before, change.after))
            yield replace(change, before=before, after=after, reason=self._masked(change.reason))

    def marks(self) -> Iterator[Mark]:
        """In the order of the whole, what changes meant included."""
        for mark in self.records.marks():
            after = mark.meant and mark.meant.after
            if mark.meant and after:
                mark = replace(mark, meant=replace(mark.meant, after=self._memory(after)))
            yield mark

    def _memory(self, memory: Memory) -> Memory:
        keywords = tuple(map(self._masked, memory.keywords))
        return replace(memory, text=self._masked(memory.text), keywords=keywords)

    def _masked(self, text: str) -> str:
        masked = mask(text)
        self.hidden.update(masked.kinds)
        return masked.text


def _chunks(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while chunk := list(islice(items, size)):
        yield chunk
