"""What words before a date make of it ("the week before …", "early …"); knows calendars, not words."""

from __future__ import annotations

from datetime import datetime

from memcli.dates import periods
from memcli.dates.grammar import Operator, Sight
from memcli.dates.periods import DAY, UNITS, WEEK, Period
from memcli.records import Precision


def week_of(sight: Sight, of: Period) -> Period:
    """The week (weekend, month) of a date."""
    return UNITS[sight.name("unit")](of.start, 0)


def unit_beside(sign: int) -> Operator:
    """The week before (-1) or after (+1) a date: seven days; a weekend, month or year of the calendar."""

    def build(sight: Sight, of: Period) -> Period:
        unit = sight.name("unit")
        if unit in {"week", "day"}:
            length = WEEK if unit == "week" else DAY
            start = of.start - length if sign < 0 else of.end
            precision = Precision.RANGE if unit == "week" else Precision.DAY
            return Period(start, start + length, precision)
        if unit == "weekend":
            return _weekend_beside(of.start, sign)
        return UNITS[unit](of.start, sign)

    return build


def weekday_beside(sign: int) -> Operator:
    """The Sunday before (-1) or after (+1) a date; of (0) a week."""
    return lambda sight, of: periods.weekday_from(of.start, sight.value("weekday"), sign)


def lasting(sight: Sight, of: Period) -> Period | None:
    """For two weeks from a date: so many days, weeks, months from its first day on."""
    unit, count = sight.name("unit"), sight.value("num")
    if unit in periods.CLOCK_UNITS or unit == "weekend":
        return None
    return Period(of.start, periods.shifted(of.start, unit, count), Precision.RANGE)


def counted_beside(sign: int) -> Operator:
    """Two weeks before, or a week from, a date."""

    def build(sight: Sight, of: Period) -> Period:
        unit, count = sight.name("unit"), sight.value("num")
        if unit == "weekend":
            return _weekend_beside(of.start + sign * (count - 1) * WEEK, sign)
        if unit in periods.CLOCK_UNITS:
            return periods.instant(periods.shifted(of.start, unit, sign * count))
        if of.precision is Precision.DAY and unit in {"day", "week"}:
            return periods.day(periods.shifted(of.start, unit, sign * count))
        return UNITS[unit](periods.shifted(of.start, unit, sign * count), 0)

    return build


def third_of(sight: Sight, of: Period) -> Period | None:
    """Early, mid, late, the end of: a third of anything longer than a day."""
    return None if of.end - of.start <= DAY else periods.third(of, sight.value("third"))


def part_of(sight: Sight, of: Period) -> Period | None:
    """The morning of a day."""
    return periods.part_of_day(of, sight.name("part")) if of.precision is Precision.DAY else None


def _weekend_beside(at: datetime, sign: int) -> Period:
    found = periods.weekend(at, -1 if sign < 0 else 0)
    return periods.weekend(at, 1) if sign > 0 and found.start <= at else found
