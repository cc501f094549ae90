"""Small words for people, and the word diff."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.humanize import ago, count, cut, lasting, moment, one_line, printable, size
from memcli.records import Precision
from memcli.worddiff import word_diff

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("distance", "told"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=300), "6 May 2025"),
        (timedelta(hours=-5), "in 5 hours"),
        (timedelta(days=-90), "31 May 2026"),
    ],
)
def test_an_age_is_told_in_one_unit_and_a_far_day_by_its_date(distance: timedelta, told: str) -> None:
    """Past and future."""
    assert ago(NOW - distance, NOW) == told


@given(st.timedeltas(timedelta(days=-4000), timedelta(days=4000)))
def test_an_age_fits_its_column(distance: timedelta) -> None:
    """Listings keep 13 columns for it, space included."""
    assert len(ago(NOW - distance, NOW)) <= 12


@pytest.mark.parametrize(
    ("precision", "told"),
    [
        (Precision.INSTANT, "2 Mar 2026, 12:00"),
        (Precision.DAY, "2 Mar 2026"),
        (Precision.MONTH, "March 2026"),
        (Precision.YEAR, "2026"),
        (None, "2 Mar 2026"),
    ],
)
def test_a_date_is_told_as_exactly_as_it_is_known(precision: Precision | None, told: str) -> None:
    """A year is not made a day."""
    assert moment(NOW, precision) == told


@pytest.mark.parametrize(
    ("number", "noun", "told"),
    [(1, "memory", "1 memory"), (0, "memory", "0 memories"), (2, "day", "2 days"), (1200, "turn", "1,200 turns")],
)
def test_counts_have_their_plural(number: int, noun: str, told: str) -> None:
    """As English has them."""
    assert count(number, noun) == told


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (2_000_000, "2.0 MB"), (5e12, "5,000.0 GB")],
)
def test_sizes_are_told_in_a_fitting_unit(number: float, told: str) -> None:
    """Up to gigabytes."""
    assert size(int(number)) == told


@given(st.text(), st.integers(2, 100))
def test_a_cut_text_fits_and_tells_that_it_was_cut(text: str, width: int) -> None:
    """And a short one is left alone."""
    shown = cut(text, width)
    assert len(shown) <= width
    assert shown == text or shown.endswith("…")


@given(st.text())
def test_one_line_has_no_line_ends_and_printable_no_controls(text: str) -> None:
    """Whatever goes in."""
    assert len(one_line(text).splitlines()) <= 1
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", printable(text))
    assert len(printable(text)) == len(text)


@given(st.text("ab -+.", max_size=40), st.text("ab +.", max_size=40))
def test_a_word_diff_holds_both_texts(before: str, after: str) -> None:
    """Without what came it is the old text, without what went the new one."""
    shown = word_diff(before, after)
    came = [(span.start, span.end) for span in shown.spans if span.style == "green"]
    went = [(span.start, span.end) for span in shown.spans if span.style == "red strike"]
    assert _bare(shown.plain, came, went) == before
    assert _bare(shown.plain, went, came) == after


def _bare(plain: str, dropped: list[tuple[int, int]], opened: list[tuple[int, int]]) -> str:
    """The text without some pieces, and others without their two-character marks."""
    gone = {n for a, b in dropped for n in range(a, b)}
    marks = {n for a, b in opened for n in (a, a + 1, b - 2, b - 1)}
    return "".join(c for n, c in enumerate(plain) if n not in gone | marks)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.1, "1 second"), (8.2, "8 seconds"), (89, "89 seconds"), (90, "2 minutes"), (3_000, "50 minutes"),
     (5_400, "2 hours")],
)  # fmt: skip
def test_a_length_of_time_is_told_roughly(seconds: float, told: str) -> None:
    """In the unit that people would use."""
    assert lasting(seconds) == told
