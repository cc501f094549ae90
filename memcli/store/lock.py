"""One writer of the Lance tables per home, by ``flock`` (POSIX); knows nothing of what is written.

The ledger needs no such lock (SQLite has its own), so an ``add`` never waits for another process's flush.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from memcli.errors import BusyError
from memcli.paths import PRIVATE_FILE
from memcli.store.border import system_error

if TYPE_CHECKING:
    from pathlib import Path

    from memcli.ports import Clock

PATIENCE: Final = 10.0
_STEP: Final = 0.02


class WriterLock:
    """Reentrant within a thread; other threads and processes wait, at most as long as they are willing to."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._path = path
        self._clock = clock
        self._threads = threading.RLock()
        self._depth = 0
        self._file = -1

    @contextmanager
    def held(self, patience: float = PATIENCE) -> Iterator[None]:
        """Hold the lock.

        Args:
            patience: seconds to wait for another holder; 0 asks once.

        Raises:
            BusyError: it was not let go in time; the hint names the holder.
            StoreError: the lock file cannot be made.
        """
        deadline = time.monotonic() + patience
        if not self._threads.acquire(timeout=patience):
            raise self._busy()
        try:
            if self._depth == 0:
                self._file = self._lock_file(deadline)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    os.close(self._file)
        finally:
            self._threads.release()

    def _lock_file(self, deadline: float) -> int:
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
        except OSError as error:
            raise system_error(self._path, error) from error
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(file)
                    raise self._busy() from None
                time.sleep(_STEP)
            else:
                return self._sign(file)

    def _sign(self, file: int) -> int:
        """Leave word for whoever has to wait: which process, and since when."""
        since = f" since {self._clock.now():%H:%M}" if self._clock else ""
        try:
            os.truncate(file, 0)
            os.pwrite(file, f"process {os.getpid()} has been writing{since}".encode("ascii"), 0)
        except OSError as error:
            os.close(file)
            raise system_error(self._path, error) from error
        return file

    def _busy(self) -> BusyError:
        try:
            holder = self._path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            holder = ""
        return BusyError(
            f"the memory is in use: {holder or 'another process is writing'}",
            hint="try again when it is done, or stop it",
        )
