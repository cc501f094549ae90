"""The models on this machine and those that can be had, which are in use, and their memory adapters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import ProgressBar, Static

from memcli import models
from memcli.adapters import shelf
from memcli.config import Settings
from memcli.tui import lines
from memcli.tui.screens.place import Place
from memcli.tui.widgets.rows import Listed, Rows
from memcli.words import printable, size

if TYPE_CHECKING:
    from memcli.models import CatalogEntry, Installed


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it is listed; ``adapters`` are the names of those it has, and which are in use."""

    name: str
    task: str
    here: bool
    in_use: bool
    size_bytes: int
    about: str
    adapters: tuple[str, ...]


def all_models(settings: Settings) -> list[Model]:
    """What is here first, then what can be had; for a thread."""
    here = {each.name: each for each in models.installed(settings)}
    entries = models.entries()
    adapters: dict[str, tuple[str, ...]] = {}
    for row in shelf.rows(settings):
        told = f"{row.card.name}{' (in use)' if row.active else ''}"
        adapters[row.card.base] = (*adapters.get(row.card.base, ()), told)
    known: dict[str, CatalogEntry | Installed] = {**entries, **here}
    return [
        Model(
            name,
            model.task,
            name in here,
            name in {settings.chat_model, settings.embedder},
            model.size_bytes,
            entries[name].use if name in entries else model.source,
            adapters.get(name, ()),
        )
        for name, model in known.items()
    ]


class Models(Place):
    """All models, one a line."""

    HERE = "models"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("P", "pull", "Pull"), Binding("r", "renew", "Look again")]

    def __init__(self) -> None:
        super().__init__()
        self._pulling = False

    def body(self) -> Iterable[Widget]:
        """Models, what the one pointed at is for, and how far a download is."""
        with Vertical(id="main"):
            yield Static("* in use, ✓ on this machine; `memcli models use NAME` chats with another", id="summary")
            yield Rows[Model](self._line, lambda model: model.name, id="list", marking=False)
            yield Static(id="about", markup=False)
            yield ProgressBar(id="progress")

    def on_mount(self) -> None:
        """Show them."""
        self.query_one("#progress").display = False
        self.query_one("#list").focus()
        self.query_one("#list", Rows).show(Listed(lambda: all_models(self.settings)))

    def renew(self) -> None:
        """Look at the files again."""
        self.query_one("#list", Rows).reload()

    def action_renew(self) -> None:
        """Look at the files again."""
        self.renew()

    def on_rows_pointed(self, event: Rows.Pointed) -> None:
        """Say what the model is for."""
        if isinstance(event.item, Model):
            adapters = ", ".join(event.item.adapters) or "none"
            told = f"{event.item.about}\nadapters: {adapters}"
            self.query_one("#about", Static).update(printable(told))

    def action_pull(self) -> None:
        """Download the model; the only thing here that uses the network."""
        model = self.query_one("#list", Rows).current
        if not isinstance(model, Model) or model.here or self._pulling:
            self.app.notify("it is here already" if isinstance(model, Model) and model.here else "nothing to pull")
            return
        self._pulling = True
        self.query_one("#progress").display = True
        self.do(lambda: self._pull(model.name), lambda _: self.renew())

    def _pull(self, name: str) -> Installed:
        try:
            return models.pull(self.settings, name, Bar(self))
        finally:
            self._pulling = False
            self.call_later(self._put_away)

    def _put_away(self) -> None:
        self.query_one("#progress").display = False

    def _line(self, model: Model, width: int) -> Content:
        marks = f"{'*' if model.in_use else ' '}{'✓' if model.here else ' '}"
        with_adapters = f"  {len(model.adapters)} adapters" if model.adapters else ""
        where = "here" if model.here else "can be pulled"
        told = f"{marks} {model.name:<26} {model.task:<10} {size(model.size_bytes):>9}  {where}{with_adapters}"
        return Content(told) + Content.styled(f"  {model.about}", lines.QUIET)


class Bar:
    """``ports.Progress`` of a download that runs in a thread."""

    def __init__(self, screen: Models) -> None:
        self._screen = screen

    def start(self, what: str, total: int | None) -> None:
        del what
        self._bar(lambda bar: bar.update(total=total, progress=0))

    def advance(self, step: int = 1) -> None:
        self._bar(lambda bar: bar.advance(step))

    def done(self) -> None:
        return

    def _bar(self, change: Callable[[ProgressBar], None]) -> None:
        self._screen.call_later(lambda: change(self._screen.query_one(ProgressBar)))
