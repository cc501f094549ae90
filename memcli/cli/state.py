"""What the global options say, handed to every command as ``ctx.obj``; knows no command.

A command writes data with ``state.out`` and talks with ``state.say``, so that a pipe receives data only.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO, cast

from memcli import config
from memcli.config import Settings
from memcli.humanize import printable
from memcli.ports import Clock, SystemClock

if TYPE_CHECKING:
    import typer
    from rich.console import Console
    from rich.text import Text

    from memcli.assistant import Assistant
    from memcli.wiring import Parts


class Wiring(Protocol):
    """How the parts are put together; a test puts other ones together."""

    def __call__(self, settings: Settings, clock: Clock) -> Parts: ...


def default_wiring(settings: Settings, clock: Clock) -> Parts:
    """The real parts. Imported late: `--help` and `config` need none of them."""
    from memcli.wiring import Parts

    return Parts(settings, clock)


@dataclass
class State:
    """The global options and the two streams of one run."""

    clock: Clock = field(default_factory=SystemClock)
    wiring: Wiring = default_wiring
    home: Path | None = None
    no_service: bool = False
    no_adapters: bool = False
    quiet: bool = False
    debug: bool = False
    data: TextIO | None = None
    talk: TextIO | None = None

    @property
    def stdout(self) -> TextIO:
        """Where data goes: this process's stdout, unless it runs the command for another one."""
        return self.data or sys.stdout

    @property
    def stderr(self) -> TextIO:
        """Where talk goes, likewise."""
        return self.talk or sys.stderr

    @cached_property
    def out(self) -> Console:
        """Where data goes."""
        from memcli.cli.stream import Stream

        return Stream()

    @cached_property
    def err(self) -> Console:
        """Where talk goes."""
        from memcli.cli.stream import Stream

        return Stream(stderr=True)

    @property
    def interactive(self) -> bool:
        """Whether a person sits at both ends, so that asking makes sense."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def width(self) -> int | None:
        """The columns there are for data; None in a pipe, where nothing is cut."""
        return self.out.width if self.stdout.isatty() and self.out.is_terminal else None

    @cached_property
    def settings(self) -> Settings:
        """The settings of the chosen home."""
        kept = config.load(self.home)
        return replace(kept, adapters=False) if self.no_adapters else kept

    @property
    def alone(self) -> bool:
        """Whether this run must do its work itself: no service is wanted, or one would run other settings."""
        return self.no_service or self.no_adapters or self.wiring is not default_wiring

    def now(self) -> datetime:
        """The present, by the run's clock."""
        return self.clock.now()

    @contextmanager
    def parts(self, *, warm: bool = False) -> Iterator[Parts]:
        """The parts of an assistant, closed at the end; ``warm`` starts the service if none runs."""
        parts = self._wired(warm=warm)
        try:
            yield parts
        finally:
            parts.close()

    def _wired(self, *, warm: bool) -> Parts:
        if self.alone:
            return self.wiring(self.settings, self.clock)
        from memcli.service.connect import parts

        return parts(self.settings, self.clock, warm=warm)

    @contextmanager
    def assistant(self, *, warm: bool = False) -> Iterator[Assistant]:
        """An assistant for this command, closed at its end; ``warm`` as for ``parts``."""
        with self.parts(warm=warm) as parts:
            yield parts.assistant

    def served(self) -> bool:
        """Whether a service will do what was left to do; it is started, unless that is not wanted."""
        if self.alone:
            return False
        from memcli.service.connect import reach

        return reach(self.settings, start_it=self.settings.autostart) is not None

    def say(self, message: str, style: str = "") -> None:
        """Tell the person something that is not data; silent with ``--quiet``."""
        if self.quiet:
            return
        if not self.stderr.isatty():  # a pipe gets the words, and needs no library for it
            self.stderr.write(f"{message}\n")
            return
        from rich.text import Text

        self.err.print(Text(message, style=style), soft_wrap=True)

    def show(self, lines: Iterable[Text | str]) -> None:
        """Print data for a person: wrapped in a terminal, one line each in a pipe."""
        if not self.stdout.isatty():
            for line in lines:
                self.stdout.write(printable(line if isinstance(line, str) else line.plain) + "\n")
            return
        from rich.text import Text

        for line in lines:
            text = Text(line) if isinstance(line, str) else line
            text.plain = printable(text.plain)  # the styles stay: each character is replaced by one
            self.out.print(text, soft_wrap=not self.out.is_terminal)

    def document(self, value: Mapping[str, Any] | Sequence[Any]) -> None:
        """Print the one JSON document of a ``--json`` run."""
        self.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def sure(self, question: str, *, yes: bool) -> bool:
        """Whether to go on: asked only of a person at a terminal, and not with ``--yes``."""
        if yes or not self.interactive:
            return True
        import typer

        return typer.confirm(question, err=True)


def of(ctx: typer.Context) -> State:
    """The state of the run that a command belongs to."""
    return cast("State", ctx.obj)
