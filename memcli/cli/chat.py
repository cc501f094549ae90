"""`memcli chat`: a conversation typed line by line, or read from a pipe; what a line does is `talk`'s business."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.text import Text

from memcli import codec, humanize
from memcli.cli import documents
from memcli.cli import state as run_state
from memcli.cli.interrupt import interruptible
from memcli.cli.naming import ask_name, is_new, tell_nameless
from memcli.cli.options import Json, examples
from memcli.cli.report import left_out
from memcli.cli.state import State
from memcli.cli.talk import Leave, Talk, Wrap, learned_lines, reply_text, source_lines
from memcli.errors import MemcliError, ModelMissingError
from memcli.ports import StopReply
from memcli.slash import SLASH

if TYPE_CHECKING:
    from memcli.requests import Exchange
    from memcli.wiring import Parts

SPINNER: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"

app = typer.Typer()


@app.command(
    rich_help_panel="Talk",
    epilog=examples(
        "memcli chat",
        "memcli chat --session trip",
        "memcli chat --private",
        "memcli chat --json < questions.txt",
    ),
)
def chat(
    ctx: typer.Context,
    session: Annotated[
        str | None,
        typer.Option("--session", "-s", help="Go on with this session, or begin it.", show_default=False),
    ] = None,
    private: Annotated[bool, typer.Option("--private", help="Store nothing at all.")] = False,
    as_json: Json = False,
) -> None:
    """Talk with a model that remembers. From a pipe: one answer for each line."""
    state = run_state.of(ctx)
    new = not private and is_new(state)
    if new and state.interactive and sys.stdout.isatty():
        ask_name(state)
    with state.parts(warm=True) as parts:
        if as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
            talk = Talk(parts.assistant, session, private=private)
            (_pipe_events if as_json else _pipe_lines)(state, talk)
            if new and not state.interactive:
                tell_nameless(state)
        else:
            _pull_absent(state, parts)
            Conversation(state, Talk(parts.assistant, session, private=private)).run()


# -- from a pipe -----------------------------------------------------------------------------------------------


def _lines_in() -> Iterator[str]:
    """The messages of a pipe, blank lines left out, until its end or `/exit`."""
    from memcli.ingest import decode

    for raw in sys.stdin.buffer:
        line = decode(raw, "the input").strip()
        if line:
            yield line


def _pipe_lines(state: State, talk: Talk) -> None:
    """One line of answer for each message; what `/` commands tell goes to stderr."""
    for line in _lines_in():
        if line.startswith(SLASH):
            try:
                told = talk.command(line)
            except Leave:
                return
            for each in told:
                state.err.print(each, soft_wrap=True)
        else:
            done = talk.say(line, lambda _: None)
            sys.stdout.write(humanize.one_line(done.replied.text) + "\n")
            sys.stdout.flush()
            for each in learned_lines(talk.learned()):
                state.err.print(each, soft_wrap=True)
            if done.secrets:
                state.say(left_out(done.secrets), "yellow")


def _pipe_events(state: State, talk: Talk) -> None:
    """One JSON event a line: session; piece…, answer and learned for a message; command for a `/` command."""

    def tell(event: str, **keys: Any) -> None:  # noqa: ANN401 -- any JSON value
        sys.stdout.write(json.dumps({"event": event, **keys}, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    tell("session", **documents.of(session=talk.session, private=talk.private))
    for line in _lines_in():
        if line.startswith(SLASH):
            try:
                told = talk.command(line)
            except Leave:
                return
            tell("command", command=line, lines=[each.plain for each in told])
        else:
            done = talk.say(line, lambda piece: tell("piece", text=piece) if piece else None)
            kept = [turn.id for turn in talk.kept()]
            answer = documents.answer(done.answer, state.now())
            tell("answer", **answer, session=talk.session, kept=kept, interrupted=done.interrupted)
            made = [codec.encode(change) for change in talk.learned()]
            tell("learned", changes=made, secrets=list(done.secrets))


# -- in a terminal ---------------------------------------------------------------------------------------------


class Conversation:
    """The loop of a person at a terminal: prompt, reply, what was kept."""

    def __init__(self, state: State, talk: Talk) -> None:
        from memcli.cli.line_editor import LineEditor

        self._state = state
        self._talk = talk
        self._frame = 0
        self._ready: Future[None] = Future()
        home = state.settings.home
        if not talk.private:
            home.ensure()
        self._editor = LineEditor(talk, None if talk.private else home.chat_history, self._toolbar)

    def run(self) -> None:
        """Talk until Ctrl-D or `/exit`. The models are opened meanwhile, so that typing can begin at once."""
        self._greet()
        with ThreadPoolExecutor(max_workers=1) as background, _ending_cleanly():
            self._ready = background.submit(self._talk.assistant.warm, private=self._talk.private)
            self._ready.add_done_callback(lambda _: self._editor.redraw())
            while self._next():
                pass
        self._part()

    def _next(self) -> bool:
        """One line and what comes of it; False when it was the last."""
        try:
            line = self._editor.ask(moving=not self._ready.done()).strip()
            if line.startswith(SLASH):
                self._state.show(self._talk.command(line))
            elif line:
                self._reply(line)
        except (EOFError, Leave):
            return False
        except KeyboardInterrupt:
            self._state.out.print(Text("Ctrl-D leaves", "dim"))
        except ModelMissingError:
            raise
        except MemcliError as error:
            self._state.out.print(Text.assemble((error.message, "red"), (f"  {error.hint or ''}", "dim")))
        return True

    def _reply(self, line: str) -> None:
        out = self._state.out
        wrap = Wrap(out.width)
        with out.status(Text("opening the models", "dim")) as waiting, interruptible(StopReply) as check:
            wait([self._ready])  # if they could not be opened, the reply says why
            waiting.update(Text("thinking", "dim"))

            def show(piece: str) -> None:
                waiting.stop()
                out.print(reply_text(wrap.feed(piece)), end="", soft_wrap=True)
                check()

            done = self._talk.say(line, show)
        out.print(reply_text(wrap.finish()), end="", soft_wrap=True)
        self._after(done)

    def _after(self, done: Exchange) -> None:
        """What a reply rests on and what was stored of it, read back from the store."""
        out = self._state.out
        out.print(Text(" (stopped)" if done.interrupted else "", "dim"))
        if not done.replied.text and not done.interrupted:
            out.print(Text("the model had nothing to say", "dim"))
        self._state.show(source_lines(self._talk.sources()))
        if not self._talk.private:
            kept = humanize.count(len(self._talk.kept()), "turn")
            self._state.show([Text(f"kept {kept} in {self._talk.session}", "dim")])
            with out.status(Text("remembering", "dim")):
                learned = self._talk.learned()
            self._state.show(learned_lines(learned))
            if done.secrets:
                self._state.show([Text(left_out(done.secrets), "yellow")])
        out.print()

    def _greet(self) -> None:
        settings = self._state.settings
        self._state.show(self._talk.latest_turns())
        self._state.say(f"{self._talk.title} · {settings.chat_model} · /help lists the commands", "dim")

    def _part(self) -> None:
        if self._talk.last and not self._talk.private:
            self._state.say(f"kept; `memcli chat --session {self._talk.session}` goes on", "dim")

    def _toolbar(self) -> str:
        if self._ready.done():
            return f"{self._talk.title}"
        self._frame += 1
        return f"{SPINNER[self._frame % len(SPINNER)]} opening {self._state.settings.chat_model}"


@contextmanager
def _ending_cleanly() -> Iterator[None]:
    """A closed window or a kill unwinds the program, so that the terminal is put back and the store closed."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    numbers = [signal.SIGTERM, signal.SIGHUP]
    before = [signal.signal(number, leave) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _pull_absent(state: State, parts: Parts) -> None:
    """Offer to pull the models that a chat needs and that are not here.

    Raises:
        ModelMissingError: the offer was declined.
    """
    absent = parts.absent_models()
    if not absent:
        return
    from memcli.cli.models import pull_with_bar

    for name in absent:
        if not state.sure(f"The model {name} is not on this machine. Pull it now?", yes=False):
            raise ModelMissingError(f"{name} is not on this machine", hint=f"run `memcli models pull {name}`")
        pull_with_bar(state, name)
