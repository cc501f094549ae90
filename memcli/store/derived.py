"""What is kept twice so that it is found fast, against the records it was made from; finds, and makes it anew.

Columns, sources, names and counts in the ledger; vectors and index terms in the Lance tables. None of it is ever
written without its record, so a difference means damage, or somebody's hand in the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from memcli import codec
from memcli.errors import StoreError
from memcli.records import Lane, Memory
from memcli.store import statistics
from memcli.store.rows import PUT_MEMORY, memory_row
from memcli.terms import terms

if TYPE_CHECKING:
    from memcli.ports import Vectors
    from memcli.store.database import Database
    from memcli.store.tables import Tables

_COLUMNS: Final = "id, revision, kind, status, created_us, event_us, valid_from_us, valid_to_us, record"
_SOURCES: Final = "SELECT m.id, s.value FROM memories m, json_each(json_extract(m.record, '$.sources')) s"
_NAMED: Final = (
    "SELECT m.id, n.value FROM memories m,"
    " json_each(entity_keys(json_extract(m.record, '$.text'), json_extract(m.record, '$.about'))) n"
)
_TEXTS: Final = {
    Lane.TURN: "SELECT text FROM turns",
    Lane.MEMORY: "SELECT json_extract(record, '$.text') FROM memories",
}
_NORM: Final = 1e-3
_SAMPLE: Final = 20
_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class Derived:
    """The derived side of a store."""

    database: Database
    tables: Tables

    def problems(self) -> Iterator[str]:
        """What differs from the ledger's own records."""
        for (line,) in self.database.rows("PRAGMA integrity_check"):
            if "index" in line.lower():
                yield f"ledger: {line}"
        yield from self._columns()
        yield from self._pairs("sources", _SOURCES, "SELECT memory, turn FROM memory_sources")
        yield from self._pairs("names", _NAMED, "SELECT memory, entity FROM memory_entities")
        for lane in Lane:
            yield from self._counts(lane)

    def renew(self) -> None:
        """Derive all of it anew from the records, in one transaction; the indexes too."""
        with self.database.writing() as connection:
            connection.execute("REINDEX")
            for (record,) in connection.execute("SELECT record FROM memories").fetchall():
                connection.execute(PUT_MEMORY, memory_row(codec.loads(Memory, record)))
            connection.execute("DELETE FROM memory_sources")
            connection.execute(f"INSERT OR IGNORE INTO memory_sources (memory, turn) {_SOURCES}")
            connection.execute("DELETE FROM memory_entities")
            connection.execute(f"INSERT OR IGNORE INTO memory_entities (memory, entity) {_NAMED}")
            connection.execute("DELETE FROM terms")
            connection.execute("UPDATE lanes SET documents = 0, length = 0")
            for lane, sql in _TEXTS.items():
                statistics.count(connection, lane, add=[row[0] for row in connection.execute(sql).fetchall()])

    def table_problems(self) -> Iterator[str]:
        """Vectors that are no vectors, of every row of the search tables; words that do not find their rows."""
        for lane in Lane:
            try:
                rows = self.tables.texts_and_vectors(lane, list(self.tables.records(lane)))
                yield from _vectors(lane, [(row_id, vector) for row_id, (_, vector) in rows.items()])
                yield from self._words(lane, [(row_id, terms(text)) for row_id, (text, _) in rows.items()])
            except StoreError as error:
                yield f"{lane} table: {error.message}"

    def _words(self, lane: Lane, rows: Sequence[tuple[str, list[str]]]) -> Iterator[str]:
        """A sample over the whole table is searched for: a missing part of an index shows by a row not found."""
        worded = [row for row in rows if row[1]]
        for row_id, words in worded[:: max(1, len(worded) // _SAMPLE)]:
            found = self.tables.matching(lane, " ".join(words[:_WORDS]), len(rows), None)
            if row_id not in {match.id for match in found}:
                yield f"{lane} table: {row_id} is not found by its own words"

    def _columns(self) -> Iterator[str]:
        for row in self.database.rows(f"SELECT {_COLUMNS} FROM memories"):
            if tuple(row[:-1]) != memory_row(codec.loads(Memory, row[-1]))[:-1]:  # older records lack later fields
                yield f"ledger: the columns of {row[0]} are not its record's"

    def _pairs(self, what: str, wanted: str, kept: str) -> Iterator[str]:
        differing = self.database.rows(
            f"SELECT 1 FROM ({wanted} EXCEPT {kept}) UNION ALL SELECT 1 FROM ({kept} EXCEPT {wanted})"
        )
        if differing:
            yield f"ledger: {len(differing)} {what} of memories are not their records'"

    def _counts(self, lane: Lane) -> Iterator[str]:
        wanted: Counter[str] = Counter()
        documents = length = 0
        for (text,) in self.database.rows(_TEXTS[lane]):
            found = terms(text)
            documents, length = documents + 1, length + len(found)
            wanted.update(set(found))
        kept = dict(self.database.rows("SELECT term, documents FROM terms WHERE lane = ?", (lane,)))
        totals = self.database.rows("SELECT documents, length FROM lanes WHERE lane = ?", (lane,))
        if kept != wanted or totals != [(documents, length)]:
            yield f"ledger: the {lane} lane's counts of words are not its texts'"


def _vectors(lane: Lane, rows: Sequence[tuple[str, Vectors]]) -> Iterator[str]:
    import numpy as np

    for row_id, vector in rows:
        norm = float(np.linalg.norm(vector))
        if not (norm == 0 or abs(norm - 1) < _NORM):  # a text without words has none; NaN fails both
            yield f"{lane} table: the vector of {row_id} is none"
    if len({len(vector) for _, vector in rows}) > 1:
        yield f"{lane} table: the vectors have several sizes"
