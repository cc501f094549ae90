"""What holds of any text and any anchor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.dates import find_dates, format_span, ground, resolve
from memcli.dates.find import LANGUAGES, language
from memcli.dates.periods import easter
from memcli.records import Precision

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
PIECES = [
    *(
        "yesterday",
        "last",
        "next",
        "this",
        "Friday",
        "week",
        "weekend",
        "May",
        "2023",
        "3",
        "two",
        "years",
        "ago",
        "in",
    ),
    *(
        "since",
        "until",
        "from",
        "to",
        "and",
        "the",
        "of",
        "before",
        "after",
        "at",
        "5pm",
        "14:30",
        "early",
        "Easter",
    ),
    *(
        "31",
        "February",
        "-",
        "/",
        ",",
        "ayer",
        "hace",
        "gestern",
        "vor",
        "il y a",
        "上周五",
        "三天前",
        "9999",
        "every",
    ),
]
anchors = st.builds(
    lambda at, hours: at.replace(tzinfo=timezone(timedelta(hours=hours))),
    st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001 - the offset comes with the strategy
    st.integers(-12, 14),
)


@given(st.text(), anchors)
def test_no_text_is_too_odd(text: str, anchor: datetime) -> None:
    """Arbitrary characters never raise."""
    find_dates(text, anchor)
    ground(text, anchor)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join), anchors)
def test_spans_are_ordered_and_hold_some_time(text: str, anchor: datetime) -> None:
    """Words of the grammar in any order: spans in order, apart, none empty, offsets right."""
    spans = find_dates(text, anchor)
    for span in spans:
        assert span.start < span.end
        assert span.text == text[span.first : span.last]
        assert span.start.utcoffset() == span.end.utcoffset() == anchor.utcoffset()
    assert all(one.last <= two.first for one, two in pairwise(spans))
    ground(text, anchor)


@given(
    st.sampled_from([f"{rel} {day}" for rel in ("last", "this", "next", "on") for day in WEEKDAYS]),
    anchors,
    st.integers(-500, 500),
)
def test_weekdays_move_with_the_anchor(text: str, anchor: datetime, weeks: int) -> None:
    """Whole weeks later, a weekday expression means whole weeks later."""
    step = timedelta(weeks=weeks)
    before, after = find_dates(text, anchor)[0], find_dates(text, anchor + step)[0]
    assert (after.start, after.end) == (before.start + step, before.end + step)


@given(st.sampled_from(WEEKDAYS), anchors)
def test_last_is_past_and_next_is_future(weekday: str, anchor: datetime) -> None:
    """Last Friday lies in the seven days before today, next Friday in the next calendar week."""
    last, coming = find_dates(f"last {weekday}", anchor)[0], find_dates(f"next {weekday}", anchor)[0]
    today = anchor.replace(hour=0, minute=0, second=0, microsecond=0)
    assert timedelta(days=1) <= today - last.start <= timedelta(days=7)
    assert timedelta(days=1) <= coming.start - today <= timedelta(days=13)
    assert last.start.weekday() == coming.start.weekday() == WEEKDAYS.index(weekday)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "yesterday",
            "last week",
            "last weekend",
            "last month",
            "last quarter",
            "last year",
            "last summer",
            "last decade",
        ),
        *(
            "3 days ago",
            "two months ago",
            "early last month",
            "the end of last year",
            "yesterday morning",
            "an hour ago",
        ),
        *(
            "since 2019",
            "since last month",
            "since yesterday",
            "from Monday to Thursday",
            "from March to June 2021",
        ),
        *("from 2015 to 2019", "between 3 and 5 May 2021", "Christmas 2021", "from 28 April to 2 May 2023"),
    ],
)
@given(anchor=anchors.filter(lambda at: at.year > 2023))
def test_what_is_written_is_read_as_it_was_meant(text: str, anchor: datetime) -> None:
    """``resolve`` undoes ``format_span``."""
    span = find_dates(text, anchor)[0]
    again = resolve(format_span(span), anchor)
    exact = span.precision is Precision.INSTANT
    assert again.start == (span.start.replace(second=0, microsecond=0) if exact else span.start)
    assert exact or again.end == span.end


@given(
    st.sampled_from(["yesterday", "last week", "two years ago", "last night", "this weekend", "in May"]), anchors
)
def test_a_grounded_sentence_means_the_same_on_any_day(words: str, anchor: datetime) -> None:
    """After grounding nothing relative is left, and the date is the one that was meant."""
    text = f"I saw her {words}"
    meant = find_dates(text, anchor)[0]
    again = find_dates(ground(text, anchor), datetime(2001, 2, 3, tzinfo=anchor.tzinfo or UTC))
    assert [(span.start, span.end, span.absolute) for span in again] == [(meant.start, meant.end, True)]


@given(st.integers(1600, 3000))
def test_easter_is_a_sunday_in_spring(year: int) -> None:
    """Between 22 March and 25 April."""
    month, day = easter(year)
    assert datetime(year, month, day, tzinfo=UTC).weekday() == 6
    assert (3, 22) <= (month, day) <= (4, 25)


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_rule_of_a_language_compiles(name: str) -> None:
    """A table's patterns, operators and bounds are sound, and their placeholders have words."""
    known = language(name)
    assert all(compiled.expression.groups >= 0 for compiled in known.compiled)
    assert len(known.operators) == len(known.prefixes)
    assert set(known.bounds) == {"since", "until", "after", "before", "between", "moved", "begins"}
