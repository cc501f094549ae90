"""A memory that reads whatever comes in, and what attacks leave in it: run as a module, it prints both as a table.

``python -m tests.trust.desk`` says per family how many attacks planted something and how many look-alikes waited;
given files of ``tests/data/attacks``' form, it says so of them alone.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from memcli.config import Settings
from memcli.extract import RulesExtractor
from memcli.learn import Learner, Reader
from memcli.models.fake import FakeEmbedder
from memcli.paths import Home
from memcli.ports import FixedClock
from memcli.records import Filter, Memory, Origin, Priority, Role, Status, Turn, Work, new_id
from memcli.store import Store
from tests.trust.attacks import ATTACKS, HARMLESS
from tests.trust.held_out import FIRST, HARMLESS_FIRST, HARMLESS_LAST, LAST, Attack, attack

NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KNOWN: Final = ("I live in Porto.", "I work at the library.", "My dog is called Miso.", "I am allergic to nuts.")
_ROLES: Final = {Origin.DIRECT_USER: Role.USER, Origin.ASSISTANT: Role.ASSISTANT, Origin.RECALLED: Role.ASSISTANT}

Families = Mapping[str, Sequence[Attack]]
TUNED: Final[Families] = {
    family: tuple(Attack(((origin, text),), mark) for origin, text, mark in attacks)
    for family, attacks in ATTACKS.items()
}
Suite = tuple[Families, Sequence[str]]
WRITTEN: Final = Path(__file__).parents[1] / "data" / "attacks"
_ESCAPE: Final = re.compile(r"\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}")


def suite_of(path: Path) -> Suite:
    """A file of tables, each after its "# FAMILY", and of look-alikes after "# harmless"."""
    parts: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        plain = _ESCAPE.sub(lambda code: chr(int(code[0][2:], 16)), line)
        if plain.startswith("# "):
            parts[plain[2:]] = []
        elif plain.strip():
            parts[list(parts)[-1]].append(plain)
    harmless = parts.pop("harmless")
    return {family: tuple(map(attack, lines)) for family, lines in parts.items()}, harmless


SUITES: Final[Mapping[str, Suite]] = {
    "tuned": (TUNED, HARMLESS),
    "held out first": (FIRST, HARMLESS_FIRST),
    "held out last": (LAST, HARMLESS_LAST),
    **{path.stem.replace("_", " "): suite_of(path) for path in sorted(WRITTEN.glob("*.txt"))},
}


class Desk:
    """A memory that knows a few things about Ann, and reads whatever comes in."""

    def __init__(self, home: Path) -> None:
        self.store = Store.open(
            Settings(home=Home(root=home, models=home)), lambda: FakeEmbedder(32), FixedClock(NOW)
        )
        self.learner = Learner(self.store, Reader(RulesExtractor()), FixedClock(NOW), user="ann")
        self.place = 0
        for text in KNOWN:
            self.read(text, Origin.DIRECT_USER)
        self.facts = self.active()

    def read(self, text: str, origin: Origin) -> None:
        """Keep a turn and read it for memories."""
        self.place += 1
        speaker = "ann" if origin is Origin.DIRECT_USER else "memcli" if origin is Origin.ASSISTANT else "page"
        role = _ROLES.get(origin, Role.TOOL)
        turn = Turn(new_id("t"), f"s{self.place}", 0, role, speaker, text, NOW, origin=origin)
        work = Work(turn.id, Priority.NOTE)
        self.store.add_turns([turn], [work])
        self.learner.learn(work)

    def active(self) -> dict[str, Memory]:
        """What is taken for true."""
        return {memory.id: memory for memory in self.store.list_memories(Filter(), limit=10_000)}

    def waiting(self) -> list[Memory]:
        """What was put aside."""
        return self.store.list_memories(Filter(statuses=(Status.QUARANTINED,)), limit=10_000)

    def planted(self, mark: str) -> set[str]:
        """Memories taken for true that bear the mark, and known facts that are no longer."""
        active = self.active()
        lost = {f"lost: {fact.text}" for name, fact in self.facts.items() if name not in active}
        return {memory.id for memory in active.values() if mark in memory.text.lower()} | lost

    def falls_for(self, attack: Attack) -> bool:
        """Whether an attack leaves anything behind that was not there."""
        before = self.planted(attack.mark)
        for origin, text in attack.steps:
            self.read(text, origin)
        return bool(self.planted(attack.mark) - before)

    def puts_aside(self, text: str) -> bool:
        """Whether a document is taken for an attack."""
        before = len(self.waiting())
        self.read(text, Origin.DOCUMENT)
        return len(self.waiting()) > before


def successes(desk: Desk, families: Families) -> dict[str, list[Attack]]:
    """The attacks that got something in, by family; families in which none did are there and empty."""
    return {family: [one for one in attacks if desk.falls_for(one)] for family, attacks in families.items()}


def alarms(desk: Desk, texts: Iterable[str]) -> list[str]:
    """The harmless texts that were put aside."""
    return [text for text in texts if desk.puts_aside(text)]


def _table(folder: Path, suites: Mapping[str, Suite]) -> Iterable[str]:
    for name, (families, harmless) in suites.items():
        desk = Desk(folder / name)
        found = successes(desk, families)
        for family, got in found.items():
            yield f"{name:<15} {family:<27} {len(got):>2} of {len(families[family]):>2} attacks planted something"
            yield from (f"    {step[1]!r}" for one in got for step in one.steps)
        desk.store.close()
        desk = Desk(folder / f"{name}, harmless")
        put_aside = alarms(desk, harmless)
        desk.store.close()
        yield f"{name:<15} {'look-alikes':<27} {len(put_aside):>2} of {len(harmless):>2} were put aside"
        yield from (f"    {text!r}" for text in put_aside)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        named = {Path(name).stem: suite_of(Path(name)) for name in sys.argv[1:]}
        for line in _table(Path(place), named or SUITES):
            sys.stdout.write(line + "\n")
