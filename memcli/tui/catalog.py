"""Models and their adapters as they are listed: what is here first, then what can be had; changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from memcli import models
from memcli.adapters import shelf
from memcli.config import Settings
from memcli.humanize import count, size

if TYPE_CHECKING:
    from memcli.models import CatalogEntry, Installed

_MEASURES: Final = 3


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it is listed, with its adapters."""

    name: str
    task: str
    here: bool
    in_use: bool
    size_bytes: int
    about: str
    licence: str = ""
    adapters: tuple[shelf.Row, ...] = ()


def all_models(settings: Settings) -> list[Model]:
    """What is here first, then what can be had; for a thread."""
    here = {each.name: each for each in models.installed(settings)}
    entries = models.entries()
    known: dict[str, CatalogEntry | Installed] = {**here, **entries, **here}
    in_use = {settings.chat_model, settings.embedder}
    found = shelf.rows(settings)
    return [
        Model(
            name,
            model.task,
            name in here,
            name in in_use,
            model.size_bytes,
            entries[name].use if name in entries else model.source,
            model.licence,
            tuple(row for row in found if row.card.base == name),
        )
        for name, model in known.items()
    ]


def listed(settings: Settings) -> list[Model | shelf.Row]:
    """Each model, and below it its adapters; for a thread."""
    items: list[Model | shelf.Row] = []
    for model in all_models(settings):
        items += [model, *model.adapters]
    return items


def told(item: Model | shelf.Row) -> str:
    """What the page below the list says of a line of it."""
    return _told_of_adapter(item) if isinstance(item, shelf.Row) else _told_of_model(item)


def _told_of_adapter(row: shelf.Row) -> str:
    """What an adapter does, whether it is asked, what was measured, and its limits."""
    card = row.card
    origin = "comes with memcli" if card.shipped else "your own"
    measured = ["measured: " + "; ".join(gains)] if (gains := list(_gains(card.metrics))) else []
    limits = [" ".join(str(card.about["limits"]).split())] if "limits" in card.about else []
    return "\n".join([f"adapter {card.name} for {card.task}, {origin}: {row.state}", *measured, *limits])


def _told_of_model(model: Model) -> str:
    """What a model is for, under which licence, how large it is, and how many adapters it has."""
    facts = [model.about, model.licence, size(model.size_bytes)]
    adapters = count(len(model.adapters), "adapter") if model.adapters else "no adapters"
    return " · ".join([*filter(None, facts), adapters])


def _gains(metrics: Mapping[str, Any]) -> Iterator[str]:
    """The first measures that were taken before and after."""
    before, after = metrics.get("before", {}), metrics.get("after", {})
    both = [name for name in after if isinstance(before.get(name), float) and isinstance(after[name], float)]
    for name in both[:_MEASURES]:
        yield f"{name.replace('_', ' ')} {before[name]:.2f} -> {after[name]:.2f}"
