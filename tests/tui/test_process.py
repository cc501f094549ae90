"""The program in a terminal of its own: how it ends, and what it leaves behind."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fcntl import ioctl
from pathlib import Path
from select import select
from struct import pack
from termios import TIOCSWINSZ

import pytest

from memcli.cli.entry import Opened, screen_of

START = "from memcli.cli.entry import run; run()"
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

    def start(before: str = "", options: Sequence[str] = ("--no-service",)) -> Terminal:
        ours, theirs = pty.openpty()
        ioctl(theirs, TIOCSWINSZ, pack("HHHH", 24, 80, 0, 0))
        command = [
            sys.executable,
            "-c",
            before + START,
            *options,
            "--home",
            str(tmp_path / "home"),
            "tui",
            "memories",
        ]
        env = {**os.environ, "TERM": "xterm-256color", "MEMCLI_SERVICE_AUTOSTART": "false"}
        process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
        )
        os.close(theirs)
        opened = Terminal(process, ours)
        opened.wait_for(b"newest first")
        return opened

    return start


@pytest.mark.parametrize("options", [("--no-service",), ()])
def test_leaving_gives_the_terminal_back(terminal: Open, options: Sequence[str]) -> None:
    """With q, and exit code 0; through the parser of commands, and past it."""
    opened = terminal(options=options)
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
    opened = terminal(BROKEN, options=())
    opened.press(b"a")
    assert opened.end() == 1
    after = opened.shown.partition(LEFT)[2]
    assert b"internal error: RuntimeError: broken on purpose" in after
    assert b"4711" not in opened.shown
    assert b"Traceback" not in opened.shown


@pytest.mark.parametrize(
    ("words", "opened"),
    [
        (["tui"], Opened(None, "today", quiet=False)),
        (["--home", "there", "tui", "chat"], Opened(Path("there"), "chat", quiet=False)),
        (["-q", "--home=there", "tui"], Opened(Path("there"), "today", quiet=True)),
        (["tui", "nowhere"], None),
        (["tui", "--help"], None),
        (["--debug", "tui"], None),
        (["list"], None),
        ([], None),
    ],
)
def test_plain_words_open_a_screen_past_the_parser(words: list[str], opened: Opened | None) -> None:
    """It takes longer to load than the screen to draw; whatever it alone understands goes to it."""
    assert screen_of(words) == opened


def test_the_screen_loads_no_parser_store_or_model_before_it_stands() -> None:
    """They come when the first lines are read."""
    loaded = "import sys; import memcli.cli.opening, memcli.tui.app, memcli.tui.screens.today; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    late = {"typer", "pydantic", "memcli.store", "memcli.models", "memcli.assistant", "lancedb", "llama_cpp"}
    assert late & set(done.stdout.split()) == set()


def test_without_a_terminal_it_says_what_to_use_instead(tmp_path: Path) -> None:
    """In a pipe there is nothing to draw on."""
    command = [sys.executable, "-c", START, "--home", str(tmp_path / "home"), "tui"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
    assert "memcli list" in done.stderr
