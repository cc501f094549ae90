"""Moving rows to the Lance tables: when, what is embedded, and what happens when it goes wrong half way."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from memcli.errors import ModelMissingError, StoreError
from memcli.ports import FixedClock
from memcli.records import Filter, FlushReport, Lane, Status
from memcli.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from memcli.config import Settings
    from tests.store.conftest import Make, WordEmbedder

TURNS = Filter(lanes=(Lane.TURN,))


def test_a_flush_waits_until_enough_rows_do(open_store: Callable[..., Store], make: Make) -> None:
    """Unless it is forced."""
    store = open_store(flush_rows=3)
    assert store.flush(force=True) == FlushReport()
    store.add_turns([make.turn("a"), make.turn("b")])
    assert store.flush() == FlushReport()
    assert store.flush(force=True) == FlushReport(turns=2)
    store.add_turns([make.turn("c"), make.turn("d")])
    store.commit(make.births([make.memory("e")]))
    assert store.flush() == FlushReport(turns=2, memories=1)
    assert store.stats().pending == 0
    assert store.problems() == []


def test_a_search_of_waiting_rows_embeds_each_once_for_all_processes(
    open_store: Callable[..., Store], make: Make, embedder: WordEmbedder
) -> None:
    """The vectors are kept in the ledger; the flush uses them too."""
    first, second = open_store(), open_store()
    turn, query = make.turn("green tea"), embedder.embed(["tea"])[0]
    embedder.asked.clear()
    first.add_turns([turn])
    for store in (first, second, first):
        assert [hit.id for hit in store.nearest(Lane.TURN, query, 5, TURNS)] == [turn.id]
    first.flush(force=True)
    assert embedder.asked == ["green tea"]


def test_words_are_found_without_any_embedder(settings: Settings, make: Make) -> None:
    """A machine without models can still add and search by words, however much waits."""

    def missing() -> WordEmbedder:
        raise ModelMissingError("no model")

    store = Store.open(replace(settings, flush_rows=1), missing, FixedClock())
    turns = [make.turn(f"tea {i}") for i in range(3)]
    store.add_turns(turns)
    assert {hit.id for hit in store.matching(Lane.TURN, "tea", 5, TURNS)} == {turn.id for turn in turns}
    with pytest.raises(ModelMissingError):
        store.flush(force=True)
    assert store.stats().pending == 3
    store.close()


def test_a_search_flushes_what_has_piled_up(open_store: Callable[..., Store], make: Make) -> None:
    """Many waiting rows would make every search slow."""
    store = open_store(flush_rows=2)
    store.add_turns([make.turn(f"tea {i}") for i in range(3)])
    assert len(store.matching(Lane.TURN, "tea", 5, TURNS)) == 3
    assert store.stats().pending == 0


def test_a_change_that_leaves_the_text_alone_embeds_nothing(
    open_store: Callable[..., Store], make: Make, embedder: WordEmbedder
) -> None:
    """Neither when its vector waits nor when it is in the tables."""
    store = open_store()
    one, other = make.memory("likes tea"), make.memory("likes cats")
    store.commit(make.births([one, other]))
    store.flush(force=True)
    archived = replace(one, status=Status.ARCHIVED, revision=2)
    store.commit([make.change(one, archived)])
    store.flush(force=True)
    assert embedder.asked == ["likes tea", "likes cats"]
    found = store.nearest(Lane.MEMORY, embedder.embed(["likes tea"])[0], 1, Filter(statuses=(Status.ARCHIVED,)))
    assert found[0].id == one.id
    assert found[0].score == pytest.approx(1)
    assert store.problems() == []


def test_a_change_made_during_a_flush_waits_for_the_next(
    open_store: Callable[..., Store], make: Make, embedder: WordEmbedder
) -> None:
    """The flush takes away what it wrote and nothing newer."""
    store, other = open_store(), open_store()
    memory = make.memory("likes tea")
    edit = make.change(memory, replace(memory, text="likes coffee"))
    store.commit(make.births([memory]))
    embed = embedder.embed

    class Interrupted(type(embedder)):  # type: ignore[misc]
        def embed(self, texts: list[str]) -> object:
            if texts == ["likes tea"]:
                other.commit([edit])
            return embed(texts)

    racing = open_store(with_embedder=Interrupted())
    racing.flush(force=True)
    assert racing.problems() == []
    assert [hit.id for hit in store.matching(Lane.MEMORY, "coffee", 5, Filter())] == [memory.id]
    assert store.matching(Lane.MEMORY, "tea", 5, Filter()) == []


def test_a_flush_that_failed_half_way_is_repeated_without_doubling(
    open_store: Callable[..., Store], make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are in the tables, the ledger does not know: they are written again by id."""
    from memcli.store.outbox import Outbox

    store = open_store()
    store.add_turns([make.turn("a"), make.turn("b")])
    store.commit(make.births([make.memory("c")]))

    def die(*_: object) -> None:
        raise StoreError("killed here")

    with monkeypatch.context() as patched:
        patched.setattr(Outbox, "remove", die)
        with pytest.raises(StoreError):
            store.flush(force=True)
    assert store.stats().pending == 3
    assert store.problems() == []
    store.flush(force=True)
    assert store.stats().pending == 0
    assert store.problems() == []


def test_many_small_flushes_leave_few_files(
    open_store: Callable[..., Store], make: Make, settings: Settings
) -> None:
    """Small files are folded on the way; otherwise a search would open each of them."""
    store = open_store(flush_rows=1)
    for i in range(40):
        store.add_turns([make.turn(f"tea {i}")])
        store.flush()
    data = list((settings.home.lance / "turns.lance" / "data").iterdir())
    assert len(data) <= 20
    assert len(store.matching(Lane.TURN, "tea", 100, TURNS)) == 40
    store.compact()
    assert len(list((settings.home.lance / "turns.lance" / "data").iterdir())) <= 2
    assert len(list((settings.home.lance / "turns.lance" / "_versions").glob("*.manifest"))) == 1
    assert len(store.matching(Lane.TURN, "tea", 100, TURNS)) == 40


def test_with_a_vector_index_every_filter_and_new_row_still_counts(
    open_store: Callable[..., Store],
    make: Make,
    embedder: WordEmbedder,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A large table is searched through an index: scores are exact, new rows and selective filters count."""
    monkeypatch.setattr("memcli.store.lance_tables.INDEX_FROM_ROWS", 300)
    store = open_store(flush_rows=1)
    words = [f"{chr(97 + i // 26)}{chr(97 + i % 26)}zz" for i in range(300)]
    turns = [make.turn(f"{word} {words[-i]} tea", session=f"s{i % 60}") for i, word in enumerate(words)]
    store.add_turns(turns)
    store.flush(force=True)
    query = embedder.embed(["aazz tea"])[0]
    exact = store.nearest(Lane.TURN, query, 20, TURNS)
    store.compact()
    assert list(settings.home.lance.rglob("*.idx")), "no vector index was made"
    found = store.nearest(Lane.TURN, query, 20, TURNS)
    assert len(found) == 20
    assert found[0].score == pytest.approx(exact[0].score, abs=1e-5)
    assert len(store.nearest(Lane.TURN, query, 20, Filter(session="s7"))) == 5
    new = make.turn("aazz tea")
    store.add_turns([new])
    store.flush()
    assert store.stats().pending == 0
    assert store.nearest(Lane.TURN, query, 1, TURNS)[0].id == new.id
    store.compact()
    assert store.nearest(Lane.TURN, query, 1, TURNS)[0].id == new.id
    assert store.problems() == []


def test_a_reader_survives_a_writer_that_cleans_up_behind_it(open_store: Callable[..., Store], make: Make) -> None:
    """Its open version loses its files; it goes on with the latest."""
    writer, reader = open_store(flush_rows=1), open_store()
    for i in range(5):
        writer.add_turns([make.turn(f"tea {i}")])
        writer.flush()
        assert len(reader.matching(Lane.TURN, "tea", 100, TURNS)) == i + 1
        writer.compact()
        assert len(reader.matching(Lane.TURN, "tea", 100, TURNS)) == i + 1


def test_another_embedder_is_refused_until_everything_is_embedded_anew(
    open_store: Callable[..., Store], make: Make, embedder: WordEmbedder
) -> None:
    """Vectors of two embedders cannot be compared; the records themselves need no second extraction."""
    store = open_store()
    store.add_turns([make.turn("green tea"), make.turn("black cats")])
    store.commit(make.births([make.memory("likes tea")]))
    store.flush(force=True)
    wide = type(embedder)(name="wide", dimensions=48)
    query = wide.embed(["green tea"])[0]
    other = open_store(with_embedder=wide)
    other.add_turns([make.turn("more tea")])
    for refused in (lambda: other.nearest(Lane.TURN, query, 1, TURNS), lambda: other.flush(force=True)):
        with pytest.raises(StoreError, match="embedded with words") as caught:
            refused()
        assert "memcli models use" in str(caught.value.hint)
    assert other.reembed(wide) == 4
    assert other.nearest(Lane.TURN, query, 1, TURNS)[0].score == pytest.approx(1)
    assert other.stats().embedder == "wide"
    assert other.problems() == []
    with pytest.raises(StoreError, match="embedded with wide"):
        store.flush(force=True) if store.add_turns([make.turn("x")]) else None


def test_a_reembedding_that_was_cut_short_is_finished_by_the_next_flush(
    open_store: Callable[..., Store], make: Make, embedder: WordEmbedder
) -> None:
    """Meanwhile everything is still found."""
    store = open_store()
    turn = make.turn("green tea")
    store.add_turns([turn])
    store.flush(force=True)

    class Failing(type(embedder)):  # type: ignore[misc]
        def embed(self, texts: list[str]) -> object:
            raise ModelMissingError("gone")

    with pytest.raises(ModelMissingError):
        store.reembed(Failing(name="wide", dimensions=48))
    wide = type(embedder)(name="wide", dimensions=48)
    other = open_store(with_embedder=wide)
    query = wide.embed(["green tea"])[0]
    assert [hit.id for hit in other.nearest(Lane.TURN, query, 1, TURNS)] == [turn.id]
    assert [hit.id for hit in other.matching(Lane.TURN, "tea", 1, TURNS)] == [turn.id]
    assert other.flush(force=True) == FlushReport(turns=1)
    assert other.nearest(Lane.TURN, query, 1, TURNS)[0].score == pytest.approx(1)
    assert other.problems() == []


def remove_tables(lance: Path) -> None:
    """Somebody deletes the folder."""
    shutil.rmtree(lance)


def truncate_data(lance: Path) -> None:
    """The data files are cut in half."""
    for file in lance.rglob("data/*.lance"):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def scramble_manifests(lance: Path) -> None:
    """The version files hold nonsense."""
    for file in lance.rglob("_versions/*"):
        file.write_bytes(b"\x00\xff" * 500)


@pytest.mark.parametrize("damage", [remove_tables, truncate_data, scramble_manifests])
def test_damaged_tables_are_said_and_rebuilt_from_the_ledger(
    open_store: Callable[..., Store],
    make: Make,
    settings: Settings,
    embedder: WordEmbedder,
    damage: Callable[[Path], None],
) -> None:
    """Never fewer results without a word; the ledger has every record."""
    store = open_store()
    turn = make.turn("green tea")
    store.add_turns([turn])
    store.commit(make.births([make.memory("likes tea")]))
    store.flush(force=True)
    damage(settings.home.lance)
    broken = open_store()
    assert any(line.startswith("turn table: ") for line in broken.problems())
    with pytest.raises(StoreError) as caught:
        broken.nearest(Lane.TURN, embedder.embed(["tea"])[0], 5, TURNS)
    assert "doctor --fix" in str(caught.value.hint)
    assert broken.turns_by_id([turn.id]) == {turn.id: turn}
    assert broken.reembed(embedder) == 2
    assert [hit.id for hit in broken.matching(Lane.TURN, "tea", 5, TURNS)] == [turn.id]
    assert broken.problems() == []


def test_a_word_index_that_a_disk_did_not_keep_is_made_anew(
    open_store: Callable[..., Store], make: Make, embedder: WordEmbedder
) -> None:
    """Of the rows that are there, none of which is embedded again."""
    store = open_store()
    tea, rain = make.memory("tea is green"), make.memory("rain falls")
    store.commit(make.births([tea]))
    store.flush(force=True)
    for file in (store.settings.home.lance / "memories.lance" / "_indices").rglob("metadata.lance"):
        file.write_bytes(file.read_bytes()[:64])
    embedder.asked.clear()
    again = open_store()
    again.commit(make.births([rain]))
    again.flush(force=True)
    assert (again.problems(), again.deep_problems()) == ([], [])
    assert [found.id for found in again.matching(Lane.MEMORY, "green", 5, Filter())] == [tea.id]
    assert embedder.asked == ["rain falls"]


@pytest.mark.parametrize("what", ["data", "manifest"])
def test_what_a_disk_did_not_keep_is_left_and_written_again(
    open_store: Callable[..., Store], make: Make, embedder: WordEmbedder, what: str
) -> None:
    """The newest version's rows, or the version itself, are cut short: the next flush goes on from the one before.

    Rows that were flushed by then are embedded anew, and no others.
    """
    store = open_store()
    cats, tea, rain = make.memory("the cats sleep"), make.memory("tea is green"), make.memory("rain falls")
    for memory in (cats, tea):
        store.commit(make.births([memory]))
        store.flush(force=True)
    folder = store.settings.home.lance / "memories.lance"
    newest = max((folder / "data").iterdir(), key=lambda file: file.stat().st_mtime_ns)
    damaged = newest if what == "data" else min((folder / "_versions").glob("*.manifest"))
    damaged.write_bytes(damaged.read_bytes()[:-500])
    embedder.asked.clear()
    again = open_store()
    again.commit(make.births([rain]))
    again.flush(force=True)
    again.flush(force=True)
    assert (again.problems(), again.deep_problems()) == ([], [])
    assert [found.id for found in again.matching(Lane.MEMORY, "green", 5, Filter())] == [tea.id]
    assert sorted(embedder.asked) == ["rain falls", "tea is green"]


@pytest.mark.parametrize("vector_length", [0, 31, 33])
def test_a_vector_of_another_shape_is_refused(store: Store, embedder: WordEmbedder, vector_length: int) -> None:
    """Rather than compared with half of one."""
    wrong = type(embedder)(dimensions=vector_length + 1).embed(["tea"])[0][:vector_length]
    with pytest.raises(StoreError, match="shape"):
        store.nearest(Lane.TURN, wrong, 5, TURNS)
