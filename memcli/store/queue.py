"""Turns that wait to be read for memories, kept across restarts; knows nothing of reading them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from memcli import codec
from memcli.records import Work

if TYPE_CHECKING:
    import sqlite3

    from memcli.store.database import Database

MAX_TRIES: Final = 3


def put(connection: sqlite3.Connection, work: Sequence[Work]) -> None:
    """Add work, in the transaction that keeps its turns."""
    connection.executemany(
        "INSERT OR IGNORE INTO queue (turn, priority, tries, record) VALUES (?, ?, ?, ?)",
        [(item.turn, item.priority, item.tries, codec.dumps(item)) for item in work],
    )


def take_off(connection: sqlite3.Connection, turns: Sequence[str]) -> list[str]:
    """Remove finished work, in the transaction that keeps its changes; the turns that did not wait any more."""
    return [turn for turn in turns if not connection.execute("DELETE FROM queue WHERE turn = ?", (turn,)).rowcount]


def waits(database: Database, turn: str) -> bool:
    """Whether a turn is still to be read."""
    return bool(database.rows("SELECT 1 FROM queue WHERE turn = ?", (turn,)))


def waiting(database: Database, limit: int) -> list[Work]:
    """What is to be done next, highest priority first, then oldest."""
    rows = database.rows(
        "SELECT record FROM queue WHERE tries < ? ORDER BY priority DESC, seq LIMIT ?", (MAX_TRIES, limit)
    )
    return [codec.loads(Work, row[0]) for row in rows]


def failed(database: Database, limit: int) -> list[Work]:
    """What was given up, with its last error, latest first."""
    rows = database.rows("SELECT record FROM queue WHERE tries >= ? ORDER BY seq DESC LIMIT ?", (MAX_TRIES, limit))
    return [codec.loads(Work, row[0]) for row in rows]


def length(database: Database) -> int:
    """How much work waits."""
    return int(database.rows("SELECT COUNT(*) FROM queue WHERE tries < ?", (MAX_TRIES,))[0][0])


def fail(database: Database, work: Work, error: str) -> Work:
    """Note a failed try."""
    again = replace(work, tries=work.tries + 1, error=error)
    with database.writing() as connection:
        connection.execute(
            "UPDATE queue SET tries = ?, record = ? WHERE turn = ?", (again.tries, codec.dumps(again), work.turn)
        )
    return again


def retry(database: Database) -> int:
    """Let everything that was given up be tried again; the number of turns."""
    given_up = failed(database, limit=1_000_000)
    with database.writing() as connection:
        for work in given_up:
            fresh = codec.dumps(replace(work, tries=0))
            connection.execute("UPDATE queue SET tries = 0, record = ? WHERE turn = ?", (fresh, work.turn))
    return len(given_up)
