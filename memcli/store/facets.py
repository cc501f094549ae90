"""Counts of what a filter keeps, for whoever browses: by kind, status, trust, tag, and by day, month, year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from memcli.records import Facets, Filter
from memcli.store.filters import memory_sql

if TYPE_CHECKING:
    from memcli.store.database import Database

_LENGTHS: Final = {"year": 4, "month": 7, "day": 10}
"""How much of 2026-03-02 names each unit of time."""


@dataclass(frozen=True, slots=True)
class Browsing:
    """Counts over the ledger; ``known_at`` is not seen to."""

    database: Database

    def count(self, where: Filter) -> int:
        condition, values = memory_sql(where)
        return int(self.database.rows(f"SELECT COUNT(*) FROM memories m WHERE {condition}", values)[0][0])

    def facets(self, where: Filter, tags: int) -> Facets:
        condition, values = memory_sql(where)
        found = self.database.rows(
            "SELECT m.kind, m.status, json_extract(m.record, '$.trust'), COUNT(*)"
            f" FROM memories m WHERE {condition} GROUP BY 1, 2, 3",
            values,
        )
        tagged = self._grouped(
            f"SELECT t.value, COUNT(*) FROM memories m, json_each(m.record, '$.tags') t WHERE {condition}"
            " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
            [*values, tags],
        )
        kinds, statuses, trusts = (dict.fromkeys(sorted({row[place] for row in found}), 0) for place in range(3))
        for kind, status, trust, number in found:
            kinds[kind] += number
            statuses[status] += number
            trusts[trust] += number
        return Facets(sum(kinds.values()), kinds, statuses, trusts, dict(tagged))

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
