"""When two facts say the same: normalised words, names, numbers and polarity; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from memcli.terms import fold, terms
from memcli.update.slots import Slot, canonical, slots_of

NEAR_TERMS: Final = 0.85
PARAPHRASE_COSINE: Final = 0.92
PARAPHRASE_TERMS: Final = 0.5
SENTENCE_WORDS: Final = 3
"""Fewer are a heading ("Flight"), which two different things may share."""
_NUMBER: Final = re.compile(r"\d+(?:[.,:]\d+)*")
_NAME: Final = re.compile(r"(?<=[a-z,;'’0-9] )[A-ZÀ-Þ][\w’'-]*")
_NEGATION: Final = re.compile(
    r"\b(?:not|no|never|no longer|without|stopped|quit|hates?|dislikes?|can'?t stand)\b|n't\b", re.IGNORECASE
)
_SUBJECTS: Final = frozenset(terms("user others"))
_OWNED: Final = re.compile(r"^(?:The user|[A-ZÀ-Þ]\w+)['’]s? (?:new |old )?(?P<noun>\w+)")
_WORDS: Final = re.compile(r"\w+")
_PAST: Final = re.compile(r"\bused to\b|\bformerly\b")


@dataclass(frozen=True, slots=True)
class Sense:
    """What is compared of a fact.

    ``plain`` are its words alone, ``content`` its index terms without the person it is about, ``firm`` its names
    and numbers, ``owned`` the noun it opens with ("sister" in "Ana's sister lives in Madrid").
    """

    plain: str
    content: frozenset[str]
    firm: frozenset[str]
    negative: bool
    past: bool
    slots: tuple[Slot, ...]
    owned: str


@lru_cache(maxsize=16_384)
def sense_of(text: str, about: str = "") -> Sense:
    """A fact as what is compared of it, without its own subject."""
    owner = _OWNED.match(canonical(text))
    names = {fold(name).removesuffix("'s") for name in _NAME.findall(text)} - set(fold(about).split())
    return Sense(
        plain=" ".join(_WORDS.findall(fold(text))),
        content=frozenset(terms(canonical(text))) - frozenset(terms(about)) - _SUBJECTS,
        firm=frozenset(_NUMBER.findall(text)) | names,
        negative=len(_NEGATION.findall(text)) % 2 == 1,
        past=bool(_PAST.search(text)),
        slots=slots_of(text),
        owned=owner["noun"].lower() if owner else "",
    )


def overlap(one: Sense, two: Sense) -> float:
    """Jaccard index of the content terms."""
    return len(one.content & two.content) / max(1, len(one.content | two.content))


def coverage(part: Sense, whole: Sense) -> float:
    """The share of ``part``'s content terms that ``whole`` has."""
    return len(part.content & whole.content) / max(1, len(part.content))


def says_the_same(one: Sense, two: Sense, cosine: float = 0.0) -> bool:
    """Do two facts say the same, in the same or in other words?

    Names, numbers and polarity must agree; then nearly all terms, or half of them and a high cosine, or the same
    slots with the same values.
    """
    if one.plain == two.plain:
        return True
    if one.slots and {_filled(s) for s in one.slots} == {_filled(s) for s in two.slots}:
        return one.firm == two.firm and one.past is two.past
    if (
        one.owned != two.owned
        or one.negative is not two.negative
        or one.past is not two.past
        or one.firm != two.firm
    ):
        return False
    shared = overlap(one, two)
    return shared >= NEAR_TERMS or (shared >= PARAPHRASE_TERMS and cosine >= PARAPHRASE_COSINE)


def is_part_of(new: Sense, old: Sense) -> bool:
    """Is everything that ``new`` says in ``old`` already?"""
    inside = bool(new.content) and new.owned == old.owned and new.content <= old.content and new.firm <= old.firm
    return inside and new.negative is old.negative and new.past is old.past and set(new.slots) <= set(old.slots)


def adds_to(new: Sense, old: Sense) -> bool:
    """Does ``new`` say all that ``old`` does, and more?"""
    grown = (
        (len(old.content) >= 2 or (new.plain.startswith(old.plain) and len(old.plain.split()) >= SENTENCE_WORDS))
        and old.owned == new.owned
        and old.content < new.content
        and old.firm <= new.firm
    )
    return grown and new.negative is old.negative and new.past is old.past


def _filled(slot: Slot) -> tuple[str, str, str, bool, bool]:
    return slot.subject, slot.attribute, slot.value, slot.holds, slot.past
