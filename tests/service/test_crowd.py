"""Many clients at once: no error, no lost write."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from memcli import __version__, config, environment
from memcli.cli.background import methods
from memcli.config import Settings
from memcli.errors import ConflictError
from memcli.models.fake import FakeEmbedder
from memcli.records import Filter
from memcli.service.client import Client
from memcli.service.protocol import socket_path
from memcli.service.server import Server
from memcli.wiring import Parts

CLIENT = """
import json, sys
from pathlib import Path
from memcli import __version__, environment
from memcli.service.client import Client
home, path, name, count = sys.argv[1:]
codes = []
for number in range(int(count)):
    words = ["add", f"{name} keeps parcel {number}.", "--raw"] if number % 2 else ["search", "parcel", "-k", "3"]
    argv, environ = ["--home", home, *words, "--json"], environment.relevant()
    values = {"argv": argv, "version": __version__, "environ": environ}
    done = Client(Path(path)).call("run", values)
    codes.append(done["code"] and [done["code"], done["err"]])
print(json.dumps(codes))
"""


@pytest.fixture
def served(settings: Settings) -> Iterator[Parts]:
    """A service in a thread of its own, with a fake embedder."""
    settings.home.ensure()
    parts = Parts(config.load(settings.home.root))
    parts.embedder = FakeEmbedder()
    server = Server(parts, socket_path(settings.home.root), idle_seconds=0, methods=methods(parts))
    thread = threading.Thread(target=server.serve)
    thread.start()
    while not Client(socket_path(settings.home.root)).alive():
        pass
    yield parts
    server.stop()
    thread.join()
    parts.close()


@pytest.mark.parametrize(
    ("processes", "requests"), [(4, 50), pytest.param(16, 63, marks=[pytest.mark.long, pytest.mark.timeout(900)])]
)
def test_a_crowd_loses_nothing(served: Parts, processes: int, requests: int) -> None:
    """Half of them write, half search; every acknowledged write is there, once."""
    home = served.settings.home
    clients = [
        subprocess.Popen(
            [sys.executable, "-c", CLIENT, home.root, socket_path(home.root), f"Client{n}", str(requests)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(processes)
    ]
    ended = [client.communicate(timeout=800) for client in clients]
    assert [err for _, err in ended] == [""] * processes
    failed = [code for out, _ in ended for code in json.loads(out) if code]
    assert not failed
    texts = sorted(memory.text for memory in served.store.list_memories(Filter(), limit=100_000))
    wanted = sorted(f"Client{n} keeps parcel {i}." for n in range(processes) for i in range(1, requests, 2))
    assert texts == wanted
    assert served.store.problems() == []


@pytest.mark.parametrize(
    "other",
    [
        {"version": "0"},
        {"environ": {"MEMCLI_SECRETS": "x", "MEMCLI_INPUT_SECRETS": "keep"}},
        {"environ": {"XDG_DATA_HOME": "/somewhere/else"}},
    ],
)
def test_a_refused_request_is_not_run(served: Parts, other: dict[str, object]) -> None:
    """A client with other settings, places or of another version is told to do it itself."""
    home = served.settings.home
    words = ["--home", str(home.root), "add", "x y z"]
    values = {"argv": words, "version": __version__, "environ": environment.relevant()} | other
    with pytest.raises(ConflictError):
        Client(socket_path(home.root)).call("run", values)
    assert not Path(home.ledger).exists() or not served.store.list_memories(Filter(), limit=1)
