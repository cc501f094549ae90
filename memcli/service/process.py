"""The service as a process: started apart from the command that wants it, found and stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Any, Final

from memcli import __version__
from memcli.errors import BusyError, MemcliError, StoreError
from memcli.paths import Home
from memcli.service.client import Client
from memcli.service.protocol import socket_path

START_SECONDS: Final = 10.0
PROGRAM: Final = "memcli.cli.background"
"""The service with the command line's own methods; ``memcli.service`` alone does without them."""
_STEP: Final = 0.02


def client_of(home: Home) -> Client:
    """The client of a home's service, whether or not it runs."""
    return Client(socket_path(home.root))


def status(home: Home) -> dict[str, Any] | None:
    """What the service says of itself, or None where none runs, or none that could be trusted."""
    try:
        return dict(client_of(home).call("status"))
    except (BusyError, StoreError):
        return None


def start(home: Home, wait: float = START_SECONDS, fingerprint: str | None = None) -> Client:
    """The client of a running service of this version, which is started, or replaced, if need be.

    Args:
        home: whose service.
        wait: seconds for it to come up.
        fingerprint: of the settings that it should have; None is any.

    Raises:
        BusyError: it did not come up in time; its log says why.
        StoreError: the home, or the folder of its socket, cannot be used.
    """
    running = status(home)
    if running is not None:
        if running.get("version") == __version__ and fingerprint in {None, running.get("settings")}:
            return client_of(home)
        stop(home)
    client, deadline = client_of(home), time.monotonic() + wait
    _spawn(home)
    while not client.alive():
        if time.monotonic() > deadline:
            raise BusyError("the background service did not start", hint=f"see {home.service_log}")
        time.sleep(_STEP)
    return client


def stop(home: Home, wait: float = START_SECONDS) -> bool:
    """Stop a running service and wait until it is gone; whether there was one.

    Raises:
        BusyError: it is still there after ``wait`` seconds.
    """
    running = status(home)
    if running is None:
        return False
    client = client_of(home)
    with suppress(MemcliError):
        client.call("stop")
    deadline = time.monotonic() + wait
    while client.alive() or _lives(int(running["pid"])):  # it may be ending a job, and holds its lock until then
        if time.monotonic() > deadline:
            raise BusyError("the background service is still busy", hint="it stops when its last reply is done")
        time.sleep(_STEP)
    return True


def _lives(pid: int) -> bool:
    """Whether another process of that number is there."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return pid != os.getpid()


def _spawn(home: Home) -> None:
    """A new interpreter in a session of its own: nothing of this process, its terminal or its locks goes along."""
    home.ensure()
    command = [sys.executable, "-m", PROGRAM, "--home", str(home.root)]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            close_fds=True,
        )
    except OSError as error:
        raise StoreError(f"cannot start the background service: {error.strerror}") from error
    # Should it end before this process does (a long chat, the TUI), somebody must take note of it.
    threading.Thread(target=process.wait, daemon=True).start()
