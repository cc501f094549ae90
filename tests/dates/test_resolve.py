"""Dates that people type, and the ranges that questions ask about."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from memcli.dates import format_span, question_range, resolve
from memcli.errors import BadInputError
from memcli.records import Precision


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("yesterday", "7 May 2023"),
        ("3 May 2024", "3 May 2024"),
        ("may 3 2024", "3 May 2024"),
        ("2024-05-03", "3 May 2024"),
        ("2024-05-03T14:00", "3 May 2024, 14:00"),
        ("2024-05-03 14:00", "3 May 2024, 14:00"),
        ("2024-05", "May 2024"),
        ("2019", "2019"),
        ("now", "8 May 2023, 13:56"),
        ("last week", "the week of 1 May 2023"),
        ("  two   hours ago ", "8 May 2023, 11:56"),
        ("2d", "6 May 2023"),
        ("3w ago", "the week of 17 April 2023"),
        ("90min", "8 May 2023, 12:26"),
        ("friday", "5 May 2023"),
        ("may", "May 2023"),
        ("summer", "the summer of 2022"),
        ("christmas", "25 December 2022"),
        ("the 90s", "the 1990s"),
        ("5pm", "8 May 2023, 17:00"),
        ("14:30", "8 May 2023, 14:30"),
        ("tomorrow at noon", "9 May 2023, 12:00"),
        ("since 2019", "since 2019"),
        ("until 3 May", "until 3 May 2023"),
        ("la semana pasada", "the week of 1 May 2023"),
        ("vorgestern", "6 May 2023"),
        ("3 mai", "3 May 2023"),
        ("ontem", "7 May 2023"),
        ("昨天", "7 May 2023"),
        ("вчера", "7 May 2023"),
        ("июнь 2021", "June 2021"),
    ],
)
def test_a_typed_date_is_understood(expression: str, expected: str, monday: datetime) -> None:
    """English, ISO, short forms, other languages, and what only dateparser knows."""
    assert format_span(resolve(expression, monday)) == expected


def test_a_typed_offset_is_respected(monday: datetime) -> None:
    """ISO 8601 with an offset means that offset."""
    span = resolve("2024-05-03T14:00+02:00", monday)
    assert span.start.utcoffset() == timedelta(hours=2)
    assert span.precision is Precision.INSTANT


def test_prefer_turns_a_bare_weekday_round(monday: datetime) -> None:
    """Past by default, future on request."""
    assert resolve("friday", monday).start.day == 5
    assert resolve("friday", monday, prefer="future").start.day == 12


@pytest.mark.parametrize(
    "expression", ["", " ", "x", "the", "12", "banana", "every friday", "99/99/99", "9999 years ago"]
)
def test_what_is_no_date_is_refused_with_examples(expression: str, monday: datetime) -> None:
    """The hint shows what would be understood."""
    with pytest.raises(BadInputError) as refused:
        resolve(expression, monday)
    assert "yesterday" in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what did I do last weekend?", "the weekend of 6 May 2023"),
        ("What happened in May 2021?", "May 2021"),
        ("who did I meet in the summer", "the summer of 2022"),
        ("Did I see Ana last Friday or in April?", "5 May 2023"),
        ("What will I do next week?", "the week of 15 May 2023"),
        ("Where was I on 3 May?", "3 May 2023"),
        ("What have I read since 2019?", "since 2019"),
        ("Was habe ich letzte Woche gemacht?", "the week of 1 May 2023"),
        ("Where did I live before I moved?", None),
        ("What do I do every Friday?", None),
        ("Who is Ana?", None),
    ],
)
def test_a_question_asks_about_a_time(question: str, expected: str | None, monday: datetime) -> None:
    """The narrowest span that it names."""
    span = question_range(question, monday)
    assert (format_span(span) if span else None) == expected


def test_finding_dates_loads_no_general_parser() -> None:
    """Dateparser takes a second to import: only an expression that the rules do not know pays for it."""
    code = (
        "import sys; from datetime import datetime, UTC; from memcli.dates import find_dates, resolve;"
        "now = datetime(2023, 5, 8, tzinfo=UTC); find_dates('yesterday', now); resolve('last week', now);"
        "sys.exit('dateparser' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
