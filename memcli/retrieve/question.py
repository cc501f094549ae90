"""What a question's own words tell: what it is about, whom, when, and what form its answer has; pure.

The word lists are English; a question in another language has no such forms, and its words still count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from memcli.records import Role, Turn
from memcli.retrieve.pool import Query, Row
from memcli.terms import fold, terms

_WORD: Final = re.compile(r"[^\W_]+")
_NICKNAME: Final = 3
"""Letters a short form of a name needs: "Mel" is Melanie, "Me" is nobody."""

_WHEN: Final = re.compile(
    r"^\s*(when|how long|(what|which|in which|in what)\s+(date|day|month|year|time|week))\b", re.I
)
_HOW_MANY: Final = re.compile(r"\bhow (many|often|much)\b", re.I)
_NAMING: Final = re.compile(
    r"\b(where|who|whom|whose|which|name|names|called|city|cities|country|countries|title)\b", re.I
)
_FIRST_PERSON: Final = re.compile(r"\b(i|i'm|i've|i'd|my|mine|we|our)\b", re.I)
_SECOND_PERSON: Final = re.compile(r"\b(you|your|you've)\b", re.I)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question, read. ``topic`` are its terms without names of speakers and words for dates."""

    topic: tuple[str, ...]
    speakers: frozenset[str]
    names: frozenset[str]
    of_user: bool
    of_assistant: bool
    when: bool
    how_many: bool
    naming: bool


def read(query: Query, speakers: Iterable[str]) -> Reading:
    """Read a question, given who speaks in what was found."""
    asked = {fold(word) for word in _WORD.findall(query.text) if word[0].isupper()}
    named = frozenset(speaker for speaker in set(speakers) if _is_named(speaker, asked))
    names = frozenset(term for speaker in named for term in terms(speaker))
    dates = {term for span in query.spans for term in terms(span.text)}
    every = tuple(dict.fromkeys(query.terms))
    without_names = tuple(term for term in every if term not in names)
    topic = tuple(term for term in without_names if term not in dates)
    return Reading(
        topic=topic or without_names or every,
        speakers=named,
        names=names,
        of_user=not named and bool(_FIRST_PERSON.search(query.text)),
        of_assistant=not named and bool(_SECOND_PERSON.search(query.text)),
        when=bool(_WHEN.search(query.text)),
        how_many=bool(_HOW_MANY.search(query.text)),
        naming=bool(_NAMING.search(query.text)),
    )


def speaks(row: Row, reading: Reading) -> bool:
    """Whether a row's speaker is the one the question names: by name, as "I", or as "you"."""
    if row.speaker in reading.speakers:
        return True
    role = row.record.role if isinstance(row.record, Turn) else Role.USER
    return (reading.of_user and role is Role.USER) or (reading.of_assistant and role is Role.ASSISTANT)


def asks_assistant(text: str) -> bool:
    """Whether a question is about what memcli said: "what did you recommend"."""
    return _SECOND_PERSON.search(text) is not None


def in_first_person(text: str, speakers: Iterable[str]) -> str:
    """A question in the words of the speaker it names: "What is Ana's job?" becomes "What is my job?".

    People say "I" of themselves, so that this finds what they said of themselves far better. Case counts: a
    speaker called Will is not in "it will rain".
    """
    names = {name for speaker in speakers for name in (speaker, speaker.split(" ")[0]) if name[:1].isupper()}
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}['\u2019]s(?!\w)", "my", text)
        text = re.sub(rf"\b{re.escape(name)}\b", "I", text)
    return text


def _is_named(speaker: str, asked: set[str]) -> bool:
    return any(
        part in asked or any(len(word) >= _NICKNAME and part.startswith(word) for word in asked)
        for part in fold(speaker).split()
    )
