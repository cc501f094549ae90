"""What a row's own words tell, whatever is asked: its length, whether it asks, dates, numbers, names; pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"\w+(?:'\w+)?")
_CAPITAL: Final = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][a-z]+")
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
    words = _WORD.findall(text)
    lower = [word.lower().replace("\u2019", "'") for word in words]
    return {
        "length": math.log1p(len(words)),
        "asks": float(text.split(" [", 1)[0].rstrip().endswith("?")),
        "time_words": float(any(word in _TIME for word in lower)),
        "number": float(any(word in _NUMBER or word.isdigit() for word in lower)),
        "capitals": math.log1p(len(_CAPITAL.findall(text))),
        "first_person": sum(word in _FIRST for word in lower) / (len(lower) + _SMOOTHING),
        "second_person": sum(word in _SECOND for word in lower) / (len(lower) + _SMOOTHING),
        "quotes": float('"' in text),
    }


NAMES: Final = tuple(traits(""))
