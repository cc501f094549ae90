"""The program: its screens, its themes, the keys that work everywhere; knows no screen's inside."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme

from memcli.config import Settings
from memcli.humanize import count, cut, one_line, printable
from memcli.records import Change, Filter, Memory, Status, Turn
from memcli.tui import themes
from memcli.tui.doing import Doing
from memcli.tui.names import PLACES
from memcli.tui.screens.place import Place
from memcli.tui.themes import DARK, THEMES
from memcli.wiring import Parts

if TYPE_CHECKING:
    from textual.command import Provider

    from memcli.tui.screens.chat import Chat
    from memcli.tui.screens.graph import Graph
    from memcli.tui.screens.memories import Memories

LOOK_SECONDS: Final = 1.0
"""How often the history is asked whether somebody else wrote."""
_SIGNALLED: Final = 128
_SETTLED_SECONDS: Final = 2.0
"""From then on memory is tidied: what was loaded until then stays, and is not looked through."""


def _later(name: str) -> Callable[[], Place]:
    """A screen whose module is loaded when one goes there, so that the first is there sooner."""

    def make() -> Place:
        kind = getattr(import_module(f"memcli.tui.screens.{name}"), name.capitalize())
        return cast("Place", kind())

    return make


def _finding() -> type[Provider]:
    """What finds memories and conversations; loaded when the palette is opened."""
    from memcli.tui.finding import Finding

    return Finding


class MemcliApp(App[None], Doing):
    """One person's memory on a whole terminal.

    Args:
        parts: the memory; ``close`` closes them.
        start: the screen to begin with.
    """

    TITLE = "memcli"
    COMMANDS = App.COMMANDS | {_finding}
    CSS_PATH: ClassVar[str | Path] = "app.tcss"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {name: _later(name) for name in PLACES}
    DEFAULT_MODE = PLACES[0]
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(f"{number},alt+{number}", f"go('{name}')", f"Go to {name}", show=False)
            for number, name in enumerate(PLACES)
        ),
        Binding("u,ctrl+z", "undo", "Undo"),
        Binding("U,ctrl+y", "redo", "Redo", show=False),
        Binding("question_mark,f1", "help", "Help"),
        Binding("slash", "search", "Search", show=False),
        Binding("q", "quit", "Quit", show=False),
    ]

    def __init__(self, parts: Parts, start: str = PLACES[0]) -> None:
        self.DEFAULT_MODE = start  # type: ignore[misc]  # Textual asks the instance
        super().__init__()
        self.parts = parts
        self.former: list[Parts] = []
        self.seen = -1  # nobody has looked yet
        self.waiting = 0
        self.failure: Exception | None = None
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = themes.kept(parts.settings.home) or DARK.name

    def on_mount(self) -> None:
        """Look for changes from now on; a closed window or a kill leaves in order, with the terminal put back."""
        if not self.is_headless:
            for number in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, self.exit, None, _SIGNALLED + number)
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        self.set_interval(LOOK_SECONDS, self.look)
        self.set_timer(_SETTLED_SECONDS, self._settle)
        self.look()

    def _settle(self) -> None:
        """Look for what can be let go, if that was put off; say why nothing is here yet."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        if self.seen < 0 and self.parts.settings.home.exists():
            self.notify("opening the memory; the first time after an update that may take a minute")

    def use(self, settings: Settings) -> None:
        """Go on with other settings: other models are opened when they are needed."""
        former = self.parts
        self.former.append(former)
        self.parts = type(former)(settings, former.clock)
        if "chat_model" in former.__dict__:
            former.chat_model.close()

    def close(self) -> None:
        """Close everything that was opened; for whoever started the program."""
        for parts in (self.parts, *self.former):
            parts.close()

    def _handle_exception(self, error: Exception) -> None:
        """Leave and let the command line tell: Textual's own report would show what is in memory."""
        if self.is_headless:
            super()._handle_exception(error)
            return
        self.failure = self.failure or error
        self.exit(return_code=1)

    def _keep_theme(self, theme: Theme) -> None:
        """The look is the same next time."""
        self.do(lambda: themes.keep(self.parts.settings.home, theme.name))

    # -- live --------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Ask, in a thread, how far the history is."""
        self.do(self._look, self._looked, "look")

    def _look(self) -> tuple[int, int]:
        """How far the history is, and how many memories wait; these are counted only if it grew."""
        store = self.parts.store
        seen = store.last_change()
        if seen == self.seen:
            return seen, self.waiting
        return seen, store.count(Filter(statuses=(Status.QUARANTINED,)))

    def _looked(self, found: tuple[int, int]) -> None:
        if found != (self.seen, self.waiting):
            self.seen, self.waiting = found
            if self.place is not None:
                self.place.notice(self.seen)

    @property
    def place(self) -> Place | None:
        """The screen below all dialogs."""
        below = self.screen_stack[0]
        return below if isinstance(below, Place) else None

    # -- going about -------------------------------------------------------------------------------------------

    def action_go(self, name: str) -> None:
        """Show another screen."""
        self.switch_mode(name)

    def _at(self, name: str, then: Callable[[], None]) -> None:
        """Go to a screen, and do something there once it is there."""

        async def go() -> None:
            await self.switch_mode(name)
            then()

        self.call_later(go)

    def action_search(self) -> None:
        """Go to the search line of the memories, from wherever."""
        self.search("")

    def search(self, words: str) -> None:
        """Search the memories for words, or for those that are typed next."""
        self._at("memories", lambda: cast("Memories", self.place).search(words))

    def action_help(self) -> None:
        """Show the keys."""
        from memcli.tui.screens.help import Help

        if not isinstance(self.screen, Help):
            self.push_screen(Help(self.screen))

    def action_open_record(self, record_id: str) -> None:
        """Show a memory or what was said around a turn; an id may be given by its beginning."""
        self.do(lambda: self.parts.assistant.record(record_id), self._open, "open")

    def _open(self, found: Memory | Turn) -> None:
        if isinstance(found, Memory):
            self._at("memories", lambda: cast("Memories", self.place).point_at(found))
        else:
            self.show_turn(found.id)

    def show_turn(self, turn_id: str) -> None:
        """Show what was said around a turn."""
        from memcli.tui.screens.conversation import Conversation, around

        now = self.parts.clock.now()
        self.do(
            lambda: around(self.parts.store, turn_id),
            lambda turns: self.push_screen(Conversation(turns, turn_id, now)),
        )

    def show_graph(self, memory_id: str) -> None:
        """Go to a memory's neighbourhood."""
        self._at("graph", lambda: cast("Graph", self.place).show(memory_id))

    def go_on_with(self, session: str) -> None:
        """Go on with a conversation."""
        self._at("chat", lambda: cast("Chat", self.place).go_on_with(session))

    # -- taking back -------------------------------------------------------------------------------------------

    def action_undo(self) -> None:
        """Take back what the user did last."""
        self.do(self.parts.assistant.undo, lambda made: self.stepped("undone", made))

    def action_redo(self) -> None:
        """Do again what was last taken back."""
        self.do(self.parts.assistant.redo, lambda made: self.stepped("done again", made))

    def stepped(self, done: str, made: Sequence[Change]) -> None:
        """Say what was taken back, or done again."""
        memory = made[0].after or made[0].before
        words = cut(one_line(printable(memory.text)), 48) if memory else ""
        told = words if len(made) == 1 else count(len(made), "change")
        self.notify(f"{done}: {told}", markup=False)
        if self.place is not None:
            self.place.stepped(made)
        self.look()

    # -- finding commands --------------------------------------------------------------------------------------

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every key of the screen and of its list, by name; the other screens, looks, and what Textual brings."""
        every = screen.active_bindings.values()
        for active in {(each.binding.action, each.node): each for each in reversed(every)}.values():
            binding = active.binding
            if binding.description and not binding.system:
                key = self.get_key_display(binding)
                yield SystemCommand(
                    binding.description,
                    f"key {key}",
                    lambda a=active: self.call_later(self.run_action, a.binding.action, a.node),
                )
        for theme in THEMES:
            yield SystemCommand(
                f"Theme {theme.name}", "another look", lambda name=theme.name: setattr(self, "theme", name)
            )
        yield from super().get_system_commands(screen)
