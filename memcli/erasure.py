"""What is to be erased, what bears its traces, and what a search for them found; knows no store and no file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


def trained_mark(record_id: str) -> str:
    """How an adapter's card names a record that it was trained on: nothing of it can be read from this."""
    return hashlib.blake2b(record_id.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a user wants erased: memories and turns by id, or everything that meets all of the conditions.

    ``before`` bounds when turns were said and memories made; ``source`` is what brought turns in (``chat``,
    ``add``, an importer's name); ``containing`` are words, capitals or not. With ``keep_turns`` the turns that a
    memory named by id was made from stay.
    """

    ids: tuple[str, ...] = ()
    before: datetime | None = None
    session: str | None = None
    source: str | None = None
    containing: str | None = None
    keep_turns: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a purge takes away, by id; an empty one has nothing to do.

    ``losing`` are memories that stay, for they rest on other turns too, and lose a source. ``shared`` are source
    turns that stay because other memories rest on them.
    """

    memories: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    losing: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing would go."""
        return not (self.memories or self.turns or self.answers)

    @property
    def touched(self) -> tuple[str, ...]:
        """Every record whose words go, in whole or in part."""
        return (*self.memories, *self.turns, *self.answers, *self.losing)


@dataclass(frozen=True, slots=True)
class Traces:
    """What erased records can be known by: their texts (of every revision), ids and vectors (float32 bytes).

    ``touched`` are the ids, and those of records that lose a part: whoever was trained on one learned of it.
    """

    texts: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    vectors: tuple[bytes, ...] = ()
    touched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A trace that is still there: in which file (and table, column or record of it), and which kind of trace."""

    place: str
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a search for traces came to. ``looked`` counts what was read, by place.

    ``unread`` are files that cannot be searched, with the reason. ``adapters`` were trained on this memory; what
    they took in cannot be searched for. ``short`` texts have too few letters to be told apart from others and were
    searched for by id alone.
    """

    findings: tuple[Finding, ...] = ()
    looked: Mapping[str, int] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    adapters: tuple[str, ...] = ()
    short: int = 0

    @property
    def erased(self) -> bool:
        """Whether everything could be searched and nothing was found."""
        return not self.findings and not self.unread
