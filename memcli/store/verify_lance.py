"""Traces in one file of Lance's, data or index, whether or not a version names it; looks at every value.

Also a place where rows lie that were deleted: a reader of a file knows nothing of deletions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from memcli.erasure import Traces
from memcli.errors import StoreError
from memcli.store import fst
from memcli.store.border import lance_border
from memcli.store.needles import Needles

if TYPE_CHECKING:
    from pathlib import Path

DECODED: Final = (".lance", ".idx")
Column: TypeAlias = Any
"""A ``pyarrow`` array; the library carries no types."""
_BATCH: Final = 4_096
_LEVELS: Final = 255
_WORDS_FST: Final = "_token_fst_bytes"
_WORDS: Final = "_token"
_CODES: Final = "__sq_code"


@dataclass(slots=True)
class Search:
    """One search of all files; data files first, for the vectors that living rows explain."""

    traces: Traces
    needles: Needles
    living: frozenset[str]
    _explained: set[bytes] = field(default_factory=set)

    def traces_in(self, file: Path) -> Iterator[tuple[str, str]]:
        """(where in the file, what) for each trace.

        Raises:
            StoreError: the file cannot be decoded.
        """
        from lance.file import LanceFileReader

        with lance_border(str(file)):
            reader = LanceFileReader(str(file))
            metadata = reader.metadata().schema.metadata or {}
            for batch in reader.read_all(batch_size=_BATCH).to_batches():
                columns = {name: batch.column(name) for name in batch.schema.names}
                ids = columns["id"].to_pylist() if "id" in columns else []
                yield from self._rows(ids)
                for name, column in columns.items():
                    yield from ((f"column {name}", what) for what in self._column(name, column, ids, metadata))

    def _rows(self, ids: list[str]) -> Iterator[tuple[str, str]]:
        for erased in set(self.traces.ids).intersection(ids):
            yield f"row {erased}", "row"

    def _column(self, name: str, column: Column, ids: list[str], metadata: dict[bytes, bytes]) -> Iterator[str]:
        if name == _CODES:
            yield from self._codes(column, metadata)
        elif name == _WORDS_FST:
            yield from self._words(word for data in column.to_pylist() for word in _key_texts(data))
        elif name == _WORDS:
            yield from self._words(iter(column.to_pylist()))
        elif "float" in str(column.type):
            yield from self._vectors(column, ids)
        elif "string" in str(column.type) and any(self.needles.in_text(text) for text in _texts(column)):
            yield "text"

    def _words(self, words: Iterator[str]) -> Iterator[str]:
        if not self.needles.rare.isdisjoint(words):
            yield "word"

    def _vectors(self, column: Column, ids: list[str]) -> Iterator[str]:
        erased = set(self.traces.vectors)
        if not str(column.type).startswith("fixed_size_list") or not erased:
            return
        flat = column.flatten().to_numpy(zero_copy_only=False).reshape(len(column), -1)
        for number, vector in enumerate(flat):
            if (data := vector.tobytes()) in erased:
                if ids and ids[number] in self.living:
                    self._explained.add(data)
                else:
                    yield "vector"

    def _codes(self, column: Column, metadata: dict[bytes, bytes]) -> Iterator[str]:
        """Vectors quantised to a byte a dimension, between bounds that the index names."""
        import numpy as np

        bounds = json.loads(json.loads(metadata[b"storage_metadata"])[0])["bounds"]
        span = (bounds["end"] - bounds["start"]) or 1.0
        codes = column.flatten().to_numpy(zero_copy_only=False).reshape(len(column), -1).astype(np.int16)
        for data in set(self.traces.vectors) - self._explained:
            vector = np.frombuffer(data, dtype=np.float32)
            if vector.shape[0] != codes.shape[1]:
                continue
            wanted = np.clip((vector - bounds["start"]) / span * _LEVELS, 0, _LEVELS)
            if np.abs(codes - wanted).max(axis=1).min() <= 1:
                yield "vector"


def _key_texts(data: bytes) -> Iterator[str]:
    try:
        yield from (word.decode("utf-8", errors="replace") for word in fst.words(data))
    except ValueError as error:
        raise StoreError(f"its word list cannot be read: {error}") from error


def _texts(column: Column) -> Iterator[str]:
    for value in column.to_pylist():
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (item for item in value if isinstance(item, str))
