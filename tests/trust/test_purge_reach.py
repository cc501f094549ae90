"""A secret told through the corridor leaves its trace in each place that grew later; a purge takes all of them.

Every place is shown to hold the secret first, so that no fact here can hold by looking at an empty place.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from memcli.adapters.personal import examples
from memcli.assistant import Assistant
from memcli.config import Settings
from memcli.erasure import Scope, Verdict, trained_mark
from memcli.errors import MemcliError
from memcli.models.adapters import TASKS
from memcli.paths import Home
from memcli.records import Filter, Status
from memcli.requests import Note, Patch
from memcli.store.backup import copy_ledger
from tests.cli.conftest import FakeParts

SECRET: Final = "My parrot Quillfeather hides the cellar key in Zanzibarburg"
WORDS: Final = (b"quillfeath", b"zanzibarburg")
ALL: Final = Filter(statuses=tuple(Status))


@pytest.fixture
def parts(settings: Settings) -> Iterator[FakeParts]:
    """Real parts with fakes in the models' place; what touches what is known waits in the inbox."""
    made = FakeParts(replace(settings, review="conflicts"))
    yield made
    made.close()


def tell(memory: Assistant, text: str) -> str:
    """Say something; the memory that came of it first."""
    return memory.remember(Note(text)).changes[0].memory_id


def cells(home: Home, sql: str) -> str:
    """What the ledger's rows say, in small letters."""
    with closing(sqlite3.connect(home.ledger)) as ledger:
        return " ".join(str(cell) for row in ledger.execute(sql) for cell in row).lower()


def left(root: Path) -> list[str]:
    """The files of a home in whose bytes the secret's words are."""
    files = [file for file in root.rglob("*") if file.is_file()]
    return [str(file.relative_to(root)) for file in files if any(w in file.read_bytes().lower() for w in WORDS)]


def purge(parts: FakeParts, *ids: str) -> Verdict:
    """Erase records and everything that holds the secret's words, and search for what is left."""
    store = parts.store
    told = store.plan_purge(Scope(containing="Quillfeather"))
    plan = store.plan_purge(Scope(ids=tuple({*ids, *told.memories, *told.turns})))
    traces = store.traces(plan)
    assert not store.verify(traces).erased, "there was something to find"
    store.purge(plan)
    verdict: Verdict = store.verify(traces)
    return verdict


def gone(parts: FakeParts, verdict: Verdict) -> None:
    """Nothing is left: neither decoded, nor as bytes, nor in what can be asked for."""
    assert verdict.erased, verdict
    assert left(parts.settings.home.root) == []
    assert not [m for m in parts.store.list_memories(ALL, limit=99) if "Quillfeather" in m.text]
    assert parts.store.problems() == []


def named(parts: FakeParts) -> None:
    """What a memory names is a row of the graph, and ties it to another that names it."""
    tell(parts.assistant, SECRET)
    tell(parts.assistant, "Quillfeather likes walnuts")
    assert "quillfeather" in cells(parts.settings.home, "SELECT entity FROM memory_entities")


def waits(parts: FakeParts) -> None:
    """A change that waits for the user's word, with its reason."""
    tell(parts.assistant, "I live in Porto")
    tell(parts.assistant, "I moved to Zanzibarburg with Quillfeather")
    assert parts.assistant.inbox()


def refused(parts: FakeParts) -> None:
    """What was refused is kept, so that it is known when it is told again."""
    waits(parts)
    parts.assistant.settle([each.id for each in parts.assistant.inbox()], accept=False)
    parts.assistant.remember(Note("I moved to Zanzibarburg with Quillfeather"))
    assert "quillfeather" in cells(parts.settings.home, "SELECT record FROM changes")


def let_in(parts: FakeParts) -> None:
    """A superseded memory's history tells by what it was superseded, and stays itself."""
    waits(parts)
    parts.assistant.settle([each.id for each in parts.assistant.inbox()], accept=True)


def taken_back(parts: FakeParts) -> None:
    """What undo took back is in the history alone, where redo would find it."""
    kept = tell(parts.assistant, SECRET)
    parts.assistant.undo()
    assert kept not in {m.id for m in parts.store.list_memories(Filter(), limit=99)}
    assert "quillfeather" in cells(parts.settings.home, "SELECT record FROM changes")


def corrected(parts: FakeParts) -> None:
    """An edit: a lesson for the adapters, read from the history."""
    kept = tell(parts.assistant, SECRET)
    parts.assistant.edit(kept, Patch(text="Quillfeather hides the cellar key."))
    assert "Quillfeather" in str([examples(parts.store, task) for task in TASKS])


def cited(parts: FakeParts) -> None:
    """Answers with their notes, and what search learned of what they cite."""
    tell(parts.assistant, SECRET)
    assert parts.assistant.ask("Where is the key?", lambda _: None).citations
    assert parts.searcher.learn(None).answers == 1
    assert parts.settings.home.learned.exists()
    assert "quillfeather" in cells(parts.settings.home, "SELECT record FROM answers")


def evaluated(parts: FakeParts) -> None:
    """What a chat began with, as the state of a model: the prompt's words are in the file."""
    tell(parts.assistant, SECRET)
    parts.settings.home.prefixes.mkdir(parents=True, exist_ok=True)
    (parts.settings.home.prefixes / "1.kv").write_bytes(b"\0\1ggsq" + SECRET.encode() + b"\0")


PLACES: Final[dict[str, Callable[[FakeParts], None]]] = {
    "the entity graph": named,
    "the inbox": waits,
    "what was refused": refused,
    "what was superseded": let_in,
    "what was undone": taken_back,
    "lessons": corrected,
    "answers and the ranker": cited,
    "kept beginnings": evaluated,
}


@pytest.mark.parametrize("place", PLACES)
def test_a_purge_reaches(parts: FakeParts, place: str) -> None:
    """The place held it, and afterwards no file does."""
    PLACES[place](parts)
    parts.store.flush(force=True)
    assert left(parts.settings.home.root)
    gone(parts, purge(parts))
    assert [examples(parts.store, task) for task in TASKS] == [[], [], []]


def test_neither_undo_nor_redo_brings_it_back(parts: FakeParts) -> None:
    """The batch that made it and the one that took it back are both blank."""
    taken_back(parts)
    purge(parts)
    for again in (parts.assistant.redo, parts.assistant.undo):
        with pytest.raises(MemcliError):
            again()
    assert left(parts.settings.home.root) == []


def test_search_learns_nothing_anew_of_what_is_gone(parts: FakeParts) -> None:
    """The file is made of the answers that are left."""
    cited(parts)
    purge(parts)
    assert not parts.settings.home.learned.exists()
    assert parts.searcher.learn(None).answers == 0
    assert left(parts.settings.home.root) == []


def test_an_adapter_that_learned_of_it_is_told_by_a_mark_without_words(parts: FakeParts) -> None:
    """Its card names its lessons' sources by hash; neither their words nor their ids are in it."""
    corrected(parts)
    sources = {source for task in TASKS for lesson in examples(parts.store, task) for source in lesson.sources}
    assert sources
    card = parts.settings.home.adapters / "base" / "update" / "mine-1" / "card.toml"
    card.parent.mkdir(parents=True)
    marks = ", ".join(f'"{trained_mark(source)}"' for source in sorted(sources))
    card.write_text(f"[data]\nrecords = [{marks}]\n", encoding="utf-8")
    verdict = purge(parts)
    assert verdict.adapters == ("adapters/base/update/mine-1",)
    gone(parts, verdict)


def test_what_came_by_a_merge_goes_from_both_sides(parts: FakeParts, tmp_path: Path) -> None:
    """Words that lost against another device's wait here; purged here, they go there with the next merge."""
    home = parts.settings.home
    kept = tell(parts.assistant, SECRET)
    other = FakeParts(replace(parts.settings, home=Home(root=tmp_path / "other", models=home.models)))
    other.settings.home.ensure()
    copy_ledger(home, other.settings.home.ledger)
    other.assistant.edit(kept, Patch(text="Quillfeather sold the key to Zanzibarburg."))
    parts.assistant.edit(kept, Patch(text="Quillfeather swallowed the key."))
    parts.store.merge(copied(other, tmp_path / "theirs"))
    assert "sold" in cells(home, "SELECT record FROM changes")
    gone(parts, purge(parts))
    other.store.flush(force=True)
    assert left(other.settings.home.root)
    assert other.store.merge(copied(parts, tmp_path / "ours")).erased
    assert left(other.settings.home.root) == []
    other.close()


def copied(parts: FakeParts, to: Path) -> Path:
    """A copy of a home's ledger, as a merge takes it."""
    to.mkdir()
    copy_ledger(parts.settings.home, to / "ledger.db")
    return to / "ledger.db"
