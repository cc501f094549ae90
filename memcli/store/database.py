"""The SQLite connection to the ledger: opened when needed, durable, private; knows no record.

A home that holds nothing yet reads as an empty ledger in memory and is made by the first write.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from memcli.entities import entities_of, key_of
from memcli.errors import BusyError
from memcli.paths import PRIVATE_DIR, PRIVATE_FILE, Home
from memcli.ports import SystemClock
from memcli.store.border import ledger_border
from memcli.store.migrations import SCHEMA_VERSION, migrate, schema_version

_WAIT_MS: Final = 10_000


class Database:
    """One connection, shared by the threads of a process in turns."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._turns = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._empty: sqlite3.Connection | None = None

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query.

        Raises:
            StoreError: the ledger is damaged, unreadable or of a newer version.
        """
        with self._turns, ledger_border(self._home.ledger):
            return self._for_reading().execute(sql, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: durable when the block ends, undone if it raises.

        Raises:
            BusyError: another process wrote for longer than ten seconds.
            StoreError: the disk is full, read-only or damaged; nothing was applied.
        """
        with self._turns:
            with ledger_border(self._home.ledger):
                connection = self._for_writing()
                connection.execute("BEGIN IMMEDIATE")
            try:
                with ledger_border(self._home.ledger):
                    yield connection
                    connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.rollback()
                raise

    def rewrite(self) -> None:
        """Write the ledger anew, so that nothing deleted is left in its pages or log; others may go on reading.

        Raises:
            BusyError: another process read or wrote for longer than ten seconds.
            StoreError: the disk has no room for a second copy; nothing was changed.
        """
        with self._turns, ledger_border(self._home.ledger):
            connection = self._for_writing()
            connection.execute(
                "PRAGMA temp_store = MEMORY"
            )  # a copy in a temporary file would be a trace of its own
            connection.execute("VACUUM")
            if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise BusyError("another process is reading the ledger", hint="try again in a moment")

    def close(self) -> None:
        """Close the files; a later call opens them again."""
        with self._turns:
            for connection in (self._connection, self._empty):
                if connection is not None:
                    connection.close()
            self._connection = self._empty = None

    def _for_reading(self) -> sqlite3.Connection:
        if self._connection is not None:
            return self._connection
        if self._home.ledger.exists():
            self._connection = self._open()
            return self._connection
        if self._empty is None:
            self._empty = _connect(":memory:")
            migrate(self._empty)
        return self._empty

    def _for_writing(self) -> sqlite3.Connection:
        if self._connection is None:
            if not self._home.ledger.exists():
                self._home.ensure()
                os.close(os.open(self._home.ledger, os.O_CREAT | os.O_RDWR, PRIVATE_FILE))
            self._connection = self._open()
        return self._connection

    def _open(self) -> sqlite3.Connection:
        if not os.access(self._home.ledger, os.W_OK) or not os.access(self._home.root, os.W_OK):
            return self._open_read_only()
        connection = _connect(str(self._home.ledger))
        try:
            version = schema_version(
                connection
            )  # before anything is written to a ledger that is not ours to write
            if 0 < version < SCHEMA_VERSION:
                self._back_up(version)
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "foreign_keys = ON"):
                connection.execute(f"PRAGMA {pragma}")
            migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _back_up(self, version: int) -> None:
        """Copy an older ledger before it is changed: the way back, and to the memcli that made it.

        Raises:
            StoreError: the disk has no room; then nothing is migrated either.
        """
        from memcli.store.backup import write  # it opens ledgers itself

        now = SystemClock().now()
        self._home.backups.mkdir(mode=PRIVATE_DIR, exist_ok=True)
        write(self._home, self._home.backups / f"before-schema-{version + 1}-{now:%Y%m%d-%H%M%S}.zip", now)

    def _open_read_only(self) -> sqlite3.Connection:
        """WAL needs a writable directory to be read, unless the file is declared unchanging."""
        uri = self._home.ledger.absolute().as_uri()
        connection = _connect(f"{uri}?mode=ro", uri=True)
        try:
            schema_version(connection)
        except sqlite3.OperationalError:
            connection.close()
            connection = _connect(f"{uri}?mode=ro&immutable=1", uri=True)
            schema_version(connection)
        return connection


def _connect(where: str, *, uri: bool = False) -> sqlite3.Connection:
    seconds = _WAIT_MS / 1000
    connection = sqlite3.connect(where, timeout=seconds, isolation_level=None, check_same_thread=False, uri=uri)
    connection.create_function("lowered", 1, str.lower, deterministic=True)  # SQLite's own knows ASCII only
    connection.create_function("entity_keys", 2, _entity_keys, deterministic=True)
    connection.create_function("digest", 2, _digest, deterministic=True)
    return connection


def _digest(text: str, more: str) -> int:
    """A number of 63 bits that tells texts apart, for SQL."""
    told = hashlib.blake2b(f"{text}\x1f{more}".encode(), digest_size=8).digest()
    return int.from_bytes(told, "big") >> 1


def _entity_keys(text: str, about: str) -> str:
    """What a memory names, as a JSON list, for SQL."""
    return json.dumps([key_of(name) for name in entities_of(text, about)])
