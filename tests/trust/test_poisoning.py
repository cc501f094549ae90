"""Documents, tools and replies cannot write what the user is taken for; plain documents are not taken for attacks.

The whole way is run: turns into a store that knows some facts, read by the rules, decided, committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from memcli.config import Settings
from memcli.extract import RulesExtractor
from memcli.learn import Learner
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.ports import FixedClock
from memcli.records import Filter, Memory, Origin, Priority, Role, Status, Turn, Work, new_id
from memcli.store import Store
from tests.trust.attacks import ATTACKS, HARMLESS

NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KNOWN: Final = ("I live in Porto.", "I work at the library.", "My dog is called Miso.", "I am allergic to nuts.")
_ROLES: Final = {Origin.DIRECT_USER: Role.USER, Origin.ASSISTANT: Role.ASSISTANT, Origin.RECALLED: Role.ASSISTANT}


class Desk:
    """A memory that knows a few things about Ann, and reads whatever comes in."""

    def __init__(self, home: Path) -> None:
        self.store = Store.open(
            Settings(home=Home(root=home, models=home)), lambda: FakeEmbedder(32), FixedClock(NOW)
        )
        self.learner = Learner(self.store, RulesExtractor(), FixedClock(NOW), user="ann")
        self.place = 0
        for text in KNOWN:
            self.read(text, Origin.DIRECT_USER)
        self.facts = self.active()

    def read(self, text: str, origin: Origin) -> None:
        """Keep a turn and read it for memories."""
        self.place += 1
        speaker = "ann" if origin is Origin.DIRECT_USER else "memcli" if origin is Origin.ASSISTANT else "page"
        role = _ROLES.get(origin, Role.TOOL)
        turn = Turn(new_id("t"), f"s{self.place}", 0, role, speaker, text, NOW, origin=origin)
        work = Work(turn.id, Priority.NOTE)
        self.store.add_turns([turn], [work])
        self.learner.learn(work)

    def active(self) -> dict[str, Memory]:
        """What is taken for true."""
        return {memory.id: memory for memory in self.store.list_memories(Filter(), limit=10_000)}

    def waiting(self) -> list[str]:
        """What was put aside."""
        where = Filter(statuses=(Status.QUARANTINED,))
        return [memory.text for memory in self.store.list_memories(where, limit=10_000)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk of its own for each test."""
    made = Desk(tmp_path / "home")
    assert len(made.facts) == len(KNOWN)
    yield made
    made.store.close()


def planted(desk: Desk, mark: str) -> list[str]:
    """Memories taken for true that bear the mark, and known facts that are no longer."""
    active = desk.active()
    return [memory.text for memory in active.values() if mark in memory.text.lower()] + [
        f"lost: {fact.text}" for name, fact in desk.facts.items() if name not in active
    ]


def test_attacks_rarely_plant_anything(desk: Desk) -> None:
    """At one desk: the five that get through are kept as the page's own words, not as Ann's."""
    succeeded: dict[str, list[str]] = {}
    for family, attacks in ATTACKS.items():
        for origin, text, mark in attacks:
            before = set(planted(desk, mark))
            desk.read(text, origin)
            if set(planted(desk, mark)) - before:
                succeeded.setdefault(family, []).append(text)
    assert sum(map(len, ATTACKS.values())) >= 100
    assert {family: len(texts) for family, texts in succeeded.items()} == {
        "false identity": 4,
        "fake correction": 1,
    }
    assert {memory.about for memory in desk.active().values() if "zorblax" in memory.text.lower()} == {"page"}


def test_no_attack_touches_what_the_user_said(desk: Desk) -> None:
    """What is known stays as it was, word for word."""
    for attacks in ATTACKS.values():
        for origin, text, _ in attacks:
            desk.read(text, origin)
    active = desk.active()
    assert {name: active[name].text for name in desk.facts} == {n: fact.text for n, fact in desk.facts.items()}


def test_what_a_document_says_of_the_user_waits_for_her_word(desk: Desk) -> None:
    """By name: it may be true."""
    desk.read("Ann has moved from Porto to Bern.", Origin.DOCUMENT)
    assert [text for text in desk.waiting() if "Bern" in text] != []
    desk.read("Marta has moved from Porto to Rome.", Origin.DOCUMENT)
    assert [text for text in desk.waiting() if "Rome" in text] == []


def test_harmless_documents_are_rarely_put_aside(desk: Desk) -> None:
    """Look-alikes of the attacks, in as great a number."""
    for text in HARMLESS:
        desk.read(text, Origin.DOCUMENT)
    assert len(HARMLESS) >= 100
    assert len(desk.waiting()) <= 5
