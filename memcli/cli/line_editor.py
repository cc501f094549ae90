"""The line that is typed in a chat: editing, history, several lines, completion of `/` commands; knows no reply.

Imported only by a chat in a terminal, since prompt_toolkit takes a while to load.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.styles import Style

from memcli import humanize
from memcli.cli.talk import Talk
from memcli.errors import MemcliError
from memcli.paths import PRIVATE_FILE
from memcli.records import Filter
from memcli.slash import COMMANDS, SLASH

_RECENT: Final = 50
_CONTINUES: Final = "\\"
_REFRESH_S: Final = 0.2
_STYLE: Final = Style.from_dict({"bottom-toolbar": "noreverse fg:ansibrightblack", "mark": "bold fg:ansicyan"})


class LineEditor:
    """Asks for one message after another."""

    def __init__(self, talk: Talk, history: Path | None, toolbar: Callable[[], str]) -> None:
        self._session: PromptSession[str] = PromptSession(
            message=FormattedText([("class:mark", "› ")]),
            prompt_continuation=FormattedText([("class:mark", "… ")]),
            multiline=True,
            history=_history(history, talk),
            completer=SlashCompleter(talk),
            complete_while_typing=True,
            key_bindings=_keys(),
            bottom_toolbar=toolbar,
            style=_STYLE,
            enable_suspend=True,
        )

    def ask(self, *, moving: bool) -> str:
        """The next message; ``moving`` redraws the toolbar while something is going on behind it.

        Raises:
            EOFError: Ctrl-D on an empty line.
            KeyboardInterrupt: Ctrl-C.
        """
        return self._session.prompt(refresh_interval=_REFRESH_S if moving else 0)

    def redraw(self) -> None:
        """Show a changed toolbar; may be called from another thread."""
        self._session.app.invalidate()


class SlashCompleter(Completer):
    """Completes `/` commands, and the ids and session names that they take."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        typed = document.text_before_cursor
        if not typed.startswith(SLASH) or "\n" in typed:
            return
        name, space, argument = typed.partition(" ")
        if not space:
            for command, about in COMMANDS.items():
                if command.startswith(name):
                    yield Completion(command, -len(name), display_meta=about.what)
            return
        for value, meta in self._arguments(name):
            last = argument.rpartition(" ")[2]
            if value.startswith(last):
                yield Completion(value, -len(last), display_meta=meta)

    def _arguments(self, name: str) -> Iterator[tuple[str, str]]:
        store = self._talk.assistant.store
        with suppress(MemcliError):
            if name == "/forget":
                for memory in store.list_memories(Filter(), limit=_RECENT):
                    yield humanize.short(memory.id), humanize.cut(humanize.one_line(memory.text), 60)
            elif name == "/session":
                for session, turns, _ in store.sessions(limit=_RECENT):
                    yield session, humanize.count(turns, "turn")


class PrivateFileHistory(FileHistory):
    """History in a file that only its owner may read, and without what is said in private.

    A full disk costs the history, not the chat.
    """

    def __init__(self, file: Path, talk: Talk) -> None:
        super().__init__(str(file))
        self._talk = talk

    def store_string(self, string: str) -> None:
        if self._talk.private:
            return
        with suppress(OSError):
            super().store_string(string)


def _history(file: Path | None, talk: Talk) -> History:
    if file is None:
        return InMemoryHistory()
    try:
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, PRIVATE_FILE))
    except OSError:
        return InMemoryHistory()
    return PrivateFileHistory(file, talk)


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state and buffer.complete_state.current_completion:
            buffer.complete_state = None
        elif buffer.document.text_before_cursor.endswith(_CONTINUES):
            buffer.delete_before_cursor()
            buffer.newline(copy_margin=False)
        elif buffer.text.strip():
            buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.newline(copy_margin=False)

    return keys
