"""Adapters made on the spot, in a home of their own, for the real base model's card."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import tomlkit

from memcli.config import Settings
from memcli.models import files
from memcli.models.adapters import CARD, WEIGHTS, Card, own_cards
from tests.models.test_engine import write_adapter

MakeAdapter = Callable[..., Card]


@pytest.fixture
def make_adapter(settings: Settings) -> MakeAdapter:
    """Puts an adapter of no effect into the home; ``card`` changes what is said of it."""

    def make(name: str, task: str = "update", *, scale: float = 0.0, **card: str) -> Card:
        model, _ = files.find(settings.home.models, settings.chat_model)
        folder: Path = settings.home.adapters / model.name / task / name
        folder.mkdir(parents=True)
        write_adapter(folder / WEIGHTS, scale=scale)
        about = {
            "base": model.name,
            "base_sha256": model.source_sha256,
            "task": task,
            "weights_sha256": files.sha256_of(folder / WEIGHTS),
        }
        (folder / CARD).write_text(tomlkit.dumps(about | card), encoding="utf-8")
        return next(each for each in own_cards(settings.home.adapters) if each.name == name)

    return make
