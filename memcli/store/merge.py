"""Another ledger's turns and histories into this one, in one transaction; the outcome is `memcli.merging`'s.

What was purged on either side is purged on both, before anything is taken in: here for good, in the other ledger,
which is a copy, by its rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from memcli import codec
from memcli.erasure import Plan, Scope
from memcli.merging import (
    ACTOR,
    LINK_OPS,
    Meaning,
    Merged,
    Placed,
    Remade,
    meanings,
    of_both,
    remade,
    waiting,
    waiting_ids,
    without,
)
from memcli.records import Change, Link, Memory, Op
from memcli.store import purge_plan
from memcli.store.ledger import apply_link, put_head
from memcli.store.merge_turns import TurnMerge
from memcli.store.order import PUT_MEANT
from memcli.store.purge import erase_copy
from memcli.store.rows import INSERT_CHANGE, PLACE, change_row

if TYPE_CHECKING:
    from memcli.store.database import Database
    from memcli.store.merge_turns import Rows
    from memcli.store.purge import Purger

_IN: Final = "IN (SELECT value FROM json_each(?))"
_GONE: Final = "SELECT d.id, p.at FROM purged d JOIN purges p ON p.seq = d.purge WHERE NOT d.stays"
_MARKS: Final = (
    f"SELECT memory, id, {PLACE}, digest(record, '') FROM changes"
    " UNION ALL SELECT memory, id, place, digest(record, coalesce(over, '')) FROM meant"
)
_DONE: Final = 2
_ROUNDS: Final = 5
"""Erasing here may take something along that is there too, and the other way round."""


class _NotMeant(Exception):  # noqa: N818 -- not an error: it takes back what was only tried
    """Ends a dry run's transaction."""


@dataclass(frozen=True, slots=True)
class Merger:
    """Two ledgers: ``mine`` is written to, ``theirs`` is a copy that is thrown away."""

    mine: Database
    theirs: Database
    purger: Purger

    def merge(self, *, dry_run: bool) -> Merged:
        """Take in what the other has and this has not.

        Raises:
            BusyError, StoreError: nothing was applied, but for what had been purged on the other side.
        """
        erased = self._erase(dry_run=dry_run)
        counted = Merged()
        here, there = ({row[0] for row in side.rows(_GONE)} for side in (self.mine, self.theirs))
        with suppress(_NotMeant), self.mine.writing() as connection:
            taking = _Taking(connection, self.theirs, frozenset(here | there))
            taking.seen |= there - here  # of a dry run: they are erased, and told as such
            counted = taking.take()
            _keep(dry_run)
        return replace(counted, erased=erased)

    def _erase(self, *, dry_run: bool) -> int:
        """Purge on each side what was purged on the other, with what rests on it; the number of records here."""
        erased = 0
        for _ in range(_ROUNDS):
            new, there = self._new(self.theirs, self.mine), self._new(self.mine, self.theirs)
            for at, ids in _by_time(new):
                erased += self._erase_here(ids, at, dry_run=dry_run)
            for at, ids in _by_time(there):
                erase_copy(self.theirs, _whole(self.theirs, ids), at)
            if dry_run or not (new or there):
                break
        return erased

    def _new(self, known: Database, to: Database) -> list[tuple[str, str]]:
        """What was purged in one ledger and not in another, with its time."""
        gone = known.rows(_GONE)
        there = {row[0] for row in to.rows(_GONE)}
        return [(one, at) for one, at in gone if one not in there]

    def _erase_here(self, ids: Sequence[str], at: datetime, *, dry_run: bool) -> int:
        plan = _whole(self.mine, ids)
        if not dry_run:
            if plan.memories or plan.turns or plan.losing:
                self.purger.purge(plan, at)
            self._refuse(ids, at)
        return len(plan.memories) + len(plan.turns)

    def _refuse(self, ids: Sequence[str], at: datetime) -> None:
        """Note what was purged elsewhere before it was ever here, so that no other device brings it."""
        with self.mine.writing() as connection:
            known = {
                row[0] for row in connection.execute(f"SELECT id FROM purged WHERE id {_IN}", [json.dumps(ids)])
            }
            new = [one for one in ids if one not in known]
            if new:
                values = (at.isoformat(), _DONE)
                number = connection.execute("INSERT INTO purges (at, stage) VALUES (?, ?)", values).lastrowid
                connection.executemany("INSERT INTO purged VALUES (?, ?, 0)", [(one, number) for one in new])


def _by_time(gone: Iterable[tuple[str, str]]) -> Iterator[tuple[datetime, list[str]]]:
    """What was purged, by when: each purge is repeated as the one that it was."""
    times: dict[str, list[str]] = {}
    for one, at in gone:
        times.setdefault(at, []).append(one)
    for at in sorted(times):
        yield datetime.fromisoformat(at), times[at]


def _whole(database: Database, ids: Sequence[str]) -> Plan:
    """What goes in a ledger with these ids, as far as they are there."""
    told = json.dumps(list(ids))
    sql = f"SELECT id FROM turns WHERE id {_IN} UNION SELECT memory FROM changes WHERE memory {_IN}"
    here = [row[0] for row in database.rows(sql, (told, told))]
    return purge_plan.plan(database, Scope(ids=tuple(here), keep_turns=True)) if here else Plan()


@dataclass(frozen=True, slots=True)
class _Side:
    """One ledger's histories."""

    rows: Rows

    def marks(self) -> dict[str, set[tuple[Any, ...]]]:
        """What tells a memory's history from another state of it."""
        found: dict[str, set[tuple[Any, ...]]] = {}
        for memory, *mark in self.rows(_MARKS):
            found.setdefault(memory, set()).add(tuple(mark))
        return found

    def chain(self, memory: str) -> list[Placed]:
        rows = self.rows(f"SELECT record, {PLACE} FROM changes WHERE memory = ? ORDER BY seq", (memory,))
        return [(codec.loads(Change, record), place) for record, place in rows]

    def meanings(self, memory: str) -> dict[str, Meaning]:
        rows = self.rows("SELECT id, record, place, over FROM meant WHERE memory = ?", (memory,))
        aside = {one: Meaning(codec.loads(Change, record), place, over) for one, record, place, over in rows}
        return {meaning.id: meaning for meaning in meanings(self.chain(memory), aside)}

    def links(self, memory: str) -> list[Link]:
        rows = self.rows("SELECT source, target, relation, weight FROM links WHERE source = ?", (memory,))
        return [Link(*row) for row in rows]


@dataclass(slots=True)
class _Taking:
    """One merge, within its transaction; ``purged`` is what neither side may have."""

    connection: sqlite3.Connection
    database: Database
    purged: frozenset[str]
    counted: Merged = field(default_factory=Merged)
    seen: set[str] = field(default_factory=set)

    @property
    def mine(self) -> _Side:
        return _Side(lambda sql, values=(): self.connection.execute(sql, values).fetchall())

    @property
    def theirs(self) -> _Side:
        return _Side(self.database.rows)

    def take(self) -> Merged:
        turns = TurnMerge(self.connection, self.database.rows, self.purged)
        self._count(turns=turns.merge())
        mine, theirs = self.mine.marks(), self.theirs.marks()
        changed = [memory for memory, marks in theirs.items() if not marks <= mine.get(memory, set())]
        for memory in sorted(changed, key=lambda one: (self._waits(one), one)):
            if memory not in self.seen:
                self._memory(memory)
        if changed:
            self._order()
        return self.counted

    def _waits(self, memory: str) -> bool:
        """Whether it is lost words that wait: these are looked at with the memory that they were of."""
        sql = "SELECT json_extract(record, '$.actor') FROM changes WHERE memory = ? ORDER BY seq LIMIT 1"
        return any(row[0] == ACTOR for side in (self.mine, self.theirs) for row in side.rows(sql, (memory,)))

    def _count(self, **more: Any) -> None:  # noqa: ANN401 -- the counts of ``Merged``
        told: dict[str, Any] = {name: getattr(self.counted, name) + step for name, step in more.items()}
        self.counted = replace(self.counted, **told)

    def _union(self, memory: str) -> dict[str, Meaning]:
        mine, theirs = self.mine.meanings(memory), self.theirs.meanings(memory)
        both = {one: of_both(mine.get(one), theirs.get(one)) for one in mine.keys() | theirs.keys()}
        return {one: without(meaning, self.purged) for one, meaning in both.items()}

    def _memory(self, memory: str) -> None:
        """Merge one history, and see what becomes of the words that were lost in it."""
        union = self._union(memory)
        made = self._put(memory, union)
        lost = {meaning.id: waiting(made.chain, meaning) for meaning in made.lost}
        for one in sorted(union):
            self._words(one, lost.get(one))

    def _words(self, writer: str, born: Placed | None) -> None:
        """Let lost words wait; take them away again where somebody has written knowingly since.

        Whoever has done something with what waits keeps it; what was purged stays away.
        """
        memory, birth = waiting_ids(writer)
        union = self._union(memory)
        if memory in self.purged or any(meaning.purges or meaning.blank for meaning in union.values()):
            return
        if born is not None:
            union |= {meaning.id: meaning for meaning in meanings([born], {})}
        elif union.keys() <= {birth}:
            union.clear()
        self.seen.add(memory)
        here = self.mine.chain(memory)
        if union or here:
            self._put(memory, union)
        if born is not None and not here:
            self._count(conflicts=(memory,))

    def _put(self, memory: str, union: dict[str, Meaning]) -> Remade:
        """Write what a history became, with the head and the links that follow from it."""
        made = remade(union.values())
        here = {change.id: (change, place) for change, place in self.mine.chain(memory)}
        for change, place in made.chain:
            if here.get(change.id) != (change, place):
                self._record(change, place)
        gone = here.keys() - {change.id for change, _ in made.chain}
        self.connection.executemany("DELETE FROM changes WHERE id = ?", [(one,) for one in gone])
        self.connection.execute("DELETE FROM meant WHERE memory = ?", (memory,))
        aside = [(each.id, memory, each.place, each.over, codec.dumps(each.change)) for each in made.aside]
        self.connection.executemany(PUT_MEANT, aside)
        self._count(changes=sum(change.id not in here for change, _ in made.chain))
        self._head(memory, made.head)
        self._links(memory, made.chain)
        return made

    def _record(self, change: Change, place: int) -> None:
        self.connection.execute("DELETE FROM changes WHERE id = ?", (change.id,))
        self.connection.execute(INSERT_CHANGE, change_row(change, place))

    def _head(self, memory: str, after: Memory | None) -> None:
        row = self.connection.execute("SELECT record FROM memories WHERE id = ?", (memory,)).fetchone()
        before = None if row is None else codec.loads(Memory, row[0])
        if before == after:
            return
        put_head(self.connection, memory, before, after)
        self._count(
            memories=before is None,
            removed=after is None,
            changed=before is not None and after is not None,
        )

    def _links(self, memory: str, chain: Sequence[Placed]) -> None:
        """The last word on each link holds; one of which no word is left is tied where either side has it."""
        last = {
            (change.link.source, change.link.target, change.link.relation): change
            for change, _ in chain
            if change.op in LINK_OPS and change.link is not None
        }
        here = {(link.source, link.target, link.relation) for link in self.mine.links(memory)}
        for key, change in last.items():
            if change.op is Op.LINK and self.purged.isdisjoint(key):
                self._count(links=key not in here)
                apply_link(self.connection, change)
            elif change.op is Op.UNLINK and key in here:
                apply_link(self.connection, change)
        for link in self.theirs.links(memory):
            key = (link.source, link.target, link.relation)
            if key not in last and key not in here and self.purged.isdisjoint(key):
                self._count(links=1)
                self.connection.execute("INSERT INTO links VALUES (?, ?, ?, ?)", (*key, link.weight))

    def _order(self) -> None:
        """Let the history be told in the order of all devices; what comes before the first difference stays."""
        rows = self.connection.execute(f"SELECT seq, {PLACE}, id FROM changes ORDER BY seq").fetchall()
        ordered = sorted(rows, key=lambda row: row[1:])
        parted = next((n for n, (a, b) in enumerate(zip(rows, ordered, strict=True)) if a != b), len(rows))
        base = max((row[0] for row in rows), default=0) + 1
        moved = [(base + n, row[0]) for n, row in enumerate(ordered[parted:])]
        self.connection.executemany("UPDATE changes SET seq = ? WHERE seq = ?", moved)


def _keep(dry_run: bool) -> None:
    if dry_run:
        raise _NotMeant
