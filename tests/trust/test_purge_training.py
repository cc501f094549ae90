"""A purge and a real training: what was learned from, what a training leaves, and what is erased with it.

A home is taught by edits, as a user's is; the adapter is trained on them for a few steps on the real base model.
The same without a training is in tests/adapters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from memcli.adapters import retrain, shelf
from memcli.adapters.retrain import Recipe
from memcli.cli.main import app
from memcli.cli.state import State
from memcli.config import Settings
from memcli.erasure import Scope
from memcli.errors import ConflictError
from memcli.ports import FixedClock
from memcli.requests import Note, Patch
from memcli.wiring import Parts
from tests.cli.conftest import NOON, Ran

SECRET: Final = "Quillfeather"
FRIENDS: Final = ("Ana", "Ben", "Cleo", "Dora", "Emil", "Finn", "Gina", "Hugo", "Ines", "Jana", "Kai", "Lena")
BRIEF: Final = Recipe(minutes=0.02, least_steps=2, passes=0)

pytestmark = [
    pytest.mark.model,
    pytest.mark.long,
    pytest.mark.timeout(900),
    pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning"),  # peft's, of transformers
]


class Silent:
    """A training that nobody watches."""

    def start(self, what: str, total: int) -> None:
        """Nothing to show."""

    def advance(self, by: int = 1) -> None:
        """Nothing to show."""

    def done(self) -> None:
        """Nothing to show."""


@dataclass(frozen=True)
class Taught:
    """A home whose user corrected memory, once of the secret."""

    settings: Settings
    parts: Parts
    secret: str

    def train(self, check_stop: object = lambda: None) -> str:
        """A new update adapter's name."""
        return retrain.retrain(self.parts, "update", BRIEF, Silent(), check_stop, 1).after  # type: ignore[arg-type]

    def memcli(self, *words: str, code: int = 0) -> Ran:
        """A command line in this home."""
        env = {"MEMCLI_MODELS": str(self.settings.home.models), "COLUMNS": "100", "MEMCLI_HOME": None}
        line = ["--home", str(self.settings.home.root), "--no-service", *words]
        done = CliRunner().invoke(app, line, env=env, obj=State(clock=FixedClock(NOON)))
        assert done.exit_code == code, done.output
        return Ran(done.exit_code, done.stdout, done.stderr)

    def names(self) -> list[str]:
        """The user's own adapters."""
        return [row.card.name for row in shelf.rows(self.settings) if not row.card.shipped]


@pytest.fixture
def taught(settings: Settings) -> Iterator[Taught]:
    """A dozen corrections, and one of them of the parrot."""
    parts = Parts(settings)
    memory = parts.assistant
    for friend in FRIENDS:
        kept = memory.remember(Note(f"My friend {friend} lives in Porto")).changes[0].memory_id
        memory.edit(kept, Patch(text=f"{friend} lives in Faro."))
    secret = memory.remember(Note(f"My parrot {SECRET} hides the cellar key")).changes[0].memory_id
    number = 0
    while not any(secret in each.sources for each in retrain.lessons(parts.store, "update")):
        number += 1  # one lesson in three is held out, by the hash of a memory's id
        memory.edit(secret, Patch(text=f"{SECRET} hides {number} keys."))
        if number % 4 == 0:
            memory.store.purge(memory.store.plan_purge(Scope(ids=(secret,))))
            secret = memory.remember(Note(f"My parrot {SECRET} hides the cellar key")).changes[0].memory_id
    yield Taught(settings, parts, secret)
    parts.close()


def holding(root: Path) -> list[str]:
    """The files of a home in whose bytes the secret's name is."""
    files = [file for file in root.rglob("*") if file.is_file()]
    return [str(file.relative_to(root)) for file in files if SECRET.lower().encode() in file.read_bytes().lower()]


def test_a_purge_names_the_adapter_that_learned_of_it_and_erases_it_if_asked(taught: Taught) -> None:
    """In use or not; another that learned of something else stays."""
    name = taught.train()
    shelf.choose(taught.settings, name, NOON, "for the test")
    taught.parts.close()
    foretold = taught.memcli("forget", taught.secret, "--purge", "--dry-run")
    assert f"adapters erase {name}" in foretold.err
    told = taught.memcli("forget", taught.secret, "--purge", "--yes", "--adapters", "--verify")
    assert f"erased {name} too" in told.err
    assert "nothing is left of it" in told.out
    assert (taught.names(), holding(taught.settings.home.root)) == ([], [])
    used = shelf.active(taught.settings, "update")
    assert used is not None
    assert used.shipped
    assert [choice.step for choice in shelf.choices(taught.settings)] == ["promote", "erase"]


def test_without_the_word_it_stays_and_every_purge_says_so(taught: Taught) -> None:
    """What it took in cannot be found, so that only its owner can decide; later by name."""
    name = taught.train()
    taught.parts.close()
    told = taught.memcli("forget", taught.secret, "--purge", "--yes", "--verify", "--json").json
    assert (told["learned"], told["learned_erased"]) == ([name], False)
    assert told["verified"]["adapters"] == [f"adapters/{taught.settings.chat_model}/update/{name}"]
    assert holding(taught.settings.home.root) == []
    friend = taught.memcli("list", "--json").json[0]["id"]
    taught.memcli("forget", friend, "--purge", "--yes")
    assert taught.names() == [name]
    assert taught.memcli("adapters", "erase", name, "--yes", "--json").json["runs_on"] == "update-shipped"
    assert taught.names() == []
    taught.memcli("adapters", "erase", "update-shipped", "--yes", code=4)


def test_what_a_stopped_training_left_goes_with_a_purge(taught: Taught) -> None:
    """Its checkpoint, and weights that were written before it was killed."""

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        taught.train(stop)
    checkpoint = taught.settings.home.cache / "training" / "update" / "checkpoint.pt"
    assert checkpoint.exists()
    half = taught.settings.home.adapters / taught.settings.chat_model / "update" / "update-1"
    half.mkdir(parents=True)
    (half / "adapter.gguf").write_bytes(b"weights")
    taught.parts.close()
    taught.memcli("forget", taught.secret, "--purge", "--yes")
    assert not checkpoint.exists()
    assert not half.exists()


def test_a_training_whose_lesson_is_erased_meanwhile_is_erased_too(taught: Taught) -> None:
    """It has it in mind, and would write it down at its end."""
    store = taught.parts.store

    def purge() -> None:
        store.purge(store.plan_purge(Scope(ids=(taught.secret,))))

    with pytest.raises(ConflictError, match="erased meanwhile"):
        taught.train(purge)
    assert taught.names() == []
    adapters = taught.settings.home.adapters
    assert not list(adapters.rglob("*.gguf"))
    assert not (taught.settings.home.cache / "training" / "update").exists()
    assert taught.train()
