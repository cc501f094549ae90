"""Moves waiting rows from the ledger to the Lance tables, and folds those; idempotent, so a crash is safe."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from memcli.errors import BusyError, StoreError
from memcli.records import FlushReport, Lane
from memcli.store import ledger
from memcli.store.check import Checker
from memcli.store.lance_rows import Row
from memcli.store.lock import PATIENCE
from memcli.store.outbox import put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memcli.ports import Embedder
    from memcli.store.database import Database
    from memcli.store.embedding import Embedding
    from memcli.store.lock import WriterLock
    from memcli.store.outbox import Outbox, Waiting
    from memcli.store.tables import Tables

_BATCH: Final = 1_000


@dataclass(frozen=True, slots=True)
class Flusher:
    """The only writer of the Lance tables."""

    database: Database
    outbox: Outbox
    tables: Tables
    embedding: Embedding
    lock: WriterLock
    enough: int

    def flush(self, *, force: bool) -> FlushReport:
        """Flush everything that waits; without ``force`` only if enough waits and nobody else is at it."""
        waiting = self.outbox.size()
        if not waiting or (not force and waiting < self.enough):
            return FlushReport()
        try:
            with self.lock.held(PATIENCE if force else 0):
                return self._flush()
        except BusyError:
            if force:
                raise
            return FlushReport()

    def compact(self) -> None:
        """Fold, and make what takes too long to be made on the way."""
        with self.lock.held():
            for lane in Lane:
                self.tables.fold(lane, index_vectors=True)

    def reembed(self, embedder: Embedder) -> int:
        """A crash in between leaves rows waiting for the new tables, which the next flush makes."""
        with self.lock.held():
            ledger.start_anew(self.database, embedder.name, embedder.dimensions, secrets.token_hex(4))
            self.tables.drop()
            self.embedding.use(embedder)
            report = self._flush()
            for lane in Lane:
                self.tables.fold(lane)
        return report.turns + report.memories

    def _flush(self) -> FlushReport:
        self.embedding.check(claim=True)
        return FlushReport(turns=self._surely(Lane.TURN), memories=self._surely(Lane.MEMORY))

    def _surely(self, lane: Lane) -> int:
        """Flush; where a bad disk damaged the table, now or before, leave what is damaged and flush once more."""
        try:
            return self._flush_lane(lane)
        except StoreError:
            if not self.tables.step_back(lane):
                raise
            with self.database.writing() as connection:
                put(connection, lane, Checker(self.database, self.tables).differing(lane))
            return self._flush_lane(lane)

    def _flush_lane(self, lane: Lane) -> int:
        moved = 0
        while rows := self.outbox.oldest(lane, limit=_BATCH):
            self._reuse_vectors(lane, rows)
            self.embedding.fill(rows)
            kept = [
                Row(row.record, row.vector) for row in rows if row.record is not None and row.vector is not None
            ]
            self.tables.write(lane, kept, [row.id for row in rows if row.record is None])
            self.outbox.remove(rows)
            moved += len(rows)
        if moved >= _BATCH or (moved and self.tables.needs_folding(lane)):
            self.tables.fold(lane)
        return moved

    def _reuse_vectors(self, lane: Lane, rows: Sequence[Waiting]) -> None:
        """A memory whose text did not change keeps its vector; turns never change."""
        lacking = {row.id: row for row in rows if row.vector is None and row.record is not None}
        if lane is Lane.TURN or not lacking:
            return
        for row_id, (text, vector) in self.tables.texts_and_vectors(lane, list(lacking)).items():
            record = lacking[row_id].record
            if record is not None and record.text == text:
                lacking[row_id].vector = vector
