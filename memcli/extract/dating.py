"""When a fact happened or holds, from its date expressions; knows the date rules, no wording of facts; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from memcli.dates import find_dates, ground
from memcli.records import Candidate, Precision, Stance

_YEARLY: Final = re.compile(
    r"\b(?:birthday|born on|anniversary|cumpleaños|geburtstag|anniversaire|aniversário)\b", re.IGNORECASE
)
_NOW: Final = re.compile(
    r"^(?:right )?now$|^(?:these days|nowadays|currently|at the moment|so far)$", re.IGNORECASE
)
_HABIT: Final = re.compile(r"\b(?:usually|always|every|never|often|daily|normally|typically)\b", re.IGNORECASE)
_STATE: Final = re.compile(r"\b(?:used to|formerly|previously|no longer|anymore|any more)\b", re.IGNORECASE)
_MOVED_FROM: Final = re.compile(
    r"\b(?:moved?|rescheduled?|postponed?|push(?:ed)?|changed?|shift(?:ed)?|delay(?:ed)?|brought)\b"
    r"[^.!?;]* from (?:the )?$",
    re.IGNORECASE,
)
"""What was put off from one day to another is on the other."""


@dataclass(frozen=True, slots=True)
class Dating:
    """The times of one fact, and its text with relative dates made absolute; ``added`` are the words for that."""

    text: str
    event_at: datetime | None = None
    event_end: datetime | None = None
    precision: Precision | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    added: str = ""

    @property
    def dated(self) -> bool:
        """Does the fact name a time of its own?"""
        return self.event_at is not None

    def on(self, candidate: Candidate) -> Candidate:
        """The candidate with these times; its text stays."""
        return replace(
            candidate,
            event_at=self.event_at,
            event_end=self.event_end,
            event_precision=self.precision,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )


def dating_of(clause: str, anchor: datetime, stance: Stance = Stance.STATES) -> Dating:
    """The dates of a clause that was said at ``anchor``.

    "Since 2019" begins its validity, "until June" ends it; what is over without a date ended by ``anchor``.
    A yearly day ("my birthday is 5 May") is no event and keeps its words.
    """
    if _YEARLY.search(clause) and not re.search(
        r"\b(?:party|yesterday|today|tomorrow|week|celebrat\w+|went|was|\d{4})\b", clause, re.I
    ):
        return Dating(text=clause)
    spans = [s for s in find_dates(clause, anchor) if not s.recurring and not _NOW.match(s.text.strip())]
    text = ground(clause, anchor)
    over = stance is Stance.PAST
    if _HABIT.search(clause) and all(s.precision is Precision.INSTANT for s in spans):
        return Dating(text=clause)
    if not spans:
        return Dating(text=text, valid_to=anchor if over else None, added=_added(text, clause))
    span = spans[1 if len(spans) > 1 and _MOVED_FROM.search(clause, 0, spans[0].first) else 0]
    valid_from = span.start if span.open_end else None
    valid_to = span.end if span.open_start else None
    if over and valid_to is None:
        valid_from, valid_to = (
            (span.start, min(span.end, anchor)) if not _STATE.search(clause) else (None, min(span.end, anchor))
        )
    end = span.end if not span.open_end else None
    ended = span.open_start and span.end <= anchor  # "was away until Tuesday": of its days the last is told
    start = span.end - timedelta(days=1) if ended else span.start
    return Dating(text, start, end, span.precision, valid_from, valid_to, _added(text, clause))


def _added(grounded: str, said: str) -> str:
    known = set(said.split())
    return " ".join(word for word in grounded.split() if word not in known)
