"""Words that set a date to come, said on Monday 20 April 2026."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

APRIL = datetime(2026, 4, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I work there until 31 August", "until 2026-08-31"),
        ("The contract was extended until 31 August", "until 2026-08-31"),
        ("They hired me until 31 October", "until 2026-10-31"),
        ("I was given until 10 November", "until 2026-11-10"),
        ("I stay till August", "until 2026-08-31"),
        ("I signed up till March", "until 2027-03-31"),
        ("I was told to hand it in by 10 October", "until 2026-10-10"),
        ("The meeting was moved to 10 October", "2026-10-10"),
        ("The exam got postponed to 5 March", "2027-03-05"),
        ("They pushed it back to 5 November", "2026-11-05"),
        ("It was postponed to the 31st", "2026-05-31"),
        ("The wedding was moved to the 3rd", "2026-05-03"),
        ("The paper is due on 2 December", "2026-12-02"),
        ("Moving to Leeds with Leo in March, we found a flat", "2027-03"),
        ("off to Rome in March, booked it", "2027-03"),
    ],
)
def test_until_by_and_moved_to_look_ahead(dates: Callable[..., str], text: str, expected: str) -> None:
    """Also where the verb before stands in the past tense."""
    assert dates(text, APRIL).replace("now..", "until ") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I lived there until March", "until 2026-03-31"),
        ("I worked at the harbour until 31 August", "until 2025-08-31"),
        ("I was in Rome till 10 October", "until 2025-10-10"),
        ("I was in Rome on 10 October", "2025-10-10"),
        ("I moved to Porto on 10 October", "2025-10-10"),
        ("The exam was on 31 August", "2025-08-31"),
    ],
)
def test_what_lasted_and_is_over_looks_back(dates: Callable[..., str], text: str, expected: str) -> None:
    """What is told as over ended before it was told."""
    assert dates(text, APRIL) == expected
