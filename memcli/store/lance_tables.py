"""A lane's Lance table: rows with their vectors and full-text index; knows no ledger and no embedder.

LanceDB writes; reads go through Lance's own module, which finds the same rows as fast and imports in a tenth
of the time. Both are imported when a table is first touched. The caller holds the writer lock for writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from memcli.errors import StoreError
from memcli.paths import PRIVATE_DIR
from memcli.records import Lane, Scored
from memcli.store.border import REBUILD, lance_border
from memcli.store.filters import among
from memcli.store.lance_rows import GENERATION, Row, texts_and_vectors_in, to_arrow, vectors_in

if TYPE_CHECKING:
    from memcli.ports import Vectors

T = TypeVar("T")
Dataset: TypeAlias = Any
"""A ``lance.LanceDataset``; the library carries no types."""
Table: TypeAlias = Any
"""A ``lancedb`` table; likewise."""

NAMES: Final[Mapping[Lane, str]] = {Lane.TURN: "turns", Lane.MEMORY: "memories"}
_FULL_FRAGMENT: Final = 20_000
_SMALL_FRAGMENTS: Final = 8
INDEX_FROM_ROWS: Final = 50_000
_SCAN_ROWS: Final = 4_096
_IDS_AT_ONCE: Final = 1_000
_PASSING: Final = ("permission denied", "too many open files", "cannot allocate")
"""What keeps a file from being read and is no damage to it."""
_ANY: Final = "memory"
"""A word to ask the index for: it need not be there."""
_TWO: Final = 2
"""Versions: the damaged one and one before it."""


@dataclass(frozen=True, slots=True)
class Match:
    """A row found by full text: its index terms, for scoring with the ledger's counts."""

    id: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where tables are: a folder or any URI that LanceDB takes, and what its object store needs to be told.

    ``options`` are Lance's storage options, such as ``endpoint`` and ``region``; credentials may also come from
    the environment, as the object store's own tools read them.
    """

    uri: str
    options: tuple[tuple[str, str], ...] = ()

    @property
    def told(self) -> dict[str, str] | None:
        """The options as Lance takes them."""
        return dict(self.options) or None


class LanceTable:
    """One lane's table at a place; a table of another generation counts as absent and is replaced."""

    def __init__(self, place: Place, lane: Lane) -> None:
        self._uri = place.uri
        self._options = place.told
        self._lane = lane
        self._open: Dataset = None

    @property
    def path(self) -> str:
        """Where LanceDB keeps the table."""
        return f"{self._uri.rstrip('/')}/{NAMES[self._lane]}.lance"

    def exists(self, generation: str) -> bool:
        """Whether the table is there and of this generation."""
        with lance_border(self._uri):
            return self._dataset(generation) is not None

    def nearest(self, generation: str, vector: Vectors, k: int, condition: str | None) -> list[Scored]:
        """The ``k`` rows of highest dot product with ``vector`` that meet the condition, best first.

        Of normalised vectors that is the cosine; unlike Lance's own cosine it is defined for a text without words.
        """

        def read(dataset: Dataset) -> list[Scored]:
            found = dataset.to_table(
                columns=["id", "_distance"],
                nearest={"column": "vector", "q": vector, "k": k, "metric": "dot", "refine_factor": 2},
                filter=condition,
                prefilter=True,
                batch_size=_SCAN_ROWS,
            )
            pairs = zip(found["id"].to_pylist(), found["_distance"].to_pylist(), strict=True)
            return [Scored(row_id, 1.0 - distance) for row_id, distance in pairs]

        return self._read(generation, read, [])

    def matching(self, generation: str, query: str, k: int, condition: str | None) -> list[Match]:
        """The ``k`` rows of highest full-text score that meet the condition."""

        def read(dataset: Dataset) -> list[Match]:
            found = dataset.to_table(
                columns=["id", "terms", "_score"],
                full_text_query={"columns": ["terms"], "query": query},
                limit=k,
                filter=condition,
                prefilter=True,
            )
            pairs = zip(found["id"].to_pylist(), found["terms"].to_pylist(), strict=True)
            return [Match(row_id, tuple(text.split())) for row_id, text in pairs]

        return self._read(generation, read, [])

    def vectors(self, generation: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of the rows that are there."""
        found: dict[str, Vectors] = {}
        none: dict[str, Vectors] = {}
        for start in range(0, len(ids), _IDS_AT_ONCE):
            condition = among("id", ids[start : start + _IDS_AT_ONCE])
            found |= self._read(generation, partial(vectors_in, condition=condition), none)
        return found

    def texts_and_vectors(self, generation: str, ids: Sequence[str]) -> dict[str, tuple[str, Vectors]]:
        """Text and vector of the rows that are there; reading the texts too takes twice as long."""
        found: dict[str, tuple[str, Vectors]] = {}
        none: dict[str, tuple[str, Vectors]] = {}
        for start in range(0, len(ids), _IDS_AT_ONCE):
            condition = among("id", ids[start : start + _IDS_AT_ONCE])
            found |= self._read(generation, partial(texts_and_vectors_in, condition=condition), none)
        return found

    def records(self, generation: str) -> dict[str, list[str]]:
        """The JSON of every row by id; a list, so that a duplicate would show."""

        def read(dataset: Dataset) -> dict[str, list[str]]:
            rows = dataset.to_table(columns=["id", "record"])
            found: dict[str, list[str]] = {}
            for row_id, record in zip(rows["id"].to_pylist(), rows["record"].to_pylist(), strict=True):
                found.setdefault(row_id, []).append(record)
            return found

        return self._read(generation, read, {})

    def write(self, generation: str, rows: Sequence[Row], removed: Iterable[str]) -> None:
        """Put rows by id in one version, replacing those that are there; take removed ids out."""
        with lance_border(self._uri):
            table = self._for_writing(generation, rows)
            if table is None:
                return
            gone = list(removed)
            for start in range(0, len(gone), _IDS_AT_ONCE):
                table.delete(among("id", gone[start : start + _IDS_AT_ONCE]))
            if rows:
                merge = table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
                merge.execute(to_arrow(self._lane, rows, generation))
                self._prove(generation, [row.record.id for row in rows])

    def erase(self, generation: str, ids: Sequence[str]) -> None:
        """Take rows out with every byte of them: vectors, index entries, old versions, what crashes left behind.

        Deleting alone leaves all of that. A table of another generation goes altogether: nobody reads it. By id
        only, since what is deleted by is written down in the table's transactions.
        """
        import lance

        with lance_border(self._uri):
            dataset = self._own(generation)
            if dataset is None:
                self._drop_what_is_left()
                return
            for start in range(0, len(ids), _IDS_AT_ONCE):
                dataset.delete(among("id", ids[start : start + _IDS_AT_ONCE]))
            dataset = self._own(generation)
            dataset.optimize.compact_files(
                target_rows_per_fragment=_FULL_FRAGMENT, materialize_deletions_threshold=0.0
            )
            dataset.optimize.optimize_indices()
            # A killed purge may have folded the rows already: then nothing is left to optimise, and the word index
            # would keep their words. Made anew from the rows, it cannot.
            _index_words(self._connect().open_table(NAMES[self._lane]))
            latest = lance.dataset(self.path, storage_options=self._options)
            latest.cleanup_old_versions(timedelta(0), delete_unverified=True)
            self._sweep()
            self._open = None

    def _connect(self) -> Any:  # noqa: ANN401 -- the library carries no types
        import lancedb

        return lancedb.connect(self._uri, storage_options=self._options)

    def _sweep(self) -> None:
        """Take away what a killed writer was about to write: Lance's own cleaning does not know these files."""
        if "://" not in self._uri:
            for file in Path(self.path).rglob(".tmp*"):
                file.unlink(missing_ok=True)

    def _drop_what_is_left(self) -> None:
        if "://" in self._uri or Path(self.path).exists():
            self.drop()

    def drop(self) -> None:
        """Take the table away, damaged or not."""
        with lance_border(self._uri):
            self._open = None
            self._connect().drop_table(NAMES[self._lane], ignore_missing=True)

    def needs_folding(self, generation: str) -> bool:
        """Whether small writes have piled up enough to slow a search."""
        with lance_border(self._uri):
            dataset = self._dataset(generation)
            if dataset is None:
                return False
            small = sum(fragment.count_rows() < _FULL_FRAGMENT for fragment in dataset.get_fragments())
            return int(small) > _SMALL_FRAGMENTS

    def fold(self, generation: str, *, index_vectors: bool = False) -> None:
        """Fold small files, bring indexes up to date, drop old versions and what crashes left behind.

        ``delete_unverified`` would destroy the table if anybody wrote meanwhile: hence the writer lock.

        Args:
            generation: of the table.
            index_vectors: also make a vector index where rows are many and none is there. Below that a scan is as
                fast and exact; making one takes a minute or two, after which folding keeps it up to date.
        """
        with lance_border(self._uri):
            dataset = self._own(generation)
            if dataset is None:
                return
            if index_vectors and dataset.count_rows() >= INDEX_FROM_ROWS:
                self._index_vectors()
                dataset = self._own(generation)
            dataset.optimize.compact_files(target_rows_per_fragment=_FULL_FRAGMENT)
            dataset.optimize.optimize_indices()
            self._open = None
            self._prove(generation)
            self._own(generation).cleanup_old_versions(timedelta(0), delete_unverified=True)
            self._open = None

    def _prove(self, generation: str, ids: Sequence[str] = ()) -> None:
        """Read what was written, these rows or all, before what it replaces goes.

        A disk can refuse a part of a file and Lance commit it all the same.
        """
        dataset = self._dataset(generation)
        for start in range(0, max(1, len(ids)), _IDS_AT_ONCE):
            condition = among("id", ids[start : start + _IDS_AT_ONCE]) if ids else None
            for _ in dataset.to_batches(filter=condition, batch_size=_SCAN_ROWS):
                pass
        asked = {"columns": ["terms"], "query": _ANY}
        dataset.to_table(columns=["id", "_score"], full_text_query=asked, limit=1)

    def step_back(self, generation: str) -> bool:
        """Go back to the newest version that can be read whole, on this machine; whether anything was wrong.

        Raises:
            StoreError: there is no such version.
        """
        with lance_border(self._uri):
            broken = 0
            while not self._is_whole(generation):
                self._open = None
                broken += 1
                if broken == 1 and self._remade_words(generation):
                    continue
                versions = sorted(Path(self.path).glob("_versions/*.manifest"))  # the newest is called first
                if len(versions) < _TWO:
                    raise StoreError(f"the search tables in {self._uri} cannot be read", hint=REBUILD)
                versions[0].unlink()
                (Path(self.path) / "_versions" / "latest_version_hint.json").unlink(missing_ok=True)
            return broken > 0

    def _remade_words(self, generation: str) -> bool:
        """Make the word index anew, which may be all that is damaged; whether it could be made."""
        try:
            if self._dataset(generation) is None:
                return False
            _index_words(self._connect().open_table(NAMES[self._lane]))
        except (OSError, RuntimeError, ValueError):
            return False
        self._open = None
        return True

    def _is_whole(self, generation: str) -> bool:
        try:
            if self._dataset(generation) is not None:
                self._prove(generation)
        except (OSError, RuntimeError, ValueError) as error:
            if any(word in str(error).lower() for word in _PASSING):
                raise
            return False
        return True

    def _index_vectors(self) -> None:
        """HNSW over scalar-quantised vectors, which keeps recall where product quantisation loses it."""
        from lancedb.index import HnswSq

        table = self._connect().open_table(NAMES[self._lane])
        if "vector" not in {column for index in table.list_indices() for column in index.columns}:
            table.create_index("vector", config=HnswSq(distance_type="dot", num_partitions=1))

    def _read(self, generation: str, read: Callable[[Dataset], T], nothing: T) -> T:
        """Read; once more from the latest version if a writer cleaned this one away meanwhile."""
        with lance_border(self._uri):
            dataset = self._dataset(generation)
            if dataset is None:
                return nothing
            try:
                return read(dataset)
            except (OSError, RuntimeError, ValueError):
                self._open = None
                dataset = self._dataset(generation)
                return nothing if dataset is None else read(dataset)

    def _dataset(self, generation: str) -> Dataset:
        """The latest version, or None where there is no table of this generation."""
        latest = self._latest()
        metadata = {} if latest is None else latest.schema.metadata or {}
        return latest if metadata.get(GENERATION) == generation.encode() else None

    def _own(self, generation: str) -> Dataset:
        """The latest version by a handle that no reader holds: while one changes, Lance refuses to read by it."""
        import lance

        shared = self._dataset(generation)
        return None if shared is None else lance.dataset(self.path, storage_options=self._options)

    def _latest(self) -> Dataset:
        """The latest version, or None where there is no table. Other threads may close what was open."""
        import lance

        latest = self._open
        try:
            if latest is None or latest.latest_version != latest.version:
                latest = self._open = lance.dataset(self.path, storage_options=self._options)
        except (OSError, ValueError) as error:
            self._open = None
            if "not found" not in str(error).lower():
                raise
            return None
        return latest

    def _for_writing(self, generation: str, rows: Sequence[Row]) -> Table | None:
        """The table to write to; made, or made anew for a new generation, in the shape of the rows."""
        there = self._dataset(generation) is not None
        if not there and not rows:
            return None
        _make_private(self._uri)
        connection = self._connect()
        if there:
            table = connection.open_table(NAMES[self._lane])
            if not table.list_indices():  # a crash came between making the table and its index
                _index_words(table)
            return table
        mode = "create" if self._latest() is None else "overwrite"
        empty = to_arrow(self._lane, rows[:1], generation).slice(0, 0)
        table = connection.create_table(NAMES[self._lane], empty, mode=mode)
        _index_words(table)
        return table


def _index_words(table: Table) -> None:
    """Full text over the terms, which were folded and stemmed before: the index must not do it in its own way."""
    from lancedb.index import FTS

    plain = FTS(
        base_tokenizer="whitespace",
        lower_case=False,
        stem=False,
        remove_stop_words=False,
        ascii_folding=False,
        max_token_length=None,
    )
    table.create_index("terms", config=plain)


def _make_private(uri: str) -> None:
    """Let only the user enter a local directory of tables: Lance asks nobody for its files' modes."""
    if "://" not in uri:
        directory = Path(uri)
        directory.mkdir(mode=PRIVATE_DIR, parents=True, exist_ok=True)
        directory.chmod(PRIVATE_DIR)
