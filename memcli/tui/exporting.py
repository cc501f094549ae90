"""Writing some memories to a file, with the turns they are from and the links between them; knows no screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from memcli import hooks
from memcli.errors import StoreError
from memcli.paths import PRIVATE_DIR, PRIVATE_FILE
from memcli.ports import MemoryStore
from memcli.records import Change, Link, Mark, Memory, Turn


@dataclass(frozen=True, slots=True)
class Selection:
    """``ports.Exportable`` for some memories."""

    store: MemoryStore
    chosen: Sequence[Memory]

    def turns(self) -> Iterator[Turn]:
        ids = dict.fromkeys(turn for memory in self.chosen for turn in memory.sources)
        yield from self.store.turns_by_id(list(ids)).values()

    def memories(self) -> Iterator[Memory]:
        yield from self.chosen

    def links(self) -> Iterator[Link]:
        ids = {memory.id for memory in self.chosen}
        for memory in self.chosen:
            for link in self.store.links(memory.id):
                if link.source == memory.id and link.target in ids:
                    yield link

    def changes(self) -> Iterator[Change]:
        for memory in self.chosen:
            yield from self.store.history(memory.id)

    def marks(self) -> Iterator[Mark]:
        yield from ()


def export(store: MemoryStore, chosen: Sequence[Memory], name: str) -> int:
    """The number of records written; the name's ending says in which format.

    Raises:
        StoreError: the file cannot be written, or is there already.
    """
    path = Path(name).expanduser()
    folder = name.endswith("/")
    format_ = "markdown" if folder else "csv" if path.suffix == ".csv" else "jsonl"
    try:
        if folder:
            path.mkdir(mode=PRIVATE_DIR)
        else:
            path.touch(mode=PRIVATE_FILE, exist_ok=False)
        return hooks.exporter(format_).write(path, Selection(store, chosen), {})
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}", hint="choose another name") from error
