"""Work that must not block the screen: done in a thread, its result handed back, its error told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from textual.dom import DOMNode
from textual.worker import get_current_worker

from memcli.errors import MemcliError
from memcli.words import printable

T = TypeVar("T")


class Doing(DOMNode):
    """A screen or widget that has work done elsewhere."""

    def do(self, work: Callable[[], T], then: Callable[[T], object] = lambda _: None, group: str = "") -> None:
        """Run ``work`` in a thread and ``then`` with its result here; an error becomes a notification.

        Args:
            work: what takes time: a read of the store, a search, a model.
            then: what shows the result.
            group: of several works of a named group, only the latest one's result is shown.
        """
        self.run_worker(
            lambda: self._done(work, then),
            group=f"{group or id(work)}",
            exclusive=bool(group),
            thread=True,
            exit_on_error=False,
        )

    def _done(self, work: Callable[[], T], then: Callable[[T], object]) -> None:
        worker = get_current_worker()
        try:
            result = work()
        except MemcliError as error:
            self.call_later(self.tell, error.message, error.hint or "")
        except Exception as error:  # noqa: BLE001 -- whatever fails behind a screen, the screen stays
            self.call_later(self.tell, f"internal error: {type(error).__name__}", str(error)[:200])
        else:
            if not worker.is_cancelled:
                self.call_later(then, result)

    def tell(self, message: str, hint: str = "") -> None:
        """Say that something went wrong, and what may help."""
        told = f"{message}\n{hint}" if hint else message
        self.app.notify(printable(told), title="Not done", severity="error", markup=False)
