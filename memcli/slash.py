"""The `/` commands of a chat, in a terminal's lines and on the screen alike: names, what they take and change.

How they look is each front end's business; both do all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from memcli.errors import UsageError
from memcli.humanize import fresh_name
from memcli.records import Answer, Change, Hit
from memcli.requests import Note

if TYPE_CHECKING:
    from memcli.assistant import Assistant
    from memcli.ports import MemoryStore

SLASH: Final = "/"
KEYS: Final = "Alt-Enter, or \\ at the end of a line, begins another line; the arrows bring back what you typed."
_SESSIONS: Final = 1_000

Act: TypeAlias = "Callable[[Assistant, str, str], Sequence[Change]]"
"""Changes memories: by whom it is done, in which session, with which argument."""


@dataclass(frozen=True, slots=True)
class Command:
    """What a command takes and does. One with an ``act`` changes memories, and is refused in a private chat."""

    argument: str
    what: str
    act: Act | None = None

    @property
    def needs(self) -> bool:
        """Whether it does nothing without its argument."""
        return self.argument[:1].isalpha()


def _remember(assistant: Assistant, session: str, text: str) -> Sequence[Change]:
    del session
    return assistant.remember(Note(text=text, raw=True)).changes


def _correct(assistant: Assistant, session: str, text: str) -> Sequence[Change]:
    return assistant.remember(Note(text=f"Correction: {text}", session=session or None)).changes


COMMANDS: Final[Mapping[str, Command]] = {
    "/help": Command("", "these lines"),
    "/memories": Command("[WORDS]", "the latest memories, or those that fit the words"),
    "/remember": Command("TEXT", "keep something as a memory, word for word", _remember),
    "/correct": Command("TEXT", "put right what was remembered: it's Tuesday", _correct),
    "/undo": Command(
        "[ID]",
        "take back what you did last and what was made of it, or what was done last to the memory ID",
        lambda who, _, given: who.undo(given or None),
    ),
    "/redo": Command("", "do again what /undo took back", lambda who, *_: who.redo()),
    "/forget": Command(
        "ID...", "put memories away; /undo brings them back", lambda who, _, ids: who.forget(ids.split())
    ),
    "/why": Command("", "what the last answer rests on"),
    "/session": Command("[NAME]", "this session's name, or go on with another"),
    "/sessions": Command("", "the latest sessions"),
    "/new": Command("", "begin a new session"),
    "/private": Command("", "begin one of which nothing is stored, or end it"),
    "/exit": Command("", "leave"),
}


def parsed(line: str, *, private: bool) -> tuple[str, str]:
    """The name and the argument of a command, which may be typed by its beginning.

    Raises:
        UsageError: there is no such command, it lacks its argument, or it would write in a private chat.
    """
    typed, _, rest = line.strip().partition(" ")
    name, argument = named(typed), rest.strip()
    command = COMMANDS[name]
    if private and command.act:
        hint = "/private begins a chat that is stored"
        raise UsageError(f"{name} would store something, and this chat is private", hint)
    if command.needs and not argument:
        raise UsageError(f"{name} needs {command.argument}", hint=command.what)
    return name, argument


def named(typed: str) -> str:
    """The command that was typed, whole or as a beginning that fits only one.

    Raises:
        UsageError: none fits, or several do.
    """
    fitting = [name for name in COMMANDS if name.startswith(typed)]
    if typed in COMMANDS or len(fitting) == 1:
        return typed if typed in COMMANDS else fitting[0]
    if fitting and typed != SLASH:
        raise UsageError(f"{typed} may be {' or '.join(fitting)}")
    raise UsageError(f"there is no command {typed}", hint="/help lists the commands")


def usage() -> Iterator[tuple[str, str]]:
    """Each command with what it takes, and what it does."""
    for name, command in COMMANDS.items():
        yield f"{name} {command.argument}".strip(), command.what


def rests_on(answer: Answer) -> str:
    """How much was found for an answer, what was used of it, and how long it took."""
    told = f"{len(answer.retrieved)} found, {len(answer.injected)} shown to {answer.model}, "
    return f"{told}{len(answer.citations)} cited, {answer.took_ms / 1000:.1f} s"


def evidence(answer: Answer) -> Iterator[tuple[str, Hit]]:
    """What was found for an answer, each with what became of it."""
    for hit in answer.retrieved:
        yield "cited" if hit.id in answer.citations else "shown" if hit.id in answer.injected else "found", hit


def fresh_session(store: MemoryStore, now: datetime) -> str:
    """The first name of today that no session has: chat-2026-01-31-1, then -2."""
    return fresh_name(f"chat-{now:%Y-%m-%d}-", (name for name, _, _ in store.sessions(limit=_SESSIONS)))
