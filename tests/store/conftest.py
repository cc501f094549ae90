"""A store in a temporary home, an embedder of words, and makers of records."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from memcli.config import Settings
from memcli.paths import Home
from memcli.ports import FixedClock, Vectors
from memcli.records import Change, Kind, Memory, Op, Role, Turn, new_id
from memcli.store import Store
from memcli.terms import terms

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class WordEmbedder:
    """Each word is a direction, by hash: texts that share words are near. Remembers what it was asked."""

    name: str = "words"
    dimensions: int = 32
    asked: list[str] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Normalised counts of hashed words."""
        self.asked += texts
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for term in terms(text):
                row[zlib.crc32(term.encode()) % self.dimensions] += 1
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.where(norms > 0, norms, 1), dtype=np.float32)

    def close(self) -> None:
        """Nothing is open."""


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
