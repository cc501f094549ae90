"""Which adapters there are and which are in use: nothing is overwritten, nothing taken for what it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from memcli import models
from memcli.adapters import shelf
from memcli.config import Settings
from memcli.errors import BadInputError, ConflictError, MemcliError, ModelMissingError, NotFoundError
from memcli.models import choices, files
from memcli.models.adapters import Card, check, shipped
from tests.adapters.conftest import MakeAdapter
from tests.models.test_engine import write_adapter

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def names(settings: Settings) -> dict[str, str]:
    """What each task runs on, by the folder or the package it is in."""
    model = shelf.base_of(settings)
    used = choices.in_use(settings.home.adapters, model)
    return {task: file.parent.name for task, file in used.items()}


def test_what_comes_with_memcli_is_in_use_first(settings: Settings) -> None:
    """Without a choice of the user's."""
    model = shelf.base_of(settings)
    assert choices.in_use(settings.home.adapters, model) == shipped(model)
    assert all(row.active for row in shelf.rows(settings) if row.card.base == settings.chat_model)


def test_a_choice_puts_an_adapter_in_use_and_the_way_back_the_one_before(
    settings: Settings, make_adapter: MakeAdapter
) -> None:
    """Step by step, as far as it went; each step is on record with its reason."""
    first = names(settings)
    for number in (1, 2):
        make_adapter(f"update-{number}")
        shelf.choose(settings, f"update-{number}", NOON + timedelta(days=number), f"better {number}")
    assert names(settings)["update"] == "update-2"
    assert [row.card.name for row in shelf.rows(settings) if row.active and row.card.task == "update"] == [
        "update-2"
    ]
    assert shelf.roll_back(settings, "update", NOON, "it was not").name == "update-1"
    assert names(settings)["update"] == "update-1"
    if "update" in first:
        shelf.roll_back(settings, "update", NOON)
        assert names(settings) == first
    told = [(each.step, each.name, each.why) for each in shelf.choices(settings, "update")][:3]
    assert told == [
        ("promote", "update-1", "better 1"),
        ("promote", "update-2", "better 2"),
        ("rollback", "update-1", "it was not"),
    ]


def test_there_is_nothing_before_the_first(settings: Settings) -> None:
    """And nothing is written."""
    with pytest.raises(NotFoundError, match="before"):
        shelf.roll_back(settings, "generation", NOON)
    assert shelf.choices(settings) == []


def test_a_line_that_was_cut_off_was_never_written(settings: Settings, make_adapter: MakeAdapter) -> None:
    """A crash in the middle of a choice leaves the one before, and the next one stands on its own line."""
    make_adapter("update-1")
    make_adapter("update-2")
    shelf.choose(settings, "update-1", NOON, "")
    log = settings.home.adapters / choices.LOG
    log.write_text(log.read_text() + '{"at": "2026-03-0', encoding="utf-8")
    assert names(settings)["update"] == "update-1"
    shelf.choose(settings, "update-2", NOON, "")
    assert names(settings)["update"] == "update-2"
    assert log.stat().st_mode & 0o077 == 0


def test_one_in_use_is_not_chosen_again(settings: Settings, make_adapter: MakeAdapter) -> None:
    """It would make the way back a way to itself."""
    make_adapter("update-1")
    shelf.choose(settings, "update-1", NOON, "")
    with pytest.raises(ConflictError, match="already"):
        shelf.choose(settings, "update-1", NOON, "")


def test_unknown_and_ambiguous_names_are_told(settings: Settings, make_adapter: MakeAdapter) -> None:
    """The same name for two tasks names none."""
    with pytest.raises(NotFoundError):
        shelf.find(settings, "update-9")
    make_adapter("mine", "update")
    make_adapter("mine", "extraction")
    with pytest.raises(ConflictError, match="several"):
        shelf.find(settings, "mine")


def _other_base(card: Card) -> None:
    text = card.weights.with_name("card.toml").read_text()
    card.weights.with_name("card.toml").write_text(text.replace(card.base_sha256, "0" * 64))


def _gone(card: Card) -> None:
    card.weights.unlink()


def _changed(card: Card) -> None:
    card.weights.write_bytes(card.weights.read_bytes()[:-8] + b"changed!")


def _rehashed(card: Card) -> None:
    """Let the card vouch for the file as it is."""
    place = card.weights.with_name("card.toml")
    text = place.read_text().replace(str(card.about["weights_sha256"]), files.sha256_of(card.weights))
    place.write_text(text)


def _other_architecture(card: Card) -> None:
    write_adapter(card.weights, architecture="qwen2")
    _rehashed(card)


def _cut(card: Card) -> None:
    card.weights.write_bytes(card.weights.read_bytes()[:100])
    _rehashed(card)


def _text(card: Card) -> None:
    card.weights.write_text("not an adapter")
    _rehashed(card)


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (_other_base, ConflictError, "another model"),
        (_gone, ModelMissingError, "missing"),
        (_changed, ModelMissingError, "damaged"),
        (_other_architecture, ConflictError, "qwen2"),
        (_cut, BadInputError, "cannot be read"),
        (_text, BadInputError, "not a GGUF"),
    ],
)
def test_an_adapter_that_does_not_fit_is_never_put_in_use(
    settings: Settings,
    make_adapter: MakeAdapter,
    spoil: Callable[[Card], None],
    error: type[MemcliError],
    words: str,
) -> None:
    """Each with an error of its own, and a way out."""
    spoil(make_adapter("update-1"))
    with pytest.raises(error, match=words) as failure:
        shelf.choose(settings, "update-1", NOON, "")
    assert failure.value.hint
    assert shelf.choices(settings) == []


def test_a_fitting_one_passes_the_same_checks(settings: Settings, make_adapter: MakeAdapter) -> None:
    """The checks of the cases above."""
    check(make_adapter("update-1"), shelf.base_of(settings))


def test_an_unreadable_card_is_named(settings: Settings, tmp_path: Path) -> None:
    """Instead of an adapter that quietly is not there."""
    folder = settings.home.adapters / "smollm2-135m-instruct" / "update" / "update-1"
    folder.mkdir(parents=True)
    (folder / "card.toml").write_text('task = "cooking"\n')
    with pytest.raises(BadInputError, match="no adapter's card"):
        shelf.rows(settings)


@pytest.mark.model
def test_the_engine_runs_on_what_is_in_use(settings: Settings, make_adapter: MakeAdapter) -> None:
    """A promoted adapter changes what the task computes; one whose file is gone is an error, not the base."""
    from memcli.errors import ModelError
    from memcli.records import Message

    settings = replace(settings, adapters=True)
    prompt = [Message("user", "What is the capital of France?")]
    card = make_adapter("update-1", scale=0.2)

    def scored(settings: Settings) -> float:
        model = models.open_chat(settings)
        try:
            return model.score(prompt, ["Paris"], adapter="update")[0]
        finally:
            model.close()

    before = scored(settings)
    shelf.choose(settings, "update-1", NOON, "")
    assert abs(scored(settings) - before) > 0.05
    assert models.has_adapter(settings, "update")
    assert not models.hears_talk(settings)  # its card does not say so
    told = card.weights.with_name("card.toml")
    told.write_text(f"reads_talk = true\n{told.read_text()}")
    assert models.hears_talk(settings)
    card.weights.unlink()
    with pytest.raises(ModelError, match="update adapter") as failure:
        scored(settings)
    assert "adapters" in (failure.value.hint or "")
