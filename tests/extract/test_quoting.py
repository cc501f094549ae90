"""Whose words follow "NAME said:", and what tells nothing."""

from __future__ import annotations

import pytest

from memcli.extract.leftover import leftover
from memcli.extract.quoting import is_bare_name, others_words


@pytest.mark.parametrize(
    ("text", "theirs"),
    [
        ("Falkenhayn said: I hate the war. My men are tired.\nI live in Bonn.", {"My men are tired."}),
        (
            "Falkenhayn said:\nI hate the war. My men are tired.\n\nI live in Bonn.",
            {"I hate the war.", "My men are tired."},
        ),
        ("My brother wrote: I am well. We leave on Friday.", {"We leave on Friday."}),
        ("I said: I am tired. My back hurts.", set()),
        ("Tobias is nice. I live in Bonn.", set()),
        ('Tobias said: "I am tired." I live in Bonn.', set()),
    ],
)
def test_the_line_after_a_name_is_not_the_users(text: str, theirs: set[str]) -> None:
    """Without quotation marks nobody knows where it ends, so it is nobody's."""
    assert others_words(text) == theirs


@pytest.mark.parametrize(
    ("text", "bare"),
    [("The Falkenhayn", True), ("Falkenhayn.", True), ("Bins out tomorrow", False), ("Flight LH123", False)],
)
def test_a_name_alone_tells_nothing(text: str, bare: bool) -> None:
    """It is kept as said, and makes no memory."""
    assert is_bare_name(text) is bare
    assert (leftover(f"My dog is ill. {text}", ["My dog is ill."]) == "") is bare


@pytest.mark.parametrize(("text", "kept"), [("The Falkenhayn", ""), ("Flight", "Flight")])
def test_a_note_that_is_a_heading_makes_no_memory(text: str, kept: str) -> None:
    """A word alone is what somebody asked to remember."""
    assert leftover(text, []) == kept


def test_what_others_say_of_themselves_is_not_left_over() -> None:
    """A request to remember a pasted text does not make their words the user's."""
    assert leftover("Falkenhayn said: I hate the war. My men are tired.", ["I hate the war."]) == ""
