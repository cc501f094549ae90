"""What only tells something, and is answered with a nod."""

from __future__ import annotations

import pytest

from memcli.extract import only_tells


@pytest.mark.parametrize(
    "text",
    [
        "I started learning the cello last week.",
        "Karl and I broke up.",
        "It rained all day.",
        "no, it's Tuesday",
        "I'm thinking of buying a bike.",
    ],
)
def test_a_statement_asks_for_nothing(text: str) -> None:
    """Whatever it is worth."""
    assert only_tells(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hi",
        "thanks",
        "Tell me a joke",
        "What is Miso afraid of?",
        "I wonder what Marta likes",
        "My dog is sick, what should I do",
        "Translate this: I live in Porto",
        "Ich wohne in Porto",
    ],
)
def test_other_talk_does(text: str) -> None:
    """A greeting, a question, a request; and other languages, whose questions no rule here knows."""
    assert not only_tells(text)


@pytest.mark.parametrize(
    "text", ["I meant test manager, not lead", "no, test manager not test lead", "Madeira, not Crete"]
)
def test_a_correction_only_tells(text: str) -> None:
    """Whatever its first word could order."""
    assert only_tells(text)


def test_an_order_is_none_for_its_contrast() -> None:
    """What is to be written is no value."""
    assert not only_tells("Actually, write it in French, not English")
