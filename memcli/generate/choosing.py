"""Which notes a small model is shown of those that were found: it takes its words from any of twelve; pure.

What was measured, and why three, is in scripts/LOG.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from memcli.generate.prompt import Note
from memcli.questions import asks_for_list

FEW: Final = 3
NEAR: Final = 16.0
"""What a cosine of one counts for beside the ranker's log-odds."""
_NUMBER: Final = re.compile(r"^\[\d+\]")


def chosen(question: str, notes: Sequence[Note]) -> tuple[Note, ...]:
    """The notes that are nearest to the question, numbered in their order.

    All of them where it asks for a list, which many notes make up, or where nobody compared them.
    """
    if asks_for_list(question) or not any(map(_nearness, notes)):
        return tuple(notes)
    best = sorted(notes, key=_nearness, reverse=True)[:FEW]
    return tuple(_numbered(number, note) for number, note in enumerate((n for n in notes if n in best), start=1))


def _nearness(note: Note) -> float:
    return note.score + NEAR * note.near


def _numbered(number: int, note: Note) -> Note:
    return replace(note, number=number, line=_NUMBER.sub(f"[{number}]", note.line))
