"""What a stretch of conversation was about, in its own words: keywords and quotes, with their turns; pure.

Nothing here is written freely. A summary that cannot be taken from the words is not made.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from memcli.records import Origin, Role, Turn
from memcli.terms import terms

if TYPE_CHECKING:
    from memcli.ports import Vectors

TOPIC: Final = "topic"
"""The tag of a topic's summary."""
DAY: Final = "day"
"""The tag of a day's summary."""

KEYWORDS: Final = 4
SHARED: Final = 2
"""Keywords that two topics have in common if they are one."""
ALIKE: Final = 0.3
"""Cosine from which on one keyword in common is enough. In the week of tests/data the same subjects come to .32
and more with the default embedder, others to .28 at most."""
_QUOTES: Final = 3
_QUOTE_TERMS: Final = 3
_QUOTE_CHARS: Final = 200
_STATEMENTS: Final = 2
_SENTENCE: Final = re.compile(r"[^.!?\n]+[.!?]*")
_WORD: Final = re.compile(r"[^\W\d_][\w'-]{2,}")
_QUOTED: Final = re.compile(r"“([^”]+)”")
_OPENING: Final = "Talked about "
_SMALL_TALK: Final = frozenset(
    """
    also always amazing anything arrived awesome back best better big bit bye came come cool day days
    definitely done eight enjoy ever every everybody feel feeling felt fine five found four fun gave get gets
    getting give glad go going gonna good got great guess happen happy hear hello help hey hi hope idea keep
    kind know last lately left let like little long look lot love lovely made make making many maybe mean
    month much need never new nice night nine nothing now oh ok okay one past pretty put quite really right
    said say see seem seven shall share show showed shows since six small somebody someone soon sorry sound
    start started still stuff such super sure take talk tell ten thank thanks thing things think thought three
    time tiny today today's together told tomorrow tonight took totally tried try trying two use used want
    wanted way week weekend weeks well went whatever whole wish wonderful work working worth would wow year
    years yes yesterday yet monday tuesday wednesday thursday friday saturday sunday morning afternoon evening
    usually often sometimes says telling write wrote writes hundred thousand times half quarter won viewed
    """.split()
)
"""Words that say little about what was talked about."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A summary on its way to become a memory; ``quotes`` are the latest first."""

    keywords: tuple[str, ...]
    quotes: tuple[str, ...]
    sources: tuple[str, ...]
    first: datetime
    last: datetime
    trust: Origin
    times: int = 1

    @property
    def text(self) -> str:
        """The summary in a line."""
        return told(self.keywords, self.quotes, self.times)


def topic_of(turns: Sequence[Turn], vectors: Vectors | None, rarity: Mapping[str, float]) -> Topic | None:
    """The topic of a stretch; None where too little was stated to make one.

    Args:
        turns: in order.
        vectors: a row for each turn; None where there are none.
        rarity: how much each term tells (its idf); absent ones tell nothing.
    """
    stated = [(number, sentence) for number, turn in enumerate(turns) for sentence in statements(turn)]
    keywords = _keywords(turns, rarity)
    if len(stated) < _STATEMENTS or len(keywords) < SHARED:
        return None
    closeness = _closeness(vectors) if vectors is not None else [0.0] * len(turns)
    weights = {term: 1 / rank for rank, word in enumerate(keywords, 1) for term in terms(word)}

    def worth(entry: tuple[int, str]) -> float:
        return sum(weights.get(term, 0.0) for term in set(terms(entry[1]))) + closeness[entry[0]]

    number, quote = max(stated, key=lambda entry: (worth(entry), -entry[0]))
    return Topic(
        keywords=keywords,
        quotes=(f"{turns[number].speaker}: {quote}",),
        sources=tuple(turn.id for turn in turns),
        first=turns[0].at,
        last=turns[-1].at,
        trust=min((turn.origin for turn in turns), key=lambda origin: origin.rank),
    )


def statements(turn: Turn) -> list[str]:
    """The sentences of a person that state something: no questions, no exclamations of two words."""
    if turn.role is not Role.USER or turn.origin is Origin.RECALLED:
        return []
    sentences = (" ".join(found.split()) for found in _SENTENCE.findall(turn.text))
    return [
        sentence.replace("“", "'").replace("”", "'")
        for sentence in sentences
        if not sentence.endswith("?")
        and len(sentence) <= _QUOTE_CHARS
        and len(set(terms(sentence))) >= _QUOTE_TERMS
    ]


def told(keywords: Sequence[str], quotes: Sequence[str], times: int) -> str:
    """The line that a topic's memory shows."""
    *most, last = keywords
    names = f"{', '.join(most)} and {last}" if most else last
    often = f" ({times} conversations)" if times > 1 else ""
    return f"{_OPENING}{names}{often}: {'; '.join(f'“{quote}”' for quote in quotes[:_QUOTES])}"


def quotes_in(text: str) -> list[str]:
    """The quotes of a summary, the latest first."""
    return _QUOTED.findall(text)


def same_topic(keywords: Sequence[str], others: Sequence[str], cosine: float) -> bool:
    """Whether two topics are one: they share keywords, or one and a meaning."""
    shared = len(_stems(keywords) & _stems(others))
    return shared >= SHARED or (shared > 0 and cosine >= ALIKE)


def joined(old_text: str, old_keywords: Sequence[str], new: Topic, times: int) -> tuple[str, tuple[str, ...]]:
    """Text and keywords of a topic that came up again (RMM's merge); a text that the user wrote stays."""
    shared = [word for word in new.keywords if _stems([word]) & _stems(old_keywords)]
    keywords = tuple(dict.fromkeys((*shared, *old_keywords, *new.keywords)))
    kept: dict[tuple[str, ...], str] = {}
    for word in keywords:
        kept.setdefault(tuple(terms(word)), word)
    names = tuple(kept.values())[:KEYWORDS]
    if not old_text.startswith(_OPENING):
        return old_text, names
    quotes = tuple(dict.fromkeys((*new.quotes, *quotes_in(old_text))))
    return told(names, quotes, times), names


def _keywords(turns: Sequence[Turn], rarity: Mapping[str, float]) -> tuple[str, ...]:
    """The words that tell most, as mostly spelled: term frequency times rarity, those in two turns first."""
    spelled: defaultdict[str, Counter[str]] = defaultdict(Counter)
    places: defaultdict[str, set[int]] = defaultdict(set)
    for number, turn in enumerate(turns):
        for word in _WORD.findall(turn.text):
            if word.lower() in _SMALL_TALK:
                continue
            for term in terms(word)[:1]:
                spelled[term][word.lower() if word.istitle() and word.lower() in spelled[term] else word] += 1
                places[term].add(number)

    def worth(term: str) -> tuple[bool, float, str]:
        return (len(places[term]) > 1, (1 + math.log(spelled[term].total())) * rarity.get(term, 0.0), term)

    best = sorted((term for term in spelled if rarity.get(term, 0.0) > 0), key=worth, reverse=True)
    return tuple(spelled[term].most_common(1)[0][0] for term in best[:KEYWORDS])


def _closeness(vectors: Vectors) -> list[float]:
    """Cosine of each turn to the middle of the stretch."""
    middle = vectors.mean(axis=0)
    length = float((middle @ middle) ** 0.5) or 1.0
    return [float(row @ middle) / length for row in vectors]


def _stems(words: Sequence[str]) -> set[str]:
    return {term for word in words for term in terms(word)}
