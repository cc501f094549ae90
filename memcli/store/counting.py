"""How much the store holds, for people; knows where its files are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from memcli.records import Status, StoreStats
from memcli.store.ledger import made_with
from memcli.store.migrations import SCHEMA_VERSION

if TYPE_CHECKING:
    from memcli.store.database import Database
    from memcli.store.outbox import Outbox


@dataclass(frozen=True, slots=True)
class Counting:
    """Counts and sizes."""

    database: Database
    outbox: Outbox
    uri: str
    ledger: Path

    def stats(self) -> StoreStats:
        memories = dict(self.database.rows("SELECT status, COUNT(*) FROM memories GROUP BY status"))
        return StoreStats(
            turns=self._count("turns"),
            sessions=self._count("(SELECT DISTINCT session FROM turns)"),
            memories={status.value: memories.get(status.value, 0) for status in Status},
            links=self._count("links"),
            changes=self._count("changes"),
            pending=self.outbox.size(),
            ledger_bytes=sum(_bytes(self.ledger.with_name(self.ledger.name + end)) for end in ("", "-wal")),
            lance_bytes=sum(_bytes(file) for file in Path(self.uri).rglob("*")) if "://" not in self.uri else 0,
            schema_version=SCHEMA_VERSION,
            embedder=made_with(self.database),
        )

    def _count(self, table: str) -> int:
        return int(self.database.rows(f"SELECT COUNT(*) FROM {table}")[0][0])


def _bytes(file: Path) -> int:
    """Files may vanish while they are counted."""
    try:
        return file.stat().st_size if file.is_file() else 0
    except OSError:
        return 0
