"""A conversation and its `/` commands as lines in and lines out; knows no terminal, pipe or prompt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.text import Text

from memcli import humanize, slash
from memcli.errors import NotFoundError
from memcli.humanize import caution
from memcli.records import Change, Filter, Hit, Lane, Memory, Op, Role, Turn
from memcli.requests import Exchange, Sources, least_trusted, sources

if TYPE_CHECKING:
    from memcli.assistant import Assistant

SHOWN: Final = 10
RESUMED: Final = 6
_LINE_CHARS: Final = 56
_WHOLE_CHARS: Final = 400
"""What was made of what was said is told whole, over two lines if need be: names and dates stand at its end."""
_SOURCE_CHARS: Final = 46
_CITATION: Final = re.compile(r"\[[mt]:[0-9a-z]+\]")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_LEARNED: Final = {
    Op.ADD: ("+ remembered", "green"),
    Op.UPDATE: ("~ updated", "yellow"),
    Op.SUPERSEDE: ("~ no longer so", "yellow"),
    Op.DELETE: ("- forgot", "red"),
    Op.ARCHIVE: ("- put away", "red"),
    Op.QUARANTINE: ("! waits in the inbox", "red"),
}

_AGAIN: Final = {"/undo": "undone", "/redo": "done again"}

Lines = Sequence[Text]


class Leave(Exception):  # noqa: N818 -- not an error: `/exit` raises it
    """The user has said enough."""


class Talk:
    """One conversation: its session, its last answer, and in private also all that was said."""

    session: str
    last: Exchange | None
    _named: bool
    _past: list[Turn]

    def __init__(self, assistant: Assistant, session: str | None = None, *, private: bool = False) -> None:
        self.assistant = assistant
        self.private = private
        self._begin(session)

    def say(self, text: str, on_piece: Callable[[str], None]) -> Exchange:
        """One message and its reply, streamed."""
        if not self._named:
            self.session, self._named = self._fresh(), True  # another chat may have taken the name meanwhile
        past = tuple(self._past) if self.private else None
        done = self.assistant.chat(text, self.session, on_piece, private=self.private, past=past)
        if self.private:
            self._past += [done.said, done.replied]
        self.last = done
        return done

    def kept(self) -> list[Turn]:
        """The turns of the last exchange that the store has."""
        if self.last is None:
            return []
        return list(self.assistant.store.turns_by_id([self.last.said.id, self.last.replied.id]).values())

    def learned(self) -> list[Change]:
        """What was made of what was said, by this process or by the service, which may be reading it just now."""
        if self.private or self.last is None:
            return []
        return self.assistant.read(self.last.said)

    def sources(self) -> Sources | None:
        """What stands behind the last answer."""
        return sources(self.last.answer) if self.last else None

    def latest_turns(self) -> Lines:
        """The end of what was said in the session before."""
        return [turn_line(turn) for turn in self.assistant.store.session_turns(self.session)[-RESUMED:]]

    def command(self, line: str) -> Lines:
        """Run a `/` command.

        Raises:
            UsageError: there is no such command, it lacks its argument, or it would write in a private talk.
            Leave: it was `/exit`.
        """
        name, argument = slash.parsed(line, private=self.private)
        if act := slash.COMMANDS[name].act:
            return _changed(name, act(self.assistant, self.session, argument))
        run: Callable[[str], Lines] = getattr(self, f"_{name.removeprefix(slash.SLASH)}")
        return run(argument)

    # -- the commands, each by its name ------------------------------------------------------------------------

    def _help(self, _: str) -> Lines:
        keys = f"{slash.KEYS} Ctrl-C stops a reply, Ctrl-D leaves."
        return [*(_pair(*told) for told in slash.usage()), Text(keys, "dim")]

    def _memories(self, query: str) -> Lines:
        if query:
            found = self.assistant.recall(query, Filter(lanes=(Lane.MEMORY,)), SHOWN)
            memories = [hit.memory for hit in found if hit.memory]
        else:
            memories = self.assistant.store.list_memories(Filter(), limit=SHOWN)
        return [memory_line(m) for m in memories] or [Text("no memories yet; /remember TEXT keeps one", "dim")]

    def _why(self, _: str) -> Lines:
        if self.last is None:
            raise NotFoundError("nothing has been answered in this chat yet")
        answer = self.last.answer
        return [Text(slash.rests_on(answer), "dim"), *(_evidence(*found) for found in slash.evidence(answer))]

    def _session(self, name: str) -> Lines:
        if not name:
            return [Text(self.title)]
        self._begin(name)
        return [*self.latest_turns(), Text(f"now in {self.title}", "dim")]

    def _sessions(self, _: str) -> Lines:
        now = self.assistant.clock.now()
        return [
            _pair(name, f"{humanize.count(turns, 'turn')}, {humanize.ago(at, now)}")
            for name, turns, at in self.assistant.store.sessions(limit=SHOWN)
        ] or [Text("no sessions yet", "dim")]

    def _new(self, _: str) -> Lines:
        self._begin(None)
        return [Text(f"now in {self.title}", "dim")]

    def _private(self, _: str) -> Lines:
        self.private = not self.private
        return self._new("")

    def _exit(self, _: str) -> Lines:
        raise Leave

    @property
    def title(self) -> str:
        """The session as a person reads it."""
        return "a private chat: nothing is stored" if self.private else self.session

    def _begin(self, session: str | None) -> None:
        self.session = session or self._fresh()
        self.last = None
        self._named = session is not None
        self._past = list(self.assistant.store.session_turns(self.session)) if self.private else []

    def _fresh(self) -> str:
        return slash.fresh_session(self.assistant.store, self.assistant.clock.now())


def printable(text: str) -> str:
    """The text without what could command a terminal."""
    return _UNPRINTABLE.sub("", text)


def reply_text(piece: str) -> Text:
    """A piece of a reply with its citations dimmed."""
    shown = Text(printable(piece))
    shown.highlight_regex(_CITATION, "dim")
    return shown


class Wrap:
    """Breaks a streamed text between words at a terminal's width; a word is held back until it is whole."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._column = 0
        self._word = ""
        self._space = ""

    def feed(self, piece: str) -> str:
        """What can be shown now."""
        return "".join(map(self._take, piece))

    def finish(self) -> str:
        """The last word."""
        word, self._word = self._word, ""
        if not word:
            return ""
        space, self._space = self._space, ""
        if self._column and self._column + len(space) + cell_len(word) > self._width:
            self._column = cell_len(word)
            return f"\n{word}"
        self._column += len(space) + cell_len(word)
        return space + word

    def _take(self, character: str) -> str:
        if not character.isspace():
            before = self.finish() if cell_len(character) > 1 else ""  # no spaces part wide scripts
            self._word += character
            return before
        word = self.finish()
        if character != "\n":
            self._space += " "
            return word
        self._column, self._space = 0, ""
        return f"{word}\n"


def memory_line(memory: Memory, chars: int = _LINE_CHARS) -> Text:
    """A memory on one line, with the id that other commands take."""
    when = f"  {humanize.moment(memory.event_at, memory.event_precision)}" if memory.event_at else ""
    return Text.assemble((humanize.short(memory.id), "cyan"), f"  {_short(memory.text, chars)}", (when, "dim"))


def turn_line(turn: Turn) -> Text:
    """A turn on one line, under its speaker."""
    style = "dim" if turn.role is Role.ASSISTANT else ""
    return Text.assemble((f"{printable(turn.speaker)}: ", "bold dim"), (_short(turn.text), style))


def source_lines(found: Sources | None) -> Iterator[Text]:
    """What an answer cites, or what was near, one line each under one heading."""
    heading = "sources:" if found and found.cited else "nearby:"
    for hit in found.hits if found else ():
        told = humanize.cut(_short(hit.text), _SOURCE_CHARS)
        yield Text(f"{heading:<9}{humanize.short(hit.id)}  {humanize.day(hit.at)}  {told}", "dim")
        heading = ""
    if found and found.cited and (warning := caution(least_trusted(found.hits))):
        yield Text(warning, "yellow")


def learned_line(change: Change) -> Text:
    """A change that came of what was said."""
    about = change.after or change.before
    told, style = _LEARNED.get(change.op, (f"~ {change.op.lower()}", "yellow"))
    told = f"~ {until}" if (until := humanize.holds_until(change)) else told
    return Text.assemble((f"{told} ", style), memory_line(about, _WHOLE_CHARS) if about else change.memory_id)


def learned_lines(changes: Iterable[Change]) -> list[Text]:
    """What came of what was said; the links that were made beside it go without saying."""
    return [learned_line(change) for change in changes if change.link is None]


def undone_line(change: Change, done: str = "undone") -> Text:
    """A change that took another back, or did it again."""
    about = change.after or change.before
    return Text.assemble((f"~ {done} ", "yellow"), memory_line(about, _WHOLE_CHARS) if about else change.memory_id)


def _changed(name: str, changes: Sequence[Change]) -> Lines:
    """What a command changed."""
    if name in _AGAIN:
        last = {change.memory_id: change for change in changes if change.link is None}
        return [undone_line(change, _AGAIN[name]) for change in last.values()]
    told = learned_lines(changes)
    if name == "/forget":
        told.append(Text("/undo brings it back" if changes else "put away already", "dim"))
    return told or [Text("nothing was changed: it is known already, or nothing known fits", "dim")]


def _evidence(role: str, hit: Hit) -> Text:
    return Text.assemble(
        (f"{role}  ", "green" if role == "cited" else "dim"),
        (humanize.short(hit.id), "cyan"),
        f"  {_short(hit.text)}",
        (f"  {humanize.day(hit.at)}", "dim"),
    )


def _pair(left: str, right: str) -> Text:
    return Text.assemble((f"{printable(left):<22}", "cyan"), printable(right))


def _short(text: str, chars: int = _LINE_CHARS) -> str:
    return humanize.cut(humanize.one_line(printable(text)), chars)
