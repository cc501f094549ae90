"""The verifier finds a text in each place where it may be left, when it is left there alone."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pytest

from memcli import codec
from memcli.erasure import Scope, Traces, Verdict, trained_mark
from memcli.records import Answer, Change, Hit, Lane, Op, Outcome, Role, Turn, Work
from memcli.store import Store, fst, lance_tables
from memcli.store.needles import Needles
from memcli.terms import terms
from tests.store.conftest import START

if TYPE_CHECKING:
    from tests.store.conftest import Make, WordEmbedder

SECRET: Final = "The zanzibarian parrot of Quillfeather knows where the cellar key hangs"
COMMON: Final = "green tea in the garden on Monday"
Planter: TypeAlias = Callable[["Planted"], None]


class Planted:
    """A home from which a turn was purged, and what it can be known by."""

    def __init__(self, store: Store, traces: Traces, before: Path, turn: Turn) -> None:
        self.store, self.traces, self.before, self.turn = store, traces, before, turn
        self.home = store.settings.home

    def verdict(self) -> Verdict:
        """What the verifier says now."""
        return self.store.verify(self.traces)

    def sql(self, statement: str, *values: object) -> None:
        """Write to the ledger behind the store's back."""
        with closing(sqlite3.connect(self.home.ledger)) as ledger:
            ledger.execute("PRAGMA secure_delete = OFF")
            ledger.execute(statement, values)
            ledger.commit()

    def restore(self, pattern: str) -> None:
        """Put Lance files back that were there before the purge, where no version names them."""
        for file in self.before.rglob(pattern):
            if file.is_file():
                there = self.home.lance / file.relative_to(self.before)
                there.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, there)

    def write(self, name: str, data: bytes) -> None:
        """A file of the home."""
        file = self.home.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is shared by all plants; made once, copied for each."""
    return {"root": tmp_path_factory.mktemp("template"), "made": False}


@pytest.fixture
def planted(
    template: dict[str, Any],
    open_store: Callable[..., Store],
    make: Make,
    embedder: WordEmbedder,
    monkeypatch: pytest.MonkeyPatch,
) -> Planted:
    """A purged home whose former Lance files are at hand."""
    monkeypatch.setattr(lance_tables, "INDEX_FROM_ROWS", 100)
    if not template["made"]:
        store = open_store()
        turn = make.turn(SECRET)
        store.add_turns([turn, *(make.turn(f"{COMMON} {i}") for i in range(150))])
        store.commit(make.births([make.memory(COMMON)]))
        store.flush(force=True)
        store.compact()
        shutil.copytree(store.settings.home.lance, template["root"] / "before")
        plan = store.plan_purge(Scope(ids=(turn.id,)))
        template |= {"traces": store.traces(plan), "turn": turn}
        store.purge(plan)
        store.close()
        shutil.copytree(store.settings.home.root, template["root"] / "home")
        template["made"] = True
    else:
        store = open_store()
        shutil.copytree(template["root"] / "home", store.settings.home.root)
    return Planted(store, template["traces"], template["root"] / "before", template["turn"])


def freelist(planted: Planted) -> None:
    """A row deleted without being overwritten."""
    planted.sql("CREATE TABLE scratch (text)")
    planted.sql("INSERT INTO scratch VALUES (?)", f"{SECRET} {'.' * 9_000}")
    planted.sql("DROP TABLE scratch")


def write_ahead_log(planted: Planted) -> None:
    """A page in the log of a ledger that is open elsewhere."""
    planted.store.list_memories  # noqa: B018 -- the store is open, so that the log outlives the writer
    planted.store.stats()
    planted.sql("INSERT INTO meta VALUES ('planted', ?)", SECRET)
    planted.sql("DELETE FROM meta WHERE key = 'planted'")


def split_page(planted: Planted) -> None:
    """Half the text at the end of a page of some file, no whole one anywhere."""
    planted.write("cache/page", b"\0" * 4_060 + SECRET.encode()[:36])


def change_body(planted: Planted) -> None:
    """A history that still tells."""
    change = Change("c:000000000001", "b:1", START, "user", Op.PURGE, "m:000000000001", reason=SECRET)
    planted.sql(
        "INSERT INTO changes (id, batch, memory, op, at_us, record)"
        " VALUES ('c:000000000001', 'b', ?, 'PURGE', 0, ?)",
        planted.turn.id,
        codec.dumps(change),
    )


def quoted_answer(planted: Planted) -> None:
    """An answer that says a word that nobody else says."""
    record = json.dumps({"text": "Ask Quillfeather."})
    planted.sql("INSERT INTO answers (id, record) VALUES ('a:000000000001', ?)", record)


def data_file(planted: Planted) -> None:
    """A data file of an old version."""
    planted.restore("turns.lance/data/*.lance")


def archive(planted: Planted) -> None:
    """A backup in a zip in a zip."""
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("turns.jsonl", json.dumps({"text": SECRET}))
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("inner.memcli", inner.getvalue())
    planted.write("backups/monday.memcli", outer.getvalue())


def tar(planted: Planted) -> None:
    """A compressed tar file."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as file:
        info = tarfile.TarInfo("ledger.db")
        info.size = len(SECRET.encode())
        file.addfile(info, io.BytesIO(SECRET.encode()))
    planted.write("backups/monday.tar.gz", packed.getvalue())


def outbox_vector(planted: Planted) -> None:
    """The vector alone says much about a text."""
    planted.sql("INSERT INTO outbox (lane, id, vector) VALUES ('turn', 'x', ?)", planted.traces.vectors[0])


PLANTS: Final[dict[str, tuple[Planter, str, str]]] = {
    "a turn": (lambda p: p.sql(f"UPDATE turns SET text = '{SECRET}' WHERE seq = 9"), "ledger", "turns t:"),
    "a memory": (
        lambda p: p.sql(f'UPDATE memories SET record = \'{{"text":"{SECRET}"}}\''),
        "ledger",
        "memories m:",
    ),
    "a change": (change_body, "ledger", "changes c:"),
    "an answer": (quoted_answer, "ledger", "answers a:"),
    "the queue": (
        lambda p: p.sql(
            "INSERT INTO queue (turn, priority, tries, record) VALUES ('t:1', 0, 0, ?)",
            codec.dumps(Work("t:1", error=f"cannot read: {SECRET}")),
        ),
        "ledger",
        "queue t:1",
    ),
    "the queue's id": (
        lambda p: p.sql("INSERT INTO queue (turn, priority, tries, record) VALUES (?, 0, 0, '{}')", p.turn.id),
        "ledger",
        "queue t:",
    ),
    "a waiting row": (
        lambda p: p.sql("INSERT INTO outbox (lane, id) VALUES ('turn', ?)", p.turn.id),
        "ledger",
        "outbox t:",
    ),
    "a waiting vector": (outbox_vector, "ledger", "outbox x"),
    "a count of a term": (
        lambda p: p.sql("INSERT INTO terms VALUES ('turn', 'quillfeath', 1)"),
        "ledger",
        "terms",
    ),
    "a name in the graph": (
        lambda p: p.sql("INSERT INTO memory_entities SELECT 'quillfeather', id FROM memories LIMIT 1"),
        "ledger",
        "memory_entities",
    ),
    "a note": (lambda p: p.sql("INSERT INTO meta VALUES ('note:x', ?)", SECRET), "ledger", "meta"),
    "a run of a job": (
        lambda p: p.sql("INSERT INTO job_runs (job, pid, record) VALUES ('x', 1, ?)", SECRET.upper()),
        "ledger",
        "job_runs",
    ),
    "a free page": (freelist, "ledger", "ledger.db"),
    "the write-ahead log": (write_ahead_log, "ledger", "ledger.db-wal"),
    "an old data file": (data_file, "lance", "column text"),
    "its index terms": (data_file, "lance", "column terms"),
    "its record": (data_file, "lance", "column record"),
    "its vector": (data_file, "lance", "column vector"),
    "its id": (data_file, "lance", "row t:"),
    "an old word index": (lambda p: p.restore("*tokens.lance"), "lance", "_token_fst_bytes"),
    "an old vector index": (lambda p: p.restore("*auxiliary.idx"), "lance", "__sq_code"),
    "a transaction": (
        lambda p: p.write("lance/turns.lance/_transactions/9-x.txn", f"text = '{SECRET}'".encode()),
        "lance",
        "_transactions/9-x.txn",
    ),
    "a manifest": (
        lambda p: p.write("lance/turns.lance/_versions/9.manifest", b"\1\2" + SECRET.encode() + b"\0"),
        "lance",
        "_versions/9.manifest",
    ),
    "typed lines": (
        lambda p: p.write("chat_history", f"\n# 2026-03-02\n+{SECRET[:30]}\n+{SECRET[31:]}\n".encode()),
        "chat_history",
        "contents",
    ),
    "a typed word": (
        lambda p: p.write("chat_history", b"\n# x\n+who is Quillfeather?\n"),
        "chat_history",
        "contents",
    ),
    "the settings": (lambda p: p.write("config.toml", f'[user]\nname = "{SECRET}"'.encode()), "config.toml", ""),
    "the log": (lambda p: p.write("service.log", f"12:00 {SECRET.lower()}\n".encode()), "service.log", ""),
    "a cache": (lambda p: p.write("cache/x.kv", b"\xff\xfe" + SECRET.encode() + b"\0"), "cache/x.kv", ""),
    "a kept beginning": (
        lambda p: p.write("cache/prefixes/1.kv", b"ggsq\0" + SECRET.encode()),
        "cache/prefixes/1.kv",
        "",
    ),
    "what search learned": (lambda p: p.write("cache/ranker.npz", SECRET.encode()), "cache/ranker.npz", ""),
    "an adapter's card": (
        lambda p: p.write("adapters/smol/update/mine/card.toml", f'about = "{SECRET}"'.encode()),
        "adapters/smol/update/mine/card.toml",
        "",
    ),
    "a checkpoint": (
        lambda p: p.write("cache/training/update/checkpoint.pt", b"PK\3\4" + SECRET.encode()),
        "cache/training/update/checkpoint.pt",
        "",
    ),
    "half a text": (split_page, "cache/page", ""),
    "a backup": (archive, "backups/monday.memcli", "inner.memcli/turns.jsonl"),
    "a tar file": (tar, "backups/monday.tar.gz", "gzip/ledger.db"),
    "a gzip file": (lambda p: p.write("old.jsonl.gz", gzip.compress(SECRET.encode())), "old.jsonl.gz", "gzip"),
}


@pytest.mark.parametrize("name", PLANTS)
def test_each_place_alone(planted: Planted, name: str) -> None:
    """Nothing is found before; after, only the place where the text was planted."""
    assert planted.verdict().findings == ()
    plant, place, where = PLANTS[name]
    plant(planted)
    verdict = planted.verdict()
    assert not verdict.erased
    assert {finding.place for finding in verdict.findings} == {place}
    assert any(where in finding.where for finding in verdict.findings), verdict.findings


def test_what_cannot_be_read_is_not_called_clean(planted: Planted) -> None:
    """An encrypted backup, and a search file that is damaged."""
    planted.write("backups/sealed.memcli", b"age-encryption.org/v1\n-> X25519 abc\n")
    planted.write("lance/turns.lance/data/broken.lance", b"not a Lance file")
    verdict = planted.verdict()
    assert verdict.findings == ()
    assert not verdict.erased
    assert [line.partition(":")[0] for line in verdict.unread] == [
        "lance/turns.lance/data/broken.lance",
        "backups/sealed.memcli",
    ]


def test_adapters_that_were_trained_on_it_are_listed(planted: Planted) -> None:
    """What a model took in cannot be searched for, only told; an adapter made of other records is left out."""
    gone = planted.traces.ids[0]
    for name, record in (("update-1", gone), ("update-2", "m:000000000000")):
        card = f'task = "update"\n[data]\nrecords = ["{trained_mark(record)}"]\n'
        planted.write(f"adapters/smol/update/{name}/card.toml", card.encode())
    verdict = planted.verdict()
    assert verdict.adapters == ("adapters/smol/update/update-1",)
    assert verdict.erased


def test_a_living_twin_is_no_trace_unless_it_says_the_same(store: Store, make: Make) -> None:
    """Its words and phrases explain the same ones elsewhere; the whole text does not go unseen."""
    gone, near = make.turn(SECRET), make.turn(SECRET.replace("hangs", "was lost by Quillfeather"))
    store.add_turns([gone, near])
    traces = store.traces(store.plan_purge(Scope(ids=(gone.id,))))
    store.purge(store.plan_purge(Scope(ids=(gone.id,))))
    assert store.verify(traces).erased
    store.add_turns([replace(near, id="t:000000000001", text=SECRET)])
    assert [f.where for f in store.verify(traces).findings if f.what == "text"] == ["turns t:000000000001"]


def test_names_of_fields_and_features_are_nobodys_words(store: Store, make: Make) -> None:
    """Answers kept beside what goes: their keys and lanes betray nothing, the same words among their values do."""
    gone, stays = (
        make.turn("The lane was opened by a speaker of high rank, word by word"),
        make.turn("Tea is green"),
    )
    store.add_turns([gone, stays])
    hit = Hit(Lane.TURN, stays.id, 0.5, turn=stays, features={"word_rank": 1.0, "speaker_same": 0.0, "opens": 1.0})
    store.save_answer(Answer("a:000000000001", "Which tea?", "Green.", START, retrieved=(hit,)))
    plan = store.plan_purge(Scope(ids=(gone.id,)))
    traces = store.traces(plan)
    store.purge(plan)
    assert store.verify(traces).findings == ()
    store.save_answer(Answer("a:000000000002", "Which tea?", "That of the lane.", START))
    assert [finding.where for finding in store.verify(traces).findings] == ["answers a:000000000002"]


def test_what_memcli_itself_says_is_no_trace(store: Store, make: Make) -> None:
    """Neither the name of a command that was typed, nor a reply that stands in another conversation too."""
    got = [replace(make.turn("Got it, I'll remember that."), role=Role.ASSISTANT) for _ in range(2)]
    gone = make.turn("Quillfeather is a pilot")
    store.add_turns([gone, *got])
    typed = store.settings.home.chat_history
    typed.write_text("\n# x\n+/remember the key is under the mat\n", encoding="utf-8")
    plan = store.plan_purge(Scope(ids=(gone.id, got[0].id)))
    traces = store.traces(plan)
    store.purge(plan)
    assert store.verify(traces).findings == ()
    typed.write_text("\n# x\n+/remember what I remember of a pilot\n", encoding="utf-8")
    assert [finding.place for finding in store.verify(traces).findings] == ["chat_history"]


def test_the_beginning_of_a_living_word_and_the_tally_of_a_job_are_no_trace(store: Store, make: Make) -> None:
    """Sara goes and Sarah stays; a run of a job counted turns. A term that begins no other is still found."""
    gone, stays = make.turn("Sara took a wrong turn past the quarry"), make.turn("Sarah is back")
    store.add_turns([gone, stays])
    run = store.begin_run("flush", "b:1", START)
    store.end_run(replace(run, ended=START, outcome=Outcome.DONE, detail="3 turns, 3 memories"))
    plan = store.plan_purge(Scope(ids=(gone.id,)))
    traces = store.traces(plan)
    store.purge(plan)
    assert store.verify(traces).findings == ()
    needles = Needles(traces.texts)
    needles.living("Sarah is back")
    assert [needles.in_pages(page) for page in (b"turnsarah", b"turnquarri")] == [False, True]


def test_short_texts_are_searched_for_by_id(store: Store, make: Make) -> None:
    """Everybody says yes."""
    gone = make.turn("yes")
    store.add_turns([gone, make.turn("yes")])
    traces = store.traces(store.plan_purge(Scope(ids=(gone.id,))))
    store.purge(store.plan_purge(Scope(ids=(gone.id,))))
    verdict = store.verify(traces)
    assert verdict.erased
    assert verdict.short == 1


def test_many_texts_are_found_as_surely_as_few() -> None:
    """Two ways of looking, one result."""
    texts = [f"sentence number {i} of the {i * 7} parrots" for i in range(200)]
    few, many = Needles(texts[:5]), Needles(texts)
    for shift in range(9):
        assert many.in_text(f"{'x' * shift} {texts[3].upper()} y")
        assert few.in_text(f"{'x' * shift} {texts[3]}")
        assert many.in_bytes(b"\0" * shift + texts[199].encode())
        assert many.in_bytes(b"\0" * (50_000 + shift) + texts[199].encode())
    assert not many.in_text("sentence number none")
    assert not many.in_bytes(b"short")
    assert not many.in_bytes(b"")


def test_the_words_of_an_index_are_decoded(tmp_path: Path) -> None:
    """Every letter, digit and sign, short and long words, as Lance writes them."""
    import lancedb
    import pyarrow as pa
    from lance.file import LanceFileReader

    signs = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ/.-=:&_%?+,é京"
    words = [f"{a}{b}" for a in signs for b in signs] + [f"{a}long{b}word" for a in signs for b in "xyz"]
    words += terms(SECRET)
    table = lancedb.connect(tmp_path).create_table("words", pa.table({"terms": words}))
    lance_tables._index_words(table)
    files = list(tmp_path.rglob("*tokens.lance"))
    found = {
        word.decode()
        for file in files
        for row in LanceFileReader(str(file)).read_all().to_table().to_pylist()
        for word in fst.words(row["_token_fst_bytes"])
    }
    assert found == set(words)


@pytest.mark.parametrize("data", [b"", b"\3" + b"\0" * 7, b"\7" + b"\0" * 60, b"\3" + b"\0" * 7 + b"\xff" * 40])
def test_what_is_no_word_list_is_refused(data: bytes) -> None:
    """Never taken for an empty one."""
    with pytest.raises(ValueError, match="transducer"):
        list(fst.words(data))
