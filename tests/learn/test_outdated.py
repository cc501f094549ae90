"""What an answer is not shown: turns that say only what no longer holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from memcli.config import Settings
from memcli.generate import looks_back, outdated
from memcli.models.fake import FakeChatModel, FakeEmbedder
from memcli.ports import FixedClock
from memcli.records import Hit, Lane
from memcli.requests import Note
from memcli.wiring import Parts


@pytest.fixture
def clock() -> FixedClock:
    """Stands still but for what a test says."""
    return FixedClock()


@pytest.fixture
def parts(settings: Settings, clock: FixedClock) -> Iterator[Parts]:
    """An empty home of Ana's."""
    made = Parts(replace(settings, user_name="Ana"), clock)
    made.embedder = FakeEmbedder()
    yield made
    made.close()


def say(parts: Parts, clock: FixedClock, *texts: str) -> list[str]:
    """Told one after another, a day apart; the ids of the turns."""
    ids = []
    for text in texts:
        ids += [turn.id for turn in parts.assistant.remember(Note(text)).turns]
        clock.advance(timedelta(days=1))
    return ids


def hits(parts: Parts, ids: list[str]) -> list[Hit]:
    """The turns as finds."""
    turns = parts.store.turns_by_id(ids)
    return [Hit(Lane.TURN, each, 1.0, turn=turns[each]) for each in ids]


def test_what_was_superseded_is_not_shown(parts: Parts, clock: FixedClock) -> None:
    """Where she lived is for questions that look back; what she says beside it is kept."""
    old, new, both = say(
        parts, clock, "I live in Porto", "I moved to Lisbon", "I work at the clinic and I have a cat called Miso"
    )
    gone = outdated(hits(parts, [old, new, both]), parts.store.memories_from([old, new, both]))
    assert gone == {old: None}


def test_what_was_put_right_is_shown_in_its_place(parts: Parts, clock: FixedClock) -> None:
    """The memory that knows better, though no search found it."""
    (old,) = say(parts, clock, "I quit smoking in 2019")
    say(parts, clock, "I quit smoking in 2020, not 2019")
    (better,) = outdated(hits(parts, [old]), parts.store.memories_from([old])).values()
    assert better is not None
    assert better.text == "Ana quit smoking in 2020."


def test_what_stands_in_for_a_turn_can_be_explained(parts: Parts, clock: FixedClock) -> None:
    """All that was shown is among what `why` tells, with its trust."""
    say(parts, clock, "I quit smoking in 2019", "I quit smoking in 2020, not 2019")
    parts.store.flush(force=True)
    parts.chat_model = FakeChatModel(["2020 [1]"])
    answer = parts.assistant.ask("When does smoking end?", lambda _: None)
    assert set(answer.injected) <= {hit.id for hit in answer.retrieved}
    assert answer.citations
    assert answer.trust is not None


def test_an_answer_rests_on_what_holds(parts: Parts, clock: FixedClock) -> None:
    """Unless the question looks back."""
    old, new = say(parts, clock, "I live in Porto", "I moved to Lisbon")
    parts.store.flush(force=True)
    parts.chat_model = FakeChatModel(["Lisbon"] * 2)
    now = parts.assistant.ask("Where do I live?", lambda _: None)
    then = parts.assistant.ask("Where did I live?", lambda _: None)
    assert old not in now.injected
    assert new in now.injected or any(each.startswith("m:") for each in now.injected)
    assert old in then.injected


@pytest.mark.parametrize(
    ("question", "back"),
    [
        ("Where do I live?", False),
        ("Who is my dentist?", False),
        ("Where did I live before?", True),
        ("What was my first job?", True),
        ("Who is my ex?", True),
    ],
)
def test_some_questions_look_back(question: str, back: bool) -> None:
    """By their words."""
    assert looks_back(question) is back
