"""The frozen records that travel between rooms; knows no storage, model or screen.

Every time is an aware ``datetime``: the instant is what is compared, the offset is what the speaker's clock
showed. Ids are ``lane:body`` (``m:`` memory, ``t:`` turn, ``c:`` change, ``b:`` batch, ``a:`` answer).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32: no i, l, o, u to misread
_ID_LENGTH: Final = 12
SIMILARITY: Final = "similarity"
COVERAGE: Final = "coverage"
"""Features of a hit that compare between questions: the cosine, and the share of the question's words it holds."""
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


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance, verbatim.

    ``source`` names the importer and ``source_id`` its own id for the turn; together they make re-import
    idempotent. ``position`` orders turns inside a session.
    """

    id: str
    session: str
    position: int
    role: Role
    speaker: str
    text: str
    at: datetime
    origin: Origin = Origin.DIRECT_USER
    source: str = "cli"
    source_id: str = ""

    @property
    def own_reply(self) -> bool:
        """Whether memcli itself said it: what it made up must not become its evidence."""
        return self.origin is Origin.ASSISTANT and self.source == CHAT


@dataclass(frozen=True, slots=True)
class Memory:
    """One distilled memory.

    ``event_at``..``event_end`` is when what it tells happened, ``valid_from``..``valid_to`` while it is true
    of the world, ``created_at`` since when it is known: the bi-temporal pair of ``--as-of`` and ``--known-at``.
    ``strength`` is S of the forgetting curve in days; ``importance`` lies in 0..1. At ``expires_at`` its user
    wants it put away, whatever is left of it.
    """

    id: str
    text: str
    kind: Kind
    created_at: datetime
    updated_at: datetime
    about: str = "user"
    event_at: datetime | None = None
    event_end: datetime | None = None
    event_precision: Precision | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    importance: float = 0.5
    strength: float = 1.0
    last_recalled_at: datetime | None = None
    recalls: int = 0
    pinned: bool = False
    expires_at: datetime | None = None
    status: Status = Status.ACTIVE
    trust: Origin = Origin.DIRECT_USER
    tags: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    supersedes: str | None = None
    revision: int = 1
    made_by: str = "user"


class Stance(StrEnum):
    """How a candidate relates to what may be known already."""

    STATES = "states"
    PAST = "past"
    ENDS = "ends"
    CORRECTS = "corrects"
    RETRACTS = "retracts"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement found in a turn, on its way to become a memory, to change one, or to be refused.

    ``evidence`` is the span of the source that says it, ``said_at`` when. ``suspect`` is the reason why it must
    go before the user instead of straight into memory; empty when there is none.
    """

    text: str
    about: str
    said_at: datetime
    evidence: str
    sources: tuple[str, ...]
    kind: Kind = Kind.SEMANTIC
    stance: Stance = Stance.STATES
    event_at: datetime | None = None
    event_end: datetime | None = None
    event_precision: Precision | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    importance: float = 0.5
    trust: Origin = Origin.DIRECT_USER
    tags: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    expires_at: datetime | None = None
    language: str = "en"
    suspect: str = ""
    made_by: str = "rule"


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one turn yields; ``dropped`` counts the clauses that were not kept, by reason."""

    candidates: tuple[Candidate, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A directed, typed edge between two memories."""

    source: str
    target: str
    relation: str = "related"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Change:
    """One step in a memory's life, by anyone. ``before`` is None for a birth, ``after`` None for a removal.

    ``link`` is set for LINK and UNLINK only. ``undoes`` is the change that this one takes back. ``sets`` names the
    fields that it sets where ``before`` and ``after`` do not tell them apart (see ``memcli.merging``).
    """

    id: str
    batch: str
    at: datetime
    actor: str
    op: Op
    memory_id: str
    before: Memory | None = None
    after: Memory | None = None
    reason: str = ""
    evidence: tuple[str, ...] = ()
    link: Link | None = None
    undoes: str | None = None
    sets: tuple[str, ...] = ()

    @property
    def final(self) -> bool:
        """Whether it can never be taken back: a purge, or a change whose content was purged."""
        return self.op is Op.PURGE or (self.before is None and self.after is None)


@dataclass(frozen=True, slots=True)
class Mark:
    """What merging needs to know of a turn or a change beside the record (see ``memcli.merging``).

    ``place`` is where it stands in the order of all devices, in microseconds since 1970; 0 is its own time.
    ``meant`` and ``over`` are what a change means where the history cannot tell. What is ``purged`` is never taken
    in again.
    """

    id: str
    place: int = 0
    over: str | None = None
    meant: Change | None = None
    purged: bool = False


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

    ``retrieved`` came from the search, ``injected`` fitted the budget, ``citations`` were used. ``trust`` is that
    of the least trusted of what was used; None where nothing was.
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


@dataclass(frozen=True, slots=True)
class Work:
    """A turn that waits to be read for memories, durable since it was kept.

    ``asked`` says that the user wants it remembered, so that something must come of it. ``tags``, ``kind``,
    ``event_at`` and ``expires_at`` are what they said about it. A failed try leaves its ``error``.
    """

    turn: str
    priority: Priority = Priority.BATCH
    asked: bool = False
    tags: tuple[str, ...] = ()
    kind: Kind | None = None
    event_at: datetime | None = None
    expires_at: datetime | None = None
    tries: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run of a background job. Its changes, if any, are the batch ``batch``; ``detail`` is one line."""

    id: int
    job: str
    batch: str
    began: datetime
    ended: datetime | None = None
    outcome: Outcome = Outcome.RUNNING
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FlushReport:
    """What a flush moved from the ledger to the Lance tables."""

    turns: int = 0
    memories: int = 0


@dataclass(frozen=True, slots=True)
class StoreStats:
    """Counts a person asks for. ``pending`` rows are durable in the ledger and not yet in the Lance tables."""

    turns: int
    sessions: int
    memories: Mapping[str, int]
    links: int
    changes: int
    pending: int
    ledger_bytes: int
    lance_bytes: int
    schema_version: int
    embedder: str
