"""Who the user is, in lines that are memories themselves: chosen and grouped by rule, never rewritten; pure.

A line of MemoryBank's portrait or Second Me's biography is new text, which nobody can trace. Here a line is the
memory that tells a thing best, tagged ``profile``: it has sources and a history, is edited, undone and purged
as any other, and whatever else says the same supports it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from memcli.records import Kind, Memory, Origin, Status
from memcli.terms import terms

PROFILE: Final = "profile"
"""The tag of a line."""
KEPT_OUT: Final = "not-profile"
"""The tag that keeps a memory out, whatever it says."""

ALIKE: Final = 0.5
PER_TOPIC: Final = 8
_LEADS: Final = 200
"""So many memories of a topic, the weightiest, may become its lines; all others can only support one of them."""
_SELF: Final = re.compile(
    r"\b(?:I|[Mm]y|[Mm]e|[Uu]ser(?:'s)?|[Ii]ch|[Mm]eine?[mnrs]?|[Jj]e|[Mm]on|[Mm]a|[Yy]o|[Mm]i|[Ee]u|[Mm]eu|"
    r"[Mm]inha)\b|我"
)
"""How people name themselves, and how memories name a user whose name is not known."""
_WORD_OF_USER: Final = 0.7
_SETTLED: Final = 0.95
_KINDS: Final = (Kind.CORE, Kind.SEMANTIC, Kind.PROCEDURAL)

TOPICS: Final[Mapping[str, str]] = {
    "who": "name|named|called|born|birthday|years? old|age|nationality|speaks?|languages?|(?:i|a)[sm] from",
    "health": r"""allerg\w*|doctor|asthma|diabet\w*|medic\w*|pills?|therap\w*|surgery|diet|vegetarian|vegan|blood
        |insomnia|injur\w*|pain|migraines?|glasses|pregnant|intoleran\w*""",
    "work": r"""works?|working|jobs?|boss|company|office|colleagues?|team|manager|engineer|teacher|nurse|career
        |freelanc\w*|salary|stud(?:y|ies|ied|ent)|university|degree|school|phd|project|clients?|promot\w*""",
    "home": r"""lives?|living|moved|home|house|flat|apartment|rent\w*|address|neighbou?r\w*|room|garden|city|town
        |landlord|lease""",
    "people": r"""wife|husband|partner|girlfriend|boyfriend|fianc[ée]e?|spouse|mother|father|mum|mom|dad|parents?
        |sister|brother|siblings?|son|daughter|child|children|kids?|baby|friends?|aunt|uncle|cousin|grand\w+
        |married|divorced|niece|nephew|roommate|cat|dog|pets?""",
    "likes": r"""likes?|loves?|loving|enjoys?|prefers?|favou?rite|hates?|dislikes?|fan of|interested|can't stand
        |afraid|fears?|adores?""",
    "habits": r"""usually|always|never|every|often|mornings?|evenings?|weekends?|routine|plays?|runs?|goes to
        |practi[cs]es?|drinks?|smokes?|wakes?""",
    "plans": r"""plans?|planning|wants?|hopes?|going to|goal|dreams?|would like|next (?:year|month|week)
        |saving for""",
}
"""Topics and their words, in order: a memory belongs to the first topic whose words it has."""
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a profile.

    ``support`` are the memories that say the same, the line's own first. ``evidence`` are their source turns.
    ``confidence`` lies in 0..1.
    """

    topic: str
    memory: Memory
    support: tuple[Memory, ...]
    evidence: tuple[str, ...]
    confidence: float


_LEFT_OUT: Final = "[secret: "
"""What stands where a secret was: a line of the profile would say nothing else."""
_UNREAL: Final = re.compile(
    r"^\W*(?:and |but |so )?(?:if|what if|imagine|suppose|pretend|maybe|perhaps)\b|\bif (?:i|we|only|"
    r"my) (?:ever |only )?"
    r"(?:had|have|were|was|could|win|won|get|got|lived|ever)\b|\b(?:might|would rather not|wish)\b",
    re.IGNORECASE,
)
"""What was only imagined: kept where the user asked for it, and no fact about them."""


def profile(memories: Iterable[Memory], user: str, now: datetime) -> list[Line]:
    """The lines that the memories about the user make, by topic, what is surest and weighs most first."""
    lines: list[Line] = []
    by_topic: dict[str, list[Memory]] = {}
    for memory in memories:
        if _tells_of(memory, user, now):
            by_topic.setdefault(topic_of(memory), []).append(memory)
    for topic in (*TOPICS, OTHER):
        groups = _groups(sorted(by_topic.get(topic, []), key=_weight, reverse=True))
        lines += sorted((_line(topic, group) for group in groups), key=_rank, reverse=True)[:PER_TOPIC]
    return lines


def foremost(lines: Iterable[Memory], most: int) -> list[Memory]:
    """The ``most`` lines that weigh most, oldest first among equals: a new one seldom displaces the others."""
    return sorted(lines, key=lambda m: (not m.pinned, m.kind is not Kind.CORE, -m.importance, m.created_at, m.id))[
        :most
    ]


def topic_of(memory: Memory) -> str:
    """The first topic whose words the memory has."""
    return next((topic for topic in TOPICS if _words_of(topic).search(memory.text)), OTHER)


@lru_cache(maxsize=len(TOPICS))
def _words_of(topic: str) -> re.Pattern[str]:
    words = "".join(line.strip() for line in TOPICS[topic].splitlines())
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


def _tells_of(memory: Memory, user: str, now: datetime) -> bool:
    return (
        memory.status is Status.ACTIVE
        and memory.about in {user, "user"}
        and memory.trust is Origin.DIRECT_USER
        and (PROFILE in memory.tags or (memory.kind in _KINDS and _names(memory, user)))
        and KEPT_OUT not in memory.tags
        and not _UNREAL.search(memory.text)
        and _LEFT_OUT not in memory.text
        and (memory.valid_to is None or memory.valid_to > now)
    )


def _names(memory: Memory, user: str) -> bool:
    """Whether the words are of the user: what the user told of a sister's dog is not."""
    own = memory.kind is Kind.CORE and memory.made_by == "user"
    return own or user.lower() in memory.text.lower() or bool(_SELF.search(memory.text))


def _weight(memory: Memory) -> tuple[bool, bool, bool, float, datetime, str]:
    """A line stays the line as long as nothing weighs more by the user's own doing."""
    return (
        memory.pinned,
        PROFILE in memory.tags,
        memory.kind is Kind.CORE,
        memory.importance,
        memory.created_at,
        memory.id,
    )


def _groups(memories: Sequence[Memory]) -> list[list[Memory]]:
    """Memories that say the same, each group led by its weightiest."""
    groups: list[tuple[frozenset[str], list[Memory]]] = []
    for memory in memories:
        words = frozenset(terms(memory.text))
        for lead, group in groups:
            if _jaccard(words, lead) >= ALIKE:
                group.append(memory)
                break
        else:
            if len(groups) < _LEADS:
                groups.append((words, [memory]))
    return [group for _, group in groups]


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0


def _line(topic: str, group: Sequence[Memory]) -> Line:
    evidence = tuple(dict.fromkeys(turn for memory in group for turn in memory.sources))
    return Line(topic, group[0], tuple(group), evidence, _confidence(group, evidence))


def _confidence(group: Sequence[Memory], evidence: Sequence[str]) -> float:
    """Noisy-or over the times it was said; what the user pinned or wrote as it stands is settled."""
    said = 1.0 - (1.0 - _WORD_OF_USER) ** max(len(evidence), len(group))
    settled = any(memory.pinned or memory.made_by == "user" for memory in group)
    return round(max(said, _SETTLED) if settled else said, 3)


def _rank(line: Line) -> tuple[bool, float, float, datetime, str]:
    memory = line.memory
    return (memory.pinned, memory.importance, line.confidence, memory.created_at, memory.id)
