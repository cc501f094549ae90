"""Which notes are of no use to somebody who asks about themselves: those that tell of others only; pure."""

from __future__ import annotations

import re
from typing import Final

from memcli.entities import RELATIONS

_ADDRESSES: Final = re.compile(r"\b(?:you|your|yours|you're|you've|you'd|you'll)\b", re.IGNORECASE)
_SENTENCES: Final = re.compile(r"(?<=[.!?])\s+")
_ASKS_MYSELF: Final = re.compile(r"\b(?:am|do|did|was|have|had|can|could|should|will) I\b", re.IGNORECASE)
_ANYBODY: Final = re.compile(rf"\b{RELATIONS}\b|(?<=[a-z,;] )(?!I\b)[A-ZÀ-Þ][a-zà-ÿ]+")
_NUMBERED: Final = re.compile(r"^\[\d+\] \([^)]*\) ")
_MYSELF: Final = re.compile(r"\b(?:I|me|we|us|I['’]\w+|we['’]\w+)\b", re.IGNORECASE)
_NOBODY: Final = frozenset("The This That It There On In At Since A An My Our Their Every Each".split())
_NAMED: Final = re.compile(
    r"^(?P<who>[A-ZÀ-Þ][\w-]+)(?: [A-ZÀ-Þ][\w-]+)?(?: (?:is|was|has|had|will|can|does|did|went|got|lives|\w+s|"
    r"\w+ed)\b)"
)


def tells_of_another(question: str, line: str, speaker: str, user: str) -> bool:
    """Does a note tell only of somebody else, where the user asks about themselves and names nobody?

    ``line`` may be a memory's words or a turn's; ``speaker`` is empty for a memory.
    """
    if not _ASKS_MYSELF.search(question) or _ANYBODY.search(question):
        return False
    said = _NUMBERED.sub("", line).removeprefix(f"{speaker}: ")
    if speaker and speaker != user:
        return not (
            re.search(rf"\b{re.escape(user.split()[0])}\b", said, re.IGNORECASE) or _ADDRESSES.search(said)
        )
    sentences = [each for each in _SENTENCES.split(said) if not each.rstrip().endswith("?")]
    return bool(sentences) and all(_is_anothers(each, user, spoken=bool(speaker)) for each in sentences)


def _is_anothers(sentence: str, user: str, *, spoken: bool) -> bool:
    """Is somebody else its subject, and the user named in it as theirs at most?"""
    own = rf"(?:{re.escape(user)}|the user)"
    if _MYSELF.search(sentence) if spoken else re.search(rf"\b{own}\b(?!['’]s)", sentence, re.IGNORECASE):
        return False
    owner = r"(?:my|our)" if spoken else rf"{own}['’]s"
    if re.match(rf"{owner} (?:\w+ ){{0,2}}?{RELATIONS}\b", sentence, re.IGNORECASE):
        return True
    named = _NAMED.match(sentence)
    return named is not None and named["who"] not in _NOBODY and named["who"].lower() != user.lower()
