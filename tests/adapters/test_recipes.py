"""The hand-written recipes, and what is generated from them."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from memcli.ports import Embedder

DATA = Path(__file__).parents[2] / "adapters" / "data" / "recipes"
recipes = import_module("recipes")
maker = import_module("make_training_set")
TRAIN = recipes.read(sorted((DATA / "train").glob("*.recipe")))
TEST = recipes.read([DATA / "test.recipe"])
TEST.pools = {**TRAIN.pools, **TEST.pools}


@pytest.mark.parametrize("split", [TRAIN, TEST], ids=["train", "test"])
def test_every_slot_can_be_filled(split: object) -> None:
    """A slot of any pattern has values of its own, or a pool."""
    for fact in split.facts:  # type: ignore[attr-defined]
        patterns = [*fact.says, *fact.hears, *fact.memories, *(ask.text for ask in fact.asks)]
        for slot in recipes.slots_of(" ".join(patterns)) - {"when", "next", "since"}:
            kind = slot.rstrip("0123456789")
            known = slot in fact.slots or kind in fact.slots or kind in split.pools  # type: ignore[attr-defined]
            assert known, (fact.name, slot)


@pytest.mark.parametrize("split", [TRAIN, TEST], ids=["train", "test"])
def test_every_question_can_be_answered_by_some_way_to_say_the_fact(split: object) -> None:
    """A question whose slots no utterance ever holds would never be asked."""
    for fact in split.facts:  # type: ignore[attr-defined]
        inner = {slot: recipes.slots_of(" ".join(values)) for slot, values in fact.slots.items()}
        for ask in (ask for ask in fact.asks if ask.kind not in "x#"):
            needed = recipes.slots_of(ask.text) | recipes.slots_of(ask.answer)
            ways = [recipes.slots_of(pattern) for pattern in [*fact.says, *fact.hears, *fact.memories]]
            whole = [way.union(*(inner.get(slot, set()) for slot in way)) for way in ways]
            assert any(needed <= way for way in whole), (fact.name, ask.text)


def test_train_and_test_share_no_way_to_say_or_ask() -> None:
    """The test set is written separately: no pattern of it is in the training set."""
    train = {
        p for fact in TRAIN.facts for p in [*fact.says, *fact.hears, *fact.memories, *(a.text for a in fact.asks)]
    }
    test = {
        p for fact in TEST.facts for p in [*fact.says, *fact.hears, *fact.memories, *(a.text for a in fact.asks)]
    }
    assert not train & test


def contexts(count: int) -> list[dict[str, object]]:
    """Some contexts of the training set."""
    made = maker.Maker(TRAIN, 3, reword=True)
    drawn = (made.context() for _ in range(2 * count))
    return [context for context in drawn if context is not None][:count]


def test_a_cited_note_exists_and_dates_are_copied_from_it() -> None:
    """Every citation names a note, and a date is never to be computed: it stands in the note."""
    for context in contexts(60):
        notes: list[str] = context["notes"]  # type: ignore[assignment]
        for asked in context["questions"]:  # type: ignore[attr-defined]
            numbers = [int(number) for number in re.findall(r"\[(\d+)\]", asked["answer"])]
            assert bool(numbers) == (asked["answer"] != maker.DONT_KNOW)
            assert all(1 <= number <= len(notes) for number in numbers)
            if asked["kind"] == "date":
                assert re.sub(r" \[\d+\]", "", asked["answer"]) in notes[numbers[0] - 1]


def test_nothing_is_left_unfilled() -> None:
    """No brace of a pattern reaches the model."""
    for context in contexts(60):
        assert "{" not in str(context["notes"])
        assert not [q for q in context["questions"] if re.search(r"[{}]", q["question"] + q["answer"])]  # type: ignore[attr-defined]


def test_between_a_fifth_and_two_fifths_cannot_be_answered() -> None:
    """The share of traps that the adapter learns to abstain from."""
    asked = [q for context in contexts(60) for q in context["questions"]]  # type: ignore[attr-defined]
    share = sum(q["answer"] == maker.DONT_KNOW for q in asked) / len(asked)
    assert 0.2 < share < 0.4


def test_the_same_seed_makes_the_same_set() -> None:
    """A data set is known by its recipes and its seed."""
    assert contexts(5) == contexts(5)


@pytest.mark.model
def test_nothing_in_the_test_set_is_nearly_said_in_the_training_set(embedder: Embedder) -> None:
    """Utterances and questions with their slots blank, compared by meaning: the nearest pair is still another."""
    said: list[list[str]] = []
    for split in (TRAIN, TEST):
        patterns = [p for fact in split.facts for p in [*fact.says, *fact.hears, *(ask.text for ask in fact.asks)]]
        said.append([recipes.SLOT.sub("…", pattern.replace("{name}", "Ana")) for pattern in patterns])
    train, test = (embedder.embed(patterns) for patterns in said)
    nearest = (test @ train.T).max(axis=1)
    pairs = [said[1][i] for i in (nearest > 0.95).nonzero()[0]]
    assert not pairs
