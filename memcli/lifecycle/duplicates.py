"""Which memories say the same thing twice, and what becomes of them; pure.

Two tests must agree: the texts share most of their words, and their vectors nearly coincide. What a small change
of words turns around (a number, a name, a "not") keeps them apart whatever the tests say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from memcli.records import Memory, Status
from memcli.terms import fold, terms

OVERLAP: Final = 0.7
"""Share of distinct words that two texts must have in common."""
COSINE: Final = 0.9

_NUMBER: Final = re.compile(r"\d[\d.,:/-]*")
_NAME: Final = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-ZÀ-Þ][\w'-]+")
_TURNING: Final = frozenset(
    """
    no not never none nobody nothing nor neither without cannot cant dont doesnt didnt isnt wasnt wont
    stopped quit former formerly ex used anymore less more before after left right
    one two three four five six seven eight nine ten first second third
    monday tuesday wednesday thursday friday saturday sunday
    """.split()
)
_WORD: Final = re.compile(r"[\w']+")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A memory that another one makes superfluous."""

    kept: Memory
    dropped: Memory


def candidates(memories: Iterable[Memory]) -> Iterator[tuple[Memory, Memory]]:
    """The pairs that share enough words, each once, found without comparing all with all.

    Two sets with a Jaccard similarity of at least t share one of the first |x| - ceil(t |x|) + 1 words of each, if
    words are ordered from rare to common (prefix filtering; Chaudhuri et al. 2006, Bayardo et al. 2007).
    """
    documents = [(memory, frozenset(terms(memory.text))) for memory in memories if _may_merge(memory)]
    frequency = Counter(word for _, words in documents for word in words)
    holders: dict[tuple[str, str], list[int]] = {}
    for number, (memory, words) in enumerate(documents):
        seen: set[int] = set()
        for word in sorted(words, key=lambda w: (frequency[w], w))[: _prefix(len(words))]:
            shelf = holders.setdefault((memory.about, word), [])
            for other in shelf:
                if other not in seen and _overlap(words, documents[other][1]) >= OVERLAP:
                    yield documents[other][0], memory
                seen.add(other)
            shelf.append(number)


def duplicates(
    memories: Sequence[Memory], cosine: Callable[[Memory, Memory], float | None]
) -> Iterator[Duplicate]:
    """What can be merged, each memory in one pair at most.

    Args:
        memories: active ones.
        cosine: similarity of two memories' vectors; None where one has none yet.
    """
    taken: set[str] = set()
    for one, other in candidates(memories):
        if {one.id, other.id} & taken or not same_claim(one, other):
            continue
        similarity = cosine(one, other)
        if similarity is not None and similarity >= COSINE:
            taken |= {one.id, other.id}
            kept, dropped = sorted((one, other), key=_standing, reverse=True)
            yield Duplicate(kept, dropped)


def same_claim(one: Memory, other: Memory) -> bool:
    """Whether nothing that small words turn around differs: kind, trust, dates, numbers, names, negation."""
    return (
        (one.kind, one.trust, one.event_at, one.valid_to, one.expires_at)
        == (other.kind, other.trust, other.event_at, other.valid_to, other.expires_at)
        and _marks(one.text) == _marks(other.text)
        and not (one.pinned and other.pinned)
    )


def merged(duplicate: Duplicate) -> Memory:
    """The kept memory with what the dropped one knew: sources, tags and keywords united."""
    kept, dropped = duplicate.kept, duplicate.dropped
    recalled = [at for at in (kept.last_recalled_at, dropped.last_recalled_at) if at is not None]
    return replace(
        kept,
        sources=tuple(dict.fromkeys((*kept.sources, *dropped.sources))),
        tags=tuple(dict.fromkeys((*kept.tags, *dropped.tags))),
        keywords=tuple(dict.fromkeys((*kept.keywords, *dropped.keywords))),
        importance=max(kept.importance, dropped.importance),
        strength=max(kept.strength, dropped.strength),
        recalls=kept.recalls + dropped.recalls,
        last_recalled_at=max(recalled, default=None),
        valid_from=min((at for at in (kept.valid_from, dropped.valid_from) if at), default=None),
    )


def _may_merge(memory: Memory) -> bool:
    return memory.status is Status.ACTIVE and len(terms(memory.text)) > 1


def _prefix(size: int) -> int:
    return size - -(-size * int(OVERLAP * 100) // 100) + 1


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _marks(text: str) -> tuple[Counter[str], Counter[str], Counter[str]]:
    return (
        Counter(number.rstrip(".,:/-") for number in _NUMBER.findall(text)),
        Counter(name.removesuffix("'s") for name in _NAME.findall(text)),
        Counter(word for word in _WORD.findall(fold(text)) if word in _TURNING or word.endswith("n't")),
    )


def _standing(memory: Memory) -> tuple[bool, int, float, int, float, str]:
    """Which of two stays: pinned, used more, more important, told at more length, known longer."""
    known = -memory.created_at.timestamp()
    return (memory.pinned, memory.recalls, memory.importance, len(memory.text), known, memory.id)
