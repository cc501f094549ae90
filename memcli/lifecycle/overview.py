"""What all conversations were about, made of their topics' summaries: keywords and quotes, nothing else; pure.

Recursive summarisation (Wang et al. 2023) writes a summary of everything from the one before and the latest
session. A small model would drift; here every level is chosen from the one below: sentences, topics, this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from memcli.humanize import count, day
from memcli.lifecycle.topics import quotes_in
from memcli.records import Memory, Origin

OVERALL: Final = "overall"
"""The tag of the summary of everything."""
OPENING: Final = "In all, "
LEAST_TOPICS: Final = 2
_TOPICS: Final = 5
_WORDS: Final = 3
_QUOTES: Final = 3


@dataclass(frozen=True, slots=True)
class Overview:
    """The summary on its way to become a memory. ``sources`` are the turns of the topics that it names."""

    text: str
    keywords: tuple[str, ...]
    sources: tuple[str, ...]
    first: datetime
    last: datetime
    trust: Origin


def overview(topics: Sequence[Memory], sessions: Mapping[str, int], days: int) -> Overview | None:
    """What came up most; None while there is too little to sum up.

    Args:
        topics: the summaries of topics, active ones.
        sessions: by topic, in how many conversations it came up.
        days: on how many days there were conversations.
    """
    told = [topic for topic in topics if topic.keywords and topic.event_at]
    if len(told) < LEAST_TOPICS:
        return None
    often = sorted(told, key=lambda topic: (sessions.get(topic.id, 1), _last(topic), topic.id), reverse=True)
    shown = often[:_TOPICS]
    quotes = [quote for topic in shown for quote in quotes_in(topic.text)[:1]][:_QUOTES]
    first = min(topic.event_at for topic in told if topic.event_at)
    names = "; ".join(_named(topic, sessions.get(topic.id, 1)) for topic in shown)
    said = "; ".join(f"“{quote}”" for quote in quotes)
    more = f", and {count(len(told) - len(shown), 'other topic')}" if len(told) > len(shown) else ""
    return Overview(
        text=f"{OPENING}since {day(first)}, on {count(days, 'day')}: {names}{more}{f': {said}' if said else ''}",
        keywords=tuple(dict.fromkeys(word for topic in shown for word in topic.keywords[:1])),
        sources=tuple(dict.fromkeys(source for topic in shown for source in topic.sources)),
        first=first,
        last=max(map(_last, told)),
        trust=min((topic.trust for topic in shown), key=lambda origin: origin.rank),
    )


def _named(topic: Memory, sessions: int) -> str:
    often = f" ({sessions} conversations)" if sessions > 1 else ""
    return f"{', '.join(topic.keywords[:_WORDS])}{often}"


def _last(topic: Memory) -> datetime:
    return topic.event_end or topic.event_at or topic.created_at
