"""The parts of one command: over the service where it runs or can be started, else in this process."""

from __future__ import annotations

from functools import cached_property

from memcli import config
from memcli.config import Settings
from memcli.errors import MemcliError
from memcli.ports import ChatModel, Clock, Searcher
from memcli.service.client import Client
from memcli.service.process import client_of, start
from memcli.service.remote import RemoteChatModel, RemoteSearcher
from memcli.wiring import Parts


class RemoteParts(Parts):
    """The parts of an assistant whose models live in the service."""

    def __init__(self, settings: Settings, client: Client, clock: Clock | None = None) -> None:
        super().__init__(settings, clock)
        self._client = client

    @cached_property
    def chat_model(self) -> ChatModel:
        return RemoteChatModel(self._client)

    @cached_property
    def searcher(self) -> Searcher:
        return RemoteSearcher(self._client)


def parts(settings: Settings, clock: Clock | None = None, *, warm: bool = False) -> Parts:
    """The parts for one command.

    Args:
        settings: whose memory.
        clock: the command's; the service's own reads the same machine's.
        warm: the command needs models, so that starting the service is worth it.
    """
    client = reach(settings, start_it=warm and settings.autostart)
    return RemoteParts(settings, client, clock) if client else Parts(settings, clock)


def reach(settings: Settings, *, start_it: bool) -> Client | None:
    """A client of a live service; None where there is none and none can be had, which is no reason to fail."""
    try:
        if start_it:
            return start(settings.home, fingerprint=config.fingerprint(settings))
        client = client_of(settings.home)
    except (MemcliError, OSError):
        return None
    return client if client.alive() else None
