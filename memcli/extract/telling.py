"""Whether a message only tells something, and asks for nothing; pure tables."""

from __future__ import annotations

import re
from typing import Final

from memcli.extract.gate import is_payload, reason_against
from memcli.extract.language import language_of
from memcli.extract.lead import lead_of, means, tidied
from memcli.extract.sentences import clauses, sentences

_TELLING: Final = frozenset({None, "feeling", "hypothetical", "task", "reported"})
"""What clauses of a statement are left out of memory for; a greeting, a question or an order is no statement."""
_WORDS: Final = 3
_ASKS: Final = re.compile(
    r"[?？]|^(?:please|can|could|would|will)\b|\b(?:help|advice|recommend|suggest)|"
    r"\b(?:what|how|where|which|who|why|when) (?:should|can|do|does|did|is|are|was|would|could|will)\b",
    re.IGNORECASE,
)


def is_pleasantry(text: str) -> bool:
    """Is a message nothing but a greeting, thanks, a yes or a no?"""
    return reason_against(text) == "greeting" and not _ASKS.search(text)


def only_tells(text: str) -> bool:
    """Is every clause of an English message a statement?"""
    if _ASKS.search(text) or is_payload(text) or language_of(text) != "en":
        return False
    parts = [clause for said in sentences(text) for clause in clauses(said)]
    told = [lead_of(tidied(part)).text for part in parts if not means(part)]
    enough = len(text.split()) >= _WORDS
    return enough and bool(parts) and all(reason_against(part) in _TELLING for part in told)
