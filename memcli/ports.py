"""The protocols that rooms fulfil and the corridor relies on; knows no library and no implementation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, runtime_checkable

from memcli.erasure import Plan, Scope, Traces, Verdict
from memcli.merging import Merged
from memcli.records import (
    Answer,
    Change,
    Extraction,
    Facets,
    Filter,
    FlushReport,
    Hit,
    JobRun,
    Lane,
    Link,
    Mark,
    Memory,
    Message,
    RankerState,
    Scored,
    StoreStats,
    Taught,
    Turn,
    Work,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Task: TypeAlias = Literal["extraction", "update", "generation"]
"""The three memory operations, each with an adapter of its own."""

Vectors: TypeAlias = "NDArray[np.float32]"
"""Shape (n, dimensions), float32, rows L2-normalised."""


class Clock(Protocol):
    """The only source of the present."""

    def now(self) -> datetime:
        """The present, aware, in the user's own offset."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now().astimezone()


class FixedClock:
    """A clock for tests and replays: stands still until it is moved."""

    def __init__(self, at: datetime | None = None) -> None:
        self.at = at or datetime(2026, 1, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def advance(self, step: timedelta) -> None:
        self.at += step


@runtime_checkable
class Embedder(Protocol):
    """Text to vectors. ``name`` and ``dimensions`` identify it: a store made with another must be re-embedded."""

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One L2-normalised row per text, in order; shape (len(texts), dimensions).

        Raises:
            ModelMissingError: the model's file is absent or damaged.
        """

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are drawn. Temperature 0 is greedy. ``grammar`` is GBNF; ``seed`` fixes a sampled reply."""

    max_tokens: int = 256
    temperature: float = 0.0
    top_p: float = 0.95
    repeat_penalty: float = 1.0
    stop: tuple[str, ...] = ()
    grammar: str | None = None
    seed: int = 0


@runtime_checkable
class ChatModel(Protocol):
    """A local language model with optional per-task adapters."""

    @property
    def name(self) -> str: ...

    @property
    def context_tokens(self) -> int: ...

    def count_tokens(self, text: str) -> int: ...

    def prepare(self, messages: Sequence[Message], *, adapter: Task | None = None, keep: bool = True) -> None:
        """Have ready what prompts will begin with, so that only what follows costs time; no reply depends on it.

        With ``keep`` it may be kept in a file for the next process.

        Raises:
            ModelMissingError: the model's file is absent or damaged.
        """

    def stream(
        self, messages: Sequence[Message], sampling: Sampling, *, adapter: Task | None = None
    ) -> Iterator[str]:
        """Pieces of the reply as they are decoded. Closing the iterator stops the decoding.

        Raises:
            ModelError: the prompt does not fit the context.
            ModelMissingError: the model's file is absent or damaged.
        """

    def score(
        self, messages: Sequence[Message], continuations: Sequence[str], *, adapter: Task | None = None
    ) -> list[float]:
        """How likely each text is as the reply: the mean log-probability of its tokens, at most 0.

        Raises:
            ModelError: the prompt does not fit the context, or a continuation is empty.
            ModelMissingError: the model's file is absent or damaged.
        """

    def close(self) -> None: ...


class Extractor(Protocol):
    """From one turn to what it says that is worth keeping."""

    @property
    def name(self) -> str:
        """Who made it, as it will stand in ``made_by``: ``rule``, or the model and its adapter."""

    def extract(self, turn: Turn, before: Sequence[Turn]) -> Extraction:
        """The candidates of a turn; ``before`` are the session's last turns ahead of it, oldest first.

        Raises:
            ModelError: the model answered nothing usable; that is never the same as finding no facts.
        """


class StopReply(Exception):  # noqa: N818 -- not an error: a listener raises it to stop a reply it was following
    """Raised by whoever listens to a reply, to stop it; what was said so far is kept."""


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


class Searcher(Protocol):
    """From a question to ranked hits, and from hits to what fits before the model."""

    def search(self, query: str, where: Filter, k: int, now: datetime) -> list[Hit]:
        """The ``k`` best hits of both lanes in one list, best first."""

    def pack(
        self, question: str, hits: Sequence[Hit], tokens: int, count_tokens: Callable[[str], int]
    ) -> list[Hit]:
        """The hits that fit into ``tokens``, chronological, near-duplicates collapsed."""

    def learn(self, since: datetime | None) -> Taught:
        """Learn from what the answers since a time cited; takes the place of what was learned before."""

    def state(self) -> RankerState:
        """How it ranks now."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an importer yields: turns, and memories where the format has them.

    ``learn`` is whether the turns are to be read for memories; replies that were not chosen, for one, are not.
    ``changes`` are the memories' history, where the format keeps it: oldest first, before the memories themselves.
    With ``placed`` the format tells the places of turns and changes too, as ``marks`` that come after all else.
    """

    turns: tuple[Turn, ...] = ()
    memories: tuple[Memory, ...] = ()
    links: tuple[Link, ...] = ()
    learn: bool = True
    changes: tuple[Change, ...] = ()
    marks: tuple[Mark, ...] = ()
    placed: bool = False


class Importer(Protocol):
    """Reads one foreign format; yields small batches so that a large file never sits in memory."""

    @property
    def name(self) -> str: ...

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """Raises BadInputError where the file is not what it should be."""


class Exporter(Protocol):
    """Writes one foreign format from the records."""

    @property
    def name(self) -> str: ...

    def write(self, path: Path, records: Exportable, options: Mapping[str, str]) -> int:
        """The number of records written."""


class Exportable(Protocol):
    """What an exporter may read, as streams."""

    def turns(self) -> Iterator[Turn]: ...

    def memories(self) -> Iterator[Memory]: ...

    def links(self) -> Iterator[Link]: ...

    def changes(self) -> Iterator[Change]:
        """The history of all memories, oldest first."""

    def marks(self) -> Iterator[Mark]:
        """What merging needs beside the records, of those that are told."""


class Progress(Protocol):
    """Where long work reports to; a bar in a terminal, silence in a pipe."""

    def start(self, what: str, total: int | None) -> None: ...

    def advance(self, step: int = 1) -> None: ...

    def done(self) -> None: ...


@dataclass(slots=True)
class SilentProgress:
    """Reports to nobody; counts, so that a test can ask."""

    advanced: int = field(default=0)

    def start(self, what: str, total: int | None) -> None:
        self.advanced = 0

    def advance(self, step: int = 1) -> None:
        self.advanced += step

    def done(self) -> None:
        return
