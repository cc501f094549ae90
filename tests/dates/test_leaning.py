"""Which way a weekday or month points, said on Thursday 26 November 2026; `scripts/fit_leaning.py` counts more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.dates import format_span, question_range
from memcli.dates.english_cues import WORDS
from memcli.dates.find import LANGUAGES, language
from memcli.dates.leaning import CUES, leaning, votes

SAID = datetime(2026, 11, 26, 10, tzinfo=UTC)
TABLE = Path(__file__).parent.parent / "data" / "dates" / "mended.tsv"
CASES = [tuple(line.split("\t")) for line in TABLE.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_clause_tells_the_way(text: str, expected: str, dates: Callable[..., str]) -> None:
    """Tense, arrangements, notes without a verb, questions, ranges, in six languages."""
    assert dates(text, SAID).replace("now..", "until ") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the wedding's in june, on the 12th", "2027-06-12"),
        ("we're in Rome in may, from the 15th to the 22nd", "2027-05-15..2027-05-22"),
        ("I'm away from the 3rd to the 8th", "2026-12-03..2026-12-08"),
        ("I was off from the 3rd to the 8th", "2026-11-03..2026-11-08"),
        ("away from 3 april to the 10th", "2027-04-03..2027-04-10"),
        ("moved the party from the 5th to the 12th", "2026-12-05, 2026-12-12"),
        ("she's in 5th to 6th grade", ""),
        ("until monday I'm in Oslo", "until 2026-11-30"),
        ("starting in january I work 4 days", "since 2027-01-01"),
        ("my rent goes up from february", "since 2027-02-01"),
        ("I work four days a week from february", "since 2027-02-01"),
        ("on antibiotics for a week from monday", "2026-11-30..2026-12-06"),
        ("on antibiotics for a week starting monday", "2026-11-30..2026-12-06"),
        ("she visits for two weeks from the 14th", "2026-12-14..2026-12-27"),
        ("a week from friday", "2026-12-04"),
        ("the bread from last monday", "2026-11-23"),
        ("a partir de segunda-feira trabalho de noite", "since 2026-11-30"),
        ("gym every monday and wednesday", "every"),
        ("rehearsals every thursday until march", "every, until 2027-03-31"),
        ("yoga on sunday mornings and a massage on saturday", "every, 2026-11-28"),
        ("I'm on dialysis monday wednesday friday", "every"),
        ("we train monday, wednesday and friday", "every"),
        ("I work mon-fri as usual", "every"),
        ("I'm never glad on a thursday", "every"),
        ("finally a free sunday", "every"),
        ("I have a friday deadline", "2026-11-27"),
        ("choir first sunday of the month", "every"),
        ("flights booked for february", "2027-02"),
        ("a present for April", ""),
        ("le lundi je nage", "every"),
        ("lundi je nage", "2026-11-30"),
        ("montagabends gehe ich schwimmen", "every"),
        ("aos sábados jogo futebol", "every"),
        ("às terças tenho aula", "every"),
    ],
)
def test_days_of_a_told_month_and_what_goes_on(text: str, expected: str, dates: Callable[..., str]) -> None:
    """Days by their numbers join the month before them; what recurs is no one date."""
    assert dates(text, SAID).replace("now..", "until ") == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what have I got on monday?", "30 November 2026"),
        ("what am I doing on sunday?", "29 November 2026"),
        ("what should I do on sunday?", "29 November 2026"),
        ("what did I do on sunday?", "22 November 2026"),
        ("what's on saturday?", "28 November 2026"),
        ("what's happening in march?", "March 2027"),
        ("what happened in march?", "March 2026"),
        ("am I free on friday?", "27 November 2026"),
        ("was I ill on friday?", "20 November 2026"),
        ("who's coming on saturday?", "28 November 2026"),
        ("who came on saturday?", "21 November 2026"),
        ("where will I be in february?", "February 2027"),
        ("where was I in february?", "February 2026"),
        ("do I have anything on tuesday?", "1 December 2026"),
        ("did I have anything on tuesday?", "24 November 2026"),
        ("when is the wedding in june?", "June 2027"),
        ("when was the wedding in june?", "June 2026"),
        ("what time is my appointment on tuesday?", "1 December 2026"),
        ("what time was my appointment on tuesday?", "24 November 2026"),
        ("what had I planned for saturday?", "21 November 2026"),
        ("who do I meet on monday?", "30 November 2026"),
        ("who have I met since monday?", "since 23 November 2026"),
        ("what did Jo say on monday?", "23 November 2026"),
        ("how was the play on wednesday?", "25 November 2026"),
        ("which exams do I have in january?", "January 2027"),
        ("what did I buy for christmas?", "25 December 2025"),
        ("which film do they enjoy at christmas?", "25 December 2025"),
        ("what are Ana's plans for the summer?", "the summer of 2027"),
        ("what am I buying for christmas?", "25 December 2026"),
        ("¿qué hago el domingo?", "29 November 2026"),
        ("¿qué hice el domingo?", "22 November 2026"),
        ("was mache ich am Sonntag?", "29 November 2026"),
        ("was habe ich am Sonntag gemacht?", "22 November 2026"),
        ("qu'est-ce que je fais dimanche ?", "29 November 2026"),
        ("qu'est-ce que j'ai fait dimanche ?", "22 November 2026"),
        ("o que faço no domingo?", "29 November 2026"),
        ("o que fiz no domingo?", "22 November 2026"),
        ("我周日做什么？", "29 November 2026"),
        ("我周日做了什么？", "22 November 2026"),
    ],
)
def test_a_question_asks_ahead_or_back_as_it_is_put(question: str, expected: str) -> None:
    """Questions are of the past unless the clause says otherwise."""
    span = question_range(question, SAID)
    assert span is not None
    assert format_span(span) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("they moved it to ", {"arranged"}),
        ("I met her on ", {"past"}),
        ("I was going to see her on ", {"hindsight"}),
        ("dentist ", {"noun", "event"}),
        ("on ", set()),
    ],
)
def test_a_cue_is_known_by_its_name(text: str, expected: set[str]) -> None:
    """What speaks of "Friday" after these words."""
    assert {name for name, _ in votes(WORDS, f"{text}friday".lower(), len(text), len(text) + 6)} == expected


def test_every_cue_has_a_reason_and_words() -> None:
    """English has words for each cue but the one that is the want of a verb; no language has words for no cue."""
    names = {cue.name for cue in CUES}
    assert all(cue.reason and cue.weight for cue in CUES)
    assert names - WORDS.patterns.keys() == {"noun"}
    assert all(language(name).cues.patterns.keys() <= names for name in LANGUAGES)


@given(st.text(max_size=80), st.integers(0, 80), st.integers(0, 20))
def test_any_words_can_be_weighed(text: str, first: int, length: int) -> None:
    """No text breaks the search for a clause, and the same words weigh the same."""
    first = min(first, len(text))
    last = min(first + length, len(text))
    assert leaning(WORDS, text, first, last) == leaning(WORDS, text, first, last)
