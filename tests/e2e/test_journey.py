from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest

PROGRAM = (sys.executable, "-c", "from memcli.cli.main import run; run()")
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.model


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A user's environment with a home of its own; the models are those of the machine."""
    return {**os.environ, "MEMCLI_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT), "COLUMNS": "80"}


def memcli(environment: dict[str, str], *args: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """The program as a user runs it."""
    return subprocess.run(
        [*PROGRAM, *args], env=environment, input=typed, capture_output=True, text=True, timeout=240, check=False
    )


def document(done: subprocess.CompletedProcess[str]) -> Any:
    """What a run printed as JSON; it must have ended well."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_is_added_is_found_answered_from_and_talked_about(environment: dict[str, str]) -> None:
    """Four processes, one memory: add, search, ask, chat, with the embedded models."""
    added = document(memcli(environment, "add", "Miso the cat is afraid of the vacuum cleaner.", "--json"))
    memory = added["changes"][0]["memory_id"]
    memcli(environment, "add", "-", typed="The car key hangs behind the kitchen door.")

    hits = document(memcli(environment, "search", "what scares the cat", "--json"))["hits"]
    assert memory in [hit["id"] for hit in hits[:2]]

    answer = document(memcli(environment, "ask", "What is Miso afraid of?", "--json"))
    assert answer["answer"]
    assert set(answer["citations"]) <= set(answer["injected"]) <= {hit["id"] for hit in answer["retrieved"]}

    talked = memcli(environment, "chat", "--json", "--session", "s", typed="What is Miso afraid of?\n")
    assert talked.returncode == 0, talked.stderr
    told = {event["event"]: event for event in map(json.loads, talked.stdout.splitlines())}["answer"]
    assert "vacuum" in told["answer"]
    assert memory in told["injected"]
    assert len(told["kept"]) == 2

    again = document(memcli(environment, "search", "Miso afraid", "--json"))["hits"]
    assert set(told["kept"]) & {hit["id"] for hit in again}


def test_a_chat_that_is_killed_gives_the_terminal_back(environment: dict[str, str]) -> None:
    """The line editor's raw mode does not outlive the program."""
    memcli(environment, "init", "--name", "Ana")  # a chat that knows no name asks for it first
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    with subprocess.Popen([*PROGRAM, "chat"], env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as chat:
        seen = b""
        while "›".encode() not in seen:
            ready, _, _ = select.select([ours], [], [], 120)
            assert ready, "no prompt appeared"
            seen += os.read(ours, 4096)
        during = termios.tcgetattr(theirs)
        chat.send_signal(signal.SIGTERM)
        while chat.poll() is None:
            if select.select([ours], [], [], 0.1)[0]:
                os.read(ours, 4096)
    assert during != before
    assert termios.tcgetattr(theirs) == before
    assert chat.returncode == 128 + signal.SIGTERM
    os.close(ours)
    os.close(theirs)
