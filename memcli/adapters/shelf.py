"""The adapters there are, as a person lists them, and the two acts that change which is in use.

The command line and the TUI make these calls; nothing here runs a model.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from memcli import models
from memcli.config import Settings
from memcli.erasure import trained_mark
from memcli.errors import ConflictError, NotFoundError
from memcli.models import Installed, files
from memcli.models.adapters import CARD, TASKS, Card, check, own_cards
from memcli.models.choices import Choice, known, line_up, log, note, previous
from memcli.models.files import writing
from memcli.ports import Task

IN_USE: Final = "in use"
SETTINGS: Final[Mapping[Task, str]] = {"extraction": "extract.method", "update": "update.vote"}
"""What lets a model do a task that is done by rule otherwise."""
_HINT: Final = "see `memcli adapters list`"


@dataclass(frozen=True, slots=True)
class Row:
    """An adapter as it is listed.

    Attributes:
        card: its card.
        active: whether it is the one that its task runs on, once a model is asked.
        here: whether its weights are.
        state: in words, whether it is in use under the settings, and what it waits for.
    """

    card: Card
    active: bool
    here: bool
    state: str

    @property
    def used(self) -> bool:
        """Whether it is asked, as the settings stand."""
        return self.state == IN_USE

    @property
    def metrics(self) -> Mapping[str, Any]:
        """Of the card."""
        return self.card.metrics


def rows(settings: Settings) -> list[Row]:
    """Every adapter, by base and task: those that come with memcli first.

    Raises:
        BadInputError: a card in the home cannot be read.
    """
    used: dict[tuple[str, Task], str] = {}
    here = models.installed(settings)
    cards = known(settings.home.adapters)
    for card in cards:
        model = next((each for each in here if card.fits(each)), None)
        if model is not None:
            names = line_up(settings.home.adapters, model, card.task)
            used[card.base, card.task] = names[-1][0] if names else ""
        elif card.shipped:
            used[card.base, card.task] = card.name
    found = [_row(settings, card, used.get((card.base, card.task)) == card.name) for card in cards]
    return sorted(found, key=lambda row: (row.card.base, row.card.task))


def _row(settings: Settings, card: Card, active: bool) -> Row:
    here = card.weights.exists()
    if not active or not here:
        state = "not in use" if here else "its weights are missing"
    elif not settings.adapters:
        state = "waits for model.adapters on"
    elif card.base != settings.chat_model:
        state = f"waits for model.chat {card.base}"
    elif not models.is_asked(settings, card.task):
        state = f"waits for {SETTINGS[card.task]} model"
    else:
        state = IN_USE
    return Row(card, active, here, state)


def find(settings: Settings, name: str) -> Card:
    """The adapter of a name; of several bases' the one for the chat model.

    Raises:
        NotFoundError: there is none.
        ConflictError: several models have one of that name, and the chat model is none of them.
    """
    found = [card for card in known(settings.home.adapters) if card.name == name]
    own = [card for card in found if card.base == settings.chat_model]
    if not found:
        raise NotFoundError(f"no adapter is called {name}", hint=_HINT)
    if len(own or found) > 1:
        raise ConflictError(f"several adapters are called {name}", hint=_HINT)
    return (own or found)[0]


def named(settings: Settings, name: str) -> Card:
    """The adapter of a name, or the one that a task of that name runs on.

    Raises:
        NotFoundError: there is none.
        ConflictError: see ``find``.
    """
    task = next((each for each in TASKS if each == name), None)
    return (active(settings, task) if task else None) or find(settings, name)


def active(settings: Settings, task: Task) -> Card | None:
    """The adapter that a task runs on with the chat model; None where it runs on the base alone."""
    used = line_up(settings.home.adapters, base_of(settings), task)
    return find(settings, used[-1][0]) if used else None


def base_of(settings: Settings) -> Installed:
    """The chat model, which must be here.

    Raises:
        ModelMissingError: it is not.
    """
    return files.find(settings.home.models, settings.chat_model)[0]


def choose(settings: Settings, name: str, at: datetime, why: str, who: str = "user") -> Choice:
    """Put an adapter in use; the one before stays where it is. Whether it is better is not asked here.

    Raises:
        NotFoundError: there is none of that name.
        ConflictError: it is in use already, or made for another base.
        ModelMissingError: its file is missing or damaged.
    """
    model, card = base_of(settings), find(settings, name)
    check(card, model)
    used = line_up(settings.home.adapters, model, card.task)
    if used and used[-1][0] == name:
        raise ConflictError(f"{name} is in use already", hint=_HINT)
    choice = Choice(at.isoformat(), who, why, "promote", card.base, card.base_sha256, card.task, name)
    note(settings.home.adapters, choice)
    return choice


def roll_back(settings: Settings, task: Task, at: datetime, why: str = "", who: str = "user") -> Choice:
    """Go back to the adapter that a task ran on before.

    Raises:
        NotFoundError: there was none.
    """
    model = base_of(settings)
    before = previous(settings.home.adapters, model, task)
    choice = Choice(at.isoformat(), who, why, "rollback", model.name, model.source_sha256, task, before)
    note(settings.home.adapters, choice)
    return choice


def learned_of(settings: Settings, ids: Iterable[str]) -> list[Card]:
    """The user's own adapters whose cards name one of these records among those they were trained on.

    Raises:
        BadInputError: a card cannot be read.
    """
    marks = {trained_mark(record_id) for record_id in ids}
    own = own_cards(settings.home.adapters)
    return [card for card in own if not marks.isdisjoint(card.about.get("data", {}).get("records", ()))]


def erase(settings: Settings, card: Card, at: datetime, why: str, who: str = "user") -> None:
    """Delete an adapter of the user's own for good; its task runs on the one before it.

    Raises:
        ConflictError: it came with memcli.
        StoreError: the disk is read-only.
    """
    if card.shipped:
        raise ConflictError(
            f"{card.name} comes with memcli", hint="`memcli config set model.adapters off` does without"
        )
    folder = card.weights.parent
    with writing(folder):
        note(
            settings.home.adapters,
            Choice(at.isoformat(), who, why, "erase", card.base, card.base_sha256, card.task, card.name),
        )
        shutil.rmtree(folder)


def erase_unfinished(settings: Settings) -> int:
    """Delete what trainings left that were killed before they wrote a card; how many."""
    left = [
        folder
        for folder in settings.home.adapters.glob("*/*/*")
        if folder.is_dir() and not (folder / CARD).exists()
    ]
    for folder in left:
        with writing(folder):
            shutil.rmtree(folder)
    return len(left)


def choices(settings: Settings, task: Task | None = None) -> list[Choice]:
    """Who put what in use, when and why, oldest first."""
    return log(settings.home.adapters, task)
