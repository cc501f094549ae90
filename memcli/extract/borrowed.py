"""What a model's sentence has from the talk before the turn it is read from: whose words, said when; pure.

A small model is shown the last turns too, and now and then tells one of them once more as the present speaker's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from memcli.dates import find_dates
from memcli.extract.asking import CONTEXT_TURNS
from memcli.extract.referents import asks_of_others
from memcli.extract.rewrite import subject_of
from memcli.extract.sentences import sentences
from memcli.records import Role, Turn
from memcli.terms import terms

HERE: Final = 0.34
"""The least share of a sentence's own terms that its turn must hold where another's statement holds half."""
THERE: Final = 0.5
_ECHOES: Final = re.compile(
    r"\b(?:too|same|also|neither|both|yes|yeah|yep|so (?:do|did|am|have|was|were) (?:i|we)|me either)\b",
    re.IGNORECASE,
)
_OF_SELF: Final = re.compile(r"\b(?:i|im|ive|i'\w+|my|me|mine|myself|we|we'\w+|our|ours|us)\b", re.IGNORECASE)
_OF_OTHERS: Final = re.compile(r"^\W*(?:he|she|they)\b", re.IGNORECASE)
_THEIRS: Final = "his|her|their"
_MINE: Final = "my|our|your|ur|a|an|i have|i've got|we have|the"
_NO_NAME: Final = re.compile(
    r"\b(?:is|are|'s) (?:called|named) (?:on|in|at|last|next|this|it|he|she|they|\d\w*|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)


def is_astray(fact: str, turn: Turn, before: Sequence[Turn]) -> bool:
    """Is a model's sentence another's, made its speaker's, or a name that is none ("is called On Friday")?"""
    return (
        bool(_NO_NAME.search(fact))
        or _repeats_another(fact, turn, before)
        or _of_somebody_else(fact, turn, before)
        or _has_anothers(fact, turn, before)
    )


def anchor_of(fact: str, turn: Turn, before: Sequence[Turn]) -> datetime:
    """When the date words of a sentence were said: in its turn, else in the last one before that has them."""
    for span in find_dates(fact, turn.at):
        if _holds(turn, span.text):
            return turn.at
        for each in reversed(before[-CONTEXT_TURNS:]):
            if _holds(each, span.text):
                return each.at
    return turn.at


def _holds(turn: Turn, words: str) -> bool:
    return words.strip().lower() in turn.text.lower()


def _repeats_another(fact: str, turn: Turn, before: Sequence[Turn]) -> bool:
    """Does somebody else's statement hold most of a sentence of which the turn itself holds next to nothing?"""
    others = [each for each in before[-CONTEXT_TURNS:] if each.speaker != turn.speaker and each.role is Role.USER]
    if not others or _ECHOES.search(turn.text):
        return False
    people = {term for each in (turn, *others) for term in terms(each.speaker)}
    own, here = set(terms(fact)) - people, set(terms(turn.text))
    there = {term for each in others for said in sentences(each.text) if "?" not in said for term in terms(said)}
    return bool(own) and len(own & here) < HERE * len(own) and len((own - here) & there) >= THERE * len(own)


def _of_somebody_else(fact: str, turn: Turn, before: Sequence[Turn]) -> bool:
    """Does what a turn only says he or she did, or is asked about her, become its speaker's?"""
    if not re.match(rf"{re.escape(subject_of(turn.speaker))} (?!and\b)", fact, re.IGNORECASE):
        return False
    if _OF_OTHERS.match(turn.text):
        return not _OF_SELF.search(turn.text.replace("’", "'"))
    return bool(before) and before[-1].speaker != turn.speaker and _answers(fact, turn, before[-1])


def _answers(fact: str, turn: Turn, asked: Turn) -> bool:
    """Is a sentence what a turn begins with in answer to a question about somebody else?"""
    first = next(iter(sentences(turn.text)), "")
    if not asks_of_others(asked.text) or _OF_SELF.search(first.replace("’", "'")):
        return False
    own = set(terms(fact)) - set(terms(turn.speaker))
    return len(own & set(terms(first))) >= THERE * len(own)


def _has_anothers(fact: str, turn: Turn, before: Sequence[Turn]) -> bool:
    """Is what was only called his, hers or theirs made the speaker's ("her baby": "Sam's baby")?"""
    owned = re.match(rf"{re.escape(subject_of(turn.speaker))}'s (?P<what>\w+) ", fact, re.IGNORECASE)
    if owned is None:
        return False
    said = " ".join(each.text for each in (*before[-CONTEXT_TURNS:], turn))
    what = rf"\b(?:{{}}) (?:\w+ )??{owned['what']}\b"
    theirs, mine = (re.search(what.format(whose), said, re.IGNORECASE) for whose in (_THEIRS, _MINE))
    return theirs is not None and mine is None
