"""The real program, as the system sees it: whom it speaks to, who may read its files, what its log tells."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from memcli.config import Settings
from memcli.errors import BusyError
from memcli.service import process

PROGRAM = (sys.executable, "-c", "from memcli.cli.entry import run; run()")
ROOT = Path(__file__).parents[2]
SAID = "My parrot Quillfeather hides the cellar key behind the stove."
ASKED = "Where does Quillfeather hide the key in Zanzibarburg?"
WORDS = (b"quillfeath", b"zanzibarburg", b"cellar", b"ravensbourne")
STRACE = shutil.which("strace")

pytestmark = pytest.mark.model


@pytest.fixture
def home(settings: Settings) -> Iterator[Path]:
    """A home that does not exist yet; a service that is left is stopped."""
    yield settings.home.root
    process.stop(settings.home)


def memcli(
    home: Path, *words: str, typed: str = "", tracer: tuple[str, ...] = (), codes: tuple[int, ...] = (0,)
) -> str:
    """Run the program as a user with the usual umask does; what it printed. It ends with one of ``codes``."""
    environment = {**os.environ, "MEMCLI_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [*tracer, *PROGRAM, *words]
    done = subprocess.run(
        command, env=environment, input=typed, capture_output=True, text=True, timeout=60, check=False, umask=0o022
    )
    assert done.returncode in codes, done.stderr
    return done.stdout


@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
def test_nobody_is_called(home: Path, tmp_path: Path) -> None:
    """Whatever a library does: of the addresses that the system is asked for, none is of a network."""
    log = tmp_path / "calls"
    tracer = traced(log)
    memcli(home, "add", SAID, tracer=tracer)
    memcli(home, "search", "cellar key", tracer=tracer)
    memcli(home, "ask", ASKED, tracer=tracer)
    memcli(home, "service", "status", tracer=tracer)
    assert families(log) == {"AF_UNIX"}


@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
def test_the_service_calls_nobody_either(home: Path, tmp_path: Path) -> None:
    """From its first system call to its last: it starts, answers, streams from the model, runs jobs, and ends."""
    log = tmp_path / "calls"
    memcli(home, "add", SAID)
    command = (*traced(log), sys.executable, "-m", process.PROGRAM, "--home", str(home))
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}) as service:
        while not json.loads(memcli(home, "service", "status", "--json"))["running"]:
            assert service.poll() is None, "it came up"
        for asked in (("search", "cellar key"), ("ask", ASKED), ("add", "Tea is green."), ("forecast",)):
            memcli(home, *asked)
        served = json.loads(memcli(home, "service", "status", "--json"))
        memcli(home, "service", "stop", codes=(0, BusyError.exit_code))  # it may end a job first
        assert service.wait(timeout=60) == 0
    assert served["requests"] > len(("search", "ask", "add", "forecast"))
    assert "chat_model" in served["warm"]
    assert families(log) == {"AF_UNIX"}


def traced(log: Path) -> tuple[str, ...]:
    """A command before a command: every call that could reach another machine is written down."""
    return (str(STRACE), "-f", "-qq", "-A", "-o", str(log), "-e", "trace=socket,connect,sendto,sendmsg,bind")


def families(log: Path) -> set[str]:
    """The kinds of addresses and sockets that the system was asked for."""
    return set(re.findall(r"\b(?:AF|PF)_[A-Z0-9]+", log.read_text(encoding="utf-8")))


def test_a_session_is_for_the_user_alone(home: Path, tmp_path: Path) -> None:
    """Every file 0600 and folder 0700 (Lance's own lie in a closed one), and the log holds no word of it."""
    lines = [{"text": f"The octopus of Ravensbourne owns teapot {n}.", "role": "user"} for n in range(3)]
    told = tmp_path / "told.jsonl"
    told.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    memcli(home, "service", "start")
    memcli(home, "add", SAID)
    memcli(home, "ask", ASKED)
    memcli(home, "chat", "--json", typed=f"{ASKED}\n")
    memcli(home, "import", "jsonl", str(told))
    memcli(home, "service", "stop")  # which may be running one of the jobs
    for job in ("extract", "flush", "reflect", "backup"):
        memcli(home, "jobs", "run", job)
    assert list((home / "backups").iterdir())
    assert b"listening" in (home / "service.log").read_bytes()
    assert open_to_others(home) == {}
    for log in home.rglob("*.log*"):
        assert not [word for word in WORDS if word in log.read_bytes().lower()]


def test_a_private_chat_is_in_no_file(home: Path) -> None:
    """Beside a memory that is there, and with a service that serves it."""
    memcli(home, "add", "Tea is green.")
    memcli(home, "service", "start")
    memcli(home, "chat", "--private", "--json", typed=f"{ASKED}\n{SAID}\n")
    memcli(home, "service", "stop")
    files = [file for file in home.rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if any(word in file.read_bytes().lower() for word in WORDS)]


def open_to_others(home: Path) -> dict[str, str]:
    """What is not the user's alone, with its mode."""
    found = {}
    for path in (home, *home.rglob("*")):
        if home / "lance" in path.parents:
            continue
        mode, kept = stat.S_IMODE(path.stat().st_mode), 0o700 if path.is_dir() else 0o600
        if mode & ~kept:
            found[str(path.relative_to(home))] = oct(mode)
    return found
