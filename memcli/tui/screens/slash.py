"""The `/` commands of the chat screen, in the words of `memcli chat`; each does what some key does anyway."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual.content import Content

from memcli.records import Change
from memcli.requests import Exchange, Note
from memcli.tui import lines
from memcli.words import count, day

if TYPE_CHECKING:
    from memcli.tui.screens.chat import Chat


@dataclass(frozen=True, slots=True)
class Command:
    """What a command takes and does. ``writes`` ones are refused in a private chat."""

    argument: str
    what: str
    writes: bool = False


COMMANDS: Final[Mapping[str, Command]] = {
    "/help": Command("", "these lines"),
    "/memories": Command("[WORDS]", "the memories that hold the words"),
    "/remember": Command("TEXT", "keep something as a memory, word for word", writes=True),
    "/correct": Command("TEXT", "put right what was remembered: it's Tuesday", writes=True),
    "/undo": Command("", "take back the last change", writes=True),
    "/redo": Command("", "do again what was taken back", writes=True),
    "/forget": Command("ID...", "put memories away; /undo brings them back", writes=True),
    "/why": Command("", "what the last answer rests on"),
    "/session": Command("NAME", "go on with another session"),
    "/sessions": Command("", "all sessions"),
    "/new": Command("", "begin a new session"),
    "/private": Command("", "begin one of which nothing is stored"),
    "/exit": Command("", "leave"),
}


def run(chat: Chat, line: str) -> str:
    """Do what a line says; what is wrong with it, or nothing."""
    typed, _, argument = line.partition(" ")
    fitting = [name for name in COMMANDS if name.startswith(typed)]
    name = typed if typed in COMMANDS else fitting[0] if len(fitting) == 1 else ""
    if not name:
        return f"{typed} may be {' or '.join(fitting)}" if fitting else f"there is no command {typed}; /help"
    command = COMMANDS[name]
    if command.writes and chat.private:
        return f"{name} would store something, and this chat is private"
    if command.argument[:1].isalpha() and not argument.strip():
        return f"{name} needs {command.argument}"
    _DEEDS[name](chat, argument.strip())
    return ""


def _help(chat: Chat, _: str) -> None:
    told = [
        Content.styled(f"{f'{name} {command.argument}'.strip():<22}", "bold") + Content(command.what)
        for name, command in COMMANDS.items()
    ]
    keys = "Alt-Enter, Ctrl-J or \\ at the end of a line begins another; up brings back what you typed."
    chat.put_lines([*told, Content.styled(keys, lines.QUIET)])


def _remember(chat: Chat, text: str) -> None:
    chat.do(lambda: chat.assistant.remember(Note(text=text, raw=True)).changes, chat.show_changes)


def _correct(chat: Chat, text: str) -> None:
    note = Note(text=f"Correction: {text}", session=chat.session)
    chat.do(lambda: chat.assistant.remember(note).changes, chat.show_changes)


def _forget(chat: Chat, ids: str) -> None:
    chat.do(lambda: chat.assistant.forget(ids.split()), chat.show_changes)


def _why(chat: Chat, _: str) -> None:
    chat.put_lines(evidence(chat.last) if chat.last else [Content("nothing has been answered here yet")])


def evidence(done: Exchange) -> list[Content]:
    """What was found, what the model was shown, what it cited."""
    answer = done.answer
    told = f"{len(answer.retrieved)} found, {len(answer.injected)} shown to {answer.model}, "
    told += f"{count(len(answer.citations), 'source')} cited, {answer.took_ms / 1000:.1f} s"
    listed = [Content.styled(told, lines.QUIET)]
    for hit in answer.retrieved:
        role = "cited" if hit.id in answer.citations else "shown" if hit.id in answer.injected else "found"
        words = Content(f" {day(hit.at)}  {lines.plain(hit.text)}")
        listed.append(Content(f"{role:<6}") + lines.opener(hit.id) + words)
    return listed


def changed(changes: Sequence[Change], line: Callable[[Change], Content]) -> list[Content]:
    """What came of a command, or that nothing did."""
    told = [line(change) for change in changes if change.link is None]
    return told or [Content.styled("nothing was changed", lines.QUIET)]


_DEEDS: Final[Mapping[str, Callable[[Chat, str], object]]] = {
    "/help": _help,
    "/memories": lambda chat, words: chat.home.search(words),
    "/remember": _remember,
    "/correct": _correct,
    "/undo": lambda chat, _: chat.home.action_undo(),
    "/redo": lambda chat, _: chat.home.action_redo(),
    "/forget": _forget,
    "/why": _why,
    "/session": lambda chat, name: chat.go_on_with(name),
    "/sessions": lambda chat, _: chat.action_sessions(),
    "/new": lambda chat, _: chat.action_new(),
    "/private": lambda chat, _: chat.action_private(),
    "/exit": lambda chat, _: chat.app.exit(),
}
