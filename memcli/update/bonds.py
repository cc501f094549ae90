"""What else is no longer so when two people part: every memory that names one as the other's; pure tables.

Of "Ana and Karl got divorced" the memory that they are married ends by a rule like any other. But "Ana's husband
Karl works at the post office" stays true of Karl, who is her husband no more: its words are put right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from memcli.records import Candidate, Change, Kind, Memory, Op, Status
from memcli.terms import fold
from memcli.update.edits import Act, revised
from memcli.update.frames import PARTNER, TOGETHER
from memcli.update.rivals import Neighbour

REASON: Final = "they parted"
_PARTED: Final = re.compile(
    r"\b(?:broke|broken|split) up\b(?! (?:the|an?|our|their|my|into|between|it|them)\b)|\b(?:are|got|"
    r"were) (?:now )?"
    r"(?:divorced|separated)\b|\bseparated\b|\bno longer together\b|\bover between\b|"
    r"\b(?:left|dumped|divorced) \w+(?: user)?(?=\W*$|[,.;]| (?:for|last|in|on|after)\b)|"
    r"\bended (?:it|things|the relationship)\b|\bcalled off (?:the|their|our) engagement\b",
    re.IGNORECASE,
)
_SHARED_HOME: Final = re.compile(
    rf"^(?P<home>.+? lives? (?:in|at|near) .+?) with (?:their|his|her) (?:\w+ )?{PARTNER}(?:,? [A-ZÀ-Þ][\w-]+)?"
    r"(?P<rest>\W.*)$"
)
"""Where one lives, told with whom."""
_NAME: Final = re.compile(r"\b[A-ZÀ-Þ][\w'’-]+")


def parts(candidate: Candidate) -> bool:
    """Does somebody tell that they themselves and their partner have parted?"""
    who = rf"\b(?:{re.escape(candidate.about)}|the user)\b(?!['’]s)"
    return bool(_PARTED.search(candidate.text) and re.search(who, candidate.text, re.IGNORECASE))


def aftermath(
    candidate: Candidate, near: Iterable[Neighbour], settled: Iterable[Change], act: Act
) -> Iterator[Change]:
    """The changes to the other memories of a couple that has parted."""
    if not parts(candidate):
        return
    done = {change.memory_id for change in settled}
    for memory in {n.memory.id: n.memory for n in near}.values():
        if memory.id in done or not _may_change(memory, candidate):
            continue
        if TOGETHER.search(memory.text):
            closed = replace(memory, valid_to=candidate.said_at, status=Status.SUPERSEDED)
            yield revised(memory, closed, act, Op.SUPERSEDE)
        elif (text := _as_former(memory)) != memory.text:
            yield revised(memory, replace(memory, text=text, sources=_sources(memory, candidate)), act)


def _may_change(memory: Memory, candidate: Candidate) -> bool:
    """Is it of this couple, of no higher trust, and no event of its time?"""
    own = memory.about == candidate.about and memory.status is Status.ACTIVE and memory.valid_to is None
    trusted = candidate.trust.rank >= memory.trust.rank
    return (
        own
        and trusted
        and memory.kind is not Kind.EPISODIC
        and _names_partner(memory)
        and _same(memory, candidate)
    )


def _names_partner(memory: Memory) -> bool:
    return bool(re.search(rf"\b{PARTNER}\b", memory.text, re.IGNORECASE) or TOGETHER.search(memory.text))


def _same(memory: Memory, candidate: Candidate) -> bool:
    """Does the memory name whoever left, or nobody?"""
    gone, there = _names(candidate.text, candidate.about), _partner_names(memory)
    return not gone or not there or bool(gone & there)


def _partner_names(memory: Memory) -> set[str]:
    """The name that stands beside the word for a partner."""
    named = re.search(
        rf"\b{PARTNER}(?:'s name)?(?: is)?(?: called| named)? (?P<a>[A-ZÀ-Þ][\w-]+)"
        rf"|^(?P<b>[A-ZÀ-Þ][\w-]+) is .*\b{PARTNER}\b|\b(?:married|engaged) to (?P<c>[A-ZÀ-Þ][\w-]+)"
        rf"|\b(?:dating|seeing)(?: an? \w+)?(?: called| named)? (?P<d>[A-ZÀ-Þ][\w-]+)"
        rf"|\band (?P<e>[A-ZÀ-Þ][\w-]+) (?:are|got|live)\b",
        memory.text,
    )
    return {fold(name) for name in named.groups() if name} if named else set()


def _names(text: str, about: str) -> set[str]:
    own = {fold(about), "the", "user", *fold(about).split()}
    return {fold(name) for name in _NAME.findall(text)} - own - {"it", "their", "they", "on", "in"}


def _as_former(memory: Memory) -> str:
    """The words with an ex-husband in the place of a husband; with whom one lived, one lives no more."""
    if (home := _SHARED_HOME.match(memory.text)) is not None:
        return home["home"] + re.sub(r"^,? and ", " with ", home["rest"])
    owner = rf"(?:{re.escape(memory.about)}['’]s |[Tt]he user['’]s |their (?=\w+ [A-ZÀ-Þ]))"
    return re.sub(rf"\b({owner})(?:(?:new|current|future) )?({PARTNER}\b)", r"\1ex-\2", memory.text, count=1)


def _sources(memory: Memory, candidate: Candidate) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*memory.sources, *candidate.sources)))
