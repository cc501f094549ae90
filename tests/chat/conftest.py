"""A chat with a fake model over the real store, typed or piped."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from memcli.cli.chat import Conversation
from memcli.cli.state import State
from memcli.cli.talk import Talk
from memcli.config import Settings
from memcli.models.fake import FakeChatModel, FakeEmbedder
from memcli.ports import ChatModel, Clock, Embedder, FixedClock, Task
from memcli.wiring import Parts

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class FakeParts(Parts):
    """Real parts, but for the models."""

    def __init__(self, settings: Settings, clock: Clock, model: ChatModel) -> None:
        super().__init__(settings, clock)
        self._fake = model

    @cached_property
    def embedder(self) -> Embedder:
        return FakeEmbedder()

    @cached_property
    def chat_model(self) -> ChatModel:
        return self._fake

    def absent_models(self) -> list[str]:
        return []

    def _trained(self, task: Task) -> bool:
        """The fake model talks as a large one does, and has no adapter."""
        del task
        return False


@dataclass
class Desk:
    """One home, one model, and ways to talk with it."""

    home: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    model: FakeChatModel = field(default_factory=lambda: FakeChatModel(rule=lambda _, __: "All right."))

    def state(self) -> State:
        """A run's state at this home."""
        return State(clock=FixedClock(NOON), wiring=self.wire, home=self.home)

    def wire(self, settings: Settings, clock: Clock) -> Parts:
        """The parts with this desk's model."""
        return FakeParts(settings, clock, self.model)

    def pipe(self, *lines: str, flags: tuple[str, ...] = ()) -> tuple[int, str, str]:
        """`memcli chat` with these lines on its input: exit code, stdout, stderr."""
        from memcli.cli.main import app

        text = "".join(f"{line}\n" for line in lines)
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        with pytest.raises(SystemExit) as left:
            app(["--home", str(self.home), "chat", *flags], obj=State(clock=FixedClock(NOON), wiring=self.wire))
        told = self.capsys.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code, told.out, told.err

    def type(self, keys: str, session: str | None = None, *, private: bool = False) -> str:
        """A chat in a terminal where these keys are pressed: what it printed."""
        state = self.state()
        with state.parts() as parts, typed(keys):
            Conversation(state, Talk(parts.assistant, session, private=private)).run()
        told = self.capsys.readouterr()
        return told.out + told.err

    def talk(self, session: str | None = None, *, private: bool = False) -> Talk:
        """A conversation without a terminal."""
        return Talk(
            self.state().wiring(self.state().settings, FixedClock(NOON)).assistant, session, private=private
        )


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """An empty home and a model that agrees with everything."""
    return Desk(tmp_path / "home", monkeypatch, capsys)


@contextmanager
def typed(keys: str) -> Iterator[None]:
    """A terminal at which these keys have been pressed."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(keys)
        yield
