"""Plain questions after plain telling are answered by what was told, and honestly not where it was not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from memcli.assistant import Assistant
from memcli.config import Settings
from memcli.generate import DONT_KNOW
from memcli.ports import Embedder, FixedClock
from memcli.records import Turn
from memcli.requests import Note
from memcli.wiring import Parts

pytestmark = pytest.mark.model
SET = Path(__file__).parents[1] / "data" / "asked" / "mended.jsonl"
HOMES = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()][::7]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOLD = (
    "I work as a nurse at St Mary's in Leeds.",
    "My sister Hanna lives in Bristol.",
    "Hanna works as a vet",
    "My friend Priya has a dog called Mochi.",
    "I'm getting married on 12 September.",
    "My son Leo is 7.",
    "My daughter Mia is in year 3.",
    "dentist appointment on Friday at 10",
    "my wifi password is hunter2xyz",
    "If I lived in Rome, I would go to the opera.",
)


def told(settings: Settings, embedder: Embedder, texts: tuple[str, ...], name: str = "user") -> Parts:
    """A home that was told some things on 2 March 2026."""
    parts = Parts(replace(settings, adapters=True, user_name=name), FixedClock(NOON))
    parts.embedder = embedder
    for text in texts:
        parts.assistant.remember(Note(text))
    return parts


@pytest.fixture
def assistant(settings: Settings, embedder: Embedder) -> Iterator[Assistant]:
    """A nameless user's memory of a few facts."""
    parts = told(settings, embedder, TOLD)
    yield parts.assistant
    parts.store.close()


def answer(assistant: Assistant, question: str, *before: Turn) -> tuple[str, tuple[str, ...]]:
    """The reply of a chat, and what it cites."""
    done = assistant.chat(question, "evening", lambda _: None, private=True, past=before)
    return done.replied.text, done.answer.citations


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("whats my job", "You work as a nurse at St Mary's in Leeds ["),
        ("Do I have a sister?", "Yes: your sister Hanna lives in Bristol ["),
        ("what is priya's dog called", "Your friend Priya has a dog called Mochi ["),
        ("when is my wedding?", "You are getting married on 12 September 2026 ["),
        ("what am I doing on Friday?", "Your dentist appointment on 6 March 2026, 10:00 ["),
        ("how many kids do I have?", "Your son Leo is 7 ["),
        ("Do I work in York?", "You work as a nurse at St Mary's in Leeds ["),
    ],
)
def test_what_was_told_is_said(assistant: Assistant, question: str, said: str) -> None:
    """In memory's own sentence, which is cited."""
    reply, cited = answer(assistant, question)
    assert reply.startswith(said)
    assert cited
    assert assistant.ask(question, lambda _: None).text == reply


@pytest.mark.parametrize(
    "question", ["Do I have a brother?", "where do I live?", "How old is Hanna?", "does Priya have a cat"]
)
def test_what_was_not_told_is_not_made_up(assistant: Assistant, question: str) -> None:
    """Neither from what is near it, nor from what was only imagined."""
    assert answer(assistant, question) == (DONT_KNOW, ())


def test_a_secret_is_not_told_but_where_it_stands(assistant: Assistant) -> None:
    """Neither it nor the mark in its place."""
    reply, cited = answer(assistant, "what's my wifi password?")
    assert reply.startswith("I don't tell secrets: `memcli show t:")
    assert len(cited) == 1


def test_she_is_whom_the_question_before_was_about(assistant: Assistant) -> None:
    """As in a talk."""
    for question in ("who is Hanna?", "do I have a sister?"):
        first = assistant.chat(question, "evening", lambda _: None, private=True, past=())
        reply, _ = answer(assistant, "and what does she do?", first.said, first.replied)
        assert reply.startswith("Hanna works as a vet [")


def test_a_change_of_anothers_is_not_mine(assistant: Assistant) -> None:
    """A brother's new trade is told later, and is not the user's."""
    assert isinstance(assistant.clock, FixedClock)
    assistant.clock.advance(timedelta(days=1))
    assistant.remember(Note("My brother Tom's a teacher now, not a pilot"))
    assert answer(assistant, "whats my job")[0].startswith("You work as a nurse")
    assert answer(assistant, "what does my brother do")[0].startswith("Your brother Tom's a teacher")


def test_a_question_without_its_mark_is_no_memory(assistant: Assistant) -> None:
    """It is answered, and nothing is made of it."""
    done = assistant.chat("whats my job", "evening", lambda _: None)
    assert assistant.read(done.said) == []


def test_a_name_that_was_given_is_known(settings: Settings, embedder: Embedder) -> None:
    """Without a memory of it."""
    parts = told(settings, embedder, TOLD[:1], "Nora")
    assert answer(parts.assistant, "what's my name?") == ("You are called Nora.", ())
    parts.store.close()


def fits(asked: Mapping[str, Any], reply: str) -> bool:
    """Is a reply right, or rightly none?"""
    if asked.get("unknown"):
        return reply == DONT_KNOW
    said = f" {reply.lower()} "
    words = asked.get("all") or ()
    held = any(word in said for word in asked["any"]) and all(word in said for word in words)
    return held and not any(word in said for word in asked["none"])


def test_most_of_what_people_ask_is_answered(settings: Settings, embedder: Embedder) -> None:
    """Of three homes of the set that the rules were mended on, told as notes."""
    right = asked = made_up = 0
    for number, home in enumerate(HOMES):
        place = replace(settings.home, root=settings.home.root / str(number))
        parts = told(replace(settings, home=place), embedder, tuple(home["told"]))
        for each in home["asked"]:
            reply = parts.assistant.ask(each["q"], lambda _: None).text
            right, asked = right + fits(each, reply), asked + 1
            made_up += bool(each.get("unknown")) and reply != DONT_KNOW
        parts.store.close()
    assert asked == 8 * len(HOMES)
    assert right >= 0.75 * asked
    assert made_up <= 2  # by the model that is asked where no note says it
