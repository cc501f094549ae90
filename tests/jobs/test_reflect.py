"""Reflection: topics and days with their evidence, added or merged, into memory or the inbox, and never twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.config import Settings
from memcli.jobs import Runner, named
from memcli.lifecycle.segments import LEAST, segments
from memcli.models.fake import FakeEmbedder
from memcli.ports import FixedClock
from memcli.records import Filter, Memory, Op, Origin, Role, Status, Turn
from memcli.wiring import Parts

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
POTTERY = (
    "I started a pottery course at the studio in town.",
    "The pottery teacher showed us how to throw a bowl on the wheel.",
    "My first bowl broke in the kiln, the second bowl survived.",
)
TRIP = (
    "We booked the ferry to the island for the summer trip.",
    "The ferry leaves at dawn, so we sleep near the harbour.",
    "The island has one hotel and a long beach.",
)


@pytest.fixture
def clock() -> FixedClock:
    """Noon of one day."""
    return FixedClock(NOON)


@pytest.fixture
def parts(settings: Settings, clock: FixedClock) -> Iterator[Parts]:
    """Real parts with a fake embedder."""
    made = Parts(settings, clock)
    made.embedder = FakeEmbedder()
    yield made
    made.close()


def talk(parts: Parts, session: str, texts: Sequence[str], at: datetime, **fields: object) -> list[str]:
    """Keep a conversation; the ids of its turns."""
    start = len(parts.store.session_turns(session))
    turns = [
        Turn(f"t:{session}{start + n}", session, start + n, Role.USER, "Ana", text, at + timedelta(minutes=n))
        for n, text in enumerate(texts)
    ]
    parts.store.add_turns([replace(turn, **fields) for turn in turns])  # type: ignore[arg-type]
    return [turn.id for turn in turns]


def reflect(parts: Parts) -> str:
    """Run the job; what it says."""
    run = Runner(parts.assistant).run(named("reflect"))
    assert run.outcome == "done", run
    return run.detail


def tagged(parts: Parts, tag: str, status: Status = Status.ACTIVE) -> list[Memory]:
    """The memories with a tag."""
    return parts.store.list_memories(Filter(tags=(tag,), statuses=(status,)), limit=100)


def test_a_conversation_is_summarised_when_it_is_over(parts: Parts, clock: FixedClock) -> None:
    """Half an hour after its last words, in its own words, with its turns as sources."""
    ids = talk(parts, "s1", POTTERY, NOON)
    clock.advance(timedelta(minutes=20))
    assert reflect(parts) == "0 conversations, 0 summaries"
    clock.advance(timedelta(minutes=20))
    assert reflect(parts) == "1 conversations, 2 summaries"
    (topic,) = tagged(parts, "topic")
    assert "pottery" in topic.text
    assert topic.sources == tuple(ids)
    assert topic.event_at == NOON
    quote = topic.text.split("“")[1].split("”")[0].removeprefix("Ana: ")
    assert quote in POTTERY
    (day,) = tagged(parts, "day")
    assert day.text.startswith("On 2 March 2026 we talked about ")
    assert reflect(parts) == "0 conversations, 0 summaries"


def test_a_topic_that_comes_up_again_is_merged(parts: Parts, clock: FixedClock) -> None:
    """One memory with the evidence of both, and a count of the conversations."""
    first = talk(parts, "s1", POTTERY, NOON)
    clock.advance(timedelta(days=1))
    reflect(parts)
    again = (
        "The pottery course had a bowl for everybody.",
        "I glazed my bowl blue after the pottery class ended.",
    )
    second = talk(parts, "s2", again, clock.now())
    clock.advance(timedelta(days=1))
    reflect(parts)
    (topic,) = tagged(parts, "topic")
    assert set(topic.sources) == {*first, *second}
    assert "(2 conversations)" in topic.text
    assert parts.store.history(topic.id)[-1].op is Op.MERGE
    assert len(tagged(parts, "day")) == 2


def test_what_is_said_later_in_a_session_is_looked_at_by_itself(parts: Parts, clock: FixedClock) -> None:
    """Turns that were looked at are not looked at again."""
    talk(parts, "s1", POTTERY, NOON)
    clock.advance(timedelta(hours=1))
    reflect(parts)
    later = talk(parts, "s1", TRIP, clock.now())
    clock.advance(timedelta(hours=1))
    reflect(parts)
    assert {topic.sources for topic in tagged(parts, "topic")} >= {tuple(later)}


@pytest.mark.parametrize(
    ("texts", "fields"),
    [
        (("Hi!", "How are you?", "Fine, thanks."), {}),
        (POTTERY, {"role": Role.ASSISTANT, "origin": Origin.ASSISTANT}),
        (POTTERY, {"origin": Origin.RECALLED}),
        (POTTERY, {"source": "add"}),
        (POTTERY[:1], {}),
    ],
)
def test_nothing_without_evidence_is_kept(
    parts: Parts, clock: FixedClock, texts: Sequence[str], fields: dict[str, object]
) -> None:
    """Small talk, the assistant's own words, recalled words, notes, a single remark."""
    talk(parts, "s1", texts, NOON, **fields)
    clock.advance(timedelta(days=1))
    assert reflect(parts).endswith("0 summaries")


def test_the_inbox_and_off_are_respected(parts: Parts, clock: FixedClock) -> None:
    """Nothing becomes a memory that the user did not want."""
    talk(parts, "s1", POTTERY, NOON)
    clock.advance(timedelta(days=1))
    parts.assistant.settings = replace(parts.settings, reflect_to="off")
    assert reflect(parts) == "off"
    parts.assistant.settings = replace(parts.settings, reflect_to="inbox")
    reflect(parts)
    assert not tagged(parts, "topic")
    (waiting,) = tagged(parts, "topic", Status.QUARANTINED)
    assert parts.store.history(waiting.id)[0].reason


def test_a_run_that_was_cut_short_repeats_nothing(parts: Parts, clock: FixedClock) -> None:
    """The mark was lost, the memories were not."""
    talk(parts, "s1", POTTERY, NOON)
    clock.advance(timedelta(days=1))
    reflect(parts)
    before = parts.store.log(limit=100)
    parts.store.note("reflected:s1", "-1")
    assert reflect(parts).endswith("0 summaries")
    assert parts.store.log(limit=100) == before


def test_the_users_own_words_survive_a_merge(parts: Parts, clock: FixedClock) -> None:
    """An edited summary gathers evidence and keeps its text."""
    talk(parts, "s1", POTTERY, NOON)
    clock.advance(timedelta(days=1))
    reflect(parts)
    (topic,) = tagged(parts, "topic")
    from memcli.requests import Patch

    parts.assistant.edit(topic.id, Patch(text="My pottery bowl phase"))
    talk(parts, "s2", POTTERY[::-1], clock.now())
    clock.advance(timedelta(days=1))
    reflect(parts)
    (after,) = tagged(parts, "topic")
    assert after.text == "My pottery bowl phase"
    assert len(after.sources) == 6


def test_one_undo_takes_a_look_back_away(parts: Parts, clock: FixedClock) -> None:
    """A run is one batch."""
    talk(parts, "s1", POTTERY, NOON)
    clock.advance(timedelta(days=1))
    reflect(parts)
    parts.assistant.undo()
    assert not tagged(parts, "topic")
    assert not tagged(parts, "day")


def test_a_change_of_subject_is_found() -> None:
    """Two blocks of vectors are two stretches."""
    rows = np.repeat(np.eye(2, dtype=np.float32), 5, axis=0)
    assert segments(rows) == [slice(0, 5), slice(5, 10)]


@given(st.integers(0, 40), st.integers(0, 2**31))
def test_stretches_cover_every_turn_once(count: int, seed: int) -> None:
    """In order, without gaps, none too short unless the whole is."""
    rows = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    found = segments(rows)
    assert [place for stretch in found for place in range(count)[stretch]] == list(range(count))
    assert all(stretch.stop - stretch.start >= LEAST for stretch in found) or len(found) == 1
