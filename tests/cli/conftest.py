"""The command line over the real store in a home of its own, with fakes in the models' place."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from memcli.cli.main import app
from memcli.cli.state import State, Wiring
from memcli.models.fake import FakeChatModel, FakeEmbedder
from memcli.ports import ChatModel, Embedder, FixedClock
from memcli.wiring import Parts

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class FakeParts(Parts):
    """Real parts, but for the models."""

    reply = "Yes [1]."

    def open_embedder(self, name: str) -> Embedder:
        return FakeEmbedder(name=name)

    @cached_property
    def chat_model(self) -> ChatModel:
        return FakeChatModel([self.reply])


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The error document on stderr."""
        told: dict[str, Any] = json.loads(self.err)["error"]
        return told


@dataclass
class Line:
    """A command line at one home, at noon of one day."""

    home: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    wiring: Wiring = FakeParts

    def __call__(self, *args: str, stdin: str | bytes | None = None, code: int | None = 0) -> Ran:
        """Run a command; ``code`` is what it must exit with, None for any."""
        state = State(clock=self.clock, wiring=self.wiring)
        env = {"MEMCLI_MODELS": str(self.home.parent / "models"), "COLUMNS": "80", "MEMCLI_HOME": None}
        done = CliRunner().invoke(app, ["--home", str(self.home), *args], input=stdin, env=env, obj=state)
        ran = Ran(done.exit_code, done.stdout, done.stderr)
        assert code is None or ran.code == code, ran
        assert "Traceback" not in ran.err
        return ran

    def add(self, text: str, *options: str) -> str:
        """Keep a memory; its id."""
        changes = self("add", text, *options, "--json").json["changes"]
        memory_id: str = changes[0]["memory_id"]
        return memory_id


@pytest.fixture
def memcli(tmp_path: Path) -> Line:
    """A command line at an empty home."""
    return Line(tmp_path / "home")
