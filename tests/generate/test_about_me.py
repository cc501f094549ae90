"""Who asks about themselves is not told of others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.generate import Note, is_anothers, tells_of_another, tells_of_anothers
from memcli.generate.about_me import rests_on_others
from memcli.records import Hit, Kind, Lane, Memory, Origin, Role, Turn


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


@pytest.mark.parametrize(
    ("question", "line", "voice", "anothers"),
    [
        ("what is my dog called?", "Lovely! My dog is called Biscuit.", "Priya", True),
        ("what is my dog called?", "Priya's dog is called Biscuit.", "Priya", True),
        ("what is my dog called?", "My favourite film is Alien.", "Priya", True),
        ("what is my dog called?", "Your dog Rex is a darling.", "Priya", False),
        ("what is my dog called?", "My dog is called Rex.", "Ana", False),
        ("what is my dog called?", "Priya's dog is called Biscuit.", "Ana", True),
        ("what is my dog called?", "Ana's dog is called Rex.", "Ana", False),
        ("what is Priya's dog called?", "My dog is called Biscuit.", "Priya", False),
        ("what did I give to priya for my wedding?", "My wedding gift was a lamp.", "Priya", False),
        ("who is my brother?", "Priya's brother Sam is moving to Leeds.", "Priya", True),
        ("who is my brother?", "The user's brother is Tom.", "Ana", False),
        ("when is my brother's birthday?", "I turn 30 on 3 May.", "Tom", False),
        ("when is my wedding?", "Priya's wedding is on 14 November.", "Priya", True),
        ("when is my wedding?", "I can't wait for Ana's wedding on 2 June!", "Priya", False),
        ("do I have a dog?", "My dog is called Biscuit.", "Priya", True),
        ("who has a dog?", "My dog is called Biscuit.", "Priya", False),
    ],
)
def test_what_is_asked_of_ones_own_is_not_told_by_what_others_have(
    question: str, line: str, voice: str, anothers: bool
) -> None:
    """Their "my dog" is theirs, whether they say it or a memory of them does."""
    assert tells_of_anothers(question, line, voice, "Ana") is anothers


@pytest.mark.parametrize(
    ("speaker", "origin", "user", "anothers"),
    [
        ("Ana", Origin.DIRECT_USER, "user", False),
        ("Ana Sousa", Origin.DIRECT_USER, "Ana", False),
        ("Priya", Origin.DOCUMENT, "user", True),
        ("Priya", Origin.DOCUMENT, "Ana", True),
        ("note", Origin.DOCUMENT, "Ana", False),
    ],
)
def test_who_i_am_in_an_imported_chat(speaker: str, origin: Origin, user: str, anothers: bool) -> None:
    """Who the import says, where the user has no name here yet; a note that nobody speaks is the user's."""
    for question, text in (
        ("what is my dog called?", "My dog is called Rex."),
        ("am I allergic to nuts?", "I am allergic to nuts."),
    ):
        turn = Turn("t:1", "s", 0, Role.USER, speaker, text, datetime(2026, 3, 2, tzinfo=UTC), origin, "whatsapp")
        assert is_anothers(question, Hit(Lane.TURN, "t:1", 1.0, turn=turn), user) is anothers


def test_a_topic_is_told_by_whom_it_quotes() -> None:
    """It is about the user's talks, but the wedding in it is Priya's."""
    day = datetime(2026, 3, 2, tzinfo=UTC)
    text = "Talked about wedding and Sam: “Priya: My wedding is on 14 November.”"
    topic = Memory("m:1", text, Kind.SEMANTIC, day, day, trust=Origin.DOCUMENT)
    hit = Hit(Lane.MEMORY, "m:1", 1.0, memory=topic)
    assert is_anothers("when is my wedding?", hit, "user")
    assert not is_anothers("when is Priya's wedding?", hit, "user")


RELATIVES = (
    Note(1, "m:1", "[1] (1 May 2024) The user's sister Clara is allergic to peanuts."),
    Note(2, "t:2", "[2] (1 May 2024) Ana: Busy day. My brother works at the harbour.", "Ana"),
    Note(3, "t:3", "[3] (2 May 2024) Ana: My boss and I drink tea.", "Ana"),
    Note(4, "t:4", "[4] (2 May 2024) Ana: My dog's name is Miso.", "Ana"),
    Note(5, "m:5", "[5] (2 May 2024) Ana's best friend lives in Oslo."),
    Note(6, "t:6", "[6] (3 May 2024) Ana: I met my friend in Rome.", "Ana"),
)


@pytest.mark.parametrize(
    ("question", "answer", "cited", "of_relation"),
    [
        ("What am I allergic to?", "peanuts", {"m:1"}, True),
        ("What is my sister allergic to?", "peanuts", {"m:1"}, False),
        ("What is Clara allergic to?", "peanuts", {"m:1"}, False),
        ("Where do I work?", "the harbour", {"t:2"}, True),
        ("Where do I live?", "Oslo", {"m:5"}, True),
        ("What do I drink?", "tea", {"t:3"}, False),
        ("Where was I?", "Rome", {"t:6"}, False),
        ("What do I call it?", "Miso", {"t:4"}, False),
        ("Where do I work?", "the harbour", set(), False),
    ],
)
def test_what_a_relative_is_is_not_what_i_am(
    question: str, answer: str, cited: set[str], of_relation: bool
) -> None:
    """A question as "I" is not answered from a sentence that tells of somebody whom one has."""
    assert rests_on_others(cited, question, answer, RELATIVES) is of_relation
