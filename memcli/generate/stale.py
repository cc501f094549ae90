"""Which finds say only what no longer holds, so that no answer rests on them; pure, knows records only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from memcli.records import Hit, Lane, Memory, Status
from memcli.terms import terms

HALF: Final = 0.5
"""Of a turn's words, in what was made of it: from here on it said little else."""
RIGHT: Final = 0.6
"""Of a turn's words, in the memory that was put right: from here on the turn said that alone."""
_LOOKS_BACK: Final = re.compile(
    r"\b(?:did|was|were|had|used to|before|previous(?:ly)?|former(?:ly)?|earlier|once|ex|old|first|originally)\b",
    re.IGNORECASE,
)


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


def current(hits: Sequence[Hit], made_of: Mapping[str, Sequence[Memory]]) -> list[Hit]:
    """The hits without turns whose facts were superseded, and memories in the place of what they put right."""
    gone = outdated(hits, made_of)
    seen = {hit.id for hit in hits}
    kept: list[Hit] = []
    for hit in hits:
        better = gone.get(hit.id)
        if hit.id not in gone:
            kept.append(hit)
        elif better is not None and better.id not in seen:
            seen.add(better.id)
            kept.append(replace(hit, lane=Lane.MEMORY, id=better.id, turn=None, memory=better))
    return kept


def _put_right(memory: Memory, said: set[str]) -> bool:
    """Whether a later turn took words out of what a memory was made of."""
    return len(memory.sources) > 1 and not said <= set(terms(memory.text))


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
