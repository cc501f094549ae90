"""What a model says of notes after a turn, and what it may not do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from memcli.models.fake import FakeChatModel
from memcli.ports import ChatModel
from memcli.records import Candidate, Kind, Memory, Message, Op, Origin, Stance, Status
from memcli.update import Act
from memcli.update.decide import Review, Verdict
from memcli.update.plan import Planner, Settled
from memcli.update.revise import ANSWERS, TRUSTED, ModelReviser, chances, messages, nearness, written
from memcli.update.rivals import Neighbour

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)
THEN = NOW - timedelta(days=30)
FLAT = Memory("m:flat", "Ana's flat is number 821.", Kind.SEMANTIC, THEN, THEN, about="Ana")
TALK = ("Ana: found the door", "assistant: Which one?", "Ana: 812!")
GONE = Candidate(
    f"No longer so: {FLAT.text}", "Ana", NOW, "812!", ("t:9",), stance=Stance.ENDS, made_by="fake+update"
)
MOVED = replace(GONE, text="Ana's flat is number 812.", stance=Stance.STATES)
ACT = Act("b:1", NOW, "rule")


def reviser(text: str = "", **likely: float) -> ModelReviser:
    """A reviser whose model gives each first word this probability and writes this."""
    model = FakeChatModel(rule=lambda *_: text, judge=lambda _, word: math.log(likely.get(word, 1e-9)))
    return ModelReviser(lambda: model, "fake+update")


def let_go(candidate: Candidate, target: Memory = FLAT, *, review: Review = "none", **near: Memory) -> Settled:
    """What becomes of a memory, with others beside it."""
    known = [Neighbour(target, 0.7, THEN), *(Neighbour(each, 0.7, THEN) for each in near.values())]
    found = Planner(lambda _: known, ACT, review).let_go(candidate, target, 0.95)
    assert found is not None
    return found


def test_the_talk_comes_first_and_the_note_last() -> None:
    """The trainer asks the same, and the talk is evaluated once for all notes."""
    asked = messages(TALK, FLAT.text)
    assert [type(each) for each in asked] == [Message, Message]
    assert asked[1].content == "\n".join([*TALK, f"Note: {FLAT.text}"])


def test_a_doubt_does_nothing() -> None:
    """From the threshold on a memory is let go: as ended, or as what it is now."""
    assert reviser(still=0.2, ended=TRUSTED - 0.01)(TALK, [FLAT]) == []
    (ended,) = reviser(ended=TRUSTED)(TALK, [FLAT])
    assert (ended.memory, ended.text, ended.by) == (FLAT, "", "fake+update")
    (changed,) = reviser(f"now: {MOVED.text}", now=TRUSTED)(TALK, [FLAT])
    assert changed.text == MOVED.text
    assert math.isclose(changed.sure, TRUSTED, abs_tol=0.001)


def test_a_model_that_was_not_trained_for_it_is_sure_of_nothing() -> None:
    """The answers are weighed against all words, not against one another."""
    assert reviser(still=0.0001, ended=0.01)(TALK, [FLAT]) == []


@pytest.mark.parametrize("answer", ["now:", "now", "still", "", "ended: gone"])
def test_what_is_no_note_is_none(answer: str) -> None:
    """Only a text after "now:" is a note; where nothing new is written, what was so is over all the same."""
    assert written(answer) == ""
    for said in (answer, f"now: {FLAT.text}"):
        assert [revision.text for revision in reviser(said, now=0.99)(TALK, [FLAT])] == [""]


def test_one_piece_of_news_is_about_one_note() -> None:
    """Of two notes to which it would fit the surer one is meant; an end may concern several."""
    bus = replace(FLAT, id="m:bus", text="Ana takes bus 821.")

    def judge(asked: Sequence[Message], word: str) -> float:
        return math.log(0.0001 if word != "now" else 0.99 if "flat" in asked[-1].content else 0.9)

    model = FakeChatModel(
        rule=lambda asked, _: f"now: {asked[-1].content[-20:].replace('821', '812')}", judge=judge
    )
    (revision,) = ModelReviser(lambda: model, "fake")(TALK, [bus, FLAT])
    assert revision.memory == FLAT
    assert len(reviser(ended=0.99)(TALK, [bus, FLAT])) == 2


def test_what_ended_is_closed_and_nothing_takes_its_place() -> None:
    """It stays true of its time, and the history names the model and the turn."""
    settled = let_go(GONE)
    (change,) = settled.changes
    assert settled.decision.op is Verdict.END
    assert (change.op, change.actor, change.evidence) == (Op.SUPERSEDE, "fake+update", ("t:9",))
    assert change.after is not None
    assert (change.after.status, change.after.valid_to, change.after.text) == (Status.SUPERSEDED, NOW, FLAT.text)


def test_what_changed_is_followed_by_what_is_so_now() -> None:
    """The new memory takes the old one's place."""
    settled = let_go(MOVED)
    assert [change.op for change in settled.changes[:3]] == [Op.SUPERSEDE, Op.ADD, Op.LINK]
    born = settled.changes[1].after
    assert born is not None
    assert (born.text, born.supersedes, born.made_by) == (MOVED.text, FLAT.id, "fake+update")


def test_what_is_known_already_is_not_kept_twice() -> None:
    """The memory that says it takes the old one's place, be it new in this turn or not."""
    known = replace(FLAT, id="m:new", text=MOVED.text)
    settled = let_go(MOVED, known=known)
    assert [(c.op, c.memory_id) for c in settled.changes] == [
        (Op.SUPERSEDE, FLAT.id), (Op.UPDATE, known.id), (Op.LINK, known.id),
    ]  # fmt: skip


def test_what_a_candidate_changed_is_left_alone() -> None:
    """What the turn says in so many words goes first."""
    planner = Planner(lambda _: [Neighbour(FLAT, 0.7, THEN)], ACT)
    planner.heads[FLAT.id] = FLAT
    assert planner.let_go(GONE, FLAT, 0.99) is None


def test_news_of_something_else_changes_nothing() -> None:
    """A fact that the turn tells in full has its own value: it is not the flat's."""
    planner = Planner(lambda _: [Neighbour(FLAT, 0.7, THEN)], ACT)
    planner.plan([replace(MOVED, text="The bus is the 812.", stance=Stance.STATES, made_by="rule")])
    assert planner.let_go(MOVED, FLAT, 0.99) is None
    assert planner.let_go(GONE, FLAT, 0.99) is not None


@pytest.mark.parametrize("candidate", [GONE, MOVED])
def test_it_may_do_no_more_than_anyone(candidate: Candidate) -> None:
    """Review holds it back, and lower trust never changes what higher trust said."""
    for waits in (let_go(candidate, review="conflicts"), let_go(replace(candidate, trust=Origin.DOCUMENT))):
        (change,) = waits.changes
        assert (waits.decision.op, change.op) == (Verdict.QUARANTINE, Op.QUARANTINE)
        assert change.after is not None
        assert change.after.supersedes == FLAT.id


@pytest.mark.parametrize(
    ("evidence", "text", "op"),
    [
        ("812!", "Ana's flat is number 812.", Verdict.SUPERSEDE),
        ("it's the eighth... no, 9th floor", "Ana's flat is on floor 9.", Verdict.SUPERSEDE),
        ("seven", "Ana's flat is number 7.", Verdict.SUPERSEDE),
        ("from tomorrow", "Ana's flat is number 821 from 12 March 2026.", Verdict.SUPERSEDE),
        ("812!", "Ana's flat in Faro is number 812.", Verdict.END),
        ("812!", "Ana's flat is number 813.", Verdict.END),
        ("812!", "Ana sold the flat.", Verdict.END),
    ],
)
def test_words_that_nobody_said_are_not_kept(evidence: str, text: str, op: Verdict) -> None:
    """A note anew is made of the turn's words and the note's own; if not, the old one is over all the same."""
    settled = let_go(replace(MOVED, text=text, evidence=evidence))
    assert settled.decision.op is op
    assert any(change.before is None for change in settled.changes) is (op is Verdict.SUPERSEDE)


def test_what_shares_words_and_meaning_is_asked_about_first() -> None:
    """The turn's own words weigh more than those before it."""
    said = nearness("the flat", "door\nthe flat", FLAT.text, 0.3, 0.3)
    heard = nearness("812!", "the flat\n812!", FLAT.text, 0.3, 0.3)
    other = nearness("812!", "door\n812!", FLAT.text, 0.3, 0.3)
    assert said > heard > other


@pytest.mark.model
def test_each_answer_begins_with_one_token(chat_model: ChatModel) -> None:
    """So that no answer is likelier for being shorter."""
    assert {chat_model.count_tokens(answer) for answer in ANSWERS} == {1}


@pytest.mark.model
def test_the_real_model_without_its_adapter_lets_nothing_go(chat_model: ChatModel) -> None:
    """The base knows nothing of these answers."""
    found = chances(chat_model, TALK, FLAT.text)
    assert found.keys() == set(ANSWERS)
    assert sum(found.values()) <= 1
    assert ModelReviser(lambda: chat_model, "base")(TALK, [FLAT]) == []
