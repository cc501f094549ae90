"""The graph of entities in the ledger: derived from each memory's words, always of its present ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from memcli.config import Settings
from memcli.erasure import Scope
from memcli.models.fake import FakeEmbedder
from memcli.records import Filter, Memory
from memcli.requests import Note, Patch
from memcli.wiring import Parts


@pytest.fixture
def parts(settings: Settings) -> Iterator[Parts]:
    """A store with three memories of Ana."""
    parts = Parts(replace(settings, user_name="Ana"))
    parts.embedder = FakeEmbedder()
    for text in ("My sister Marta lives in Porto", "I met Marta in Rome in 2024", "I drink tea"):
        parts.assistant.remember(Note(text))
    yield parts
    parts.close()


def by_text(parts: Parts, words: str) -> Memory:
    """The memory in force that holds these words."""
    (found,) = parts.store.list_memories(Filter(containing=(words,)), limit=10)
    return found


def test_memories_are_found_by_what_they_name(parts: Parts) -> None:
    """An entity leads to its memories, newest first, and a memory to its entities."""
    porto, rome = by_text(parts, "Porto"), by_text(parts, "Rome")
    assert parts.store.naming(["marta", "porto", "nobody"]) == {"marta": (rome.id, porto.id), "porto": (porto.id,)}
    assert parts.store.entities([porto.id]) == {porto.id: ("ana's sister", "marta", "porto")}
    assert parts.store.entities([by_text(parts, "tea").id]) == {}


def test_a_shared_name_ties_two_memories(parts: Parts) -> None:
    """The link says what is shared, and is in the batch of the memory that made it."""
    (link,) = parts.store.links_of([by_text(parts, "Rome").id])
    assert (link.relation, link.target) == ("shares Marta", by_text(parts, "Porto").id)
    parts.assistant.undo(parts.store.history(link.source)[0].batch)
    assert parts.store.links_of([link.target]) == []
    assert parts.store.naming(["rome"]) == {}


def test_entities_follow_the_words(parts: Parts) -> None:
    """An edit changes them; what is put away is not found by them."""
    porto = by_text(parts, "Porto")
    parts.assistant.edit(porto.id, Patch(text="My sister Marta lives in Braga"))
    assert parts.store.naming(["porto", "braga"]) == {"braga": (porto.id,)}
    parts.assistant.forget([porto.id])
    assert parts.store.naming(["braga"]) == {}


def test_a_purge_takes_the_entities_too(parts: Parts) -> None:
    """No name of a purged memory stays in the ledger."""
    porto = by_text(parts, "Porto")
    parts.store.purge(parts.store.plan_purge(Scope(ids=(porto.id,))))
    assert parts.store.naming(["porto", "ana's sister"]) == {}


WITHOUT_THEM = """
DROP TABLE memory_entities;
DROP INDEX changes_by_place;
ALTER TABLE changes DROP COLUMN place;
ALTER TABLE turns DROP COLUMN place;
DROP TABLE meant;
PRAGMA user_version = 4;
"""


def test_a_ledger_of_the_version_before_is_given_its_entities(parts: Parts, settings: Settings) -> None:
    """They are read from the memories that are there."""
    before = parts.store.naming(["marta", "porto", "rome"])
    parts.close()
    with sqlite3.connect(settings.home.ledger) as connection:
        connection.executescript(WITHOUT_THEM)
    connection.close()
    again = Parts(replace(settings, user_name="Ana"))
    assert again.store.naming(["marta", "porto", "rome"]) == before
    again.close()
