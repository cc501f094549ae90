"""Which unlike statement takes an old memory's place, by weight of its words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from memcli.extract.dating import dating_of
from memcli.records import Candidate, Kind, Memory
from memcli.update.decide import Verdict, decide
from memcli.update.rivals import Neighbour
from memcli.update.weigh import features, shipped, vote

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)
THEN = NOW - timedelta(days=30)


def memory(text: str) -> Memory:
    """What was told of Ana a month ago."""
    dating = dating_of(text, THEN)
    return Memory("m:old", text, Kind.SEMANTIC, THEN, THEN, about="Ana", event_at=dating.event_at)


def candidate(text: str, said: str = "") -> Candidate:
    """What is told of her now, in these words."""
    dating = dating_of(text, NOW)
    return Candidate(text, "Ana", NOW, said or text, ("t:1",), event_at=dating.event_at)


@pytest.mark.parametrize(
    ("old", "text", "said"),
    [
        ("Ana's blood pressure is 151/96.", "Ana's blood pressure is 134/84.", ""),
        ("Ana has surgery on 20 March 2026 in Suva.", "Ana has surgery on 27 March 2026 in Suva.", ""),
        ("Ana takes 20 mg of citalopram.", "Ana takes 10 mg of citalopram.", ""),
        ("Ana's internship ends in June.", "Ana's internship ends in August.", ""),
        (
            "Ana's choir sings in the church on Thursdays.",
            "Ana's choir sings in the school hall on Thursdays.",
            "we moved, the choir sings in the school hall now",
        ),
        (
            "Ana goes to the ball as a lamp.",
            "Ana goes to the ball as a bin.",
            "not the lamp after all, I go as a bin",
        ),
    ],
)
def test_what_differs_in_a_value_or_is_said_to_have_changed_is_replaced(old: str, text: str, said: str) -> None:
    """No slot is read there; the sentences are alike enough."""
    near, new = [Neighbour(memory(old), 0.9, THEN)], candidate(text, said)
    assert decide(new, near, vote(new, near)).op is Verdict.SUPERSEDE


@pytest.mark.parametrize(
    ("old", "text"),
    [
        ("Ana likes tea.", "Ana likes coffee."),
        ("Ana speaks French.", "Ana speaks German."),
        ("Ana is allergic to peanuts.", "Ana is allergic to shellfish."),
        ("Ana wants to visit Japan.", "Ana wants to visit Peru."),
        ("Ana read a book by Camus.", "Ana read a book by Woolf."),
        ("Ana went to Rome on 3 May 2025.", "Ana went to Rome on 4 June 2025."),
        ("Ana visited her mother on 1 March 2026.", "Ana visited her mother on 8 March 2026."),
        ("Ana sees the dentist on 20 March 2026.", "Ana sees the vet on 25 March 2026."),
        ("Ana's dog is called Buddy.", "Ana's dog is called Scout."),
        ("Ana's son Leo is six.", "Ana's son Max is four."),
        ("Ana paid 40 euros for the lamp.", "Ana paid 60 euros for the chair."),
        ("Ana plays tennis on Mondays.", "Ana also plays chess on Fridays."),
    ],
)
def test_what_can_stand_beside_it_stands(old: str, text: str) -> None:
    """Two tastes, two languages, two journeys are no contradiction, however alike the sentences are."""
    near, new = [Neighbour(memory(old), 0.95, THEN)], candidate(text)
    assert vote(new, near) is None


def test_nothing_is_weighed_against_another_person() -> None:
    """A neighbour about somebody else is left alone."""
    said = "Bo's blood pressure is 134/84."
    other = Neighbour(memory("Ana's blood pressure is 151/96."), 0.9, THEN)
    assert vote(Candidate(said, "Bo", NOW, said, ("t:1",)), [other]) is None


def test_every_weight_is_of_a_feature_that_is_seen() -> None:
    """The file and the code name the same."""
    assert shipped().weights.keys() == features(memory("Ana sings."), candidate("Ana sings now.")).keys()
    assert {"data", "held out"} <= shipped().card.keys()
