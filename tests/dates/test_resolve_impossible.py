"""Dates that no calendar has."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.dates import resolve
from memcli.errors import BadInputError

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "impossible",
    [
        "31 Feb",
        "30 February 2025",
        "Feb 30 2025",
        "32 December",
        "31 April",
        "June 31",
        "2026-13-01",
        "2026-02-40",
    ],
)
def test_a_day_that_no_month_has_is_refused(impossible: str) -> None:
    """Never read as a year of two digits."""
    with pytest.raises(BadInputError):
        resolve(impossible, NOW)


@pytest.mark.parametrize(
    ("possible", "iso"),
    [("29 Feb 2024", "2024-02-29"), ("31 March 2026", "2026-03-31"), ("30 April 2026", "2026-04-30")],
)
def test_a_day_at_the_end_of_a_month_is_taken(possible: str, iso: str) -> None:
    """The rule refuses nothing that exists."""
    assert resolve(possible, NOW).start.date().isoformat() == iso
