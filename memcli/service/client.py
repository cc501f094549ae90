"""The thin client: a socket and the ports it stands in for; imports no model, store or vector library.

Only searching and generating need warm models, so only those travel. Everything else a command does, it does on
the ledger itself, which is safe between processes.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from memcli import __version__, codec
from memcli.errors import BusyError
from memcli.ports import Sampling, Task
from memcli.records import Filter, Hit, Message
from memcli.service.protocol import Wire, decode_error

CONNECT_SECONDS: Final = 0.5
REPLY_SECONDS: Final = 600.0


class Client:
    """Speaks to the service at a socket; each call is a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def call(self, method: str, values: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 -- JSON
        """Run a method and return its result.

        Raises:
            BusyError: nobody listens, or the service went away.
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
        try:
            connection.connect(str(self._path))
        except OSError as error:
            connection.close()
            raise BusyError("the background service is not running", hint="memcli service start") from error
        connection.settimeout(REPLY_SECONDS)
        return Wire(connection)


class RemoteSearcher:
    """The service's searcher, as the port that the corridor knows."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def search(self, query: str, where: Filter, k: int, now: datetime) -> list[Hit]:
        values = {"query": query, "where": codec.encode(where), "k": k, "now": now.isoformat()}
        return [codec.decode(Hit, hit) for hit in self._client.call("search", values)]

    def pack(
        self, question: str, hits: Sequence[Hit], tokens: int, count_tokens: Callable[[str], int]
    ) -> list[Hit]:
        del count_tokens  # the service counts with the model itself, instead of once over the wire for each hit
        values = {"question": question, "hits": [codec.encode(hit) for hit in hits], "tokens": tokens}
        return [hits[number] for number in self._client.call("pack", values)]


class RemoteChatModel:
    """The service's warm chat model, as the port that the corridor knows."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._about: dict[str, Any] = {}

    @property
    def name(self) -> str:
        return str(self._described()["name"])

    @property
    def context_tokens(self) -> int:
        return int(self._described()["context_tokens"])

    def count_tokens(self, text: str) -> int:
        return int(self._client.call("count_tokens", {"text": text}))

    def stream(
        self, messages: Sequence[Message], sampling: Sampling, *, adapter: Task | None = None
    ) -> Iterator[str]:
        values = {"messages": [asdict(m) for m in messages], "sampling": asdict(sampling), "adapter": adapter}
        return self._client.stream("stream", values)

    def score(
        self, messages: Sequence[Message], continuations: Sequence[str], *, adapter: Task | None = None
    ) -> list[float]:
        values = {
            "messages": [asdict(m) for m in messages],
            "continuations": list(continuations),
            "adapter": adapter,
        }
        return [float(score) for score in self._client.call("score", values)]

    def close(self) -> None:
        """The service keeps the model warm for the next client."""

    def _described(self) -> dict[str, Any]:
        if not self._about:
            self._about = self._client.call("model")
        return self._about
