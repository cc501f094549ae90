"""How long the terminal makes one wait, on a home that exists (``make_home.py`` makes one of any size).

    python scripts/bench_terminal.py HOME

First paint: a whole process on a terminal of its own, until the screen stands there (first frame), and until its
last lines do (all lines); wall and CPU.
Keys: from a key in the search line, or a step in the list, until the list shows what it should; wall and CPU of
the process, store and threads included. On a busy machine trust the CPU times.
"""

from __future__ import annotations

import asyncio
import os
import pty
import statistics
import sys
import time
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from select import select
from struct import pack
from termios import TIOCSWINSZ

from memcli import config
from memcli.tui.app import MemcliApp
from memcli.tui.widgets.rows import Rows
from memcli.wiring import Parts

RUNS = 7
TYPED = "canoe oslo after"
STEPS = 30
FRAME, LAST = b"Models", b"Conversations"
"""The last name of the top line, and the heading of the first screen's last part."""


def first_paint(home: Path) -> list[tuple[float, float]]:
    """Wall and CPU ms until the first screen stands, and until all its lines do."""
    memcli = str(Path(sys.executable).with_name("memcli"))
    pid, screen = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(memcli, [memcli, "--home", str(home), "tui"])
    ioctl(screen, TIOCSWINSZ, pack("HHHH", 40, 140, 0, 0))
    began, seen = time.perf_counter(), b""
    found = []
    for words in (FRAME, LAST):
        while words not in seen:
            select([screen], [], [], 60)
            seen += os.read(screen, 65_536)
        found.append(((time.perf_counter() - began) * 1e3, cpu_of(pid)))
    os.write(screen, b"q")
    try:
        while os.read(screen, 65_536):
            pass
    except OSError:
        os.waitpid(pid, 0)
    return found


def cpu_of(pid: int) -> float:
    """CPU ms that a process has used, all its threads."""
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) * 1e3 / os.sysconf("SC_CLK_TCK")


async def keys(home: Path) -> dict[str, list[tuple[float, float]]]:
    """(wall, CPU) ms of each key typed into the search line, and of each step down the list."""
    found: dict[str, list[tuple[float, float]]] = {"typing": [], "a step": []}
    app = MemcliApp(Parts(config.load(home)), "memories")
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.pause(2)
        rows: Rows[object] = app.screen.query_one("#list", Rows)
        await pilot.press("slash")
        for letter in TYPED:
            shown = asyncio.Event()
            begin = rows._begin
            rows._begin = lambda *a, b=begin, s=shown: (b(*a), s.set())  # type: ignore[method-assign]
            wall, cpu = time.perf_counter(), time.process_time()
            await pilot.press("space" if letter == " " else letter)
            await asyncio.wait_for(shown.wait(), 30)
            found["typing"].append(((time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3))
            rows._begin = begin  # type: ignore[method-assign]
        await pilot.press("escape", "escape")
        await pilot.pause(2)
        for _ in range(STEPS):
            wall, cpu = time.perf_counter(), time.process_time()
            await pilot.press("down")
            found["a step"].append(((time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3))
    app.close()
    return found


def told(name: str, times: Sequence[tuple[float, float]]) -> str:
    """Median and worst."""
    wall, cpu = ([each[place] for each in times] for place in (0, 1))
    return (
        f"{name:<12} wall {statistics.median(wall):6.0f} ms (worst {max(wall):.0f})"
        f"   cpu {statistics.median(cpu):6.0f} ms (worst {max(cpu):.0f})"
    )


def main() -> None:
    """Measure and print."""
    home = Path(sys.argv[1])
    for name, times in zip(
        ("first frame", "all lines"), zip(*(first_paint(home) for _ in range(RUNS)), strict=True), strict=True
    ):
        print(told(name, times))
    for name, times in asyncio.run(keys(home)).items():
        print(told(name, times))


if __name__ == "__main__":
    main()
