"""A memory's strand: what is tied to it, in the order in which it happened (THEANINE's timelines); pure.

THEANINE (section 3) links memories by cause and change and follows the links from a memory to a timeline. Here the
links are those that rules made (one replaces another, both name the same person, both were told in one topic).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from memcli.records import Link, Memory, Status

HOLDS: Final = "holds"
"""The relation of a topic to the memories that were made of its turns."""
REACH: Final = 2
MOST: Final = 60
_SHOWN: Final = frozenset({Status.ACTIVE, Status.SUPERSEDED})


@dataclass(frozen=True, slots=True)
class Knot:
    """One memory of a strand and the link by which it was reached; None for the one it begins with."""

    memory: Memory
    link: Link | None = None


def strand(
    start: Memory,
    links_of: Callable[[Sequence[str]], Sequence[Link]],
    memories_by_id: Callable[[Sequence[str]], Mapping[str, Memory]],
) -> list[Knot]:
    """The memories at most two links away, oldest first: what was replaced too, but not what was put away."""
    found = {start.id: Knot(start)}
    edge = [start.id]
    for _ in range(REACH):
        new: dict[str, Link] = {}
        for link in sorted(links_of(edge), key=lambda link: (-link.weight, link.source, link.target)):
            for end in (link.source, link.target):
                if end not in found:
                    new.setdefault(end, link)
        memories = memories_by_id(list(new))
        edge = [end for end in new if end in memories and memories[end].status in _SHOWN][: MOST - len(found)]
        found |= {end: Knot(memories[end], new[end]) for end in edge}
    return sorted(found.values(), key=lambda knot: (happened(knot.memory), knot.memory.created_at, knot.memory.id))


def happened(memory: Memory) -> datetime:
    """When what it tells happened or began, else since when it is known."""
    return memory.event_at or memory.valid_from or memory.created_at
