"""The same words on other days: leap years, ends of months and years, offsets, nights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from memcli.dates import Relation, find_dates

CASES = [
    # leap years and month ends
    ("2024-03-01T09:00+00:00", "yesterday", "2024-02-29"),
    ("2023-03-01T09:00+00:00", "yesterday", "2023-02-28"),
    ("2024-02-28T09:00+00:00", "tomorrow", "2024-02-29"),
    ("2024-02-29T09:00+00:00", "a year ago", "2023"),
    ("2024-02-29T09:00+00:00", "in the last 12 months", "2023-02-28..now"),
    ("2023-03-31T09:00+00:00", "last month", "2023-02"),
    ("2023-03-31T09:00+00:00", "a month ago", "2023-02"),
    ("2024-01-31T09:00+00:00", "next month", "2024-02"),
    ("2023-05-31T09:00+00:00", "in the past month", "2023-04-30..now"),
    ("2023-05-08T09:00+00:00", "on 29 February I was born", "2020-02-29"),
    ("2023-05-08T09:00+00:00", "late February 2024", "2024-02-21..2024-02-29"),
    ("2023-03-05T09:00+00:00", "I moved on the 31st.", "2023-01-31"),
    # year boundaries
    ("2023-01-01T09:00+00:00", "yesterday", "2022-12-31"),
    ("2023-01-01T09:00+00:00", "last week", "2022-12-19..2022-12-25"),
    ("2023-01-02T09:00+00:00", "last week", "2022-12-26..2023-01-01"),
    ("2023-01-02T09:00+00:00", "last month", "2022-12"),
    ("2023-12-31T09:00+00:00", "next week", "2024-01-01..2024-01-07"),
    ("2023-12-31T09:00+00:00", "tomorrow", "2024-01-01"),
    ("2023-01-15T09:00+00:00", "last Christmas", "2022-12-25"),
    ("2023-01-15T09:00+00:00", "last quarter", "2022-10-01..2022-12-31"),
    ("2023-01-15T09:00+00:00", "this winter", "2022-12-01..2023-02-28"),
    ("2023-01-15T09:00+00:00", "last winter", "2021-12-01..2022-02-28"),
    ("2023-01-15T09:00+00:00", "in December we moved", "2022-12"),
    ("2023-12-15T09:00+00:00", "in January we will move", "2024-01"),
    ("2023-12-26T09:00+00:00", "last summer", "2023-06-01..2023-08-31"),
    ("2023-05-26T09:00+00:00", "last summer", "2022-06-01..2022-08-31"),
    ("2023-07-26T09:00+00:00", "last summer", "2022-06-01..2022-08-31"),
    ("2023-12-26T09:00+00:00", "from Thursday to Tuesday we will be away", "2023-12-28..2024-01-02"),
    # every day of the week
    ("2023-05-12T09:00+00:00", "last Friday", "2023-05-05"),
    ("2023-05-13T09:00+00:00", "last Friday", "2023-05-12"),
    ("2023-05-14T09:00+00:00", "last Friday", "2023-05-12"),
    ("2023-05-12T09:00+00:00", "next Friday", "2023-05-19"),
    ("2023-05-13T09:00+00:00", "next Friday", "2023-05-19"),
    ("2023-05-14T09:00+00:00", "next Monday", "2023-05-15"),
    ("2023-05-13T09:00+00:00", "last weekend", "2023-05-06..2023-05-07"),
    ("2023-05-14T09:00+00:00", "last weekend", "2023-05-06..2023-05-07"),
    ("2023-05-15T09:00+00:00", "last weekend", "2023-05-13..2023-05-14"),
    ("2023-05-11T09:00+00:00", "anything fun over the weekend?", "2023-05-13..2023-05-14"),
    ("2023-05-14T09:00+00:00", "this weekend", "2023-05-13..2023-05-14"),
    ("2023-05-14T09:00+00:00", "next weekend", "2023-05-20..2023-05-21"),
    ("2023-05-13T09:00+00:00", "this Thursday I will rest", "2023-05-18"),
    ("2023-05-09T09:00+00:00", "this Thursday I rested", "2023-05-04"),
    ("2023-05-14T09:00+00:00", "el próximo viernes", "2023-05-19"),
    ("2023-05-14T09:00+00:00", "下周五", "2023-05-19"),
    ("2023-05-14T09:00+00:00", "上周五", "2023-05-05"),
    # near midnight, in the speaker's own offset
    ("2023-05-08T23:30-08:00", "yesterday", "2023-05-07"),
    ("2023-05-08T23:30-08:00", "tomorrow", "2023-05-09"),
    ("2023-05-08T23:30-08:00", "an hour ago", "2023-05-08T22:30"),
    ("2023-05-08T23:30-08:00", "in two hours", "2023-05-09T01:30"),
    ("2023-05-08T00:10+13:00", "yesterday", "2023-05-07"),
    ("2023-05-08T00:10+13:00", "last night", "2023-05-07T18/24"),
    ("2023-05-08T00:10+13:00", "ten minutes ago", "2023-05-08T00:00"),
    ("2023-05-08T00:10+13:00", "20 minutes ago", "2023-05-07T23:50"),
    ("2023-12-31T23:59+05:30", "this year", "2023"),
    ("2024-01-01T00:00-11:00", "last year", "2023"),
]


@pytest.mark.parametrize(("anchor", "text", "expected"), CASES)
def test_the_anchor_decides(anchor: str, text: str, expected: str, dates: Callable[..., str]) -> None:
    """One expression, one anchor."""
    assert dates(text, datetime.fromisoformat(anchor)) == expected


def test_spans_keep_the_offset_of_the_anchor() -> None:
    """Yesterday is a day of the speaker's clock, not of Greenwich's."""
    span = find_dates("yesterday", datetime.fromisoformat("2023-05-08T23:30-08:00"))[0]
    assert span.start.utcoffset() == timedelta(hours=-8)
    assert span.start.isoformat() == "2023-05-07T00:00:00-08:00"


def test_an_anchor_without_an_offset_is_refused(monday: datetime) -> None:
    """A naive time has no instant."""
    with pytest.raises(ValueError, match="offset"):
        find_dates("yesterday", monday.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("yesterday", Relation.PAST),
        ("last week", Relation.PAST),
        ("since 2019", Relation.PAST),
        ("today", Relation.PRESENT),
        ("this month", Relation.PRESENT),
        ("tomorrow", Relation.FUTURE),
        ("next year", Relation.FUTURE),
        ("in ten minutes", Relation.FUTURE),
    ],
)
def test_a_span_knows_where_it_lies(text: str, relation: Relation, monday: datetime) -> None:
    """Past, present or future of the anchor."""
    assert find_dates(text, monday)[0].relation is relation


def test_only_dates_that_need_no_anchor_are_absolute(monday: datetime) -> None:
    """A year makes a date absolute; a day of the week does not."""
    found = find_dates("on 3 May 2021, in 2019, in the 90s; on Friday, in May or last year", monday)
    assert [span.absolute for span in found] == [True, True, True, False, False, False]


def test_preference_decides_where_tense_does_not(monday: datetime) -> None:
    """A bare weekday or month follows ``prefer``."""
    assert find_dates("Friday", monday, prefer="past")[0].start.day == 5
    assert find_dates("Friday", monday, prefer="future")[0].start.day == 12
    assert find_dates("in March", monday, prefer="future")[0].start.year == 2024


def test_the_order_of_day_and_month_can_be_told(monday: datetime) -> None:
    """Month first in English unless the caller says otherwise; never against the calendar."""
    assert find_dates("8/5/2023", monday)[0].start.month == 8
    assert find_dates("8/5/2023", monday, day_first=True)[0].start.month == 5
    assert find_dates("25/5/2023", monday, day_first=False)[0].start.month == 5
    assert find_dates("el 8/5/2023 fui a la playa", monday)[0].start.month == 5


def test_offsets_point_at_the_words(monday: datetime) -> None:
    """``text`` is the slice of the source, whatever its letters."""
    source = "Ünïcode İstanbul: mañana no, but yesterday yes"
    span = find_dates(source, monday)[-1]
    assert span.text == source[span.first : span.last] == "yesterday"
