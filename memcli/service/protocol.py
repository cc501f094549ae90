"""What client and service say to each other: one JSON document a line; standard library only, knows no method.

A request is ``{"do": method, "with": {...}, "version": …}``. The reply is any number of ``{"piece": …}`` lines and
then one ``{"done": …}`` or ``{"error": {"label", "message", "hint"}}``. Closing the connection stops a reply. A
service that has no room sends ``{"refused": …}`` and hangs up.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from memcli import errors
from memcli.errors import BadInputError, BusyError, MemcliError, StoreError

MOST_BYTES: Final = 8 << 20
"""The longest line either side reads: a peer that sends more is cut off."""

_ELSEWHERE: Final = "remove it, or set TMPDIR to a folder of yours, or choose a home with a shorter path"
_CHUNK: Final = 1 << 16
_SOCKET_PATH_BYTES: Final = 100  # the system's limit is 104 (macOS) or 108 (Linux)
_KINDS: Final[Mapping[str, type[MemcliError]]] = {
    kind.label: kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, MemcliError)
}


def socket_path(root: Path) -> Path:
    """Where a home's service listens: in the home, or in a private temporary folder if that path is too long.

    Raises:
        StoreError: that folder is somebody else's, or others may enter it: who listens there could be anyone.
    """
    inside = root / "service.sock"
    if len(str(inside).encode()) < _SOCKET_PATH_BYTES:
        return inside
    import hashlib  # these are slow to load, and seldom needed
    import tempfile

    from memcli.paths import PRIVATE_DIR

    digest = hashlib.blake2b(str(root).encode(), digest_size=8).hexdigest()
    folder = Path(tempfile.gettempdir()) / f"memcli-{digest}"
    try:
        folder.mkdir(mode=PRIVATE_DIR, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise StoreError(f"cannot use {folder}: {error.strerror}", hint=_ELSEWHERE) from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise StoreError(f"{folder} is not yours alone", hint=_ELSEWHERE)
    return folder / "service.sock"


class Wire:
    """One end of a connection.

    Args:
        connection: the socket.
        patience: seconds that this end waits for the other one in all, from the beginning of a document that is
            received until the next; without it the socket's own timeout holds, for each step.
    """

    def __init__(self, connection: socket.socket, patience: float | None = None) -> None:
        self._connection = connection
        self._patience = patience
        self._left = patience or 0.0
        self._buffer = bytearray()

    def send(self, message: Mapping[str, object]) -> None:
        """Send one document.

        Raises:
            BusyError: the other end is gone, or took too long to read.
        """
        with self._waiting():
            self._connection.sendall(json.dumps(message, ensure_ascii=False).encode() + b"\n")

    def receive(self) -> dict[str, Any] | None:
        """The next document; None when the other end closed.

        Raises:
            BadInputError: it is not a JSON object, or is too long.
            BusyError: the connection broke or timed out.
        """
        self._left = self._patience or 0.0
        line = self._line()
        if not line:
            return None
        try:
            document = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadInputError("the message is not JSON") from error
        if not isinstance(document, dict):
            raise BadInputError("the message is not a JSON object")
        return document

    def _line(self) -> bytes:
        """Up to and with the next line's end, or the other end's last words."""
        looked = 0
        while (end := self._buffer.find(b"\n", looked)) < 0:
            looked = len(self._buffer)
            with self._waiting():
                came = self._connection.recv(_CHUNK)
            if not came:
                break
            self._buffer += came
            if len(self._buffer) > MOST_BYTES + _CHUNK:
                raise BadInputError("the message is too long")
        length = end + 1 if end >= 0 else len(self._buffer)
        if length > MOST_BYTES:
            raise BadInputError("the message is too long")
        line = bytes(self._buffer[:length])
        del self._buffer[:length]
        return line

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        """A step that waits for the other end: it takes from what patience is left."""
        began = time.monotonic()
        try:
            if self._patience is not None:
                if self._left <= 0:
                    raise _gone()
                self._connection.settimeout(self._left)
            yield
        except OSError as error:
            raise _gone() from error
        finally:
            self._left -= time.monotonic() - began

    def received(self) -> Iterator[dict[str, Any]]:
        """Documents until the other end closes."""
        while (document := self.receive()) is not None:
            yield document

    def close(self) -> None:
        self._connection.close()


def encode_error(error: MemcliError) -> dict[str, object]:
    """An error as the other end can raise it again."""
    return {"label": error.label, "message": error.message, "hint": error.hint}


def decode_error(values: object) -> MemcliError:
    """The error that ``encode_error`` took apart; an unknown label becomes the general one."""
    if not isinstance(values, Mapping):
        return _gone()
    kind = _KINDS.get(str(values.get("label")), MemcliError)
    hint = values.get("hint")
    return kind(str(values.get("message", "")), hint=None if hint is None else str(hint))


def _gone() -> BusyError:
    return BusyError("the background service does not answer", hint="see `memcli service status`")
