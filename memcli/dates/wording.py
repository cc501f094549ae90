"""Periods back to English words: the inverse of the rules, so that every result can be read again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from memcli.dates import periods
from memcli.dates.periods import DAY
from memcli.dates.span import DateSpan
from memcli.records import Precision

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_THIRDS: Final = ("early", "mid", "late")
_PARTS: Final = {hours: part for part, hours in reversed(periods.PART_HOURS.items())}


def format_span(span: DateSpan) -> str:
    """A span as people write it: "7 May 2023", "May 2023", "the week of 5 June 2023", "since 2019"."""
    if span.open_end:
        return f"since {_opening(span.start)}"
    if span.open_start:
        return f"until {_closing(span.end)}"
    return wording(span.start, span.end, span.precision)


def wording(start: datetime, end: datetime, precision: Precision) -> str:
    """The shortest English name of a half-open period."""
    if precision is Precision.INSTANT:
        return f"{day_name(start)}, {start:%H:%M}"
    if precision is Precision.DAY:
        return _day_or_part(start, end)
    if precision is Precision.MONTH:
        return f"{MONTHS[start.month - 1]} {start.year}"
    if precision is Precision.YEAR:
        return str(start.year)
    return _named_range(start, end) or _from_to(start, end)


def day_name(at: datetime) -> str:
    """A day as "7 May 2023"."""
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def _day_or_part(start: datetime, end: datetime) -> str:
    midnight = periods.midnight(start)
    hours = (start - midnight) // timedelta(hours=1), (end - midnight) // timedelta(hours=1)
    part = _PARTS.get((int(hours[0]), int(hours[1])))
    return f"the {part} of {day_name(start)}" if part else day_name(start)


def _named_range(start: datetime, end: datetime) -> str | None:
    """The name of a range that has one: a decade, season, quarter, third, week or weekend."""
    if (start, end) == _ends(periods.decade(start)):
        return f"the {start.year}s"
    for name, first in periods.SEASON_MONTHS.items():
        if first == start.month and (start, end) == _ends(periods.months(start, 0, 3)) and start.day == 1:
            return f"the {name} of {start.year}"
    if (start, end) == _ends(periods.quarter(start)):
        return f"Q{(start.month + 2) // 3} {start.year}"
    for whole in (periods.month(start), periods.year(start)):
        for which, word in enumerate(_THIRDS):
            if (start, end) == _ends(periods.third(whole, which)):
                return f"{word} {wording(whole.start, whole.end, whole.precision)}"
    if (start, end) == _ends(periods.week(start)):
        return f"the week of {day_name(start)}"
    if (start, end) == _ends(periods.weekend(start)):
        return f"the weekend of {day_name(start)}"
    return None


def _ends(of: periods.Period) -> tuple[datetime, datetime]:
    return of.start, of.end


def _from_to(start: datetime, end: datetime) -> str:
    """Any other range, by its first and last day (by clock times within a day)."""
    if end - start <= DAY and periods.midnight(start) != start:
        return f"{day_name(start)}, {start:%H:%M} to {end:%H:%M}"
    last = end - timedelta(microseconds=1)
    if start == periods.year(start).start and end == periods.year(last).end:
        return f"{start.year} to {last.year}"
    if start == periods.month(start).start and end == periods.month(last).end:
        opening = MONTHS[start.month - 1] if start.year == last.year else _opening(start)
        return f"{opening} to {MONTHS[last.month - 1]} {last.year}"
    if start.date() == last.date():
        return day_name(start)
    if (start.year, start.month) == (last.year, last.month):
        return f"{start.day} to {day_name(last)}"
    return f"{day_name(start)} to {day_name(last)}"


def _opening(start: datetime) -> str:
    """The start of an open span, as roughly as it may be told."""
    if start == periods.year(start).start:
        return str(start.year)
    if start == periods.month(start).start:
        return f"{MONTHS[start.month - 1]} {start.year}"
    return day_name(start) if start == periods.midnight(start) else f"{day_name(start)}, {start:%H:%M}"


def _closing(end: datetime) -> str:
    """The end of an open span: the last day, month or year that it holds."""
    last = end - timedelta(microseconds=1)
    if end == periods.year(last).end:
        return str(last.year)
    if end == periods.month(last).end:
        return f"{MONTHS[last.month - 1]} {last.year}"
    return day_name(last) if end == periods.midnight(end) else f"{day_name(end)}, {end:%H:%M}"
