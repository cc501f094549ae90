"""Whether the store is whole: ledger sound, history unbroken, Lance tables equal to it; changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memcli import codec
from memcli.errors import StoreError
from memcli.records import Change, Lane, Memory
from memcli.store.rows import TURN_COLUMNS, turn_of

if TYPE_CHECKING:
    from memcli.store.database import Database
    from memcli.store.tables import Tables


@dataclass(frozen=True, slots=True)
class Checker:
    """Looks for what must never be."""

    database: Database
    tables: Tables

    def problems(self) -> list[str]:
        return [*self._ledger(), *self._history(), *self._lane(Lane.TURN), *self._lane(Lane.MEMORY)]

    def differing(self, lane: Lane) -> list[str]:
        """The ids of rows that the table has not, or otherwise, or that the ledger no longer has.

        Raises:
            StoreError: the table cannot be read.
        """
        expected, stored = self._records(lane), self.tables.records(lane)
        return [one for one in expected.keys() | stored.keys() if stored.get(one, []) != [expected.get(one)]]

    def _stored(self, lane: Lane) -> tuple[dict[str, list[str]], list[str]]:
        """The table's rows, and what kept them from being read."""
        try:
            return self.tables.records(lane), []
        except StoreError as error:
            return {}, [f"{lane} table: {error.message}"]

    def _ledger(self) -> Iterator[str]:
        for (line,) in self.database.rows("PRAGMA integrity_check"):
            if line != "ok":
                yield f"ledger: {line}"
        for table, parent, *_ in self.database.rows("PRAGMA foreign_key_check"):
            yield f"ledger: a row of {table} names {parent}, where there is none"

    def _history(self) -> Iterator[str]:
        """Each change begins where the one before ended, and the last ends at the head."""
        last: dict[str, Memory | None] = {}
        for (record,) in self.database.rows(
            "SELECT record FROM changes WHERE op NOT IN ('LINK', 'UNLINK') ORDER BY seq"
        ):
            change = codec.loads(Change, record)
            if change.before != last.get(change.memory_id):
                yield f"history: {change.id} does not begin where {change.memory_id} was"
            last[change.memory_id] = change.after
        heads = {
            row[0]: codec.loads(Memory, row[1]) for row in self.database.rows("SELECT id, record FROM memories")
        }
        for memory_id in last.keys() | heads.keys():
            if last.get(memory_id) != heads.get(memory_id):
                yield f"history: {memory_id} is not what its last change made it"

    def _lane(self, lane: Lane) -> Iterator[str]:
        """Rows that wait may be absent from the tables or older there."""
        waiting = {row[0] for row in self.database.rows("SELECT id FROM outbox WHERE lane = ?", (lane,))}
        expected = self._records(lane)
        stored, damage = self._stored(lane)
        yield from damage
        for row_id, records in stored.items():
            if len(records) > 1:
                yield f"{lane} table: {row_id} is there {len(records)} times"
            if row_id not in waiting and records[0] != expected.get(row_id):
                yield f"{lane} table: {row_id} differs from the ledger"
        for row_id in () if damage else expected.keys() - stored.keys() - waiting:
            yield f"{lane} table: {row_id} is missing"

    def _records(self, lane: Lane) -> dict[str, str]:
        if lane is Lane.MEMORY:
            return dict(self.database.rows("SELECT id, record FROM memories"))
        turns = [turn_of(row) for row in self.database.rows(f"SELECT {TURN_COLUMNS} FROM turns r")]
        return {turn.id: codec.dumps(turn) for turn in turns}
