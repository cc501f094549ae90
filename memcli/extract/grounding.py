"""The grounding filter: a fact may say only what its sources say; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from memcli.terms import terms

SHARE: Final = 0.75
_GIVEN: Final = frozenset(
    terms(
        "user others name called live work wants assistant asked reminded born years old is on around week of "
        "early late owns doesn't isn't hasn't don't aren't never planning"
    )
)
_FIRM: Final = re.compile(r"(?<=\s)[A-ZÀ-Þ][\w’'-]+|\d[\w.,:]*")


def unsaid(fact: str, sources: Iterable[str]) -> int:
    """How many content words of a fact nobody said, its time words as they were said."""
    said = {term for text in sources for term in terms(text)} | _GIVEN
    return len(set(terms(fact)) - said)


def is_grounded(fact: str, sources: Iterable[str], given: Iterable[str] = ()) -> bool:
    """Are the content words of a fact in its sources?

    Three quarters of its terms must be there, and every name and number. ``given`` are words that code put in:
    the speaker's name and the resolved dates.
    """
    allowed = {term for text in (*sources, *given) for term in terms(text)} | _GIVEN
    said = terms(fact)
    if not said:
        return True
    firm = {term for match in _FIRM.finditer(fact) for term in terms(match.group())}
    held = sum(term in allowed for term in said)
    return held / len(said) >= SHARE and firm <= allowed
