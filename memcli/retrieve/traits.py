"""What a row's own words tell, whatever is asked: its length, whether it asks, dates, numbers, names; pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"\w+(?:'\w+)?")
_DIGITS: Final = re.compile(r"\b\d+\b")
_CAPITAL: Final = re.compile(r"[A-Z][a-z]+")
_SENTENCE_ENDS: Final = frozenset(".!?")
_TIME: Final = frozenset(
    """yesterday today tomorrow tonight week weekend month year ago last next day days weeks months years morning
    evening monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december recently since soon""".split()
)
_NUMBER: Final = frozenset(
    """one two three four five six seven eight nine ten once twice first second third couple several few
    dozen""".split()
)
_FIRST: Final = frozenset({"i", "my", "me", "we", "our", "i'm", "i've", "i'd"})
_SECOND: Final = frozenset({"you", "your", "you're", "you've"})
_SMOOTHING: Final = 5
"""Words added to a text before shares are taken, so that "Me!" is not all about its speaker."""


@lru_cache(maxsize=32_768)
def traits(text: str) -> Mapping[str, float]:
    """The traits of a text by name."""
    words = _WORD.findall(text.lower().replace("\u2019", "'"))
    seen = set(words)
    length = len(words) + _SMOOTHING
    return {
        "length": math.log1p(len(words)),
        "asks": float(text.split(" [", 1)[0].rstrip().endswith("?")),
        "time_words": float(not _TIME.isdisjoint(seen)),
        "number": float(_DIGITS.search(text) is not None or not _NUMBER.isdisjoint(seen)),
        "capitals": math.log1p(sum(_inside(text, found.start()) for found in _CAPITAL.finditer(text))),
        "first_person": sum(map(words.count, _FIRST & seen)) / length,
        "second_person": sum(map(words.count, _SECOND & seen)) / length,
        "quotes": float('"' in text),
    }


def _inside(text: str, start: int) -> bool:
    """Whether a word begins here that does not begin a sentence. A pattern that asks this is ten times as slow."""
    before = text[start - 1 : start]
    follows = before.isspace() and text[start - 2 : start - 1] in _SENTENCE_ENDS
    return start > 0 and not (before.isalnum() or before == "_" or follows)


NAMES: Final = tuple(traits(""))
