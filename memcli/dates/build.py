"""What each kind of rule means: from a match to a period; knows calendars, not words.

Conventions. Weeks run from Monday. "Last Friday" is the nearest Friday strictly before the anchor's day. "Next
Friday" is, in English, the Friday of next week; in the Romance languages and German the nearest one strictly after
the anchor's day; Chinese counts in calendar weeks both ways. A bare "Friday" follows its clause, and
points ahead if there is none; so does "in May" without a year, which without any cue is the nearest (which way a
clause points: `memcli.dates.leaning`). "Two weeks ago" is the calendar week that holds the day two weeks ago,
months and years likewise.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from memcli.dates import periods
from memcli.dates.grammar import Builder, Sight
from memcli.dates.holidays import holiday as holiday_of
from memcli.dates.periods import DAY, UNITS, WEEK, Period, PeriodOfYear
from memcli.records import Precision

_VAGUE: Final = {"few": (2, 5), "several": (3, 7)}
_MIDWEEK: Final = 3


# -- days


def day_word(sight: Sight) -> Period:
    """Yesterday, today, tomorrow, with or without a part of the day."""
    found = periods.day(sight.anchor, sight.value("dayword"))
    return _with_part(sight, found)


def day_part(shift: int) -> Builder:
    """This morning, tonight (0), last night (-1)."""

    def build(sight: Sight) -> Period:
        part = sight.name("part") if sight.has("part") else "night"
        return periods.part_of_day(periods.day(sight.anchor, shift), part)

    return build


def this_morning(sight: Sight) -> Period:
    """This morning, in one word."""
    return periods.part_of_day(periods.day(sight.anchor), "morning")


def today(sight: Sight) -> Period:
    """Earlier today, later today."""
    return periods.day(sight.anchor)


def weak_part(sight: Sight) -> Period:
    """In the morning: of a day told beside it."""
    return periods.part_of_day(periods.day(sight.anchor), sight.name("part"))


def weekday_strict(sight: Sight) -> Period:
    """Last or next Friday: the nearest strictly before or after; this Friday: in this week."""
    rel = sight.value("rel")
    found = periods.weekday_from(sight.anchor, _weekday(sight), rel)
    return _with_part(sight, _toward_tense(sight, found, WEEK) if rel == 0 else found)


def weekday_english(sight: Sight) -> Period:
    """As `weekday_strict`, but next Friday is the Friday of next week."""
    if sight.value("rel") > 0:
        return _with_part(sight, periods.day(periods.week(sight.anchor, 1).start, _weekday(sight)))
    return weekday_strict(sight)


def weekday_calendar(sight: Sight) -> Period:
    """The weekday of the last, this or the next calendar week."""
    shift = sight.value("rel")
    return _with_part(sight, periods.day(periods.week(sight.anchor, shift).start, _weekday(sight)))


def weekday_coming(sign: int) -> Builder:
    """This coming (+1) or this past (-1) Friday."""
    return lambda sight: _with_part(sight, periods.weekday_from(sight.anchor, _weekday(sight), sign))


def weekday_week(sight: Sight) -> Period:
    """A week on Friday, Friday week: a week after the coming one."""
    return periods.day(periods.weekday_from(sight.anchor, _weekday(sight), 1).start + WEEK)


def weekday_bare(sight: Sight) -> Period:
    """On Friday: the nearest where the tense points."""
    direction = sight.direction() or 1
    return _with_part(sight, periods.weekday_from(sight.anchor, _weekday(sight), direction))


def weekdays_ago(sight: Sight) -> Period:
    """Two Fridays ago; the Friday before last is the same."""
    count = sight.value("num") if sight.has("num") else 2
    return periods.day(periods.weekday_from(sight.anchor, sight.value("weekday"), -1).start - (count - 1) * WEEK)


def day_weeks_ago(sight: Sight) -> Period:
    """A week ago today."""
    return periods.day(sight.anchor, sight.value("dayword") - 7 * sight.value("num"))


def weekday_weeks_ago(sight: Sight) -> Period:
    """A week ago Friday: that many weeks before last Friday."""
    found = periods.weekday_from(sight.anchor, sight.value("weekday"), -1)
    return periods.day(found.start - sight.value("num") * WEEK)


def day_of_month(sight: Sight) -> Period | None:
    """On the 15th: of the month that makes it nearest where the tense points."""
    number, direction = sight.value("day"), sight.direction()
    for shift in [0, -1, -2] if direction < 0 else [0, 1, 2]:
        month = periods.month(sight.anchor, shift)
        found = periods.day(month.start, number - 1)
        fits = found.start <= sight.anchor if direction < 0 else found.end > sight.anchor
        if found.start < month.end and (fits or direction == 0):
            return found
    return None


def days_of_month(sight: Sight) -> Period | None:
    """From the 15th to the 22nd, of the month of the first; none if the one was put for the other."""
    if sight.language.bounds["moved"].search(sight.match.string, 0, sight.match.start("day")):
        return None
    first, count = day_of_month(sight), sight.value("day2") - sight.value("day")
    return Period(first.start, first.end + count * DAY, Precision.RANGE) if first and count > 0 else None


# -- units


def unit_relative(sight: Sight) -> Period:
    """Last, this, next week, weekend, month, quarter, year."""
    unit, rel = sight.name("unit"), sight.value("rel")
    found = _unit(sight.anchor, unit, rel)
    if rel == 0 and unit == "weekend":
        return _toward_tense(sight, found, WEEK)
    return found


def unit_by_tense(sight: Sight) -> Period:
    """At the weekend; with no tense the last one until Wednesday, then the coming one."""
    found = periods.weekend(sight.anchor)
    if sight.direction() == 0 and sight.anchor.weekday() < _MIDWEEK:
        return periods.weekend(sight.anchor, -1)
    return _toward_tense(sight, found, WEEK)


def unit_shifted(shift: int) -> Builder:
    """The weekend after next (2), the week before last (-2)."""
    return lambda sight: UNITS[sight.name("unit")](sight.anchor, shift)


def counted(sign: int) -> Builder:
    """Two weeks ago (-1), in two weeks (+1)."""

    def build(sight: Sight) -> Period | None:
        if sign > 0 and sight.direction() < 0:
            return None  # "I learned it in two weeks" tells how long, not when
        return _counted(sight.anchor, sight.name("unit"), sign * sight.value("num"))

    return build


def fixed(unit: str, count: int) -> Builder:
    """Half a year ago: so many units, whatever the words."""
    return lambda sight: _counted(sight.anchor, unit, count)


def vague(sign: int) -> Builder:
    """A few days ago: two to five of them."""

    def build(sight: Sight) -> Period | None:
        if sign > 0 and sight.direction() < 0:
            return None
        unit = sight.name("unit")
        ends = [_counted(sight.anchor, unit, sign * n) for n in _VAGUE[sight.name("vague")]]
        return Period(min(p.start for p in ends), max(p.end for p in ends), Precision.RANGE)

    return build


def stretch(sign: int) -> Builder:
    """The past two weeks (-1), the next two weeks (+1): up to, or from, the anchor."""

    def build(sight: Sight) -> Period:
        count = sight.value("num") if sight.has("num") else 1
        if sight.has("vague"):
            count = _VAGUE[sight.name("vague")][1]
        other = periods.shifted(sight.anchor, sight.name("unit"), sign * count)
        if sight.name("unit") not in periods.CLOCK_UNITS:
            other = periods.midnight(other)
        return Period(min(other, sight.anchor), max(other, sight.anchor), Precision.RANGE)

    return build


def week_so_far(sign: int) -> Builder:
    """Earlier this week (-1): up to today; later this week (+1): from today on."""

    def build(sight: Sight) -> Period:
        whole, present = UNITS[sight.name("unit")](sight.anchor, 0), periods.day(sight.anchor)
        if whole.end - whole.start <= DAY:
            return whole
        if sign < 0 and present.start <= whole.start + DAY:
            return periods.day(whole.start)
        if sign < 0:
            return Period(whole.start, present.start, Precision.RANGE)
        return Period(present.start, whole.end, Precision.RANGE)

    return build


def other_day(sight: Sight) -> Period:
    """The other day: in the last week."""
    end = periods.midnight(sight.anchor)
    return Period(end - WEEK, end, Precision.RANGE)


def third_of_unit(sight: Sight) -> Period:
    """At the end of the month."""
    return periods.third(UNITS[sight.name("unit")](sight.anchor, 0), sight.value("third"))


# -- months, years, and what comes once a year


def date(sight: Sight) -> Period | None:
    """3 May, with or without a year."""
    month, number = sight.value("month"), sight.value("day")
    part = sight.name("part") if sight.has("part") else None
    found = in_year(sight, lambda y: periods.calendar_day(sight.anchor, y, month, number))
    return periods.part_of_day(found, part) if part else found


def date_range(sight: Sight) -> Period | None:
    """3 to 5 May."""
    month, first, last = sight.value("month"), sight.value("day"), sight.value("day2")
    if first >= last:
        return None

    def of(y: int) -> Period:
        start = periods.calendar_day(sight.anchor, y, month, first).start
        return Period(start, periods.calendar_day(sight.anchor, y, month, last).end, Precision.RANGE)

    return in_year(sight, of)


def month(sight: Sight) -> Period | None:
    """May, last May, May 2021."""
    number = sight.value("month")
    return in_year(sight, lambda y: periods.month(periods.calendar_day(sight.anchor, y, number, 1).start))


def season(sight: Sight) -> Period:
    """Summer, last summer, the summer of 2022."""
    return in_year(sight, lambda y: periods.season(sight.anchor, sight.name("season"), y))


def by_then(build: Builder) -> Builder:
    """By June, if something will be done by then; what was written by June, a person wrote."""
    return lambda sight: build(sight) if sight.direction() > 0 else None


def year_range(sight: Sight) -> Period:
    """2015-2019."""
    end = periods.calendar_day(sight.anchor, sight.value("year2"), 1, 1).start
    return Period(year(sight).start, periods.year(end).end, Precision.RANGE)


def seasons_ago(sight: Sight) -> Period:
    """Two summers ago: the one before last summer."""
    last = periods.yearly_relative(
        lambda y: periods.season(sight.anchor, sight.name("season"), y), sight.anchor, -1
    )
    return periods.season(sight.anchor, sight.name("season"), last.start.year - sight.value("num") + 1)


def holiday(sight: Sight) -> Period:
    """Christmas, last Easter, Halloween 2022."""
    return in_year(sight, lambda y: holiday_of(sight.anchor, sight.name("holiday"), y))


def year(sight: Sight) -> Period:
    """2019, or '19: two digits are of the latest century that makes them no future."""
    number = sight.value("year")
    if number < 100:
        number += 2000 if number + 2000 <= sight.anchor.year else 1900
    return periods.year(periods.calendar_day(sight.anchor, number, 1, 1).start)


def year_word(sight: Sight) -> Period:
    """Last year, this year, in one word."""
    return periods.year(sight.anchor, sight.value("yearword"))


def quarter(sight: Sight) -> Period:
    """Q2 2023."""

    def of(y: int) -> Period:
        return periods.quarter(periods.calendar_day(sight.anchor, y, 3 * sight.value("quarter") - 2, 1).start)

    return in_year(sight, of)


def decade(sight: Sight) -> Period:
    """The 90s, the 1990s: two digits are of the century that makes them nearest the past."""
    number = sight.value("decade")
    if number < 100:
        number += 1900 if number + 2000 > sight.anchor.year else 2000
    return periods.decade(periods.calendar_day(sight.anchor, number - number % 10, 1, 1).start)


def nth_weekday(sight: Sight) -> Period | None:
    """The first weekend of August 2023, the last Friday of May."""
    weekday, length = (sight.value("weekday"), 1) if sight.has("weekday") else (5, 2)
    whole = month(sight)
    return periods.nth(whole, weekday, sight.value("nth"), length) if whole else None


def nth_week(sight: Sight) -> Period | None:
    """The first week of May: its first seven days; the last: its last."""
    whole, position = month(sight), sight.value("nth")
    if whole is None:
        return None
    start = whole.start + (position - 1) * WEEK if position > 0 else whole.end - WEEK
    return Period(start, min(start + WEEK, whole.end), Precision.RANGE)


# -- shared


def recurring(sight: Sight) -> Period:
    """Every Friday: no one date, so the anchor's day stands in."""
    return periods.day(sight.anchor)


def _weekday(sight: Sight) -> int:
    return sight.value("weekday" if sight.has("weekday") else "abbr")


def _with_part(sight: Sight, of: Period) -> Period:
    return periods.part_of_day(of, sight.name("part")) if sight.has("part") else of


def _toward_tense(sight: Sight, found: Period, step: timedelta) -> Period:
    """This Friday, told in the past tense before it came, was the last; and so with the future."""
    direction = sight.direction()
    if direction < 0 and found.start > sight.anchor:
        return Period(found.start - step, found.end - step, found.precision)
    if direction > 0 and found.end <= sight.anchor:
        return Period(found.start + step, found.end + step, found.precision)
    return found


def _unit(anchor: datetime, unit: str, rel: int) -> Period:
    return UNITS[unit](anchor, rel)


def _counted(anchor: datetime, unit: str, count: int) -> Period:
    if unit in periods.CLOCK_UNITS:
        return periods.instant(periods.shifted(anchor, unit, count))
    return UNITS[unit](anchor, count)


def in_year(sight: Sight, of: PeriodOfYear) -> Period:
    """A yearly thing in the year that the words name, else in the one that the tense points to."""
    if sight.has("year"):
        y = sight.value("year")
        return of(y if y > 99 else y + 2000)
    if sight.has("yearrel"):
        return of(sight.anchor.year + sight.value("yearrel"))
    if sight.has("rel"):
        return periods.yearly_relative(of, sight.anchor, sight.value("rel"))
    return periods.yearly(of, sight.anchor, sight.direction())
