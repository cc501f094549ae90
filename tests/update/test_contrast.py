"""What a correction names twice, as it is and as it is not: facts about ``swapped``."""

from __future__ import annotations

import pytest

from memcli.update.contrast import swapped
from memcli.values import alike, keeps_kinds

CRETE = "Dee and others are going to Crete in May 2027."
LEAD = "Dee works as a test lead at a hospital software company."


@pytest.mark.parametrize(
    "said",
    [
        "not going to Crete, Madeira instead",
        "Madeira instead of Crete",
        "Madeira, not Crete",
        "madeira not crete",
        "not Crete but Madeira",
        "Instead of Crete, Madeira",
        "we're going to Madeira rather than Crete",
        "not to Crete, to Madeira",
        "it's not Crete, it's Madeira",
    ],
)
def test_one_place_takes_the_place_of_the_other(said: str) -> None:
    """And nothing else of the sentence: its verb stays."""
    assert swapped(CRETE, said) == "Dee and others are going to Madeira in May 2027."


@pytest.mark.parametrize(
    "said", ["test manager, not lead", "not lead but manager", "a test manager, not a test lead"]
)
def test_a_word_that_both_share_is_said_once(said: str) -> None:
    """The "lead" of "a test lead"."""
    assert swapped(LEAD, said) == "Dee works as a test manager at a hospital software company."


def test_the_article_goes_with_the_word() -> None:
    """An engineer, and a manager."""
    assert swapped("Dee is a lead.", "engineer, not lead") == "Dee is an engineer."


@pytest.mark.parametrize(
    ("memory", "said"),
    [
        (CRETE, "not going, staying home instead"),
        (CRETE, "not Crete, we changed our minds"),
        (CRETE, "not Crete, 100 mg"),
        (CRETE, "not in May 2027, Madeira"),
        ("Dee takes 50 mg sertraline every morning.", "on Tuesday, not 50 mg"),
        (CRETE, "not Lisbon, Madeira"),
    ],
)
def test_what_is_no_value_of_the_kind_takes_no_ones_place(memory: str, said: str) -> None:
    """A deed, a sentence, an amount for a place, a place for a month."""
    assert swapped(memory, said) is None


def test_a_value_is_of_a_kind() -> None:
    """A dose is no birthday; a bare number may be either."""
    assert not alike("4 July", "100 mg")
    assert alike("50 mg", "100 mg")
    assert alike("50", "100 mg")
    assert not keeps_kinds("Dee's mum's birthday is 4 July.", "Dee's mum's birthday is 100 mg.")
    assert keeps_kinds("Dee's mum's birthday is 4 July.", "Dee's mum's birthday is 14 August.")
    assert keeps_kinds("Ana's flat is number 821.", "Ana's flat is number 812.")
