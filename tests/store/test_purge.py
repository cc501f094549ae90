"""What is purged is gone: from every row, count, index, old version, page and file; and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from memcli.erasure import Plan, Scope, Traces
from memcli.errors import ConflictError, UsageError
from memcli.records import Answer, Filter, Hit, Kind, Lane, Memory, Op, Role, Turn, Work
from memcli.store import Store, lance_tables
from tests.store.conftest import START

if TYPE_CHECKING:
    from memcli.config import Settings
    from tests.store.conftest import Make, WordEmbedder

EVERYTHING = Filter(statuses=())
SECRET = "The zanzibarian parrot of Quillfeather knows where the cellar key hangs"
EDITED = "The zanzibarian parrot of Quillfeather swallowed the cellar key on Tuesday"
COMMON = "green tea in the garden on Monday"


@pytest.fixture
def full(store: Store, make: Make) -> tuple[Store, Turn, Memory]:
    """A store with a secret in every place it has, flushed, edited and flushed again, among other rows."""
    turn = make.turn(SECRET, source="chat", session="talk")
    memory = make.memory(SECRET, sources=(turn.id,), keywords=("parrot",))
    store.add_turns([turn, *(make.turn(f"{COMMON} {i}") for i in range(40))], [Work(turn.id)])
    store.commit(make.births([memory, *(make.memory(f"{COMMON} {i}") for i in range(40))]))
    store.flush(force=True)
    edit = make.change(memory, replace(memory, text=EDITED))
    store.commit([edit])
    store.flush(force=True)
    assert edit.after is not None
    store.save_answer(answer("a:000000000001", injected=(memory.id,), text="Ask the parrot."))
    seen = Hit(Lane.TURN, turn.id, 1.0, turn=turn)
    store.save_answer(replace(answer("a:000000000002", text="Tea."), retrieved=(seen,)))
    store.commit([make.change(edit.after, replace(edit.after, importance=0.9))])
    typed = store.settings.home.chat_history
    typed.write_text(
        f"\n# 2026-03-02 09:00:00\n+{SECRET}\n\n# 2026-03-02 09:01:00\n+{COMMON} 7\n", encoding="utf-8"
    )
    (store.settings.home.cache / "prefix.kv").write_text(EDITED, encoding="utf-8")
    return store, turn, edit.after


def answer(answer_id: str, text: str, **others: object) -> Answer:
    """An answer about tea."""
    return replace(Answer(answer_id, "What is there?", text, START), **others)  # type: ignore[arg-type]


def bytes_left(home: Path, *sought: str) -> dict[str, int]:
    """How often raw bytes of the words lie in the files of a home, by file."""
    found = {}
    for file in home.rglob("*"):
        data = file.read_bytes().lower() if file.is_file() else b""
        if times := sum(data.count(word.lower().encode()) for word in sought):
            found[str(file.relative_to(home))] = times
    return found


def purge(store: Store, scope: Scope) -> tuple[Plan, Traces]:
    """Purge and return what was purged."""
    plan = store.plan_purge(scope)
    traces = store.traces(plan)
    store.purge(plan)
    return plan, traces


def test_a_purged_memory_is_gone_from_every_file(full: tuple[Store, Turn, Memory]) -> None:
    """Its words are nowhere, decoded or raw, and its vectors neither; it was everywhere before."""
    store, turn, memory = full
    home = store.settings.home.root
    before = bytes_left(home, "zanzibarian", "quillfeather")
    assert {"ledger.db-wal", "chat_history", "cache/prefix.kv"} <= before.keys()
    traces = store.traces(store.plan_purge(Scope(ids=(memory.id,))))
    assert len(traces.vectors) >= 2
    found = store.verify(traces)
    assert {"ledger", "lance", "chat_history", "cache/prefix.kv"} <= {each.place for each in found.findings}

    plan, traces = purge(store, Scope(ids=(memory.id,)))
    assert plan == Plan(memories=(memory.id,), turns=(turn.id,), answers=("a:000000000001",))
    assert set(traces.texts) == {SECRET, EDITED}
    assert bytes_left(home, "zanzibarian", "quillfeather", "quillfeath", "zanzibar", "parrot") == {}
    verdict = store.verify(traces)
    assert verdict.erased, verdict
    assert verdict.looked["lance files decoded"] >= 8
    assert verdict.looked["ledger cells"] > 500


def test_everything_else_stays(full: tuple[Store, Turn, Memory], embedder: WordEmbedder) -> None:
    """Records, history, counts, search and the other typed lines are as they were."""
    store, turn, memory = full
    others = {each.id for each in store.list_memories(EVERYTHING, limit=100)} - {memory.id}
    purge(store, Scope(ids=(memory.id,)))
    assert {each.id for each in store.list_memories(EVERYTHING, limit=100)} == others
    assert store.problems() == []
    assert store.work_left() == 0
    assert store.turns_by_id([turn.id]) == {}
    assert store.document_frequencies(Lane.MEMORY, ["parrot", "tea"])[2] == {"parrot": 0, "tea": 40}
    assert len(store.nearest(Lane.MEMORY, embedder.embed([COMMON])[0], 100, EVERYTHING)) == 40
    assert len(store.matching(Lane.TURN, "green tea", 100, EVERYTHING)) == 40
    assert store.settings.home.chat_history.read_text(encoding="utf-8").strip().endswith(f"+{COMMON} 7")
    assert store.answer("a:000000000002").retrieved == ()
    store.flush(force=True)
    assert store.problems() == []


def test_the_history_keeps_that_something_was_there(full: tuple[Store, Turn, Memory], make: Make) -> None:
    """Which change, when and by whom, and that it was purged; no words."""
    store, _, memory = full
    purge(store, Scope(ids=(memory.id,)))
    history = store.history(memory.id)
    assert [change.op for change in history] == [Op.ADD, Op.UPDATE, Op.UPDATE, Op.PURGE]
    assert all(change.final and change.reason == "purged" for change in history)
    assert store.list_memories(Filter(known_at=START + timedelta(days=1)), limit=100) != []
    assert memory.id not in {
        m.id for m in store.list_memories(Filter(known_at=START + timedelta(days=1)), limit=100)
    }


def test_what_is_purged_is_not_taken_in_again(full: tuple[Store, Turn, Memory], make: Make) -> None:
    """Neither by importing its source anew, nor by whoever was just reading it."""
    store, turn, memory = full
    purge(store, Scope(ids=(memory.id,)))
    assert store.add_turns([turn]) == []
    with pytest.raises(ConflictError, match="was purged"):
        store.commit(make.births([make.memory("parrots", sources=(turn.id,))]))
    with pytest.raises(ConflictError, match="was purged"):
        store.commit(make.births([replace(memory, revision=1)]))


def test_a_turn_takes_along_what_rests_on_it_alone(store: Store, make: Make) -> None:
    """A memory with another source stays, without that one; an insight goes, since it can be had again."""
    said, again = make.turn(SECRET), make.turn("The parrot is green")
    alone = make.memory("The parrot knows", sources=(said.id,))
    both = make.memory("The parrot is green", sources=(said.id, again.id))
    insight = make.memory("Parrots matter", kind=Kind.INSIGHT, sources=(said.id, again.id))
    store.add_turns([said, again])
    store.commit(make.births([alone, both, insight]))
    plan, _ = purge(store, Scope(ids=(said.id,)))
    assert set(plan.memories) == {alone.id, insight.id}
    assert plan.losing == (both.id,)
    head = store.memories_by_id([both.id])[both.id]
    assert head.sources == (again.id,)
    last = store.history(both.id)[-1]
    assert last.reason == "a source was purged: to be derived anew"
    assert last.before is not None
    assert store.problems() == []


def test_a_history_that_told_more_goes_with_the_source(store: Store, make: Make) -> None:
    """An older revision may be in the words of the turn that goes."""
    said, again = make.turn(SECRET), make.turn("The parrot is green")
    old = make.memory(SECRET, sources=(said.id, again.id))
    store.add_turns([said, again])
    edit = make.change(old, replace(old, text="The parrot is green"))
    store.commit([*make.births([old]), edit])
    _, traces = purge(store, Scope(ids=(said.id,)))
    assert [change.final for change in store.history(old.id)] == [True, True, True]
    assert store.memories_by_id([old.id])[old.id].text == "The parrot is green"
    assert store.verify(traces).erased
    assert store.problems() == []


def test_a_source_that_others_need_stays(store: Store, make: Make) -> None:
    """It is named, and the verifier finds the words in it."""
    said = make.turn(f"{SECRET}. And I moved to Porto.")
    secret, other = make.memory(SECRET, sources=(said.id,)), make.memory("I moved to Porto", sources=(said.id,))
    store.add_turns([said])
    store.commit(make.births([secret, other]))
    plan, traces = purge(store, Scope(ids=(secret.id,)))
    assert (plan.turns, plan.shared) == ((), (said.id,))
    verdict = store.verify(traces)
    assert not verdict.erased
    assert {finding.where for finding in verdict.findings if finding.what == "text"} >= {f"turns {said.id}"}


def test_sources_may_be_kept_on_purpose(store: Store, make: Make) -> None:
    """With keep_turns."""
    said = make.turn(SECRET)
    memory = make.memory(SECRET, sources=(said.id,))
    store.add_turns([said])
    store.commit(make.births([memory]))
    assert store.plan_purge(Scope(ids=(memory.id,), keep_turns=True)) == Plan(memories=(memory.id,))


def test_a_reply_that_cites_it_goes_too(store: Store, make: Make) -> None:
    """The turn in which the answer was said; one that was only given the memory and did not use it stays."""
    memory = make.memory(SECRET)
    cites = make.turn("It hangs in the cellar.", role=Role.ASSISTANT)
    plain = make.turn("Good morning to you.", role=Role.ASSISTANT)
    store.add_turns([cites, plain])
    store.commit(make.births([memory]))
    for number, said in enumerate((cites, plain)):
        cited = (memory.id,) if said is cites else ()
        given = answer(f"a:00000000001{number}", said.text, injected=(memory.id,), citations=cited, session="s1")
        store.save_answer(given)
    plan = store.plan_purge(Scope(ids=(memory.id,)))
    assert plan.turns == (cites.id,)
    assert len(plan.answers) == 2


@pytest.mark.parametrize(
    ("scope", "gone"),
    [
        (Scope(before=START + timedelta(minutes=3)), {"early turn", "early memory"}),
        (Scope(session="talk"), {"talked", "from talk"}),
        (Scope(source="chat"), {"talked", "from talk"}),
        (Scope(containing="EARLY"), {"early turn", "early memory"}),
        (Scope(containing="talked", session="talk"), {"talked", "from talk"}),
        (Scope(containing="early", session="talk"), set()),
    ],
    ids=["before", "session", "source", "words", "words of a session", "words not of a session"],
)
def test_scopes(store: Store, make: Make, scope: Scope, gone: set[str]) -> None:
    """Each names turns and memories; what rests on them goes along."""
    turns = [make.turn("early turn"), make.turn("late turn", at=START + timedelta(days=1))]
    turns.append(make.turn("talked", session="talk", source="chat", at=START + timedelta(days=1)))
    memories = [
        make.memory("early memory", created_at=START),
        make.memory("late memory", created_at=START + timedelta(days=1)),
        make.memory("from talk", created_at=START + timedelta(days=1), sources=(turns[2].id,)),
    ]
    store.add_turns(turns)
    store.commit(make.births(memories))
    plan = store.plan_purge(scope)
    texts = {turn.id: turn.text for turn in turns} | {memory.id: memory.text for memory in memories}
    assert {texts[one] for one in (*plan.turns, *plan.memories)} == gone


def test_a_scope_must_say_something(store: Store) -> None:
    """Otherwise everything would go."""
    with pytest.raises(UsageError):
        store.plan_purge(Scope())


def test_everything_may_go(full: tuple[Store, Turn, Memory]) -> None:
    """An empty store is a store."""
    store, _, _ = full
    _, traces = purge(store, Scope(before=START + timedelta(days=1)))
    assert store.stats().turns == 0
    assert store.list_memories(EVERYTHING, limit=10) == []
    assert bytes_left(store.settings.home.root, "zanzibarian", "green tea") == {}
    verdict = store.verify(traces)
    assert verdict.erased, verdict
    assert store.problems() == []


def test_a_purge_done_twice_is_done(full: tuple[Store, Turn, Memory]) -> None:
    """The second finds only what the first left on purpose: that something was there."""
    store, _, memory = full
    plan, traces = purge(store, Scope(ids=(memory.id,)))
    store.purge(plan)
    assert store.verify(traces).erased
    assert store.problems() == []
    assert store.unfinished_purges() == 0


def test_a_vector_index_holds_nothing_of_it(store: Store, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its quantised vectors are rewritten too."""
    monkeypatch.setattr(lance_tables, "INDEX_FROM_ROWS", 100)
    turn = make.turn(SECRET)
    store.add_turns([turn, *(make.turn(f"{COMMON} number{i}") for i in range(300))])
    store.flush(force=True)
    store.compact()
    found = store.verify(store.traces(store.plan_purge(Scope(ids=(turn.id,)))))
    assert "vector" in {each.what for each in found.findings if "auxiliary.idx" in each.where}
    _, traces = purge(store, Scope(ids=(turn.id,)))
    verdict = store.verify(traces)
    assert verdict.erased, verdict


def test_other_processes_go_on_reading(
    full: tuple[Store, Turn, Memory], open_store: Callable[..., Store], embedder: WordEmbedder
) -> None:
    """Handles that were open before the files were rewritten see the store as it is now."""
    store, _, memory = full
    other = open_store()
    query = embedder.embed([COMMON])[0]
    assert len(other.nearest(Lane.MEMORY, query, 100, EVERYTHING)) == 41
    purge(store, Scope(ids=(memory.id,)))
    assert len(other.nearest(Lane.MEMORY, query, 100, EVERYTHING)) == 40
    assert memory.id not in {each.id for each in other.list_memories(EVERYTHING, limit=100)}
    assert other.problems() == []


def test_a_purge_that_was_cut_off_goes_on_when_the_store_is_opened(
    full: tuple[Store, Turn, Memory], open_store: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the disk gives up after the rows are gone and before their bytes are."""
    store, _, memory = full
    plan = store.plan_purge(Scope(ids=(memory.id,)))
    traces = store.traces(plan)

    def refuse(*_: object) -> None:
        raise ConflictError("not now")

    with monkeypatch.context() as patch:
        patch.setattr(lance_tables.LanceTable, "erase", refuse)
        with pytest.raises(ConflictError):
            store.purge(plan)
        assert store.unfinished_purges() == 1
        assert not store.verify(traces).erased
        assert open_store().unfinished_purges() == 1
    again = open_store()
    assert again.unfinished_purges() == 0
    assert again.verify(traces).erased
    assert again.problems() == []


def test_settings_do_not_matter_to_what_is_found(full: tuple[Store, Turn, Memory], settings: Settings) -> None:
    """A store whose tables are elsewhere and not on this machine cannot be said to be clean."""
    store, _, memory = full
    traces = store.traces(store.plan_purge(Scope(ids=(memory.id,))))
    far = replace(store, settings=replace(settings, store_uri="s3://bucket/lance"))
    assert any("s3://" in line for line in far.verify(traces).unread)


def test_what_was_made_of_a_conversation_is_made_anew(store: Store, make: Make) -> None:
    """An insight goes with one of its turns, and the job's note; the insight may come back under its id."""
    said, again = make.turn(SECRET), make.turn("The garden is green")
    insight = make.memory("parrot, garden", kind=Kind.INSIGHT, sources=(said.id, again.id))
    store.add_turns([said, again])
    store.commit(make.births([insight]))
    store.note("reflected:s1", "2")
    store.note("reflected:s2", "1")
    purge(store, Scope(ids=(said.id,)))
    assert store.notes("reflected:") == {"s2": "1"}
    store.commit(make.births([replace(insight, text="garden", sources=(again.id,))]))
    assert store.memories_by_id([insight.id])[insight.id].text == "garden"
    assert store.problems() == []


def test_what_a_killed_writer_left_half_written_goes_too(full: tuple[Store, Turn, Memory]) -> None:
    """Lance writes into a temporary file first, and its own cleaning leaves that one alone."""
    store, _, memory = full
    half = store.settings.home.lance / "memories.lance" / "data" / ".tmpx72W8l"
    half.write_text(f"\0\1{SECRET}", encoding="utf-8")
    _, traces = purge(store, Scope(ids=(memory.id,)))
    assert not half.exists()
    assert store.verify(traces).erased
