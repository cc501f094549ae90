"""Foreign errors of SQLite, Lance and the file system, told as memcli's own; knows no table."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from memcli.errors import BadInputError, BusyError, MemcliError, StoreError

_RESTORE: Final = "`memcli doctor --deep --fix` puts the newest whole backup in its place"
REBUILD: Final = "`memcli doctor --fix` rebuilds the search tables from the ledger"
UNREACHED: Final = "cannot be reached"
REACH: Final = "see that store.uri and store.options are right and its machine is up; the ledger has everything"
_NETWORK: Final = ("error performing", "error sending request", "connection", "dns error", "timed out")
_SPACE: Final = "free some space and try again; what was kept before is safe"
_DENIED: Final = "check who owns the home and whether its disk is mounted read-only"


@contextmanager
def ledger_border(path: Path) -> Iterator[None]:
    """Raise SQLite's and the system's errors about the ledger as StoreError, BusyError or BadInputError."""
    try:
        yield
    except sqlite3.Error as error:
        raise _ledger_error(path, error) from error
    except OSError as error:
        raise system_error(path, error) from error
    except (UnicodeEncodeError, OverflowError) as error:
        raise BadInputError(f"this cannot be stored: {error}", hint="text must be valid Unicode") from error


def _ledger_error(path: Path, error: sqlite3.Error) -> MemcliError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return BusyError("another process is writing to the ledger", hint="try again in a moment")
        case sqlite3.SQLITE_FULL:
            return StoreError("the disk is full: nothing was written", hint=_SPACE)
        case sqlite3.SQLITE_IOERR:
            return StoreError(f"the disk refused {path}: {error}", hint=_SPACE)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return StoreError(f"{path} cannot be opened or written: {error}", hint=_DENIED)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StoreError(f"{path} is damaged: {error}", hint=_RESTORE)
    return StoreError(f"the ledger cannot be used: {error}", hint="see `memcli doctor`")


def system_error(path: Path, error: OSError) -> StoreError:
    """What the operating system said about a file of the store."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return StoreError("the disk is full: nothing was written", hint=_SPACE)
    return StoreError(f"cannot use {path}: {error.strerror or error}", hint=_DENIED)


@contextmanager
def lance_border(uri: str) -> Iterator[None]:
    """Raise whatever LanceDB raises about the tables at ``uri`` as StoreError."""
    try:
        yield
    except MemcliError:
        raise
    except (OSError, RuntimeError, ValueError, TypeError, LookupError, NotImplementedError) as error:
        raise _lance_error(uri, error) from error
    except BaseException as error:
        # A Rust panic reaches Python outside of Exception, with a class that no module exports.
        if type(error).__name__ != "PanicException":
            raise
        raise _lance_error(uri, error) from error


def _lance_error(uri: str, error: BaseException) -> StoreError:
    text = str(error).strip()
    lowered = text.lower()
    if "no space left" in lowered or "file too large" in lowered or "disk quota" in lowered:
        return StoreError("the disk is full: the flush was not finished", hint=_SPACE)
    if "permission denied" in lowered or "read-only file system" in lowered:
        return StoreError(f"the search tables in {uri} cannot be written", hint=_DENIED)
    first = text.splitlines()[0][:160] if text else type(error).__name__
    if "://" in uri and any(word in lowered for word in _NETWORK):
        return StoreError(f"the search tables in {uri} {UNREACHED}: {first}", hint=REACH)
    return StoreError(f"the search tables in {uri} cannot be used: {first}", hint=REBUILD)
