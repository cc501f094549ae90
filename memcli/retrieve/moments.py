"""Questions that place their answer by an event ("before I moved") or ask for an end ("the first time"); pure.

An event has no date in the question itself: it is searched like a question, and the date of what is found bounds
the rest. The forms are English, as those of `memcli.retrieve.question`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from memcli.records import Memory
from memcli.retrieve.pool import Pool, Row
from memcli.terms import terms

Side: TypeAlias = Literal["before", "after"]
End: TypeAlias = Literal["first", "last"]

BEYOND: Final = 1.0
"""Log-odds that a row on the wrong side of the event is lower; little, since people tell of the past later."""
BEYOND_DATED: Final = 2.0
"""The same for a memory that says when it happened."""
SLACK: Final = timedelta(days=1)
"""So near to the event nothing is on the wrong side: what was said of it stands there too."""
CLOSE: Final = 1.0
"""Log-odds below the best within which hits are about equally likely, and their dates may order them."""
LEADING: Final = 5
"""At most so many hits are put in order of time."""
TIE: Final = 1e-6
"""Log-odds between two that scored the same, so that their order in time holds."""
LOOKED_AT: Final = 5
"""Among so many finds of an event one that says when it happened is preferred."""

_SIDES: Final[dict[str, Side]] = {"before": "before", "until": "before", "after": "after", "since": "after"}
_EVENT: Final = re.compile(
    r"\b(before|until|after|since)\s+((?:i|we|he|she|they|you|my|our|his|her|their|the|[A-Z]\w+)\b[^,;?!.]*\w)",
    re.I,
)
_FIRST: Final = re.compile(
    r"\bfirst (?:time|ever)\b|\b(?:did|have|had|was|were) \w+ (?:\w+ )?first\b|\bearliest\b", re.I
)
_LAST: Final = re.compile(
    r"\blast time\b|\b(?:did|have|had|was|were) \w+ (?:\w+ )?last\b(?! (?:\w+day|night|week|weekend|month|year"
    r"|spring|summer|autumn|fall|winter)\b)|\bmost recent(?:ly)?\b|\blatest\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Bound:
    """On which side of an event the answer lies; ``event`` are the question's words for it."""

    side: Side
    event: str


def bound(question: str, dates: Sequence[str] = ()) -> Bound | None:
    """The event that bounds a question, None without one.

    Args:
        question: what was asked.
        dates: the words in it that name a date; "after the summer of 2020" needs no search.
    """
    found = _EVENT.search(question)
    if found is None or any(date and (date in found[0] or found[2] in date) for date in dates):
        return None
    return Bound(_SIDES[found[1].lower()], found[2]) if terms(found[2]) else None


def end(question: str) -> End | None:
    """Whether a question asks for the first or the last of several times; "last week" is neither."""
    if _FIRST.search(question):
        return "first"
    return "last" if _LAST.search(question) else None


def happened(event: str, ranked: Sequence[Row]) -> datetime | None:
    """When an event was, by what its search found; None where nothing found holds half of its words.

    Args:
        event: the words for it.
        ranked: the rows found, best first.
    """
    wanted = set(terms(event))
    fitting = [row for row in ranked[:LOOKED_AT] if 2 * len(wanted & row.counts.keys()) >= len(wanted)]
    return next((row.at for row in fitting if _is_dated(row)), fitting[0].at if fitting else None)


def beyond(pool: Pool, side: Side, moment: datetime) -> NDArray[np.float64]:
    """Log-odds to add to each row, shape (n,): what lies on the wrong side of a moment is lower."""
    change = np.zeros(len(pool.rows))
    for number, row in enumerate(pool.rows):
        wrong = row.at > moment + SLACK if side == "before" else row.at < moment - SLACK
        if wrong:
            change[number] = -BEYOND_DATED if _is_dated(row) else -BEYOND
    return change


def ordered(pool: Pool, scores: NDArray[np.float64], which: End) -> NDArray[np.float64]:
    """What to add to each score, shape (n,), so that the likeliest rows exchange scores by their order in time."""
    best = [int(n) for n in np.argsort(-scores, kind="stable") if pool.rows[n].eligible][:LEADING]
    leading = [number for number in best if scores[number] >= scores[best[0]] - CLOSE]
    in_time = sorted(leading, key=lambda number: pool.rows[number].at, reverse=which == "last")
    change = np.zeros(len(pool.rows))
    for rank, (number, place) in enumerate(zip(in_time, leading, strict=True)):
        change[number] = scores[place] - scores[number] + TIE * (len(leading) - rank)
    return change


def _is_dated(row: Row) -> bool:
    return isinstance(row.record, Memory) and row.record.event_at is not None
