"""What of a text no candidate tells: the part that an explicit request to remember still owes; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from memcli.extract.gate import reason_against
from memcli.extract.quoting import is_bare_name, is_heading, others_words
from memcli.extract.sentences import sentences
from memcli.terms import terms

COVERED: Final = 0.5
_IDLE: Final = frozenset({"greeting", "joke"})


def leftover(text: str, evidence: Sequence[str]) -> str:
    """The sentences of a text that no span of ``evidence`` holds half of; all of it without evidence.

    A name alone tells nothing, and what others say of themselves is not the user's.
    """
    others = others_words(text)
    if not evidence and not others:
        return "" if reason_against(text) in _IDLE or is_heading(text) else text
    told = [set(terms(span)) for span in evidence]
    rest = [
        sentence
        for sentence in sentences(text)
        if sentence not in others and not _covered(set(terms(sentence)), told)
    ]
    return " ".join(
        sentence for sentence in rest if reason_against(sentence) not in _IDLE and not is_bare_name(sentence)
    )


def _covered(words: set[str], told: Sequence[set[str]]) -> bool:
    return any(len(words & span) >= COVERED * len(words) for span in told)
