"""The memory adapters there are for a base model, shipped and the user's own; knows their cards, not how they run.

An adapter is two small matrices beside each of the base's own: on any other base it computes nonsense. So a card
names its base by hash, and an adapter is offered for exactly that model.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

from memcli.errors import BadInputError, ConflictError, ModelMissingError
from memcli.models.files import sha256_of
from memcli.models.native import check_magic
from memcli.ports import Task

if TYPE_CHECKING:
    from memcli.models.files import Installed

CARD: Final = "card.toml"
WEIGHTS: Final = "adapter.gguf"
PACKAGE: Final = "memcli_adapters"
TASKS: Final[tuple[Task, ...]] = get_args(Task)
TALK: Final = "reads_talk"
"""In the card of an update adapter: it was trained on notes after a talk, and not on pairs of statements alone."""
BASE_KEY: Final = "memcli.base_sha256"
"""In the description of a GGUF LoRA: the base's file as downloaded. Not every adapter has it."""
_HINT: Final = "see `memcli adapters list`"


@dataclass(frozen=True, slots=True)
class Card:
    """One adapter: its base, its task, where its weights are, and all that its card says.

    Attributes:
        base: the base model's name in the catalog.
        base_sha256: of the base's file as it is downloaded.
        task: the memory operation it is made for.
        name: what it is called; those that come with memcli are ``TASK-shipped``.
        weights: the GGUF LoRA.
        about: the card's own tables: data, training, metrics, limits, licence.
        shipped: whether it comes with memcli.
    """

    base: str
    base_sha256: str
    task: Task
    name: str
    weights: Path
    about: Mapping[str, Any]
    shipped: bool = True

    @property
    def metrics(self) -> Mapping[str, Any]:
        """What was measured, as the card has it."""
        found: Mapping[str, Any] = self.about.get("metrics", {})
        return found

    def fits(self, model: Installed) -> bool:
        """Whether it was made for exactly this model."""
        return self.base_sha256 in {model.source_sha256, model.sha256}


def shipped_name(task: Task) -> str:
    """The name of the adapter that comes with memcli."""
    return f"{task}-shipped"


def cards(root: Path | None = None) -> list[Card]:
    """Every adapter that comes with memcli, or under another folder laid out likewise, by base and task."""
    found = root or _shipped_root()
    paths = sorted(found.glob(f"*/*/{CARD}")) if found else []
    read = [_card(path, shipped=True) for path in paths]
    return [card for card in read if card.weights.exists()]


def own_cards(folder: Path) -> list[Card]:
    """The user's own adapters, by base, task and name, whether or not their weights are there.

    Raises:
        BadInputError: a card cannot be read.
    """
    return [_card(path, shipped=False) for path in sorted(folder.glob(f"*/*/*/{CARD}"))]


def shipped(model: Installed, root: Path | None = None) -> dict[Task, Path]:
    """The adapters that come with memcli for a model, by task; none for a model that has no card."""
    return {card.task: card.weights for card in cards(root) if card.fits(model)}


def reads_talk(weights: Path) -> bool:
    """Whether the card beside an adapter says that it was trained to hear what a talk does to a note, too."""
    try:
        about = tomllib.loads(weights.with_name(CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(about.get(TALK, False))


def check(card: Card, model: Installed) -> None:
    """Whether an adapter can be run on a model: its card, its file's hash, and what the file says of itself.

    Raises:
        ConflictError: it was made for another base.
        ModelMissingError: its file is missing, cut short or changed.
        BadInputError: its file is no adapter.
    """
    if not card.fits(model):
        raise ConflictError(
            f"{card.name} was made for {card.base} ({card.base_sha256[:12]}), and {model.name} is another model",
            hint=f"`memcli models use {card.base}` goes back to its base",
        )
    if not card.weights.exists():
        raise ModelMissingError(f"the weights of {card.name} are missing: {card.weights}", hint=_HINT)
    if sha256_of(card.weights) != card.about.get("weights_sha256", ""):
        raise ModelMissingError(f"the weights of {card.name} are damaged: not what its card says", hint=_HINT)
    _check_file(card, model)


def _check_file(card: Card, model: Installed) -> None:
    """Architecture, kind and base of a GGUF as its description has them; the engine looks at the matrices."""
    import gguf

    check_magic(card.weights)
    try:
        fields = gguf.GGUFReader(card.weights).fields
    except (ValueError, IndexError, OSError) as error:
        raise BadInputError(f"the weights of {card.name} cannot be read: {error}", hint=_HINT) from error
    said = {key: str(field.contents()) for key, field in fields.items() if key in _SAID}
    if said.get("adapter.type") != "lora":
        raise BadInputError(f"{card.weights} is no LoRA adapter", hint=_HINT)
    wanted = {"general.architecture": model.architecture, BASE_KEY: card.base_sha256}
    for key, value in wanted.items():
        if said.get(key, value) != value:
            raise ConflictError(f"the weights of {card.name} say {key} {said[key]}, not {value}", hint=_HINT)


_SAID: Final = frozenset({"general.architecture", "adapter.type", BASE_KEY})


def _shipped_root() -> Path | None:
    """Where the package keeps them; None where it was installed without."""
    try:
        return Path(str(package_files(PACKAGE)))
    except ModuleNotFoundError:
        return None


def _card(path: Path, *, shipped: bool) -> Card:
    try:
        about = tomllib.loads(path.read_text(encoding="utf-8"))
        task = next(task for task in TASKS if task == about["task"])
        base, base_sha256 = str(about["base"]), str(about["base_sha256"])
    except (OSError, ValueError, KeyError, StopIteration) as error:
        raise BadInputError(f"{path} is no adapter's card: {error}", hint="mend or remove its folder") from error
    name = shipped_name(task) if shipped else path.parent.name
    return Card(base, base_sha256, task, name, path.with_name(WEIGHTS), about, shipped)
