"""What is asked of the corridor and what it gives back: values, and the records that a note turns into."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
    Status,
    Turn,
    Work,
    new_id,
)
from memcli.text import terms
from memcli.update import Act

if TYPE_CHECKING:
    from memcli.ports import MemoryStore

NEAR: Final = 0.30
COVERS: Final = 0.30
LOOKED_AT: Final = 5
RIGHT: Final = 0.6
"""Of a turn's words, in the memory that was put right: from here on the turn said that alone."""
_LOOKS_BACK: Final = re.compile(
    r"\b(?:did|was|were|had|used to|before|previous(?:ly)?|former(?:ly)?|earlier|once|ex|old|first|originally)\b",
    re.IGNORECASE,
)
HALF: Final = 0.5
"""Of a turn's words, in what was made of it: from here on it said little else."""
LOOKED_BACK: Final = 100
"""Changes that came after what was made of a turn, at most, to find it."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a user adds in one go: the words and what they said about them."""

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
    """
    if cited := tuple(hit for hit in answer.retrieved if hit.id in answer.citations):
        return Sources(cited, cited=True)
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


def put_right(hits: Sequence[Hit]) -> frozenset[str]:
    """The turns among the hits that a memory was put right by or from, and that say no more than it does.

    A turn is one if it is a source of such a memory, which is there too and has most of its words but not all: the
    rest is what was wrong ("in 2019", and "in 2020, not 2019").
    """
    turns = {hit.id: set(terms(hit.text)) for hit in hits if hit.turn is not None}
    earlier = [
        (source, set(terms(hit.text)))
        for hit in hits
        if hit.memory is not None and len(hit.memory.sources) > 1
        for source in hit.memory.sources
        if source in turns
    ]
    return frozenset(
        source
        for source, known in earlier
        if not turns[source] <= known and len(turns[source] & known) >= RIGHT * len(turns[source])
    )


def _put_right(memory: Memory, said: set[str]) -> bool:
    """Whether a later turn took words out of what a memory was made of."""
    return len(memory.sources) > 1 and not said <= set(terms(memory.text))


def looks_back(question: str) -> bool:
    """Whether a question may mean what no longer holds."""
    return _LOOKS_BACK.search(question) is not None


def outdated(hits: Sequence[Hit], made_of: Mapping[str, Sequence[Memory]]) -> dict[str, Memory | None]:
    """The turns among the hits that say only what no longer holds, with the memory that knows better, if any.

    Args:
        hits: what was found.
        made_of: the memories that rest on each turn. A turn counts where they hold most of its words and are all
            superseded, or where the words of the one that is active were changed since.
    """
    found: dict[str, Memory | None] = {}
    for hit in hits:
        memories = [each for each in made_of.get(hit.id, ()) if hit.turn is not None]
        said = set(terms(hit.text))
        told = [m for m in memories if len(said & set(terms(m.text))) >= HALF * len(said)]
        active = [m for m in memories if m.status is not Status.SUPERSEDED]
        if told and not active:
            found[hit.id] = None
        elif len(memories) == len(active) == len(told) == 1 and _put_right(told[0], said):
            found[hit.id] = told[0]
    return found


def is_own_reply(hit: Hit) -> bool:
    """Whether a hit is something memcli itself once answered."""
    return hit.turn is not None and hit.turn.own_reply


def least_trusted(hits: Iterable[Hit]) -> Origin | None:
    """The trust of what rests on these: that of the least trusted of them; None where there are none."""
    return min((hit.trust for hit in hits), key=lambda origin: origin.rank, default=None)
