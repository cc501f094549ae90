"""Ids, and the closed lists of words that records are described with; knows no record."""

from __future__ import annotations

import hashlib
import secrets
from enum import IntEnum, StrEnum
from typing import Final

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32: no i, l, o, u to misread
_ID_LENGTH: Final = 12
CHAT: Final = "chat"
"""The source of what is said in memcli's own chat."""


def new_id(lane: str) -> str:
    """A random id of 60 bits in a lane, such as ``m:7k2q9x4ab3cd``."""
    return f"{lane}:{''.join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))}"


def stable_id(lane: str, *parts: str) -> str:
    """The id that the same parts always give: importing the same thing twice finds the first import."""
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).digest()
    number = int.from_bytes(digest, "big")
    return f"{lane}:{''.join(_ALPHABET[number >> 5 * i & 31] for i in range(_ID_LENGTH))}"


class Lane(StrEnum):
    """What was said (verbatim turns) and what was made of it (distilled memories). Both are always searched."""

    TURN = "turn"
    MEMORY = "memory"


class Role(StrEnum):
    """Who speaks in the chat protocol's sense."""

    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class Origin(StrEnum):
    """Where words came from, and hence how far they are trusted."""

    DIRECT_USER = "direct_user"
    ASSISTANT = "assistant"
    TOOL = "tool"
    DOCUMENT = "document"
    RECALLED = "recalled"

    @property
    def rank(self) -> int:
        """Higher is more trusted."""
        return _TRUST_ORDER.index(self)


_TRUST_ORDER: Final = (Origin.RECALLED, Origin.DOCUMENT, Origin.TOOL, Origin.ASSISTANT, Origin.DIRECT_USER)


class Kind(StrEnum):
    """The kind of a memory: who one is, what is so, what happened, how things are done, what follows from it."""

    CORE = "core"
    SEMANTIC = "semantic"
    EPISODIC = "episodic"
    PROCEDURAL = "procedural"
    INSIGHT = "insight"


class Status(StrEnum):
    """Where a memory is in its life."""

    ACTIVE = "active"
    SUPERSEDED = "superseded"
    ARCHIVED = "archived"
    QUARANTINED = "quarantined"


class Precision(StrEnum):
    """How exactly an event's date is known."""

    INSTANT = "instant"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    RANGE = "range"


class Op(StrEnum):
    """What a change does to a memory."""

    ADD = "ADD"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    MERGE = "MERGE"
    SUPERSEDE = "SUPERSEDE"
    ARCHIVE = "ARCHIVE"
    RESTORE = "RESTORE"
    QUARANTINE = "QUARANTINE"
    PIN = "PIN"
    UNPIN = "UNPIN"
    TAG = "TAG"
    LINK = "LINK"
    UNLINK = "UNLINK"
    REINFORCE = "REINFORCE"
    PURGE = "PURGE"


class Stance(StrEnum):
    """How a candidate relates to what may be known already."""

    STATES = "states"
    PAST = "past"
    ENDS = "ends"
    CORRECTS = "corrects"
    RETRACTS = "retracts"


class Outcome(StrEnum):
    """How a run of a job ended."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class Priority(IntEnum):
    """What is worked off first: a live conversation before a note, a note before an import."""

    LIVE = 2
    NOTE = 1
    BATCH = 0
