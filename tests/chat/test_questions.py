"""Questions in a chat that memory can answer are answered from it, by an adapter; all other talk goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from memcli.assistant import Assistant
from memcli.config import Settings
from memcli.erasure import Scope
from memcli.generate import DONT_KNOW
from memcli.generate.acknowledge import CHANGED, HEARD, REMEMBERING
from memcli.ports import StopReply
from memcli.records import Filter
from memcli.requests import Exchange, Note
from memcli.wiring import Parts

pytestmark = pytest.mark.model
TOLD = (
    "My sister Ana lives in Porto and works as a nurse.",
    "My dog is called Biscuit and he is afraid of thunder.",
    "I am allergic to walnuts.",
    "I go swimming on Tuesdays with Clara.",
)


def asked(assistant: Assistant, text: str) -> tuple[Exchange, str]:
    """One message; the exchange, and what was streamed."""
    pieces: list[str] = []
    done = assistant.chat(text, "evening", pieces.append, private=True, past=())
    return done, "".join(pieces)


@pytest.fixture
def assistant(settings: Settings) -> Iterator[Assistant]:
    """A memory of a few facts, with the real models and their adapters."""
    parts = Parts(replace(settings, adapters=True))
    for text in TOLD:
        parts.assistant.remember(Note(text))
    yield parts.assistant
    parts.close()


def test_a_question_that_memory_answers_is_answered_from_it(assistant: Assistant) -> None:
    """In a few words, with the note; what is shown is what is kept."""
    done, shown = asked(assistant, "What is my dog called?")
    assert "Biscuit" in done.replied.text
    assert done.answer.citations
    assert shown == done.replied.text
    assert len(done.replied.text.split()) < 8


def test_talk_goes_on_as_before(assistant: Assistant, settings: Settings) -> None:
    """What memory cannot answer gets the reply that it gets without the adapters."""
    plain = Parts(replace(settings, adapters=False))
    try:
        text = "How are you today?"
        assert asked(assistant, text)[0].replied.text == asked(plain.assistant, text)[0].replied.text
    finally:
        plain.close()


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("It rained all day.", HEARD),
        ("I moved to Lisbon in May.", REMEMBERING),
        ("I'm not allergic to walnuts.", CHANGED),
        ("yes", "OK."),
        ("ok thanks!", "You're welcome."),
    ],
)
def test_what_only_tells_something_is_acknowledged(assistant: Assistant, text: str, reply: str) -> None:
    """The small model would recite a note, or console the user; nothing is injected, so nothing is cited."""
    done = assistant.chat(text, "acknowledged", lambda _: None)
    assert done.replied.text == reply
    assert done.answer.injected == ()
    private = asked(assistant, text)[0].replied.text
    assert private == (HEARD if reply in (REMEMBERING, CHANGED) else reply), "in private nothing is remembered"


def test_what_is_told_in_another_language_is_acknowledged(assistant: Assistant) -> None:
    """Where something comes of it; the small model would recite a note."""
    assert assistant.chat("Ich wohne in Köln", "abends", lambda _: None).replied.text == REMEMBERING


def test_stopping_an_answer_that_is_whole_loses_nothing(assistant: Assistant) -> None:
    """It comes in one piece: whoever stops at that has heard all of it."""

    def stop(piece: str) -> None:
        if piece:
            raise StopReply

    done = assistant.chat("What am I allergic to?", "evening", stop, private=True, past=())
    assert "walnuts" in done.answer.text


def test_what_only_memory_can_know_is_not_made_up(assistant: Assistant) -> None:
    """What is known is of walnuts: the reply says that it does not know, and nothing is cited."""
    done, shown = asked(assistant, "Am I allergic to eggs?")
    assert shown == DONT_KNOW
    assert done.answer.citations == ()


def test_an_acknowledgement_rests_on_nothing(settings: Settings) -> None:
    """So it stays where what was told before is erased."""
    parts = Parts(replace(settings, adapters=True))
    try:
        for text in ("My husband Ben is a pilot.", "I play the cello on Mondays."):
            done = parts.assistant.chat(text, "evening", lambda _: None)
            assert done.answer.retrieved == ()
        (pilot,) = [m.id for m in parts.store.list_memories(Filter(), limit=9) if "pilot" in m.text]
        plan = parts.store.plan_purge(Scope(ids=(pilot,)))
        assert (len(plan.turns), len(plan.answers)) == (2, 1)  # what was told, and the reply to that alone
    finally:
        parts.close()
