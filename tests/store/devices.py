"""Devices that share a memory: each a real store in a home of its own, changed at random, merged, compared."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from memcli_plugins.archive import Archive

from memcli.config import Settings
from memcli.ingest import Everything
from memcli.merging import Merged
from memcli.paths import Home
from memcli.ports import FixedClock
from memcli.records import Change, Filter, Kind, Memory, Op, Role, Status, Turn, stable_id
from memcli.store import Store
from memcli.store.backup import copy_ledger
from memcli.update import Act
from memcli.update.edits import birth, inverse, linked, reinforced, revised
from tests.store.conftest import START, WordEmbedder

ALL = Filter(statuses=tuple(Status))
VERBS = ("say", "add", "edit", "tag", "pin", "rate", "archive", "remove", "undo", "recall", "link", "unlink")


@dataclass(frozen=True)
class Deed:
    """Something done on a device: what, to which of its memories, with which value, at which minute."""

    verb: str
    which: int
    value: int
    minute: int


def deeds(minutes: st.SearchStrategy[int] | None = None, most: int = 6) -> st.SearchStrategy[list[Deed]]:
    """What is done on one device."""
    small = st.integers(0, 5)
    one = st.builds(Deed, st.sampled_from(VERBS), small, small, minutes or st.integers(0, 9))
    return st.lists(one, max_size=most)


@dataclass
class Device:
    """One home. What is done is named after the device, so that a failure can be read."""

    root: Path
    name: str
    store: Store = field(init=False)
    done: int = 0
    copies: int = 0

    def __post_init__(self) -> None:
        settings = Settings(home=Home(root=self.root / self.name, models=self.root / "models"))
        self.store = Store.open(settings, WordEmbedder, FixedClock(START))

    def twin(self, name: str) -> Device:
        """Another device with the same memory."""
        other = Device(self.root, name)
        if self.store.settings.home.ledger.exists():
            other.store.settings.home.ensure()
            copy_ledger(self.store.settings.home, other.store.settings.home.ledger)
        return other

    def live(self, life: Sequence[Deed]) -> None:
        """Do one thing after the other."""
        for deed in life:
            getattr(self, f"_{deed.verb}")(deed)

    def merge(self, other: Device, *, dry_run: bool = False) -> Merged:
        """Take in what another device has."""
        copied = self.root / f"of-{other.name}"
        copied.mkdir()
        if other.store.settings.home.ledger.exists():
            copy_ledger(other.store.settings.home, copied / "ledger.db")
        try:
            return self.store.merge(copied / "ledger.db", dry_run=dry_run)
        finally:
            shutil.rmtree(copied)

    def archive(self) -> bytes:
        """Everything, byte by byte."""
        path = self.root / "archive.memcli"
        Archive().write(path, Everything(self.store), {})
        return path.read_bytes()

    def heads(self) -> dict[str, Memory]:
        """The memories as they are; those of conflicts left out, and the numbers of their revisions."""
        found = {memory.id: memory for memory in self.store.list_memories(ALL, limit=1_000)}
        return {i: replace(m, revision=0) for i, m in found.items() if m.status is not Status.QUARANTINED}

    def close(self) -> None:
        """Let go of the files."""
        self.store.close()

    def _act(self, deed: Deed) -> Act:
        self.done += 1
        return Act(stable_id("b", self.name, str(self.done)), self._at(deed), self.name)

    def _at(self, deed: Deed) -> datetime:
        return START + timedelta(minutes=deed.minute)

    def _commit(self, change: Change) -> None:
        self.store.commit([replace(change, id=stable_id("c", self.name, str(self.done)))])

    def _revise(self, deed: Deed, op: Op = Op.UPDATE, **values: Any) -> None:
        here = self.store.list_memories(ALL, limit=1_000)
        if here:
            memory = here[deed.which % len(here)]
            self._commit(revised(memory, replace(memory, **values), self._act(deed), op))

    def _say(self, deed: Deed) -> None:
        session, self.done = f"s{deed.which % 2}", self.done + 1
        last = self.store.session_turns(session)
        turn = Turn(
            id=stable_id("t", self.name, str(self.done)),
            session=session,
            position=last[-1].position + 1 if last else 0,
            role=Role.USER,
            speaker="ann",
            text=f"words {deed.value}",
            at=self._at(deed),
        )
        self.store.add_turns([turn])

    def _add(self, deed: Deed) -> None:
        act = self._act(deed)
        memory_id = stable_id("m", self.name, str(self.done))
        memory = Memory(memory_id, f"text {deed.value}", Kind.SEMANTIC, act.at, act.at)
        self._commit(birth(memory, act))

    def _edit(self, deed: Deed) -> None:
        self._revise(deed, text=f"text {deed.value}")

    def _tag(self, deed: Deed) -> None:
        self._revise(deed, Op.TAG, tags=(f"tag{deed.value}",))

    def _pin(self, deed: Deed) -> None:
        self._revise(deed, Op.PIN, pinned=bool(deed.value % 2))

    def _rate(self, deed: Deed) -> None:
        self._revise(deed, importance=deed.value / 5)

    def _archive(self, deed: Deed) -> None:
        self._revise(deed, Op.ARCHIVE, status=Status.ARCHIVED)

    def _recall(self, deed: Deed) -> None:
        here = self.store.list_memories(ALL, limit=1_000)
        if here:
            self._commit(reinforced(here[deed.which % len(here)], self._act(deed), 1.0 + deed.value))

    def _remove(self, deed: Deed) -> None:
        here = self.store.list_memories(ALL, limit=1_000)
        if here:
            memory = here[deed.which % len(here)]
            act = self._act(deed)
            self._commit(Change("", act.batch, act.at, act.actor, Op.DELETE, memory.id, memory, None))

    def _undo(self, deed: Deed) -> None:
        """Take back the last change of a memory, a removal too."""
        log = self.store.log(limit=deed.which + 1)
        if log:
            change = self.store.history(log[-1].memory_id)[-1]
            head = self.store.memories_by_id([change.memory_id]).get(change.memory_id)
            if change.op not in (Op.LINK, Op.UNLINK):
                self._commit(inverse(change, head, self._act(deed)))

    def _link(self, deed: Deed) -> None:
        here = self.store.list_memories(ALL, limit=1_000)
        if len(here) > 1:
            pair = here[deed.which % len(here)], here[(deed.which + 1) % len(here)]
            self._commit(linked(*pair, "related", self._act(deed), weight=deed.value / 5))

    def _unlink(self, deed: Deed) -> None:
        for memory in self.store.list_memories(ALL, limit=1_000)[: deed.which + 1]:
            for link in self.store.links(memory.id):
                ends = self.store.memories_by_id([link.source, link.target])
                pair = ends[link.source], ends[link.target]
                self._commit(linked(*pair, link.relation, self._act(deed), op=Op.UNLINK))
                return
