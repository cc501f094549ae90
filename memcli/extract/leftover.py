"""What of a text no candidate tells: the part that an explicit request to remember still owes; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from memcli.extract.dating import dating_of
from memcli.extract.gate import reason_against
from memcli.extract.quoting import is_bare_name, is_heading, others_words
from memcli.extract.rules import UNRESOLVED
from memcli.extract.sentences import sentences
from memcli.extract.suspicion import holds_secret
from memcli.records import Candidate, Extraction, Kind, Turn, Work
from memcli.terms import terms

COVERED: Final = 0.5
_IDLE: Final = frozenset({"greeting", "joke"})


def leftover(text: str, evidence: Sequence[str]) -> str:
    """The sentences of a text that no span of ``evidence`` holds half of; all of it without evidence.

    A name alone tells nothing, and what others say of themselves is not the user's.
    """
    others = others_words(text)
    if not evidence and not others:
        return "" if reason_against(text) in _IDLE or is_heading(text) else text
    told = [set(terms(span)) for span in evidence]
    rest = [
        sentence
        for sentence in sentences(text)
        if sentence not in others and not _covered(set(terms(sentence)), told)
    ]
    return " ".join(
        sentence for sentence in rest if reason_against(sentence) not in _IDLE and not is_bare_name(sentence)
    )


def _covered(words: set[str], told: Sequence[set[str]]) -> bool:
    return any(len(words & span) >= COVERED * len(words) for span in told)


def owed(turn: Turn, work: Work, found: Extraction) -> list[Candidate]:
    """What the user asked to remember and no rule made a memory of, word for word; secrets excepted."""
    if not work.asked:
        return []
    rest = leftover(turn.text, [candidate.evidence for candidate in found.candidates])
    unclear = found.dropped.get(UNRESOLVED) and not found.candidates
    if not rest or unclear or holds_secret(rest):
        return []
    asked = Candidate(
        text=rest,
        about=turn.speaker,
        said_at=turn.at,
        evidence=rest,
        sources=(turn.id,),
        kind=work.kind or Kind.SEMANTIC,
        trust=turn.origin,
        language="und",
        made_by="user",
    )
    return [dating_of(rest, turn.at).on(asked)]
