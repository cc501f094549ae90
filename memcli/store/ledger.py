"""Writes to the ledger: turns, changes with their effect, answers; one transaction each, and knows no Lance."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from memcli import codec
from memcli.errors import ConflictError, StoreError
from memcli.records import Answer, Change, Kind, Lane, Memory, Op, Turn, Work
from memcli.store import order, outbox, purge, queue, statistics
from memcli.store.rows import INSERT_CHANGE, INSERT_TURN, PUT_MEMORY, change_row, memory_row, turn_row

if TYPE_CHECKING:
    from memcli.store.database import Database

LINK_OPS: Final = (Op.LINK, Op.UNLINK)


def add_turns(
    database: Database, turns: Sequence[Turn], work: Sequence[Work] = (), *, placed: bool = False
) -> list[Turn]:
    """Keep the turns whose ids are new, and return those; ``work`` waits for the new ones among them.

    With ``placed`` their places in the order of all devices come later (``order.put``), else they are given here.
    """
    if not turns:
        return []
    with database.writing() as connection:
        ids = [turn.id for turn in turns]
        known = _known_turns(connection, ids) | purge.refused(connection, ids)
        new = list({turn.id: turn for turn in reversed(turns) if turn.id not in known}.values())[::-1]
        places = [0] * len(new) if placed else order.of_turns(connection, new)
        connection.executemany(INSERT_TURN, map(turn_row, new, places))
        outbox.put(connection, Lane.TURN, [turn.id for turn in new])
        statistics.count(connection, Lane.TURN, add=[turn.text for turn in new])
        kept = {turn.id for turn in new}
        queue.put(connection, [item for item in work if item.turn in kept])
    return new


def _known_turns(connection: sqlite3.Connection, ids: Sequence[str]) -> set[str]:
    sql = "SELECT id FROM turns WHERE id IN (SELECT value FROM json_each(?))"
    return {row[0] for row in connection.execute(sql, (json.dumps(list(ids)),))}


def commit(
    database: Database, changes: Sequence[Change], done: Sequence[str] = (), *, placed: bool = False
) -> None:
    """Apply changes in order, all or none, write them to the history, and take the turns ``done`` off the queue.

    With ``placed`` their places in the order of all devices come later (``order.put``), else they are given here.

    Raises:
        ConflictError: a ``before`` is not the head's revision, a revision does not rise, a change is known, or
            somebody else read one of the turns meanwhile.
    """
    if not changes and not done:
        return
    with database.writing() as connection:
        read_already = queue.take_off(connection, done)
        if read_already and changes:
            raise ConflictError(f"{read_already[0]} was read by somebody else meanwhile")
        _refuse_purged(connection, changes)
        places = [0] * len(changes) if placed else order.of_changes(connection, changes)
        for change, place in zip(changes, places, strict=True):
            if change.op in LINK_OPS:
                apply_link(connection, change)
            else:
                _apply(connection, change)
            _record(connection, change, place)


def _refuse_purged(connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
    """Whoever read a turn before it was purged must not bring it back. An insight may be made anew."""
    afters = [change.after for change in changes if change.after is not None]
    names = {source for after in afters for source in after.sources}
    names |= {after.id for after in afters if after.kind is not Kind.INSIGHT}
    gone = purge.refused(connection, names)
    if gone:
        raise ConflictError(f"{min(gone)} was purged", hint="what is purged is not taken in again")


def _apply(connection: sqlite3.Connection, change: Change) -> None:
    head = _head(connection, change.memory_id)
    _check(change, head)
    put_head(connection, change.memory_id, head, change.after)


def put_head(connection: sqlite3.Connection, memory_id: str, before: Memory | None, after: Memory | None) -> None:
    """Put a memory in the place of what it was, with everything that is derived from it."""
    _put_head(connection, memory_id, after)
    old, new = (None if memory is None else memory.text for memory in (before, after))
    if old == new:
        outbox.put_keeping_vector(connection, Lane.MEMORY, memory_id)
        return
    outbox.put(connection, Lane.MEMORY, [memory_id])
    statistics.count(
        connection,
        Lane.MEMORY,
        add=[] if new is None else [new],
        remove=[] if old is None else [old],
    )


def _head(connection: sqlite3.Connection, memory_id: str) -> Memory | None:
    row = connection.execute("SELECT record FROM memories WHERE id = ?", (memory_id,)).fetchone()
    return None if row is None else codec.loads(Memory, row[0])


def _check(change: Change, head: Memory | None) -> None:
    """Optimistic concurrency: a change holds only for the revision that it was made from."""
    seen = change.before.revision if change.before else None
    present = head.revision if head else None
    if seen != present:
        what = "is gone" if head is None else "is there already" if seen is None else "changed meanwhile"
        raise ConflictError(f"{change.memory_id} {what}", hint="read it again and repeat the change")
    if change.after is None:
        return
    if change.after.id != change.memory_id or (seen is not None and change.after.revision <= seen):
        raise ConflictError(f"change {change.id} does not lead to a later revision of {change.memory_id}")


def _put_head(connection: sqlite3.Connection, memory_id: str, memory: Memory | None) -> None:
    if memory is None:
        connection.execute("DELETE FROM memories WHERE id = ?", (memory_id,))
        return
    connection.execute(PUT_MEMORY, memory_row(memory))
    connection.execute("DELETE FROM memory_sources WHERE memory = ?", (memory_id,))
    connection.executemany(
        "INSERT OR IGNORE INTO memory_sources VALUES (?, ?)", [(memory_id, turn) for turn in memory.sources]
    )
    connection.execute("DELETE FROM memory_entities WHERE memory = ?", (memory_id,))
    connection.execute(
        "INSERT OR IGNORE INTO memory_entities SELECT value, ?1 FROM json_each(entity_keys(?2, ?3))",
        (memory_id, memory.text, memory.about),
    )


def apply_link(connection: sqlite3.Connection, change: Change) -> None:
    """Tie two memories together, or untie them.

    Raises:
        ConflictError: the change names no link.
    """
    link = change.link
    if link is None:
        raise ConflictError(f"change {change.id} says {change.op} and names no link")
    if change.op is Op.LINK:
        values = (link.source, link.target, link.relation, link.weight)
        connection.execute("INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?)", values)
    else:
        key = (link.source, link.target, link.relation)
        connection.execute("DELETE FROM links WHERE source = ? AND target = ? AND relation = ?", key)


def _record(connection: sqlite3.Connection, change: Change, place: int) -> None:
    try:
        connection.execute(INSERT_CHANGE, change_row(change, place))
    except sqlite3.IntegrityError as error:
        raise ConflictError(f"change {change.id} is recorded already") from error


def save_answer(database: Database, answer: Answer) -> None:
    """Keep an answer, so that it can be explained and reinforced later."""
    with database.writing() as connection:
        connection.execute(
            "INSERT INTO answers (id, record) VALUES (?, ?)"
            " ON CONFLICT (id) DO UPDATE SET record = excluded.record",
            (answer.id, codec.dumps(answer)),
        )


def made_with(database: Database) -> str:
    """The name of the embedder whose vectors the store holds; empty for a store without any."""
    rows = database.rows("SELECT value FROM meta WHERE key = 'embedder'")
    return str(rows[0][0]).rpartition("/")[0] if rows else ""


def check_embedder(database: Database, name: str, dimensions: int, *, claim: bool) -> None:
    """Make sure that vectors of this embedder belong in this store; the first to ``claim`` it has it.

    Raises:
        StoreError: the store was made with another.
    """
    mine = f"{name}/{dimensions}"
    rows = database.rows("SELECT value FROM meta WHERE key = 'embedder'")
    if not rows and claim:
        with database.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO meta VALUES (?, ?)",
                [("embedder", mine), ("generation", secrets.token_hex(4))],  # no other memory's tables have it
            )
        rows = database.rows("SELECT value FROM meta WHERE key = 'embedder'")
    if rows and rows[0][0] != mine:
        theirs = rows[0][0].rpartition("/")[0]
        raise StoreError(
            f"this memory was embedded with {theirs}, not with {name}",
            hint=f"`memcli models use {theirs}` goes back, `memcli models use {name}` embeds everything anew",
        )


def start_anew(database: Database, name: str, dimensions: int, generation: str) -> None:
    """Let every record wait for tables of a new generation, made with this embedder."""
    with database.writing() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)",
            [("embedder", f"{name}/{dimensions}"), ("generation", generation)],
        )
        outbox.put_everything(connection)
