"""The store as its users see it: joins ledger, outbox, tables and search, and decides nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from memcli import config
from memcli.config import Settings
from memcli.erasure import Plan, Scope, Traces, Verdict
from memcli.errors import MemcliError
from memcli.merging import Merged
from memcli.paths import Home
from memcli.ports import Clock, Embedder, Vectors
from memcli.records import (
    Answer,
    Change,
    Facets,
    Filter,
    FlushReport,
    JobRun,
    Lane,
    Link,
    Mark,
    Memory,
    Scored,
    StoreStats,
    Turn,
    Work,
)
from memcli.store import ledger, notes, order, queue, runs, statistics
from memcli.store.check import Checker
from memcli.store.counting import Counting
from memcli.store.database import Database
from memcli.store.derived import Derived
from memcli.store.embedding import Embedding
from memcli.store.facets import Browsing
from memcli.store.flush import Flusher
from memcli.store.lance_tables import Place
from memcli.store.lock import WriterLock
from memcli.store.merge import Merger
from memcli.store.outbox import Outbox
from memcli.store.purge import Purger
from memcli.store.reading import Reading
from memcli.store.search import Search
from memcli.store.tables import Tables


@dataclass(frozen=True, slots=True)
class Store:
    """``ports.MemoryStore`` on SQLite and LanceDB. Nothing is made on disk before the first write."""

    settings: Settings
    _database: Database
    _lock: WriterLock
    _flusher: Flusher
    _reading: Reading
    _search: Search
    _counting: Counting
    _checker: Checker
    _browsing: Browsing
    _purger: Purger
    _derived: Derived
    _clock: Clock

    @classmethod
    def open(cls, settings: Settings, embedder: Callable[[], Embedder], clock: Clock) -> Self:
        """The store of a home.

        Args:
            settings: where it lives, and how many rows wait before a flush.
            embedder: makes the embedder; called when a vector is first needed.
            clock: tells others since when this process has been writing.
        """
        database = Database(settings.home)
        uri = settings.store_uri or str(settings.home.lance)
        outbox = Outbox(database)
        tables = Tables(Place(uri, tuple(config.pairs(settings.store_options).items())), database)
        embedding, lock = Embedding(embedder, database), WriterLock(settings.home.lock, clock)
        flusher = Flusher(database, outbox, tables, embedding, lock, settings.flush_rows)
        reading = Reading(database)
        store = cls(
            settings,
            database,
            lock,
            flusher,
            reading,
            Search(database, outbox, tables, embedding, flusher, reading),
            Counting(database, outbox, uri, settings.home.ledger),
            Checker(database, tables),
            Browsing(database),
            Purger(database, tables, lock, settings.home),
            Derived(database, tables),
            clock,
        )
        if settings.home.exists():
            with suppress(MemcliError):  # it shows at the first use of the store, and in `doctor`
                store.finish_purges()
        return store

    def add_turns(self, turns: Sequence[Turn], work: Sequence[Work] = (), *, placed: bool = False) -> list[Turn]:
        return ledger.add_turns(self._database, turns, work, placed=placed)

    def waits(self, turn_id: str) -> bool:
        return queue.waits(self._database, turn_id)

    def commit(self, changes: Sequence[Change], done: Sequence[str] = (), *, placed: bool = False) -> None:
        ledger.commit(self._database, changes, done, placed=placed)

    def marks(self) -> Iterator[Mark]:
        return order.marks(self._database)

    def put_marks(self, marks: Sequence[Mark]) -> None:
        order.put(self._database, marks, self._clock.now().isoformat())

    def work(self, limit: int) -> list[Work]:
        return queue.waiting(self._database, limit)

    def failed_work(self, limit: int = 20) -> list[Work]:
        return queue.failed(self._database, limit)

    def work_left(self) -> int:
        return queue.length(self._database)

    def fail_work(self, work: Work, error: str) -> Work:
        return queue.fail(self._database, work, error)

    def retry_work(self) -> int:
        return queue.retry(self._database)

    def last_change(self) -> int:
        return self._reading.last_change()

    def save_answer(self, answer: Answer) -> None:
        ledger.save_answer(self._database, answer)

    def flush(self, *, force: bool = False) -> FlushReport:
        return self._flusher.flush(force=force)

    def compact(self) -> None:
        if self.settings.home.exists():
            self._flusher.compact()

    def plan_purge(self, scope: Scope) -> Plan:
        return self._purger.plan(scope)

    def traces(self, plan: Plan) -> Traces:
        return self._purger.traces(plan)

    def purge(self, plan: Plan) -> None:
        if not plan.empty or plan.losing:
            self._purger.purge(plan, self._clock.now())

    def finish_purges(self) -> int:
        return self._purger.finish()

    def purged(self, ids: Sequence[str]) -> set[str]:
        return self._purger.purged(ids)

    def unfinished_purges(self) -> int:
        return self._purger.unfinished()

    def merge(self, ledger: Path, *, dry_run: bool = False) -> Merged:
        theirs = Database(Home(root=ledger.parent, models=self.settings.home.models))
        mine = self._database
        if dry_run and not self.settings.home.exists():  # nothing is to be made
            mine = Database(Home(root=ledger.parent / "nothing", models=self.settings.home.models))
        try:
            return Merger(mine, theirs, self._purger).merge(dry_run=dry_run)
        finally:
            theirs.close()
            if mine is not self._database:
                mine.close()

    def verify(self, traces: Traces) -> Verdict:
        from memcli.store.verify import Verifier

        uri = self.settings.store_uri or str(self.settings.home.lance)
        return Verifier(self.settings.home, uri, traces).verdict()

    def made_with(self) -> str:
        return ledger.made_with(self._database) if self.settings.home.exists() else ""

    def reembed(self, embedder: Embedder) -> int:
        if not self.settings.home.exists():
            return 0
        return self._flusher.reembed(embedder)

    @contextmanager
    def writing(self) -> Iterator[None]:
        self.settings.home.ensure()
        with self._lock.held():
            yield

    def resolve(self, prefix: str, lanes: Sequence[str] = ("m", "t")) -> str:
        return self._reading.resolve(prefix, lanes)

    def memories_by_id(self, ids: Sequence[str]) -> dict[str, Memory]:
        return self._reading.memories_by_id(ids)

    def memories_from(self, turn_ids: Sequence[str]) -> dict[str, list[Memory]]:
        return self._reading.memories_from(turn_ids)

    def turns_by_id(self, ids: Sequence[str]) -> dict[str, Turn]:
        return self._reading.turns_by_id(ids)

    def list_memories(self, where: Filter, *, limit: int, offset: int = 0, by_event: bool = False) -> list[Memory]:
        return self._reading.list_memories(where, limit, offset, by_event=by_event)

    def count(self, where: Filter) -> int:
        return self._browsing.count(where)

    def facets(self, where: Filter, *, tags: int = 100) -> Facets:
        return self._browsing.facets(where, tags)

    def periods(self, where: Filter, unit: Literal["day", "month", "year"]) -> list[tuple[str, int]]:
        return self._browsing.periods(where, unit, self._clock.now())

    def last_position(self, session: str) -> int:
        return self._reading.last_position(session)

    def session_turns(self, session: str, *, first: int = 0, last: int | None = None) -> list[Turn]:
        return self._reading.session_turns(session, first, last)

    def neighbours(self, turn_ids: Sequence[str], reach: int) -> dict[str, list[Turn]]:
        return self._reading.neighbours(turn_ids, reach)

    def surroundings(self, turn_ids: Sequence[str], reach: int) -> list[Turn]:
        return self._reading.surroundings(turn_ids, reach)

    def sessions(self, *, limit: int = 100) -> list[tuple[str, int, datetime]]:
        return self._reading.sessions(limit)

    def links(self, memory_id: str) -> list[Link]:
        return self._reading.links(memory_id)

    def dangling_links(self) -> list[Link]:
        """The links of which an end is not there any more; nobody is shown them."""
        return self._reading.dangling_links()

    def links_of(self, memory_ids: Sequence[str]) -> list[Link]:
        return self._reading.links_of(memory_ids)

    def entities(self, memory_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        return self._reading.entities(memory_ids)

    def naming(self, entities: Sequence[str]) -> dict[str, tuple[str, ...]]:
        return self._reading.naming(entities)

    def history(self, memory_id: str) -> list[Change]:
        return self._reading.history(memory_id)

    def log(self, *, limit: int, batch: str | None = None, offset: int = 0) -> list[Change]:
        return self._reading.log(limit, batch, offset)

    def change(self, change_id: str) -> Change:
        return self._reading.change(change_id)

    def answer(self, answer_id: str | None = None) -> Answer:
        return self._reading.answer(answer_id)

    def answers(self, limit: int) -> list[Answer]:
        return self._reading.answers(limit)

    def nearest(self, lane: Lane, vector: Vectors, k: int, where: Filter) -> list[Scored]:
        return self._search.nearest(lane, vector, k, where)

    def matching(self, lane: Lane, query: str, k: int, where: Filter) -> list[Scored]:
        return self._search.matching(lane, query, k, where)

    def vectors(self, lane: Lane, ids: Sequence[str]) -> dict[str, Vectors]:
        return self._search.vectors(lane, ids)

    def document_frequencies(self, lane: Lane, terms: Sequence[str]) -> tuple[int, float, dict[str, int]]:
        counts = statistics.collection(self._database, lane, terms)
        return counts.documents, counts.mean_length, dict(counts.frequencies)

    def begin_run(self, job: str, batch: str, at: datetime) -> JobRun:
        return runs.begin(self._database, job, batch, at)

    def end_run(self, run: JobRun) -> None:
        runs.end(self._database, run)

    def job_runs(self, job: str | None = None, *, limit: int = 20) -> list[JobRun]:
        return runs.latest(self._database, job, limit)

    def paused_jobs(self) -> frozenset[str]:
        return runs.paused(self._database)

    def pause_job(self, job: str, *, paused: bool) -> None:
        runs.pause(self._database, job, paused=paused)

    def note(self, key: str, value: str) -> None:
        notes.note(self._database, key, value)

    def notes(self, prefix: str) -> dict[str, str]:
        return notes.notes(self._database, prefix)

    def stats(self) -> StoreStats:
        return self._counting.stats()

    def problems(self) -> list[str]:
        """What is wrong, one line each: damage, a broken history, tables that differ from the ledger."""
        return self._checker.problems()

    def deep_problems(self) -> list[str]:
        """Likewise, of what is derived from the records, and of every vector."""
        return [*self._derived.problems(), *self._derived.table_problems()]

    def renew_derived(self) -> bool:
        """Make what the ledger derives from its records anew, where it differs; whether it did."""
        differs = any(self._derived.problems())
        if differs:
            self._derived.renew()
        return differs

    def close(self) -> None:
        self._database.close()
