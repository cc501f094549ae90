"""The embedder as the store uses it: made when first needed, and the same one for the whole store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from memcli.errors import StoreError
from memcli.store import ledger

if TYPE_CHECKING:
    from memcli.ports import Embedder, Vectors
    from memcli.store.database import Database
    from memcli.store.outbox import Waiting


class Embedding:
    """Vectors for rows, from the one embedder whose vectors the store holds."""

    def __init__(self, make: Callable[[], Embedder], database: Database) -> None:
        self._make = make
        self._database = database
        self._embedder: Embedder | None = None

    def embedder(self) -> Embedder:
        """The embedder.

        Raises:
            ModelMissingError: its file is absent or damaged.
        """
        if self._embedder is None:
            self._embedder = self._make()
        return self._embedder

    def use(self, embedder: Embedder) -> None:
        """Embed with this one from now on."""
        self._embedder = embedder

    def check(self, *, claim: bool) -> None:
        """Raise StoreError where the store's vectors are another embedder's; claim a store that has none yet."""
        embedder = self.embedder()
        ledger.check_embedder(self._database, embedder.name, embedder.dimensions, claim=claim)

    def check_query(self, vector: Vectors) -> None:
        """Raise StoreError where a vector cannot be compared with the store's."""
        dimensions = self.embedder().dimensions
        if vector.shape != (dimensions,):
            raise StoreError(f"a query vector must have the shape ({dimensions},), not {vector.shape}")
        self.check(claim=False)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row per text."""
        return self.embedder().embed(texts)

    def fill(self, rows: Sequence[Waiting]) -> list[Waiting]:
        """Give rows their vectors; those that had none are returned."""
        lacking = [row for row in rows if row.vector is None and row.record is not None]
        if lacking:
            vectors = self.embed([row.record.text for row in lacking if row.record is not None])
            for row, vector in zip(lacking, vectors, strict=True):
                row.vector = vector
        return lacking
