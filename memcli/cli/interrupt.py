"""Ctrl-C while a model works: taken between two pieces of its answer, where Python and not native code listens."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruptible(raising: type[BaseException] = KeyboardInterrupt) -> Iterator[Callable[[], None]]:
    """Give a check that raises ``raising`` once Ctrl-C was pressed; a second Ctrl-C does not wait for it.

    An exception raised inside a callback of a native library would be printed and lost.
    """
    asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    def check() -> None:
        if asked:
            raise raising

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)
