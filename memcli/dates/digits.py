"""What dates and times in digits mean: from a match to a period; knows calendars, not words."""

from __future__ import annotations

from memcli.dates import periods
from memcli.dates.build import in_year
from memcli.dates.grammar import Sight
from memcli.dates.periods import Period


def numeric(sight: Sight) -> Period | None:
    """2023-05-08, 8/5/2023: the order of a doubtful pair is the caller's (default: the language's custom)."""
    y, a, b = sight.value("year"), sight.value("a"), sight.value("b")
    y += 0 if y > 99 else 2000 if y < 70 else 1900
    if sight.has("iso") or _month_first(sight, a, b):
        return periods.calendar_day(sight.anchor, y, a, b)
    return periods.calendar_day(sight.anchor, y, b, a)


def numeric_day_first(sight: Sight) -> Period:
    """8.5.2023: with points the day is first."""
    y = sight.value("year")
    y += 0 if y > 99 else 2000 if y < 70 else 1900
    return periods.calendar_day(sight.anchor, y, sight.value("b"), sight.value("a"))


def numeric_short(sight: Sight) -> Period:
    """On 8/5, with no year."""
    a, b = sight.value("a"), sight.value("b")
    number, d = (a, b) if _month_first(sight, a, b) else (b, a)
    return in_year(sight, lambda y: periods.calendar_day(sight.anchor, y, number, d))


def iso_month(sight: Sight) -> Period:
    """2023-05."""
    return periods.month(periods.calendar_day(sight.anchor, sight.value("year"), sight.value("a"), 1).start)


def iso_instant(sight: Sight) -> Period:
    """2023-05-08T14:00."""
    at = periods.calendar_day(sight.anchor, sight.value("year"), sight.value("a"), sight.value("b")).start
    return periods.instant(at.replace(hour=sight.value("hour"), minute=sight.value("minute")))


def clock(sight: Sight) -> Period | None:
    """5pm, 14:30, noon: on the anchor's day unless a day stands beside it."""
    if sight.has("noon"):
        hour, minute = sight.value("noon"), 0
    else:
        hour, minute = sight.value("hour"), sight.value("minute") if sight.has("minute") else 0
    if sight.has("half"):
        half = sight.value("half")
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * half
    at = periods.midnight(sight.anchor).replace(hour=hour, minute=minute)
    return periods.instant(at)


def spoken_clock(sight: Sight) -> Period | None:
    """At 3, at 5 o'clock: who leaves out which half of the day means the afternoon from one to six."""
    period = clock(sight)
    if period is None or sight.has("early") or not 1 <= period.start.hour <= 6:
        return period
    return periods.instant(period.start.replace(hour=period.start.hour + 12))


def _month_first(sight: Sight, a: int, b: int) -> bool:
    return a <= 12 and (b > 12 or not sight.day_first)
