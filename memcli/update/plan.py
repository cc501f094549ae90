"""From candidates to the changes of one batch: decides each in order, seeing what the ones before it did; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeAlias

from memcli.entities import entities_of, key_of
from memcli.records import Candidate, Change, Memory, Op, Stance, Status, new_id
from memcli.update.bonds import REASON, aftermath, parts
from memcli.update.consensus import REFUSED, doubt, refused_before
from memcli.update.decide import MEANT, SLIGHT, Decision, Review, Verdict, Vote, decide, guard, in_its_words
from memcli.update.edits import Act, birth, linked, revised
from memcli.update.endings import VALUES
from memcli.update.rivals import Neighbour, rivals
from memcli.update.similar import coverage, says_the_same, sense_of
from memcli.update.slots import slots_of

HOME: Final = "home"
LINKED: Final = 0.6
LINKS: Final = 3
TIED: Final = 0.25
"""A name that more than four near memories share ties none of them; the graph of entities has it all the same."""
_LET_GO: Final = {
    Verdict.END: "no longer so, as the talk tells",
    Verdict.SUPERSEDE: "changed, as the talk tells",
}

Fetch: TypeAlias = Callable[[Candidate], Sequence[Neighbour]]
"""The memories near a candidate, as the store has them."""

Ask: TypeAlias = Callable[[Candidate, Sequence[Neighbour]], Vote | None]
"""A model's vote on a candidate that no rule decides."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What was decided about one candidate, and the changes that carry it out (none for NOOP)."""

    candidate: Candidate
    decision: Decision
    changes: tuple[Change, ...]


@dataclass(slots=True)
class Planner:
    """Decides the candidates of one batch. ``heads`` are the memories as this batch leaves them.

    ``lessons`` are what the user refused before.
    """

    fetch: Fetch
    act: Act
    review: Review = "none"
    ask: Ask | None = None
    lessons: Sequence[Memory] = ()
    heads: dict[str, Memory] = field(default_factory=dict)
    born: list[str] = field(default_factory=list)
    said: dict[str, datetime] = field(default_factory=dict)

    def plan(self, candidates: Sequence[Candidate]) -> list[Settled]:
        """The outcome of each candidate, in the order in which they were decided and can be carried out.

        What takes another's place is decided before what only ends ("I sold the Golf, I drive a Polo now"), so
        that the old memory is followed by the new one.
        """
        decided = [self._one(each) for each in sorted(candidates, key=lambda each: each.stance is Stance.ENDS)]
        return [one for one in decided if one.decision.reason != SLIGHT]

    def let_go(self, candidate: Candidate, target: Memory, sure: float) -> Settled | None:
        """What becomes of a memory of which a talk says that it ended, or that it is as the candidate says now.

        None where a candidate of the batch changed it already, or tells the same news of something else. What is
        known already is not kept twice, and words that nobody said are not kept at all.
        """
        if target.id in self.heads or self._is_of_something_else(candidate, target):
            return None
        op = Verdict.END if candidate.stance is Stance.ENDS else Verdict.SUPERSEDE
        asked = Decision(op, target, _LET_GO[op], sure, by=candidate.made_by)
        if not in_its_words(candidate, asked):
            asked = replace(asked, op=Verdict.END, reason=_LET_GO[Verdict.END])
        decision, near = guard(candidate, asked, self.review), self._neighbours(candidate)
        known = None
        if decision.op is Verdict.SUPERSEDE:
            known = _alike(candidate, near, target) or self._told_beside(candidate, target)
        if known is None:
            return self._settled(candidate, decision, near)
        changes = followed(target, known, candidate.said_at, self._act(candidate, decision))
        return self._noted(candidate, decision, changes)

    def _told_beside(self, candidate: Candidate, target: Memory) -> Memory | None:
        """What this batch keeps of the same words already: half of them, and one that the target has too."""
        new, old = (sense_of(each.text, each.about) for each in (candidate, target))
        for fact in (self.heads[each] for each in self.born):
            sense = sense_of(fact.text, fact.about)
            if fact.status is Status.ACTIVE and coverage(new, sense) >= MEANT and sense.content & old.content:
                return fact
        return None

    def _is_of_something_else(self, candidate: Candidate, target: Memory) -> bool:
        """Is all that would be new of a memory told in full by a fact that shares nothing with that memory?"""
        old = sense_of(target.text, target.about).content
        new = sense_of(candidate.text, candidate.about).content - old
        facts = [sense_of(self.heads[i].text, self.heads[i].about).content for i in self.born]
        return bool(new) and any(new <= fact and not (old & fact) - VALUES for fact in facts)

    def _one(self, candidate: Candidate) -> Settled:
        near = self._neighbours(candidate)
        return self._settled(candidate, self._decided(candidate, near), near)

    def _settled(self, candidate: Candidate, decision: Decision, near: Sequence[Neighbour]) -> Settled:
        act = self._act(candidate, decision)
        changes = carried_out(candidate, decision, near, act)
        if decision.op is Verdict.SUPERSEDE:
            changes += _left_behind(candidate, near, changes, act)
        if decision.op in (Verdict.ADD, Verdict.SUPERSEDE):
            changes += aftermath(candidate, near, changes, replace(act, reason=REASON))
        return self._noted(candidate, decision, changes)

    def _act(self, candidate: Candidate, decision: Decision) -> Act:
        actor = decision.by or candidate.made_by
        return replace(self.act, actor=actor, reason=decision.reason, evidence=candidate.sources)

    def _noted(self, candidate: Candidate, decision: Decision, changes: Sequence[Change]) -> Settled:
        for change in changes:
            if change.link is None and change.after is not None:
                self.heads[change.memory_id] = change.after
                self.said[change.memory_id] = candidate.said_at
                if change.before is None:
                    self.born.append(change.memory_id)
        return Settled(candidate, decision, tuple(changes))

    def _decided(self, candidate: Candidate, near: Sequence[Neighbour]) -> Decision:
        if parts(candidate) and (told := self._parting(candidate)) is not None:
            return Decision(Verdict.NOOP, told, "already known")
        if refused_before(candidate, self.lessons) is not None:
            return Decision(Verdict.NOOP, reason="you refused this before")
        decision = decide(candidate, near)
        if decision.is_open and self.ask is not None and not parts(candidate):  # `aftermath` knows what that ends
            decision = decide(candidate, near, self.ask(candidate, near))
        decision = guard(candidate, decision, self.review)
        if decision.op in (Verdict.NOOP, Verdict.QUARANTINE):
            return decision
        why = doubt(candidate, [neighbour.memory for neighbour in near], self.lessons)
        return Decision(Verdict.QUARANTINE, decision.target, why) if why else decision

    def _parting(self, candidate: Candidate) -> Memory | None:
        """What this batch told already of the same parting, in other words."""
        new = [self.heads[each] for each in self.born]
        same = (m for m in new if m.about == candidate.about and m.status is Status.ACTIVE)
        return next((memory for memory in same if parts(replace(candidate, text=memory.text))), None)

    def _neighbours(self, candidate: Candidate) -> list[Neighbour]:
        stored = [n for n in self.fetch(candidate) if n.memory.id not in self.born]
        shifted = [
            replace(
                n,
                memory=self.heads.get(n.memory.id, n.memory),
                said_at=self.said.get(n.memory.id, n.said_at),
                recent=n.recent + len(self.born) if n.recent else 0,
            )
            for n in stored
        ]
        new = [
            Neighbour(self.heads[i], said_at=self.said[i], recent=rank)
            for rank, i in enumerate(reversed(self.born), start=1)
            if candidate.stance is not Stance.ENDS  # what a turn ends, it does not tell
        ]
        return [*new, *shifted]


def carried_out(candidate: Candidate, decision: Decision, near: Sequence[Neighbour], act: Act) -> list[Change]:
    """The changes that a decision means."""
    target = decision.target
    if decision.op is Verdict.QUARANTINE:
        return [_quarantined(candidate, target, act)]
    if decision.op is Verdict.ADD:
        memory = memory_of(candidate, act)
        if decision.late and target is not None:
            memory = replace(
                memory, status=Status.SUPERSEDED, valid_to=target.valid_from or _said(near, target) or act.at
            )
        return [birth(memory, act), *_links(memory, near, act)]
    if target is None or decision.op is Verdict.NOOP:
        return []
    if decision.op is Verdict.UPDATE:
        return [revised(target, decision.after or target, act)]
    if decision.op is Verdict.DELETE:
        return [revised(target, replace(target, status=Status.ARCHIVED), act, Op.DELETE)]
    if decision.op is Verdict.END:
        return [revised(target, _over(target, candidate.said_at), act, Op.SUPERSEDE)]
    made = superseded(target, _taking_its_place(candidate, decision, act), candidate.said_at, act)
    new = made[1].after
    return [*made, *(_links(new, near, act) if new is not None else [])]


def _taking_its_place(candidate: Candidate, decision: Decision, act: Act) -> Memory:
    """The new memory: what the candidate says, or the old one with the value that the candidate names."""
    made = memory_of(candidate, act)
    if decision.after is None:
        return made
    after = decision.after
    return replace(
        made,
        text=after.text,
        kind=after.kind,
        importance=after.importance,
        keywords=after.keywords,
        tags=after.tags,
    )


def superseded(old: Memory, new: Memory, now: datetime, act: Act) -> list[Change]:
    """Close a memory's validity and let another take its place; both stay true of their times.

    The world changed when the new memory says so, else when it was said. A change that is still ahead closes the
    old memory at that time and leaves it in force until then.
    """
    told = new.valid_from or (new.event_at if _begins(new) else None)
    turned = told if told is not None and (old.valid_from is None or told > old.valid_from) else now
    closed = replace(old, valid_to=turned, status=old.status if turned > now else Status.SUPERSEDED)
    new = replace(new, supersedes=old.id, valid_from=turned)
    return [revised(old, closed, act, Op.SUPERSEDE), birth(new, act), linked(new, old, "supersedes", act)]


def _left_behind(
    candidate: Candidate, near: Sequence[Neighbour], settled: Sequence[Change], act: Act
) -> list[Change]:
    """Whoever moves leaves every home that is known of them, however it was told, and not one alone."""
    done = {change.memory_id for change in settled}
    others = {
        n.memory.id: n.memory
        for n, slot in rivals(sense_of(candidate.text, candidate.about), candidate, near)
        if slot.attribute == HOME and n.memory.id not in done and n.memory.status is Status.ACTIVE
    }
    trusted = [memory for memory in others.values() if candidate.trust.rank >= memory.trust.rank]
    return [revised(memory, _over(memory, candidate.said_at), act, Op.SUPERSEDE) for memory in trusted]


def _alike(candidate: Candidate, near: Sequence[Neighbour], target: Memory) -> Memory | None:
    """The memory in force that says what the candidate says."""
    sense = sense_of(candidate.text, candidate.about)
    others = (n for n in near if n.memory.status is Status.ACTIVE and n.memory.id != target.id)
    same = (
        n.memory for n in others if says_the_same(sense, sense_of(n.memory.text, n.memory.about), n.similarity)
    )
    return next(same, None)


def followed(old: Memory, new: Memory, now: datetime, act: Act) -> list[Change]:
    """Close a memory's validity: what is known already takes its place."""
    closed = revised(old, _over(old, now), act, Op.SUPERSEDE)
    if new.supersedes is not None:
        return [closed]
    grown = revised(new, replace(new, supersedes=old.id, valid_from=new.valid_from or now), act)
    return [closed, grown, *([linked(grown.after, old, "supersedes", act)] if grown.after is not None else [])]


def _over(memory: Memory, now: datetime) -> Memory:
    """A memory that was true until now."""
    return replace(memory, status=Status.SUPERSEDED, valid_to=now)


def memory_of(candidate: Candidate, act: Act) -> Memory:
    """A candidate as a new memory; it is known since it was said."""
    return Memory(
        id=new_id("m"),
        text=candidate.text,
        kind=candidate.kind,
        created_at=candidate.said_at,
        updated_at=act.at,
        about=candidate.about,
        event_at=candidate.event_at,
        event_end=candidate.event_end,
        event_precision=candidate.event_precision,
        valid_from=candidate.valid_from,
        valid_to=candidate.valid_to,
        importance=candidate.importance,
        trust=candidate.trust,
        tags=candidate.tags,
        keywords=candidate.keywords,
        expires_at=candidate.expires_at,
        sources=candidate.sources,
        made_by=candidate.made_by,
    )


def accepted(waiting: Memory, target: Memory | None, act: Act) -> list[Change]:
    """The user lets a quarantined memory in: it becomes theirs, and takes the place of what it disagreed with."""
    own = replace(waiting, status=Status.ACTIVE)
    if target is None or target.status is not Status.ACTIVE:
        return [revised(waiting, own, act, Op.RESTORE)]
    turned = waiting.valid_from or waiting.created_at
    closed = replace(target, status=Status.SUPERSEDED, valid_to=turned)
    own = replace(own, valid_from=turned)
    return [
        revised(target, closed, act, Op.SUPERSEDE),
        revised(waiting, own, act, Op.RESTORE),
        linked(own, target, "supersedes", act),
    ]


def rejected(waiting: Memory, act: Act) -> list[Change]:
    """The user refuses a quarantined memory: it is archived as a lesson, and what it disagreed with stays."""
    tags = tuple(dict.fromkeys((*waiting.tags, REFUSED)))
    return [revised(waiting, replace(waiting, status=Status.ARCHIVED, tags=tags), act, Op.ARCHIVE)]


def _quarantined(candidate: Candidate, target: Memory | None, act: Act) -> Change:
    memory = replace(
        memory_of(candidate, act), status=Status.QUARANTINED, supersedes=target.id if target else None
    )
    return replace(birth(memory, act), op=Op.QUARANTINE)


def _links(memory: Memory, near: Sequence[Neighbour], act: Act) -> list[Change]:
    """Ties to the nearest memories (A-MEM, section 3.2): by similarity, and by the people and places they share.

    A name that many memories share ties less: its weight is its node specificity (HippoRAG, section 2.3).
    """
    active = [n for n in near if n.memory.status is Status.ACTIVE and n.memory.id != memory.supersedes]
    names = {n.memory.id: _named(n.memory) for n in active}
    often = Counter(key for keys in names.values() for key in keys)
    own = _named(memory)
    ties = []
    for each in active:
        shared = max(own.keys() & names[each.memory.id].keys(), key=lambda key: (1 / often[key], key), default="")
        specific = 1 / often[shared] if shared else 0.0
        close = each.similarity if each.similarity >= LINKED else 0.0
        if max(specific, close) >= TIED:
            relation = "related" if close >= specific else f"shares {own[shared]}"
            ties.append((close + specific, relation, max(specific, close), each.memory))
    best = sorted(ties, key=lambda tie: -tie[0])[:LINKS]
    return [linked(memory, other, relation, act, weight=weight) for _, relation, weight, other in best]


def _named(memory: Memory) -> dict[str, str]:
    return {key_of(name): name for name in entities_of(memory.text, memory.about)}


def _said(near: Sequence[Neighbour], memory: Memory) -> datetime | None:
    return next((n.said_at for n in near if n.memory.id == memory.id), None)


def _begins(memory: Memory) -> bool:
    """Is the event of a memory the beginning of what it states ("moved to Lisbon in March")?"""
    return bool(slots_of(memory.text))
