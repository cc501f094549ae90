"""A note that a model wrote anew after a turn, under code's control: what it may say, its dates, its subject.

Pure. The model is asked only where somebody states something (``states``), and what it wrote counts only as far
as its new words were said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from memcli.dates import find_dates
from memcli.extract.dating import Dating, dating_of
from memcli.extract.gate import is_payload, quotes_someone, reason_against
from memcli.extract.language import language_of
from memcli.extract.lead import lead_of, tidied, with_subject
from memcli.extract.rewrite import sentence, subject_of, third_person
from memcli.extract.sentences import sentences
from memcli.extract.suspicion import holds_secret
from memcli.extract.traits import keywords_of, kind_of
from memcli.records import Candidate, Memory, Origin, Role, Stance, Turn
from memcli.terms import terms

_NOTHING_STATED: Final = frozenset({"question", "joke", "hypothetical", "fiction", "reported"})
MOST_CHARS: Final = 400


def states(turn: Turn) -> bool:
    """Does the user state anything here: in their own words, and neither as a question nor as what might be?"""
    if turn.origin is not Origin.DIRECT_USER or turn.role is not Role.USER:
        return False
    parts = sentences(turn.text)
    if any(is_payload(part) for part in parts):
        return False
    return any(_is_stated(part) for part in parts)


def _is_stated(part: str) -> bool:
    return any(c.isalnum() for c in part) and not (
        quotes_someone(part) or holds_secret(part) or reason_against(part) in _NOTHING_STATED
    )


def ended(memory: Memory, turn: Turn, made_by: str) -> Candidate:
    """The statement that a memory holds no longer; what it says is shown where the user is asked."""
    return _candidate(Dating(f"No longer so: {memory.text}"), memory, (turn,), made_by, Stance.ENDS)


def renewed(text: str, memory: Memory, turn: Turn, before: Sequence[Turn], made_by: str) -> Candidate | None:
    """A memory as a model says it is now; None where it repeats the memory, or may not be kept.

    Its new words are those of the turn, or of turns before it, which then are its evidence too; whether all are,
    whoever decides looks at. The rest, and its subject, are the memory's own.
    """
    dating = _dating(sentence(text), memory, turn)
    dating = replace(dating, text=sentence(dating.text))
    told, said = dating.text, set(terms(dating.text))
    if terms(told) == terms(memory.text) or not _same_subject(told, memory, turn):
        return None
    if len(told) > MOST_CHARS or holds_secret(told):
        return None
    missing = said - set(terms(memory.text)) - set(terms(dating.added)) - set(terms(turn.text))
    used = [each for each in before if missing & set(terms(each.text))]
    return _candidate(dating, memory, (*used, turn), made_by, Stance.STATES)


def heard_as(turn: Turn) -> Candidate:
    """A whole turn in the third person: what a memory is compared with."""
    when = dating_of(sentence(third_person(tidied(turn.text), turn.speaker)), turn.at)
    return Candidate(
        text=when.text,
        about=turn.speaker,
        said_at=turn.at,
        evidence=turn.text,
        sources=(turn.id,),
        event_at=when.event_at,
        event_end=when.event_end,
        event_precision=when.precision,
        trust=turn.origin,
    )


def restated(memory: Memory, turn: Turn, made_by: str) -> Candidate:
    """What a turn says of a memory that it lets go, in its own words: of its sentences the one nearest to it."""
    words = set(terms(memory.text))
    parts = [each for each in sentences(turn.text) if _is_stated(each)] or [turn.text]
    said = max(parts, key=lambda each: len(words & set(terms(each))))
    lead = lead_of(tidied(said))
    when = dating_of(sentence(third_person(with_subject(lead.text), turn.speaker)), turn.at)
    made = _candidate(when, memory, (turn,), made_by, Stance.STATES)
    return replace(made, kind=kind_of(when.text, dated=when.dated), evidence=said)


def _dating(told: str, memory: Memory, turn: Turn) -> Dating:
    """Dates that the turn tells are its own; those that the memory had stay what they were."""
    spans = find_dates(told, turn.at)
    if any(span.text not in memory.text for span in spans):
        return dating_of(told, turn.at)
    kept = bool(spans)
    return Dating(
        told,
        memory.event_at if kept else None,
        memory.event_end if kept else None,
        memory.event_precision if kept else None,
    )


def _same_subject(told: str, memory: Memory, turn: Turn) -> bool:
    """Does it begin with whom or what the memory speaks of, or with who speaks?"""
    first = told.partition(" ")[0].casefold()
    known = {word.casefold() for word in (*memory.text.split(), *subject_of(turn.speaker).split())}
    return first in known or first.removesuffix("'s") in known


def _candidate(when: Dating, memory: Memory, told: Sequence[Turn], made_by: str, stance: Stance) -> Candidate:
    """What the last of some turns tells of a memory, on the evidence of all of them."""
    turn = told[-1]
    found = Candidate(
        text=when.text,
        about=memory.about,
        said_at=turn.at,
        evidence="\n".join(each.text for each in told),
        sources=tuple(each.id for each in reversed(told)),
        kind=memory.kind,
        stance=stance,
        importance=memory.importance,
        trust=turn.origin,
        tags=memory.tags,
        keywords=keywords_of(when.text, memory.about),
        language=language_of(turn.text),
        made_by=made_by,
    )
    return when.on(found)
