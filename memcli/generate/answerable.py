"""Whether notes answer a question, by a linear model over how near they are and the model's doubt; pure.

The weights are in ``answerable.json`` with their card, fitted by ``scripts/fit_answerable.py`` on the project's
own dialogues; each feature is named below.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

from memcli import logistic
from memcli.generate.choosing import nearness
from memcli.generate.people import asked_one, names
from memcli.generate.prompt import Note
from memcli.logistic import Logistic

_NAME: Final = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][\w'\u2019-]+")
"""A word with a capital letter that does not begin the sentence."""
_DAYS: Final = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october|"
    r"november|december|i(?:['\u2019]\w+)?"
)
_MOST: Final = 6.0
"""Log-odds count up to this far."""


def shipped() -> Logistic:
    """The weights that come with memcli; an answer is given from their bound up."""
    return logistic.shipped("generate", "answerable")


def likelihood(question: str, doubt: float, notes: Sequence[Note], lead: float | None = None) -> float:
    """How likely the notes answer the question, 0..1.

    ``doubt`` is the log-probability, as a whole, of the model's saying that it does not know. ``lead`` is how much
    better search finds the question put of the other person, in log-odds; None where nobody searched.
    """
    return shipped().probability(features(question, doubt, notes, lead))


def features(question: str, doubt: float, notes: Sequence[Note], lead: float | None = None) -> dict[str, float]:
    """What can be seen of a question, its notes and the model's doubt."""
    seen = {"doubt": _odds(doubt), "nobody's name": _names_nobody(question, notes), **_nearness(question, notes)}
    if lead is not None:  # it knows all that the other said, not only what is among the notes
        seen |= {"nearer of another": 0.0, "another's comes first": 0.0}
    seen["better asked of another"] = max(lead or 0.0, 0.0)
    return {name: float(value) for name, value in seen.items()}


def _odds(log_probability: float) -> float:
    """Log-odds, as far as they count."""
    share = math.exp(min(log_probability, -1e-4))
    return max(-_MOST, min(_MOST, math.log(share / (1.0 - share) + 1e-9)))


def _names_nobody(question: str, notes: Sequence[Note]) -> bool:
    """Whether a question names somebody or something of which no note says a word."""
    heard = " ".join(note.line for note in notes).lower()
    asked = [re.sub(r"['\u2019]s?$", "", name.lower()) for name in _NAME.findall(question)]
    return any(name not in heard for name in asked if not _DAYS.fullmatch(name))


def _nearness(question: str, notes: Sequence[Note]) -> dict[str, float]:
    """How near, by cosine, the notes of whom it asks are to the question, and how much nearer another's are."""
    if not any(note.near for note in notes):
        return {"not compared": 1.0}
    who = asked_one(question, notes)
    others = {note.speaker for note in notes} - {"", who} if who else set()
    mine = max((note.near for note in notes if not _is_of(note, others, who)), default=0.0)
    theirs = max((note.near for note in notes if _is_of(note, others, who)), default=0.0)
    first = max(notes, key=nearness)
    return {
        "not compared": 0.0,
        "nearest of whom it asks": mine,
        "nearer of another": max(theirs - mine, 0.0),
        "another's comes first": float(_is_of(first, others, who)),
    }


def _is_of(note: Note, people: set[str], who: str) -> bool:
    """Whether a note is what some people say, or a memory that names one of them and not ``who``."""
    if note.speaker:
        return note.speaker in people
    return any(names(note.line, person) for person in people) and not names(note.line, who)
