"""Whether a message of a chat asks for something, and whether memory is likely to hold it; pure.

The bounds are of the learned ranker's scores and the default embedder's cosines. Of thirty questions to a memory
of twelve facts, the best hits of the fourteen that it answers scored 6.8 to 14.3, at a cosine of .41 to .90; those
of sixteen others (small talk, general knowledge) 1.5 to 5.8, but for three, of which one came to a cosine of .41
too ("What should I cook tonight?": the favourite dish) and the others to .13 and .28.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from memcli.generate.wanted import Form, asks, wanted
from memcli.records import CHAT, SIMILARITY, Hit
from memcli.terms import terms

ANSWERABLE: Final = 6.0
ALIKE: Final = 0.34
_ADVICE: Final = re.compile(
    r"\b(?:should|could|would|might|may (?:i|we|you)|need|look|sound|best (?:way|time|place)|recipes?|ideas?|tips|"
    r"write|suggest|recommend|help|think|feel|make (?:me|an?|some)|fix|improve|jokes?|story|poem|advice|ask)\b|"
    r"^\W*how (?:do|to|can)\b(?! i know)|\bcan (?:i|we)\b|\bcan\b.*\b(?:about|to)\b",
    re.IGNORECASE,
)
"""A wish for more than what is so."""
_TAKEN: Final = frozenset((Form.WHEN, Form.WHERE, Form.WHO, Form.AGE, Form.WHY))
_TYPED: Final = (CHAT, "add")
"""Sources of what the user said here."""
_TO_ME: Final = re.compile(r"\b(?:tell|give|show|remind|let) me\b", re.IGNORECASE)
_MINE: Final = re.compile(r"\b(?:I|my|me|mine|we|our|us)\b", re.IGNORECASE)
_OF_MEMCLI: Final = re.compile(r"\b(?:you|your|yours)\b(?! (?:still )?(?:know|remember|recall)\b)", re.IGNORECASE)


def only_memory_knows(text: str, hits: Sequence[Hit] = ()) -> bool:
    """Whether a message asks what is true of the user, or of whom or what is theirs: a near hit has its words.

    Whoever has no note of it can only make it up.
    """
    if not asks(text) or _ADVICE.search(text) or _OF_MEMCLI.search(text):
        return False
    if asks_of_mine(text):
        return True
    asked = set(terms(text))
    near = [hit for hit in hits if hit.features.get(SIMILARITY, 0.0) >= ALIKE]
    return any(asked & set(terms(hit.text)) for hit in near)


def must_be_told(text: str) -> bool:
    """Whether a question wants what a small model takes from anywhere: a time, a place, a name, several things.

    Where no note says it by itself, 1 of 3 of its answers is right (scripts/LOG.md).
    """
    asked = wanted(text)
    return asked is not None and (asked.several or asked.form in _TAKEN)


def for_memory_alone(text: str, hits: Sequence[Hit]) -> bool:
    """Whether a question is of the user's life as they told it here, and no note is near enough for a model."""
    if not any(hit.turn is not None and hit.turn.source in _TYPED for hit in hits):
        return False
    return only_memory_knows(text, hits) and (must_be_told(text) or not asks_memory(text, hits))


def asks_of_mine(text: str) -> bool:
    """Whether a question speaks of the user as I, or of what is theirs."""
    return _MINE.search(_TO_ME.sub("", text)) is not None


def asks_memory(text: str, hits: Sequence[Hit]) -> bool:
    """Whether a message is a question whose best hit, of ``hits`` best first, may well answer it."""
    if not hits or not asks(text):
        return False
    return hits[0].score >= ANSWERABLE and hits[0].features.get(SIMILARITY, 0.0) >= ALIKE
