"""What is asked of a memory and what comes back: filters, hits, answers, and how search ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from memcli.records.kept import Memory, Turn
from memcli.records.names import Kind, Lane, Origin, Status

SIMILARITY: Final = "similarity"
COVERAGE: Final = "coverage"
"""Features of a hit that compare between questions: the cosine, and the share of the question's words it holds."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records a search or a listing may return. ``None`` and empty mean no restriction.

    ``since``/``until`` bound a turn's time, or a memory's event time (its creation if it has none);
    ``as_of`` keeps memories valid then; ``known_at`` gives the records as they were known then.
    A memory without a beginning was always valid, or, with ``begun``, since it happened or else was said.
    ``trusts`` are the origins of memories; each of ``containing`` occurs in the text, capitals or not.
    """

    lanes: tuple[Lane, ...] = (Lane.TURN, Lane.MEMORY)
    kinds: tuple[Kind, ...] = ()
    tags: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = (Status.ACTIVE,)
    session: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    known_at: datetime | None = None
    trusts: tuple[Origin, ...] = ()
    containing: tuple[str, ...] = ()
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Facets:
    """How many memories a filter keeps, in all and by what they are; tags are counted most frequent first."""

    total: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    statuses: Mapping[str, int] = field(default_factory=dict)
    trusts: Mapping[str, int] = field(default_factory=dict)
    tags: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate from one fetch of the store: the score's scale is the fetch's own (cosine, or BM25)."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked result; exactly one of ``turn`` and ``memory`` is set, as ``lane`` says."""

    lane: Lane
    id: str
    score: float
    turn: Turn | None = None
    memory: Memory | None = None
    features: Mapping[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self._record.text

    @property
    def at(self) -> datetime:
        """When it was said (turn), or when it happened, else became known (memory)."""
        if self.memory is not None:
            return self.memory.event_at or self.memory.created_at
        return self._record_turn.at

    @property
    def trust(self) -> Origin:
        """Whose words these are."""
        return self.memory.trust if self.memory is not None else self._record_turn.origin

    def saying(self, text: str) -> Hit:
        """The hit with other words in its record."""
        turn = replace(self.turn, text=text) if self.turn is not None else None
        memory = replace(self.memory, text=text) if self.memory is not None else None
        return replace(self, turn=turn, memory=memory)

    @property
    def _record(self) -> Turn | Memory:
        record = self.memory if self.lane is Lane.MEMORY else self.turn
        if record is None:
            raise ValueError(f"hit {self.id} carries no record")
        return record

    @property
    def _record_turn(self) -> Turn:
        if self.turn is None:
            raise ValueError(f"hit {self.id} carries no turn")
        return self.turn


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat prompt."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered and from what: the three lists are kept apart because they differ.

    ``retrieved`` came from the search, ``injected`` were shown to the model, ``citations`` were used. ``trust``
    is that of the least trusted of what was used; None where nothing was.
    """

    id: str
    question: str
    text: str
    at: datetime
    citations: tuple[str, ...] = ()
    retrieved: tuple[Hit, ...] = ()
    injected: tuple[str, ...] = ()
    model: str = ""
    took_ms: float = 0.0
    session: str = ""
    trust: Origin | None = None


@dataclass(frozen=True, slots=True)
class Taught:
    """What search learned from citations: from how many answers, and by how much it foretells them better.

    ``gain`` is in log-odds per answer, less its standard error; it is ``in_use`` where that is above 0.
    """

    answers: int = 0
    gain: float = 0.0
    in_use: bool = False


@dataclass(frozen=True, slots=True)
class RankerState:
    """How search ranks: the weights by feature, the card that tells where they come from, what was learned."""

    name: str
    weights: Mapping[str, float]
    card: Mapping[str, object]
    taught: Taught
