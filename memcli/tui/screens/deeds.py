"""What the `/` commands do on the chat screen: what some key does anyway, or a change whose result is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.content import Content

from memcli import slash
from memcli.humanize import day
from memcli.records import Answer, Change
from memcli.tui import lines

if TYPE_CHECKING:
    from memcli.tui.screens.chat import Chat


def run(chat: Chat, line: str) -> None:
    """Do what a line says.

    Raises:
        UsageError: there is no such command, it lacks its argument, or it would write in a private chat.
    """
    name, argument = slash.parsed(line, private=chat.private)
    if act := slash.COMMANDS[name].act:
        show = _STEPS.get(name, _show)
        chat.do(lambda: act(chat.assistant, chat.session, argument), partial(show, chat))
    else:
        DEEDS[name](chat, argument)


def _show(chat: Chat, changes: Sequence[Change]) -> None:
    chat.show_changes(changes)


def _help(chat: Chat, _: str) -> None:
    told = [Content.styled(f"{command:<22}", "bold") + Content(what) for command, what in slash.usage()]
    chat.put_lines([*told, Content.styled(f"{slash.KEYS} Escape stops a reply.", lines.QUIET)])


def _why(chat: Chat, _: str) -> None:
    nothing = [Content("nothing has been answered here yet")]
    chat.put_lines(evidence(chat.last.answer) if chat.last else nothing)


def _session(chat: Chat, name: str) -> None:
    if name:
        chat.go_on_with(name)
    else:
        chat.put_lines([Content(lines.plain(chat.where))])


def evidence(answer: Answer) -> list[Content]:
    """What was found, what the model was shown, what it cited."""
    listed = [Content.styled(slash.rests_on(answer), lines.QUIET)]
    for role, hit in slash.evidence(answer):
        words = Content(f" {day(hit.at)}  {lines.plain(hit.text)}")
        listed.append(Content(f"{role:<6}") + lines.opener(hit.id) + words)
    return listed


def changed(changes: Sequence[Change], line: Callable[[Change], Content]) -> list[Content]:
    """What came of a command, or that nothing did."""
    told = [line(change) for change in changes if change.link is None]
    return told or [Content.styled("nothing was changed", lines.QUIET)]


_STEPS: Final[Mapping[str, Callable[[Chat, Sequence[Change]], None]]] = {
    "/undo": lambda chat, made: chat.home.stepped("undone", made),
    "/redo": lambda chat, made: chat.home.stepped("done again", made),
}
DEEDS: Final[Mapping[str, Callable[[Chat, str], object]]] = {
    "/help": _help,
    "/memories": lambda chat, words: chat.home.search(words),
    "/why": _why,
    "/session": _session,
    "/sessions": lambda chat, _: chat.action_sessions(),
    "/new": lambda chat, _: chat.action_new(),
    "/private": lambda chat, _: chat.action_private(),
    "/exit": lambda chat, _: chat.app.exit(),
}
