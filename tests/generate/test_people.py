"""Answers that rest on what another person said."""

from __future__ import annotations

import pytest

from memcli.generate import Note, Reply, honest
from memcli.generate.people import is_of_another
from memcli.generate.respond import DONT_KNOW

NOTES = (
    Note(1, "t:1", "[1] (1 May 2024) Ben: I adopted a parrot!", "Ben"),
    Note(2, "t:2", "[2] (1 May 2024) Ana: Lovely. Here it rains.", "Ana"),
    Note(3, "t:3", "[3] (2 May 2024) Ben: And how is your new flat?", "Ben"),
    Note(4, "t:4", "[4] (2 May 2024) Ben: I told everyone that Ana paints.", "Ben"),
    Note(5, "m:5", "[5] (3 May 2024) Ana has a brother."),
)


@pytest.mark.parametrize(
    ("question", "cited", "of_another"),
    [
        ("What did Ana adopt?", {"t:1"}, True),
        ("What did Ben adopt?", {"t:1"}, False),
        ("Does Ana have a flat?", {"t:3"}, False),
        ("What does Ana do?", {"t:4"}, False),
        ("Who is in Ana's family?", {"m:5"}, False),
        ("What did Ana and Ben adopt?", {"t:1"}, False),
        ("What was adopted?", {"t:1"}, False),
        ("What did Ana adopt?", {"t:1", "t:2"}, False),
        ("What did Ana adopt?", set(), False),
    ],
)
def test_whose_answer_it_is(question: str, cited: set[str], of_another: bool) -> None:
    """Only where all that is cited is of another, who neither names nor addresses the one asked about."""
    assert is_of_another(cited, question, NOTES) is of_another


def test_an_answer_of_another_is_not_given() -> None:
    """It is said to be unknown instead."""
    reply = Reply("a parrot [t:1]", ("t:1",))
    assert honest(reply, "What did Ana adopt?", NOTES).text == DONT_KNOW
    assert honest(reply, "What did Ben adopt?", NOTES) == reply
