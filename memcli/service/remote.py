"""The service's models as the ports that the corridor knows; imports no model, store or vector library.

Only searching and generating need warm models, so only those travel. Everything else a command does, it does on
the ledger itself, which is safe between processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from memcli import codec
from memcli.ports import Sampling, Task
from memcli.records import Filter, Hit, Message, RankerState, Taught
from memcli.service.client import Client


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

    def learn(self, since: datetime | None) -> Taught:
        return Taught(**self._client.call("learn", {"since": since and since.isoformat()}))

    def state(self) -> RankerState:
        values = self._client.call("ranker")
        return RankerState(**{**values, "taught": Taught(**values["taught"])})


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

    def prepare(self, messages: Sequence[Message], *, adapter: Task | None = None, keep: bool = True) -> None:
        values = {"messages": [asdict(m) for m in messages], "adapter": adapter, "keep": keep}
        self._client.call("prepare", values)

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
