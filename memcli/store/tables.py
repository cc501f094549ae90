"""Both lanes' Lance tables in their present generation; knows where they are and whether they are whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from memcli.errors import StoreError
from memcli.records import Lane
from memcli.store.lance_tables import LanceTable, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from memcli.ports import Vectors
    from memcli.records import Scored
    from memcli.store.database import Database
    from memcli.store.lance_rows import Row
    from memcli.store.lance_tables import Match

_FIRST_GENERATION: Final = "1"


class Tables:
    """The searchable side of the store."""

    def __init__(self, place: Place, database: Database) -> None:
        self._uri = place.uri
        self._database = database
        self._tables = {lane: LanceTable(place, lane) for lane in Lane}

    @property
    def generation(self) -> str:
        """Changes whenever everything is embedded anew."""
        rows = self._database.rows("SELECT value FROM meta WHERE key = 'generation'")
        return str(rows[0][0]) if rows else _FIRST_GENERATION

    def nearest(self, lane: Lane, vector: Vectors, k: int, condition: str | None) -> list[Scored]:
        return self._tables[lane].nearest(self.generation, vector, k, condition) if self._used(lane) else []

    def matching(self, lane: Lane, query: str, k: int, condition: str | None) -> list[Match]:
        return self._tables[lane].matching(self.generation, query, k, condition) if self._used(lane) else []

    def vectors(self, lane: Lane, ids: Sequence[str]) -> dict[str, Vectors]:
        """Vectors of flushed rows."""
        return self._tables[lane].vectors(self.generation, ids) if ids and self._used(lane) else {}

    def texts_and_vectors(self, lane: Lane, ids: Sequence[str]) -> dict[str, tuple[str, Vectors]]:
        """Text and vector of flushed rows."""
        return self._tables[lane].texts_and_vectors(self.generation, ids) if ids and self._used(lane) else {}

    def records(self, lane: Lane) -> dict[str, list[str]]:
        """The JSON of every flushed row by id.

        Raises:
            StoreError: the table is gone or damaged, or its place cannot be reached, even if nothing is there yet.
        """
        if self._used(lane):
            return self._tables[lane].records(self.generation)
        self._tables[lane].exists(self.generation)
        return {}

    def write(self, lane: Lane, rows: Sequence[Row], removed: Iterable[str]) -> None:
        """Write under the writer lock; never a new table where an old one went missing."""
        self._used(lane)
        self._tables[lane].write(self.generation, rows, removed)

    def step_back(self, lane: Lane) -> bool:
        """Leave versions that a bad disk damaged, under the writer lock; whether there were any.

        Raises:
            StoreError: no version is whole.
        """
        return "://" not in self._uri and self._tables[lane].step_back(self.generation)

    def erase(self, lane: Lane, ids: Sequence[str]) -> None:
        """Take rows out with every byte of them, under the writer lock."""
        self._tables[lane].erase(self.generation, ids)

    def drop(self) -> None:
        """Take both tables away, whatever state they are in."""
        for table in self._tables.values():
            table.drop()

    def needs_folding(self, lane: Lane) -> bool:
        return self._tables[lane].needs_folding(self.generation)

    def fold(self, lane: Lane, *, index_vectors: bool = False) -> None:
        self._tables[lane].fold(self.generation, index_vectors=index_vectors)

    def _used(self, lane: Lane) -> bool:
        """Whether the table is to be read: not before the first flush.

        Raises:
            StoreError: rows were flushed and the table is not there.
        """
        table = "turns" if lane is Lane.TURN else "memories"
        flushed = self._database.rows(
            f"SELECT EXISTS (SELECT 1 FROM {table} r WHERE NOT EXISTS"
            " (SELECT 1 FROM outbox o WHERE o.lane = ? AND o.id = r.id))",
            (lane,),
        )
        if not flushed[0][0]:
            return False
        if not self._tables[lane].exists(self.generation):
            raise StoreError(
                f"the search tables in {self._uri} are gone, or another memory's",
                hint="`memcli doctor --fix` rebuilds them from the ledger",
            )
        return True
