"""The one writer of what is remembered, and what others may read of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from memcli.erasure import Plan, Scope, Traces, Verdict
from memcli.merging import Merged
from memcli.ports.models import Embedder, Vectors
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


class MemoryStore(Protocol):
    """The only writer of turns, memories and their history. What a write call returned from is durable."""

    # -- writes: each returns after its commit; a failed one raises StoreError or BusyError and changed nothing
    def add_turns(self, turns: Sequence[Turn], work: Sequence[Work] = (), *, placed: bool = False) -> list[Turn]:
        """Keep turns; the new ones are returned. An id that is known already is left as it is.

        ``work`` is queued in the same commit, where its turn is new. With ``placed`` their ``marks`` come later.
        """

    def commit(self, changes: Sequence[Change], done: Sequence[str] = (), *, placed: bool = False) -> None:
        """Apply changes atomically, in order, and write them to the history; the turns ``done`` leave the queue.

        With ``placed`` their ``marks`` come later.

        Raises:
            ConflictError: a ``before`` is not the memory's present revision, or somebody else read one of the
                turns meanwhile; nothing was applied.
        """

    def waits(self, turn_id: str) -> bool:
        """Whether a turn is still on the queue."""

    def work(self, limit: int) -> list[Work]:
        """The next turns to read for memories: most urgent first, then oldest; those given up are left out."""

    def failed_work(self, limit: int = 20) -> list[Work]:
        """The turns that were given up, with the last error, latest first."""

    def work_left(self) -> int:
        """How many turns wait to be read."""

    def fail_work(self, work: Work, error: str) -> Work:
        """Note a failed try; after three the turn is given up and stays with its error."""

    def retry_work(self) -> int:
        """Let the turns that were given up be tried again; their number."""

    def save_answer(self, answer: Answer) -> None: ...

    def flush(self, *, force: bool = False) -> FlushReport:
        """Move pending rows to the Lance tables in one batch; without ``force`` only when enough are waiting."""

    def compact(self) -> None:
        """Fold small files and drop old versions of the Lance tables."""

    def made_with(self) -> str:
        """The name of the embedder whose vectors are held; empty where there are none yet."""

    def reembed(self, embedder: Embedder) -> int:
        """Rebuild the Lance tables from the ledger with another embedder; the number of rows."""

    # -- erasure: for good, unlike everything above
    def plan_purge(self, scope: Scope) -> Plan:
        """What a purge of this scope would take along; changes nothing.

        Raises:
            UsageError: the scope names nothing.
        """

    def traces(self, plan: Plan) -> Traces:
        """What the records of a plan can be known by, for ``verify`` once they are gone."""

    def purge(self, plan: Plan) -> None:
        """Erase: rows, history, search tables, pages, caches. One that is cut off goes on at the next start."""

    def finish_purges(self) -> int:
        """Finish what was cut off, unless another process is at it; the number of purges."""

    def purged(self, ids: Sequence[str]) -> set[str]:
        """Those of the ids that were purged; adding a turn with one is left out, a memory with one is refused."""

    def unfinished_purges(self) -> int:
        """How many purges were cut off and not finished yet."""

    def verify(self, traces: Traces) -> Verdict:
        """Search every file of the home, decoded, for traces."""

    def marks(self) -> Iterator[Mark]:
        """What merging needs to know beside the records, in the order of ids: see ``records.Mark``."""

    def put_marks(self, marks: Sequence[Mark]) -> None:
        """Note what another store's ``marks`` told. Nothing is erased by it: what was purged there is refused."""

    def merge(self, ledger: Path, *, dry_run: bool = False) -> Merged:
        """Take in another ledger's turns and histories; what was purged on either side goes.

        ``ledger`` is a copy, called ``ledger.db`` in a folder of its own, that nobody else uses.
        """

    # -- reads: never block, and see every acknowledged write
    def resolve(self, prefix: str, lanes: Sequence[str] = ("m", "t")) -> str:
        """The one id that starts with ``prefix`` (its ``m:`` may be left out).

        Raises:
            NotFoundError: none does.
            ConflictError: several do; the hint lists the first few.
        """

    def memories_by_id(self, ids: Sequence[str]) -> dict[str, Memory]: ...

    def memories_from(self, turn_ids: Sequence[str]) -> dict[str, list[Memory]]:
        """The memories of any status that rest on these turns, by turn; a turn without any is left out."""

    def turns_by_id(self, ids: Sequence[str]) -> dict[str, Turn]: ...

    def list_memories(self, where: Filter, *, limit: int, offset: int = 0, by_event: bool = False) -> list[Memory]:
        """Newest first; ``by_event`` goes by when it happened, or else was said.

        What was known then (``known_at``) always goes by when it was said.
        """

    def count(self, where: Filter) -> int:
        """How many memories a filter keeps (its ``known_at`` aside)."""

    def facets(self, where: Filter, *, tags: int = 100) -> Facets:
        """Counts of the memories that a filter keeps (its ``known_at`` aside), with the most frequent tags."""

    def periods(self, where: Filter, unit: Literal["day", "month", "year"]) -> list[tuple[str, int]]:
        """(2026-03-02, 2026-03 or 2026, memories that fall in it), latest first; days are the user's own."""

    def session_turns(self, session: str, *, first: int = 0, last: int | None = None) -> list[Turn]:
        """The turns of a session at positions ``first``..``last`` inclusive, in order."""

    def last_position(self, session: str) -> int:
        """The position of a session's last turn; -1 where there is none."""

    def neighbours(self, turn_ids: Sequence[str], reach: int) -> dict[str, list[Turn]]:
        """For each turn, the turns of its session at most ``reach`` positions away (itself included), in order."""

    def surroundings(self, turn_ids: Sequence[str], reach: int) -> list[Turn]:
        """The turns at most ``reach`` positions away from any of these (themselves included), each once."""

    def sessions(self, *, limit: int = 100) -> list[tuple[str, int, datetime]]:
        """(name, number of turns, time of the last turn), latest first."""

    def links(self, memory_id: str) -> list[Link]:
        """Links from and to a memory."""

    def links_of(self, memory_ids: Sequence[str]) -> list[Link]:
        """Links from and to any of several memories, each once."""

    def entities(self, memory_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """What each memory names, as keys (``memcli.entities``); a memory that names nothing is left out."""

    def naming(self, entities: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """By entity key, the memories in force that name it, newest first; an unknown key is left out.

        A key's number of memories is what its node specificity is taken from (HippoRAG, section 2.3).
        """

    def history(self, memory_id: str) -> list[Change]:
        """A memory's changes, oldest first."""

    def log(self, *, limit: int, batch: str | None = None, offset: int = 0) -> list[Change]:
        """Changes of everything (or of one batch), newest first."""

    def change(self, change_id: str) -> Change: ...

    def last_change(self) -> int:
        """A number that grows with every change: the same number means that nothing changed."""

    def answer(self, answer_id: str | None = None) -> Answer:
        """A saved answer; the latest without an id."""

    def answers(self, limit: int) -> list[Answer]:
        """The saved answers, latest first."""

    def nearest(self, lane: Lane, vector: Vectors, k: int, where: Filter) -> list[Scored]:
        """The ``k`` rows of highest cosine similarity to ``vector`` (shape (dimensions,)), best first."""

    def matching(self, lane: Lane, query: str, k: int, where: Filter) -> list[Scored]:
        """The ``k`` rows of highest BM25 score (stemmed, stop words removed), best first; [] if none match."""

    def vectors(self, lane: Lane, ids: Sequence[str]) -> dict[str, Vectors]:
        """The stored vectors, each of shape (dimensions,)."""

    def document_frequencies(self, lane: Lane, terms: Sequence[str]) -> tuple[int, float, dict[str, int]]:
        """(number of rows, mean length in terms, rows that hold each stemmed term): what BM25 needs."""

    def begin_run(self, job: str, batch: str, at: datetime) -> JobRun:
        """Note that a job begins; runs that a dead process left open are closed as interrupted.

        Raises:
            BusyError: the same job is running in a live process.
        """

    def end_run(self, run: JobRun) -> None:
        """Note how a run ended."""

    def job_runs(self, job: str | None = None, *, limit: int = 20) -> list[JobRun]:
        """Runs of one job or of all, latest first."""

    def paused_jobs(self) -> frozenset[str]:
        """The jobs that the user has paused."""

    def pause_job(self, job: str, *, paused: bool) -> None: ...

    def note(self, key: str, value: str) -> None:
        """Keep a small fact for a job's next run, in the place of the one before."""

    def notes(self, prefix: str) -> dict[str, str]:
        """The facts whose keys begin with ``prefix``, by the rest of the key."""

    def stats(self) -> StoreStats: ...

    def writing(self) -> AbstractContextManager[None]:
        """Hold the writer lock across several calls.

        Raises:
            BusyError: another process holds it and did not let go in time.
        """

    def close(self) -> None: ...
