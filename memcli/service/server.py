"""The service: one process a home that keeps models warm and answers clients; knows the corridor's parts only.

Peers are processes of the same user (the socket is private), and still not trusted to behave: a line too long, a
slow sender or reader or a malformed request ends that connection and nothing else, and so many may be open.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from memcli import __version__, codec, config
from memcli.errors import BadInputError, MemcliError, StoreError
from memcli.ports import Sampling
from memcli.records import Filter, Hit, Message
from memcli.service.protocol import Wire, encode_error
from memcli.wiring import Parts

log = logging.getLogger("memcli.service")

REQUEST_SECONDS: Final = 30.0
"""What a peer may keep the service waiting in all, over a request and its reply: a byte at a time wins nothing."""
MOST_CLIENTS: Final = 64
MOST_CONNECTIONS: Final = 256
"""Those that are served, and those that wait for room; who comes after is told at once to do without."""
_BACKLOG: Final = 1024
_TICK: Final = 1.0

Method = Callable[[Mapping[str, Any]], Any]


class Server:
    """Listens until told to stop, or until nobody has asked anything for ``idle_seconds`` (0 is for ever).

    Args:
        parts: what is kept warm.
        path: the socket.
        idle_seconds: how long to wait for a request.
        methods: what clients may ask for beside the models.
        busy: whether other work is at hand that an idle exit would cut through or put off.
    """

    def __init__(
        self,
        parts: Parts,
        path: Path,
        idle_seconds: float,
        *,
        methods: Mapping[str, Method] | None = None,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self._parts = parts
        self._path = path
        self._idle = idle_seconds
        self._busy = busy
        self._stopping = threading.Event()
        self._room = threading.BoundedSemaphore(MOST_CLIENTS)
        self._open = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._model_turn = threading.Lock()
        self._last = time.monotonic()
        self._began = time.monotonic()
        self._served = 0
        self._methods: Mapping[str, Method] = {
            "status": self._status,
            "stop": self._stop,
            "search": self._search,
            "pack": self._pack,
            "learn": self._learn,
            "ranker": lambda _: asdict(parts.searcher.state()),
            "model": self._model,
            "count_tokens": lambda v: parts.chat_model.count_tokens(str(v["text"])),
            "prepare": self._prepare,
            "score": self._score,
            "stream": self._stream,
        } | dict(methods or {})

    def serve(self) -> None:
        """Answer clients, each in a thread of its own, until stopped or idle.

        Raises:
            StoreError: the socket cannot be made.
        """
        with closing(self._listen()) as listener:
            log.info("listening, version %s, process %d", __version__, os.getpid())
            while not self._stopping.is_set() and not self._is_idle():
                with suppress(TimeoutError):
                    self._admit(listener.accept()[0])
        self._path.unlink(missing_ok=True)
        log.info("stopped after %d requests", self._served)

    def stop(self) -> None:
        """Ask the service to end after the requests it is answering."""
        self._stopping.set()

    @property
    def stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._stopping.is_set()

    @property
    def idle_seconds(self) -> float:
        """How long ago the last request was."""
        return time.monotonic() - self._last

    # -- connections -------------------------------------------------------------------------------------------

    def _listen(self) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.settimeout(_TICK)
        previous = os.umask(0o177)
        try:
            self._path.unlink(missing_ok=True)
            listener.bind(str(self._path))
            listener.listen(_BACKLOG)
        except OSError as error:
            listener.close()
            raise StoreError(f"cannot listen at {self._path}: {error.strerror}") from error
        finally:
            os.umask(previous)
        return listener

    def _is_idle(self) -> bool:
        return self._idle > 0 and self.idle_seconds > self._idle and not self._busy()

    def _admit(self, connection: socket.socket) -> None:
        if not self._open.acquire(blocking=False):
            with closing(Wire(connection, patience=_TICK)) as wire, suppress(MemcliError):
                wire.send({"refused": "the background service has too many clients"})
            return
        threading.Thread(target=self._attend_admitted, args=(connection,), daemon=True).start()

    def _attend_admitted(self, connection: socket.socket) -> None:
        try:
            self._attend(connection)
        finally:
            self._open.release()

    def _attend(self, connection: socket.socket) -> None:
        with self._room, closing(Wire(connection, patience=REQUEST_SECONDS)) as wire, suppress(MemcliError):
            for request in wire.received():
                self._last = time.monotonic()
                self._served += 1
                self._answer(wire, request)
                self._last = time.monotonic()

    def _answer(self, wire: Wire, request: Mapping[str, Any]) -> None:
        method = str(request.get("do"))
        try:
            result = self._run(method, request.get("with", {}))
            if isinstance(result, Iterator):
                with closing(result):  # type: ignore[type-var]  # generators close, and all of ours are
                    for piece in result:
                        wire.send({"piece": piece})
                result = None
            wire.send({"done": result})
        except MemcliError as error:
            log.info("%s: %s", method if method in self._methods else "unknown method", error.label)
            wire.send({"error": encode_error(error)})

    def _run(self, method: str, values: object) -> Any:  # noqa: ANN401 -- JSON
        if method not in self._methods or not isinstance(values, Mapping):
            raise BadInputError("the service has no such method", hint="client and service may differ in version")
        try:
            return self._methods[method](values)
        except (LookupError, TypeError, ValueError) as error:
            raise BadInputError(f"the request is malformed: {type(error).__name__}") from error

    # -- methods -----------------------------------------------------------------------------------------------

    def _status(self, _: Mapping[str, Any]) -> dict[str, object]:
        return {
            "version": __version__,
            "settings": config.fingerprint(self._parts.settings),
            "pid": os.getpid(),
            "uptime_s": round(time.monotonic() - self._began, 1),
            "requests": self._served,
            "warm": sorted(name for name in ("embedder", "chat_model", "searcher") if name in vars(self._parts)),
        }

    def _stop(self, _: Mapping[str, Any]) -> bool:
        self.stop()
        return True

    def _search(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        where, now = codec.decode(Filter, values["where"]), datetime.fromisoformat(values["now"])
        hits = self._parts.searcher.search(str(values["query"]), where, int(values["k"]), now)
        return [codec.encode(hit) for hit in hits]

    def _pack(self, values: Mapping[str, Any]) -> list[int]:
        hits = [codec.decode(Hit, hit) for hit in values["hits"]]
        places = {hit.id: number for number, hit in enumerate(hits)}
        count = self._parts.chat_model.count_tokens
        packed = self._parts.searcher.pack(str(values["question"]), hits, int(values["tokens"]), count)
        return [places[hit.id] for hit in packed]

    def _learn(self, values: Mapping[str, Any]) -> dict[str, Any]:
        since = datetime.fromisoformat(values["since"]) if values["since"] else None
        return asdict(self._parts.searcher.learn(since))

    def _model(self, _: Mapping[str, Any]) -> dict[str, object]:
        model = self._parts.chat_model
        return {"name": model.name, "context_tokens": model.context_tokens}

    def _stream(self, values: Mapping[str, Any]) -> Iterator[str]:
        messages = _messages(values)
        sampling, adapter = _sampling(values["sampling"]), values.get("adapter")

        def pieces() -> Iterator[str]:
            with self._model_turn:
                yield from self._parts.chat_model.stream(messages, sampling, adapter=adapter)

        return pieces()

    def _prepare(self, values: Mapping[str, Any]) -> None:
        messages = _messages(values)
        with self._model_turn:
            model, adapter = self._parts.chat_model, values.get("adapter")
            model.prepare(messages, adapter=adapter, keep=bool(values["keep"]))

    def _score(self, values: Mapping[str, Any]) -> list[float]:
        messages = _messages(values)
        with self._model_turn:
            return self._parts.chat_model.score(messages, values["continuations"], adapter=values.get("adapter"))


def _messages(values: Mapping[str, Any]) -> list[Message]:
    """What a model is to answer.

    Raises:
        ValueError: there is nothing, which models take ill in the middle of a reply.
    """
    messages = [Message(**message) for message in values["messages"]]
    if not messages:
        raise ValueError
    return messages


def _sampling(values: Mapping[str, Any]) -> Sampling:
    known = {field.name for field in fields(Sampling)}
    given = {name: value for name, value in values.items() if name in known}
    return Sampling(**given | {"stop": tuple(given.get("stop", ()))})
