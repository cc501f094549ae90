"""What a talk ends or changes in words that name neither: through the whole reading, on a real store."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from memcli.config import Settings
from memcli.extract import RulesExtractor
from memcli.learn import Reader
from memcli.models.fake import FakeChatModel, FakeEmbedder
from memcli.ports import FixedClock
from memcli.records import Filter, Message, Op, Origin, Priority, Role, Status, Turn, Work
from memcli.requests import Note
from memcli.update.revise import LOOKED_AT, ModelReviser
from memcli.wiring import Parts

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FLAT = "Ana's flat is number 821."


@pytest.fixture
def parts(settings: Settings) -> Iterator[Parts]:
    """A real store with hashed vectors, of a user called Ana."""
    parts = Parts(replace(settings, user_name="Ana", adapters=False), FixedClock(NOW))
    parts.embedder = FakeEmbedder()
    parts.assistant.remember(Note("My flat is number 821"))
    parts.assistant.remember(Note("I sing in a choir on Sundays"))
    yield parts
    parts.close()


def listen(parts: Parts, answers: dict[str, str]) -> FakeChatModel:
    """Let a model read the conversation that answers so about the notes that hold these words."""

    def answer(messages: Sequence[Message]) -> str:
        note = messages[-1].content.rpartition("Note: ")[2]
        return next((said for word, said in answers.items() if word in note), "still")

    model = FakeChatModel(
        rule=lambda messages, _: answer(messages),
        judge=lambda messages, word: math.log(0.99 if answer(messages).startswith(word) else 0.004),
    )
    reader = Reader(RulesExtractor(), None, ModelReviser(lambda: model, "fake+update"))
    parts.learner.live = lambda: reader
    return model


def say(parts: Parts, *said: str | Turn, priority: Priority = Priority.LIVE) -> None:
    """Say things one after the other in a session."""
    for number, each in enumerate(said):
        turn = each if isinstance(each, Turn) else told(each, number)
        parts.store.add_turns([turn], [Work(turn.id, priority)])
        assert [lesson.error for lesson in parts.assistant.learn()] == [""]


def told(text: str, number: int = 0, origin: Origin = Origin.DIRECT_USER) -> Turn:
    """A turn of a chat a month later."""
    role = Role.ASSISTANT if origin is Origin.ASSISTANT else Role.USER
    at = NOW + timedelta(days=30, minutes=number)
    return Turn(f"t:said{number}", "chat", number, role, "Ana", text, at, origin)


def texts(parts: Parts, at: datetime | None = None) -> set[str]:
    """What is in force, or was."""
    return {memory.text for memory in parts.store.list_memories(Filter(as_of=at), limit=100)}


def test_a_number_alone_puts_a_new_note_in_the_place_of_the_old(parts: Parts) -> None:
    """What was so stays true of its time; one undo takes all of it back."""
    listen(parts, {"flat": "now: Ana's flat is number 812."})
    say(parts, "812!")
    assert texts(parts) == {"Ana's flat is number 812.", "Ana sings in a choir on Sundays."}
    assert FLAT in texts(parts, NOW)
    parts.assistant.undo(parts.store.log(limit=1)[0].batch)
    assert texts(parts) == {FLAT, "Ana sings in a choir on Sundays."}


def test_what_ended_is_over_and_says_who_found_it(parts: Parts) -> None:
    """Nothing takes its place; the history names the model and the turn."""
    listen(parts, {"choir": "ended"})
    say(parts, "GONE!!")
    assert texts(parts) == {FLAT}
    change = parts.store.log(limit=1)[0]
    assert (change.op, change.actor, change.evidence) == (Op.SUPERSEDE, "fake+update", ("t:said0",))
    parts.assistant.undo(parts.store.log(limit=1)[0].batch)
    assert texts(parts) == {FLAT, "Ana sings in a choir on Sundays."}


def test_a_fact_told_in_full_is_not_kept_twice(parts: Parts) -> None:
    """The turn's own candidate says what the note says anew: one memory, in the place of the old one."""
    listen(parts, {"choir": "now: Ana sings in a band on Sundays."})
    say(parts, "Now I sing in a band on Sundays")
    assert sum("band" in text for text in texts(parts)) == 1
    assert not any("choir" in text for text in texts(parts))


def test_the_model_sees_the_talk_and_no_secret(parts: Parts) -> None:
    """The last turns with who said them, secrets masked; few notes, one at a time."""
    for number in range(LOOKED_AT):
        parts.assistant.remember(Note(f"I own {number} boats in harbour {number}"))
    say(parts, "my bank pin is 4711", told("Which flat?", 1, Origin.ASSISTANT))
    model = listen(parts, {"flat": "now: Ana's flat is number 812."})
    say(parts, told("flat 812!", 2))
    ((asked, task),) = model.asked
    lines = ["Ana: my bank pin is [secret: code]", "assistant: Which flat?", "Ana: flat 812!", f"Note: {FLAT}"]
    assert (asked[-1].content.splitlines(), task) == (lines, "update")


Make = Callable[[], Turn]


@pytest.mark.parametrize(
    ("make", "priority"),
    [
        (lambda: told("Is it gone?"), Priority.LIVE),
        (lambda: told("If it were gone I would move"), Priority.LIVE),
        (lambda: told("It is gone.", origin=Origin.ASSISTANT), Priority.LIVE),
        (lambda: told("It is gone.", origin=Origin.DOCUMENT), Priority.LIVE),
        (lambda: told("It is gone.", origin=Origin.TOOL), Priority.LIVE),
        (lambda: told("Correction: the choir is on Saturdays"), Priority.LIVE),
        (lambda: told("It is gone."), Priority.BATCH),
    ],
    ids=["question", "hypothetical", "assistant", "document", "tool", "correction", "import"],
)
def test_only_what_the_user_states_in_a_conversation_is_read_so(
    parts: Parts, make: Make, priority: Priority
) -> None:
    """Nobody else's word ends anything, and of imports nobody is asked."""
    listen(parts, {"flat": "ended", "choir": "ended"})
    before = texts(parts)
    say(parts, make(), priority=priority)
    assert {text for text in before if "flat" in text} <= texts(parts)
    assert any("choir" in text for text in texts(parts))


def test_nobody_elses_memories_are_touched(parts: Parts) -> None:
    """What Ben says ends nothing of Ana's, and orders are nobody's news."""
    parts.assistant.remember(Note("Always answer in Portuguese"))
    listen(parts, {"flat": "ended", "choir": "ended", "Portuguese": "ended"})
    before = texts(parts)
    say(parts, replace(told("GONE!!"), speaker="Ben"))
    assert texts(parts) == before
    say(parts, told("ALL GONE!!", 1))
    assert {text for text in texts(parts) if "Portuguese" in text} == {t for t in before if "Portuguese" in t}
    assert len(texts(parts)) == 1


def test_a_value_of_another_kind_is_no_news(parts: Parts) -> None:
    """The model takes a dose for a day: nothing is rewritten, nothing ends, nothing waits."""
    parts.assistant.remember(Note("My mum's birthday is 4 July"))
    listen(parts, {"birthday": "now: Ana's mum's birthday is 100 mg."})
    say(parts, "the doctor says it is 100 mg for mum")
    texts = {memory.text for memory in parts.store.list_memories(Filter(statuses=tuple(Status)), limit=9)}
    assert "Ana's mum's birthday is 4 July." in texts
    assert not any("birthday is 100" in text for text in texts)
