"""Whose answer it is: what Ben says of himself is no answer to a question about Ana; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from memcli.generate.citations import own_terms
from memcli.generate.prompt import Note
from memcli.terms import terms

_ADDRESSES: Final = re.compile(r"\b(?:you|your|yours|you're|you've|you'd|you'll)\b", re.IGNORECASE)
SENTENCES: Final = re.compile(r"(?<=[.!?])\s+")
_CALLED: Final = (
    r"(?:^|(?<=[.!?,] )|(?<=\bhey )|(?<=\bhi )|(?<=\bthanks )|(?<=\bwow )|(?:, )){name}(?=\s*(?:[,.!?]|$))"
)
"""A name that calls somebody: "Thanks, Ana!" tells nothing of her."""


def is_of_another(cited: Collection[str], question: str, answer: str, notes: Sequence[Note]) -> bool:
    """Whether a question about one speaker was answered from what others say without speaking of or to them."""
    who = asked_one(question, notes)
    used = [note for note in notes if note.id in cited]
    own = frozenset(own_terms(answer, question))
    return bool(who and used) and all(_is_of_another(note, who, own) for note in used)


def asked_one(question: str, notes: Sequence[Note]) -> str:
    """The one speaker of the notes whom a question names; empty where it names none, or several."""
    asked = {note.speaker for note in notes if note.speaker and names(question, note.speaker)}
    return asked.pop() if len(asked) == 1 else ""


def asked_of_another(question: str, notes: Sequence[Note]) -> str:
    """The question put of the other who speaks most in the notes; empty where it names no one speaker."""
    who = asked_one(question, notes)
    others = Counter(note.speaker for note in notes if note.speaker not in {"", who})
    if not who or not others:
        return ""
    other = others.most_common(1)[0][0]
    return re.sub(rf"\b{re.escape(who.split()[0])}\b", other.split()[0], question, flags=re.IGNORECASE)


def _is_of_another(note: Note, who: str, answer: frozenset[str]) -> bool:
    if note.speaker in {"", who}:
        return False
    return not any(_tells_of(said, who) for said in telling(note, who, answer))


def _tells_of(said: str, who: str) -> bool:
    """Whether somebody else's words name or address a speaker."""
    return names(said, who) or _ADDRESSES.search(said) is not None


def telling(note: Note, who: str, answer: frozenset[str]) -> list[str]:
    """The sentences of a note that hold most of the answer, all where none does; a question tells nothing."""
    said = note.said
    if who:
        called = _CALLED.format(name=re.escape(who.split()[0]))
        said = re.sub(called, "", said, flags=re.IGNORECASE)
    sentences = SENTENCES.split(said)
    sentences = [each for each in sentences if not each.rstrip().endswith("?")] or sentences
    held = [len(answer & set(terms(each))) for each in sentences]
    return [each for each, count in zip(sentences, held, strict=True) if count == max(held)]


def names(text: str, who: str) -> bool:
    """Whether a text names somebody, by the first of their names, as people are spoken of."""
    first = who.split()[0]
    return re.search(rf"\b{re.escape(first)}\b", text, re.IGNORECASE) is not None
