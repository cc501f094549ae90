"""Questions that a screen asks; the dialogs are loaded when the first is asked: the screen is there sooner."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from memcli.records import Memory
from memcli.tui.screens.place import Place

if TYPE_CHECKING:
    from memcli.tui.screens.dialogs import Written


class Asking(Place):
    """Each question hands its answer to ``then``; one that was cancelled hands nothing."""

    def ask(self, title: str, then: Callable[[str], None], value: str = "", hint: str = "") -> None:
        """One line of text."""
        from memcli.tui.screens.dialogs import Ask

        self.app.push_screen(Ask(title, value, hint), lambda line: then(line) if line else None)

    def confirm(self, question: str, then: Callable[[], None]) -> None:
        """Whether to go on."""
        from memcli.tui.screens.dialogs import Confirm

        self.app.push_screen(Confirm(question), lambda yes: then() if yes else None)

    def write(self, memory: Memory | None, then: Callable[[Written], None]) -> None:
        """The fields of a memory, or of a new one."""
        from memcli.tui.screens.dialogs import Edit

        self.app.push_screen(Edit(memory), lambda written: then(written) if written else None)

    def pick(self, title: str, then: Callable[[Memory], None]) -> None:
        """Some memory, found by words."""
        from memcli.tui.screens.picker import Picker

        picker = Picker(title, self.store, self.now())
        self.app.push_screen(picker, lambda memory: then(memory) if memory else None)
