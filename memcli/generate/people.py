"""Whose answer it is: what Ben says of himself is no answer to a question about Ana; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from memcli.generate.prompt import Note

_ADDRESSES: Final = re.compile(r"\b(?:you|your|yours|you're|you've)\b", re.IGNORECASE)


def is_of_another(cited: Collection[str], question: str, notes: Sequence[Note]) -> bool:
    """Whether a question about one speaker was answered from others' words that neither name nor address them."""
    asked = {note.speaker for note in notes if note.speaker and _names(question, note.speaker)}
    used = [note for note in notes if note.id in cited]
    if len(asked) != 1 or not used:
        return False
    who = asked.pop()
    return all(_is_of_another(note, who) for note in used)


def _is_of_another(note: Note, who: str) -> bool:
    if note.speaker in {"", who}:
        return False
    said = note.line.split(f"{note.speaker}: ", 1)[-1]
    return not _names(said, who) and not _ADDRESSES.search(said)


def _names(text: str, who: str) -> bool:
    """By the first of their names, as people are spoken of."""
    first = who.split()[0]
    return re.search(rf"\b{re.escape(first)}\b", text, re.IGNORECASE) is not None
