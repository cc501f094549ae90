"""A short session of the real program on a real terminal, kept as text in tests/tui/session.txt.

    python scripts/record_session.py            needs tmux; the models are those of this machine

It walks one job: a wrong memory is found, one sees why it was stored, it is corrected, the correction is taken
back and done again, and the memory is erased for good.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

OUT = Path(__file__).parent.parent / "tests" / "tui" / "session.txt"
MEMCLI = str(Path(sys.executable).with_name("memcli"))
SAID = (
    "Miso the cat is afraid of thunder",
    "My sister Marta moved to Porto last spring",
    "The spare key hangs behind the kitchen door",
    "Sourdough needs twelve hours in the fridge",
)
SESSION = "memcli-recording"
COLUMNS, LINES = 80, 24
SECONDS = 90.0


def tmux(*words: str) -> str:
    """Run a tmux command of our own server; what it prints."""
    return subprocess.run(["tmux", "-L", SESSION, *words], capture_output=True, text=True, check=True).stdout


def screen() -> str:
    """What stands on the terminal now."""
    return tmux("capture-pane", "-p", "-t", SESSION)


def wait_for(there: Callable[[str], bool]) -> str:
    """The screen once it is as wanted, and still.

    Raises:
        TimeoutError: it never is.
    """
    end, before = time.monotonic() + SECONDS, ""
    while time.monotonic() < end:
        shown = screen()
        if there(shown) and shown == before:
            return shown
        before = shown
        time.sleep(0.4)
    raise TimeoutError(f"the screen stayed:\n{before}")


class Recording:
    """Steps and the screens that follow them."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def step(self, what: str, keys: list[str], until: str) -> None:
        """Press keys, wait for a text, and keep the screen."""
        for key in keys:
            tmux("send-keys", "-t", SESSION, *(["-l", key[1:]] if key.startswith("=") else [key]))
            time.sleep(0.8)
        shown = wait_for(lambda text: until in text)
        lines = [line.rstrip() for line in shown.splitlines()]
        self.told += [f"## {what}", "", *(line for line in lines if line), "", ""]


def main() -> None:
    """Make a home, walk through it, write what was seen."""
    with tempfile.TemporaryDirectory(prefix="memcli-session-") as home:
        run = [MEMCLI, "--no-service", "--home", home]
        subprocess.run([*run, "config", "set", "user.name", "Ana"], check=True, capture_output=True)
        for words in SAID:
            subprocess.run([*run, "add", words], check=True, capture_output=True)
        tmux("new-session", "-d", "-s", SESSION, "-x", str(COLUMNS), "-y", str(LINES), " ".join([*run, "tui"]))
        try:
            recorded = walk()
        finally:
            subprocess.run(["tmux", "-L", SESSION, "kill-server"], check=False, capture_output=True)
    stamp = f"{datetime.now().astimezone():%-d %B %Y}"
    OUT.write_text(
        f"A session of `memcli tui` at 80x24, recorded on {stamp} by scripts/record_session.py\n\n{recorded}"
    )
    print(f"wrote {OUT}")


def walk() -> str:
    """The job, step by step."""
    record = Recording()
    record.step("memcli tui", [], "New today")
    record.step("/  thunder  Enter: find the wrong memory", ["/", "=thunder", "Enter"], "1 memory · with thunder")
    record.step("o: why was it stored? The conversation it is from", ["o"], "Conversation")
    keys = ["Escape", "e", *["BSpace"] * len("thunder"), "=vacuum cleaners"]
    record.step("Escape  e: correct it", keys, "afraid of vacuum cleaners")
    record.step("Ctrl-S: kept; the page shows the difference below", ["C-s"], "edited: Miso")
    record.step("u: taken back", ["u"], "undone: Miso")
    record.step("U: done again", ["U"], "done again: Miso")
    record.step("X: erase it for good, once the word is typed", ["X", "=purge"], "There is no undo")
    record.step("Enter: erased, and every file searched for what is left", ["Enter"], "nothing is left of it")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(record.told)).rstrip() + "\n"


if __name__ == "__main__":
    main()
