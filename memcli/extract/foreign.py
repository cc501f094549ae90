"""What someone else's text tells of nobody; pure, and must not know what the user said.

That is data instead of prose, an "I" or "you" without an owner, and a "she" who is named nowhere.
"""

from __future__ import annotations

import re
from typing import Final

from memcli.terms import STOP_WORDS

NAMELESS: Final = frozenset({"", "document", "note", "page", "calendar", "tool", "function", "system", "file"})
"""Speakers that importers give to words that no person is known to have said."""
_DATA: Final = re.compile(r"^\s*[{<][\w\"'/!]|\"\w+\"\s*:|->|=>|[\u2190-\u21ff\u27a1]|\w\s=\s\w")
_SELF: Final = re.compile(r"\b(?:I|I'm|I've|I'll|I'd|[Mm]y|[Mm]ine|[Mm]yself|[Yy]ou|[Yy]ours?|[Yy]ourself)\b")
_THEY: Final = re.compile(r"\b(?:she|he|her|his|him)\b", re.IGNORECASE)
_NAMED: Final = re.compile(r"\b(?i:the|an?|our|this|every|mr|mrs|ms|dr)\b|(?<=[a-z,;:] )[A-ZÀ-Þ]\w+")
_ASIDE: Final = re.compile(
    r"\b(?:in|on|at|by|for|of|since|from|after|before|until|during) (?:the|an?|this) (?:\w+ )?\w+"
    r"|^\w+ (?:are|were|have)\b|[A-ZÀ-Þ]\w+ (?:is|was|became|will be)\W*$",
    re.IGNORECASE,
)
"""What "she" does not mean: a time or a place, several, and who is said to be hers."""


def reason_against_foreign(clause: str, before: str, speaker: str) -> str | None:
    """Why a clause of a document or a tool states nothing about anybody known, or None.

    Args:
        clause: what it says.
        before: what it said before that.
        speaker: who is on record as saying so.
    """
    plain = clause.replace("’", "'")
    if _DATA.search(plain):
        return "data"
    if speaker.lower() in NAMELESS and _SELF.search(plain):
        return "nobody's"
    return "unresolved" if _of_someone_unnamed(plain, before) else None


def _of_someone_unnamed(clause: str, before: str) -> bool:
    """Does "she" come before anybody whom it could mean?"""
    they = _THEY.search(clause)
    if they is None:
        return False
    told = _ASIDE.sub("", f"{before} {clause[: they.start()]}".strip())
    first = re.match(r"\W*([A-ZÀ-Þ]\w+)", told)
    return not _NAMED.search(told) and (first is None or first[1].lower() in STOP_WORDS)
