"""Which memories a candidate cannot be true beside: the same slot, filled otherwise; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from memcli.records import Candidate, Memory
from memcli.update.similar import Sense, sense_of
from memcli.update.slots import EVENTS, Slot

_MANY: Final = frozenset(
    "dog cat pet son daughter child kid brother sister friend cousin colleague coworker uncle aunt puppy kitten "
    "nephew niece "
    "neighbour neighbor roommate teammate grandson granddaughter".split()
)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A memory near a candidate: ``similarity`` is the cosine of their vectors, ``said_at`` when it was last said.

    ``recent`` counts back from the latest memory of the same session (1 is the latest); 0 is any other. ``far``
    says that more than two turns of the speaker lie between.
    """

    memory: Memory
    similarity: float = 0.0
    said_at: datetime | None = None
    recent: int = 0
    far: bool = False


def rivals(
    sense: Sense, candidate: Candidate, active: Iterable[Neighbour], *, many: bool = False
) -> list[tuple[Neighbour, Slot]]:
    """The neighbours that fill a slot of the candidate otherwise; with ``many`` also slots that hold several."""
    return [
        (near, slot)
        for near in active
        if near.memory.about == candidate.about
        for slot in sense.slots
        if (many or not _plural(slot)) and in_force(near.memory, slot, candidate)
        for other in sense_of(near.memory.text, near.memory.about).slots
        if _same_slot(slot, other) and not other.past and not slot.past and _disagree(slot, other)
    ]


def in_force(memory: Memory, slot: Slot, candidate: Candidate) -> bool:
    """Is what a memory says not over yet? An appointment that was held gets no new date."""
    is_event = bool(EVENTS & set(slot.attribute.split()))
    held = is_event and memory.event_end is not None and memory.event_end <= candidate.said_at
    return memory.valid_to is None and not held


def within(one: str, two: str) -> bool:
    """Is one value the other, or a part of it ("Porto" and "Porto, Portugal")?"""
    small, large = sorted((_words(one), _words(two)), key=len)
    return small <= large


def _words(value: str) -> set[str]:
    return set(value.replace(",", " ").split())


def _same_slot(one: Slot, two: Slot) -> bool:
    """Is it the same attribute of the same subject? "The meeting", without an owner, is anybody's."""
    same = one.attribute == two.attribute or _is_wider(one, two)
    return same and (not (one.subject and two.subject) or _same_subject(one.subject, two.subject))


def _same_subject(one: str, two: str) -> bool:
    """Is it the same, or one's name with what they are to somebody ("clara", "ana's sister clara")?"""
    short, long = sorted((one, two), key=len)
    return one == two or (" " not in short and "'s " in long and long.endswith(f" {short}"))


def _is_wider(new: Slot, old: Slot) -> bool:
    """Does the end of a taste or habit end one that is narrower: no coffee, hence no black coffee?"""
    if new.holds or not old.holds:
        return False
    return any(
        new.attribute.startswith(kind)
        and old.attribute.startswith(kind)
        and set(new.attribute[len(kind) :].split()) <= set(old.attribute[len(kind) :].split())
        for kind in ("taste for ", "habit of ")
    )


def _plural(slot: Slot) -> bool:
    """May a subject have several of these at once (two dogs, each with its name)?"""
    if slot.attribute.startswith("number of"):
        return False
    nouns: Sequence[str] = f"{slot.subject} {slot.attribute}".replace("'s", "").split()
    return slot.attribute.split()[-1] in _MANY or (
        slot.attribute == "called" and len(nouns) > 1 and nouns[-2] in _MANY
    )


def _disagree(new: Slot, old: Slot) -> bool:
    if new.holds is not old.holds:
        return within(new.value, old.value)
    return new.holds and not within(new.value, old.value)
