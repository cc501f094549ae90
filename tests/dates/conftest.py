"""What the date tests share: one anchor, and spans in a notation that is easy to check by hand.

``2023``, ``2023-05``, ``2023-05-07`` a year, month, day; ``2023-05-07T06/12`` a part of a day;
``2023-05-07T17:00`` an instant; ``2023-05-01..2023-05-07`` a range, last day included; ``now`` the anchor;
``since`` and ``until`` for open ends; ``every`` for what recurs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from memcli.dates import DateSpan, find_dates
from memcli.records import Precision

MONDAY = datetime.fromisoformat("2023-05-08T13:56+00:00")


def _notation(span: DateSpan, anchor: datetime) -> str:
    if span.recurring:
        return "every"
    start, end = span.start, span.end
    if span.precision is Precision.INSTANT:
        return f"{start:%Y-%m-%dT%H:%M}"
    if span.precision is Precision.DAY:
        whole = end - start == timedelta(days=1)
        return f"{start:%Y-%m-%d}" if whole else f"{start:%Y-%m-%dT%H}/{end.hour or 24:02}"
    if span.precision is not Precision.RANGE:
        return f"{start:%Y-%m}" if span.precision is Precision.MONTH else f"{start:%Y}"
    first = "now" if start == anchor else _edge(start)
    last = "now" if end == anchor else _edge(end - timedelta(days=1) if end.hour == end.minute == 0 else end)
    if span.open_end:
        return f"since {first}"
    return f"until {last}" if span.open_start else f"{first}..{last}"


def _edge(at: datetime) -> str:
    return f"{at:%Y-%m-%d}" if at.hour == at.minute == 0 else f"{at:%Y-%m-%dT%H:%M}"


@pytest.fixture
def monday() -> datetime:
    """Monday 8 May 2023, 13:56, at offset zero."""
    return MONDAY


@pytest.fixture
def dates() -> Callable[..., str]:
    """The spans of a text in notation, parted by commas."""

    def found(text: str, anchor: datetime = MONDAY) -> str:
        return ", ".join(_notation(span, anchor) for span in find_dates(text, anchor))

    return found
