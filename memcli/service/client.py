"""The thin client: a connection for each call; standard library only, since a small command loads nothing else."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from memcli import __version__
from memcli.errors import BusyError
from memcli.service.protocol import Wire, decode_error

CONNECT_SECONDS: Final = 0.5
REPLY_SECONDS: Final = 600.0
_STEP: Final = 0.01


class AbsentError(BusyError):
    """Nobody could be asked: what was wanted has not begun."""


class Client:
    """Speaks to the service at a socket; each call is a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def call(self, method: str, values: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 -- JSON
        """Run a method and return its result.

        Raises:
            AbsentError: nobody listens, or has room for one more.
            BusyError: the service went away in the middle.
            MemcliError: whatever the service raised.
        """
        result: list[Any] = []
        for _ in self.stream(method, values, result.append):
            pass
        return result[0]

    def stream(
        self,
        method: str,
        values: Mapping[str, object] | None = None,
        done: Callable[[Any], None] = lambda _: None,
    ) -> Generator[str, None, None]:
        """Run a method that replies in pieces; closing the iterator stops it."""
        with closing(self._connect()) as wire:
            wire.send({"do": method, "with": values or {}, "version": __version__})
            for reply in wire.received():
                if "piece" in reply:
                    yield str(reply["piece"])
                elif "error" in reply:
                    raise decode_error(reply["error"])
                elif "refused" in reply:
                    raise AbsentError(str(reply["refused"]), hint="try again in a moment")
                else:
                    done(reply["done"])
                    return
            raise BusyError("the background service stopped in the middle", hint="run the command again")

    def alive(self) -> bool:
        """Whether somebody listens."""
        try:
            self._connect().close()
        except BusyError:
            return False
        return True

    def _connect(self) -> Wire:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(CONNECT_SECONDS)
        deadline = time.monotonic() + CONNECT_SECONDS
        while True:
            try:
                connection.connect(str(self._path))
            except BlockingIOError:  # more clients than it can line up: there is room again in a moment
                if time.monotonic() < deadline:
                    time.sleep(_STEP)
                    continue
                connection.close()
                raise AbsentError("the background service has too many clients", hint="try again") from None
            except OSError as error:
                connection.close()
                raise AbsentError("the background service is not running", hint="memcli service start") from error
            connection.settimeout(REPLY_SECONDS)
            return Wire(connection)
