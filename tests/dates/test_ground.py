"""Sentences that keep their dates, said on Monday 8 May 2023 at 13:56; and spans in words."""

from __future__ import annotations

from datetime import datetime

import pytest

from memcli.dates import find_dates, format_span, ground


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I went to the gym yesterday", "I went to the gym on 7 May 2023"),
        ("Yesterday I went to the gym.", "On 7 May 2023 I went to the gym."),
        ("Yesterday was fun.", "7 May 2023 was fun."),
        ("yesterday's meeting went well", "7 May 2023's meeting went well"),
        ("Last week I saw Ana", "In the week of 1 May 2023 I saw Ana"),
        ("I'll meet her on Friday", "I'll meet her on 12 May 2023"),
        ("She is coming next month", "She is coming in June 2023"),
        ("I moved two years ago", "I moved in 2021"),
        ("I've lived here since last March", "I've lived here since March 2023"),
        ("plans for next weekend", "plans for the weekend of 20 May 2023"),
        ("over the weekend I hiked", "on the weekend of 6 May 2023 I hiked"),
        ("in May I was in Rome", "in May 2023 I was in Rome"),
        ("at Christmas we flew to Oslo", "at Christmas 2022 we flew to Oslo"),
        ("last Halloween was fun", "Halloween 2022 was fun"),
        ("We met last night", "We met on the evening of 7 May 2023"),
        ("A few days ago I fell", "From 3 to 6 May 2023 I fell"),
        ("Last summer we hiked", "In the summer of 2022 we hiked"),
        ("from Monday to Thursday we will rest", "from 8 to 11 May 2023 we will rest"),
        ("Dinner tomorrow at 5pm", "Dinner on 9 May 2023, 17:00"),
        ("It opened on 3 May 2021", "It opened on 3 May 2021"),
        ("I swim every Friday", "I swim every Friday"),
        ("I may go, no date here", "I may go, no date here"),
        ("Ayer fui al cine con Ana.", "Ayer (7 May 2023) fui al cine con Ana."),
        ("Gestern war ich im Kino.", "Gestern (7 May 2023) war ich im Kino."),
        ("昨天我去了健身房", "昨天 (7 May 2023)我去了健身房"),
    ],
)
def test_a_relative_date_becomes_absolute(text: str, expected: str, monday: datetime) -> None:
    """English is rewritten, other languages are annotated, absolute dates stay."""
    assert ground(text, monday) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yesterday", "7 May 2023"),
        ("yesterday morning", "the morning of 7 May 2023"),
        ("tomorrow at 5pm", "9 May 2023, 17:00"),
        ("last week", "the week of 1 May 2023"),
        ("last weekend", "the weekend of 6 May 2023"),
        ("last month", "April 2023"),
        ("last year", "2022"),
        ("last summer", "the summer of 2022"),
        ("Q2 2022", "Q2 2022"),
        ("the 90s", "the 1990s"),
        ("early May 2022", "early May 2022"),
        ("the end of 2021", "late 2021"),
        ("from 3 to 5 May 2022", "3 to 5 May 2022"),
        ("from 28 April to 2 May 2022", "28 April 2022 to 2 May 2022"),
        ("from March to July 2022", "March to July 2022"),
        ("from November 2021 to July 2022", "November 2021 to July 2022"),
        ("from 2015 to 2019", "2015 to 2019"),
        ("since 2019", "since 2019"),
        ("since March 2021", "since March 2021"),
        ("since yesterday", "since 7 May 2023"),
        ("until June", "until June 2023"),
        ("by Friday", "until 12 May 2023"),
    ],
)
def test_a_span_is_named_as_people_would(text: str, expected: str, monday: datetime) -> None:
    """The shortest name of each kind of period."""
    assert format_span(find_dates(text, monday)[0]) == expected
