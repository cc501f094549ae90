"""Finds the memory adapters that come with memcli for a base model; knows their cards, not how they are run.

An adapter is two small matrices beside each of the base's own: on any other base it computes nonsense. So a card
names its base by hash, and an adapter is offered for exactly that model.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

from memcli.ports import Task

if TYPE_CHECKING:
    from memcli.models.files import Installed

CARD: Final = "card.toml"
WEIGHTS: Final = "adapter.gguf"
PACKAGE: Final = "memcli_adapters"


@dataclass(frozen=True, slots=True)
class Card:
    """One adapter: its base, its task, where its weights are, and all that its card says.

    Attributes:
        base: the base model's name in the catalog.
        base_sha256: of the base's file as it is downloaded.
        task: the memory operation it is made for.
        weights: the GGUF LoRA.
        about: the card's own tables: data, training, metrics, limits, licence.
    """

    base: str
    base_sha256: str
    task: Task
    weights: Path
    about: Mapping[str, Any]


def cards(root: Path | None = None) -> list[Card]:
    """Every adapter under a folder, by base and task; by default those that come with memcli."""
    found = root or _shipped_root()
    paths = sorted(found.glob(f"*/*/{CARD}")) if found else []
    return [card for path in paths if (card := _card(path)).weights.exists()]


def shipped(model: Installed, root: Path | None = None) -> dict[Task, Path]:
    """The adapters made for a model, by task; none for a model that has no card."""
    hashes = {model.source_sha256, model.sha256}
    return {card.task: card.weights for card in cards(root) if card.base_sha256 in hashes}


def _shipped_root() -> Path | None:
    """Where the package keeps them; None where it was installed without."""
    try:
        return Path(str(files(PACKAGE)))
    except ModuleNotFoundError:
        return None


def _card(path: Path) -> Card:
    about = tomllib.loads(path.read_text(encoding="utf-8"))
    task = next(task for task in get_args(Task) if task == about["task"])
    return Card(about["base"], about["base_sha256"], task, path.with_name(WEIGHTS), about)
