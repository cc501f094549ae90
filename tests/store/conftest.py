"""A store in a temporary home, an embedder of words, and makers of records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from memcli.config import Settings
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.ports import FixedClock, Vectors
from memcli.records import Change, Kind, Memory, Op, Role, Turn, new_id
from memcli.store import Store

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class WordEmbedder(FakeEmbedder):
    """Remembers what it was asked."""

    def __init__(self, name: str = "words", dimensions: int = 32) -> None:
        super().__init__(dimensions, name)
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().embed(texts)


class Make:
    """Records with ids of their own, one minute apart."""

    def __init__(self) -> None:
        self.made = 0

    def turn(self, text: str, **others: Any) -> Turn:
        """A user's turn."""
        self.made += 1
        given: dict[str, Any] = {
            "id": new_id("t"),
            "session": "s1",
            "position": self.made,
            "role": Role.USER,
            "speaker": "ann",
            "at": START + timedelta(minutes=self.made),
        }
        return Turn(text=text, **(given | others))

    def memory(self, text: str, **others: Any) -> Memory:
        """An active semantic memory."""
        self.made += 1
        at = START + timedelta(minutes=self.made)
        given: dict[str, Any] = {"id": new_id("m"), "kind": Kind.SEMANTIC, "created_at": at, "updated_at": at}
        return Memory(text=text, **(given | others))

    def change(self, before: Memory | None, after: Memory | None, **others: Any) -> Change:
        """A change between two states of a memory; the revision of ``after`` is set."""
        self.made += 1
        subject = after or before
        assert subject is not None
        if before and after:
            after = replace(after, revision=before.revision + 1)
        op = Op.ADD if before is None else Op.DELETE if after is None else Op.UPDATE
        given: dict[str, Any] = {
            "id": new_id("c"),
            "batch": "b:000000000001",
            "at": START + timedelta(minutes=self.made),
            "actor": "user",
            "op": op,
            "memory_id": subject.id,
        }
        return Change(before=before, after=after, **(given | others))

    def births(self, memories: Sequence[Memory]) -> list[Change]:
        """The changes that bring memories into being."""
        return [self.change(None, memory) for memory in memories]


@pytest.fixture
def make() -> Make:
    """Makers of records."""
    return Make()


@pytest.fixture
def embedder() -> WordEmbedder:
    """The embedder of the test's stores."""
    return WordEmbedder()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a home that does not exist yet."""
    return Settings(home=Home(root=tmp_path / "home", models=tmp_path / "models"))


@pytest.fixture
def open_store(settings: Settings, embedder: WordEmbedder) -> Iterator[Callable[..., Store]]:
    """Opens stores of the same home; keywords change the settings."""
    opened: list[Store] = []

    def open_one(with_embedder: WordEmbedder | None = None, **changed: Any) -> Store:
        store = Store.open(replace(settings, **changed), lambda: with_embedder or embedder, FixedClock(START))
        opened.append(store)
        return store

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[..., Store]) -> Store:
    """A store of an empty home."""
    return open_store()
