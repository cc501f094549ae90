"""Reflection: topics and days with their evidence, added or merged, into memory or the inbox, and never twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli import update
from memcli.erasure import Scope
from memcli.jobs import Runner, named
from memcli.lifecycle import strand
from memcli.lifecycle.segments import LEAST, segments
from memcli.ports import Embedder, FixedClock
from memcli.records import Filter, Kind, Memory, Op, Origin, Role, Status, Turn, new_id
from memcli.requests import Patch
from memcli.wiring import Parts

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
POTTERY = (
    "I started a pottery course at the studio in town.",
    "The pottery teacher showed us how to throw a bowl on the wheel.",
    "My first bowl broke in the kiln, the second bowl survived.",
)
AGAIN = ("The pottery course had a bowl for everybody.", "I glazed my bowl blue in the pottery class.")
CHESS = ("The chess club meets in the library.", "The chess club lost to the library team.")
TRIP = (
    "We booked the ferry to the island for the summer trip.",
    "The ferry leaves at dawn, so we sleep near the harbour.",
    "The island has one hotel and a long beach.",
)


@pytest.fixture
def clock() -> FixedClock:
    """Noon of one day."""
    return FixedClock(NOON)


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
    parts.assistant.undo(background=True)
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


def test_everything_is_summed_up_from_the_topics(parts: Parts, clock: FixedClock) -> None:
    """The summary names what came up most, quotes it, rests on its turns, and is renewed only by something new."""
    talk(parts, "s1", POTTERY, NOON)
    clock.advance(timedelta(hours=1))
    reflect(parts)
    assert not tagged(parts, "overall"), "one topic needs no summary"
    talk(parts, "s2", TRIP, clock.now())
    clock.advance(timedelta(days=1))
    talk(parts, "s3", AGAIN, clock.now())
    clock.advance(timedelta(days=1))
    reflect(parts)
    (overall,) = tagged(parts, "overall")
    topics = tagged(parts, "topic")
    assert overall.text.startswith("In all, since 2 Mar 2026, on 2 days: ")
    assert overall.text.index("pottery") < overall.text.index("ferry"), "what came up twice comes first"
    assert set(overall.sources) == {source for topic in topics for source in topic.sources}
    said = " ".join((*POTTERY, *TRIP, "I glazed my bowl blue in the pottery class."))
    for quote in overall.text.split("“")[1:]:
        assert quote.split("”")[0].removeprefix("Ana: ") in said
    assert reflect(parts) == "0 conversations, 0 summaries"
    first = overall.revision
    talk(
        parts,
        "s4",
        CHESS,
        clock.now(),
    )
    clock.advance(timedelta(days=1))
    reflect(parts)
    (overall,) = tagged(parts, "overall")
    assert overall.revision == first + 1
    assert "chess" in overall.text
    assert overall.last_recalled_at == clock.now(), "what is renewed does not fade meanwhile"


def test_the_users_word_on_the_summary_of_everything_is_kept(parts: Parts, clock: FixedClock) -> None:
    """Edited or put away, it stays so."""
    talk(parts, "s1", POTTERY, NOON)
    talk(parts, "s2", TRIP, NOON)
    clock.advance(timedelta(days=1))
    reflect(parts)
    (overall,) = tagged(parts, "overall")
    parts.assistant.edit(overall.id, Patch(text="A year of clay and ferries."))
    talk(
        parts,
        "s3",
        CHESS,
        clock.now(),
    )
    clock.advance(timedelta(days=1))
    reflect(parts)
    assert parts.assistant.memory(overall.id).text == "A year of clay and ferries."
    parts.assistant.forget([overall.id])
    reflect(parts)
    assert not tagged(parts, "overall")


def test_what_comes_up_again_is_rehearsed(parts: Parts, clock: FixedClock) -> None:
    """A topic of every month never fades; its strength grows as by a recall."""
    talk(parts, "s1", POTTERY, NOON)
    clock.advance(timedelta(days=60))
    reflect(parts)
    (before,) = tagged(parts, "topic")
    clock.advance(timedelta(days=60))
    talk(parts, "s2", AGAIN, clock.now())
    clock.advance(timedelta(hours=1))
    reflect(parts)
    (after,) = tagged(parts, "topic")
    assert after.strength > before.strength
    assert after.last_recalled_at == clock.now()


def test_a_topic_is_tied_to_what_was_told_in_it(parts: Parts, clock: FixedClock) -> None:
    """Its strand is those memories, oldest first; one undo takes topic, days, summary and ties back."""
    ids = talk(parts, "s1", POTTERY, NOON)
    other = talk(parts, "s2", TRIP, NOON + timedelta(hours=1))
    act = update.Act(batch=new_id("b"), at=NOON, actor="user")
    bowl, ferry = (
        Memory(new_id("m"), text, Kind.EPISODIC, NOON, NOON, event_at=NOON - timedelta(days=n), sources=(source,))
        for n, (text, source) in enumerate(
            (("Ana's first bowl broke", ids[2]), ("Ana booked the ferry", other[0]))
        )
    )
    parts.store.commit([update.birth(bowl, act), update.birth(ferry, act)])
    clock.advance(timedelta(days=1))
    batch = Runner(parts.assistant).run(named("reflect")).batch
    pottery = next(topic for topic in tagged(parts, "topic") if set(topic.sources) == set(ids))
    assert [(link.target, link.relation) for link in parts.store.links(pottery.id)] == [(bowl.id, "holds")]
    knots = strand(bowl, parts.store.links_of, parts.store.memories_by_id)
    assert [knot.memory.id for knot in knots] == [bowl.id, pottery.id]
    parts.assistant.undo(batch)
    assert [parts.store.links(each.id) for each in (bowl, ferry)] == [[], []]
    assert not any(tagged(parts, tag) for tag in ("topic", "day", "overall"))


def test_insights_are_derived_anew_when_a_source_is_purged(parts: Parts, clock: FixedClock) -> None:
    """Topic, day and summary go with the turn, and come again from what is left, without a word of it."""
    secret = "The wheel in the pottery studio belongs to the zanzibarian smuggler Quillfeather."
    ids = talk(parts, "s1", (*POTTERY, secret), NOON)
    talk(parts, "s2", TRIP, NOON)
    clock.advance(timedelta(days=1))
    reflect(parts)
    told = {tag: tagged(parts, tag) for tag in ("topic", "day", "overall")}
    assert [len(told[tag]) for tag in told] == [2, 1, 1]
    plan = parts.store.plan_purge(Scope(ids=(ids[-1],)))
    assert {told["day"][0].id, told["overall"][0].id} <= set(plan.memories)
    parts.store.purge(plan)
    assert [len(tagged(parts, tag)) for tag in told] == [1, 0, 0]
    reflect(parts)
    again = [memory for tag in told for memory in tagged(parts, tag)]
    assert len(again) == 4
    assert not any(word in memory.text for memory in again for word in ("Quillfeather", "smuggler", "zanzibarian"))
    assert not any(ids[-1] in memory.sources for memory in again)
    pottery = next(memory for memory in again if "topic" in memory.tags and "pottery" in memory.text)
    assert set(pottery.sources) == set(ids[:-1])


SESSIONS = {
    "a move and a marathon": (
        ("We got the keys for the new flat in Braga today.", "The flat has two rooms and a tiny kitchen.",
         "The landlord wants the rent on the first of the month.", "We still need boxes for the move.",
         "The movers come to the flat on Saturday."),
        ("My marathon training started again.", "I ran eighteen kilometres along the river.",
         "My running shoes are worn out after the long run.", "The marathon is in October."),
    ),
    "bread, a dentist, an exam": (
        ("My sourdough starter finally rises.", "The bread dough needs twelve hours in the fridge.",
         "I bake the bread in a cast-iron pot.", "The crust of the loaf cracked while baking."),
        ("I have a dentist appointment on Tuesday.", "The tooth on the lower left has hurt for days.",
         "The dentist says the tooth needs a root canal.", "My insurance pays half of the dental work."),
        ("Nils has his physics exam tomorrow.", "He studied electricity and magnetism all week.",
         "The physics teacher lets them use a formula sheet.", "He failed the last exam by two points."),
    ),
    "a balcony and a brother, with replies": (
        ("I planted tomatoes on the balcony.", "How lovely! Which kind of tomatoes did you plant?",
         "San Marzano, for sauce. The pots are rather small though.",
         "Tomatoes like deep pots; perhaps move them to larger ones.",
         "I will repot them at the weekend.", "Good luck with the balcony garden!"),
        ("By the way, my brother Rui got a job at the port in Sines.",
         "Congratulations to Rui! What will he do at the port?", "He drives one of the big cranes.",
         "That sounds like a demanding job.", "He starts in May and moves there with his family.",
         "Moving with a family is a lot of work."),
    ),
    "a novel and a car": (
        ("I am reading a novel about a lighthouse keeper.", "The novel is set on an island in Brittany.",
         "The lighthouse keeper writes letters that nobody gets.", "I like how the author describes the sea.",
         "It is the third book of hers that I read."),
        ("The car made a strange noise on the way home.", "The mechanic says the timing belt has to be replaced.",
         "That repair costs six hundred euros.", "I take the bus until the car is fixed."),
    ),
    "only a choir": (
        ("The choir rehearses the requiem this spring.", "I sing alto in it.", "The choir has forty singers.",
         "Our choir conductor is strict about breathing.", "The concert of the choir is in the cathedral.",
         "We sang the requiem twice at the rehearsal today.", "The tenors were flat in the second movement.",
         "Our conductor wants every singer to learn the Latin by heart.",
         "The cathedral has a long echo, so we must sing shorter notes.", "Tickets cost twelve euros.",
         "The soprano soloist comes from Vienna.", "After the rehearsal some of us went for a beer."),
    ),
    "tomatoes and what grows beside them": (
        ("I planted tomatoes on the balcony.", "Which kind of tomatoes did you plant?", "San Marzano, for sauce.",
         "Tomatoes like deep pots; perhaps move them to larger ones.", "I will repot them at the weekend."),
        ("The basil next to them has aphids.", "Soapy water helps against aphids on basil.",
         "The neighbour gave me a strawberry plant too.", "Strawberries will do well in a hanging pot."),
    ),
}  # fmt: skip


@pytest.mark.model
@pytest.mark.parametrize("name", SESSIONS)
def test_conversations_are_cut_where_their_topic_changes(embedder: Embedder, name: str) -> None:
    """With the real embedder, each cut within one turn of where a person would put it, and none beside."""
    parts = SESSIONS[name]
    vectors = embedder.embed([text for part in parts for text in part])
    cuts = [stretch.start for stretch in segments(vectors)][1:]
    wanted = [sum(map(len, parts[:number])) for number in range(1, len(parts))]
    assert len(cuts) == len(wanted), (cuts, wanted)
    assert all(abs(cut - want) <= 1 for cut, want in zip(cuts, wanted, strict=True)), (cuts, wanted)
