"""What becomes of a candidate, given what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.records import Candidate, Kind, Memory, Op, Origin, Stance, Status
from memcli.update import Act
from memcli.update.decide import Decision, Review, Verdict, decide, guard
from memcli.update.plan import Planner, accepted, rejected
from memcli.update.rivals import Neighbour
from memcli.update.similar import says_the_same, sense_of
from memcli.update.slots import slots_of

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)


def memory(text: str, number: int = 1, **fields: object) -> Memory:
    """A memory about Ana, told a month ago."""
    told = NOW - timedelta(days=30)
    made = Memory(f"m:{number}", text, Kind.SEMANTIC, told, told, about="Ana", sources=("t:0",))
    return replace(made, **fields)  # type: ignore[arg-type]


def candidate(text: str, stance: Stance = Stance.STATES, **fields: object) -> Candidate:
    """A statement by Ana, now."""
    made = Candidate(text=text, about="Ana", said_at=NOW, evidence=text, sources=("t:1",), stance=stance)
    return replace(made, **fields)  # type: ignore[arg-type]


def decided(text: str, *known: str, stance: Stance = Stance.STATES) -> Decision:
    """The decision about a text beside known ones, the last of which is the most recent."""
    near = [
        Neighbour(memory(old, n), recent=len(known) - n, said_at=NOW - timedelta(days=30))
        for n, old in enumerate(known)
    ]
    return decide(candidate(text, stance), near)


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ("Ana lives in Porto.", "Ana lives in Porto."),
        ("Ana lives in Porto.", "Ana is based in Porto."),
        ("Ana lives in Porto.", "Ana's home is in Porto."),
        ("Ana likes sushi.", "Ana really loves sushi."),
        ("Ana works as a nurse.", "Ana is a nurse."),
        ("Ana's mother lives in Ghent.", "Ana's mum lives in Ghent."),
        ("Ana is allergic to latex.", "Ana has a latex allergy."),
        ("Ana ran the Rotterdam marathon in 2024.", "In 2024 Ana ran the Rotterdam marathon."),
    ],
)
def test_the_same_in_other_words_is_known_already(known: str, text: str) -> None:
    """A repeat or a paraphrase changes nothing."""
    assert decided(text, known).op is Verdict.NOOP


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ("Ana lives in Porto.", "Ana moved to Lisbon."),
        ("Ana works at Bosch.", "Ana got a new job at Zeiss."),
        ("Ana's favourite color is teal.", "Ana's favourite color is navy."),
        ("Ana is single.", "Ana is engaged to Lee."),
        ("Ana likes coffee.", "Ana hates coffee."),
        ("Ana has two cats.", "Ana has three cats now."),
        ("Ana is 34.", "Ana turned 35 on 10 March 2026."),
        ("Ana drives a red Mazda.", "Ana drives an electric Kia now."),
        ("Ana uses vim.", "Ana switched from vim to Emacs."),
        ("Ana's phone number is 555-0142.", "Ana's phone number is 555-0199."),
        ("Ana's manager is Karin.", "Sarah is Ana's manager."),
    ],
)
def test_a_change_of_the_world_supersedes(known: str, text: str) -> None:
    """What filled the same slot is closed, not erased."""
    found = decided(text, known)
    assert (found.op, found.target and found.target.text) == (Verdict.SUPERSEDE, known)


@pytest.mark.parametrize(
    ("known", "text", "stance"),
    [
        ("Ana lives in Porto.", "Ana used to live in Berlin.", Stance.PAST),
        ("Ana lives in Porto.", "Ana used to live in Porto.", Stance.PAST),
        ("Ana has a dog named Buddy.", "Ana adopted a dog named Scout.", Stance.STATES),
        ("Ana's dog is called Buddy.", "Ana's dog is called Scout.", Stance.STATES),
        ("Ana lives in Porto.", "Ana's sister lives in Madrid.", Stance.STATES),
        ("Ana likes tea.", "Ana likes coffee.", Stance.STATES),
        ("Ana went to Rome on 3 May 2025.", "Ana went to Rome on 4 June 2025.", Stance.STATES),
        ("Ana speaks French.", "Ana speaks German.", Stance.STATES),
    ],
)
def test_what_can_be_true_beside_it_is_added(known: str, text: str, stance: Stance) -> None:
    """The past, a second dog, another person, another object: all are new, and nothing is closed."""
    assert decided(text, known, stance=stance).op is Verdict.ADD


@pytest.mark.parametrize(
    ("known", "fragment", "text"),
    [
        ("Ana's flight is on 16 March 2026.", "It's Tuesday.", "Ana's flight is on 17 March 2026."),
        ("Ana's flight is on 3 May 2026.", "It's on May 4th.", "Ana's flight is on 4 May 2026."),
        ("Ana's wife's name is Clara.", "Carla, not Clara.", "Ana's wife's name is Carla."),
        ("Ana bought a red coat.", "Not red, blue.", "Ana bought a blue coat."),
        ("Ana paid 40 euros for the lamp.", "It was 45 euros.", "Ana paid 45 euros for the lamp."),
        ("Ana lives in Porto.", "It's Braga.", "Ana lives in Braga."),
    ],
)
def test_a_correction_puts_the_value_into_the_memory_it_means(known: str, fragment: str, text: str) -> None:
    """The memory is rewritten in place; its history keeps the mistake."""
    found = decided(fragment, known, stance=Stance.CORRECTS)
    assert (found.op, found.after and found.after.text) == (Verdict.UPDATE, text)


def test_a_correction_that_fits_nothing_makes_no_memory() -> None:
    """A bare value means nothing by itself."""
    assert decided("It's Tuesday.", "Ana likes tea.", stance=Stance.CORRECTS).op is Verdict.NOOP


@pytest.mark.parametrize("text", ["", "what Ana said about their boss"])
def test_a_retraction_removes_what_it_means(text: str) -> None:
    """Nothing named means what was said last."""
    found = decided(text, "Ana's boss is called Karin.", stance=Stance.RETRACTS)
    assert (found.op, found.target and found.target.id) == (Verdict.DELETE, "m:0")


def test_a_retraction_of_something_unknown_removes_nothing() -> None:
    """The nearest memory is not good enough by being nearest."""
    assert decided("Ana's horse", "Ana likes tea.", stance=Stance.RETRACTS).op is Verdict.NOOP


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Ana no longer works at Bosch.", "Ana works at Bosch."),
        ("Ana stopped drinking coffee.", "Ana drinks coffee every morning."),
        ("Ana is not vegetarian anymore.", "Ana is vegetarian."),
        ("Ana gave up beer.", "Ana drinks two beers a day."),
    ],
)
def test_an_end_closes_what_ended(text: str, known: str) -> None:
    """What was so stays true of its time."""
    assert decided(text, known, stance=Stance.ENDS).op is Verdict.SUPERSEDE


def test_more_detail_extends_a_memory() -> None:
    """The same fact with a name is one memory, not two."""
    found = decided("Ana has a dog named Rex.", "Ana has a dog.")
    assert (found.op, found.after and found.after.sources) == (Verdict.UPDATE, ("t:0", "t:1"))


def test_an_older_statement_does_not_close_a_newer_one() -> None:
    """An import of old chats tells what was so before."""
    old = candidate("Ana lives in Porto.", said_at=NOW - timedelta(days=900))
    near = Neighbour(memory("Ana lives in Lisbon."), said_at=NOW)
    found = decide(old, [near])
    assert (found.op, found.late) == (Verdict.ADD, True)


@pytest.mark.parametrize("origin", [Origin.DOCUMENT, Origin.TOOL, Origin.ASSISTANT])
def test_lower_trust_never_changes_higher_trust(origin: Origin) -> None:
    """It waits for the user instead."""
    said = candidate("Ana lives in Kyoto.", trust=origin)
    found = guard(said, decide(said, [Neighbour(memory("Ana lives in Porto."))]))
    assert found.op is Verdict.QUARANTINE


@pytest.mark.parametrize(
    ("review", "text", "op"),
    [
        ("none", "Ana moved to Lisbon.", Verdict.SUPERSEDE),
        ("conflicts", "Ana moved to Lisbon.", Verdict.QUARANTINE),
        ("conflicts", "Ana likes tea.", Verdict.ADD),
        ("all", "Ana likes tea.", Verdict.QUARANTINE),
        ("all", "Ana lives in Porto.", Verdict.NOOP),
    ],
)
def test_review_decides_what_waits(review: Review, text: str, op: Verdict) -> None:
    """All of it, what touches the known, or nothing."""
    said = candidate(text)
    assert guard(said, decide(said, [Neighbour(memory("Ana lives in Porto."))]), review).op is op


def test_a_batch_sees_its_own_changes_and_closes_validity() -> None:
    """Two moves told in one breath: the first is closed by the second."""
    moved = NOW - timedelta(days=9)
    act = Act("b:1", NOW, "rule")
    outcomes = Planner(lambda _: [Neighbour(memory("Ana lives in Porto."))], act).plan(
        [candidate("Ana moved to Lisbon.", event_at=moved), candidate("Ana moved to Madrid.")]
    )
    first, second = outcomes[0].changes, outcomes[1].changes
    assert [c.op for c in first] == [Op.SUPERSEDE, Op.ADD, Op.LINK]
    assert first[0].after is not None
    assert (first[0].after.valid_to, first[0].after.status) == (moved, Status.SUPERSEDED)
    assert first[1].after is not None
    assert first[1].after.valid_from == moved
    assert second[0].memory_id == first[1].memory_id


def test_a_change_that_is_still_ahead_leaves_the_present_in_force() -> None:
    """Who moves in October lives here until then."""
    october = NOW + timedelta(days=200)
    (outcome,) = Planner(lambda _: [Neighbour(memory("Ana lives in Porto."))], Act("b:1", NOW, "rule")).plan(
        [candidate("Ana is moving to Madrid in October 2026.", event_at=october)]
    )
    closed = outcome.changes[0].after
    assert closed is not None
    assert (closed.status, closed.valid_to) == (Status.ACTIVE, october)


def test_the_inbox_lets_in_or_refuses() -> None:
    """Accepting supersedes what it disagreed with; refusing archives."""
    old = memory("Ana lives in Porto.")
    waiting = memory("Ana lives in Kyoto.", 2, status=Status.QUARANTINED, supersedes=old.id)
    act = Act("b:1", NOW, "user")
    assert [c.op for c in accepted(waiting, old, act)] == [Op.SUPERSEDE, Op.RESTORE, Op.LINK]
    assert [c.after and c.after.status for c in rejected(waiting, act)] == [Status.ARCHIVED]


_FACTS = st.sampled_from(
    [
        "Ana lives in Porto.",
        "Ana moved to Lisbon.",
        "Ana likes tea.",
        "Ana hates tea.",
        "Ana used to live in Rome.",
        "Ana has two cats.",
        "Ana's sister lives in Porto.",
        "Ana works at Bosch.",
    ]
)


@given(st.lists(_FACTS, max_size=12))
def test_telling_everything_again_adds_nothing_twice(facts: list[str]) -> None:
    """However facts follow each other, no two memories in force say the same."""
    planner = Planner(lambda _: [], Act("b:1", NOW, "rule"))
    planner.plan([candidate(text) for text in [*facts, *facts]])
    active = [m for m in planner.heads.values() if m.status is Status.ACTIVE]
    assert not any(
        says_the_same(sense_of(a.text, "Ana"), sense_of(b.text, "Ana"))
        for a in active
        for b in active
        if a.id < b.id
    )


@given(st.text(max_size=200))
def test_any_text_has_slots_or_none(text: str) -> None:
    """Reading a fact never fails."""
    assert isinstance(slots_of(text), tuple)


@pytest.mark.parametrize(
    ("known", "text", "stance"),
    [
        ("Ana loves black coffee.", "Ana can't stand coffee now.", Stance.STATES),
        ("Ana sings bass in the church choir.", "Ana doesn't sing in the choir anymore.", Stance.ENDS),
        ("Ana is single.", "Ana is seeing someone.", Stance.STATES),
        ("Ana's vet is called Lars Holm.", "Ana's vet is now Mette Krogh.", Stance.STATES),
    ],
)
def test_the_end_of_the_wider_ends_the_narrower(known: str, text: str, stance: Stance) -> None:
    """No coffee means no black coffee; a choir that is left is the church's too."""
    assert decided(text, known, stance=stance).op is Verdict.SUPERSEDE


def test_the_end_of_the_narrower_leaves_the_wider() -> None:
    """Who hates black coffee may like it white."""
    assert decided("Ana hates black coffee.", "Ana loves coffee.").op is Verdict.ADD


@pytest.mark.parametrize(("told", "op"), [("100 mg", Verdict.NOOP), ("14 July", Verdict.QUARANTINE)])
def test_a_model_puts_a_value_of_its_kind_in_the_place_of_another(told: str, op: Verdict) -> None:
    """A dose is no birthday, whatever was being spoken of; a date in words that are not the user's waits."""
    said = candidate(f"Ana's mum's birthday is {told}.", made_by="adapter+rule")
    assert guard(said, Decision(Verdict.UPDATE, memory("Ana's mum's birthday is 4 July."), "corrected")).op is op
