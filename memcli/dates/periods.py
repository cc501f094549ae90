"""Calendar arithmetic on half-open periods; knows no language and no text.

Weeks begin on Monday. Seasons are the meteorological ones of the northern hemisphere. All functions keep the
offset of the datetime they are given.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from memcli.records import Precision

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
SEASON_MONTHS: Final = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
PART_HOURS: Final = {
    "morning": (6, 12),
    "afternoon": (12, 18),
    "evening": (18, 24),
    "night": (18, 24),
}
CLOCK_UNITS: Final = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1)}


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open stretch of time and how exactly it was said."""

    start: datetime
    end: datetime
    precision: Precision


PeriodOfYear: TypeAlias = Callable[[int], Period]
"""A yearly thing (May, Easter, summer): its period in a given year."""


def midnight(at: datetime) -> datetime:
    """The start of the day."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def instant(at: datetime, width: timedelta = timedelta(minutes=1)) -> Period:
    """A clock time; ``width`` is how exactly it was told."""
    return Period(at, at + width, Precision.INSTANT)


def day(at: datetime, shift: int = 0) -> Period:
    """The day of ``at``, or ``shift`` days later."""
    start = midnight(at) + shift * DAY
    return Period(start, start + DAY, Precision.DAY)


def week(at: datetime, shift: int = 0) -> Period:
    """Monday to Sunday around ``at``, or ``shift`` weeks later."""
    start = midnight(at) - at.weekday() * DAY + shift * WEEK
    return Period(start, start + WEEK, Precision.RANGE)


def weekend(at: datetime, shift: int = 0) -> Period:
    """Saturday and Sunday of the week of ``at``, or ``shift`` weeks later."""
    start = week(at, shift).start + 5 * DAY
    return Period(start, start + 2 * DAY, Precision.RANGE)


def first_of_month(at: datetime, shift: int = 0) -> datetime:
    """The first midnight of the month of ``at``, or ``shift`` months later."""
    months = at.year * 12 + at.month - 1 + shift
    return midnight(at).replace(year=months // 12, month=months % 12 + 1, day=1)


def months(at: datetime, shift: int, length: int, precision: Precision = Precision.RANGE) -> Period:
    """``length`` whole months from ``shift`` months after the month of ``at``."""
    return Period(first_of_month(at, shift), first_of_month(at, shift + length), precision)


def month(at: datetime, shift: int = 0) -> Period:
    """The month of ``at``, or ``shift`` months later."""
    return months(at, shift, 1, Precision.MONTH)


def quarter(at: datetime, shift: int = 0) -> Period:
    """The quarter of ``at``, or ``shift`` quarters later."""
    return months(at, 3 * shift - (at.month - 1) % 3, 3)


def year(at: datetime, shift: int = 0) -> Period:
    """The year of ``at``, or ``shift`` years later."""
    return months(at, 12 * shift - at.month + 1, 12, Precision.YEAR)


def decade(at: datetime, shift: int = 0) -> Period:
    """The ten years from a year that ends in 0."""
    start = year(at).start
    return months(start, -12 * (at.year % 10) + 120 * shift, 120)


def fortnight(at: datetime, shift: int = 0) -> Period:
    """The week of ``at``, or ``shift`` fortnights later."""
    return week(at, 2 * shift)


UNITS: Final[dict[str, Callable[[datetime, int], Period]]] = {
    "day": day,
    "week": week,
    "weekend": weekend,
    "fortnight": fortnight,
    "month": month,
    "quarter": quarter,
    "year": year,
    "decade": decade,
}


def calendar_day(at: datetime, y: int, m: int, d: int) -> Period:
    """A day of the calendar in the offset of ``at``; ValueError if there is none such."""
    return day(midnight(at).replace(year=y, month=m, day=d))


def season(at: datetime, name: str, y: int) -> Period:
    """A season that begins in year ``y`` (winter runs into the next year)."""
    return months(midnight(at).replace(year=y, month=SEASON_MONTHS[name], day=1), 0, 3)


def shifted(at: datetime, unit: str, count: int) -> datetime:
    """``at`` moved by whole units; a day that the month lacks becomes its last."""
    if unit in CLOCK_UNITS:
        return at + count * CLOCK_UNITS[unit]
    if unit in {"week", "weekend", "fortnight"}:
        return at + (2 * count if unit == "fortnight" else count) * WEEK
    if unit == "day":
        return at + count * DAY
    start = first_of_month(at, count * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit])
    last = monthrange(start.year, start.month)[1]
    return at.replace(year=start.year, month=start.month, day=min(at.day, last))


def part_of_day(of: Period, part: str) -> Period:
    """The morning, afternoon, evening or night of the first day of a period."""
    first, last = PART_HOURS[part]
    return Period(of.start + timedelta(hours=first), of.start + timedelta(hours=last), Precision.DAY)


def third(of: Period, which: int) -> Period:
    """Early (0), mid (1) or late (2): ten days of a month, else equal thirds, in whole months where they fit."""
    count = 12 * (of.end.year - of.start.year) + of.end.month - of.start.month
    if of.precision is Precision.MONTH:
        cuts = [of.start, of.start + 10 * DAY, of.start + 20 * DAY, of.end]
    elif of.start.day == of.end.day == 1 and count % 3 == 0:
        cuts = [first_of_month(of.start, count // 3 * i) for i in range(4)]
    else:
        length = (of.end - of.start) // DAY
        cuts = [of.start + (length * i // 3) * DAY for i in range(3)] + [of.end]
    return Period(cuts[which], cuts[which + 1], Precision.RANGE)


def nth(of: Period, weekday: int, position: int, length: int = 1) -> Period | None:
    """The nth weekday of a period (-1 the last); ``length`` 2 from Saturday is a weekend."""
    if position > 0:
        start = of.start + ((weekday - of.start.weekday()) % 7) * DAY + (position - 1) * WEEK
    else:
        last = of.end - DAY
        start = last - ((last.weekday() - weekday) % 7) * DAY
    if not of.start <= start < of.end:
        return None
    return Period(start, start + length * DAY, Precision.DAY if length == 1 else Precision.RANGE)


def weekday_from(at: datetime, weekday: int, direction: int) -> Period:
    """The nearest such weekday strictly before (-1) or after (+1) the day of ``at``; 0: in its week."""
    if direction == 0:
        return day(week(at).start, weekday)
    distance = ((weekday - at.weekday()) * direction - 1) % 7 + 1
    return day(at, direction * distance)


def yearly(of: PeriodOfYear, anchor: datetime, direction: int) -> Period:
    """The occurrence that a tense points to: latest begun (-1), first not over (+1), nearest (0)."""
    found = _occurrences(of, anchor)
    if direction < 0:
        return [p for p in found if p.start <= anchor][-1]
    if direction > 0:
        return next(p for p in found if p.end > anchor)
    return min(found, key=lambda p: max(p.start - anchor, anchor - p.end, timedelta(0)))


def yearly_relative(of: PeriodOfYear, anchor: datetime, rel: int) -> Period:
    """Last (-1: the latest that is over), next (+1: the first to begin), this (0: the present, or this year's)."""
    found = _occurrences(of, anchor)
    if rel < 0:
        return [p for p in found if p.end <= anchor][-1]
    if rel > 0:
        return next(p for p in found if p.start > anchor)
    return next((p for p in found if p.start <= anchor < p.end), None) or of(anchor.year)


def _occurrences(of: PeriodOfYear, anchor: datetime) -> list[Period]:
    """The occurrences around the anchor, in order; 29 February is not in every year, hence the reach."""
    found: list[Period] = []
    for y in range(anchor.year - 8, anchor.year + 9):
        with suppress(ValueError):
            found.append(of(y))
    if not found:
        raise ValueError("no such day in any year")
    return found


def easter(y: int) -> tuple[int, int]:
    """Month and day of Easter Sunday (Gregorian; Meeus, Astronomical Algorithms, chapter 8)."""
    a, (b, c) = y % 19, divmod(y, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * el) // 433
    number = (h + el - 7 * m + 90) // 25
    return number, (h + el - 7 * m + 33 * number + 19) % 32
