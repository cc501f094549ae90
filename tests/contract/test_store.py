"""What ``ports.MemoryStore`` promises of search, wherever a row is: waiting, flushed, or flushed and folded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from memcli.config import Settings
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.ports import FixedClock, MemoryStore, Vectors
from memcli.records import Change, Filter, Kind, Lane, Memory, Op, Role, Scored, Status, Turn, new_id
from memcli.store import Store
from memcli.terms import terms

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEXTS = (
    "I drink green tea every morning",
    "The cats sleep all morning",
    "We moved to Rome in spring, to a small flat near the river",
    "Green green grass",
    "東京に行きました",
    "",
)
Settle = Callable[[MemoryStore], object]


def wait(_: MemoryStore) -> None:
    """Leave the rows in the ledger."""


def flush(store: MemoryStore) -> None:
    """Move them to the tables."""
    store.flush(force=True)


def fold(store: MemoryStore) -> None:
    """Move them, and fold the tables."""
    store.flush(force=True)
    store.compact()


@pytest.fixture(params=[wait, flush, fold])
def settle(request: pytest.FixtureRequest) -> Settle:
    """What happens between a write and the search."""
    chosen: Settle = request.param
    return chosen


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MemoryStore]:
    """The real store, in a new home."""
    settings = Settings(home=Home(root=tmp_path / "home", models=tmp_path))
    opened: MemoryStore = Store.open(settings, lambda: FakeEmbedder(64), FixedClock(START))
    yield opened
    opened.close()


def turns() -> list[Turn]:
    """One turn for each text, a minute apart."""
    return [
        Turn(f"t:{i}", "s1", i, Role.USER, "ann", text, START + timedelta(minutes=i))
        for i, text in enumerate(TEXTS)
    ]


def memory(text: str, memory_id: str = "m:1") -> Memory:
    """An active memory."""
    return Memory(memory_id, text, Kind.SEMANTIC, START, START)


def change(before: Memory | None, after: Memory | None, op: Op = Op.UPDATE) -> Change:
    """A change now."""
    subject = after or before
    assert subject is not None
    return Change(new_id("c"), "b:1", START, "user", op, subject.id, before, after)


def vector(text: str) -> Vectors:
    """A query's vector."""
    row: Vectors = FakeEmbedder(64).embed([text])[0]
    return row


def ids(hits: Sequence[Scored]) -> list[str]:
    """Ids in order."""
    return [hit.id for hit in hits]


def test_words_are_found_by_stem_and_best_first(store: MemoryStore, settle: Settle) -> None:
    """More of the rarer words is better; stop words count for nothing; nothing found is no error."""
    store.add_turns(turns())
    settle(store)
    assert ids(store.matching(Lane.TURN, "mornings drinking teas", 5, Filter())) == ["t:0", "t:1"]
    assert ids(store.matching(Lane.TURN, "green", 5, Filter())) == ["t:3", "t:0"]
    assert ids(store.matching(Lane.TURN, "green", 1, Filter())) == ["t:3"]
    assert ids(store.matching(Lane.TURN, "東京", 5, Filter())) == ["t:4"]
    assert store.matching(Lane.TURN, "the and of", 5, Filter()) == []
    assert store.matching(Lane.TURN, "zebra", 5, Filter()) == []


@pytest.mark.parametrize(
    "query", ["green OR tea", '"green tea" AND -cats', "tea*", "field:tea", "(", "\\", "'; --"]
)
def test_a_query_is_words_and_no_language(store: MemoryStore, settle: Settle, query: str) -> None:
    """What means something to a query parser means nothing here."""
    store.add_turns(turns())
    settle(store)
    assert set(ids(store.matching(Lane.TURN, query, 5, Filter()))) <= {"t:0", "t:1", "t:3"}


def test_word_scores_are_bm25_by_the_counts_of_the_whole_lane(store: MemoryStore, settle: Settle) -> None:
    """So that waiting and flushed rows compete on one scale."""
    store.add_turns(turns())
    settle(store)
    documents, mean, frequencies = store.document_frequencies(Lane.TURN, ["green", "grass"])
    assert (documents, frequencies) == (6, {"green": 2, "grass": 1})
    assert mean == pytest.approx(sum(len(terms(text)) for text in TEXTS) / 6)
    idf = np.log(1 + (6 - 2 + 0.5) / (2 + 0.5))
    expected = idf * 2 * 2.2 / (2 + 1.2 * (1 - 0.75 + 0.75 * 3 / mean))
    assert store.matching(Lane.TURN, "green", 1, Filter())[0].score == pytest.approx(expected)


def test_vectors_are_found_by_cosine_and_best_first(store: MemoryStore, settle: Settle) -> None:
    """The score is the cosine; a text without words is similar to nothing."""
    store.add_turns(turns())
    settle(store)
    hits = store.nearest(Lane.TURN, vector("green grass"), 6, Filter())
    assert ids(hits)[0] == "t:3"
    matrix = FakeEmbedder(64).embed(TEXTS)
    expected = {f"t:{i}": float(matrix[i] @ vector("green grass")) for i in range(6)}
    assert {hit.id: hit.score for hit in hits} == pytest.approx(expected, abs=1e-5)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert store.nearest(Lane.TURN, vector("green grass"), 0, Filter()) == []


def test_stored_vectors_are_the_embedders(store: MemoryStore, settle: Settle) -> None:
    """Unknown ids are left out."""
    store.add_turns(turns())
    settle(store)
    found = store.vectors(Lane.TURN, ["t:0", "t:2", "t:none"])
    assert set(found) == {"t:0", "t:2"}
    np.testing.assert_allclose(found["t:2"], vector(TEXTS[2]), atol=1e-6)


def test_an_edited_memory_is_found_by_its_new_text_only(store: MemoryStore, settle: Settle) -> None:
    """Whichever of the two versions is in the tables."""
    store.commit([change(None, memory("likes green tea"), Op.ADD)])
    settle(store)
    store.commit([change(memory("likes green tea"), replace(memory("likes black coffee"), revision=2))])
    for _ in range(2):
        assert store.matching(Lane.MEMORY, "tea", 5, Filter()) == []
        assert ids(store.matching(Lane.MEMORY, "coffee", 5, Filter())) == ["m:1"]
        assert store.nearest(Lane.MEMORY, vector("black coffee likes"), 5, Filter())[0].score == pytest.approx(1)
        settle(store)


def test_an_archived_memory_is_found_only_where_it_is_asked_for(store: MemoryStore, settle: Settle) -> None:
    """And again after it is brought back."""
    first = memory("likes tea")
    archived = replace(first, status=Status.ARCHIVED, revision=2)
    store.commit([change(None, first, Op.ADD)])
    settle(store)
    store.commit([change(first, archived, Op.ARCHIVE)])
    for _ in range(2):
        assert store.matching(Lane.MEMORY, "tea", 5, Filter()) == []
        assert store.nearest(Lane.MEMORY, vector("tea"), 5, Filter()) == []
        assert ids(store.matching(Lane.MEMORY, "tea", 5, Filter(statuses=(Status.ARCHIVED,)))) == ["m:1"]
        settle(store)
    store.commit([change(archived, replace(first, revision=3), Op.RESTORE)])
    settle(store)
    assert ids(store.nearest(Lane.MEMORY, vector("tea"), 5, Filter())) == ["m:1"]


def test_a_removed_memory_is_not_found_and_comes_back_when_undone(store: MemoryStore, settle: Settle) -> None:
    """Removal and its undoing reach the tables too."""
    store.commit([change(None, memory("likes tea"), Op.ADD), change(None, memory("has tea", "m:2"), Op.ADD)])
    settle(store)
    store.commit([change(memory("likes tea"), None, Op.DELETE)])
    for _ in range(2):
        assert ids(store.matching(Lane.MEMORY, "tea", 5, Filter())) == ["m:2"]
        assert ids(store.nearest(Lane.MEMORY, vector("tea"), 5, Filter())) == ["m:2"]
        assert store.vectors(Lane.MEMORY, ["m:1"]) == {}
        settle(store)
    store.commit([change(None, memory("likes tea"), Op.RESTORE)])
    settle(store)
    assert set(ids(store.matching(Lane.MEMORY, "tea", 5, Filter()))) == {"m:1", "m:2"}


def test_the_past_is_searched_as_it_was_known(store: MemoryStore, settle: Settle) -> None:
    """By the text of then, the removed included."""
    old, later = memory("likes tea"), START + timedelta(days=1)
    store.commit([change(None, old, Op.ADD), change(None, memory("owns cats", "m:2"), Op.ADD)])
    settle(store)
    edit = change(old, replace(memory("likes coffee"), revision=2))
    store.commit([replace(edit, at=later), replace(change(memory("owns cats", "m:2"), None), at=later)])
    settle(store)
    then = Filter(known_at=START)
    assert ids(store.matching(Lane.MEMORY, "tea cats", 5, then)) == ["m:1", "m:2"]
    assert store.matching(Lane.MEMORY, "coffee", 5, then) == []
    assert store.nearest(Lane.MEMORY, vector("likes tea"), 1, then)[0].score == pytest.approx(1, abs=1e-6)
    assert ids(store.nearest(Lane.MEMORY, vector("owns cats"), 1, then)) == ["m:2"]
    assert store.matching(Lane.MEMORY, "tea", 5, Filter(known_at=START - timedelta(days=1))) == []


def test_an_empty_store_finds_nothing(store: MemoryStore, settle: Settle) -> None:
    """And is not made by looking."""
    settle(store)
    assert store.matching(Lane.TURN, "tea", 5, Filter()) == []
    assert store.nearest(Lane.MEMORY, vector("tea"), 5, Filter()) == []
    assert store.document_frequencies(Lane.TURN, ["tea"]) == (0, 0.0, {"tea": 0})
    assert store.list_memories(Filter(), limit=5) == []
    assert store.sessions() == []
    assert store.stats().turns == 0
