"""Relative dates in notes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.generate import note_of
from memcli.generate.dated import dated_as, with_dates
from memcli.records import Hit, Kind, Lane, Memory, Role, Turn

FRIDAY = datetime(2023, 6, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("We met yesterday.", "We met yesterday (8 June 2023)."),
        ("We met last Friday.", "We met last Friday (Friday, 2 June 2023)."),
        ("We met last week.", "We met last week (the week before 9 June 2023)."),
        ("I got it two weeks ago", "I got it two weeks ago (two weeks before 9 June 2023)"),
        ("I painted that last year", "I painted that last year (2022)"),
        ("We will go next month", "We will go next month (July 2023)"),
        ("I am off tomorrow", "I am off tomorrow (10 June 2023)"),
    ],
)
def test_a_relative_date_is_told_in_full(said: str, shown: str) -> None:
    """The date counts from when it was said; a vague one stays as vague as it was."""
    assert with_dates(said, FRIDAY) == shown


@pytest.mark.parametrize(
    "said", ["It was on 7 May 2023.", "That was in 2019.", "Every Friday we swim.", "Today is fine."]
)
def test_a_date_that_says_itself_is_left_alone(said: str) -> None:
    """Absolute, recurring and present dates need no help."""
    assert with_dates(said, FRIDAY) == said


@given(st.text(max_size=80))
def test_what_was_said_is_kept(text: str) -> None:
    """Dates are only added: without what is in brackets the words are as they were."""
    shown = with_dates(text, FRIDAY)
    letters = iter(shown)
    assert all(letter in letters for letter in text)


def test_a_memory_counts_from_when_it_was_written() -> None:
    """Not from when what it tells happened."""
    memory = Memory(
        "m:1", "Saw Ben yesterday", Kind.EPISODIC, created_at=FRIDAY, updated_at=FRIDAY,
        event_at=datetime(2023, 6, 8, tzinfo=UTC),
    )  # fmt: skip
    assert note_of(1, Hit(Lane.MEMORY, "m:1", 1.0, memory=memory)).line == (
        "[1] (8 June 2023) Saw Ben yesterday (8 June 2023)"
    )


def test_a_turn_is_a_dated_line_with_its_speaker() -> None:
    """The date of the turn stands before it, the date it speaks of inside."""
    turn = Turn("t:1", "s", 0, Role.USER, "Ana", "I moved\nlast month", FRIDAY)
    assert note_of(2, Hit(Lane.TURN, "t:1", 1.0, turn=turn)).line == (
        "[2] (9 June 2023) Ana: I moved last month (May 2023)"
    )


@pytest.mark.parametrize(
    ("answer", "line", "told"),
    [
        (
            "The exam is in ten days.",
            "[1] (25 November 2026) Ana: my exam is in ten days (5 December 2026)",
            "The exam is in ten days (5 December 2026).",
        ),
        ("Yesterday.", "[1] (8 May 2023) Ana: we met yesterday (7 May 2023)", "Yesterday (7 May 2023)."),
        ("On 7 May 2023.", "[1] (8 May 2023) Ana: we met yesterday (7 May 2023)", "On 7 May 2023."),
        ("In Porto.", "[1] (8 May 2023) Ana: I live in Porto since last year (2022)", "In Porto."),
    ],
)
def test_an_answer_keeps_its_date_when_it_is_read_on_another_day(answer: str, line: str, told: str) -> None:
    """What it copied of a note is told with the date that the note gives it."""
    assert dated_as(answer, [line]) == told
