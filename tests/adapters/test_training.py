"""A training of one's own that is killed and goes on, put in use and left again, over the real base."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from memcli.adapters import shelf
from memcli.config import Settings
from memcli.models.adapters import CARD, check
from memcli.requests import Note, Patch
from tests.cli.conftest import NOON, FakeParts

TRAINING = Path(__file__).with_name("training.py")
STEPS = 3
TEAS = (
    "jasmine",
    "rooibos",
    "assam",
    "mate",
    "sencha",
    "mint",
    "oolong",
    "chai",
    "pu-erh",
    "white",
    "sage",
    "fennel",
)


@pytest.fixture
def lived(settings: Settings) -> Settings:
    """A home whose user put a dozen facts right."""
    with closing(FakeParts(settings)) as parts:
        for number, tea in enumerate(TEAS):
            made = parts.assistant.remember(Note(f"My aunt {chr(65 + number)}da drinks {tea} tea."))
            parts.assistant.edit(made.changes[0].memory_id, Patch(text=f"The user's aunt drinks {tea} no more."))
    return replace(settings, adapters=True)


def train(settings: Settings, kill_after: int | None = None) -> Iterator[str]:
    """The lines of a training; killed (SIGKILL) once so many steps are done."""
    command = [sys.executable, str(TRAINING), str(settings.home.root), str(settings.home.models), str(STEPS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for number, line in enumerate(child.stdout, 1):
            yield line.strip()
            if number == kill_after:
                child.kill()
                return
        assert child.stderr is not None
        assert child.wait() == 0, child.stderr.read()
        assert child.stderr.read() == ""


@pytest.mark.model
@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_killed_training_goes_on_and_its_adapter_lives(lived: Settings) -> None:
    """What was kept is not done again; nothing is in use before it is promoted, and the way back is open."""
    assert list(train(lived, kill_after=2)) == ["step", "step"]
    assert [row.card.name for row in shelf.rows(lived) if not row.card.shipped] == []
    lines = list(train(lived))
    assert lines == ["step"] * (STEPS - 2) + ["update-1"]
    card = shelf.find(lived, "update-1")
    check(card, shelf.base_of(lived))
    assert tomllib.loads(card.weights.with_name(CARD).read_text())["training"]["steps"] == STEPS
    assert (active := shelf.active(lived, "update")) is not None
    assert active.name == "update-shipped"
    shelf.choose(lived, "update-1", NOON, "measured")
    assert shelf.named(lived, "update").name == "update-1"
    assert shelf.roll_back(lived, "update", NOON).name == "update-shipped"
