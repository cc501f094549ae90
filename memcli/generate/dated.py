"""Says relative dates in full inside a note, so that the model copies a date and never computes one; pure.

"I met her yesterday", said on 8 May 2023, becomes "I met her yesterday (7 May 2023)".
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from memcli.dates import DateSpan, Relation, find_dates, format_span
from memcli.records import Precision

_WEEKDAY: Final = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_AGO: Final = re.compile(r"(?P<span>.+?) ago", re.IGNORECASE)
_AHEAD: Final = re.compile(r"in (?P<span>.+)", re.IGNORECASE)
_UNIT: Final = re.compile(r"(?P<side>last|next) (?P<span>week|weekend)", re.IGNORECASE)


def with_dates(text: str, at: datetime) -> str:
    """The text with the date of each relative expression in brackets after it.

    Args:
        text: what was said.
        at: when it was said, aware.
    """
    parts: list[str] = []
    end = 0
    for span in find_dates(text, at):
        if _needs_a_date(span):
            parts += [text[end : span.last], f" ({date_of(span, at)})"]
            end = span.last
    return "".join([*parts, text[end:]])


def date_of(span: DateSpan, at: datetime) -> str:
    """The date a span names, as exact as its words: a vague one stays vague and is told by the day it was said."""
    if span.precision is Precision.RANGE and (vague := _vague(span.text)):
        how_long, side = vague
        return f"{how_long} {side} {at:%-d %B %Y}"
    named = format_span(span)
    if span.precision is Precision.DAY and _WEEKDAY.search(span.text):
        return f"{span.start:%A}, {named}"
    return named


def _needs_a_date(span: DateSpan) -> bool:
    return not (span.absolute or span.recurring or span.relation is Relation.PRESENT)


def _vague(words: str) -> tuple[str, str] | None:
    """A stretch and the side it lies on: ("the week", "before") of "last week"."""
    if match := _UNIT.fullmatch(words):
        return f"the {match['span'].lower()}", "before" if match["side"].lower() == "last" else "after"
    if match := _AGO.fullmatch(words):
        return match["span"].lower(), "before"
    if match := _AHEAD.fullmatch(words):
        return match["span"].lower(), "after"
    return None
