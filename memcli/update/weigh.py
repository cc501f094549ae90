"""Whether a statement takes an old memory's place, by a linear model over what both say; pure, knows no LLM.

It speaks where no slot does ("the choir sings in the school hall now"). The weights are in ``changes.json`` with
their card, fitted by ``scripts/fit_rules.py`` on the project's own dialogues; each feature is named below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from memcli import logistic
from memcli.logistic import Logistic
from memcli.records import Candidate, Memory, Status
from memcli.terms import fold, terms
from memcli.update.decide import Verdict, Vote
from memcli.update.endings import HAPPENED, VALUES, same_subject
from memcli.update.rivals import Neighbour
from memcli.update.similar import Sense, overlap, sense_of
from memcli.update.slots import EVENTS

LOOKED_AT: Final = 24
"""Memories that share most with a candidate; no other is weighed."""
_NUMBER: Final = re.compile(r"\d[\d.,:/]*")
_NEGATED: Final = re.compile(r"\b(?:not|no longer|never|stopped|quit|without|no|cancel\w+)\b|n't\b", re.IGNORECASE)
_MARK: Final = re.compile(
    r"\b(?:instead|no longer|any ?more|moved|postponed|after all|chang\w+|switch\w*|finally|back|from now on|"
    r"swap\w*|not|cancel\w*|down to|up to|only|til|till|until|already)\b",
    re.IGNORECASE,
)
_ALSO: Final = re.compile(r"\b(?:also|too|as well|another|second|both|plus|besides|other|again)\b", re.IGNORECASE)
_NOW: Final = re.compile(r"\bnow(?:adays)?\b|\bthese days\b", re.IGNORECASE)
_TURNED: Final = re.compile(r"\b(?:actually|turns out|update|correction|scratch that|over)\b", re.IGNORECASE)
_NOT_THAT: Final = re.compile(r"\b(?:instead|not|rather)\b|n't\b", re.IGNORECASE)
_OTHER_DAY: Final = timedelta(hours=6)


def vote(candidate: Candidate, neighbours: Sequence[Neighbour]) -> Vote | None:
    """A vote to supersede the memory that is likeliest meant, or None where none is likely enough."""
    model, sense = shipped(), sense_of(candidate.text, candidate.about)
    active = [n for n in neighbours if n.memory.status is Status.ACTIVE and n.memory.about == candidate.about]
    shared = sorted(active, key=lambda n: -n.similarity - overlap(sense, sense_of(n.memory.text, n.memory.about)))
    weighed = [
        (model.probability(features(n.memory, candidate, n.similarity)), n)
        for n in shared[:LOOKED_AT]
        if may_replace(n.memory, candidate)
    ]
    likely, near = max(weighed, key=lambda pair: pair[0], default=(0.0, None))
    if near is None or likely < model.bound:
        return None
    return Vote(Verdict.UPDATE, near.memory.id, likely, candidate.made_by)


def may_replace(old: Memory, new: Candidate) -> bool:
    """Whether two facts that are alike cannot simply both be so, as two books read and two languages spoken can.

    What happened stays. Something else is replaced where only a number or a time differs, or where the words say
    that something changed.
    """
    if stands_beside(old, new):
        return False
    before, after = sense_of(old.text, old.about), sense_of(new.text, new.about)
    if before.past or not same_subject(new, old) or _of_other_places(before, after, new.evidence):
        return False
    differing = before.content ^ after.content
    if all(term in VALUES or term[0].isdigit() for term in differing):
        return True
    said = new.evidence
    return bool(_MARK.search(said) or _NOW.search(said) or _TURNED.search(said))


def _of_other_places(before: Sense, after: Sense, said: str) -> bool:
    """Two flights, trips or meetings with a name each are two, whatever is new about one of them."""
    events = frozenset(terms(" ".join(sorted(EVENTS))))
    named = before.firm - after.firm, after.firm - before.firm
    letters = all(any(name[0].isalpha() and not set(terms(name)) <= VALUES for name in names) for names in named)
    return bool(letters and before.content & after.content & events) and not _NOT_THAT.search(said)


def stands_beside(old: Memory, new: Candidate) -> bool:
    """Whether two facts are both so whatever they say: both happened, or the words say "also"."""
    return bool((HAPPENED.search(old.text) and HAPPENED.search(new.text)) or _ALSO.search(new.evidence))


def shipped() -> Logistic:
    """The weights that come with memcli; a vote is given from their bound up."""
    return logistic.shipped("update", "changes")


def features(old: Memory, new: Candidate, similarity: float = 0.0) -> dict[str, float]:
    """What can be seen of a pair; a ``similarity`` of 0 is one that is not known."""
    before, after = sense_of(old.text, old.about), sense_of(new.text, new.about)
    both = len(before.content & after.content)
    smaller = both / max(1, min(len(before.content), len(after.content)))
    ahead = old.event_at is not None and old.event_at > new.said_at
    moved = old.event_at is not None and new.event_at is not None and old.event_at != new.event_at
    numbers = _differ(_NUMBER.findall(old.text), _NUMBER.findall(new.text))
    contrary = bool(_NEGATED.search(new.text)) is not bool(_NEGATED.search(old.text))
    was, is_past = bool(HAPPENED.search(old.text)), bool(HAPPENED.search(new.text))
    seen = {
        "shared": overlap(before, after),
        "shared of old": both / max(1, len(before.content)),
        "shared of new": both / max(1, len(after.content)),
        "shared words": min(both, 4) / 4,
        "similarity": similarity,
        "similarity above half": max(0.0, similarity - 0.5),
        "similarity unknown": not similarity,
        "other numbers": numbers,
        "other numbers of the same": numbers * smaller,
        "other dates": moved,
        "old is ahead": ahead,
        "old is ahead, of the same": ahead * smaller,
        "old is dated": old.event_at is not None,
        "new is dated": new.event_at is not None,
        "contrary": contrary,
        "contrary, of the same": contrary * smaller,
        "old is past": was,
        "new is past": is_past,
        "both are past": was and is_past,
        "marked as change": bool(_MARK.search(new.evidence)),
        "says now": bool(_NOW.search(new.evidence)),
        "another day": new.said_at - old.created_at > _OTHER_DAY,
        "evidence names old": len(before.content & set(terms(new.evidence))) / max(1, len(before.content)),
        **_frame(old.text, new.text),
        **_slots(before, after),
    }
    return {name: float(value) for name, value in seen.items()}


def _differ(one: Sequence[str], two: Sequence[str]) -> bool:
    return bool(one and two) and set(one) != set(two)


def _frame(old: str, new: str) -> dict[str, float]:
    """How far two sentences begin and end alike: "Ana's blood pressure is 151/96" and "... is 134/84"."""
    before, after = fold(old).strip(". ").split(), fold(new).strip(". ").split()
    return {
        "begin alike": min(_common(before, after), 6) / 6,
        "end alike": min(_common(before[::-1], after[::-1]), 4) / 4,
        "same opening": before[:2] == after[:2],
    }


def _common(one: Sequence[str], two: Sequence[str]) -> int:
    length = min(len(one), len(two))
    return next((n for n in range(length) if one[n] != two[n]), length)


def _slots(before: Sense, after: Sense) -> dict[str, float]:
    named, renamed = before.firm - after.firm, after.firm - before.firm
    return {
        "same slot": any(one.key == two.key for one in before.slots for two in after.slots),
        "same name": bool(before.firm & after.firm),
        "other names": bool(named and renamed),
    }
