"""The program in a terminal of its own: how it ends, and what it leaves behind."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from fcntl import ioctl
from pathlib import Path
from select import select
from struct import pack
from termios import TIOCSWINSZ

import pytest

START = "from memcli.cli.main import run; run()"
BROKEN = """
from memcli.tui.screens.memories import Memories
def broken(self):
    secret = "the door code is 4711"
    raise RuntimeError("broken on purpose")
Memories.action_add = broken
"""
LEFT = b"\x1b[?1049l"
SECONDS = 60.0


@dataclass
class Terminal:
    """A terminal with the program in it."""

    process: subprocess.Popen[bytes]
    screen: int
    shown: bytes = field(default=b"")

    def wait_for(self, text: bytes) -> None:
        """Read what is drawn until it holds a text."""
        while text not in self.shown:
            self.shown += self._read() or pytest.fail(f"it ended before {text!r}: {self.shown[-500:]!r}")

    def end(self) -> int:
        """Read the rest; the exit code."""
        while more := self._read():
            self.shown += more
        return self.process.wait(SECONDS)

    def press(self, keys: bytes) -> None:
        """Type."""
        os.write(self.screen, keys)

    def _read(self) -> bytes:
        ready, _, _ = select([self.screen], [], [], SECONDS)
        try:
            return os.read(self.screen, 65_536) if ready else b""
        except OSError:  # how Linux tells that nobody holds the other end
            return b""


Open = Callable[..., Terminal]


@pytest.fixture
def terminal(tmp_path: Path) -> Open:
    """Starts `memcli tui` at an empty home."""

    def start(before: str = "") -> Terminal:
        ours, theirs = pty.openpty()
        ioctl(theirs, TIOCSWINSZ, pack("HHHH", 24, 80, 0, 0))
        command = [
            sys.executable,
            "-c",
            before + START,
            "--no-service",
            "--home",
            str(tmp_path / "home"),
            "tui",
            "memories",
        ]
        env = {**os.environ, "TERM": "xterm-256color"}
        process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
        )
        os.close(theirs)
        opened = Terminal(process, ours)
        opened.wait_for(b"newest first")
        return opened

    return start


def test_leaving_gives_the_terminal_back(terminal: Open) -> None:
    """With q, and exit code 0."""
    opened = terminal()
    opened.press(b"q")
    assert opened.end() == 0
    assert LEFT in opened.shown


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_kill_gives_the_terminal_back(terminal: Open, number: signal.Signals) -> None:
    """A closed window too; the exit code tells the signal."""
    opened = terminal()
    opened.process.send_signal(number)
    assert opened.end() == 128 + number
    assert LEFT in opened.shown


def test_a_crash_gives_the_terminal_back_and_shows_no_memory(terminal: Open) -> None:
    """One line says what happened; what was in memory is not printed."""
    opened = terminal(BROKEN)
    opened.press(b"a")
    assert opened.end() == 1
    after = opened.shown.partition(LEFT)[2]
    assert b"internal error: RuntimeError: broken on purpose" in after
    assert b"4711" not in opened.shown
    assert b"Traceback" not in opened.shown


def test_without_a_terminal_it_says_what_to_use_instead(tmp_path: Path) -> None:
    """In a pipe there is nothing to draw on."""
    command = [sys.executable, "-c", START, "--home", str(tmp_path / "home"), "tui"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
    assert "memcli list" in done.stderr
