"""Talking with a model that remembers: streamed replies, what they rest on, what was stored of each message."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Markdown, OptionList, Static
from textual.widgets.markdown import MarkdownStream
from textual.widgets.option_list import Option

from memcli.errors import MemcliError, UsageError
from memcli.humanize import ago, caution, count, day, holds_until, printable
from memcli.ports import StopReply
from memcli.records import Change, Op, Priority, Role, Turn
from memcli.requests import LOOKED_BACK, Exchange, Sources, least_trusted, made_of, sources
from memcli.slash import COMMANDS, SLASH, fresh_session
from memcli.tui import lines, spoken
from memcli.tui.screens import deeds
from memcli.tui.screens.place import Place
from memcli.tui.widgets.writing import Writing

RESUMED: Final = 20
SESSIONS: Final = 200
LEARNED: Final = 10
LINK: Final = "memcli:"
_HINT: Final = "say something; Enter sends, Alt-Enter begins another line, / lists commands"
_CITATION: Final = re.compile(r"\[([mt]:[0-9a-z]+)\]")
_SIGNS: Final = {
    Op.ADD: "+ remembered",
    Op.ARCHIVE: "- put away",
    Op.DELETE: "- removed",
    Op.QUARANTINE: "? in the inbox",
    Op.SUPERSEDE: "~ no longer so",
}


class Chat(Place):
    """One conversation at a time."""

    HERE = "chat"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop or leave"),
        Binding("ctrl+n", "new", "New session"),
        Binding("ctrl+t", "private", "Private"),
        Binding("v", "sessions", "Sessions"),
        Binding("i", "write", "Write", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.session = ""
        self.private = False
        self._past: list[Turn] = []
        self._busy = False
        self._stopping = threading.Event()
        self.last: Exchange | None = None
        self._stored = Static(classes="stored", markup=False)

    def body(self) -> Iterable[Widget]:
        """Sessions, what was said, a line to write on."""
        with Horizontal(id="main"):
            yield OptionList(id="sessions", compact=True)
            with Vertical(id="parts"):
                yield Static(id="summary", markup=False)
                yield VerticalScroll(id="talk", can_focus=True)
                yield Writing(_HINT, tuple(COMMANDS), id="say")

    def on_mount(self) -> None:
        """A new session, and the model opened meanwhile."""
        self.query_one("#talk").anchor()
        self._writing.focus()
        self._summarise("opening the model …")
        self.do(lambda: spoken.read(self.settings.home.chat_history), self._writing.remember)
        self.do(self._warm, self._summarise)

    def on_unmount(self) -> None:
        """A reply must not outlive its screen."""
        self._stopping.set()

    def renew(self) -> None:
        """The sessions, and what was stored of the last message since."""
        self.do(lambda: self.store.sessions(limit=SESSIONS), self._list_sessions, "sessions")
        if self.last is not None:
            self._look_stored(self.last.said)

    def _warm(self) -> str:
        try:
            self.assistant.warm()
        except MemcliError as error:
            return f"{error.message} · {error.hint or ''}"
        return ""

    # -- sessions ----------------------------------------------------------------------------------------------

    def _list_sessions(self, sessions: Sequence[tuple[str, int, datetime]]) -> None:
        names = self.query_one("#sessions", OptionList)
        here = names.highlighted
        names.clear_options()
        for name, turns, at in sessions:
            told = f"  {count(turns, 'turn')}, {ago(at, self.now())}"
            label = Content(f"{printable(name)}\n") + Content.styled(told, lines.QUIET)
            names.add_option(Option(label, id=name))
        names.highlighted = here

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go on with that session."""
        if event.option_id:
            self.go_on_with(event.option_id)

    def go_on_with(self, session: str) -> None:
        """Go on with a session, unless a reply is under way."""
        if not self._busy and session != self.session:
            self._begin(session)
            self.do(lambda: self.store.session_turns(session)[-RESUMED:], self._resume, "resume")

    def _begin(self, session: str) -> None:
        self.session, self.last, self._past = session, None, []
        self.query_one("#talk").remove_children()
        self._summarise()
        self._writing.focus()

    def _resume(self, turns: Sequence[Turn]) -> None:
        for turn in turns:
            if turn.role is Role.ASSISTANT:
                self._put(Markdown(cited(printable(turn.text)), classes="reply", open_links=False))
            else:
                self._put_said(turn.speaker, turn.text)

    def action_new(self) -> None:
        """Begin another session."""
        if not self._busy:
            self._begin("")

    def action_private(self) -> None:
        """Begin a session of which nothing is stored, or one that is stored again."""
        if not self._busy:
            self.private = not self.private
            self._begin("")

    def action_sessions(self) -> None:
        """Show the sessions and go there, or put them away."""
        sessions = self.query_one("#sessions")
        if sessions.has_focus:
            self.remove_class("-facets")
            self._writing.focus()
        else:
            self.add_class("-facets")
            sessions.focus()

    @property
    def where(self) -> str:
        """The session as a person reads it."""
        return "private: nothing is stored" if self.private else self.session or "a new session"

    def _summarise(self, note: str = "") -> None:
        told = " · ".join(part for part in (self.where, self.settings.chat_model, note) if part)
        self.query_one("#summary", Static).update(printable(told))

    # -- saying ------------------------------------------------------------------------------------------------

    def action_write(self) -> None:
        """Go to the line to write on."""
        self._writing.focus()

    def action_stop(self) -> None:
        """Stop the reply; without one, leave the line, or come back to it."""
        if self._busy:
            self._stopping.set()
            self._summarise("stopping …")
        elif self._writing.has_focus:
            self.query_one("#talk").focus()
        else:
            self._writing.focus()

    @property
    def _writing(self) -> Writing:
        return self.query_one("#say", Writing)

    def on_writing_sent(self, event: Writing.Sent) -> None:
        """Send what was written, or do what it says."""
        if event.text.startswith(SLASH):
            self._command(event.text)
        elif self._busy:
            self.app.notify("the reply is not done yet; Escape stops it", severity="warning")
        else:
            self._taken(event.text)
            self._say(event.text)

    def _command(self, line: str) -> None:
        try:
            deeds.run(self, line)
        except UsageError as wrong:
            told = "; ".join(part for part in (wrong.message, wrong.hint) if part)
            self.app.notify(printable(told), severity="warning", markup=False)
        else:
            self._taken(line)

    def _taken(self, text: str) -> None:
        """The line is empty again; the arrow keys bring the text back, another time too unless this is private."""
        self._writing.sent(text)
        home, now = self.settings.home, self.now()
        if not self.private and home.exists():
            self.do(lambda: spoken.append(home.chat_history, text, now), group="spoken")

    def _say(self, text: str) -> None:
        self._busy = True
        self._stopping.clear()
        self._put_said(self.settings.user_name, text)
        reply = Markdown("", classes="reply", open_links=False)
        self._put(reply)
        self._summarise("thinking … Escape stops")
        stream = Markdown.get_stream(reply)
        self.do(lambda: self._reply(text, stream), lambda done: self._replied(done, reply, stream))

    def _reply(self, text: str, stream: MarkdownStream) -> Exchange | MemcliError:
        def show(piece: str) -> None:
            if self._stopping.is_set():
                raise StopReply
            self.call_later(stream.write, printable(piece))

        try:
            if not self.session:
                self.session = fresh_session(self.store, self.now())
            past = tuple(self._past) if self.private else None
            return self.assistant.chat(text, self.session, show, private=self.private, past=past)
        except MemcliError as error:
            return error
        finally:
            self._busy = False

    async def _replied(self, done: Exchange | MemcliError, reply: Markdown, stream: MarkdownStream) -> None:
        await stream.stop()
        self._summarise()
        if isinstance(done, MemcliError):
            await reply.update(f"*not answered: {done.message}*")
            self.tell(done.message, done.hint or "")
            return
        self.last = done
        self._past += [done.said, done.replied] if self.private else []
        stopped = " *(stopped)*" if done.interrupted else ""
        await reply.update(cited(printable(done.replied.text)) + stopped or "*the model had nothing to say*")
        if found := sources(done.answer):
            self._put(Static(_sources(found), classes="sources"))
        if not self.private:
            self._stored = Static(Content.styled("reading what you said …", lines.QUIET), classes="stored")
            self._put(self._stored)
            self.do(lambda: self._learn(done.said), lambda made: self._show_stored(done.said, made))
        self.home.look()

    # -- what was stored ---------------------------------------------------------------------------------------

    def _learn(self, said: Turn) -> list[Content]:
        """Read what waits, unless the service has done so already; what came of a turn is read from the log."""
        for _ in self.assistant.learn(LEARNED, stopping=self._stopping.is_set, least=Priority.NOTE):
            pass
        return self._made_of(said)

    def _made_of(self, said: Turn) -> list[Content]:
        taken_back = {change.undoes for change in self.store.log(limit=LOOKED_BACK)}
        made = made_of(self.store, said)
        return [_stored_line(change, undone=change.id in taken_back) for change in made]

    def _look_stored(self, said: Turn) -> None:
        self.do(lambda: self._made_of(said), lambda made: self._show_stored(said, made), "stored")

    def _show_stored(self, said: Turn, told: Sequence[Content]) -> None:
        if self.last is None or self.last.said.id != said.id or self.private:
            return
        kept = Content.styled(f"kept in {self.session}", lines.QUIET)
        self._stored.update(Content("\n").join([*told, kept]))

    def _put_said(self, who: str, text: str) -> None:
        said = Content.styled(f"{printable(who)}: ", "bold") + Content(printable(text))
        self._put(Static(said, classes="said"))

    def put_lines(self, told: Sequence[Content]) -> None:
        """What a command tells, below what was said."""
        self._put(Static(Content("\n").join(told), classes="stored"))

    def show_changes(self, changes: Sequence[Change]) -> None:
        """What a command changed."""
        self.put_lines(deeds.changed(changes, lambda change: _stored_line(change, undone=False)))
        self.home.look()

    def _put(self, widget: Widget) -> None:
        self.query_one("#talk").mount(widget)

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """A citation opens what it cites; other links are the model's words and open nothing."""
        if event.href.startswith(LINK):
            self.home.action_open_record(event.href.removeprefix(LINK))


def cited(text: str) -> str:
    """A reply whose citations are links."""
    return _CITATION.sub(lambda match: f"[\\[{match[1]}\\]]({LINK}{match[1]})", text)


def _sources(found: Sources) -> Content:
    word = "rests on " if found.cited else "not cited, but near: "
    told = [
        Content(word) + lines.opener(hit.id) + Content(f" {day(hit.at)}  {lines.plain(hit.text)}")
        for hit in found.hits
    ]
    warning = caution(least_trusted(found.hits)) if found.cited else ""
    return Content("\n").join([*told, Content.styled(warning, "$warning")] if warning else told)


def _stored_line(change: Change, *, undone: bool) -> Content:
    memory = change.after or change.before
    until = holds_until(change)
    sign = f"~ {until}" if until else _SIGNS.get(change.op, "~ updated")
    sign = "~ taken back:" if undone else sign
    words = lines.plain(memory.text) if memory else ""
    return Content(f"{sign} ") + lines.opener(change.memory_id) + Content(f" {words}")
