"""Several candidates of one turn: what they change, in an order that can be carried out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from memcli.records import Candidate, Kind, Memory, Stance
from memcli.update import Act
from memcli.update.decide import Verdict
from memcli.update.plan import Planner
from memcli.update.rivals import Neighbour

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)
ACT = Act("b:1", NOW, "rule")
ENDING = Candidate(
    "It isn't wine after all: it's the strobing light.", "Ana", NOW, "it isn't wine", ("t:1",), stance=Stance.ENDS
)
FACT = Candidate("Ana's trigger is the strobing light.", "Ana", NOW, "it's the strobing light", ("t:1",))


def test_what_a_turn_ends_it_does_not_tell() -> None:
    """Whatever comes first, nothing is changed before it is born, and the new fact stays."""
    for candidates in ([ENDING, FACT], [FACT, ENDING]):
        settled = Planner(lambda _: [], ACT).plan(candidates)
        changes = [change for one in settled for change in one.changes if change.link is None]
        assert [change.before for change in changes] == [None, None]
        assert {change.after.text for change in changes if change.after} == {ENDING.text, FACT.text}


def test_a_models_words_change_nothing_that_the_turn_does_not_say() -> None:
    """A wish for a balcony is no news of where she lives; what is said in so many words is."""
    home = Memory("m:home", "Ana lives in a small flat in Gaia.", Kind.CORE, NOW, NOW, about="Ana")
    made = Candidate(
        "Ana lives in a balcony for Miso.",
        "Ana",
        NOW,
        "maybe a balcony for Miso",
        ("t:1",),
        made_by="m+extraction",
    )
    near = [Neighbour(home)]
    (waits,) = Planner(lambda _: near, ACT).plan([made])
    assert waits.decision.op is Verdict.QUARANTINE
    said = replace(made, text="Ana lives in Porto.", evidence="and now I live in Porto")
    (changed,) = Planner(lambda _: near, ACT).plan([said])
    assert (changed.decision.op, changed.decision.target) == (Verdict.SUPERSEDE, home)


def test_learning_a_trade_is_no_job() -> None:
    """Who learns to cook is still a nurse."""
    job = Memory("m:job", "Ana works as a nurse.", Kind.CORE, NOW, NOW, about="Ana")
    for text, op in (("Ana is learning to cook.", Verdict.ADD), ("Ana is a cook.", Verdict.SUPERSEDE)):
        (settled,) = Planner(lambda _: [Neighbour(job)], ACT).plan([Candidate(text, "Ana", NOW, text, ("t:1",))])
        assert settled.decision.op is op


def test_a_parting_that_is_told_twice_in_one_breath_is_one() -> None:
    """By a rule, and by a model that remembers the name: what the rule says is in the words of the turn."""
    said = Candidate("Ana and their partner broke up.", "Ana", NOW, "We broke up", ("t:1",), stance=Stance.ENDS)
    guessed = replace(said, text="Ana and Karl broke up.", made_by="m+extraction")
    settled = Planner(lambda _: [], ACT).plan([said, guessed])
    made = [change.after.text for one in settled for change in one.changes if change.after is not None]
    assert made == [said.text]
