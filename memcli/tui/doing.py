"""Work that must not block the screen: done in a thread, its result handed back, its error told."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

from textual.dom import DOMNode

from memcli.errors import MemcliError
from memcli.humanize import printable

T = TypeVar("T")

Work: TypeAlias = Callable[[], Any]
Then: TypeAlias = Callable[[Any], object]


class Doing(DOMNode):
    """A screen or widget that has work done elsewhere."""

    @cached_property
    def _groups(self) -> dict[str, tuple[Work, Then] | None]:
        """The named groups at work, each with what waits for its turn."""
        return {}

    def do(self, work: Callable[[], T], then: Callable[[T], object] = lambda _: None, group: str = "") -> None:
        """Run ``work`` in a thread and ``then`` with its result here; an error becomes a notification.

        Args:
            work: what takes time: a read of the store, a search, a model.
            then: what shows the result.
            group: works of a named group run one at a time. Of those that come meanwhile only the latest is run,
                and the result that it makes stale is dropped: who types fast does not wait for every key.
        """
        if group in self._groups:
            self._groups[group] = (work, then)
            return
        if group:
            self._groups[group] = None
        self.run_worker(lambda: self._work(work, then, group), thread=True, exit_on_error=False)

    def _work(self, work: Work, then: Then, group: str) -> None:
        try:
            result = work()
        except MemcliError as error:
            self.call_later(self._failed, group, error.message, error.hint or "")
        except Exception as error:  # noqa: BLE001 -- whatever fails behind a screen, the screen stays
            self.call_later(self._failed, group, f"internal error: {type(error).__name__}", str(error)[:200])
        else:
            self.call_later(self._done, group, then, result)

    async def _done(self, group: str, then: Then, result: object) -> None:
        if self._next(group):
            return
        shown = then(result)
        if hasattr(shown, "__await__"):
            await shown

    def _failed(self, group: str, message: str, hint: str) -> None:
        if not self._next(group):
            self.tell(message, hint)

    def _next(self, group: str) -> bool:
        """Begin what waits in a group; whether something did."""
        waiting = self._groups.pop(group, None)
        if waiting is not None:
            self.do(*waiting, group)
        return waiting is not None

    def tell(self, message: str, hint: str = "") -> None:
        """Say that something went wrong, and what may help."""
        told = f"{message}\n{hint}" if hint else message
        self.app.notify(printable(told), title="Not done", severity="error", markup=False)
