"""Another amount of what somebody has ("put me up to 100 mg"), and the one memory that it means; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from memcli.records import Candidate, Memory
from memcli.terms import terms
from memcli.update.endings import VALUES, same_subject, subject_of
from memcli.update.similar import sense_of
from memcli.values import unit_of

_AMOUNT: Final = r"(?P<number>\d[\d.,]*\d|\d) ?(?P<unit>(?!(?:st|nd|rd|th|am|pm|years?)\b)[a-zµ%]+)\b"
_FROM: Final = r"(?:from (?P<old>\d[\d.,]*) ?[a-zµ%]* )?(?:back )?to (?:about |around )?"
_WAY: Final = r"(?P<way>up|down|back)"
_TOLD: Final = (
    re.compile(
        rf"\b(?:put|puts|bump(?:ed)?|moved|taken|took|brought|going|go(?:es|ne)?|went|am|i'm|is|are) "
        rf"(?:[\w'’]+ ){{0,5}}?{_WAY} {_FROM}{_AMOUNT}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:(?P<more>raised|increased|upped|doubled)|(?P<less>lowered|reduced|decreased|cut|dropped|halved|"
        rf"tapered)|changed|adjusted|switched) (?:[\w'’]+ ){{0,5}}?{_FROM}{_AMOUNT}",
        re.IGNORECASE,
    ),
    re.compile(rf"\bnow (?:on|taking|at) (?:only |just )?{_AMOUNT}", re.IGNORECASE),
    re.compile(rf"\bon (?:only |just )?{_AMOUNT}(?: of [\w-]+)? now\b", re.IGNORECASE),
)
_HELD: Final = re.compile(_AMOUNT, re.IGNORECASE)
_IDLE: Final = frozenset(
    terms(
        "doctor doc dr gp nurse consultant psychiatrist specialist psych vet surgery clinic hospital pharmacist "
        "dose dosage medication medicine meds pills tablets prescription today yesterday week morning appointment "
        "check-up checkup visit review put puts bump bumped move moved take taken took bring brought "
        "go going goes gone went raise raised increase increased up upped double doubled lower lowered reduce "
        "reduced decrease decreased cut drop dropped halve halved taper tapered change changed adjust adjusted "
        "switch switched down back now only just they user actually finally decided wants want"
    )
)


@dataclass(frozen=True, slots=True)
class Level:
    """An amount that something is at now: its number and unit, and what else the sentence names."""

    number: str
    unit: str
    before: str
    way: int
    named: frozenset[str]


def level_of(said: str, about: str) -> Level | None:
    """The amount that a sentence says something is at now; ``way`` is 1 where it rose, -1 where it fell."""
    match = next((found for shape in _TOLD if (found := shape.search(said))), None)
    if match is None:
        return None
    held = match.groupdict()
    rose = held.get("way") == "up" or held.get("more")
    fell = held.get("way") == "down" or held.get("less")
    own = frozenset(terms(about)) | _IDLE | VALUES | frozenset(terms(f"{match['number']} {match['unit']}"))
    named = frozenset(terms(said)) - own - frozenset(terms(f"{match['number']}{match['unit']}"))
    old = held.get("old") or ""
    return Level(match["number"], unit_of(match["unit"]), old, bool(rose) - bool(fell), named - {old})


def releveled(candidate: Candidate, active: Sequence[Memory]) -> list[Memory]:
    """The memories that the new amount may mean, as they are now; more than one are as likely as each other."""
    level = level_of(candidate.evidence, candidate.about)
    if level is None:
        return []
    own = [memory for memory in active if memory.about == candidate.about and _is_theirs(candidate, memory)]
    found = [(memory, _with(level, memory)) for memory in own]
    return [replace(memory, text=text) for memory, text in found if text]


def _is_theirs(candidate: Candidate, memory: Memory) -> bool:
    """Is a memory of the same person? Who prescribes the amount is nobody whose amount it is."""
    return subject_of(candidate.text, candidate.about) <= _IDLE or same_subject(candidate, memory)


def _with(level: Level, memory: Memory) -> str:
    """A memory with the new amount for its only one of the unit; nothing where it cannot be meant."""
    held = [each for each in _HELD.finditer(memory.text) if unit_of(each["unit"]) == level.unit]
    if len(held) != 1 or memory.valid_to is not None or memory.event_at is not None:
        return ""
    old = held[0]["number"]
    way = _size(level.number) - _size(old)
    named = not level.named or level.named & sense_of(memory.text, memory.about).content
    if not named or not way or way * level.way < 0 or level.before not in ("", old):
        return ""
    return memory.text[: held[0].start("number")] + level.number + memory.text[held[0].end("number") :]


def _size(number: str) -> float:
    """A number as written, for which of two is more."""
    return float(number.replace(",", "").rstrip(".")) if number.count(".") <= 1 else 0.0
