"""The dates that people type or ask about: one expression, or a question, to one span; knows no commands."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from memcli.dates import periods
from memcli.dates.find import find_dates
from memcli.dates.periods import Period
from memcli.dates.span import DateSpan, Preference, Relation
from memcli.errors import BadInputError

_EXAMPLES: Final = "try: yesterday, last week, two hours ago, 3 May 2024, May 2024, 2024-05-03T14:00"
_LEADS: Final = ("", "on ", "in ", "at ", "on the ")
_FILLER: Final = re.compile(r"\b(?:on|in|at|the|of|el|la|le|am|im|em|en|no|na|um)\b|[\s,.]+", re.IGNORECASE)
_IMPOSSIBLE: Final = re.compile(
    r"\b(?:3[2-9]|[4-9]\d)(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|\b3[01](?:st|th)? feb|\b31(?:st)? (?:apr|jun|sep|nov)|\bfeb\w* 3[01]\b|\b(?:apr|jun|sep|nov)\w* 31\b"
    r"|^\d{4}-(?:1[3-9]|[2-9]\d|00)-|^\d{4}-\d\d-(?:3[2-9]|[4-9]\d|00)\b"
)
"""Days that no month has: a guessing parser would make a year of the number rather than refuse it."""
_SHORT: Final = re.compile(r"-?(\d{1,4}) ?(min|h|d|w|mo|y)(?: ago)?")
_SHORT_UNITS: Final = {"min": "minutes", "h": "hours", "d": "days", "w": "weeks", "mo": "months", "y": "years"}


def resolve(
    expression: str, now: datetime, *, prefer: Preference = "past", day_first: bool | None = None
) -> DateSpan:
    """The span of an expression that is all date, such as a user types after ``--since``.

    Understands all that `find_dates` does, ISO 8601 (its own offset is respected), "now", and "3d" for three
    days ago. What the rules do not know is left to dateparser, which reads some two hundred languages.

    Raises:
        BadInputError: the expression is not a date.
        ValueError: ``now`` has no offset.
    """
    words = " ".join(expression.split())
    if _IMPOSSIBLE.search(words.lower()):
        raise BadInputError(f"there is no {expression!r} in the calendar", _EXAMPLES)
    try:
        found = _iso(words, now) or _by_rules(words, now, prefer, day_first) or _by_dateparser(words, now, prefer)
    except (OverflowError, ValueError) as error:
        if now.tzinfo is None:
            raise
        raise BadInputError(
            f"{expression!r} is beyond the calendar", _EXAMPLES
        ) from error  # its end is in year 10000
    if found is None:
        raise BadInputError(f"{expression!r} is not a date I understand", _EXAMPLES)
    return found


def question_range(question: str, now: datetime) -> DateSpan | None:
    """The stretch of time that a question asks about, None if it names none; of several the narrowest."""
    spans = [span for span in find_dates(question, now, prefer="past") if not span.recurring]
    return min(spans, key=lambda span: (span.open_start or span.open_end, span.end - span.start), default=None)


def _by_rules(words: str, now: datetime, prefer: Preference, day_first: bool | None) -> DateSpan | None:
    """The reading that leaves nothing over; short forms are read with the preposition that they lack."""
    short = _SHORT.fullmatch(words.lower())
    if short:
        words = f"{short[1]} {_SHORT_UNITS[short[2]]} ago"
    for lead in _LEADS:
        text = lead + words
        for span in find_dates(text, now, prefer=prefer, day_first=day_first):
            rest = _FILLER.sub("", text[: span.first] + text[span.last :])
            if not rest and not span.recurring:
                return replace(span, text=words, first=0, last=len(words))
    return None


def _iso(words: str, now: datetime) -> DateSpan | None:
    """ISO 8601, "now", and a bare year."""
    if words.lower() == "now":
        return _span(words, periods.instant(now), now)
    if re.fullmatch(r"[12]\d{3}", words):
        return _span(words, periods.year(now.replace(year=int(words), month=1, day=1)), now)
    try:
        at = datetime.fromisoformat(words)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=now.tzinfo)
    try:
        date.fromisoformat(words)
    except ValueError:
        return _span(words, periods.instant(at), now)
    return _span(words, periods.day(at), now)


def _by_dateparser(words: str, now: datetime, prefer: Preference) -> DateSpan | None:
    """What a general parser makes of it; imported here because that takes a second."""
    if not re.search(r"[^\W\d]{2}|\d\D+\d", words):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own use of deprecated calls is not the user's to hear
        from dateparser.date import DateDataParser

        settings = {
            "RELATIVE_BASE": now.replace(tzinfo=None),
            "PREFER_DATES_FROM": prefer,
            "RETURN_TIME_AS_PERIOD": True,
        }
        found = DateDataParser(settings=settings).get_date_data(words)
    if found.date_obj is None or found.period is None:
        return None
    at = found.date_obj.replace(tzinfo=now.tzinfo)
    return _span(words, periods.instant(at) if found.period == "time" else periods.UNITS[found.period](at, 0), now)


def _span(words: str, of: Period, now: datetime) -> DateSpan:
    relation = Relation.FUTURE if of.start > now else Relation.PAST if of.end <= now else Relation.PRESENT
    return DateSpan(words, 0, len(words), of.start, of.end, of.precision, relation)
