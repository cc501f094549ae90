"""Two adapters of one task on the same examples, and whether the second may take the first one's place.

The rule of promotion: the general gate not down by more than a point, and the personal one up; where a user's
history teaches nothing yet, the general one must rise.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from memcli import models
from memcli.adapters import shelf
from memcli.adapters.gate import Item, Judge, general, items, measure, sample
from memcli.adapters.personal import examples
from memcli.errors import CheckFailedError
from memcli.models.adapters import Card, check

if TYPE_CHECKING:
    from memcli.models.choices import Choice
    from memcli.ports import Progress, Task
    from memcli.wiring import Parts

TOLERATED: Final = 1.0
"""Points that the general score may lose."""
BASE: Final = "base model"


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over the same examples, in percent."""

    examples: int
    before: float
    after: float

    @property
    def gain(self) -> float:
        return round(self.after - self.before, 1)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of one; ``personal`` counts no examples where the history teaches nothing."""

    task: Task
    before: str
    after: str
    general: Scores
    personal: Scores

    @property
    def passed(self) -> bool:
        """Whether the second may take the first one's place."""
        if self.general.gain < -TOLERATED:
            return False
        return (self.personal if self.personal.examples else self.general).gain > 0

    @property
    def verdict(self) -> str:
        """In one line, with the figures: what is written down when it is promoted."""
        told = _line("general", self.general)
        return f"{told}, {_line('personal', self.personal)}" if self.personal.examples else told


def compare(
    parts: Parts, after: Card, before: Card | None, progress: Progress, limit: int | None = None
) -> Comparison:
    """Measure two adapters of a task; without ``before`` the base model alone is the other.

    Args:
        parts: whose memory, and which base.
        after: the one that is to prove itself.
        before: what it must beat.
        progress: a step an example and adapter.
        limit: of the general examples a seeded sample of so many.

    Raises:
        ConflictError: one of them is for another base.
        ModelMissingError: the base or an adapter is missing or damaged.
    """
    for card in (before, after):
        if card is not None:
            check(card, shelf.base_of(parts.settings))
    task = after.task
    common, own = general(task, limit), held_out(parts, task)
    progress.start(f"asking {after.name}", 2 * (len(common) + len(own)))
    first = _measured(parts, before, [common, own], progress)
    second = _measured(parts, after, [common, own], progress)
    progress.done()
    scores = [
        Scores(len(s), *pair) for s, pair in zip((common, own), zip(first, second, strict=True), strict=True)
    ]
    return Comparison(task, before.name if before else BASE, after.name, scores[0], scores[1])


def promote(parts: Parts, name: str, progress: Progress, limit: int | None = None) -> Choice:
    """Put an adapter in use, if it beats the one that is; the old one stays for the way back.

    Raises:
        CheckFailedError: it does not beat it; nothing was changed.
        NotFoundError: there is none of that name.
        ConflictError: it is in use already, or made for another base.
        ModelMissingError: the base or an adapter is missing or damaged.
    """
    card = shelf.find(parts.settings, name)
    found = compare(parts, card, shelf.active(parts.settings, card.task), progress, limit)
    if not found.passed:
        hint = f"`memcli adapters show {name}` tells more; nothing was changed"
        raise CheckFailedError(f"{name} does not beat {found.before}: {found.verdict}", hint=hint)
    return shelf.choose(parts.settings, name, parts.clock.now(), found.verdict)


def held_out(parts: Parts, task: Task, limit: int | None = None) -> list[Item]:
    """The user's own examples that no training sees; none in a home where nothing was stored yet."""
    if not parts.settings.home.exists():
        return []
    apart = [each for each in examples(parts.store, task) if each.held_out]
    return sample([item for each in apart for item in items(task, each.context)], limit)


def _measured(parts: Parts, card: Card | None, sets: Sequence[list[Item]], progress: Progress) -> list[float]:
    weights: dict[Any, Any] = {card.task: card.weights} if card else {}
    with closing(models.open_chat(parts.settings, weights)) as model:
        judge = Judge(model, lambda: parts.embedder)
        return [measure(each, judge, progress) for each in sets]


def _line(name: str, scores: Scores) -> str:
    return f"{name} {scores.before} -> {scores.after} ({scores.examples} examples)"
