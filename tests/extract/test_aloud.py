"""A memory's sentence is said to its user, with the verbs that "you" needs."""

from __future__ import annotations

import pytest

from memcli.extract.aloud import second_person


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ana works as a nurse in Leeds.", "You work as a nurse in Leeds."),
        ("Ana's sister Hanna lives in Bristol.", "Your sister Hanna lives in Bristol."),
        ("Hanna is Ana's sister.", "Hanna is your sister."),
        ("Ana loves their dog and lives in Berlin.", "You love your dog and live in Berlin."),
        ("Ana was born in 1988.", "You were born in 1988."),
        ("Ana doesn't eat meat.", "You don't eat meat."),
        ("Ana really likes tea but hates coffee.", "You really like tea but hate coffee."),
        ("On 3 May 2026, Ana moved to Porto.", "On 3 May 2026, you moved to Porto."),
        ("Ted gave Ana his old greenhouse.", "Ted gave you his old greenhouse."),
        ("Ana and others are moving to Baner.", "You are moving to Baner."),
        ("Priya's dog is called Mochi.", "Priya's dog is called Mochi."),
        ("Anabel lives in Rome.", "Anabel lives in Rome."),
    ],
)
def test_a_memory_is_said_to_its_user(text: str, said: str) -> None:
    """By name, and as "the user" who gave none."""
    assert second_person(text, "Ana") == said
    if "Anabel" not in text:
        assert second_person(text.replace("Ana", "the user"), "user") == said
