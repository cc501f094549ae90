"""Progress of long work on stderr: a bar in a terminal, silence in a pipe or with ``--quiet``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

from memcli.cli.state import State
from memcli.ports import Progress as Port
from memcli.ports import SilentProgress


class Bar:
    """``ports.Progress`` as one line that is taken away when the work is done."""

    def __init__(self, console: Console) -> None:
        self._bars = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            console=console, transient=True,
        )  # fmt: skip
        self._task: TaskID | None = None

    def start(self, what: str, total: int | None) -> None:
        self.done()
        self._task = self._bars.add_task(what, total=total)

    def advance(self, step: int = 1) -> None:
        if self._task is not None:
            self._bars.advance(self._task, step)

    def done(self) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None

    def __enter__(self) -> Bar:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()


@contextmanager
def progress(state: State) -> Iterator[Port]:
    """Where long work reports to in this run."""
    if state.quiet or not state.err.is_terminal:
        yield SilentProgress()
        return
    with Bar(state.err) as bar:
        yield bar
