"""Answers that rest on what another person said."""

from __future__ import annotations

import pytest

from memcli.generate import Note, Reply, honest
from memcli.generate.people import asked_of_another, is_of_another
from memcli.generate.respond import DONT_KNOW

NOTES = (
    Note(1, "t:1", "[1] (1 May 2024) Ben: I adopted a parrot!", "Ben"),
    Note(2, "t:2", "[2] (1 May 2024) Ana: Lovely. Here it rains.", "Ana"),
    Note(3, "t:3", "[3] (2 May 2024) Ben: And how is your new flat?", "Ben"),
    Note(4, "t:4", "[4] (2 May 2024) Ben: I told everyone that Ana paints.", "Ben"),
    Note(5, "m:5", "[5] (3 May 2024) Ana has a brother."),
    Note(6, "t:6", "[6] (4 May 2024) Ben: Thanks, Ana! It is from my grandma in Oslo. Do you like it?", "Ben"),
    Note(7, "t:7", "[7] (4 May 2024) Ben: I was in Rome. You liked Paris more, I heard.", "Ben"),
)


@pytest.mark.parametrize(
    ("question", "answer", "cited", "of_another"),
    [
        ("What did Ana adopt?", "a parrot", {"t:1"}, True),
        ("What did Ben adopt?", "a parrot", {"t:1"}, False),
        ("Does Ana have a flat?", "yes, a new one", {"t:3"}, False),
        ("What does Ana do?", "paints", {"t:4"}, False),
        ("Who is in Ana's family?", "a brother", {"m:5"}, False),
        ("What did Ana and Ben adopt?", "a parrot", {"t:1"}, False),
        ("What was adopted?", "a parrot", {"t:1"}, False),
        ("What did Ana adopt?", "a parrot", {"t:1", "t:2"}, False),
        ("What did Ana adopt?", "a parrot", set(), False),
        ("Where is Ana's grandma?", "Oslo", {"t:6"}, True),
        ("Where was Ana?", "Rome", {"t:7"}, True),
        ("Which city does Ana like?", "Paris", {"t:7"}, False),
    ],
)
def test_whose_answer_it_is(question: str, answer: str, cited: set[str], of_another: bool) -> None:
    """Only where others said all that is cited, and none of it that holds the answer is of or to the one asked."""
    assert is_of_another(cited, question, answer, NOTES) is of_another


def test_an_answer_of_another_is_not_given() -> None:
    """It is said to be unknown instead."""
    reply = Reply("a parrot [t:1]", ("t:1",))
    assert honest(reply, "What did Ana adopt?", NOTES).text == DONT_KNOW
    assert honest(reply, "What did Ben adopt?", NOTES) == reply


@pytest.mark.parametrize(
    ("question", "swapped"),
    [
        ("What did Ana adopt?", "What did Ben adopt?"),
        ("where is ben's parrot", "where is Ana's parrot"),
        ("What did they adopt?", ""),
        ("What did Ana and Ben adopt?", ""),
    ],
)
def test_a_question_is_put_of_the_other_who_speaks(question: str, swapped: str) -> None:
    """Where it names one speaker, and another speaks."""
    assert asked_of_another(question, NOTES) == swapped
    assert asked_of_another(question, [note for note in NOTES if note.speaker == "Ana"]) == ""
