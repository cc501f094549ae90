"""What client and service say to each other: one JSON document a line; standard library only, knows no method.

A request is ``{"do": method, "with": {...}, "version": …}``. The reply is any number of ``{"piece": …}`` lines and
then one ``{"done": …}`` or ``{"error": {"label", "message", "hint"}}``. Closing the connection stops a reply.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from memcli import errors
from memcli.errors import BadInputError, BusyError, MemcliError

MOST_BYTES: Final = 8 << 20
"""The longest line either side reads: a peer that sends more is cut off."""

_SOCKET_PATH_BYTES: Final = 100  # the system's limit is 104 (macOS) or 108 (Linux)
_KINDS: Final[Mapping[str, type[MemcliError]]] = {
    kind.label: kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, MemcliError)
}


def socket_path(root: Path) -> Path:
    """Where a home's service listens: in the home, or in a private temporary folder if that path is too long."""
    inside = root / "service.sock"
    if len(str(inside).encode()) < _SOCKET_PATH_BYTES:
        return inside
    import hashlib  # these are slow to load, and seldom needed
    import tempfile

    from memcli.paths import PRIVATE_DIR

    digest = hashlib.blake2b(str(root).encode(), digest_size=8).hexdigest()
    folder = Path(tempfile.gettempdir()) / f"memcli-{digest}"
    folder.mkdir(mode=PRIVATE_DIR, exist_ok=True)
    return folder / "service.sock"


class Wire:
    """One end of a connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lines = connection.makefile("rb")

    def send(self, message: Mapping[str, object]) -> None:
        """Send one document.

        Raises:
            BusyError: the other end is gone.
        """
        try:
            self._connection.sendall(json.dumps(message, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            raise _gone() from error

    def receive(self) -> dict[str, Any] | None:
        """The next document; None when the other end closed.

        Raises:
            BadInputError: it is not a JSON object, or is too long.
            BusyError: the connection broke or timed out.
        """
        try:
            line = self._lines.readline(MOST_BYTES + 1)
        except OSError as error:
            raise _gone() from error
        if not line:
            return None
        if len(line) > MOST_BYTES:
            raise BadInputError("the message is too long")
        try:
            document = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadInputError("the message is not JSON") from error
        if not isinstance(document, dict):
            raise BadInputError("the message is not a JSON object")
        return document

    def received(self) -> Iterator[dict[str, Any]]:
        """Documents until the other end closes."""
        while (document := self.receive()) is not None:
            yield document

    def close(self) -> None:
        self._lines.close()
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
