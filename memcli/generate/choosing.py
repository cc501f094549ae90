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
from memcli.terms import terms

FEW: Final = 3
NEAR: Final = 16.0
"""What a cosine of one counts for beside the ranker's log-odds."""
LATER: Final = 3.2
"""What the latest note is ahead of the first where it is asked how things are now."""
ALIKE: Final = 0.7
_NOW: Final = re.compile(
    r"\b(?:now|still|today|currently|these days|any ?more|at present|ends? up|in the end|finally|latest)\b",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"^\[\d+\]")


def chosen(question: str, notes: Sequence[Note]) -> tuple[Note, ...]:
    """The notes that are nearest to the question, numbered in their order.

    All of them where it asks for a list, which many notes make up, or where no search ranked them. A memory and
    the turn that it was made of count as one.
    """
    if asks_for_list(question) or not any(note.score for note in notes):
        return tuple(notes)
    best: list[Note] = []
    told: list[set[str]] = []
    for note in _ranked(question, notes):
        words = set(terms(note.said))
        if not any(_alike(words, other) for other in told):
            told.append(words)
        if len(told) > FEW:
            break
        best.append(note)
    return numbered([note for note in notes if note in best])


def _ranked(question: str, notes: Sequence[Note]) -> list[Note]:
    """Notes, told in order of time, by how near they are; later ones are nearer to a question of how it is now."""
    step = LATER / max(len(notes) - 1, 1) if _NOW.search(question) else 0.0
    order = sorted(enumerate(notes), key=lambda each: -nearness(each[1]) - step * each[0])
    return [note for _, note in order]


def nearness(note: Note) -> float:
    """How near search thinks a note is to the question, in log-odds."""
    return note.score + NEAR * note.near


def _alike(one: set[str], other: set[str]) -> bool:
    """Whether the shorter of two says little that the other does not."""
    return 0 < ALIKE * min(len(one), len(other)) <= len(one & other)


def numbered(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Some notes with numbers of their own, from 1."""
    return tuple(
        replace(note, number=number, line=_NUMBER.sub(f"[{number}]", note.line))
        for number, note in enumerate(notes, start=1)
    )
