"""What search, importers, exporters and progress bars fulfil: how records come in and go out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from memcli.records import Change, Filter, Hit, Link, Mark, Memory, RankerState, Taught, Turn


class Searcher(Protocol):
    """From a question to ranked hits, and from hits to what fits before the model."""

    def search(self, query: str, where: Filter, k: int, now: datetime) -> list[Hit]:
        """The ``k`` best hits of both lanes in one list, best first."""

    def pack(
        self, question: str, hits: Sequence[Hit], tokens: int, count_tokens: Callable[[str], int]
    ) -> list[Hit]:
        """The hits that fit into ``tokens``, chronological, near-duplicates collapsed."""

    def learn(self, since: datetime | None) -> Taught:
        """Learn from what the answers since a time cited; takes the place of what was learned before."""

    def state(self) -> RankerState:
        """How it ranks now."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an importer yields: turns, and memories where the format has them.

    ``learn`` is whether the turns are to be read for memories; replies that were not chosen, for one, are not.
    ``changes`` are the memories' history, where the format keeps it: oldest first, before the memories themselves.
    With ``placed`` the format tells the places of turns and changes too, as ``marks`` that come after all else.
    """

    turns: tuple[Turn, ...] = ()
    memories: tuple[Memory, ...] = ()
    links: tuple[Link, ...] = ()
    learn: bool = True
    changes: tuple[Change, ...] = ()
    marks: tuple[Mark, ...] = ()
    placed: bool = False


class Importer(Protocol):
    """Reads one foreign format; yields small batches so that a large file never sits in memory."""

    @property
    def name(self) -> str: ...

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Imported]:
        """Raises BadInputError where the file is not what it should be."""


class Exporter(Protocol):
    """Writes one foreign format from the records."""

    @property
    def name(self) -> str: ...

    def write(self, path: Path, records: Exportable, options: Mapping[str, str]) -> int:
        """The number of records written."""


class Exportable(Protocol):
    """What an exporter may read, as streams."""

    def turns(self) -> Iterator[Turn]: ...

    def memories(self) -> Iterator[Memory]: ...

    def links(self) -> Iterator[Link]: ...

    def changes(self) -> Iterator[Change]:
        """The history of all memories, oldest first."""

    def marks(self) -> Iterator[Mark]:
        """What merging needs beside the records, of those that are told."""


class Progress(Protocol):
    """Where long work reports to; a bar in a terminal, silence in a pipe."""

    def start(self, what: str, total: int | None) -> None: ...

    def advance(self, step: int = 1) -> None: ...

    def done(self) -> None: ...


@dataclass(slots=True)
class SilentProgress:
    """Reports to nobody; counts, so that a test can ask."""

    advanced: int = field(default=0)

    def start(self, what: str, total: int | None) -> None:
        self.advanced = 0

    def advance(self, step: int = 1) -> None:
        self.advanced += step

    def done(self) -> None:
        return
