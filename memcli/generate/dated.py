"""Says relative dates in full inside a note, so that the model copies a date and never computes one; pure.

"I met her yesterday", said on 8 May 2023, becomes "I met her yesterday (7 May 2023)".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from memcli.dates import DateSpan, Relation, find_dates, format_span
from memcli.records import Precision

_WEEKDAY: Final = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_AGO: Final = re.compile(r"(?P<span>.+?) ago", re.IGNORECASE)
_AHEAD: Final = re.compile(r"in (?P<span>.+)", re.IGNORECASE)
_TOLD: Final = re.compile(r" \((?P<date>[^()]*\b\d{4})\)")
_RELATIVE: Final = re.compile(
    r"(?:yesterday|today|tomorrow|tonight|(?:last|next|this) \w+|in \w+ \w+|in an? (?:\w+ )?\w+|\w+ \w+ ago|"
    r"an? \w+ ago|the day (?:before|after) \w+|on \w+day|(?:mon|tues|wednes|thurs|fri|satur|sun)day)",
    re.IGNORECASE,
)
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


def dated_as(answer: str, lines: Sequence[str]) -> str:
    """The answer with the dates that its notes give to words it copied: "in ten days (5 December 2026)"."""
    for line in lines:
        for told in _TOLD.finditer(line):
            words = line[: told.start()].split()
            spans = [" ".join(words[-length:]) for length in range(min(4, len(words)), 0, -1)]
            copied = next((span for span in spans if _copied(span, answer)), "")
            if copied and told["date"] not in answer:
                at = answer.lower().index(copied.lower()) + len(copied)
                answer = f"{answer[:at]} ({told['date']}){answer[at:]}"
    return answer


def _copied(span: str, answer: str) -> bool:
    """Are these words that mean nothing on another day, and in the answer?"""
    return bool(_RELATIVE.fullmatch(span)) and span.lower() in answer.lower()


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
