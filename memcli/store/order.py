"""The order of turns and changes that all devices agree on, and what else merging needs to know of them.

A place is a hybrid logical clock's (Kulkarni et al. 2014, "Logical physical clocks"): the time in microseconds
since 1970, or one more than the place before, where a clock was set back or did not go on.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from memcli import codec
from memcli.records import Change, Mark, Turn
from memcli.store.filters import micros
from memcli.store.rows import PLACE

if TYPE_CHECKING:
    from memcli.store.database import Database

PUT_MEANT: Final = "INSERT OR REPLACE INTO meant VALUES (?, ?, ?, ?, ?)"
_LATEST: Final = f"SELECT {PLACE} FROM changes ORDER BY {PLACE} DESC LIMIT 1"
_BEFORE: Final = (
    f"SELECT {PLACE} FROM turns WHERE session = ? AND position < ? ORDER BY position DESC, seq DESC LIMIT 1"
)
_GONE: Final = "SELECT id FROM purged WHERE NOT stays AND id NOT IN (SELECT id FROM memories) ORDER BY id"
_PAGE: Final = 10_000
_DONE: Final = 2


def of_changes(connection: sqlite3.Connection, changes: Sequence[Change]) -> list[int]:
    """A place for each new change, after all others; 0 where it is the change's time."""
    row = connection.execute(_LATEST).fetchone()
    last, places = int(row[0]) if row else None, list[int]()
    for change in changes:
        place, last = _next(micros(change.at), last)
        places.append(place)
    return places


def of_turns(connection: sqlite3.Connection, turns: Sequence[Turn]) -> list[int]:
    """A place for each new turn, after those before it in its session; 0 where it is the turn's time."""
    last: dict[str, int | None] = {}
    places = []
    for turn in turns:
        if turn.session not in last:
            row = connection.execute(_BEFORE, (turn.session, turn.position)).fetchone()
            last[turn.session] = int(row[0]) if row else None
        place, last[turn.session] = _next(micros(turn.at), last[turn.session])
        places.append(place)
    return places


def _next(at: int, last: int | None) -> tuple[int, int]:
    return (0, at) if last is None or at > last else (last + 1, last + 1)


def marks(database: Database) -> Iterator[Mark]:
    """All that is noted, in the order of ids: places that are not the time, meanings, what was purged."""
    for table in ("turns", "changes"):
        last = ""
        sql = f"SELECT id, place FROM {table} WHERE place AND id > ? ORDER BY id LIMIT {_PAGE}"
        while rows := database.rows(sql, (last,)):
            yield from (Mark(one, place) for one, place in rows)
            last = rows[-1][0]
    for one, place, over, record in database.rows("SELECT id, place, over, record FROM meant ORDER BY id"):
        yield Mark(one, place, over, codec.loads(Change, record))
    for (one,) in database.rows(_GONE):
        yield Mark(one, purged=True)


def put(database: Database, given: Sequence[Mark], at: str) -> None:
    """Note what another ledger's ``marks`` told, of records that are here; nothing is erased by it.

    What was purged there and is here stays here; what is not here is refused from now on. ``at`` is when.
    """
    with database.writing() as connection:
        places = [(mark.place, mark.id) for mark in given if mark.place and mark.meant is None]
        for table in ("turns", "changes"):
            connection.executemany(f"UPDATE {table} SET place = max(place, ?) WHERE id = ?", places)
        gone = {row[0] for row in connection.execute("SELECT id FROM purged WHERE NOT stays")}
        meant = [(m.id, m.meant.memory_id, m.place, m.over, codec.dumps(m.meant)) for m in given if m.meant]
        connection.executemany(PUT_MEANT, [row for row in meant if row[1] not in gone])
        _refuse(connection, [mark.id for mark in given if mark.purged], at)


def _refuse(connection: sqlite3.Connection, ids: Sequence[str], at: str) -> None:
    told = json.dumps(list(ids))
    here = "SELECT id FROM turns UNION ALL SELECT id FROM memories UNION ALL SELECT id FROM answers"
    sql = f"SELECT value FROM json_each(?) WHERE value NOT IN ({here}) AND value NOT IN (SELECT id FROM purged)"
    new = connection.execute(sql, (told,)).fetchall()
    if new:
        number = connection.execute("INSERT INTO purges (at, stage) VALUES (?, ?)", (at, _DONE)).lastrowid
        connection.executemany("INSERT INTO purged VALUES (?, ?, 0)", [(one, number) for (one,) in new])
