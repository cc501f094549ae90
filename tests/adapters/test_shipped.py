"""The adapters that come with memcli: found for their base, honest in their cards, and at work in the engine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memcli import models
from memcli.config import Settings
from memcli.generate import DONT_KNOW, Note, abstains, ask_messages, honest, respond
from memcli.models import files
from memcli.models.adapters import Card, cards, reads_talk, shipped
from memcli.models.catalog import entry
from memcli.ports import ChatModel, Sampling, Task

ROOT = Path(__file__).parents[2] / "adapters"
CARDS = cards(ROOT)
GAINS: dict[Task, tuple[str, ...]] = {
    "extraction": ("own_f1", "locomo_f1"),
    "update": ("own_accuracy", "own_closing_precision"),
    "generation": ("own_f1", "locomo_gold_evidence_f1", "locomo_abstention"),
}
NOW = datetime(2024, 3, 4, 9, tzinfo=UTC)
NOTES = (
    Note(
        1, "t:1", "[1] (1 March 2024) Ana: I adopted a grey cat called Miso yesterday (29 February 2024)!", "Ana"
    ),
    Note(2, "t:2", "[2] (2 March 2024) Ben: My sister Clara just moved to Graz.", "Ben"),
)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: f"{card.base}/{card.task}")
def test_a_card_names_the_base_of_the_catalog(card: Card) -> None:
    """By the hash of what is downloaded, so that no other model is ever given its weights."""
    assert card.base_sha256 == entry(card.base).sha256


@pytest.mark.parametrize("card", CARDS, ids=lambda card: f"{card.base}/{card.task}")
def test_weights_are_the_ones_that_were_measured(card: Card) -> None:
    """The card's hash is of the file beside it, which is small enough to ship."""
    assert hashlib.sha256(card.weights.read_bytes()).hexdigest() == card.about["weights_sha256"]
    assert card.weights.stat().st_size <= 12_000_000


@pytest.mark.parametrize("card", CARDS, ids=lambda card: f"{card.base}/{card.task}")
def test_a_card_tells_what_was_gained(card: Card) -> None:
    """Better than the base on every number that the card compares, or it would not be here."""
    before, after = card.about["metrics"]["before"], card.about["metrics"]["after"]
    assert before.keys() == after.keys()
    assert card.about["licence"] == "Apache-2.0"
    assert all(after[name] > before[name] for name in GAINS[card.task])


@pytest.mark.parametrize("card", CARDS, ids=lambda card: f"{card.base}/{card.task}")
def test_data_is_what_the_card_says(card: Card) -> None:
    """The hand-written files that the weights were made from are still here, unchanged."""
    digest = hashlib.sha256()
    for name in card.about["data"]["files"]:
        digest.update((ROOT / "data" / name).read_bytes())
    assert card.about["data"]["files_sha256"] == digest.hexdigest()


def test_an_adapter_is_offered_to_its_base_only(settings: Settings) -> None:
    """Another model, or the same name with other weights, gets none."""
    model, _ = files.find(settings.home.models, settings.chat_model)
    assert shipped(model, ROOT)["generation"].name == "adapter.gguf"
    assert shipped(replace(model, source_sha256="0" * 64, sha256="1" * 64), ROOT) == {}


def test_an_installation_without_adapters_offers_none(settings: Settings, tmp_path: Path) -> None:
    """They are optional: the base model answers alone."""
    model, _ = files.find(settings.home.models, settings.chat_model)
    assert shipped(model, tmp_path) == {}


@pytest.fixture
def adapted(settings: Settings) -> Iterator[ChatModel]:
    """The default model with its shipped adapters."""
    model, _ = files.find(settings.home.models, settings.chat_model)
    real = models.open_chat(replace(settings, adapters=True), shipped(model, ROOT))
    yield real
    real.close()


def reply(model: ChatModel, question: str, task: Task | None) -> str:
    """The whole answer from the two notes."""
    messages = ask_messages(question, NOTES, NOW)
    return "".join(model.stream(messages, Sampling(max_tokens=32), adapter=task))


@pytest.mark.model
def test_off_is_the_plain_base_and_on_is_not(adapted: ChatModel, settings: Settings) -> None:
    """Swapped on and off in turn, the base model's reply stays the one it gives without any adapter."""
    question = "When did Ana adopt a cat?"
    plain = models.open_chat(replace(settings, adapters=False))
    alone = reply(plain, question, "generation")
    plain.close()
    seen = [reply(adapted, question, task) for task in (None, "generation", None, "generation")]
    assert seen[0] == seen[2] == alone
    assert seen[1] == seen[3] != alone


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("When did Ana adopt a cat?", "29 February 2024 [1]", ("1 March 2024 [1]", "2 March 2024 [2]")),
        ("What is the name of Ana's cat?", "Miso [1]", ("Clara [2]", "Ben [2]", "Graz [2]")),
        ("Where did Ben's sister move to?", "Graz [2]", ("Clara [2]", "Miso [1]")),
    ],
)
def test_the_generation_adapter_answers_in_a_few_words_with_the_note(
    adapted: ChatModel, question: str, right: str, wrong: tuple[str, ...]
) -> None:
    """A copied date or name, and the number of its note: what stands beside them in the notes is less likely.

    Whether it dares to answer at all may hang on the last bits of a sum, which processors add up differently.
    """
    messages = ask_messages(question, NOTES, NOW)
    best, *others = adapted.score(messages, [right, *wrong], adapter="generation")
    assert best > max(others) + 0.1
    said = reply(adapted, question, "generation")
    assert said == right or abstains(said)


def test_no_adapter_is_asked_what_it_was_not_trained_for() -> None:
    """Only a card that says so lets its adapter hear what a talk does to notes."""
    assert [card.name for card in CARDS if reads_talk(card.weights)] == []


@pytest.mark.model
def test_an_answer_about_another_person_is_not_given(adapted: ChatModel) -> None:
    """Ana has the cat: of Ben's nothing is known, whether the adapter sees that or the check after it."""
    question = "What is the name of Ben's cat?"
    messages = ask_messages(question, NOTES, NOW)
    given = respond(
        adapted, messages, NOTES, question, Sampling(max_tokens=32), lambda _: None, adapter="generation"
    )
    assert honest(given, question, NOTES).text == DONT_KNOW
