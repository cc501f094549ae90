"""What a model tells of the talk before is not made the fact of whoever speaks now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from memcli.extract.borrowed import anchor_of, is_astray
from memcli.records import Origin, Turn
from tests.extract.conftest import NOW, turn


def said(speaker: str, text: str, number: int = 0) -> Turn:
    """A turn of a chat of two."""
    return turn(text, speaker=speaker, origin=Origin.DOCUMENT, position=number)


BAND = said("Nora", "I got the band 6 job!! start on 3 November as senior staff nurse")
SINGLE = said("Dev", "nice is she single lol")
BABY = said("Nora", "like my sister. she just had her baby")
ASTRAY = [
    (SINGLE, said("Nora", "engaged to a dentist. I like her"), "Nora is engaged to a dentist."),
    (BABY, said("Nora", "they live in Bristol now", 1), "Nora's baby lives in Bristol."),
    (BAND, said("Priya", "friday is Biscuit's vet"), "Priya's band starts on Fridays as senior staff nurse."),
    (
        said("Nora", "Spanish moved to Mondays from next week"),
        said("Priya", "ok so no more monday pub"),
        "Priya's Spanish moved to Mondays.",
    ),
    (said("Nora", "I met Karen at the harbour party"), said("Dev", "nice! how was she"), "Dev met Karen."),
    (said("Nora", "no! what now"), said("Priya", "he's retraining as an electrician"), "Priya retrains as one."),
    (said("Nora", "dad's in hospital"), said("Nora", "his name day, lol"), "Nora's dad is called On Friday."),
    (said("Nora", "dad's in hospital"), said("Nora", "his name day, lol"), "Nora's dad is called Friday."),
]
OWN = [
    (SINGLE, said("Nora", "no, and I am engaged to a dentist"), "Nora is engaged to a dentist."),
    (SINGLE, said("Nora", "engaged. I met Karen at the zoo"), "Nora met Karen at the zoo."),
    (BABY, said("Nora", "they live in Bristol now", 1), "Nora's sister lives in Bristol."),
    (said("Dev", "her son is off to school, how is your son"), said("Nora", "he is fine"), "Nora's son is fine."),
    (said("Nora", "I got the band 6 job"), said("Priya", "me too, same band"), "Priya got the band 6 job."),
    (said("Nora", "where do you live now?"), said("Priya", "in Porto"), "Priya lives in Porto."),
    (said("Nora", "hi"), said("Priya", "he gave me his old bike"), "Priya got his old bike."),
    (said("Nora", "no! what now"), said("Priya", "he's retraining as an electrician"), "Leo retrains as one."),
    (said("Nora", "hi"), said("Priya", "our cat is called Onno"), "Priya's cat is called Onno."),
]


@pytest.mark.parametrize(("before", "now", "fact"), ASTRAY)
def test_what_another_told_is_not_told_again_as_ones_own(before: Turn, now: Turn, fact: str) -> None:
    """Nor what he did as the deed of who tells it, nor a weekday as a name."""
    assert is_astray(fact, now, [before])


@pytest.mark.parametrize(("before", "now", "fact"), OWN)
def test_an_answer_and_an_echo_are_the_speakers(before: Turn, now: Turn, fact: str) -> None:
    """A question that lends its words tells nothing by itself."""
    assert not is_astray(fact, now, [before])


def test_a_date_is_read_from_when_it_was_said() -> None:
    """On Friday, said eleven days ago and told once more today, was the Friday of that week."""
    earlier = replace(said("Nora", "he got a stent on Friday"), at=NOW - timedelta(days=11))
    later = said("Nora", "he's home, grumpy as ever")
    assert anchor_of("Nora's dad is home on Friday", later, [earlier]) == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert anchor_of("Nora's dad is home on Friday", said("Nora", "home on Friday"), [earlier]) == NOW
    assert anchor_of("Nora's dad is home", later, [earlier]) == NOW
