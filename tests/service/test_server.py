"""The service over a real socket with a real store; only the models are fakes."""

from __future__ import annotations

import json
import socket
import stat
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memcli.assistant import Note
from memcli.config import Settings
from memcli.errors import BadInputError, BusyError, ModelError
from memcli.models.fake import FakeChatModel, FakeEmbedder
from memcli.records import Filter, Lane
from memcli.service.client import AbsentError, Client
from memcli.service.connect import RemoteParts
from memcli.service.protocol import socket_path
from memcli.service.server import MOST_CONNECTIONS, Server
from memcli.wiring import Parts

NOW = datetime(2026, 5, 1, tzinfo=UTC)
DROPS = 1_000


@dataclass(frozen=True)
class Served:
    """A running service, the parts it keeps warm and those of a client."""

    local: Parts
    remote: RemoteParts
    client: Client
    path: Path
    thread: threading.Thread


@pytest.fixture
def served(settings: Settings) -> Iterator[Served]:
    """A service in a thread of its own that knows where Ana lives."""
    local = Parts(settings)
    local.embedder = FakeEmbedder()
    local.chat_model = FakeChatModel(rule=lambda *_: "She lives in Porto [1]")
    settings.home.ensure()
    path = socket_path(settings.home.root)
    server = Server(local, path, idle_seconds=0)
    thread = threading.Thread(target=server.serve)
    thread.start()
    client = Client(path)
    while not client.alive():
        pass
    remote = RemoteParts(settings, client)
    yield Served(local, remote, client, path, thread)
    server.stop()
    thread.join()
    remote.close()
    local.close()


def test_a_search_over_the_socket_is_the_search(served: Served) -> None:
    """Hits, features and filters survive the way there and back."""
    for text in ("Ana lives in Porto", "Ana works at the harbour", "Ben keeps bees"):
        served.remote.assistant.remember(Note(text, tags=("people",)))
    where = Filter(lanes=(Lane.MEMORY,), tags=("people",), since=datetime(2020, 1, 1, tzinfo=UTC))
    far = served.remote.searcher.search("where does Ana live?", where, 2, NOW)
    near = served.local.searcher.search("where does Ana live?", where, 2, NOW)
    assert [hit.id for hit in far] == [hit.id for hit in near]
    assert far == near
    assert far[0].text.startswith("Ana lives in Porto")


def test_an_answer_over_the_socket_cites_and_is_kept(served: Served) -> None:
    """The whole corridor runs on remote models."""
    kept = served.remote.assistant.remember(Note("Ana lives in Porto"))
    pieces: list[str] = []
    answer = served.remote.assistant.ask("where does Ana live?", pieces.append)
    assert answer.citations
    assert set(answer.citations) <= {kept.turns[0].id, kept.changes[0].memory_id}
    assert "".join(pieces).strip() == answer.text
    assert served.local.assistant.why().id == answer.id


def test_what_chats_begin_with_is_prepared_in_the_service(served: Served) -> None:
    """When a chat opens and before each message; a private one leaves no file."""
    served.remote.assistant.warm()
    served.remote.assistant.chat("Where does Ana live?", "s", lambda _: None, private=True)
    model = served.local.chat_model
    assert isinstance(model, FakeChatModel)
    (opening, kept), (again, private) = model.prepared
    assert (kept, private) == (True, False)
    assert opening == again == model.asked[-1][0][: len(opening)]


def test_closing_a_reply_frees_the_model(served: Served) -> None:
    """A client that walks away does not block the next one."""
    served.local.chat_model = FakeChatModel(rule=lambda *_: "word " * 100_000)
    values = {
        "messages": [{"role": "user", "content": "go"}],
        "sampling": {"max_tokens": 100_000},
        "adapter": None,
    }
    with closing(served.client.stream("stream", values)) as reply:
        assert next(reply).strip() == "word"
    with closing(served.client.stream("stream", values)) as reply:
        assert next(reply).strip() == "word"


def test_the_services_errors_are_the_clients(served: Served) -> None:
    """A prompt too long is the same error as in-process."""
    served.local.chat_model = FakeChatModel(context_tokens=3)
    values: dict[str, object] = {
        "messages": [{"role": "user", "content": "one two three four"}],
        "sampling": {},
        "adapter": None,
    }
    with pytest.raises(ModelError):
        list(served.client.stream("stream", values))


@pytest.mark.parametrize(
    ("method", "values"),
    [
        ("__init__", {}),
        ("search", {}),
        ("search", {"query": "x", "where": {"lanes": ["cellar"]}, "k": 1, "now": "2026-01-01"}),
        ("search", {"query": "x", "where": {}, "k": "many", "now": "2026-01-01T00:00:00+00:00"}),
        ("stream", {"messages": [{"rolle": "user"}], "sampling": {}}),
        ("stream", {"messages": [], "sampling": {"max_tokens": 5}}),
        ("prepare", {"messages": [], "keep": False}),
        ("score", {"messages": [], "continuations": ["a"]}),
        ("pack", {"question": "x", "hits": 3, "tokens": 1}),
    ],
)
def test_a_malformed_request_is_refused_and_the_service_goes_on(
    served: Served, method: str, values: dict[str, object]
) -> None:
    """No request can end the process or show its inside."""
    with pytest.raises(BadInputError):
        served.client.call(method, values)
    assert served.client.call("status")["requests"] >= 1


@pytest.mark.parametrize(
    "raw", [b"\n", b"{}\n", b"\x00\xff\n", b'{"do": 7}\n', b'{"do": "search", "with": []}\n', b"half"]
)
def test_raw_rubbish_ends_at_most_its_own_connection(served: Served, raw: bytes) -> None:
    """The next client is served as if nothing had happened."""
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(served.path))
        peer.sendall(raw)
        peer.shutdown(socket.SHUT_WR)
        reply = peer.makefile("rb").readline()
    assert not reply or "error" in json.loads(reply)
    assert served.client.alive()


@pytest.mark.parametrize("raw", [b"", b'{"do": "sta', b"x" * (9 << 20)], ids=["silent", "cut off", "huge"])
def test_a_peer_that_does_not_end_its_request_is_let_go(
    served: Served, raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others are served meanwhile; the connection ends although the peer keeps it open."""
    monkeypatch.setattr("memcli.service.server.REQUEST_SECONDS", 0.3)
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(20)
        peer.connect(str(served.path))
        with suppress(BrokenPipeError, ConnectionResetError):
            peer.sendall(raw)
        assert served.client.call("status")["requests"] >= 1
        with suppress(ConnectionResetError):
            assert peer.recv(1) == b""


def test_a_peer_that_drips_is_let_go_in_time(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes soon after the one before, and the request never ends."""
    monkeypatch.setattr("memcli.service.server.REQUEST_SECONDS", 0.5)
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(served.path))
        dripped = drip(peer)
    assert 0 < dripped < DROPS
    assert served.client.alive()


def drip(peer: socket.socket) -> int:
    """How many bytes the service took before it hung up."""
    for taken in range(DROPS):
        try:
            peer.sendall(b" ")
        except (BrokenPipeError, ConnectionResetError):
            return taken
        time.sleep(0.02)
    return DROPS


def test_a_peer_that_sips_its_reply_lets_go_of_the_model(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks for a long reply and reads a byte at a time: the next one is answered all the same."""
    monkeypatch.setattr("memcli.service.server.REQUEST_SECONDS", 0.5)
    served.local.chat_model = FakeChatModel(rule=lambda *_: "word " * 500_000)
    values = {"messages": [{"role": "user", "content": "go"}], "sampling": {"max_tokens": 500_000}}
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(served.path))
        peer.sendall(json.dumps({"do": "stream", "with": values}).encode() + b"\n")
        assert peer.recv(1)
        with closing(served.client.stream("stream", {**values, "sampling": {"max_tokens": 1}})) as reply:
            assert next(reply).strip() == "word"
        assert peer.recv(1)


def test_one_connection_too_many_is_told_so_at_once(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who holds all that there are keeps others out for no longer than a request may take."""
    monkeypatch.setattr("memcli.service.server.REQUEST_SECONDS", 3.0)
    peers = [socket.socket(socket.AF_UNIX) for _ in range(MOST_CONNECTIONS)]
    for peer in peers:
        peer.connect(str(served.path))
    with pytest.raises(AbsentError, match="too many clients"):
        ask_until_refused(served.client)
    for peer in peers:
        peer.close()
    while True:
        with suppress(AbsentError):
            assert served.client.call("status")["requests"] >= 1
            break


def ask_until_refused(client: Client) -> None:
    """The last of many may not have been let in yet."""
    while True:
        client.call("status")


def test_only_the_user_can_reach_the_socket(served: Served) -> None:
    """Mode 0600."""
    assert stat.S_IMODE(served.path.stat().st_mode) == 0o600


def test_many_clients_at_once_are_all_answered(served: Served) -> None:
    """Nothing is lost or mixed up between connections."""
    served.remote.assistant.remember(Note("Ana lives in Porto"))

    def ask(number: int) -> int:
        return int(served.client.call("count_tokens", {"text": "word " * number}))

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(200))) == list(range(200))


def test_a_stopped_service_is_gone_and_says_so(served: Served) -> None:
    """The socket goes with it."""
    served.client.call("stop")
    served.thread.join()
    assert not served.path.exists()
    with pytest.raises(BusyError):
        served.client.call("status")


def test_an_idle_service_ends_by_itself(settings: Settings) -> None:
    """Nobody has to remember that it runs."""
    settings.home.ensure()
    path = socket_path(settings.home.root)
    thread = threading.Thread(target=Server(Parts(settings), path, idle_seconds=0.01).serve)
    thread.start()
    thread.join(timeout=30)
    assert not thread.is_alive()
    assert not path.exists()
