"""What a date expression means: a half-open stretch of time with the words that said it; knows no language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from memcli.records import Precision

Preference: TypeAlias = Literal["past", "future"]
"""Which way a date that names no year or week is read when the sentence's tense does not say."""


class Relation(StrEnum):
    """Where a span lies as seen from the anchor."""

    PAST = "past"
    PRESENT = "present"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class DateSpan:
    """One date expression of a text, resolved.

    ``text == source[first:last]``. ``start``..``end`` is half-open, aware, in the anchor's offset.
    ``absolute`` says that the words name the date by themselves, whenever they are read. A ``recurring``
    expression ("every Friday") names no one date: its span is the anchor's day, only to have one. A span with
    ``open_end`` ("since 2019") ends at the anchor, or far in the future where it begins after the anchor; one
    with ``open_start`` ("until June") begins at the anchor, or in 1900 where it ends before the anchor.
    """

    text: str
    first: int
    last: int
    start: datetime
    end: datetime
    precision: Precision
    relation: Relation
    absolute: bool = False
    recurring: bool = False
    open_start: bool = False
    open_end: bool = False

    @property
    def future(self) -> bool:
        """Does it begin after the anchor?"""
        return self.relation is Relation.FUTURE
