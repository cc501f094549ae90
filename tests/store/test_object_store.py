"""The search tables on an object store: a local server that speaks S3, real requests, one memory each."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from typer.testing import CliRunner

from memcli.cli.main import app
from memcli.cli.state import State
from memcli.config import Settings
from memcli.erasure import Scope
from memcli.errors import StoreError
from memcli.records import Filter, Lane
from memcli.store import Store
from tests.cli.conftest import Ran
from tests.store.conftest import Make, WordEmbedder

URI: Final = "s3://memories/mine"
SECONDS: Final = 60


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Its address; a bucket is there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + SECONDS
        while not _made_bucket(address):
            assert running.poll() is None
            assert time.monotonic() < until
            time.sleep(0.2)
        yield address
    finally:
        running.terminate()
        running.wait()


def _made_bucket(address: str) -> bool:
    try:
        return httpx.put(f"{address}/memories", timeout=10).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def remote(open_store: Callable[..., Store], server: str) -> Iterator[Store]:
    """A store whose tables are there; taken away at the end."""
    options = f"endpoint={server} region=us-east-1 allow_http=true access_key_id=me secret_access_key=mine"
    store = open_store(store_uri=URI, store_options=options)
    yield store
    store._flusher.tables.drop()


def objects(server: str) -> str:
    """What the bucket holds."""
    return httpx.get(f"{server}/memories", timeout=10).text


def test_what_is_kept_is_found_there_and_nothing_of_it_is_in_the_home(
    remote: Store, server: str, make: Make, embedder: WordEmbedder
) -> None:
    """Both lanes, by meaning and by words, before and after folding."""
    cats, tea = make.memory("the cats sleep"), make.memory("tea is green")
    remote.commit(make.births([cats, tea]))
    remote.add_turns([make.turn("green tea, please")])
    assert remote.flush(force=True).memories == 2
    remote.compact()
    vector = embedder.embed(["green tea"])[0]
    assert remote.nearest(Lane.MEMORY, vector, 1, Filter())[0].id == tea.id
    assert [found.id for found in remote.matching(Lane.MEMORY, "cats", 5, Filter())] == [cats.id]
    assert len(remote.nearest(Lane.TURN, vector, 5, Filter())) == 1
    assert remote.problems() == []
    assert "mine/memories.lance" in objects(server)
    assert not remote.settings.home.lance.exists()


def test_a_purge_takes_the_objects_too(remote: Store, server: str, make: Make, embedder: WordEmbedder) -> None:
    """Old versions go with it; `verify` says that it cannot look there."""
    cats, tea = make.memory("the cats sleep"), make.memory("tea is green")
    remote.commit(make.births([cats, tea]))
    remote.flush(force=True)
    before = objects(server).count("<Key>")
    plan = remote.plan_purge(Scope(ids=(cats.id,)))
    traces = remote.traces(plan)
    remote.purge(plan)
    assert [found.id for found in remote.nearest(Lane.MEMORY, embedder.embed(["cats"])[0], 5, Filter())] == [
        tea.id
    ]
    assert objects(server).count("<Key>") <= before
    assert not remote.verify(traces).erased
    assert "not on this machine" in remote.verify(traces).unread[0]


def test_another_memory_at_the_same_place_is_not_searched(
    remote: Store, open_store: Callable[..., Store], server: str, make: Make
) -> None:
    """Each says so instead, and its ledger has everything."""
    remote.commit(make.births([make.memory("the cats sleep")]))
    remote.flush(force=True)
    remote._database.rows("SELECT 1")
    with remote._database.writing() as connection:
        connection.execute("UPDATE meta SET value = 'other' WHERE key = 'generation'")
    with pytest.raises(StoreError) as told:
        remote.matching(Lane.MEMORY, "cats", 5, Filter())
    assert "or another memory's" in told.value.message
    remote.reembed(WordEmbedder())
    assert len(remote.matching(Lane.MEMORY, "cats", 5, Filter())) == 1


def test_an_object_store_that_is_not_there_is_told_and_nothing_is_lost(
    open_store: Callable[..., Store], make: Make
) -> None:
    """What was kept is in the ledger and waits."""
    options = "endpoint=http://127.0.0.1:9 region=us-east-1 allow_http=true access_key_id=a secret_access_key=b"
    options += " client_max_retries=0 timeout=1s connect_timeout=1s"
    store = open_store(store_uri=URI, store_options=options)
    store.commit(make.births([make.memory("the cats sleep")]))
    with pytest.raises(StoreError):
        store.flush(force=True)
    assert store.stats().pending == 1
    assert [found.id for found in store.matching(Lane.MEMORY, "cats", 5, Filter())]


UNREACHED_OPTIONS: Final = (
    "endpoint=http://127.0.0.1:9 region=us-east-1 allow_http=true access_key_id=a secret_access_key=b"
    " client_max_retries=0 timeout=1s connect_timeout=1s"
)


def line(home: Path, models: Path, *words: str) -> Ran:
    """A command line in this process."""
    env = {"MEMCLI_MODELS": str(models), "COLUMNS": "200", "MEMCLI_HOME": None}
    done = CliRunner().invoke(app, ["--home", str(home), "--no-service", *words], env=env, obj=State())
    return Ran(done.exit_code, done.stdout, done.stderr)


def test_the_doctor_says_of_an_object_store_that_is_not_there_how_to_reach_it(settings: Settings) -> None:
    """8, even where nothing was moved there yet; rebuilding would be no help, and is not begun."""
    home, models = settings.home.root, settings.home.models
    for name, value in (("store.uri", URI), ("store.options", UNREACHED_OPTIONS)):
        assert line(home, models, "config", "set", name, value).code == 0
    assert line(home, models, "add", "Quillfeather likes walnuts").code == 0
    told = line(home, models, "doctor", "--deep", "--fix")
    assert told.code == 8
    assert "not mended: " in told.err
    assert "cannot be reached" in told.out
    assert "see that store.uri and store.options are right" in told.out
    left = line(home, models, "purge", "--query", "Quillfeather", "--yes", "--verify")
    assert left.code == 1
    assert "not all is erased yet" in left.err
    assert "1 purges could not be finished" in line(home, models, "doctor").out


@pytest.mark.model
def test_a_purge_on_an_object_store_is_not_said_to_be_proved(
    settings: Settings, models_dir: Path, server: str
) -> None:
    """8, and nothing was found: what is searched and what is not are told apart."""
    home, models = settings.home.root, models_dir
    options = f"endpoint={server} region=us-east-1 allow_http=true access_key_id=me secret_access_key=mine"
    for name, value in (("store.uri", "s3://memories/other"), ("store.options", options)):
        assert line(home, models, "config", "set", name, value).code == 0
    assert line(home, models, "add", "Quillfeather likes walnuts", "--wait").code == 0
    healthy = line(home, models, "doctor", "--deep")
    assert "cannot be looked at" in healthy.out
    told = line(home, models, "purge", "--query", "Quillfeather", "--yes", "--verify")
    assert told.code == 8
    assert "nothing was found, but 1 place could not be searched" in told.err
    assert "traces are left" not in told.err
    assert "not searched: s3://memories/other: not on this machine" in told.out
