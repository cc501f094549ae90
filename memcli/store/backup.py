"""Copies of the ledger in one file, and back; the search tables are not in it, since the ledger makes them anew.

A copy is a zip with the ledger (taken by SQLite's backup interface, hence whole whatever is being written),
the settings, and a manifest with their checksums. Others' files are hostile until checked: members are read by
known names and up to the size that the manifest tells, and nothing is unpacked by a path from the file.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from memcli import __version__
from memcli.errors import BadInputError, CheckFailedError, NotFoundError
from memcli.paths import PRIVATE_DIR, PRIVATE_FILE, Home
from memcli.store import outbox
from memcli.store.border import ledger_border, system_error
from memcli.store.database import Database
from memcli.store.lance_tables import Place
from memcli.store.lock import WriterLock
from memcli.store.migrations import schema_version
from memcli.store.purge import Purger
from memcli.store.tables import Tables

FORMAT: Final = 1
LEDGER: Final = "ledger.db"
CONFIG: Final = "config.toml"
MANIFEST: Final = "manifest.json"
_MOST_MANIFEST: Final = 1_000_000
_BLOCK: Final = 1 << 20
_PURGED: Final = "SELECT id, stays FROM purged WHERE purge = ?"

Purge: TypeAlias = tuple[str, list[tuple[str, int]]]
"""When, and the ids with whether each stays and only loses a source."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy holds; ``sha256`` by member."""

    created: str
    memcli: str
    schema: int
    turns: int
    memories: int
    changes: int
    sha256: dict[str, str]
    bytes: dict[str, int]
    format: int = FORMAT


def write(home: Home, target: Path, now: datetime) -> Manifest:
    """Copy a home's ledger and settings into ``target``, which is there whole or not at all.

    Raises:
        NotFoundError: nothing was ever kept here.
        StoreError: the ledger cannot be read, or the target not written.
    """
    if not home.exists():
        raise NotFoundError(f"there is nothing to back up in {home.root}", hint="memcli add keeps something")
    with _scratch(home) as folder:
        copied = folder / LEDGER
        copy_ledger(home, copied)
        members = {LEDGER: copied} | ({CONFIG: home.config_file} if home.config_file.exists() else {})
        manifest = _manifest(members, copied, now)
        unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb") as file:
                _pack(file, members, manifest)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise system_error(target, error) from error
    return manifest


def check(path: Path) -> Manifest:
    """Whether a copy is whole: its checksums, its ledger, its schema.

    Raises:
        BadInputError: it is no copy of a memory.
        CheckFailedError: it is one, and is damaged.
        StoreError: a newer memcli made it.
    """
    with tempfile.TemporaryDirectory(prefix="memcli-check-") as folder:
        return unpack(path, Path(folder))


def restore(path: Path, home: Home, now: datetime) -> Path | None:
    """Put a copy in the place of a home's ledger; what was there is copied before, and where to is returned.

    No other process may be using the home. The search tables are made anew by the next flush; settings that are
    there already stay. What was purged here since the copy was made is purged again.

    Raises:
        BusyError: somebody is writing.
    """
    home.ensure()
    lock = WriterLock(home.lock)
    with lock.held(), _scratch(home) as folder:
        unpack(path, folder)
        erased = purges_of(home.ledger)
        before = safety_copy(home, "restore", now) if _readable(home.ledger) else set_aside(home, now)
        with ledger_border(home.ledger):
            for leftover in ("-wal", "-shm"):
                home.ledger.with_name(home.ledger.name + leftover).unlink(missing_ok=True)
            (folder / LEDGER).chmod(PRIVATE_FILE)
            (folder / LEDGER).replace(home.ledger)
            if (folder / CONFIG).exists() and not home.config_file.exists():
                (folder / CONFIG).chmod(PRIVATE_FILE)
                (folder / CONFIG).replace(home.config_file)
        _tables_anew(home)
        purge_again(home, lock, erased)
    return before


def _readable(ledger: Path) -> bool:
    """Whether a copy of it can be made; of one that is not there, that nothing stands in the way."""
    try:
        with closing(sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error:
        return not ledger.exists()
    return True


def purges_of(ledger: Path) -> list[Purge]:
    """What was purged in a ledger, as far as it can be read."""
    try:
        with closing(sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT seq, at FROM purges ORDER BY seq").fetchall()
            return [(at, connection.execute(_PURGED, (number,)).fetchall()) for number, at in found]
    except sqlite3.Error:
        return []


def purge_again(home: Home, lock: WriterLock, purges: Sequence[Purge]) -> None:
    """Do the purges that a home's ledger does not know of, under the lock: what is forgotten stays forgotten."""
    database = Database(home)
    try:
        with database.writing() as connection:
            known = {row[0] for row in connection.execute("SELECT id FROM purged").fetchall()}
            for at, ids in purges:
                if new := [row for row in ids if row[0] not in known]:
                    number = connection.execute("INSERT INTO purges (at, stage) VALUES (?, 0)", (at,)).lastrowid
                    rows = [(one, number, stays) for one, stays in new]
                    connection.executemany("INSERT INTO purged VALUES (?, ?, ?)", rows)
        Purger(database, Tables(Place(str(home.lance)), database), lock, home).finish()
    finally:
        database.close()


def kept(home: Home) -> list[Path]:
    """The backups that are in the home."""
    return sorted(home.backups.glob("*.zip"))


def renew(home: Home, now: datetime) -> int:
    """Put one of the memory as it is now in the place of all backups in the home; how many these were."""
    old = kept(home)
    for file in old:
        file.unlink()
    if old:
        write(home, home.backups / f"daily-{now:%Y-%m-%d}.zip", now)
    return len(old)


def rotate(folder: Path, pattern: str, keep: int) -> list[Path]:
    """Remove all but the ``keep`` latest files by name; those that went."""
    old = sorted(folder.glob(pattern), reverse=True)[keep:]
    for file in old:
        file.unlink(missing_ok=True)
    return old


def safety_copy(home: Home, what: str, now: datetime) -> Path | None:
    """A copy among the home's own, to go back to; None where there is nothing yet."""
    if not home.exists():
        return None
    home.backups.mkdir(mode=PRIVATE_DIR, exist_ok=True)
    target = home.backups / f"before-{what}-{now:%Y%m%d-%H%M%S}.zip"
    write(home, target, now)
    return target


def set_aside(home: Home, now: datetime) -> Path:
    """Move a damaged ledger with its log out of the way; where to."""
    home.backups.mkdir(mode=PRIVATE_DIR, exist_ok=True)
    aside = home.backups / f"damaged-{now:%Y%m%d-%H%M%S}.db"
    with ledger_border(home.ledger):
        for end in ("", "-wal", "-shm"):
            file = home.ledger.with_name(home.ledger.name + end)
            if file.exists():
                file.replace(aside.with_name(aside.name + end))
    return aside


def _tables_anew(home: Home) -> None:
    """Let every record wait for tables of a new generation."""
    database = Database(home)
    with database.writing() as connection:
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('generation', ?)", (secrets.token_hex(4),))
        outbox.put_everything(connection)
    database.close()
    shutil.rmtree(home.lance, ignore_errors=True)


def copy_ledger(home: Home, target: Path) -> None:
    """Copy a home's ledger as it is at one moment, whatever is being written."""
    with (
        ledger_border(home.ledger),
        closing(sqlite3.connect(home.ledger, timeout=10)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy, pages=1_000)
        copy.execute("PRAGMA journal_mode = DELETE")


def _manifest(members: dict[str, Path], ledger: Path, now: datetime) -> Manifest:
    with ledger_border(ledger), closing(sqlite3.connect(ledger)) as connection:
        counts = {
            table: int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
            for table in ("turns", "memories", "changes")
        }
        schema = schema_version(connection)
    sums = {name: _sha256(file) for name, file in members.items()}
    sizes = {name: file.stat().st_size for name, file in members.items()}
    return Manifest(now.isoformat(), __version__, schema, **counts, sha256=sums, bytes=sizes)


def _pack(file: Any, members: dict[str, Path], manifest: Manifest) -> None:  # noqa: ANN401 -- a binary file
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2))
        for name, path in members.items():
            archive.write(path, name)


def unpack(path: Path, folder: Path) -> Manifest:
    """The checked members of a copy in a folder.

    Raises:
        BadInputError, CheckFailedError, StoreError: as for ``check``.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _read_manifest(archive)
            for name in manifest.sha256:
                _extract(archive, name, folder / name, manifest)
    except FileNotFoundError as error:
        raise BadInputError(f"there is no file {path}") from error
    except (
        zipfile.BadZipFile,
        KeyError,
        TypeError,
        ValueError,
        EOFError,
        zlib.error,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise BadInputError(f"{path} is not a backup of a memory, or is cut short") from error
    except OSError as error:
        raise system_error(path, error) from error
    _check_ledger(folder / LEDGER, path)
    return manifest


def _read_manifest(archive: zipfile.ZipFile) -> Manifest:
    with archive.open(MANIFEST) as file:
        manifest = Manifest(**json.loads(file.read(_MOST_MANIFEST)))
    if manifest.format != FORMAT or LEDGER not in manifest.sha256 or set(manifest.sha256) - {LEDGER, CONFIG}:
        raise ValueError("an unknown format")
    return manifest


def _extract(archive: zipfile.ZipFile, name: str, target: Path, manifest: Manifest) -> None:
    """Copy a member, no further than it may reach."""
    left = int(manifest.bytes[name])
    digest = hashlib.sha256()
    with archive.open(name) as source, target.open("wb") as out:
        while block := source.read(min(_BLOCK, left + 1)):
            left -= len(block)
            if left < 0:
                break
            digest.update(block)
            out.write(block)
    if left or digest.hexdigest() != manifest.sha256[name]:
        raise CheckFailedError(f"the backup is damaged: {name} is not what was written", hint="take an older one")


def _check_ledger(ledger: Path, path: Path) -> None:
    try:
        with closing(sqlite3.connect(ledger)) as connection:
            schema_version(connection)
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise CheckFailedError(f"the ledger in {path} cannot be read: {error}") from error
    if found != "ok":
        raise CheckFailedError(f"the ledger in {path} is damaged: {found}", hint="take an older one")


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextmanager
def _scratch(home: Home) -> Iterator[Path]:
    """A private folder on the home's own disk, so that a finished file is moved in one step."""
    home.ensure()
    try:
        folder = Path(tempfile.mkdtemp(prefix="copy-", dir=home.cache))
    except OSError as error:
        raise system_error(home.cache, error) from error
    try:
        yield folder
    finally:
        with suppress(OSError):
            shutil.rmtree(folder)
