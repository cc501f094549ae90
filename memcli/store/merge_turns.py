"""Another ledger's turns into this one: what was said is never lost, and is in one order on all devices."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from memcli import codec
from memcli.records import Lane, Turn
from memcli.store import outbox, statistics
from memcli.store.rows import INSERT_TURN, PLACE, TURN_COLUMNS, turn_of, turn_row

_IN: Final = "IN (SELECT value FROM json_each(?))"
_MARKS: Final = (
    f"SELECT id, session, position, {PLACE}, digest(text, speaker || role || at || origin || source || source_id)"
    " FROM turns"
)


class Rows(Protocol):
    """Runs a query on one of the ledgers."""

    def __call__(self, sql: str, values: Sequence[object] = (), /) -> list[tuple[Any, ...]]: ...


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where a turn stands: its session, its number there, its place in the order of all devices, its words."""

    session: str
    position: int
    place: int
    words: int


@dataclass(frozen=True, slots=True)
class TurnMerge:
    """Within the transaction of ``connection``; ``purged`` is what neither side may have."""

    connection: sqlite3.Connection
    theirs: Rows
    purged: frozenset[str]

    def merge(self) -> int:
        """Take in what is not here, and give the sessions of both sides one order; the number of new turns."""
        mine = _stands(self.connection.execute(_MARKS).fetchall())
        theirs = {one: stand for one, stand in _stands(self.theirs(_MARKS)).items() if one not in self.purged}
        new = [one for one in theirs if one not in mine]
        differing = [one for one, stand in theirs.items() if one in mine and mine[one] != stand]
        self._agree([one for one in differing if mine[one].words != theirs[one].words])
        for part in _parts(new):
            self._add(part)
        joined = {one: _joined(mine.get(one), theirs.get(one)) for one in (*differing, *new)}
        self._place(joined)
        touched = {joined[one].session for one in joined} | {mine[one].session for one in differing}
        self._number(touched, mine, theirs, joined)
        return len(new)

    def _load(self, rows: Rows, ids: Sequence[str]) -> list[Turn]:
        sql = f"SELECT {TURN_COLUMNS} FROM turns r WHERE r.id {_IN} ORDER BY r.seq"
        return [turn_of(row) for row in rows(sql, (json.dumps(list(ids)),))]

    def _agree(self, ids: Sequence[str]) -> None:
        """Of two versions of one turn (its source told it twice) both sides keep the same."""
        here = {turn.id: turn for turn in self._load(self._mine, ids)}
        for turn in self._load(self.theirs, ids):
            old = here[turn.id]
            if _spelled(turn) < _spelled(old):
                self.connection.execute("DELETE FROM turns WHERE id = ?", (turn.id,))
                statistics.count(self.connection, Lane.TURN, remove=[old.text])
                self._insert([replace(turn, session=old.session, position=old.position)])

    def _mine(self, sql: str, values: Sequence[object] = (), /) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, values).fetchall()

    def _add(self, ids: Sequence[str]) -> None:
        self._insert(self._load(self.theirs, ids))

    def _insert(self, turns: Sequence[Turn]) -> None:
        self.connection.executemany(INSERT_TURN, [turn_row(turn, 0) for turn in turns])
        outbox.put(self.connection, Lane.TURN, [turn.id for turn in turns])
        statistics.count(self.connection, Lane.TURN, add=[turn.text for turn in turns])

    def _place(self, joined: dict[str, _Stand]) -> None:
        rows = [(stand.session, stand.place, one) for one, stand in joined.items()]
        sql = "UPDATE turns SET session = ?1, place = CASE at_us WHEN ?2 THEN 0 ELSE ?2 END WHERE id = ?3"
        self.connection.executemany(sql, rows)

    def _number(
        self,
        sessions: set[str],
        mine: dict[str, _Stand],
        theirs: dict[str, _Stand],
        joined: dict[str, _Stand],
    ) -> None:
        """Number the turns of these sessions; what moves is written to the search tables again."""
        members: dict[str, dict[str, _Stand]] = {session: {} for session in sessions}
        for one, stand in (mine | joined).items():
            if stand.session in members:
                members[stand.session][one] = stand
        moved = []
        for session, stands in members.items():
            here, there = (_of(side, session, stands) for side in (mine, theirs))
            for one, position in _positions(stands, here, there).items():
                at = mine.get(one) or theirs[one]
                if (at.session, at.position) != (session, position):
                    moved.append((position, one))
        self.connection.executemany("UPDATE turns SET position = ? WHERE id = ?", moved)
        for _, one in moved:
            outbox.put_keeping_vector(self.connection, Lane.TURN, one)


def _stands(rows: Sequence[tuple[Any, ...]]) -> dict[str, _Stand]:
    return {one: _Stand(*stand) for one, *stand in rows}


def _spelled(turn: Turn) -> str:
    return codec.dumps(replace(turn, session="", position=0))


def _joined(mine: _Stand | None, theirs: _Stand | None) -> _Stand:
    """The same from either side."""
    if mine is None or theirs is None:
        known = mine or theirs
        assert known is not None
        return known
    return _Stand(min(mine.session, theirs.session), 0, max(mine.place, theirs.place), 0)


def _of(side: dict[str, _Stand], session: str, stands: dict[str, _Stand]) -> dict[str, int]:
    """The numbers that one side has given to a session's turns."""
    return {one: side[one].position for one in stands if one in side and side[one].session == session}


def _positions(stands: dict[str, _Stand], mine: dict[str, int], theirs: dict[str, int]) -> dict[str, int]:
    """As the side has them that knows all of them, else in the order of all devices."""
    whole = [side for side in (mine, theirs) if side.keys() == stands.keys()]
    if whole:
        return min(whole, key=lambda side: sorted(side.items()))
    ordered = sorted(stands, key=lambda one: (stands[one].place, one))
    return {one: number for number, one in enumerate(ordered)}


def _parts(ids: Sequence[str], size: int = 2_000) -> list[Sequence[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]
