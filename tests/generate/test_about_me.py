"""Who asks about themselves is not told of others."""

from __future__ import annotations

import pytest

from memcli.generate import tells_of_another


@pytest.mark.parametrize(
    ("question", "line", "speaker", "another"),
    [
        ("Am I allergic to anything?", "Ana's sister Marta is allergic to nuts.", "", True),
        ("Am I allergic to anything?", "Marta is allergic to nuts.", "", True),
        ("Am I allergic to anything?", "Ana is allergic to cats.", "", False),
        ("Am I allergic to anything?", "My sister Marta is allergic to nuts", "Ana", True),
        ("Am I allergic to anything?", "I'm allergic to cats", "Ana", False),
        ("Am I allergic to anything?", "I'm allergic to cats", "Ben", True),
        ("Am I allergic to anything?", "You told me you are allergic", "Ben", False),
        ("What am I allergic to?", "The user's brother is allergic to cats.", "", True),
        ("Where do I work?", "Ana's husband Karl works at the post office.", "", True),
        ("Where do I work?", "The clinic is in Boavista.", "", False),
        ("What do I drive?", "Ana's car is a Golf.", "", False),
        ("What did I give Marta?", "Marta got a book.", "", False),
        ("When do I pick up my son?", "Ana's son finishes school at 3.", "", False),
        ("Who is allergic to nuts?", "Marta is allergic to nuts.", "", False),
    ],
)
def test_what_is_asked_of_oneself_is_not_told_by_what_is_told_of_others(
    question: str, line: str, speaker: str, another: bool
) -> None:
    """Unless the question names them."""
    assert tells_of_another(question, line, speaker, "Ana") is another
