"""Rows that the ledger has and the Lance tables do not have yet; knows nothing of how they are embedded."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from memcli import codec
from memcli.records import Lane, Memory, Turn
from memcli.store.rows import TURN_COLUMNS, turn_of
from memcli.terms import terms

if TYPE_CHECKING:
    from memcli.ports import Vectors
    from memcli.store.database import Database


@dataclass(slots=True)
class Waiting:
    """One row that waits: ``record`` is None where the memory was removed, ``vector`` until it is embedded."""

    seq: int
    id: str
    record: Turn | Memory | None
    vector: Vectors | None
    _counts: Counter[str] | None = field(default=None, repr=False)

    @property
    def counts(self) -> Mapping[str, int]:
        """The text's index terms and how often each occurs."""
        if self._counts is None:
            self._counts = Counter(terms(self.record.text)) if self.record else Counter()
        return self._counts


class Outbox:
    """The waiting rows of each lane; what was read last is kept while nothing changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last: dict[Lane, tuple[tuple[object, ...], list[Waiting]]] = {}

    def size(self, lane: Lane | None = None) -> int:
        """How many rows wait, in a lane or in all."""
        rows = self._database.rows("SELECT COUNT(*) FROM outbox WHERE ?1 IS NULL OR lane = ?1", (lane,))
        return int(rows[0][0])

    def waiting(self, lane: Lane) -> list[Waiting]:
        """All waiting rows of a lane, oldest first."""
        state = self._database.rows("SELECT COUNT(*), MIN(seq), MAX(seq) FROM outbox WHERE lane = ?", (lane,))[0]
        known = self._last.get(lane)
        if known is None or known[0] != state:
            known = self._last[lane] = (state, self.oldest(lane, limit=-1))
        return known[1]

    def oldest(self, lane: Lane, *, limit: int) -> list[Waiting]:
        """The first rows of a lane; a negative limit is none."""
        columns = TURN_COLUMNS if lane is Lane.TURN else "r.record"
        table = "turns" if lane is Lane.TURN else "memories"
        rows = self._database.rows(
            f"SELECT o.seq, o.id, o.vector, {columns} FROM outbox o LEFT JOIN {table} r ON r.id = o.id"
            " WHERE o.lane = ? ORDER BY o.seq LIMIT ?",
            (lane, limit),
        )
        return [_waiting(lane, row) for row in rows]

    def keep_vectors(self, rows: Iterable[Waiting]) -> None:
        """Keep what was embedded, so that no other process embeds it again."""
        values = [(row.vector.tobytes(), row.seq) for row in rows if row.vector is not None]
        with self._database.writing() as connection:
            connection.executemany("UPDATE outbox SET vector = ? WHERE seq = ?", values)

    def remove(self, rows: Sequence[Waiting]) -> None:
        """Take away exactly these rows; one that changed meanwhile has another number and stays."""
        with self._database.writing() as connection:
            connection.executemany("DELETE FROM outbox WHERE seq = ?", [(row.seq,) for row in rows])


def put(connection: sqlite3.Connection, lane: Lane, ids: Iterable[str]) -> None:
    """Let rows wait for the next flush, within the caller's transaction."""
    connection.executemany("INSERT OR REPLACE INTO outbox (lane, id) VALUES (?, ?)", [(lane, id_) for id_ in ids])


def put_keeping_vector(connection: sqlite3.Connection, lane: Lane, row_id: str) -> None:
    """The same for a row whose text, and hence vector, did not change."""
    connection.execute(
        "INSERT OR REPLACE INTO outbox (lane, id, vector)"
        " SELECT ?1, ?2, (SELECT vector FROM outbox WHERE lane = ?1 AND id = ?2)",
        (lane, row_id),
    )


def put_everything(connection: sqlite3.Connection) -> None:
    """Let every record wait, its vector forgotten."""
    connection.execute("DELETE FROM outbox")
    connection.execute("INSERT INTO outbox (lane, id) SELECT ?, id FROM turns ORDER BY seq", (Lane.TURN,))
    connection.execute("INSERT INTO outbox (lane, id) SELECT ?, id FROM memories ORDER BY seq", (Lane.MEMORY,))


def _waiting(lane: Lane, row: tuple[object, ...]) -> Waiting:
    import numpy as np  # slow to load, and an `add` needs none

    seq, row_id, blob, *record = row
    vector = np.frombuffer(blob, dtype=np.float32) if isinstance(blob, bytes) else None
    return Waiting(int(str(seq)), str(row_id), _record(lane, record), vector)


def _record(lane: Lane, values: Sequence[object]) -> Turn | Memory | None:
    if values[0] is None:
        return None
    return turn_of(values) if lane is Lane.TURN else codec.loads(Memory, str(values[0]))
