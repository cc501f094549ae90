"""A ledger that cannot be used, replaced by the newest whole backup and what can still be read of the damaged one.

What was purged stays purged, although the backup holds it; the damaged file is kept until its owner removes it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from memcli import codec
from memcli.errors import ConflictError, MemcliError
from memcli.paths import Home
from memcli.records import Change, Work
from memcli.store import backup, ledger
from memcli.store.database import Database
from memcli.store.lock import WriterLock
from memcli.store.rows import TURN_COLUMNS, turn_of

T = TypeVar("T")
_PAGE: Final = 64
_NOTHING: Final = 32
"""Pages of rows that may be lost in a row before what is beyond them is given up."""


@dataclass(frozen=True, slots=True)
class Rescued:
    """What came of it."""

    backup: Path
    damaged: Path
    turns: int
    changes: int


def is_damaged(home: Home) -> bool:
    """Whether a home's ledger is there and cannot be read from end to end."""
    if not home.exists():
        return False
    database = Database(home)
    try:
        return database.rows("PRAGMA integrity_check(1)")[0][0] != "ok" and not _only_indexes(database)
    except MemcliError:
        return True
    finally:
        database.close()


def newest_backup(home: Home) -> tuple[Path, backup.Manifest] | None:
    """The latest backup in the home that is whole."""
    held = []
    for file in home.backups.glob("*.zip"):
        with suppress(MemcliError):
            held.append((backup.check(file).created, file))
    for _, file in sorted(held, reverse=True):
        return file, backup.check(file)
    return None


def rescue(home: Home, source: Path, now: datetime) -> Rescued:
    """Put a backup in the damaged ledger's place, then add what can be read of the damaged one.

    Raises:
        BusyError: somebody is writing.
        StoreError: the disk is full or cannot be written; the damaged ledger is where it was, or in ``backups``.
    """
    backup.check(source)
    with WriterLock(home.lock).held():
        aside = backup.set_aside(home, now)
    backup.restore(source, home, now)
    turns, changes = _add_what_is_left(home, aside)
    return Rescued(source, aside, turns, changes)


def _only_indexes(database: Database) -> bool:
    """Whether every table can be read: then an index is at fault, and is made anew."""
    tables = [row[0] for row in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        database.rows(f'SELECT * FROM "{table}" NOT INDEXED')
    lines = [row[0] for row in database.rows("PRAGMA integrity_check")]
    return all("index" in line.lower() for line in lines)


def _add_what_is_left(home: Home, damaged: Path) -> tuple[int, int]:
    lock = WriterLock(home.lock)
    with lock.held():
        backup.purge_again(home, lock, backup.purges_of(damaged))
    database = Database(home)
    try:
        with closing(sqlite3.connect(damaged)) as old:
            queue = {work.turn: work for work in _read(old, "queue", "r.record", 0, _work)}
            last = database.rows("SELECT COALESCE(MAX(seq), 0) FROM turns")[0][0]
            turns = list(_read(old, "turns", TURN_COLUMNS, last, turn_of))
            kept = ledger.add_turns(database, turns, [queue[t.id] for t in turns if t.id in queue])
            last = database.rows("SELECT COALESCE(MAX(seq), 0) FROM changes")[0][0]
            changes = _redone(database, _read(old, "changes", "r.record", last, _change))
    except sqlite3.Error:
        return 0, 0
    else:
        return len(kept), changes
    finally:
        database.close()


def _redone(database: Database, changes: Iterator[Change]) -> int:
    """Do again what was done since the backup; what rests on a step that was lost is left out."""
    done = 0
    for change in changes:
        with suppress(ConflictError):
            ledger.commit(database, [change])
            done += 1
    return done


def _read(
    damaged: sqlite3.Connection, table: str, columns: str, after: int, make: Callable[[Sequence[Any]], T]
) -> Iterator[T]:
    """The rows of a table after a number, as far as they can be read, page by page and then one by one."""
    sql = f"SELECT {columns} FROM {table} r WHERE r.seq BETWEEN ? AND ? ORDER BY r.seq"
    empty, first = 0, after + 1
    while empty < _NOTHING:
        rows = _rows(damaged, sql, first, first + _PAGE - 1)
        empty, first = 0 if rows else empty + 1, first + _PAGE
        for row in rows:
            with suppress(MemcliError, ValueError, TypeError, LookupError):
                yield make(row)


def _rows(damaged: sqlite3.Connection, sql: str, first: int, last: int) -> list[tuple[Any, ...]]:
    try:
        return damaged.execute(sql, (first, last)).fetchall()
    except sqlite3.Error:
        if first == last:
            return []
        middle = (first + last) // 2
        return _rows(damaged, sql, first, middle) + _rows(damaged, sql, middle + 1, last)


def _work(row: Sequence[Any]) -> Work:
    return codec.loads(Work, row[0])


def _change(row: Sequence[Any]) -> Change:
    return codec.loads(Change, row[0])
