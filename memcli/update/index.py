"""Known memories by word and slot, so that a candidate meets only those it could concern; knows no store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from memcli.records import Candidate, Memory
from memcli.terms import terms
from memcli.update.similar import Sense, sense_of

_PARTNERS: Final = frozenset(
    terms("boyfriend girlfriend partner husband wife fiance fiancee fiancé fiancée spouse")
)
"""Whoever parts need not say from whom: what names a partner is near."""


@dataclass(slots=True)
class Index:
    """An inverted index over content terms and slot attributes, kept up with single changes."""

    memories: dict[str, Memory] = field(default_factory=dict)
    _ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def put(self, memory: Memory) -> None:
        """Add a memory, or its next revision."""
        self.drop(memory.id)
        self.memories[memory.id] = memory
        for key in _keys(sense_of(memory.text, memory.about)):
            self._ids[key].add(memory.id)

    def drop(self, memory_id: str) -> None:
        """Take a memory out, if it is there."""
        old = self.memories.pop(memory_id, None)
        if old is not None:
            for key in _keys(sense_of(old.text, old.about)):
                self._ids[key].discard(memory_id)

    def near(self, candidate: Candidate, others: Iterable[str] = ()) -> list[Memory]:
        """The memories that share a term or a slot with a candidate, and the ``others`` that are known."""
        return self._sharing(sense_of(candidate.text, candidate.about), others)

    def spoken_of(self, text: str, about: str, others: Iterable[str] = ()) -> list[Memory]:
        """The memories about somebody that share a term with a text, and those of the ``others``."""
        return [each for each in self._sharing(sense_of(text, about), others) if each.about == about]

    def _sharing(self, sense: Sense, others: Iterable[str]) -> list[Memory]:
        found = {i: None for i in others if i in self.memories}
        for key in _keys(sense):
            found |= dict.fromkeys(sorted(self._ids.get(key, ())))
        return [self.memories[memory_id] for memory_id in found]


def _keys(sense: Sense) -> set[str]:
    keys = {*sense.content, *(f"slot {slot.attribute}" for slot in sense.slots)}
    return keys | {"slot bond"} if keys & _PARTNERS else keys
