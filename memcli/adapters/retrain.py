"""A new version of an adapter, from what a user confirmed, put right and took back; it is never put in use here.

Training goes on from the adapter in use. Every step takes general examples along (replay: SSR, section 3; a fixed
slice, as in GeRe, section 3.1), so that what it knew is kept. The user's words are read from the history when they
are needed and written nowhere: a checkpoint holds matrices only, and the card names its sources by hash.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from memcli.adapters import shelf
from memcli.adapters.compare import Comparison, compare
from memcli.adapters.gate import Context, replay
from memcli.adapters.personal import Example, examples
from memcli.erasure import trained_mark
from memcli.errors import ConflictError, ModelMissingError, NotFoundError
from memcli.models import files
from memcli.models.adapters import BASE_KEY, CARD, TALK, WEIGHTS, Card, check
from memcli.models.files import private_folder, sha256_of, writing
from memcli.paths import PRIVATE_FILE

if TYPE_CHECKING:
    from memcli.adapters.trainer import Base, Trainer
    from memcli.config import Settings
    from memcli.ports import MemoryStore, Progress, Task
    from memcli.wiring import Parts

NEEDED: Final = ("torch", "transformers", "peft")
LEAST: Final = 6
"""Examples; with fewer there is nothing to learn but them."""
_TOGETHER: Final[Mapping[Task, int]] = {"update": 8, "extraction": 4, "generation": 1}
"""Examples to a tree."""
_LIST: Final[Mapping[Task, str]] = {"update": "notes", "extraction": "sessions", "generation": "questions"}
SAVE_EVERY: Final = 60.0
"""Seconds of training between two checkpoints: what a kill may cost."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one training is run.

    Attributes:
        minutes: of training at most; opening the base is not counted.
        passes: over the user's own examples.
        least_steps: of the optimiser, where the passes make fewer.
        rate: the learning rate at its level.
        replayed: general trees to a step.
        threads: CPU threads; 0 is every core.
        seed: of the order.
    """

    minutes: float = 20.0
    passes: int = 5
    least_steps: int = 24
    rate: float = 2e-4
    replayed: int = 1
    threads: int = 1
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of a training: where it is, and what it learned from."""

    name: str
    place: Path
    start: Card
    lessons: tuple[Example, ...]
    steps: int
    seconds: float


def lessons(store: MemoryStore, task: Task) -> list[Example]:
    """The examples that a training may see.

    Raises:
        NotFoundError: there are too few.
    """
    found = [each for each in examples(store, task) if not each.held_out]
    if len(found) < LEAST:
        raise NotFoundError(
            f"there are {len(found)} changes to learn {task} from, and it takes {LEAST}",
            hint="it learns from what you accept, reject, edit, correct and undo",
        )
    return found


def require_libraries() -> None:
    """Whether what training needs is installed.

    Raises:
        ModelMissingError: it is not.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise ModelMissingError(f"training needs {' and '.join(missing)}", hint="pip install 'memcli[train]'")


def retrain(
    parts: Parts,
    task: Task,
    recipe: Recipe,
    progress: Progress,
    check_stop: Callable[[], None],
    limit: int | None = None,
) -> Comparison:
    """Train a new version, measure it against the one in use, and write its card; it is not put in use.

    One that was interrupted goes on where it was.

    Args:
        parts: whose memory, and which base.
        task: the memory operation.
        recipe: how it is trained.
        progress: steps of training, then of measuring.
        check_stop: called between steps; it may raise, and a checkpoint is written first.
        limit: of the general examples that it is measured on.

    Raises:
        NotFoundError: the task has no adapter to go on from, or the history teaches too little.
        ModelMissingError: the training libraries, or the base, are missing.
        ConflictError: something of what it learned from was erased meanwhile.
        ConflictError: something that it learned from was purged meanwhile.
        StoreError: the disk is full.
    """
    trained = _trained(parts, task, recipe, progress, check_stop)
    start = trained.start
    about = {"weights_sha256": sha256_of(trained.place / WEIGHTS)}
    card = Card(start.base, start.base_sha256, task, trained.name, trained.place / WEIGHTS, about, shipped=False)
    try:
        measured = compare(parts, card, start, progress, limit)
        _refuse_erased(parts, trained)
    except BaseException:
        shutil.rmtree(trained.place, ignore_errors=True)
        raise
    write_card(trained, recipe, measured)
    shutil.rmtree(_checkpoints(parts.settings, task), ignore_errors=True)
    return measured


def _refuse_erased(parts: Parts, trained: Trained) -> None:
    """A training has its lessons in mind: what was erased since it began must not live on in what it makes."""
    if _forget_erased(parts, trained.start.task, trained.lessons):
        raise ConflictError(
            "something that it was learning from was erased meanwhile: what it made is erased too",
            hint="run it again: it begins anew with what is left",
        )


def _forget_erased(parts: Parts, task: Task, taught: Sequence[Example]) -> bool:
    """Whether something of the lessons was erased; then the checkpoint goes too."""
    gone = parts.store.purged([source for each in taught for source in each.sources])
    if gone:
        shutil.rmtree(_checkpoints(parts.settings, task), ignore_errors=True)
    return bool(gone)


def _trained(
    parts: Parts, task: Task, recipe: Recipe, progress: Progress, check_stop: Callable[[], None]
) -> Trained:
    require_libraries()
    start = shelf.active(parts.settings, task)
    if start is None:
        raise NotFoundError(f"{parts.settings.chat_model} has no {task} adapter to go on from")
    check(start, shelf.base_of(parts.settings))
    taught = lessons(parts.store, task)
    run = _Run(parts.settings, start, recipe, taught)
    progress.start(f"training {task}", run.steps)
    try:
        run.go(progress, check_stop)
    finally:
        _forget_erased(parts, task, taught)
    name, place = _new_place(parts.settings, start)
    run.write(place)
    progress.done()
    return Trained(name, place, start, tuple(taught), run.done, run.seconds)


class _Run:
    """One training with its checkpoint."""

    def __init__(self, settings: Settings, start: Card, recipe: Recipe, taught: Sequence[Example]) -> None:
        import torch

        self._torch: Any = torch
        torch.manual_seed(recipe.seed)
        if recipe.threads:
            torch.set_num_threads(recipe.threads)
        self._start, self._recipe = start, recipe
        self._folder = _checkpoints(settings, start.task)
        self._key = f"{sha256_of(start.weights)} {sorted(each.sources for each in taught)} {recipe.seed}"
        self._own = trees(start.task, [each.context for each in taught], Random(recipe.seed))
        self._base_file = files.find(settings.home.models, settings.chat_model)[1]
        self.steps = max(recipe.least_steps, recipe.passes * len(self._own))
        self.done, self.seconds = 0, 0.0

    def go(self, progress: Progress, check_stop: Callable[[], None]) -> None:
        """Train to the end, or to the end of the minutes."""
        from memcli.adapters.trainer import open_base

        base = open_base(self._base_file)
        self._trainer = _trainer(base, self._start)
        self._resume(progress)
        saved = self.seconds
        for batch in self._batches(base):
            if self.seconds >= self._recipe.minutes * 60:
                break
            self._step(batch)
            progress.advance()
            if self.seconds - saved > SAVE_EVERY:
                self._save()
                saved = self.seconds
            try:
                check_stop()
            except BaseException:
                self._save()
                raise
        self._save()

    def _step(self, batch: Sequence[Any]) -> None:
        from memcli.adapters.trainer import share

        began = time.monotonic()
        gone = max((self.done + 1) / self.steps, self.seconds / (self._recipe.minutes * 60))
        rate = self._recipe.rate * share(self.done, gone, warmup_steps=4, decay_share=0.5)
        self._trainer.step(batch, rate)
        self.done += 1
        self.seconds += time.monotonic() - began

    def _batches(self, base: Base) -> Iterator[list[Any]]:
        """The steps that are left: a tree of the user's own and some general ones each."""
        from memcli.adapters.trees import ENCODERS

        rng = Random(self._recipe.seed)
        general = replay(self._start.task)
        rng.shuffle(general)
        own, others = cycle(self._own), cycle(general)
        for number in range(self.steps):
            contexts = [next(own), *(next(others) for _ in range(self._recipe.replayed))]
            if number >= self.done:
                yield [ENCODERS[self._start.task](context, base.tokenizer) for context in contexts]

    def _resume(self, progress: Progress) -> None:
        file = self._folder / "checkpoint.pt"
        if not file.exists():
            return
        saved = self._torch.load(file, weights_only=True)
        if saved["key"] == trained_mark(self._key):
            self._trainer.restore(saved)
            self.done, self.seconds = saved["done"], saved["seconds"]
            progress.advance(self.done)

    def _save(self) -> None:
        state = {"key": trained_mark(self._key), "done": self.done, "seconds": self.seconds}
        with writing(self._folder):
            private_folder(self._folder)
            new = self._folder / "checkpoint.new"
            self._torch.save({**self._trainer.state(), **state}, new)
            new.chmod(PRIVATE_FILE)
            new.replace(self._folder / "checkpoint.pt")

    def write(self, place: Path) -> None:
        """Put the weights in their place."""
        from memcli.adapters import lora

        with writing(place):
            private_folder(place)
            config, alpha = self._trainer.base.config, lora.shape_of(self._start.weights).alpha
            about = {BASE_KEY: self._start.base_sha256}
            lora.write(self._trainer.weights(), config, alpha, place / WEIGHTS, about)
            (place / WEIGHTS).chmod(PRIVATE_FILE)


def trees(task: Task, contexts: Sequence[Context], rng: Random) -> list[Context]:
    """Contexts of one example each as trees of several, in a drawn order; a tree costs its beginning once."""
    order = rng.sample(list(contexts), len(contexts))
    key = _LIST[task]
    if _TOGETHER[task] == 1:
        return order
    size = _TOGETHER[task]
    groups = [order[first : first + size] for first in range(0, len(order), size)]
    return [{key: [each for one in group for each in one[key]]} for group in groups]


def write_card(trained: Trained, recipe: Recipe, measured: Comparison) -> None:
    """Say of a new adapter what it is made of, what was measured, and whose records it was trained on, by hash."""
    import tomlkit

    start, kinds = trained.start, [each.kind for each in trained.lessons]
    run = {"start": start.name, "steps": trained.steps, "seconds": round(trained.seconds)}
    marks = sorted({trained_mark(source) for each in trained.lessons for source in each.sources})
    card = {
        "base": start.base,
        "base_sha256": start.base_sha256,
        "task": start.task,
        "weights_sha256": sha256_of(trained.place / WEIGHTS),
        "licence": "yours",
        TALK: bool(start.about.get(TALK, False)),
        "limits": f"Made for one person, from {start.name}. What it took in of their words cannot be found.",
        "data": {
            "examples": {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
            "replay": len(replay(start.task)),
            "records": marks,
        },
        "training": run | asdict(recipe),
        "metrics": {
            "set": "gate: general examples that come with memcli, and the user's own, held out; percent right",
            "before": _figures(measured, "before"),
            "after": _figures(measured, "after"),
        },
    }  # fmt: skip
    with writing(trained.place):
        (trained.place / CARD).write_text(tomlkit.dumps(card), encoding="utf-8")
        (trained.place / CARD).chmod(PRIVATE_FILE)


def _figures(measured: Comparison, side: str) -> dict[str, float]:
    found = {"general": getattr(measured.general, side)}
    return found | ({"personal": getattr(measured.personal, side)} if measured.personal.examples else {})


def _checkpoints(settings: Settings, task: Task) -> Path:
    return settings.home.cache / "training" / task


def _trainer(base: Base, start: Card) -> Trainer:
    from memcli.adapters import lora
    from memcli.adapters.trainer import Trainer

    return Trainer(base, lora.shape_of(start.weights), lora.read(start.weights, base.config))


def _new_place(settings: Settings, start: Card) -> tuple[str, Path]:
    """The next free ``TASK-N`` and its folder, which has no card and so is nothing yet."""
    folder = settings.home.adapters / start.base / start.task
    names = [each.parent.name for each in folder.glob(f"{start.task}-*/{CARD}")]
    numbers = [int(number) for name in names if (number := name.rpartition("-")[2]).isdigit()]
    name = f"{start.task}-{max(numbers, default=0) + 1}"
    return name, folder / name
