"""Ranked hits into a token budget, ready to be read in order of time; pure, knows no store and no model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from memcli.questions import asks_for_list
from memcli.records import Hit
from memcli.terms import fold

TOKENS: Final = 1_500
ALIKE: Final = 0.85
"""Texts that share at least this much of their words say the same thing twice."""

_WORD: Final = re.compile(r"\w+(?:'\w+)?")


def pack(
    hits: Sequence[Hit],
    question: str,
    count_tokens: Callable[[str], int],
    budget: int = TOKENS,
    overhead: int = 12,
) -> list[Hit]:
    """The best hits that fit the budget, oldest first, none of them said twice.

    A question that asks for a list takes its hits from as many sessions as it can.

    Args:
        hits: best first.
        question: what was asked.
        count_tokens: tokens of a text, as the model that will read it counts.
        budget: tokens there are room for.
        overhead: tokens that each hit costs beside its text (its id, date and speaker).
    """
    kept: list[Hit] = []
    room = budget
    for hit in _spread(hits) if asks_for_list(question) else hits:
        cost = count_tokens(hit.text) + overhead
        if cost <= room and not any(_alike(hit, other) for other in kept):
            kept.append(hit)
            room -= cost
    return sorted(kept, key=lambda hit: (hit.at, hit.turn.position if hit.turn else 0))


def _spread(hits: Sequence[Hit]) -> list[Hit]:
    """Hits in rounds: each session's best, then each session's second, every round in order of rank."""
    seen: dict[str, int] = {}
    rounds: list[tuple[int, int, Hit]] = []
    for rank, hit in enumerate(hits):
        session = hit.turn.session if hit.turn else hit.id
        seen[session] = seen.get(session, 0) + 1
        rounds.append((seen[session], rank, hit))
    return [hit for _, _, hit in sorted(rounds, key=lambda entry: entry[:2])]


def _alike(one: Hit, other: Hit) -> bool:
    """Whether one hit repeats the other. Two people who say the same are two facts."""
    if one.turn and other.turn and one.turn.speaker != other.turn.speaker:
        return False
    return _overlap(_words(one.text), _words(other.text)) >= ALIKE


def _words(text: str) -> Counter[str]:
    """All words, stop words too: "not" must tell two texts apart."""
    return Counter(_WORD.findall(fold(text)))


def _overlap(left: Counter[str], right: Counter[str]) -> float:
    """Jaccard similarity of two bags of words; 1 for two empty ones."""
    union = (left | right).total()
    return (left & right).total() / union if union else 1.0
