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
from memcli.records import SIMILARITY, Hit
from memcli.terms import terms

ANSWERABLE: Final = 6.0
ALIKE: Final = 0.34
_ADVICE: Final = re.compile(
    r"\b(?:should|could|would|might|may|need|look|sound|best|way|recipes?|ideas?|tips|write|suggest|recommend|help|"
    r"think|feel|make|fix|cook|improve)\b|^\W*how (?:do|to|can)\b(?! i know)|\bcan\b.*\b(?:about|to)\b",
    re.IGNORECASE,
)
"""A wish for more than what is so."""
_FACTS: Final = frozenset((Form.WHO, Form.WHEN, Form.WHERE, Form.COUNT, Form.AGE))


def only_memory_knows(text: str, found: Sequence[str] = ()) -> bool:
    """Whether a message asks what is true of the user, or of whom or what was ``found`` to be theirs.

    Whoever has no note of it can only make it up.
    """
    asked = wanted(text)
    if asked is None or _ADVICE.search(text):
        return False
    if asked.mine:
        return True
    wants = {*asked.words, *asked.whose, *asked.sort}
    known = [len(wants & set(terms(line))) for line in found]
    named = any(set(asked.whose) & set(terms(line)) for line in found)
    return named or max(known, default=0) >= (1 if asked.form in _FACTS else 2)


def asks_memory(text: str, hits: Sequence[Hit]) -> bool:
    """Whether a message is a question whose best hit, of ``hits`` best first, may well answer it."""
    if not hits or not asks(text):
        return False
    return hits[0].score >= ANSWERABLE and hits[0].features.get(SIMILARITY, 0.0) >= ALIKE
