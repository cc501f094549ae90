"""Which messages of a chat are put to memory: questions that something known may well answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.generate import asks_memory, only_memory_knows
from memcli.generate.asking import ALIKE, ANSWERABLE
from memcli.records import SIMILARITY, Hit, Lane, Role, Turn

TURN = Turn("t:1", "s", 0, Role.USER, "Ana", "I live in Porto", datetime(2026, 3, 2, tzinfo=UTC))


def hits(*scores: float, cosine: float = 0.6) -> list[Hit]:
    """Hits of these scores, best first."""
    return [Hit(Lane.TURN, TURN.id, score, turn=TURN, features={SIMILARITY: cosine}) for score in scores]


@pytest.mark.parametrize(
    ("text", "found", "asked"),
    [
        ("Where does Ana live?", hits(9.7, 2.0), True),
        ("¿Dónde vive Ana?", hits(9.7), True),
        ("安娜住在哪里？", hits(9.7), True),
        ('Where does Ana live?"', hits(ANSWERABLE), True),
        ("Where does Ana live?", hits(9.7, cosine=ALIKE), True),
        ("How do I boil an egg?", hits(10.1, cosine=0.13), False),
        ("How are you?", hits(5.2), False),
        ("Where does Ana live?", [], False),
        ("Ana lives in Porto.", hits(9.7), False),
        ("Guess who lives in Porto? Ana!", hits(9.7), False),
    ],
)
def test_a_question_with_a_good_hit_is_put_to_memory(text: str, found: list[Hit], asked: bool) -> None:
    """All else is talk."""
    assert asks_memory(text, found) is asked


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Am I allergic to eggs?", True),
        ("what is my dog called?", True),
        ("Do I have a sister?", True),
        ("Do I need an umbrella?", False),
        ("What should I cook tonight?", False),
        ("How are you?", False),
        ("Where does my sister live?", True),
        ("what's my job", True),
        ("Why did I leave Rome?", True),
        ("Tell me about Paris", False),
        ("How do I boil an egg?", False),
        ("Can you help me with my letter?", False),
        ("What is the capital of France?", False),
        ("I am allergic to eggs.", False),
    ],
)
def test_what_only_memory_knows(text: str, own: bool) -> None:
    """What is true of the user, not what they might do or what anybody can tell."""
    assert only_memory_knows(text) is own
