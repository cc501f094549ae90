"""A yes or a no is only given where a cited note bears it out."""

from __future__ import annotations

import pytest

from memcli.generate import Note, Reply
from memcli.generate.polar import is_unsupported
from memcli.generate.respond import DONT_KNOW, founded


def noted(line: str) -> tuple[Note, ...]:
    """One note."""
    return (Note(1, "m:1", f"[1] (1 May 2024) {line}"),)


@pytest.mark.parametrize(
    ("question", "line", "supported"),
    [
        ("am I allergic to eggs?", "My favourite film is Alien.", False),
        ("am I allergic to sesame?", "The user is allergic to walnuts.", False),
        ("am I allergic to walnuts?", "The user is allergic to walnuts.", True),
        ("Am I allergic to a walnut?", "Ana: I am allergic to walnuts", True),
        ("Do I have any allergies?", "The user is allergic to walnuts.", True),
        ("am I allergic to eggs?", "Ana isn't allergic to eggs.", False),
        ("Did I ever live in Lisbon?", "The user lives in Porto.", False),
        ("Does Clara live in Lisbon?", "Clara lives in Lisbon.", True),
        ("Do I have a sister?", "The user has a brother, Tom.", False),
        ("Do I have siblings?", "The user has a brother, Tom.", True),
        ("Do I have children?", "The user's son Leo is four.", True),
        ("Do I have a dog?", "The user's cat is called Miso.", False),
        ("Would I enjoy the opera?", "The user sings all day.", True),
        ("Do I live in Porto or Lisbon?", "The user has moved.", True),
        ("What do I fear?", "The user went out.", True),
    ],
)
def test_a_yes_needs_what_is_asked_about(question: str, line: str, supported: bool) -> None:
    """Or one of its kind; judgements and choices are no questions of fact."""
    assert is_unsupported({"m:1"}, question, "Yes [m:1]", noted(line)) is not supported


@pytest.mark.parametrize(
    ("question", "line", "supported"),
    [
        ("Do I have a sister?", "Ana has a son.", False),
        ("Do I have a sister?", "The user's sister Clara has a son.", False),
        ("Do I have a sister?", "I have no sister.", True),
        ("am I allergic to walnuts?", "Ana is allergic to walnuts, so no nut cake.", False),
        ("am I allergic to nuts?", "Ana is allergic to walnuts, so no nut cake.", False),
        ("am I allergic to eggs?", "Ana is allergic to walnuts.", False),
        ("am I allergic to eggs?", "Ana isn't allergic to eggs.", True),
        ("Do I live in Lisbon?", "The user lives in Porto.", True),
        ("Do I like restaurants?", "Ana likes the restaurant in Rua Nova.", False),
        ("Do I still work at the bank?", "The user drives a bus.", True),
        ("Is the tooth still in?", "Chidera: tooth's out!!", True),
        ("Does Chidera play the piano?", "Chidera: she invented one about cheese", False),
    ],
)
def test_a_no_needs_a_denial_or_another_value(question: str, line: str, supported: bool) -> None:
    """Of what can be had or borne several times another denies nothing; a state that was may have ended anyhow."""
    assert is_unsupported({"m:1"}, question, "No, that is not so [m:1]", noted(line)) is not supported


def test_what_is_not_borne_out_is_not_known() -> None:
    """No yes without a citation either; other answers are left as they are."""
    notes = noted("The user is allergic to walnuts.")
    assert founded(Reply("Yes [m:1]", ("m:1",)), "am I allergic to eggs?", notes).text == DONT_KNOW
    assert founded(Reply("Yes", ()), "am I allergic to walnuts?", notes).text == DONT_KNOW
    assert founded(Reply("Yes [m:1]", ("m:1",)), "am I allergic to walnuts?", notes).text == "Yes [m:1]"
    assert founded(Reply("walnuts [m:1]", ("m:1",)), "am I allergic to anything?", notes).text == "walnuts [m:1]"


@pytest.mark.parametrize(
    ("question", "line", "known"),
    [
        ("what is my dog called?", "On 12 March we talked about wedding and Sam", False),
        ("who is my brother?", "My sister Clara has a son", False),
        ("who is my sister?", "My sister Clara has a son", True),
        ("where does my brother live?", "Clara moved to Leeds", True),
    ],
)
def test_a_name_is_taken_from_a_note_of_whom_it_asks(question: str, line: str, known: bool) -> None:
    """A sister is no brother."""
    reply = founded(Reply("Clara and Sam [m:1]", ("m:1",)), question, noted(line))
    assert (reply.text != DONT_KNOW) is known
