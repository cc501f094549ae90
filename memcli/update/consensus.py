"""Whether little-trusted words fit what is known and what was refused before; pure, and decides by rule.

A-MemGuard (its consensus check and its lessons) without a model: the reasoning chains that it compares are slots
here (subject, attribute, value). What the user says is never held against a consensus.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from memcli.records import Candidate, Memory, Origin, Status
from memcli.terms import fold
from memcli.update.rivals import within
from memcli.update.similar import Sense, says_the_same, sense_of
from memcli.update.slots import Slot

REFUSED: Final = "refused"
"""The tag of a memory that the user refused: a lesson against the next one like it."""
MANY: Final = 2
_DENIES: Final = r"\b(?:not|never|no longer|instead of|rather than|nor)\b(?: \w+){0,2}? "
_NAMED_THINGS: Final = frozenset(
    "dog cat puppy kitten pet horse pony rabbit hamster parrot bird tortoise goldfish boat yacht car van".split()
)
DESCRIBES: Final = 2
"""So many of the user's own facts in one sentence tell who is meant."""
_NAME: Final = re.compile(r"(?<=[a-z,;'’0-9] )[A-ZÀ-Þ][\w’'-]{2,}")


def refused_before(candidate: Candidate, lessons: Iterable[Memory]) -> Memory | None:
    """The memory that says the same and that the user refused."""
    if candidate.trust is Origin.DIRECT_USER:
        return None
    sense = sense_of(candidate.text, candidate.about)
    return next((old for old in lessons if _same(sense, sense_of(old.text, old.about))), None)


def doubt(candidate: Candidate, near: Sequence[Memory], lessons: Iterable[Memory]) -> str:
    """Why a candidate must wait for the user's word; empty where nothing speaks against it.

    Args:
        candidate: what was found.
        near: the memories that share a term or a slot with it.
        lessons: what the user refused.
    """
    if candidate.trust is Origin.DIRECT_USER or candidate.suspect:
        return candidate.suspect
    held = [m for m in near if m.status is Status.ACTIVE and m.trust.rank >= candidate.trust.rank]
    sense = sense_of(candidate.text, candidate.about)
    if against := _denied(candidate, sense, [m for m in held if m.trust.rank > candidate.trust.rank]):
        return f"denies what {against.trust} said"
    contrary, alike = _votes(sense, held)
    if contrary >= MANY and contrary > alike:
        return f"disagrees with {contrary} memories"
    trusted = [m for m in held if m.trust is Origin.DIRECT_USER]
    if own := _what_is_hers(candidate, trusted):
        return f"speaks of your {own}"
    shared = next((old for old in lessons if _of_the_same_kind(candidate, old, trusted)), None)
    return "speaks of what you refused" if shared else ""


def _same(one: Sense, two: Sense) -> bool:
    return says_the_same(one, two) or bool(set(one.slots) & set(two.slots))


def _denied(candidate: Candidate, sense: Sense, trusted: Iterable[Memory]) -> Memory | None:
    """A trusted memory whose very value is denied while its attribute is filled, whoever is said to be meant."""
    text, attributes = fold(candidate.text), {slot.attribute for slot in sense.slots}
    for memory in trusted:
        for slot in sense_of(memory.text, memory.about).slots:
            if slot.attribute in attributes and re.search(_DENIES + re.escape(slot.value) + r"\b", text):
                return memory
    return None


def _what_is_hers(candidate: Candidate, trusted: Iterable[Memory]) -> str:
    """What of the user's own a text speaks of: a thing by its name, or two facts at once, which fit few others."""
    text, met = fold(candidate.text), set[str]()
    for memory in trusted:
        for slot in sense_of(memory.text, memory.about).slots:
            if slot.subject != fold(memory.about) or slot.past:
                continue
            if re.search(_own_named(slot), text) or _bears_its_name(slot, candidate.text):
                return f"{slot.attribute} {slot.value.title()}"
            if re.search(rf"\b{re.escape(slot.value)}\b", text):
                met.add(slot.value)
    return " and ".join(sorted(met)) if len(met) >= DESCRIBES else ""


def _bears_its_name(slot: Slot, text: str) -> bool:
    """Is a pet or a thing that was given a name in the text? A sister's name is others' too."""
    return slot.attribute in _NAMED_THINGS and bool(re.search(rf"\b{re.escape(slot.value.title())}\b", text))


def _own_named(slot: Slot) -> str:
    """A pattern of "the sister Ida" and "Ida, her sister", for a sister called Ida."""
    kind, name = re.escape(slot.attribute), re.escape(slot.value)
    return rf"\b{kind},? {name}\b|\b{name},? (?:the |her |his |their |a )?{kind}\b"


def _votes(sense: Sense, held: Iterable[Memory]) -> tuple[int, int]:
    """How many memories fill the candidate's slots otherwise, and how many alike."""
    contrary = alike = 0
    for memory in held:
        pairs = [
            (slot, other)
            for slot in sense.slots
            for other in sense_of(memory.text, memory.about).slots
            if slot.key == other.key and not slot.past and not other.past
        ]
        contrary += any(_differ(*pair) for pair in pairs)
        alike += bool(pairs) and not any(_differ(*pair) for pair in pairs)
    return contrary, alike


def _differ(new: Slot, old: Slot) -> bool:
    return (new.holds is old.holds) is not within(new.value, old.value)


def _of_the_same_kind(candidate: Candidate, old: Memory, trusted: Iterable[Memory]) -> bool:
    """Does a candidate name somebody or something that is known from what was refused alone?"""
    words = set(fold(candidate.text).split())
    mine = set(fold(f"{candidate.about} {old.about}").split())
    names = {fold(name).removesuffix("'s") for name in _NAME.findall(old.text)} - mine
    found = {name for name in names if any(word.startswith(name) for word in words)}
    known = " ".join(fold(memory.text) for memory in trusted)
    return any(name not in known for name in found)
