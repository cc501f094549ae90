"""Imported turns and memories into the store; knows formats only by their port.

A file is read twice: once to see that all of it is sound, once to keep it. So a bad line in the middle leaves
nothing behind, and a file larger than memory is no trouble. What is there already is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final, TypeAlias

from memcli.errors import BadInputError, StoreError
from memcli.ingest.replay import Histories, Replay
from memcli.ingest.talk import now_of
from memcli.ingest.text import clean
from memcli.ports import Imported, Importer, MemoryStore, Progress
from memcli.records import Change, Link, Memory, Op, Origin, Role, Status, Turn, Work, new_id

ACTOR: Final = "import"
TURNS_AT_ONCE: Final = 2_000
SAMPLED: Final = 16
Doubt: TypeAlias = Callable[[str], str]
"""Why a memory in another's words must wait; "" if it need not."""
CLOCKS_DIFFER: Final = timedelta(days=1)
"""How far ahead a turn's time may be; beyond it the file is wrong, or this machine's clock."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How much there is of each."""

    turns: int = 0
    memories: int = 0
    links: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.turns + other.turns, self.memories + other.memories, self.links + other.links)

    def __sub__(self, other: Tally) -> Tally:
        return Tally(self.turns - other.turns, self.memories - other.memories, self.links - other.links)

    @property
    def total(self) -> int:
        """All of them together."""
        return self.turns + self.memories + self.links


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import kept; ``known`` was there before; ``batch`` undoes the memories and links.

    ``first`` and ``last`` bound the times of the turns in the file, kept or known. ``steps`` counts the changes
    that came with their history: those keep their own batches. ``check_s`` is how long reading the file took, in
    seconds, and ``sample`` are some of its words: what a guess of the whole time is made from.
    """

    kept: Tally
    known: Tally
    batch: str
    first: datetime | None = None
    last: datetime | None = None
    sessions: int = 0
    steps: int = 0
    check_s: float = 0.0
    sample: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A file, the importer that reads it, and what the user said about it."""

    importer: Importer
    path: Path
    options: Mapping[str, str]
    max_bytes: int

    def read(self) -> Iterator[Imported]:
        """The file's records, cleaned.

        Raises:
            BadInputError: the file is not what it should be.
            StoreError: it cannot be read.
        """
        try:
            for part in self.importer.read(self.path, self.options):
                yield replace(
                    part,
                    turns=tuple(
                        replace(turn, text=clean(turn.text, self.max_bytes)) for turn in self._timely(part)
                    ),
                    memories=tuple(
                        replace(m, text=clean(m.text, self.max_bytes)) for m in self._known_by_now(part)
                    ),
                )
        except FileNotFoundError as error:
            raise BadInputError(f"there is no file {self.path}") from error
        except IsADirectoryError as error:
            raise BadInputError(f"{self.path} is a folder, not a file") from error
        except NotADirectoryError as error:
            raise BadInputError(f"{self.path} is a file, not a folder") from error
        except OSError as error:
            raise StoreError(f"cannot read {self.path}: {error.strerror}") from error

    @property
    def _latest(self) -> datetime | None:
        """Until when things may be dated, where the user wants later ones left out."""
        return now_of(self.options) + CLOCKS_DIFFER if self.options.get("future") == "skip" else None

    def _timely(self, part: Imported) -> tuple[Turn, ...]:
        latest = self._latest
        return part.turns if latest is None else tuple(turn for turn in part.turns if turn.at <= latest)

    def _known_by_now(self, part: Imported) -> tuple[Memory, ...]:
        latest = self._latest
        return part.memories if latest is None else tuple(m for m in part.memories if m.created_at <= latest)


def run_import(
    source: Source,
    store: MemoryStore,
    now: datetime,
    progress: Progress,
    *,
    dry_run: bool = False,
    doubt: Doubt | None = None,
) -> ImportReport:
    """Keep what a file holds and the store does not; what ``doubt`` gives a reason against waits in the inbox.

    Raises:
        BadInputError: some of the file cannot be kept; nothing of it was.
    """
    began = perf_counter()
    survey = _surveyed(source, now, progress)
    check_s = perf_counter() - began
    replay = Replay(store, survey.histories)
    intake = _Intake(store, now, new_id("b"), source.importer.name, replay, dry_run=dry_run)
    intake.read, intake.doubt = not survey.found.memories, doubt
    kept = Tally()
    progress.start("looking" if dry_run else "keeping", survey.found.total)
    for part in _gathered(source.read()):
        kept += intake.keep(part)
        progress.advance(_size(part).total)
    progress.done()
    return survey.report(kept, intake, check_s)


def _surveyed(source: Source, now: datetime, progress: Progress) -> _Survey:
    """What the first reading found."""
    progress.start("checking", None)
    survey = _Survey(now)
    for part in source.read():
        survey.see(part)
        progress.advance(_size(part).total)
    progress.done()
    return survey


@dataclass(slots=True)
class _Survey:
    """The first reading: whether all of it can be kept, and how much it is."""

    now: datetime
    found: Tally = Tally()
    first: datetime | None = None
    last: datetime | None = None
    sessions: set[str] = field(default_factory=set)
    histories: Histories = field(default_factory=Histories)
    sample: list[str] = field(default_factory=list)

    def see(self, part: Imported) -> None:
        self.found += _size(part)
        self.histories.see(part.changes)
        texts = [*(turn.text for turn in part.turns[:SAMPLED]), *(m.text for m in part.memories[:SAMPLED])]
        self.sample += texts[: SAMPLED - len(self.sample)]
        for memory in part.memories:
            self._not_ahead(memory.created_at, "a memory")
        for turn in part.turns:
            self._not_ahead(turn.at, f"a turn of {turn.session}")
            self.first = min(self.first or turn.at, turn.at)
            self.last = max(self.last or turn.at, turn.at)
            self.sessions.add(turn.session)

    def report(self, kept: Tally, intake: _Intake, check_s: float) -> ImportReport:
        """What came of the second reading, beside what the first one saw."""
        return ImportReport(
            kept,
            self.found - kept,
            intake.batch,
            self.first,
            self.last,
            len(self.sessions),
            intake.steps,
            check_s,
            tuple(self.sample),
        )

    def _not_ahead(self, at: datetime, what: str) -> None:
        if at > self.now + CLOCKS_DIFFER:
            raise BadInputError(
                f"{what} is dated {at:%Y-%m-%d}, in the future", hint="-o future=skip leaves out what is"
            )


@dataclass(slots=True)
class _Intake:
    """The second reading: one part after another, all in one batch.

    With ``read`` the turns wait to be read for memories; a file that brings its memories is not read again.
    """

    store: MemoryStore
    now: datetime
    batch: str
    format: str
    replay: Replay
    dry_run: bool
    read: bool = True
    steps: int = 0
    doubt: Doubt | None = None

    def keep(self, part: Imported) -> Tally:
        turns = self._turns(part)
        self._repeat(part.changes, placed=part.placed)
        if part.marks and not self.dry_run:
            self.store.put_marks(part.marks)
        memories = self._new_memories(part.memories)
        if not self.dry_run and memories:
            self.store.commit([self._added(memory) for memory in memories])
        with_history = 0 if self.dry_run else sum(memory.id in self.replay.fresh for memory in part.memories)
        return Tally(turns, len(memories) + with_history, self._links(part.links))

    def _repeat(self, changes: Sequence[Change], *, placed: bool) -> None:
        if self.dry_run or not changes:
            return
        steps = self.replay.fitting(changes)
        erased = self._erased([change.after for change in steps if change.after is not None])
        steps = [change for change in steps if change.memory_id not in erased]
        self.store.commit(steps, placed=placed)
        self.steps += len(steps)

    def _turns(self, part: Imported) -> int:
        turns = part.turns
        if self.dry_run:
            ids = {turn.id for turn in turns}
            return len(ids) - len(self.store.turns_by_id(list(ids)))
        learn = self.read and part.learn
        work = [Work(turn.id) for turn in turns if turn.role is Role.USER] if learn else []
        return len(self.store.add_turns(turns, work, placed=part.placed)) if turns else 0

    def _new_memories(self, memories: Sequence[Memory]) -> list[Memory]:
        known = self.store.memories_by_id([memory.id for memory in memories])
        erased = self._erased(memories)
        return [memory for memory in memories if memory.id not in known and memory.id not in erased]

    def _erased(self, memories: Sequence[Memory]) -> set[str]:
        """Those that were purged here, or rest on something that was: they stay away."""
        gone = self.store.purged([name for memory in memories for name in (memory.id, *memory.sources)])
        return {memory.id for memory in memories if not gone.isdisjoint((memory.id, *memory.sources))}

    def _links(self, links: Sequence[Link]) -> int:
        new = [link for link in links if link not in self.store.links(link.source)]
        with_history = 0 if self.dry_run else sum(map(self.replay.made, links))
        if self.dry_run or not new:
            return len(new) + with_history
        ends = self.store.memories_by_id([end for link in new for end in (link.source, link.target)])
        joined = [link for link in new if link.source in ends and link.target in ends]
        self.store.commit([self._change(Op.LINK, ends[link.source], link) for link in joined])
        return len(joined) + with_history

    def _added(self, memory: Memory) -> Change:
        """The user's own memories come as they are; an order in another's words waits for the user's."""
        foreign = memory.status is Status.ACTIVE and memory.trust is not Origin.DIRECT_USER
        why = self.doubt(memory.text) if self.doubt is not None and foreign else ""
        if not why:
            return self._change(Op.ADD, memory)
        waiting = replace(memory, status=Status.QUARANTINED)
        return replace(self._change(Op.QUARANTINE, waiting), reason=why)

    def _change(self, op: Op, memory: Memory, link: Link | None = None) -> Change:
        return Change(
            id=new_id("c"),
            batch=self.batch,
            at=self.now,
            actor=ACTOR,
            op=op,
            memory_id=memory.id,
            before=memory if link else None,
            after=memory,
            reason=f"imported from {self.format}",
            link=link,
        )


def _gathered(parts: Iterable[Imported]) -> Iterator[Imported]:
    """The parts, small ones of turns only put together: every commit waits for the disk."""
    turns: list[Turn] = []
    how = (True, False)
    for part in parts:
        alone = part.memories or part.links or part.changes or part.marks
        if turns and (alone or (part.learn, part.placed) != how or len(turns) >= TURNS_AT_ONCE):
            yield Imported(turns=tuple(turns), learn=how[0], placed=how[1])
            turns = []
        if alone:
            yield part
        else:
            turns += part.turns
            how = (part.learn, part.placed)
    if turns:
        yield Imported(turns=tuple(turns), learn=how[0], placed=how[1])


def _size(part: Imported) -> Tally:
    return Tally(len(part.turns), len(part.memories), len(part.links))
