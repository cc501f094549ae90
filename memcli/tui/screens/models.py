"""The models on this machine and those that can be had, and their adapters: pull one, use one, go back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import ProgressBar, Static

from memcli import config, models
from memcli.adapters import shelf
from memcli.config import Settings
from memcli.humanize import count, printable, size
from memcli.records import Filter
from memcli.tui import lines
from memcli.tui.catalog import Model, listed, told
from memcli.tui.screens.asking import Asking
from memcli.tui.widgets.rows import Listed, Rows

if TYPE_CHECKING:
    from memcli.models import Installed
    from memcli.models.choices import Choice

Item: TypeAlias = Model | shelf.Row
_NAME: Final = 26
_ABOUT_FROM: Final = 100
"""Columns from which on a line says what its model is for."""


class Stopped(Exception):  # noqa: N818 -- not an error: the user stopped a download or a measurement
    """Raised in the middle of a download, which goes on another time where it stopped, or of a measurement."""


class Models(Asking):
    """All models, one a line, and below each its adapters."""

    HERE = "models"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "use", "Use it"),
        Binding("p", "pull", "Pull"),
        Binding("b", "back", "Back to the one before"),
        Binding("d", "adapters", "Adapters on or off"),
        Binding("escape", "stop", "Stop what is going on", show=False),
        Binding("r", "renew", "Look again", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.stopping = False
        self._going_on = ""

    def body(self) -> Iterable[Widget]:
        """Models, what the one pointed at is for, and how far a download is."""
        with Vertical(id="main"):
            yield Static(
                "* in use, ✓ here · Enter uses the one pointed at · only p uses the network", id="summary"
            )
            yield Rows[Item](self._line, _key, id="list", marking=False)
            yield Static(id="about", markup=False)
            yield Static(id="pulling", markup=False)
            yield ProgressBar(id="progress")

    def on_mount(self) -> None:
        """Show them."""
        self._show_progress(shown=False)
        self.query_one("#list").focus()
        self.query_one("#list", Rows).show(Listed(lambda: listed(self.settings)))

    def renew(self) -> None:
        """Look at the files again."""
        self.query_one("#list", Rows).reload()

    def action_renew(self) -> None:
        """Look at the files again."""
        self.renew()

    def on_rows_pointed(self, event: Rows.Pointed) -> None:
        """Say what the model is for, or how good the adapter is."""
        if isinstance(event.item, Item):
            self.query_one("#about", Static).update(printable(told(event.item)))

    def on_rows_chosen(self) -> None:
        """Enter uses it."""
        self.action_use()

    @property
    def _current(self) -> Item | None:
        item = self.query_one("#list", Rows).current
        return item if isinstance(item, Item) else None

    # -- using one ---------------------------------------------------------------------------------------------

    def action_use(self) -> None:
        """Chat or embed with it from now on, after a question; an adapter must win first."""
        model = self._current
        if isinstance(model, shelf.Row):
            self._ask_promote(model)
        elif model is None or model.in_use:
            self.app.notify("it is in use already" if model else "there is no model here")
        elif not model.here:
            self.app.notify("it is not on this machine yet; p pulls it", severity="warning")
        elif model.task == "embedding":
            self.do(lambda: self.store.count(Filter(statuses=())), lambda number: self._ask_embed(model, number))
        else:
            self.confirm(f"Chat with {model.name} from now on?", lambda: self._use(model))

    def _ask_embed(self, model: Model, number: int) -> None:
        question = f"Embed {count(number, 'memory')} and all turns anew with {model.name}? That may take a while."
        self.confirm(question, lambda: self._use(model))

    def _use(self, model: Model) -> None:
        self.do(lambda: models.use(self.settings, model.name), lambda used: self._used(model, *used))

    def _used(self, model: Model, setting: str, changed: Settings) -> None:
        self.home.use(changed)
        self.app.notify(f"{setting} is {model.name} now", markup=False)
        self.renew()
        if setting == "model.embedder" and changed.home.exists():
            parts = self.home.parts
            self.app.notify("embedding everything anew …")
            self.do(
                parts.reembed,
                lambda number: self.app.notify(f"embedded anew: {count(number, 'record')}"),
            )

    def action_adapters(self) -> None:
        """Use the memory adapters, or the base models alone."""
        wanted = "off" if self.settings.adapters else "on"
        self.do(lambda: config.save(self.settings, "model.adapters", wanted), self._switched)

    def _switched(self, changed: Settings) -> None:
        self.home.use(changed)
        self.app.notify(f"adapters are {'on' if changed.adapters else 'off'}")
        self.renew()

    # -- an adapter --------------------------------------------------------------------------------------------

    def _ask_promote(self, row: shelf.Row) -> None:
        """An adapter takes the place of another only if it does better on the same examples."""
        name = row.card.name
        if row.active:
            self.app.notify(f"{row.card.task} runs on it already: {row.state}", markup=False)
        elif self._is_free():
            question = f"Measure {name} against what {row.card.task} runs on, and put it in use if it does better?"
            self.confirm(f"{question} That takes minutes; Escape stops it.", lambda: self._promote(name))

    def _promote(self, name: str) -> None:
        self._begin(f"{name} is being measured")
        self.do(lambda: self._measured(name), self._chosen)

    def _measured(self, name: str) -> Choice | None:
        from memcli.adapters import compare

        try:
            return compare.promote(self.home.parts, name, Bar(self))
        except Stopped:
            return None
        finally:
            self.call_later(self._ended)

    def action_back(self) -> None:
        """Go back to the adapter that a task ran on before, after a question."""
        row = self._current
        if not isinstance(row, shelf.Row):
            self.app.notify("point at an adapter: its task goes back to the one before", severity="warning")
            return
        task = row.card.task
        settings, now = self.settings, self.now()
        question = f"Let {task} run on the adapter before again?"
        self.confirm(question, lambda: self.do(lambda: shelf.roll_back(settings, task, now), self._chosen))

    def _chosen(self, choice: Choice | None) -> None:
        """Say what is in use now; whatever has the old one open opens the new one when it is needed next."""
        if choice is None:
            self.app.notify("stopped; nothing was changed")
            return
        from memcli.service import process

        self.home.use(self.settings)
        self.do(lambda: process.stop(self.settings.home))
        self.app.notify(choice.told, markup=False, timeout=15)
        self.renew()

    # -- pulling one -------------------------------------------------------------------------------------------

    def action_pull(self) -> None:
        """Download the model; the only thing here that uses the network."""
        model = self._current
        if model is None or model.here:
            self.app.notify("it is here already" if model else "nothing to pull")
        elif isinstance(model, shelf.Row):
            self.app.notify("adapters come with memcli, or are trained: `memcli adapters train`")
        elif self._is_free():
            self._begin(f"{model.name} is being pulled")
            self.do(lambda: self._pull(model.name), self._pulled)

    def _is_free(self) -> bool:
        """Whether nothing else is going on; says so otherwise."""
        if self._going_on:
            self.app.notify(f"{self._going_on}; Escape stops it", severity="warning", markup=False)
        return not self._going_on

    def _begin(self, told: str) -> None:
        self._going_on, self.stopping = told, False
        self._show_progress(shown=True)

    def action_stop(self) -> None:
        """Stop a download, which goes on another time where it stopped, or a measurement."""
        if self._going_on:
            self.stopping = True

    def _pull(self, name: str) -> Installed | None:
        try:
            return models.pull(self.settings, name, Bar(self))
        except Stopped:
            return None
        finally:
            self.call_later(self._ended)

    def _pulled(self, model: Installed | None) -> None:
        if model is None:
            self.app.notify("stopped; the next pull goes on from here")
        else:
            self.app.notify(f"{model.name} is here; Enter uses it", markup=False)
        self.renew()

    def _ended(self) -> None:
        self._going_on = ""
        self._show_progress(shown=False)

    def _show_progress(self, *, shown: bool) -> None:
        self.query_one("#progress").display = self.query_one("#pulling").display = shown

    def _line(self, item: Item, width: int) -> Content:
        return _adapter_line(item) if isinstance(item, shelf.Row) else self._model_line(item, width)

    def _model_line(self, model: Model, width: int) -> Content:
        marks = f"{'*' if model.in_use else ' '}{'✓' if model.here else ' '}"
        where = "here" if model.here else "can be pulled"
        told = f"{marks} {model.name:<{_NAME}} {model.task:<10} {size(model.size_bytes):>9}  {where:<15}"
        about = Content.styled(printable(model.about), lines.QUIET)
        return Content(told) + about if width >= _ABOUT_FROM else Content(told)


def _adapter_line(row: shelf.Row) -> Content:
    """Below its model: its name, what it is for, and whether it is in use, in words."""
    name = printable(f"└ {row.card.name}")
    told = f"{'*' if row.used else ' '}{'✓' if row.here else ' '} {name:<{_NAME}} {row.card.task:<10} "
    return Content(told) + Content.styled(row.state, lines.QUIET)


def _key(item: Item) -> str:
    return f"{item.card.base}/{item.card.task}/{item.card.name}" if isinstance(item, shelf.Row) else item.name


class Bar:
    """``ports.Progress`` of a download that runs in a thread, and where it is stopped."""

    def __init__(self, screen: Models) -> None:
        self._screen = screen

    def start(self, what: str, total: int | None) -> None:
        told = f"{what} ({size(total)})" if total else what
        self._show(lambda screen: screen.query_one("#pulling", Static).update(f"{printable(told)} · Escape stops"))
        self._show(lambda screen: screen.query_one(ProgressBar).update(total=total, progress=0))

    def advance(self, step: int = 1) -> None:
        if self._screen.stopping:
            raise Stopped
        self._show(lambda screen: screen.query_one(ProgressBar).advance(step))

    def done(self) -> None:
        return

    def _show(self, change: Callable[[Models], object]) -> None:
        self._screen.call_later(lambda: change(self._screen))
