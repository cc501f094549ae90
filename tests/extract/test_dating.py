"""The times of a fact by its words, said on Thursday 26 November 2026."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.extract import dating_of

SAID = datetime(2026, 11, 26, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clause", "day"),
    [
        ("The meeting moved from monday to wednesday", "2026-12-02"),
        ("They pushed the launch from the 5th to the 12th", "2026-12-12"),
        ("My shift got moved to thursday", "2026-12-03"),
        ("We moved from Leeds in march to Porto in may", "2026-03-01"),
        ("I have choir on sunday evenings", None),
        ("I was away until tuesday", "2026-11-24"),
    ],
)
def test_what_was_put_off_is_on_the_later_day(clause: str, day: str | None) -> None:
    """The day that something was to be on is not its date; who moved house did so when it is told first."""
    at = dating_of(clause, SAID).event_at
    assert (at and f"{at:%Y-%m-%d}") == day
