"""Another ledger's turns and histories into this one, in one transaction; the outcome is `memcli.merging`'s.

What was purged on either side is purged on both: what this side purged is not taken in again, and what the other
purged is erased here first. Nothing is changed in the other ledger.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from memcli import codec
from memcli.erasure import Scope
from memcli.merging import LINK_OPS, Branch, Merged, Step, conflicts, interleave, rebased
from memcli.records import Change, Lane, Memory, Op
from memcli.store import outbox, statistics
from memcli.store.ledger import apply_link, put_head
from memcli.store.rows import INSERT_TURN, TURN_COLUMNS, change_row, turn_of, turn_row

if TYPE_CHECKING:
    from memcli.store.database import Database
    from memcli.store.purge import Purger

_IN: Final = "IN (SELECT value FROM json_each(?))"
_STEPS: Final = "SELECT id, at_us, memory, seq FROM changes ORDER BY seq"
_DONE: Final = 2


class _NotMeant(Exception):  # noqa: N818 -- not an error: it takes back what was only tried
    """Ends a dry run's transaction."""


@dataclass(frozen=True, slots=True)
class Merger:
    """Two ledgers: ``mine`` is written to, ``theirs`` is a copy that nobody writes to."""

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
        with suppress(_NotMeant), self.mine.writing() as connection:
            counted = _Taking(connection, self.theirs).take()
            _keep(dry_run)
        return replace(counted, erased=erased)

    def _erase(self, *, dry_run: bool) -> int:
        """Purge here what was purged there, with what rests on it; the number of records."""
        gone = [(row[0], row[1]) for row in self.theirs.rows(
            "SELECT d.id, p.at FROM purged d JOIN purges p ON p.seq = d.purge WHERE NOT d.stays"
        )]  # fmt: skip
        known = self.purger.purged([one for one, _ in gone])
        new = [(one, at) for one, at in gone if one not in known]
        here = self._present([one for one, _ in new])
        plan = self.purger.plan(Scope(ids=tuple(here), keep_turns=True)) if here else None
        if new and not dry_run:
            if plan is not None:
                self.purger.purge(plan, datetime.fromisoformat(new[-1][1]))
            self._refuse([one for one, _ in new if one not in set(here)], new[-1][1])
        return len(plan.memories) + len(plan.turns) if plan else 0

    def _present(self, ids: Sequence[str]) -> list[str]:
        told = json.dumps(list(ids))
        sql = f"SELECT id FROM turns WHERE id {_IN} UNION SELECT memory FROM changes WHERE memory {_IN}"
        return [row[0] for row in self.mine.rows(sql, (told, told))]

    def _refuse(self, ids: Sequence[str], at: str) -> None:
        """Note what was purged elsewhere before it was ever here, so that no other device brings it."""
        if not ids:
            return
        with self.mine.writing() as connection:
            number = connection.execute("INSERT INTO purges (at, stage) VALUES (?, ?)", (at, _DONE)).lastrowid
            connection.executemany("INSERT OR IGNORE INTO purged VALUES (?, ?, 0)", [(one, number) for one in ids])


@dataclass(slots=True)
class _Taking:
    """One merge, within its transaction."""

    connection: sqlite3.Connection
    theirs: Database
    counted: Merged = field(default_factory=Merged)
    places: dict[str, int] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()

    def take(self) -> Merged:
        self.refused = frozenset(
            row[0] for row in self.connection.execute("SELECT id FROM purged WHERE NOT stays")
        )
        self._turns()
        self._histories()
        return self.counted

    def _count(self, **more: Any) -> None:  # noqa: ANN401 -- the counts of ``Merged``
        told: dict[str, Any] = {name: getattr(self.counted, name) + step for name, step in more.items()}
        self.counted = replace(self.counted, **told)

    # -- turns -------------------------------------------------------------------------------------------------

    def _turns(self) -> None:
        for (session,) in self.theirs.rows("SELECT DISTINCT session FROM turns ORDER BY session"):
            self._session(session)

    def _session(self, session: str) -> None:
        sql = "SELECT id, at_us, position FROM turns WHERE session = ? ORDER BY position, seq"
        mine = self.connection.execute(sql, (session,)).fetchall()
        theirs = self.theirs.rows(sql, (session,))
        left_out = self.refused | self._elsewhere(session, [row[0] for row in theirs])
        theirs = [row for row in theirs if row[0] not in left_out]
        here = {row[0] for row in mine}
        self._add([row[0] for row in theirs if row[0] not in here])
        self._place(_positions(mine, theirs), {row[0]: row[2] for row in (*theirs, *mine)})

    def _elsewhere(self, session: str, ids: Sequence[str]) -> set[str]:
        """Turns that are in another session here."""
        sql = f"SELECT id FROM turns WHERE session != ? AND id {_IN}"
        return {row[0] for row in self.connection.execute(sql, (session, json.dumps(list(ids))))}

    def _add(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        rows = self.theirs.rows(f"SELECT {TURN_COLUMNS} FROM turns r WHERE r.id {_IN}", (json.dumps(list(ids)),))
        by_id = {turn.id: turn for turn in map(turn_of, rows)}
        turns = [by_id[one] for one in ids]
        self.connection.executemany(INSERT_TURN, [turn_row(turn) for turn in turns])
        outbox.put(self.connection, Lane.TURN, ids)
        statistics.count(self.connection, Lane.TURN, add=[turn.text for turn in turns])
        self._count(turns=len(turns))

    def _place(self, wanted: dict[str, int], present: dict[str, int]) -> None:
        """Give the turns of a session that both sides went on with one order."""
        moved = {one: place for one, place in wanted.items() if present[one] != place}
        for one, place in moved.items():
            self.connection.execute("UPDATE turns SET position = ? WHERE id = ?", (place, one))
            outbox.put_keeping_vector(self.connection, Lane.TURN, one)

    # -- histories ---------------------------------------------------------------------------------------------

    def _histories(self) -> None:
        mine, theirs = self.connection.execute(_STEPS).fetchall(), self.theirs.rows(_STEPS)
        known = {row[0] for row in mine}
        own = _by_memory(row for row in theirs if row[0] not in known)
        skipped = {memory for memory in own if not self._may_come(memory)}
        taken = [row for row in theirs if row[2] not in skipped]
        self._order(mine, taken)
        lost: list[Change] = []
        for memory in sorted(own.keys() - skipped):
            lost += self._memory(memory)
        self._wait(lost)

    def _may_come(self, memory: str) -> bool:
        """Whether neither a memory nor anything it ever rested on was purged here."""
        if memory in self.refused:
            return False
        bodies = [body for change in self._chain_of_theirs(memory) for body in (change.before, change.after)]
        return self.refused.isdisjoint(source for body in bodies if body is not None for source in body.sources)

    def _order(self, mine: Sequence[tuple[Any, ...]], theirs: Sequence[tuple[Any, ...]]) -> None:
        """Give every change its place; those before the two ledgers part keep theirs."""
        order = interleave([Step(*row[:3]) for row in mine], [Step(*row[:3]) for row in theirs])
        seqs = {row[0]: int(row[3]) for row in mine}
        parted = next((n for n, (a, b) in enumerate(zip(order, mine, strict=False)) if a.id != b[0]), len(mine))
        base = max(seqs.values(), default=0) + 1
        self.places = {step.id: seqs[step.id] for step in order[:parted]}
        self.places |= {step.id: base + n for n, step in enumerate(order[parted:])}
        moved = [(self.places[row[0]], row[0]) for row in mine if self.places[row[0]] != row[3]]
        self.connection.executemany("UPDATE changes SET seq = ? WHERE id = ?", moved)

    def _memory(self, memory: str) -> list[Change]:
        """Merge one history; the words that were lost."""
        mine, theirs = self._chain_of_mine(memory), self._chain_of_theirs(memory)
        here = {change.id: change for change in mine}
        there = {change.id: change for change in theirs}
        ids = sorted(here.keys() | there.keys(), key=self.places.__getitem__)
        if here.keys() <= there.keys() and not any(change.final for change in mine):
            self._put(memory, mine, theirs)
            return []
        chosen = [_of_both(here.get(one), there.get(one)) for one in ids]
        merged = rebased(_blanked(chosen))
        self._put(memory, mine, merged)
        own, others = frozenset(here.keys() - there.keys()), frozenset(there.keys() - here.keys())
        return conflicts(merged, Branch(mine, own), Branch(theirs, others))

    def _put(self, memory: str, mine: Sequence[Change], merged: Sequence[Change]) -> None:
        """Write what a history became, with the head and the links that follow from it."""
        here = {change.id: change for change in mine}
        for change in merged:
            if here.get(change.id) != change:
                self._record(change)
        for one in here.keys() - {change.id for change in merged}:
            self.connection.execute("DELETE FROM changes WHERE id = ?", (one,))
        steps = [change for change in merged if change.op not in LINK_OPS]
        self._count(changes=sum(change.id not in here for change in merged))
        self._head(memory, steps[-1].after if steps else None)
        self._links(merged)

    def _record(self, change: Change) -> None:
        self.connection.execute("DELETE FROM changes WHERE id = ?", (change.id,))
        sql = "INSERT INTO changes (seq, id, batch, memory, op, at_us, record) VALUES (?, ?, ?, ?, ?, ?, ?)"
        self.connection.execute(sql, (self.places[change.id], *change_row(change)))

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

    def _links(self, merged: Sequence[Change]) -> None:
        """The last word on each link holds."""
        last = {
            (change.link.source, change.link.target, change.link.relation): change
            for change in merged
            if change.op in LINK_OPS and change.link is not None
        }
        for key, change in last.items():
            sql = "SELECT weight FROM links WHERE source = ? AND target = ? AND relation = ?"
            there = self.connection.execute(sql, key).fetchone()
            if change.op is Op.LINK and self.refused.isdisjoint(key):
                self._count(links=there is None)
                apply_link(self.connection, change)
            elif change.op is Op.UNLINK and there is not None:
                apply_link(self.connection, change)

    def _wait(self, lost: Sequence[Change]) -> None:
        """Put lost words before the user, unless they are there from an earlier merge."""
        new = [change for change in sorted(lost, key=lambda c: (c.at, c.id)) if change.id not in self.places]
        for place, change in enumerate(new, max(self.places.values(), default=0) + 1):
            self.places[change.id] = place
            self._record(change)
            put_head(self.connection, change.memory_id, None, change.after)
        waiting = tuple(change.memory_id for change in new)
        self._count(conflicts=waiting, changes=len(new))

    def _chain_of_mine(self, memory: str) -> list[Change]:
        sql = "SELECT record FROM changes WHERE memory = ? ORDER BY seq"
        return [codec.loads(Change, row[0]) for row in self.connection.execute(sql, (memory,))]

    def _chain_of_theirs(self, memory: str) -> list[Change]:
        rows = self.theirs.rows("SELECT record FROM changes WHERE memory = ? ORDER BY seq", (memory,))
        return [codec.loads(Change, row[0]) for row in rows]


def _keep(dry_run: bool) -> None:
    if dry_run:
        raise _NotMeant


def _by_memory(rows: Iterable[Sequence[Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[row[2]].append(row[0])
    return found


def _of_both(mine: Change | None, theirs: Change | None) -> Change:
    """A change as either side has it; what one of them purged the content of has none."""
    known = [change for change in (mine, theirs) if change is not None]
    return next((change for change in known if change.final), known[0])


def _blanked(chain: Sequence[Change]) -> Iterator[Change]:
    """A history of which a part was purged tells nothing of what came before that part's end."""
    last = max((n for n, change in enumerate(chain) if change.final and change.op not in LINK_OPS), default=-1)
    for number, change in enumerate(chain):
        bare = number <= last and not change.final
        yield replace(change, before=None, after=None, evidence=(), link=None, reason="purged") if bare else change


def _positions(mine: Sequence[tuple[Any, ...]], theirs: Sequence[tuple[Any, ...]]) -> dict[str, int]:
    """The place of each turn of a session: as the side that has all of them says, else in the order of time."""
    here, there = {row[0]: row[2] for row in mine}, {row[0]: row[2] for row in theirs}
    if here.keys() == there.keys():
        return min(here, there, key=lambda side: sorted(side.items()))
    if here.keys() > there.keys():
        return here
    if here.keys() < there.keys():
        return there
    order = interleave([Step(row[0], row[1]) for row in mine], [Step(row[0], row[1]) for row in theirs])
    return {step.id: place for place, step in enumerate(order)}
