"""What a model's vote on an unclear change comes to, and what it may not do."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from memcli.models.fake import FakeChatModel
from memcli.ports import ChatModel
from memcli.records import Candidate, Kind, Memory, Message, Op, Origin, Status
from memcli.update import Act
from memcli.update.decide import SURE, Decision, Verdict, Vote, decide
from memcli.update.plan import Planner
from memcli.update.rivals import Neighbour
from memcli.update.vote import CHOICES, LOOKED_AT, TRUSTED, ModelVoter, chances, messages

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)
THEN = NOW - timedelta(days=30)
OLD = Memory("m:old", "Ana rows on the river every morning.", Kind.SEMANTIC, THEN, THEN, about="Ana")
NEW = Candidate("Ana has not rowed since the flood.", "Ana", NOW, "not rowed since the flood", ("t:1",))


def voter(**likely: float) -> ModelVoter:
    """A voter whose model gives each choice this probability, whatever it is asked."""
    model = FakeChatModel(judge=lambda _, choice: math.log(likely.get(choice, 1e-9)))
    return ModelVoter(lambda: model, "fake+update")


def decided(op: Verdict, confidence: float, candidate: Candidate = NEW, old: Memory = OLD) -> Decision:
    """The decision with this vote on ``old``."""
    return decide(candidate, [Neighbour(old, 0.7, THEN)], Vote(op, old.id, confidence, "fake+update"))


@pytest.mark.parametrize(
    ("op", "confidence", "expected"),
    [
        (Verdict.UPDATE, SURE, Verdict.SUPERSEDE),
        (Verdict.DELETE, SURE, Verdict.SUPERSEDE),
        (Verdict.UPDATE, SURE - 0.01, Verdict.ADD),
        (Verdict.DELETE, SURE - 0.01, Verdict.ADD),
        (Verdict.ADD, 1.0, Verdict.ADD),
        (Verdict.NOOP, 1.0, Verdict.ADD),  # it shares too few words to be thrown away on a model's word
    ],
)
def test_a_vote_counts_as_far_as_it_is_sure(op: Verdict, confidence: float, expected: Verdict) -> None:
    """A sure change is made, a doubt holds nothing back, and nothing is thrown away on a model's word alone."""
    assert decided(op, confidence).op is expected


def test_a_repeat_by_vote_is_one_by_words_too() -> None:
    """Half of the words must be there, and the same day."""
    again = replace(NEW, text="Ana is out rowing on the river in the morning.")
    assert decided(Verdict.NOOP, SURE, again).op is Verdict.NOOP
    other_day = replace(again, event_at=NOW)
    assert decided(Verdict.NOOP, SURE, other_day, replace(OLD, event_at=THEN)).op is Verdict.ADD


def test_no_vote_overrules_a_rule() -> None:
    """What a rule decides stays decided, however sure a model is."""
    home = replace(OLD, text="Ana lives in Porto.")
    moved = replace(NEW, text="Ana moved to Lisbon.")
    assert decided(Verdict.NOOP, 1.0, moved, home).reason == "changed"


def test_no_vote_reaches_another_person_or_closes_what_was_said_later() -> None:
    """Only memories about the same person are voted on, and an older statement closes nothing."""
    assert decided(Verdict.UPDATE, 1.0, old=replace(OLD, about="Bo")).op is Verdict.ADD
    earlier = replace(NEW, said_at=THEN - timedelta(days=1))
    assert decided(Verdict.UPDATE, 1.0, earlier).op is Verdict.ADD


def test_the_history_names_the_model_that_decided() -> None:
    """Blame: the changes of a vote are the model's, those of a rule the rule's."""
    act = Act("b:1", NOW, "rule")
    planner = Planner(lambda _: [Neighbour(OLD, 0.7, THEN)], act, ask=voter(ended=0.95, other=0.05))
    (settled,) = planner.plan([NEW])
    assert {change.actor for change in settled.changes} == {"fake+update"}
    assert settled.changes[0].reason == "no longer so, by vote"
    (alone,) = Planner(lambda _: [], act, ask=voter(ended=0.95)).plan([NEW])
    assert {change.actor for change in alone.changes} == {"rule"}


def test_lower_trust_may_not_change_by_vote_what_higher_trust_said() -> None:
    """A document's statement goes to the inbox."""
    act = Act("b:1", NOW, "rule")
    planner = Planner(lambda _: [Neighbour(OLD, 0.7, THEN)], act, ask=voter(changed=1.0))
    (settled,) = planner.plan([replace(NEW, trust=Origin.DOCUMENT)])
    assert [(c.op, c.after and c.after.status) for c in settled.changes] == [(Op.QUARANTINE, Status.QUARANTINED)]


def test_only_near_memories_of_the_person_are_asked_about() -> None:
    """At most three, nearest first, none of another person, none that shares nothing."""
    asked: list[str] = []

    def judge(asking: object, choice: str) -> float:
        assert isinstance(asking, tuple | list)
        if choice == "other":
            asked.append(asking[-1].content)
        return 0.0 if choice == "changed" else -9.0

    near = [Neighbour(replace(OLD, id=f"m:{n}"), 0.5 + n / 100, THEN) for n in range(6)]
    near += [Neighbour(replace(OLD, id="m:bo", about="Bo"), 0.99, THEN)]
    near += [Neighbour(replace(OLD, id="m:far", text="Ana owns a harp."), 0.1, THEN)]
    vote = ModelVoter(lambda: FakeChatModel(judge=judge), "fake")(NEW, near)
    assert len(asked) == LOOKED_AT
    assert vote is not None
    assert vote.target == "m:5"
    assert ModelVoter(lambda: FakeChatModel(judge=judge), "fake")(NEW, near[-2:]) is None


@pytest.mark.model
def test_the_real_model_gives_a_valid_vote(chat_model: ChatModel) -> None:
    """The four choices with their probabilities, without a word generated; one that is not sure votes nothing."""
    found = chances(chat_model, OLD.text, NEW.text)
    assert found.keys() == CHOICES.keys()
    assert math.isclose(sum(found.values()), 1.0, rel_tol=1e-6)
    vote = ModelVoter(lambda: chat_model, "real")(NEW, [Neighbour(OLD, 0.7, THEN)])
    assert (vote is None) is (max(found.values()) < TRUSTED and found["changed"] + found["ended"] < TRUSTED)


@pytest.mark.model
def test_each_choice_is_one_token(chat_model: ChatModel) -> None:
    """So that no choice is likelier for being shorter."""
    assert {chat_model.count_tokens(choice) for choice in CHOICES} == {1}


def test_the_question_holds_both_sentences_and_nothing_else_of_the_memory() -> None:
    """The trainer makes the same question from two texts."""
    asked = messages("Ana lives in Porto.", "Ana moved.")
    assert [type(each) for each in asked] == [Message, Message]
    assert asked[1].content == "Old: Ana lives in Porto.\nNew: Ana moved."
