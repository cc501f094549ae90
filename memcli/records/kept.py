"""What is said, what is made of it, and its history: what the store keeps; knows no search and no job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from memcli.records.names import CHAT, Kind, Op, Origin, Precision, Role, Stance, Status


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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement found in a turn, on its way to become a memory, to change one, or to be refused.

    ``evidence`` is the span of the source that says it, ``said_at`` when. ``suspect`` is the reason why it must
    go before the user instead of straight into memory; empty when there is none. What is ``slight`` is worth no
    memory by itself and is heard only for what it ends ("my neck is fine again").
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
    slight: bool = False


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
