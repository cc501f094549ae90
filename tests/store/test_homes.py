"""Homes: none, new, private, locked, of another version; and what importing the store costs."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from memcli.config import Settings
from memcli.errors import BusyError, MemcliError, StoreError
from memcli.models.fake import FakeEmbedder
from memcli.ports import FixedClock
from memcli.records import Filter, Lane
from memcli.store import Store
from memcli.store.lock import WriterLock

if TYPE_CHECKING:
    from tests.store.conftest import Make, WordEmbedder


def test_looking_at_a_home_that_is_not_there_makes_nothing(
    store: Store, settings: Settings, embedder: WordEmbedder
) -> None:
    """Reading is not writing, nor is tidying up."""
    assert store.list_memories(Filter(), limit=5) == []
    assert store.nearest(Lane.TURN, embedder.embed(["tea"])[0], 5, Filter()) == []
    store.flush(force=True)
    store.compact()
    assert store.reembed(embedder) == 0
    assert not settings.home.root.exists()


def test_only_the_user_may_read_a_home(store: Store, settings: Settings, make: Make) -> None:
    """Files of the ledger 0600, directories 0700; Lance's files are behind such a directory."""
    store.add_turns([make.turn("tea")])
    store.flush(force=True)
    home = settings.home
    for directory in (home.root, home.cache, home.lance):
        assert directory.stat().st_mode & 0o777 == 0o700
    for file in (path for path in home.root.iterdir() if path.is_file()):
        assert file.stat().st_mode & 0o777 == 0o600


def test_reading_and_writing_the_ledger_imports_no_lance(settings: Settings) -> None:
    """The fast path of the command line."""
    script = f"""
import sys
from pathlib import Path
from datetime import UTC, datetime
from memcli.config import Settings
from memcli.paths import Home
from memcli.models.fake import FakeEmbedder
from memcli.ports import FixedClock
from memcli.records import Filter, Lane, Role, Turn
from memcli.store import Store
store = Store.open(Settings(home=Home(Path({str(settings.home.root)!r}), Path())), lambda: None, FixedClock())
store.add_turns([Turn("t:1", "s", 0, Role.USER, "a", "tea", datetime.now(UTC))])
assert store.matching(Lane.TURN, "tea", 1, Filter()) and store.turns_by_id(["t:1"])
store.list_memories(Filter(), limit=1); store.sessions(); store.stats(); store.flush(); store.close()
print([name for name in ("lancedb", "lance", "pyarrow", "torch", "llama_cpp") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_a_first_flush_says_nothing_on_the_terminal(settings: Settings) -> None:
    """Lance logs to stderr, where people read."""
    script = f"""
from pathlib import Path
from datetime import UTC, datetime
import numpy as np
from memcli.config import Settings
from memcli.paths import Home
from memcli.models.fake import FakeEmbedder
from memcli.ports import FixedClock
from memcli.records import Filter, Lane, Role, Turn
from memcli.store import Store

class Embedder:
    name, dimensions = "one", 2
    def embed(self, texts): return np.tile(np.float32([1, 0]), (len(texts), 1))

store = Store.open(Settings(home=Home(Path({str(settings.home.root)!r}), Path())), Embedder, FixedClock())
for i in range(2):
    store.add_turns([Turn(f"t:{{i}}", "s", 0, Role.USER, "a", "tea", datetime.now(UTC))])
    store.flush(force=True)
    store.compact()
assert store.matching(Lane.TURN, "tea", 1, Filter())
assert store.nearest(Lane.TURN, np.float32([1, 0]), 1, Filter())
assert store.reembed(Embedder()) == 2
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


HOLD = """
import sys
from pathlib import Path
from memcli.ports import SystemClock
from memcli.store.lock import WriterLock
with WriterLock(Path(sys.argv[1]), SystemClock()).held():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_writer_is_told_who_the_first_is(
    store: Store, settings: Settings, make: Make, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Adding and searching go on; only the tables have one writer."""
    monkeypatch.setattr("memcli.store.flush.PATIENCE", 0.1)
    store.add_turns([make.turn("tea")])
    command = [sys.executable, "-c", HOLD, str(settings.home.lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match=f"process {holder.pid} has been writing since"):
            store.flush(force=True)
        store.add_turns([make.turn("more tea") for _ in range(100)])
        assert store.flush().turns == 0
        assert len(store.nearest(Lane.TURN, embedder.embed(["tea"])[0], 200, Filter())) == 101
        holder.communicate("")
    assert store.flush(force=True).turns == 101


def test_the_lock_is_reentrant_in_a_thread_and_keeps_others_out(tmp_path: Path) -> None:
    """A flush inside ``writing()`` must not wait for itself."""
    lock = WriterLock(tmp_path / "lock")
    told: list[object] = []

    def other() -> None:
        try:
            with lock.held(patience=0):
                told.append("held")
        except BusyError as error:
            told.append(type(error))

    def ask() -> object:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        return told[-1]

    with lock.held():
        with lock.held(patience=0):
            assert ask() is BusyError
        assert ask() is BusyError
    assert ask() == "held"


def test_writing_holds_the_lock_across_calls(open_store: Callable[..., Store], make: Make) -> None:
    """And its holder may flush."""
    store = open_store()
    with store.writing():
        store.add_turns([make.turn("tea")])
        assert store.flush(force=True).turns == 1


def test_threads_share_a_store(store: Store, make: Make) -> None:
    """The service and the TUI call it from several."""
    turns = [make.turn(f"tea {i}") for i in range(40)]
    failures: list[BaseException] = []

    def add(part: int) -> None:
        try:
            for turn in turns[part::4]:
                store.add_turns([turn])
                store.matching(Lane.TURN, "tea", 5, Filter())
            store.flush(force=True)
        except MemcliError as error:
            failures.append(error)

    threads = [threading.Thread(target=add, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.stats().turns == 40
    assert store.problems() == []


ADD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from memcli.config import Settings
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.ports import SystemClock
from memcli.records import Role, Turn, new_id
from memcli.store import Store
store = Store.open(Settings(home=Home(Path(sys.argv[1]), Path()), flush_rows=8), FakeEmbedder, SystemClock())
sys.stdin.read()
for i in range(30):
    store.add_turns([Turn(new_id("t"), "s", i, Role.USER, "a", f"tea {i}", datetime.now(UTC))])
    store.flush()
"""


def test_processes_make_and_fill_a_home_together(open_store: Callable[..., Store], settings: Settings) -> None:
    """The first writes race to make it, the flushes for the tables; nothing is lost or refused."""
    command = [sys.executable, "-c", ADD, str(settings.home.root)]
    writers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.close()
        writer.stdin = None
    assert [writer.communicate()[1] for writer in writers] == ["", "", ""]
    store = open_store(with_embedder=FakeEmbedder())
    assert store.stats().turns == 90
    assert store.problems() == []


def test_a_home_of_a_newer_memcli_is_left_alone(
    open_store: Callable[..., Store], settings: Settings, make: Make
) -> None:
    """Reading or writing it by old rules might lose what the new ones mean."""
    store = open_store()
    store.add_turns([make.turn("tea")])
    store.close()
    with sqlite3.connect(settings.home.ledger) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = settings.home.ledger.read_bytes()
    newer = open_store()
    for refused in (lambda: newer.stats(), lambda: newer.add_turns([make.turn("more")])):
        with pytest.raises(StoreError, match="newer memcli") as caught:
            refused()
        assert "upgrade" in str(caught.value.hint)
    assert settings.home.ledger.read_bytes() == before


def test_a_store_may_keep_its_tables_elsewhere(
    settings: Settings, tmp_path: Path, make: Make, embedder: WordEmbedder
) -> None:
    """``store.uri`` names any place that LanceDB takes."""
    elsewhere = tmp_path / "elsewhere"
    settings = Settings(home=settings.home, store_uri=elsewhere.as_uri())
    store = Store.open(settings, lambda: embedder, FixedClock())
    store.add_turns([make.turn("tea")])
    store.flush(force=True)
    assert len(store.matching(Lane.TURN, "tea", 5, Filter())) == 1
    assert not settings.home.lance.exists()
    assert (elsewhere / "turns.lance").is_dir()
    store.close()
