"""Which memories are junk, found without a model: repeats, echoes, stale dates, orphans; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias

from memcli.dates import ground
from memcli.records import Change, Link, Memory, Op, Origin, Status, Turn
from memcli.update.edits import Act, revised, untie
from memcli.update.similar import sense_of

_STALE: Final = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|(?:last|next|this) (?:night|week(?:end)?|month|year|summer|winter|"
    r"spring|autumn|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)|\w+ (?:days?|weeks?|months?|years?) ago)\b",
    re.IGNORECASE,
)
Masking: TypeAlias = Callable[[str], str]
"""A text without its secrets."""
_ECHOED: Final = frozenset({Origin.ASSISTANT, Origin.RECALLED})


class Fault(StrEnum):
    """What is wrong with a memory."""

    REPEAT = "repeat"
    ECHO = "echo"
    STALE_DATE = "stale date"
    ORPHAN = "orphan"
    SECRET = "secret"


@dataclass(frozen=True, slots=True)
class Finding:
    """A memory in force and its fault."""

    memory: Memory
    fault: Fault


def audit(memories: Iterable[Memory], turns: Mapping[str, Turn], masked: Masking = str) -> list[Finding]:
    """The faults of the memories in force; ``turns`` are those they name as their sources.

    A repeat says what an older memory says, in the same or nearly the same words. An echo comes only from the
    assistant or from recalled text. An orphan names sources and none of them is there. A secret is what ``masked``
    takes out of a text.
    """
    ordered = sorted(memories, key=lambda m: (not m.pinned, m.created_at, m.id))
    seen: dict[object, Memory] = {}
    found = [finding for memory in ordered for finding in _faults(memory, turns, seen)]
    return found + [Finding(memory, Fault.SECRET) for memory in ordered if masked(memory.text) != memory.text]


def repairs(findings: Iterable[Finding], act: Act, masked: Masking = str) -> list[Change]:
    """What can be put right safely: repeats and echoes are archived, dates resolved, secrets taken out."""
    found = {
        finding.memory.id: finding for finding in reversed(list(findings)) if finding.fault is not Fault.ORPHAN
    }
    return [change for finding in found.values() if (change := _repair(finding, act, masked)) is not None]


def untied(links: Iterable[Link], memories: Mapping[str, Memory], act: Act) -> list[Change]:
    """The changes that take away links of which an end is not there; ``memories`` are the ends that are."""
    why = replace(act, reason="an end is gone")
    return [untie(link, memories.get(link.source) or memories.get(link.target), why) for link in links]


def _faults(memory: Memory, turns: Mapping[str, Turn], seen: dict[object, Memory]) -> Iterator[Finding]:
    sense = sense_of(memory.text, memory.about)
    words = sense.content or sense.plain
    key = (memory.about, words, sense.firm, sense.negative, sense.past, sense.owned, memory.event_at)
    if seen.setdefault(key, memory) is not memory:
        yield Finding(memory, Fault.REPEAT)
    origins = {turns[source].origin for source in memory.sources if source in turns}
    if origins and origins <= _ECHOED:
        yield Finding(memory, Fault.ECHO)
    if memory.sources and not origins:
        yield Finding(memory, Fault.ORPHAN)
    if _STALE.search(memory.text):
        yield Finding(memory, Fault.STALE_DATE)


def _repair(finding: Finding, act: Act, masked: Masking) -> Change | None:
    memory = finding.memory
    why = replace(act, reason=finding.fault.value)
    if finding.fault is Fault.SECRET:
        return revised(memory, replace(memory, text=masked(memory.text)), why)
    if finding.fault is not Fault.STALE_DATE:
        return revised(memory, replace(memory, status=Status.ARCHIVED), why, Op.ARCHIVE)
    text = ground(memory.text, memory.created_at)
    return revised(memory, replace(memory, text=text), why) if text != memory.text else None
