"""Makes a sentence keep its date when it is read on another day; knows nothing of memories."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from memcli.dates.find import Atom, Reading, read_atoms, readings
from memcli.dates.wording import wording
from memcli.records import Precision

_OWN: Final = re.compile(r"\b(?:on|in|at|over|during)(?: the)? $")
_KEPT: Final = re.compile(
    r"\b(?:since|until|till|by|from|to|before|after|for|of|between|and|than|around|about|all|through|following|starting|"
    r"ending|beginning|as|is|was|every|like|except) (?:the )?$"
)
_SUBJECT: Final = re.compile(r"(?:'s\b| (?:was|is|were|will be|has been|had been|would be|marks|marked|felt)\b)")


def ground(text: str, anchor: datetime) -> str:
    """The text with its relative dates made absolute.

    "I went to the gym yesterday", said on 8 May 2023, is "I went to the gym on 7 May 2023". English dates are
    replaced; in other languages the date is added in parentheses. Absolute and recurring dates stay as they are.

    Raises:
        ValueError: ``anchor`` has no offset.
    """
    edits: list[tuple[int, int, str]] = []
    for reading in readings(text, anchor):
        for atom in read_atoms(reading):
            if atom.absolute or atom.role == "recurring":
                continue
            edit = _replaced if reading.language.name == "english" else _added
            edits.append(edit(reading, atom))
    return _applied(text, edits)


def _replaced(reading: Reading, atom: Atom) -> tuple[int, int, str]:
    before, after = reading.folded[: atom.first], reading.folded[atom.last :]
    words = _words(atom)
    own = _OWN.search(before)
    ahead = reading.folded[atom.first : atom.last].startswith("in ")  # "is in ten days" is "is on 5 December"
    if own is None and not ahead and (_KEPT.search(before) or _SUBJECT.match(after)):
        return atom.first, atom.last, _capital(reading, atom.first, words)
    first = own.start() if own else atom.first
    return first, atom.last, _capital(reading, first, f"{_preposition(atom, words)} {words}")


def _added(reading: Reading, atom: Atom) -> tuple[int, int, str]:
    return atom.last, atom.last, f" ({_words(atom)})"


def _words(atom: Atom) -> str:
    """The date's own words; a holiday keeps its name."""
    if atom.name:
        return f"{atom.name} {atom.period.start.year}"
    return wording(atom.period.start, atom.period.end, atom.period.precision)


def _preposition(atom: Atom, words: str) -> str:
    """The preposition that goes with a date's words."""
    if atom.name:
        return "at"
    if atom.period.precision in {Precision.DAY, Precision.INSTANT}:
        return "on"
    if words.startswith("the weekend"):
        return "on"
    return "from" if " to " in words else "in"


def _capital(reading: Reading, first: int, words: str) -> str:
    return words[0].upper() + words[1:] if reading.source[first].isupper() else words


def _applied(text: str, edits: list[tuple[int, int, str]]) -> str:
    """The text with non-overlapping edits made, from the end so that offsets hold."""
    upper = len(text) + 1
    for first, last, words in sorted(edits, reverse=True):
        if last < upper:
            text = text[:first] + words + text[last:]
            upper = first
    return text
