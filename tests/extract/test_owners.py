"""Whose a fact is in a chat of two: what stands in the words around it decides, and nobody else's is made mine."""

from __future__ import annotations

import pytest

from memcli.extract import RulesExtractor
from memcli.records import Origin, Role
from tests.extract.conftest import NOW, turn

Talk = tuple[tuple[str, str], ...]
ME = "Nora"
TALKS: list[tuple[Talk, list[str]]] = [
    (
        (("user", "I'm allergic to walnuts, carried an epipen since 2009"),),
        ["The user is allergic to walnuts.", "The user carried an epipen since 2009."],
    ),
    (
        (("user", "I'm allergic to walnuts, been carrying an epipen since school"),),
        ["The user is allergic to walnuts.", "The user has been carrying an epipen since school."],
    ),
    (
        (("user", "I am allergic to walnuts and carry an epipen."),),
        ["The user is allergic to walnuts.", "The user carries an epipen."],
    ),
    (
        (("user", "My sister had a baby last week. She lives in Bristol."),),
        ["The user's sister had a baby in the week of 2 March 2026.", "The user's sister lives in Bristol."],
    ),
    (
        (("user", "We had a baby in May. She weighs 4 kilos"),),
        ["The user and others had a baby in May 2025.", "The user's baby weighs 4 kilos."],
    ),
    (
        (("Dev", "did you have fun?"), (ME, "met Karen at the party on Saturday")),
        ["Nora met Karen at the party on 7 March 2026."],
    ),
    (((ME, "hi Dev"), ("Dev", "met Karen at the party")), ["Dev met Karen at the party."]),
    (((ME, "Mum lives in Leeds now"),), ["Nora's mum lives in Leeds now."]),
    (((ME, "Mum's the word"),), []),
    (
        ((ME, "dad's in hospital"), ("Priya", "oh Nora"), (ME, "he got a stent on Friday")),
        ["Nora's dad got a stent on 6 March 2026."],
    ),
    (
        ((ME, "how is Leo's knee"), ("Priya", "he had the surgery on Tuesday")),
        ["Leo had the surgery on 10 March 2026."],
    ),
    (
        (("memcli", "How is your sister in Leeds?"), ("user", "she works at the zoo now")),
        ["The user's sister works at the zoo now."],
    ),
    (
        (("Priya", "Moving to Sheffield with Leo in July, we found a two bed near the park"),),
        ["Priya is moving to Sheffield with Leo in July 2026, they found a two bed near the park."],
    ),
    (((ME, "no! what now"),), []),
    (((ME, "eye test 3 Oct, 14:15 at Synsam"),), ["Nora's eye test on 3 October 2026, 14:15 at Synsam."]),
    (((ME, "the exam is on Monday"),), ["The exam is on 16 March 2026."]),
    (((ME, "signed up for the Accra marathon"),), ["Nora signed up for the Accra marathon."]),
    (((ME, "putting 200 a month in an index fund"),), ["Nora is putting 200 a month in an index fund."]),
    (
        ((ME, "moving to Leeds was the best thing we did"),),
        ["Moving to Leeds was the best thing Nora and others did."],
    ),
    (((ME, "hi"), ("Dev", "nice is she single lol"), (ME, "engaged to a dentist")), []),
    (
        ((ME, "engaged to a dentist. she wants me to coach kids on saturdays"),),
        ["Nora is engaged to a dentist.", "She wants Nora to coach kids on saturdays."],
    ),
    (((ME, "like my sister"),), []),
    (((ME, "girl, 3.2 kilos, called Ines. they live in Bristol now"),), []),
    (((ME, "are you going?"), ("Priya", "of course, flying on the 19th")), ["Priya is flying on 19 March 2026."]),
]


@pytest.mark.parametrize(("talk", "kept"), TALKS)
def test_a_fact_is_of_whom_it_is_told(talk: Talk, kept: list[str]) -> None:
    """The last turn is read after the others, as a conversation or an imported chat has it."""
    turns = [
        turn(
            text,
            speaker=who,
            role=Role.ASSISTANT if who == "memcli" else Role.USER,
            origin={"memcli": Origin.ASSISTANT, "user": Origin.DIRECT_USER, ME: Origin.DIRECT_USER}.get(
                who, Origin.DOCUMENT
            ),
            position=number,
        )
        for number, (who, text) in enumerate(talk)
    ]
    found = RulesExtractor().extract(turns[-1], turns[:-1]).candidates
    assert [candidate.text for candidate in found] == kept
    assert all(candidate.said_at == NOW for candidate in found)
