"""The shape of the Lance tables and records as their rows; knows no table and no query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from memcli import codec
from memcli.records import Lane, Memory, Turn
from memcli.store.filters import event_micros, micros
from memcli.terms import terms

if TYPE_CHECKING:
    from memcli.ports import Vectors

ArrowTable: TypeAlias = Any
"""A ``pyarrow.Table``; the library carries no types."""

GENERATION: Final = b"memcli.generation"
"""Key of the schema's metadata that tells which embedding of the ledger a table holds."""

_COMMON: Final[Mapping[str, str]] = {"id": "text", "text": "text", "terms": "text", "record": "text"}
_OWN: Final[Mapping[Lane, Mapping[str, str]]] = {
    Lane.TURN: {
        "session": "text",
        "position": "whole",
        "speaker": "text",
        "role": "text",
        "origin": "text",
        "at_us": "whole",
    },
    Lane.MEMORY: {
        "kind": "text",
        "status": "text",
        "about": "text",
        "trust": "text",
        "pinned": "flag",
        "tags": "list",
        "created_us": "whole",
        "event_us": "whole",
        "valid_from_us": "whole",
        "valid_to_us": "whole",
    },
}


@dataclass(frozen=True, slots=True)
class Row:
    """A record with its vector, as it goes into a table."""

    record: Turn | Memory
    vector: Vectors


def to_arrow(lane: Lane, rows: Sequence[Row], generation: str) -> ArrowTable:
    """Rows as an Arrow table: plain columns to filter by, index terms, the whole record as JSON, the vector."""
    import numpy as np
    import pyarrow as pa

    types = {"text": pa.string(), "whole": pa.int64(), "list": pa.list_(pa.string()), "flag": pa.bool_()}
    schema = pa.schema([(name, types[kind]) for name, kind in {**_COMMON, **_OWN[lane]}.items()])
    table = pa.Table.from_pylist([_columns(row.record) for row in rows], schema=schema)
    matrix = np.stack([row.vector for row in rows]).astype(np.float32, copy=False)
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(matrix.reshape(-1)), matrix.shape[1])
    return table.append_column("vector", vectors).replace_schema_metadata({GENERATION: generation.encode()})


def matrix_of(column: ArrowTable) -> Vectors:
    """A vector column as an array of shape (rows, dimensions)."""
    flat: Vectors = column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return flat.reshape(len(column), -1)


def _columns(record: Turn | Memory) -> dict[str, object]:
    values = codec.encode(record) | {"terms": " ".join(terms(record.text)), "record": codec.dumps(record)}
    if isinstance(record, Turn):
        return values | {"at_us": micros(record.at)}
    return values | {
        "created_us": micros(record.created_at),
        "event_us": event_micros(record),
        "valid_from_us": record.valid_from and micros(record.valid_from),
        "valid_to_us": record.valid_to and micros(record.valid_to),
    }


def vectors_in(dataset: Any, condition: str) -> dict[str, Vectors]:  # noqa: ANN401 -- Lance carries no types
    """The vectors of a dataset's rows that meet a condition, by id."""
    rows = dataset.to_table(columns=["id", "vector"], filter=condition)
    return dict(zip(rows["id"].to_pylist(), matrix_of(rows["vector"]), strict=True)) if len(rows) else {}


def texts_and_vectors_in(dataset: Any, condition: str) -> dict[str, tuple[str, Vectors]]:  # noqa: ANN401 -- likewise
    """Likewise, with their texts."""
    rows = dataset.to_table(columns=["id", "text", "vector"], filter=condition)
    if not len(rows):
        return {}
    pairs = zip(rows["text"].to_pylist(), matrix_of(rows["vector"]), strict=True)
    return dict(zip(rows["id"].to_pylist(), pairs, strict=True))
