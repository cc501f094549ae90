"""Whose words the sentences of a text are, where "NAME said:" stands before them without quotation marks; pure."""

from __future__ import annotations

import re
from typing import Final

from memcli.entities import RELATIONS
from memcli.extract.sentences import sentences

_INTRODUCED: Final = re.compile(
    rf"(?:^|(?<=[.!?]\s)|(?<=\n))[ \t>*-]*(?P<who>(?:[Mm]y (?:\w+ )?{RELATIONS}|(?:The )?[A-ZÀ-Þ][\w-]+)"
    r"(?: [A-ZÀ-Þ][\w.-]+){0,2}) (?:just |once |also |then |later )?"
    r"(?:says?|said|tells|told|wrote|writes|texted|replied|answered|added|asked|explained)"
    r"(?: (?:to )?(?:me|us))?(?: (?:today|yesterday|once|"
    r"again))?,? ?:"
    r"(?P<gap>[ \t]*\n?[ \t]*)(?P<words>[^\"“”\n][^\"“”]*)"
)
_OF_SELF: Final = re.compile(r"\b(?:i|i['’]\w+|my|me|mine|we|our|us)\b", re.IGNORECASE)
_SELF: Final = frozenset({"I", "We", "It", "He", "She", "They", "You", "That", "This"})
_SHORT: Final = 4


def others_words(text: str) -> frozenset[str]:
    """The sentences in the first person, after the one that is introduced, which somebody else may be saying.

    They reach to the end of the line, or of the paragraph where they begin on a line of their own.
    """
    found: set[str] = set()
    for match in _INTRODUCED.finditer(text):
        if match["who"].split()[0] in _SELF:
            continue
        own_line = "\n" in match["gap"]
        words = re.split(r"\n\s*\n" if own_line else r"\n", match["words"])[0]
        said = sentences(words)
        found |= {each for each in (said if own_line else said[1:]) if _OF_SELF.search(each)}
    return frozenset(found)


def is_bare_name(text: str) -> bool:
    """Is a text nothing but a name ("The Falkenhayn"), which tells nothing?"""
    words = text.strip(" .!:;,-–—\"'“”").split()
    named = [word for word in words if word.lower() not in ("the", "of", "von", "van", "de")]
    return bool(named) and len(words) < _SHORT and all(word[:1].isupper() and word.isalpha() for word in named)


def is_heading(text: str) -> bool:
    """Is a whole note a name with its article? A word alone ("Flight") may be what somebody wants to remember."""
    return text.strip().startswith("The ") and is_bare_name(text)
