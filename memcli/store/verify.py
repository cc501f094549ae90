"""Whether anything is left of what was erased: decodes every file of a home and looks; changes nothing.

The ledger is read cell by cell and then as raw pages, free ones and its log included; Lance files, also those
that no version names, column by column (texts, index words, vectors, quantised vectors); everything else as text,
as the members of an archive, and as bytes.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from memcli import codec
from memcli.erasure import Finding, Traces, Verdict, trained_mark
from memcli.errors import MemcliError
from memcli.paths import Home
from memcli.records import Change, Outcome
from memcli.store import verify_files, verify_lance
from memcli.store.needles import Needles, sizable
from memcli.store.purge import blank

LIVING: Final = ("turns", "memories")
_LEDGER_FILES: Final = ("", "-wal", "-journal")
_NAMES: Final = frozenset(
    "lane lanes kind status op role origin trust priority event_precision made_by model job outcome key".split()
)
"""Columns and fields whose values are names that memcli gives, not words of the user."""
_BLOCK: Final = 1 << 26
_OVERLAP: Final = 256


@dataclass(slots=True)
class Verifier:
    """One search of one home."""

    home: Home
    uri: str
    traces: Traces
    findings: list[Finding] = field(default_factory=list)
    looked: Counter[str] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)
    adapters: list[str] = field(default_factory=list)

    def verdict(self) -> Verdict:
        """Search everything, the ledger first: what lives there explains what is found elsewhere."""
        needles = Needles(self.traces.texts, set(self.traces.vectors))
        living = self._cells(needles)
        for end in _LEDGER_FILES:
            file = self.home.ledger.with_name(self.home.ledger.name + end)
            self._raw(file, "ledger", file.name, needles.in_pages)
        self._lance(needles, living)
        self._others(needles)
        return Verdict(
            findings=tuple(self.findings),
            looked=dict(self.looked),
            unread=tuple(self.unread),
            adapters=tuple(self.adapters),
            short=sum(not sizable(text) for text in self.traces.texts),
        )

    def found(self, place: str, where: str, what: str) -> None:
        """Note a trace, once."""
        finding = Finding(place, where, what)
        if finding not in self.findings:
            self.findings.append(finding)

    # -- ledger ------------------------------------------------------------------------------------------------

    def _cells(self, needles: Needles) -> frozenset[str]:
        """Search every cell of every table; the ids of the living records."""
        if not self.home.ledger.exists():
            return frozenset()
        try:
            with closing(sqlite3.connect(f"{self.home.ledger.absolute().as_uri()}?mode=ro", uri=True)) as ledger:
                living = self._living(ledger, needles)
                for table in _tables(ledger):
                    self._table(ledger, table, needles)
        except sqlite3.Error as error:
            self.unread.append(f"ledger.db: {error}")
            return frozenset()
        return living

    def _living(self, ledger: sqlite3.Connection, needles: Needles) -> frozenset[str]:
        """What is said in records that stay, and in the history of memories that stay, gives nothing away."""
        erased, ids = set(self.traces.ids), set()
        for table in LIVING:
            for row in ledger.execute(f"SELECT id, * FROM {table}"):
                if row[0] not in erased:
                    ids.add(row[0])
                    needles.living(" ".join(cell for cell in row if isinstance(cell, str)))
        for row_id, vector in ledger.execute("SELECT id, vector FROM outbox WHERE vector NOT NULL"):
            if row_id in ids:
                needles.vectors.discard(vector)
        for memory, record in ledger.execute("SELECT memory, record FROM changes"):
            if memory not in erased or _is_blank(record):  # who changed it is told in words too: "user"
                needles.living(record)
        return frozenset(ids)

    def _table(self, ledger: sqlite3.Connection, table: str, needles: Needles) -> None:
        cursor = ledger.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in cursor.description]
        for row in cursor:
            self.looked["ledger cells"] += len(row)
            told = next((str(cell) for name, cell in zip(names, row, strict=True) if name in ("id", "turn")), "")
            where = f"{table} {told}".strip() if table != "terms" else table
            for name, cell in zip(names, row, strict=True):
                if what := self._cell(cell, table, name, needles):
                    self.found("ledger", where, what)
            if table in ("turns", "memories", "outbox", "queue") and told in self.traces.ids:
                self.found("ledger", where, "row")

    def _cell(self, cell: object, table: str, name: str, needles: Needles) -> str:
        if isinstance(cell, bytes):
            return "vector" if cell in needles.vectors else ""
        if not isinstance(cell, str):
            return ""
        if needles.in_text(cell):
            return "text"
        told = table not in LIVING and name not in _NAMES
        return "word" if told and any(map(needles.words_in, _said(cell))) else ""

    def _raw(self, file: Path, place: str, name: str, found_in: Callable[[bytes], bool]) -> None:
        for at, block in _blocks(file):
            self.looked[f"{place} bytes"] += len(block)
            if found_in(block):
                self.found(place, f"{name}, raw bytes from {at:,}", "text")

    # -- search tables -----------------------------------------------------------------------------------------

    def _lance(self, needles: Needles, living: frozenset[str]) -> None:
        if "://" in self.uri:
            self.unread.append(
                f"{self.uri}: not on this machine; what it keeps of deleted files only its owner can say"
            )
            return
        root = Path(self.uri)
        files = sorted(file for file in root.rglob("*") if file.is_file())
        search = verify_lance.Search(self.traces, needles, living)
        for file in sorted(files, key=lambda each: each.suffix == ".idx"):  # data first: it explains index entries
            name = str(file.relative_to(root))
            self._raw(file, "lance", name, needles.in_bytes)
            if file.suffix not in verify_lance.DECODED:
                continue
            try:
                for where, what in search.traces_in(file):
                    self.found("lance", f"{name}, {where}", what)
                self.looked["lance files decoded"] += 1
            except MemcliError as error:
                self.unread.append(f"lance/{name}: {error.message}")

    # -- everything else ---------------------------------------------------------------------------------------

    def _others(self, needles: Needles) -> None:
        for file in sorted(self._other_files()):
            name = str(file.relative_to(self.home.root))
            self.looked["other files"] += 1
            try:
                for where, what in verify_files.traces_in(file, needles, words=file == self.home.chat_history):
                    self.found(name, where, what)
            except MemcliError as error:
                self.unread.append(f"{name}: {error.message}")
            if file.name == "card.toml" and self._trained(file):
                self.adapters.append(str(file.parent.relative_to(self.home.root)))

    def _trained(self, card: Path) -> bool:
        """Whether an adapter's card names one of the erased records among those it was trained on."""
        told = card.read_text(encoding="utf-8", errors="replace")
        return any(trained_mark(one) in told for one in {*self.traces.ids, *self.traces.touched})

    def _other_files(self) -> Iterator[Path]:
        ledger = {self.home.ledger.with_name(self.home.ledger.name + end) for end in (*_LEDGER_FILES, "-shm")}
        away = (self.home.models, Path(self.uri) if "://" not in self.uri else self.home.lance)
        for file in self.home.root.rglob("*"):
            inside = any(file.is_relative_to(directory) for directory in away)
            if file.is_file() and not file.is_symlink() and not inside and file not in ledger:
                yield file


def _is_blank(record: str) -> bool:
    """Whether a change tells no more than a purge leaves of it."""
    try:
        change = codec.loads(Change, record)
    except MemcliError:
        return False
    return codec.dumps(blank(change)) == record


def _said(cell: str) -> Iterator[str]:
    """What a cell says: of a record its values, for the names of its fields and features are nobody's words."""
    if not cell.startswith(("{", "[")):
        yield cell
        return
    try:
        yield from _texts(json.loads(cell))
    except ValueError:
        yield cell


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        counts = {"detail"} if value.get("outcome") == Outcome.DONE else set()  # a job that ends well only counts
        for name in value.keys() - _NAMES - counts:
            yield from _texts(value[name])


def _tables(ledger: sqlite3.Connection) -> list[str]:
    return [row[0] for row in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]


def _blocks(file: Path) -> Iterator[tuple[int, bytes]]:
    """A file piece by piece, each beginning with the end of the one before; nothing of a file that is gone."""
    try:
        with file.open("rb") as stream:
            at, end = 0, b""
            while block := stream.read(_BLOCK):
                yield at - len(end), end + block
                at += len(block)
                end = block[-_OVERLAP:]
    except FileNotFoundError:
        return
