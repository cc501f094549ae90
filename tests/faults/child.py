"""A process that writes at random until it is killed; each acknowledged write goes to a file first thing.

Run as ``python child.py HOME SEED``; prints ``ready`` when the loop begins. What ``os.write`` returned from is
in the kernel's hands and outlives the process.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import lancedb  # noqa: F401 -- before "ready": the kills are to hit the writing, not the importing

from memcli import codec
from memcli.config import Settings
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.ports import SystemClock
from memcli.records import Change, Filter, Kind, Lane, Memory, Op, Role, Status, Turn, new_id
from memcli.store import Store

ACKS = "acks.jsonl"
EVERYTHING = Filter(statuses=())
WORDS = "tea coffee cats dogs Rome Bern river garden plays sings Monday summer green black old new".split()


def open_store(home: Path) -> Store:
    """The store under test; it folds and flushes often."""
    settings = Settings(home=Home(root=home, models=home), flush_rows=8)
    return Store.open(settings, lambda: FakeEmbedder(32), SystemClock())


class Writer:
    """Random writes, acknowledged one by one."""

    def __init__(self, home: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.store = open_store(home)
        self.acks = os.open(home / ACKS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def run(self) -> None:
        """Write for ever."""
        steps: list[Callable[[], None]] = [self.add, self.add, self.birth, self.birth, self.edit, self.edit]
        steps += [self.forget, self.remove, self.undo, self.flush, self.flush, self.search]
        while True:
            self.random.choice(steps)()
            if self.random.random() < 0.02:
                self.store.compact()

    def ack(self, record: Turn | Change) -> None:
        """Say that the store returned from this write."""
        os.write(self.acks, (codec.dumps(record) + "\n").encode())

    def text(self) -> str:
        """A few words."""
        return " ".join(self.random.choices(WORDS, k=5))

    def add(self) -> None:
        """Some turns at once."""
        count = self.random.randint(1, 12)
        new = [Turn(new_id("t"), "s1", i, Role.USER, "ann", self.text(), datetime.now(UTC)) for i in range(count)]
        for turn in self.store.add_turns(new):
            self.ack(turn)

    def birth(self) -> None:
        """A new memory."""
        now = datetime.now(UTC)
        self.change(None, Memory(new_id("m"), self.text(), Kind.SEMANTIC, now, now))

    def edit(self) -> None:
        """A new text."""
        if head := self.some_memory():
            self.change(head, replace(head, text=self.text(), revision=head.revision + 1))

    def forget(self) -> None:
        """The same text, archived."""
        if head := self.some_memory():
            self.change(head, replace(head, status=Status.ARCHIVED, revision=head.revision + 1))

    def remove(self) -> None:
        """Gone, but for the history."""
        if head := self.some_memory():
            self.change(head, None)

    def undo(self) -> None:
        """Back to where the last change came from."""
        last = self.store.log(limit=1)
        if not last:
            return
        head = self.store.memories_by_id([last[0].memory_id]).get(last[0].memory_id)
        back = last[0].before
        if back is not None and head is not None:
            back = replace(back, revision=head.revision + 1)
        if back or head:
            self.change(head, back)

    def change(self, before: Memory | None, after: Memory | None) -> None:
        """One change, committed and acknowledged."""
        subject = after or before
        assert subject is not None
        op = Op.ADD if before is None else Op.DELETE if after is None else Op.UPDATE
        made = Change(new_id("c"), new_id("b"), datetime.now(UTC), "user", op, subject.id, before, after)
        self.store.commit([made])
        self.ack(made)

    def some_memory(self) -> Memory | None:
        """Any of the last memories."""
        found = self.store.list_memories(EVERYTHING, limit=20)
        return self.random.choice(found) if found else None

    def flush(self) -> None:
        """Move everything to the tables."""
        self.store.flush(force=True)

    def search(self) -> None:
        """Which embeds what waits, and keeps the vectors."""
        for lane in Lane:
            self.store.nearest(lane, FakeEmbedder(32).embed([self.text()])[0], 5, EVERYTHING)


if __name__ == "__main__":
    writer = Writer(Path(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    writer.run()
