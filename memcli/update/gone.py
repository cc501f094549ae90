"""Whether a turn lets an old memory go, by a linear model over the words of both; pure, knows no LLM.

People end things in more ways than rules can list ("ditched netflix", "hung up my boots", "that's the last of the
sourdough"). What they have in common is learned from the project's own dialogues: words around those that the
memory has too, the shape of the memory, and what of it the turn names. The weights are in ``gone.json`` with their
card, fitted by ``scripts/fit_rules.py gone``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from memcli import logistic
from memcli.entities import RELATIONS
from memcli.logistic import Logistic
from memcli.records import Candidate, Kind, Memory
from memcli.terms import fold, terms
from memcli.update.endings import VALUES, same_subject, subject_of
from memcli.update.slots import canonical
from memcli.update.weigh import features as seen_of_pair

LetsGo: TypeAlias = Callable[[Candidate, Sequence[Memory]], tuple[Memory, float] | None]
"""Which of some memories a turn lets go, if any, and how likely that is."""
WEIGHED: Final = 24
"""Memories that are weighed for a turn, the nearest."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[a-z]+)?|\d[\d.,:]*|[!?]")
_KIN: Final = re.compile(rf"\b{RELATIONS}\b", re.IGNORECASE)
_NAME: Final = re.compile(r"(?<![.!?] )(?<!^)\b[A-ZÀ-Þ][\w-]+")
_OPENS: Final = re.compile(
    rf"(?i:(?:my|our) (?:\w+ )?(?P<kin>{RELATIONS}))\b|(?P<name>[A-ZÀ-Þ][\w-]+)(?=['’]s |"
    r" (?:is|isn't|was|has|hasn't|had|got|moved|left|died|works|lives|goes|\w{2,}ed)\b)"
)
_IDLE: Final = VALUES | frozenset(terms("get got go went gone have make made take took new want need call name"))
"""Words that alone name nothing."""
_SHARED: Final = "#"
"""A word that the memory has too, whatever it is."""
_LEFT_OUT: Final = ("similarity", "similarity above half", "similarity unknown", "another day")
"""What the pairs that it is fitted on do not tell of: cosines, and news of the same day."""
_HOURS: Final = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_SORTS: Final = {
    "weekday": re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b", re.IGNORECASE),
    "month": re.compile(
        r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b",
        re.IGNORECASE,
    ),
    "clock": re.compile(
        rf"\b(?:\d{{1,2}}[:.]\d\d|\d{{1,2}} ?[ap]m|(?<=at )\d{{1,2}}|(?<=at )(?:{_HOURS}))\b", re.IGNORECASE
    ),
    "number": re.compile(rf"\b(?:\d[\d.,]*(?=\D|$)|{_HOURS}|twenty|thirty|forty|fifty)", re.IGNORECASE),
}
"""Values of a sort: a turn that tells another of the same may mean the memory."""


def shipped() -> Logistic:
    """The model that comes with memcli."""
    return logistic.shipped("update", "gone")


def likeliest(new: Candidate, memories: Sequence[Memory]) -> tuple[Memory, float] | None:
    """The memory that a turn lets go, with how likely it is, 0..1; None where none is likely enough."""
    model = shipped()
    likely = [(model.probability(features(memory, new)), memory) for memory in memories]
    sure, memory = max(likely, key=lambda pair: pair[0], default=(0.0, None))
    return (memory, sure) if memory is not None and sure >= model.bound else None


def may_go(old: Memory, new: Candidate) -> bool:
    """Does a turn have a word of the memory that names something, and can that still end? What happened cannot.

    Nor does what somebody else does end what is so of those whom the memory names.
    """
    own = frozenset(terms(old.about)) | _IDLE
    named = (set(terms(canonical(old.text))) - own) & set(terms(canonical(new.evidence)))
    over = old.event_end is not None and old.event_end <= new.said_at and old.kind is Kind.EPISODIC
    return bool(named) and not over and not _is_of_another(old, new)


def _is_of_another(old: Memory, new: Candidate) -> bool:
    """Does a turn open with somebody whom the memory does not name ("my aunt's cat died")?"""
    who = _OPENS.match(canonical(new.evidence))
    held = set(re.findall(r"\w+", fold(canonical(old.text))))
    return who is not None and fold(who["kin"] or who["name"]) not in held


def features(old: Memory, new: Candidate) -> dict[str, float]:
    """What can be seen of a memory and a turn: 0 or 1, or a share; ``new.text`` retells ``new.evidence``."""
    pair = {name: value for name, value in seen_of_pair(old, new).items() if name not in _LEFT_OUT}
    return pair | {name: float(value) for name, value in (*_whom(old, new), *_what(old, new), *_worded(old, new))}


def _whom(old: Memory, new: Candidate) -> Iterator[tuple[str, float]]:
    """Whether they speak of the same people."""
    kin = {fold(word) for word in _KIN.findall(canonical(new.evidence))}
    known = {fold(word) for word in _KIN.findall(canonical(old.text))}
    names = {fold(name) for name in _NAME.findall(new.evidence)}
    held = set(re.findall(r"\w+", fold(old.text)))
    opens, before = subject_of(new.text, new.about), subject_of(old.text, old.about)
    yield "same subject", same_subject(new, old)
    yield "same other", bool(opens & before)
    yield "other's, of nobody's", bool(opens) and not before
    yield "own, of other's", bool(before) and not opens
    yield "kin not known", bool(kin - known)
    yield "kin shared", bool(kin & known)
    yield "kin unnamed", bool(known - kin)
    yield "name shared", bool(names & held)
    yield "name not known", bool(names - held)


def _what(old: Memory, new: Candidate) -> Iterator[tuple[str, float]]:
    """What of the memory the turn names, and which values it tells otherwise."""
    own = set(terms(old.about))
    said = [term for term in terms(canonical(old.text)) if term not in own]
    told = set(terms(canonical(new.evidence)))
    there = [term in told for term in said]
    yield "names none", not any(there)
    yield "names the first", bool(there) and there[0]
    yield "names the last", bool(there) and there[-1]
    yield "names the second", len(there) > 1 and there[1]
    yield "names two", sum(there) >= 2
    yield "names a value alone", any(there) and told & set(said) <= VALUES
    yield "names of it", sum(there) / max(1, len(there))
    for sort, pattern in _SORTS.items():
        one, two = ({fold(v) for v in pattern.findall(text)} for text in (old.text, new.evidence))
        yield f"other {sort}", bool(one and two and one != two)
        yield f"same {sort}", bool(one & two)
        if one and two and one != two:
            yield f"other {sort}, names", float(any(there))
    yield "length", min(len(new.evidence.split()), 24) / 24


def _worded(old: Memory, new: Candidate) -> Iterator[tuple[str, float]]:
    """The words of the turn, alone and with the next or the one after; those that the memory has too are one."""
    known = set(terms(canonical(old.text)))
    words = [_sign(word, known) for word in _WORD.findall(fold(canonical(new.evidence)))]
    for place, word in enumerate(words):
        if word != _SHARED:
            yield f"w {word}", 1.0
        for far in (1, 2):
            if place + far < len(words) and (far == 1 or _SHARED in (word, words[place + far])):
                yield f"w {' '.join(words[place : place + far + 1])}", 1.0


def _sign(word: str, known: set[str]) -> str:
    found = terms(word)
    stem = found[0] if found else word
    return _SHARED if stem in known else "0" if stem[0].isdigit() else stem
