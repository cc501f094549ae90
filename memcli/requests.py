"""What is asked of the corridor and what it gives back: values, and the records that a note turns into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import sleep
from typing import TYPE_CHECKING, Final

from memcli.records import (
    COVERAGE,
    SIMILARITY,
    Answer,
    Change,
    Hit,
    Kind,
    Memory,
    Op,
    Origin,
    Priority,
    Turn,
    Work,
    new_id,
)
from memcli.terms import terms
from memcli.update import Act

if TYPE_CHECKING:
    from memcli.ports import MemoryStore

NEAR: Final = 0.30
COVERS: Final = 0.30
LOOKED_AT: Final = 5
LOOKS: Final = 40
LOOK_SECONDS: Final = 0.05
"""How often, and how far apart, one looks whether the service has read what was said."""
LOOKED_BACK: Final = 100
"""Changes that came after what was made of a turn, at most, to find it."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a user adds in one go: the words and what they said about them.

    ``at`` is when it happened, and when it was said; one that is still to come was said now.
    """

    text: str
    at: datetime | None = None
    session: str | None = None
    tags: tuple[str, ...] = ()
    kind: Kind = Kind.SEMANTIC
    origin: Origin = Origin.DIRECT_USER
    raw: bool = False
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was kept, read back from the store; ``queued`` says that more will follow in the background.

    ``known`` are the memories that said it already, ``secrets`` the kinds of what was left out of the new ones.
    ``unclear`` says that something was left out because it does not tell what "it" means.
    """

    turns: tuple[Turn, ...]
    changes: tuple[Change, ...]
    queued: bool = False
    known: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    unclear: bool = False

    @property
    def waiting(self) -> dict[str, str]:
        """Why what waits in the inbox waits, by memory."""
        return {change.memory_id: change.reason for change in self.changes if change.op is Op.QUARANTINE}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One message of a chat and its answer, as kept; a private one keeps nothing."""

    answer: Answer
    said: Turn
    replied: Turn
    interrupted: bool = False
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sources:
    """What stands behind an answer, best first: what it cites, or else what was found nearest to the question."""

    hits: tuple[Hit, ...]
    cited: bool


def sources(answer: Answer, nearest: int = 2) -> Sources | None:
    """What to show below an answer; None where nothing that was found shares a word with the question.

    A small model often finds no words for what it was shown: then what was found is worth more than what it says.
    Where it was shown nothing, since it was only told something, nothing was asked for.
    """
    if cited := tuple(hit for hit in answer.retrieved if hit.id in answer.citations):
        return Sources(cited, cited=True)
    if not answer.injected:
        return None
    asked = set(terms(answer.question))
    near = [hit for hit in answer.retrieved if not is_own_reply(hit) and asked & set(terms(hit.text))]
    told = {turn for hit in near if hit.memory for turn in hit.memory.sources}
    once = tuple(hit for hit in near if hit.id not in told)[:nearest]
    return Sources(once, cited=False) if once else None


@dataclass(frozen=True, slots=True)
class Patch:
    """What a user changes about a memory; ``None`` leaves a field as it is. ``lasting`` takes its end away."""

    text: str | None = None
    kind: Kind | None = None
    importance: float | None = None
    event_at: datetime | None = None
    expires_at: datetime | None = None
    lasting: bool = False


def work_of(note: Note, turn: Turn, *, short: bool) -> Work:
    """The reading that a note's turn waits for; of a ``short`` one that the user wrote, something must come."""
    kind = None if note.kind is Kind.SEMANTIC else note.kind
    asked = short and note.origin is Origin.DIRECT_USER
    return Work(
        turn.id,
        Priority.NOTE,
        asked=asked,
        tags=note.tags,
        kind=kind,
        event_at=note.at,
        expires_at=note.expires_at,
    )


def verbatim(text: str, note: Note, about: str, act: Act) -> Memory:
    """A note as one memory, word for word."""
    return Memory(
        id=new_id("m"),
        text=text,
        kind=note.kind,
        created_at=act.at,
        updated_at=act.at,
        about=about,
        event_at=note.at,
        expires_at=note.expires_at,
        trust=note.origin,
        tags=note.tags,
        sources=act.evidence,
    )


def fits(hits: Sequence[Hit]) -> bool:
    """Whether any of the first hits is near to what was asked, in meaning or in words.

    Of questions that a home answers 1 to 3 % are taken for strange by these bounds, of questions of other homes
    20 to 67 % (scripts/LOG.md). Hits without these features, as an older service gives them, count as fitting.
    """
    return not hits or any(
        hit.features.get(SIMILARITY, 1.0) >= NEAR or hit.features.get(COVERAGE, 1.0) >= COVERS
        for hit in hits[:LOOKED_AT]
    )


def wait_read(store: MemoryStore, said: Turn, stopping: Callable[[], bool]) -> None:
    """Wait a moment for the service, which may be reading a turn just now."""
    for _ in range(LOOKS):
        if stopping() or not store.waits(said.id):
            return
        sleep(LOOK_SECONDS)


def made_of(store: MemoryStore, said: Turn) -> list[Change]:
    """What was made of a turn, oldest first, as the log has it; being recalled, and links, are not told.

    Whoever read the turn, this process or the service: the log is the same.
    """
    log = store.log(limit=LOOKED_BACK)
    return [change for change in reversed(log) if _is_from(change, said)]


def _is_from(change: Change, said: Turn) -> bool:
    if change.op is Op.REINFORCE or change.link is not None:
        return False
    return said.id in change.evidence or bool(change.after and said.id in change.after.sources)


def is_own_reply(hit: Hit) -> bool:
    """Whether a hit is something memcli itself once answered."""
    return hit.turn is not None and hit.turn.own_reply


def least_trusted(hits: Iterable[Hit]) -> Origin | None:
    """The trust of what rests on these: that of the least trusted of them; None where there are none."""
    return min((hit.trust for hit in hits), key=lambda origin: origin.rank, default=None)
