"""Plain statements of work, place, family, taste and health are kept; small talk is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from memcli.records import Extraction

Extract = Callable[..., Extraction]
KEPT = [
    "I work as a physiotherapist at the clinic in Matosinhos",
    "I work as a nurse",
    "I am a software engineer at a small company in Braga",
    "I'm an electrician",
    "I work for the city council",
    "I work nights at the bakery on the corner",
    "I teach chemistry at a secondary school",
    "I run a flower shop in the old town",
    "I manage a team of twelve people at the airport",
    "I'm a beekeeper and I sell honey at the market",
    "I was promoted to head of the department last year",
    "I retired from the post office in 2021",
    "I'm studying architecture at the university of Coimbra",
    "I translate legal texts from German",
    "I drive a school bus in the mornings",
    "I earn 2100 euros a month",
    "I work part-time in a library",
    "My job is to repair lifts in hospitals",
    "My office is on the third floor of the harbour building",
    "My boss is called Henrik",
    "I live in a small flat near the river in Porto",
    "I live in Matosinhos",
    "I grew up on a farm near Evora",
    "I was born in Gdansk in 1986",
    "I come from a village in the Alps",
    "We moved to Utrecht three years ago",
    "We rent a house with a garden outside Leeds",
    "My flat is on the fourth floor without a lift",
    "I commute from Vila do Conde by train",
    "I share a flat with two students",
    "I have three children",
    "My wife is a dentist at the clinic in the old harbour",
    "My husband works at the hospital in Aarhus",
    "My daughter goes to the music school in the centre",
    "My son plays handball for the youth team in our town",
    "My mother lives with us since her operation",
    "My parents run a guest house by the lake",
    "My brother is a firefighter in Lyon",
    "My sister is getting married in the summer",
    "My grandmother is 94 years old",
    "I have a twin brother named Jonas",
    "My dog is a seven year old border collie called Pip",
    "We have two cats and a tortoise",
    "I'm divorced and I have a daughter",
    "I like strong black coffee in the morning before work",
    "I love old jazz records from the fifties",
    "I hate coriander",
    "I prefer trains to planes for long journeys across Europe",
    "My favourite food is grilled sardines with potatoes",
    "I can't stand loud restaurants",
    "I enjoy hiking in the mountains with my brother",
    "I don't eat pork",
    "I am a vegetarian",
    "I read mostly crime novels by Nordic writers",
    "I play the cello in an amateur orchestra",
    "I'm allergic to penicillin and to cats",
    "I have asthma",
    "I have had high blood pressure for ten years",
    "I take 20 mg of omeprazole every morning",
    "I broke my left wrist last winter",
    "I am short-sighted in both eyes",
    "I suffer from migraines when the weather changes",
]
TALK = [
    "Hi there, how are you today?",
    "Good morning!",
    "Thanks a lot, that helps",
    "That sounds great",
    "I'm so tired today",
    "I'm fine, thanks",
    "Oh wow, that is amazing",
    "See you tomorrow",
    "I see what you mean",
    "I hope you are well",
    "What a lovely day",
    "Let me think about it",
    "I don't know what to say",
    "I agree with you",
    "Can you help me with something?",
    "I'll be right back",
    "I can't wait!",
    "Haha, good one",
    "Never mind",
    "That makes sense",
    "You are very kind",
    "It works now, thanks",
    "I love it!",
    "I guess so",
    "I have a question",
    "I was just wondering about that",
    "The weather is terrible again",
    "I'm back",
    "Let's talk about something else",
    "Sorry about that",
]


@pytest.mark.parametrize("said", KEPT)
def test_a_plain_statement_of_oneself_is_kept(extract: Extract, said: str) -> None:
    """With and without its full stop."""
    assert extract(said).candidates
    assert extract(f"{said}.").candidates


@pytest.mark.parametrize("said", TALK)
def test_small_talk_is_not_kept(extract: Extract, said: str) -> None:
    """Nothing in it is worth having in a month."""
    assert extract(said).candidates == ()


def test_a_date_of_what_is_not_named_is_no_memory(extract: Extract) -> None:
    """It goes to the fact before it, or is counted as unresolved."""
    assert extract("It is on 13 September").dropped["unresolved"] == 1
    signed, dated = extract("I signed up for the half marathon in Porto. It is on 13 September.").candidates
    assert signed.event_at is None
    assert (dated.text[:24], dated.event_at is not None) == ("The half marathon is on ", True)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            "Our cat Miso is ill. My husband Rui feeds him.",
            ["Ana's cat Miso is ill.", "Ana's husband Rui feeds Ana's cat Miso."],
        ),
        ("I feed him.", []),
        ("I met her on Friday.", []),
    ],
)
def test_him_and_her_are_whom_the_same_words_name(extract: Extract, said: str, kept: list[str]) -> None:
    """Where nothing tells whom, there is no memory: it would mean nothing in a month."""
    assert [candidate.text for candidate in extract(said).candidates] == kept
