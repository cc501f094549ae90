"""Counts of what a filter keeps, for whoever browses: by kind, status, trust, tag, and by day, month, year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from memcli.records import Facets, Filter
from memcli.store.filters import memory_sql

if TYPE_CHECKING:
    from memcli.store.database import Database

_BY: Final = {"kinds": "m.kind", "statuses": "m.status", "trusts": "json_extract(m.record, '$.trust')"}
_LENGTHS: Final = {"year": 4, "month": 7, "day": 10}
"""How much of 2026-03-02 names each unit of time."""


@dataclass(frozen=True, slots=True)
class Browsing:
    """Counts over the ledger; ``known_at`` is not seen to."""

    database: Database

    def facets(self, where: Filter, tags: int) -> Facets:
        condition, values = memory_sql(where)
        counts = {
            name: dict(
                self._grouped(f"SELECT {key}, COUNT(*) FROM memories m WHERE {condition} GROUP BY 1", values)
            )
            for name, key in _BY.items()
        }
        tagged = self._grouped(
            f"SELECT t.value, COUNT(*) FROM memories m, json_each(m.record, '$.tags') t WHERE {condition}"
            " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
            [*values, tags],
        )
        return Facets(total=sum(counts["kinds"].values()), tags=dict(tagged), **counts)

    def periods(self, where: Filter, unit: str, now: datetime) -> list[tuple[str, int]]:
        """SQLite knows UTC only, hence the shift to the clock of the user."""
        condition, values = memory_sql(where)
        shift = (now.utcoffset() or timedelta()) // timedelta(microseconds=1)
        name = f"substr(date((m.event_us + ?) / 1000000, 'unixepoch'), 1, {_LENGTHS[unit]})"
        return self._grouped(
            f"SELECT {name}, COUNT(*) FROM memories m WHERE {condition} GROUP BY 1 ORDER BY 1 DESC",
            [shift, *values],
        )

    def _grouped(self, sql: str, values: list[object]) -> list[tuple[str, int]]:
        return [(str(name), int(count)) for name, count in self.database.rows(sql, values)]
