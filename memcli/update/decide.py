"""What becomes of a candidate: a pure function of it, its neighbours in memory and a model's vote.

The operations are those of Mem0 (section 2.1) and Memory-R1 (section 3.1): ADD, UPDATE, DELETE, NOOP. An UPDATE
is of two kinds here, because they are two things: a correction rewrites the memory, a change of the world closes
its validity (SUPERSEDE) and leaves it true of its time. So does an END, in whose place nothing comes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from memcli.dates import ground
from memcli.records import Candidate, Kind, Memory, Stance, Status
from memcli.terms import heard, terms
from memcli.update.correct import corrected, is_value_alone, likely_dated, set_right
from memcli.update.endings import (
    CHANGED,
    HAPPENED,
    VALUES,
    as_ended,
    ended,
    is_undone,
    moved,
    names_what_ends,
    of_that_thing,
    revalued,
    same_subject,
)
from memcli.update.levels import releveled
from memcli.update.rivals import Neighbour, rivals, within
from memcli.update.similar import Sense, adds_to, coverage, is_part_of, overlap, says_the_same, sense_of
from memcli.values import keeps_kinds

Review: TypeAlias = Literal["all", "conflicts", "none"]
"""Which decisions wait in the inbox: every one, those that touch what is known, or only what is suspect."""

_GIVEN: Final = frozenset(terms("got gets goes takes turned new one since back now"))
"""Words that say nothing by themselves."""
MEANT: Final = 0.5
_BECAUSE: Final = re.compile(r",? (?:because|since|so that|due to|as (?:i|they|he|she|it)) .*$", re.IGNORECASE)
_NO_CORRECTION: Final = re.compile(r"\b(?:now|any ?more|any longer|these days|from now on)\b", re.IGNORECASE)
"""What is denied was so until now: the world changed, and the memory was right."""
_BARE: Final = re.compile(
    r"(?:it|that|this|not|no|on|at|in|to|from|for|by|the|\d[\w.,:]*|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
    r"(?!['’]s been)",
    re.IGNORECASE,
)
"""How a correction begins that names only the new value."""
ENDED: Final = 0.6
SURE: Final = 0.8
"""A vote from here on is carried out. Less is lost: in a plain week every doubt that was asked about was none."""
NEW: Final = "new"
KNOWN: Final = "already known"
UNMEANT: Final = "nothing to correct"
SLIGHT: Final = "nothing known ends by it"
LEVEL: Final = "another amount now"
WHICH: Final = "which is it of: "


class Verdict(StrEnum):
    """What is to be done with a candidate."""

    ADD = "ADD"
    UPDATE = "UPDATE"
    SUPERSEDE = "SUPERSEDE"
    DELETE = "DELETE"
    END = "END"
    NOOP = "NOOP"
    QUARANTINE = "QUARANTINE"


@dataclass(frozen=True, slots=True)
class Vote:
    """A model's opinion: an operation, the memory it means, how sure it is (0..1), and who it is."""

    op: Verdict
    target: str | None = None
    confidence: float = 0.5
    by: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done, to which memory, and why. ``after`` is the rewritten target of an UPDATE.

    ``late`` says that the candidate is older than what it disagrees with: it is kept as what was so before.
    ``by`` is the model whose vote decided; empty where a rule did.
    """

    op: Verdict
    target: Memory | None = None
    reason: str = ""
    confidence: float = 1.0
    after: Memory | None = None
    late: bool = False
    by: str = ""

    @property
    def is_open(self) -> bool:
        """Has no rule spoken, so that a vote would be heard?"""
        return self.op is Verdict.ADD and self.reason == NEW


def decide(candidate: Candidate, neighbours: Sequence[Neighbour], vote: Vote | None = None) -> Decision:
    """The decision by rule; the vote is heard only where no rule speaks, and only as far as it is plausible."""
    if candidate.suspect:
        return _suspected(candidate, neighbours)
    live = [n for n in neighbours if n.memory.status in (Status.ACTIVE, Status.QUARANTINED)]
    if candidate.stance is Stance.RETRACTS:
        return _retraction(candidate, live)
    sense = sense_of(candidate.text, candidate.about)
    if (level := _level(candidate, live)) is not None:
        return level
    twin = None if is_fragment(candidate) else _twin(candidate, sense, live)
    if twin is not None and twin not in (ended(candidate, live), revalued(candidate, live)):
        return Decision(Verdict.NOOP, reason=SLIGHT) if candidate.slight else Decision(Verdict.NOOP, twin, KNOWN)
    active = [n for n in live if n.memory.status is Status.ACTIVE]
    if (right := _set_right(candidate, active)) is not None:
        return right
    by_stance = {Stance.CORRECTS: _correction, Stance.ENDS: _ending, Stance.PAST: _past}.get(
        candidate.stance, _statement
    )
    found = by_stance(candidate, sense, active)
    if candidate.slight:
        return (
            found if found is not None and found.op is Verdict.SUPERSEDE else Decision(Verdict.NOOP, reason=SLIGHT)
        )
    return found or _voted(candidate, active, vote) or Decision(Verdict.ADD, reason=NEW)


def _suspected(candidate: Candidate, neighbours: Sequence[Neighbour]) -> Decision:
    """What is suspect waits with what it would supersede, so that a yes does; known already, it need not wait."""
    unsuspected = decide(replace(candidate, suspect=""), neighbours)
    if unsuspected.op is Verdict.NOOP and unsuspected.target is not None:
        return unsuspected
    target = unsuspected.target if unsuspected.op is Verdict.SUPERSEDE else None
    return Decision(Verdict.QUARANTINE, target, candidate.suspect)


def guard(candidate: Candidate, decision: Decision, review: Review = "none") -> Decision:
    """The decision after trust and review: what may not happen unasked goes to the inbox.

    Lower trust never changes what higher trust said; a removal needs the words that ask for it.
    """
    touches = decision.op in (Verdict.UPDATE, Verdict.SUPERSEDE, Verdict.DELETE, Verdict.END)
    if decision.op in (Verdict.NOOP, Verdict.QUARANTINE):
        return decision
    if decision.op is Verdict.DELETE and not candidate.evidence.strip():
        return Decision(Verdict.NOOP, decision.target, "nothing asks for the removal")
    if touches and decision.target is not None and candidate.trust.rank < decision.target.trust.rank:
        reason = f"{candidate.trust} may not change what {decision.target.trust} said"
        return replace(decision, op=Verdict.QUARANTINE, reason=reason)
    by_model = touches and "+" in candidate.made_by
    if by_model and decision.target is not None and not keeps_kinds(decision.target.text, candidate.text):
        return Decision(Verdict.NOOP, decision.target, "a value of another kind")  # "their birthday is 100 mg"
    if by_model and not in_its_words(candidate, decision):
        return replace(decision, op=Verdict.QUARANTINE, reason="a model's words would change what is known")
    if review == "all" or (review == "conflicts" and touches and decision.reason != EXTENDS):
        return replace(decision, op=Verdict.QUARANTINE, reason=f"waits for review: {decision.reason}")
    return decision


def in_its_words(candidate: Candidate, decision: Decision) -> bool:
    """Whether all that a model made of a turn is in the words of the turn, or of the memory that it wrote anew."""
    if decision.op is Verdict.END:
        return True
    said = heard(candidate.evidence) | set(terms(ground(candidate.evidence, candidate.said_at))) | _GIVEN
    if decision.target is not None and decision.by == candidate.made_by:
        said |= {*terms(decision.target.text), *_sense(decision.target).content}
    return sense_of(candidate.text, candidate.about).content <= said


EXTENDS: Final = "says more than was known"


def _twin(candidate: Candidate, sense: Sense, live: Iterable[Neighbour]) -> Memory | None:
    for near in live:
        memory = near.memory
        other = _sense(memory)
        same = says_the_same(sense, other, near.similarity) or is_part_of(sense, other)
        if same and memory.about == candidate.about and not _other_time(candidate, memory):
            return memory
    return None


def _other_time(candidate: Candidate, memory: Memory) -> bool:
    return candidate.event_at is not None and memory.event_at is not None and candidate.event_at != memory.event_at


def _retraction(candidate: Candidate, live: Sequence[Neighbour]) -> Decision:
    if not candidate.text.strip():
        last = [n for n in live if n.recent == 1]
        return (
            Decision(Verdict.DELETE, last[0].memory, "taken back")
            if last
            else Decision(Verdict.NOOP, reason="nothing to take back")
        )
    sense = sense_of(candidate.text, candidate.about)
    best, share = None, 0.0
    for near in live:
        held = coverage(sense, _sense(near.memory))
        if held > share:
            best, share = near.memory, held
    meant = best is not None and share >= MEANT
    return (
        Decision(Verdict.DELETE, best, "the user asked to forget it")
        if meant
        else Decision(Verdict.NOOP, reason="nothing known fits")
    )


def _correction(candidate: Candidate, sense: Sense, active: Sequence[Neighbour]) -> Decision | None:
    for near in sorted(
        (n for n in active if n.recent), key=lambda n: (not likely_dated(n.memory, candidate), n.recent)
    ):
        if not sense.slots and _may_mean(candidate, sense, near) and (after := corrected(near.memory, candidate)):
            return Decision(Verdict.UPDATE, near.memory, "corrected", after=after)
    if (found := _corrected_by_name(candidate, active)) is not None:
        return found
    for rival, _ in rivals(sense, candidate, active, many=True):
        return Decision(Verdict.UPDATE, rival.memory, "corrected", after=_rewritten(rival.memory, candidate))
    alike = [
        n for n in active if _is_about(n, candidate) and _denied(sense, _sense(n.memory), recent=n.recent > 0)
    ]
    if alike:
        return Decision(Verdict.UPDATE, alike[0].memory, "corrected", after=_rewritten(alike[0].memory, candidate))
    return Decision(Verdict.NOOP, reason=UNMEANT) if is_fragment(candidate) else None


def _set_right(candidate: Candidate, active: Sequence[Neighbour]) -> Decision | None:
    """A sentence that says what is so and what is not: the memory that says the latter is put right."""
    if candidate.stance in (Stance.RETRACTS, Stance.PAST) or _NO_CORRECTION.search(candidate.evidence):
        return None
    for near in active:
        alike = _is_about(near, candidate) and same_subject(candidate, near.memory)
        after = set_right(near.memory, candidate) if alike else None
        if after is not None and after.text != near.memory.text:
            return Decision(Verdict.UPDATE, near.memory, "corrected", after=after)
    return None


def _level(candidate: Candidate, live: Sequence[Neighbour]) -> Decision | None:
    """Another amount of what one memory has; of several nobody but the user knows which is meant."""
    if candidate.stance is Stance.PAST:
        return None
    meant = releveled(candidate, [n.memory for n in live if n.memory.status is Status.ACTIVE])
    known = [n.memory for n in live if n.memory.id in {each.id for each in meant}]
    if len(meant) == 1:
        return Decision(Verdict.SUPERSEDE, known[0], LEVEL, after=meant[0])
    which = " or ".join(f'"{each.text}"' for each in known[:2])
    return Decision(Verdict.QUARANTINE, reason=f"{WHICH}{which}") if meant else None


def _may_mean(candidate: Candidate, sense: Sense, near: Neighbour) -> bool:
    """A bare value may mean whatever was said last; a sentence of its own must share a word with it."""
    if near.far and is_value_alone(candidate.text):
        return False
    named = candidate.text.lower().startswith((candidate.about.lower(), "the user"))
    bare = not named and (_BARE.match(candidate.text) or len(candidate.text.split()) <= 3)
    return bool(bare or (sense.content - VALUES) & _sense(near.memory).content)


def _corrected_by_name(candidate: Candidate, active: Sequence[Neighbour]) -> Decision | None:
    """A correction that names its thing ("the race is on 20 May"): the dated memory that has it, however old."""
    for memory in of_that_thing(candidate, active):
        if (after := corrected(memory, candidate)) is not None:
            return Decision(Verdict.UPDATE, memory, "corrected", after=after)
    return None


def _denied(new: Sense, old: Sense, *, recent: bool) -> bool:
    """Is ``new`` another wording of a recent fact, or the denial of any?"""
    contrary = new.negative and not old.negative and coverage(old, new) >= ENDED
    return contrary or (recent and overlap(new, old) >= MEANT)


def _sense(memory: Memory) -> Sense:
    return sense_of(memory.text, memory.about)


def _is_about(near: Neighbour, candidate: Candidate) -> bool:
    return near.memory.about == candidate.about


def is_fragment(candidate: Candidate) -> bool:
    """Is a correction only a value, which makes no memory by itself?"""
    named = candidate.text.lower().startswith((candidate.about.lower(), "the user"))
    return candidate.stance is Stance.CORRECTS and not named and len(candidate.text.split()) <= 8


def _ending(candidate: Candidate, sense: Sense, active: Sequence[Neighbour]) -> Decision | None:
    sense = as_ended(sense)
    for rival, slot in rivals(sense, candidate, active, many=True):
        old = next((s for s in _sense(rival.memory).slots if s.attribute == slot.attribute), None)
        if old is None or (old.holds and (within(slot.value, old.value) or not slot.value)):
            return Decision(Verdict.SUPERSEDE, rival.memory, "no longer so")
    if (left := ended(candidate, active)) is not None:
        return Decision(Verdict.SUPERSEDE, left, "no longer so")
    if any(s.attribute in ("home", "employer") for s in sense.slots):
        return None
    if (before := revalued(candidate, active)) is not None:
        return Decision(Verdict.SUPERSEDE, before, "changed")
    if candidate.slight or is_undone(candidate.evidence):
        return None  # `gone` weighs what such words mean
    sense = sense_of(_BECAUSE.sub("", candidate.text), candidate.about)
    for near in sorted(active, key=lambda n: -n.similarity):
        other = _sense(near.memory)
        same = near.memory.about == candidate.about and not other.negative and not other.past
        if same and same_subject(candidate, near.memory) and names_what_ends(sense, other):
            return Decision(Verdict.SUPERSEDE, near.memory, "no longer so")
    return None


def _past(_candidate: Candidate, _sense: Sense, _active: Sequence[Neighbour]) -> Decision | None:
    """What was so and is over is new by itself: it never closes what is so."""
    return None


def _statement(candidate: Candidate, sense: Sense, active: Sequence[Neighbour]) -> Decision | None:
    for rival, _ in rivals(sense, candidate, active):
        late = rival.said_at is not None and candidate.said_at < rival.said_at
        if late:
            return Decision(Verdict.ADD, rival.memory, "was so before", late=True)
        return Decision(Verdict.SUPERSEDE, rival.memory, "changed")
    if (left := ended(candidate, active) or revalued(candidate, active) or moved(candidate, active)) is not None:
        return Decision(Verdict.SUPERSEDE, left, "changed")
    if (only := _only_rival(sense, candidate, active)) is not None:
        return Decision(Verdict.SUPERSEDE, only, "changed")
    for near in active:
        memory = near.memory
        fits = (
            memory.about == candidate.about
            and candidate.trust.rank >= memory.trust.rank
            and not _other_time(candidate, memory)
        )
        if fits and memory.kind is not Kind.PROCEDURAL and adds_to(sense, _sense(memory)):
            return Decision(Verdict.UPDATE, memory, EXTENDS, after=_rewritten(memory, candidate))
    return None


def _only_rival(sense: Sense, candidate: Candidate, active: Sequence[Neighbour]) -> Memory | None:
    """The one memory that fills a slot of which there may be several, where the words say what is so now."""
    found = rivals(sense, candidate, active, many=True) if CHANGED.search(candidate.evidence) else []
    meant = {near.memory.id: near.memory for near, _ in found}
    return next(iter(meant.values())) if len(meant) == 1 else None


def _rewritten(memory: Memory, candidate: Candidate) -> Memory:
    """The memory saying what the candidate says; its sources grow."""
    return replace(
        memory,
        text=candidate.text,
        event_at=candidate.event_at or memory.event_at,
        event_end=candidate.event_end or memory.event_end,
        event_precision=candidate.event_precision or memory.event_precision,
        importance=max(memory.importance, candidate.importance),
        keywords=candidate.keywords or memory.keywords,
        sources=tuple(dict.fromkeys((*memory.sources, *candidate.sources))),
    )


def _voted(candidate: Candidate, active: Sequence[Neighbour], vote: Vote | None) -> Decision | None:
    """What a vote comes to, if it is sure."""
    if vote is None or vote.op is Verdict.ADD or vote.confidence < SURE:
        return None
    near = next((n for n in active if n.memory.id == vote.target and _is_about(n, candidate)), None)
    if near is None:
        return None
    found = _repeated(candidate, near.memory) if vote.op is Verdict.NOOP else _changed(candidate, near, vote)
    return replace(found, confidence=vote.confidence, by=vote.by) if found is not None else None


def _both_happened(candidate: Candidate, memory: Memory) -> bool:
    """Two things that happened at two times can both be true."""
    past = (memory.event_end or memory.event_at or candidate.said_at) < candidate.said_at
    told = HAPPENED.search(memory.text) and HAPPENED.search(candidate.text)
    return bool(past and told) and _other_time(candidate, memory)


def _repeated(candidate: Candidate, memory: Memory) -> Decision | None:
    """A repeat by vote must be one by half of its words too: what is taken for one by mistake is lost."""
    covered = coverage(sense_of(candidate.text, candidate.about), _sense(memory)) >= MEANT
    if not covered or _other_time(candidate, memory):
        return None
    return Decision(Verdict.NOOP, memory, "already known, by vote")


def _changed(candidate: Candidate, near: Neighbour, vote: Vote) -> Decision | None:
    if near.said_at is not None and candidate.said_at < near.said_at:
        return None
    if _both_happened(candidate, near.memory):
        return None
    told = "no longer so" if vote.op is Verdict.DELETE else "changed"
    how = "by vote" if vote.by != candidate.made_by else "by all its words"
    return Decision(Verdict.SUPERSEDE, near.memory, f"{told}, {how}")
