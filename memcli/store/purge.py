"""Erasure: rows, history bodies, counts, search tables, pages and caches; knows what goes, and not why.

A purge is written down first, by ids, and goes on at the next start if it was cut off: before its rows are gone
(stage 0) it begins again, after that (stage 1) only the bytes are left to see to. Both may be repeated at will.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from memcli import codec
from memcli.erasure import Plan, Scope, Traces
from memcli.errors import BusyError
from memcli.records import Answer, Change, Lane, Memory, Op, new_id, stable_id
from memcli.store import notes, order, outbox, purge_plan, statistics
from memcli.store.rows import INSERT_CHANGE, PUT_MEMORY, change_row, memory_row
from memcli.store.typed import forget_typed

if TYPE_CHECKING:
    import sqlite3

    from memcli.paths import Home
    from memcli.store.database import Database
    from memcli.store.lock import WriterLock
    from memcli.store.tables import Tables

PURGED: Final = "purged"
LOST_A_SOURCE: Final = "a source was purged: to be derived anew"
_ROWS_GONE: Final = 1
_DONE: Final = 2
_IN: Final = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class _Ids:
    """What one purge is about; ``staying`` memories lose a source only."""

    memories: tuple[str, ...]
    turns: tuple[str, ...]
    answers: tuple[str, ...]
    staying: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Purger:
    """Erases, under the writer lock: deleting Lance's old files while another writes would destroy its tables."""

    database: Database
    tables: Tables
    lock: WriterLock
    home: Home

    def plan(self, scope: Scope) -> Plan:
        return purge_plan.plan(self.database, scope)

    def traces(self, plan: Plan) -> Traces:
        """The traces of what a plan takes, with the vectors of flushed rows too."""
        found = purge_plan.traces(self.database, plan)
        vectors = list(found.vectors)
        for lane, ids in ((Lane.TURN, plan.turns), (Lane.MEMORY, plan.memories)):
            vectors += [vector.tobytes() for vector in self.tables.vectors(lane, ids).values()]
        return replace(found, vectors=tuple(vectors))

    def purge(self, plan: Plan, at: datetime) -> None:
        """Erase what a plan names; done when this returns.

        Raises:
            BusyError: another process did not let go of the tables or the ledger in time.
            StoreError: the disk is full or damaged. The purge goes on at the next start.
        """
        with self.lock.held():
            with self.database.writing() as connection:
                _write_down(connection, plan, at)
            self._go_on()

    def purged(self, ids: Sequence[str]) -> set[str]:
        """Those of the ids that were erased."""
        rows = self.database.rows(f"SELECT id FROM purged WHERE NOT stays AND id {_IN}", (json.dumps(list(ids)),))
        return {row[0] for row in rows}

    def unfinished(self) -> int:
        """How many purges were cut off."""
        return int(self.database.rows("SELECT COUNT(*) FROM purges WHERE stage < ?", (_DONE,))[0][0])

    def finish(self) -> int:
        """Finish what was cut off; the number of purges. Left for later where another process is at it."""
        left = self.unfinished()
        if not left:
            return 0
        try:
            with self.lock.held(0):
                self._go_on()
        except BusyError:
            return 0
        return left

    def _go_on(self) -> None:
        for number, at, stage in self.database.rows(
            "SELECT seq, at, stage FROM purges WHERE stage < ? ORDER BY seq", (_DONE,)
        ):
            ids = self._ids(number)
            if stage < _ROWS_GONE:
                self._erase_typed(ids)
                with self.database.writing() as connection:
                    _erase_rows(connection, ids, datetime.fromisoformat(at))
                    connection.execute("UPDATE purges SET stage = ? WHERE seq = ?", (_ROWS_GONE, number))
            self._erase_bytes(ids)
            with self.database.writing() as connection:
                connection.execute("UPDATE purges SET stage = ? WHERE seq = ?", (_DONE, number))

    def _ids(self, number: int) -> _Ids:
        rows = self.database.rows("SELECT id, stays FROM purged WHERE purge = ?", (number,))
        going, staying = [one for one, stays in rows if not stays], [one for one, stays in rows if stays]
        return _Ids(_lane(going, "m"), _lane(going, "t"), _lane(going, "a"), tuple(staying))

    def _erase_typed(self, ids: _Ids) -> None:
        """What was typed in a chat is told by its words alone, which are known only while the rows are there."""
        texts = purge_plan.traces(self.database, Plan(memories=ids.memories, turns=ids.turns)).texts
        forget_typed(self.home.chat_history, texts)

    def _erase_bytes(self, ids: _Ids) -> None:
        self.tables.erase(Lane.TURN, ids.turns)
        self.tables.erase(Lane.MEMORY, ids.memories)
        shutil.rmtree(self.home.cache, ignore_errors=True)
        self.home.ensure()
        self.database.rewrite()


def erase_copy(database: Database, plan: Plan, at: datetime) -> None:
    """Erase the rows of a ledger that is a copy, to be thrown away: its bytes are left."""
    with database.writing() as connection:
        number = _write_down(connection, plan, at)
        ids = _Ids(plan.memories, plan.turns, plan.answers, plan.losing)
        _erase_rows(connection, ids, at)
        connection.execute("UPDATE purges SET stage = ? WHERE seq = ?", (_DONE, number))


def _write_down(connection: sqlite3.Connection, plan: Plan, at: datetime) -> int | None:
    """What is to be erased, by ids; the purge's number."""
    number = connection.execute("INSERT INTO purges (at, stage) VALUES (?, 0)", (at.isoformat(),)).lastrowid
    going = [(one, 0) for one in (*plan.memories, *plan.turns, *plan.answers)]
    rows = [(one, number, stays) for one, stays in (*going, *((m, 1) for m in plan.losing))]
    connection.executemany("INSERT OR REPLACE INTO purged VALUES (?, ?, ?)", rows)
    return number


def refused(connection: sqlite3.Connection, ids: Iterable[str]) -> set[str]:
    """Those of the ids that were erased: what is forgotten is not taken in again."""
    return {row[0] for row in _select(connection, "SELECT id FROM purged WHERE NOT stays AND id", ids)}


def blank(change: Change) -> Change:
    """That a change was, when and by whom, and no word of it."""
    return replace(change, before=None, after=None, reason=PURGED, evidence=(), link=None)


def _lane(ids: Iterable[str], lane: str) -> tuple[str, ...]:
    return tuple(one for one in ids if one.startswith(f"{lane}:"))


def _select(connection: sqlite3.Connection, sql: str, ids: Iterable[str]) -> list[tuple[Any, ...]]:
    return connection.execute(f"{sql} {_IN}", (json.dumps(list(ids)),)).fetchall()


def _erase_rows(connection: sqlite3.Connection, ids: _Ids, at: datetime) -> None:
    """Everything in the ledger, at once."""
    batch = stable_id("b", PURGED, at.isoformat())
    _look_again(connection, ids)
    _erase_answers(connection, ids)
    _erase_turns(connection, ids.turns)
    _erase_memories(connection, ids.memories)
    heads = _select(connection, "SELECT record FROM memories WHERE id", ids.staying)
    changes = [_without(connection, codec.loads(Memory, row[0]), ids.turns, batch, at) for row in heads]
    changes += [_gone(connection, memory_id, batch, at) for memory_id in ids.memories]
    places = order.of_changes(connection, changes)
    connection.executemany(INSERT_CHANGE, map(change_row, changes, places))


def _look_again(connection: sqlite3.Connection, ids: _Ids) -> None:
    """Forget what jobs noted of the conversations, so that they make their summaries anew from what is left."""
    behind = "SELECT turn FROM memory_sources WHERE memory"
    sources = [row[0] for row in _select(connection, behind, ids.memories)]
    sessions = _select(connection, "SELECT DISTINCT session FROM turns WHERE id", {*ids.turns, *sources})
    connection.executemany(
        f"DELETE FROM meta WHERE key LIKE '{notes.OWN}%' AND substr(key, -length(?1) - 1) = ':' || ?1", sessions
    )


def _erase_answers(connection: sqlite3.Connection, ids: _Ids) -> None:
    """Answers that go, and what the others show of what goes: their lists hold copies of the records."""
    connection.executemany("DELETE FROM answers WHERE id = ?", [(answer,) for answer in ids.answers])
    gone = {*ids.turns, *ids.memories}
    for answer_id, record in connection.execute("SELECT id, record FROM answers").fetchall():
        answer = codec.loads(Answer, record)
        left = tuple(hit for hit in answer.retrieved if hit.id not in gone)
        if len(left) < len(answer.retrieved):
            trimmed = codec.dumps(replace(answer, retrieved=left))
            connection.execute("UPDATE answers SET record = ? WHERE id = ?", (trimmed, answer_id))


def _erase_turns(connection: sqlite3.Connection, turns: Sequence[str]) -> None:
    texts = [row[0] for row in _select(connection, "SELECT text FROM turns WHERE id", turns)]
    statistics.count(connection, Lane.TURN, remove=texts)
    _delete(connection, "DELETE FROM queue WHERE turn", turns)
    _delete(connection, "DELETE FROM outbox WHERE id", turns)
    _delete(connection, "DELETE FROM turns WHERE id", turns)


def _erase_memories(connection: sqlite3.Connection, memories: Sequence[str]) -> None:
    heads = _select(connection, "SELECT record FROM memories WHERE id", memories)
    statistics.count(connection, Lane.MEMORY, remove=[codec.loads(Memory, row[0]).text for row in heads])
    _delete(connection, "DELETE FROM links WHERE source", memories)
    _delete(connection, "DELETE FROM links WHERE target", memories)
    _delete(connection, "DELETE FROM outbox WHERE id", memories)
    _delete(connection, "DELETE FROM memories WHERE id", memories)
    _blank_history(connection, memories)


def _delete(connection: sqlite3.Connection, sql: str, ids: Iterable[str]) -> None:
    connection.execute(f"{sql} {_IN}", (json.dumps(list(ids)),))


def _blank_history(connection: sqlite3.Connection, memories: Sequence[str]) -> None:
    """Leave of each change that it was, when, and by whom."""
    for number, record in _select(connection, "SELECT seq, record FROM changes WHERE memory", memories):
        bare = codec.dumps(blank(codec.loads(Change, record)))
        connection.execute("UPDATE changes SET record = ? WHERE seq = ?", (bare, number))
    _delete(connection, "DELETE FROM meant WHERE memory", memories)


def _without(
    connection: sqlite3.Connection, head: Memory, turns: Iterable[str], batch: str, at: datetime
) -> Change:
    """The memory without the sources that went; its history goes too where it tells more than it does now."""
    left = tuple(source for source in head.sources if source not in set(turns))
    after = replace(head, sources=left, revision=head.revision + 1, updated_at=at)
    connection.execute(PUT_MEMORY, memory_row(after))
    _delete(connection, f"DELETE FROM memory_sources WHERE memory = '{head.id}' AND turn", turns)
    outbox.put_keeping_vector(connection, Lane.MEMORY, head.id)
    history = _select(connection, "SELECT record FROM changes WHERE memory", [head.id])
    bodies = [body for row in history for body in _both(codec.loads(Change, row[0]))]
    same = all(body.text == head.text for body in bodies)
    if not same:
        _blank_history(connection, [head.id])
    change = _change(head.id, after, batch, at, LOST_A_SOURCE)
    return replace(change, before=head if same else None)


def _gone(connection: sqlite3.Connection, memory_id: str, batch: str, at: datetime) -> Change:
    """That a memory was purged: the same on each device that purges it because one did."""
    change = _change(memory_id, None, batch, at, PURGED)
    again = replace(change, id=stable_id("c", batch, memory_id))
    known = connection.execute("SELECT 1 FROM changes WHERE id = ?", (again.id,)).fetchone()
    return change if known else again


def _both(change: Change) -> list[Memory]:
    return [body for body in (change.before, change.after) if body is not None]


def _change(memory_id: str, after: Memory | None, batch: str, at: datetime, reason: str) -> Change:
    return Change(new_id("c"), batch, at, "user", Op.PURGE, memory_id, None, after, reason)
