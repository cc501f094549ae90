"""Histories of one memory made into one, the same whoever merges and in whatever order; pure, knows records only.

Every change has its place in one order of all devices (a hybrid logical clock, Kulkarni et al. 2014: its time, or
a little more than that of the change before it) and a meaning of its own: the fields it sets, and to what; that it
removes; that it links. The meanings of all devices are put together, which is a union of sets, and made again in
their order: of two changes to one field the later stays, of two to different fields both do. So what comes out
depends on the changes alone. A meaning that the history cannot tell any more (a second removal, say, has no effect
until a third device brings something to remove) is kept aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from memcli.records import Change, Kind, Memory, Op, Status, stable_id

ACTOR: Final = "merge"
LINK_OPS: Final = (Op.LINK, Op.UNLINK)
FIELDS: Final = tuple(each.name for each in fields(Memory) if each.name not in ("id", "revision"))
BACK: Final = "back"
"""In the place of a field: that the memory is there again after a removal."""
GONE: Final = "gone"
"""In the place of a field: that the memory is removed."""
_FAINT: Final = (Op.REINFORCE, Op.ARCHIVE, Op.SUPERSEDE, Op.MERGE)
"""What is done in passing does not bring back a memory that was removed; what a person does to it later does."""
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PURGED: Final = "purged"

Placed: TypeAlias = tuple[Change, int]
"""A change as the history tells it, and its place in the order of all devices, in microseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did; ``conflicts`` are the memories that now wait in the inbox, ``erased`` what was purged."""

    turns: int = 0
    memories: int = 0
    changed: int = 0
    removed: int = 0
    links: int = 0
    changes: int = 0
    conflicts: tuple[str, ...] = ()
    erased: int = 0

    @property
    def nothing(self) -> bool:
        """Whether everything was here already."""
        return self == Merged()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a change does, wherever it comes to stand.

    ``change`` has no ``before``; its ``after`` holds the fields that ``sets`` names, and is empty else. ``over``
    is the change whose words (or removal) this one knew and replaced.
    """

    change: Change
    place: int
    over: str | None = None

    @property
    def id(self) -> str:
        """That of the change."""
        return self.change.id

    @property
    def order(self) -> tuple[int, str]:
        """What meanings are sorted by."""
        return (self.place, self.change.id)

    @property
    def removes(self) -> bool:
        """Whether it takes the memory away, which can be taken back."""
        return self.change.sets == (GONE,)

    @property
    def purges(self) -> bool:
        """Whether nothing from before it may be told."""
        return self.change.op is Op.PURGE

    @property
    def born(self) -> bool:
        """Whether it brings the memory into being."""
        return self.change.sets == FIELDS and not self.purges

    @property
    def blank(self) -> bool:
        """Whether its content was purged."""
        return not (self.purges or self.removes or self.change.link or self.change.after)

    @property
    def words(self) -> str | None:
        """The words that it sets."""
        after = self.change.after
        return after.text if after is not None and "text" in self.change.sets else None

    @property
    def writes(self) -> bool:
        """Whether it says what the memory's words are, or that there are none."""
        return self.purges or not {"text", BACK, GONE}.isdisjoint(self.change.sets)


@dataclass(slots=True)
class Remade:
    """A history made again: what it tells, the meanings that it cannot tell, and the words that were lost."""

    chain: list[Placed] = field(default_factory=list)
    aside: list[Meaning] = field(default_factory=list)
    lost: list[Meaning] = field(default_factory=list)

    @property
    def head(self) -> Memory | None:
        """The memory as it comes out."""
        return next((c.after for c, _ in reversed(self.chain) if c.op not in LINK_OPS), None)


def meanings(chain: Iterable[Placed], aside: Mapping[str, Meaning]) -> list[Meaning]:
    """What each change of a history means; of those ``aside`` it is known."""
    found = dict(aside)
    found |= {told.id: aside.get(told.id, told) for told in _told(chain, aside)}
    return list(found.values())


def _told(chain: Iterable[Placed], known: Mapping[str, Meaning]) -> Iterator[Meaning]:
    """What a history tells of each change, read among others of which some are known better."""
    was, there, writer = None, False, None
    for change, place in chain:
        told = _meaning(change, place, was if not there else None, writer)
        yield told
        meaning = known.get(change.id, told)
        if change.op not in LINK_OPS:
            was, there = change.after or (None if change.final else was), change.after is not None
        if meaning.writes and not (meaning.born and change.before is not None):
            writer = change.id


def _meaning(change: Change, place: int, removed: Memory | None, writer: str | None) -> Meaning:
    """``removed`` is what the memory was, where it is not there."""
    bare = replace(change, before=None, after=None, sets=())
    if change.op in LINK_OPS:
        return Meaning(bare, place)
    after = change.after
    if after is None:
        gone = () if change.final else (GONE,)
        return Meaning(replace(bare, sets=gone), place, writer if gone else None)
    names = _names(change, after, removed)
    over = None if {"text", BACK}.isdisjoint(names) or change.op is Op.PURGE else writer
    return Meaning(replace(bare, after=_sparse(after, names), sets=names), place, over)


def _names(change: Change, after: Memory, removed: Memory | None) -> tuple[str, ...]:
    if change.op is Op.PURGE:
        return FIELDS
    if change.before is None and removed is not None:
        return (BACK, *_differing(removed, after))
    return change.sets or _differing(change.before, after)


def _differing(before: Memory | None, after: Memory) -> tuple[str, ...]:
    return tuple(name for name in FIELDS if before is None or getattr(before, name) != getattr(after, name))


def _sparse(memory: Memory, names: tuple[str, ...]) -> Memory:
    """A memory with these fields only, so that what a change does not set cannot make it differ."""
    if names == FIELDS:
        return memory
    return replace(Memory(memory.id, "", Kind.SEMANTIC, _NEVER, _NEVER), **_values(memory, names))


def _values(memory: Memory, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(memory, name) for name in names if name in FIELDS}


def of_both(mine: Meaning | None, theirs: Meaning | None) -> Meaning:
    """A change as both sides know it; what one of them purged the content of has none.

    A device that purges because another did says so later: the first word holds, of all else the last.
    """
    known = [meaning for meaning in (mine, theirs) if meaning is not None]
    chosen = next((meaning for meaning in known if meaning.blank), min(known, key=repr))
    places = [meaning.place for meaning in known]
    return replace(chosen, place=min(places) if chosen.purges else max(places))


def without(meaning: Meaning, purged: frozenset[str]) -> Meaning:
    """The meaning without sources that were purged."""
    after = meaning.change.after
    if after is None or purged.isdisjoint(after.sources):
        return meaning
    left = tuple(source for source in after.sources if source not in purged)
    return replace(meaning, change=replace(meaning.change, after=replace(after, sources=left)))


def remade(union: Iterable[Meaning]) -> Remade:
    """The history that these meanings make, in whatever order they are given."""
    making = _Making()
    for meaning in _blanked(union):
        making.step(meaning)
    told = _told(making.made.chain, {each.id: each for each in making.effective})
    pairs = zip(making.effective, told, strict=True)
    making.made.aside += [meaning for meaning, read in pairs if read != meaning]
    making.made.lost = _lost(making)
    return making.made


def _blanked(union: Iterable[Meaning]) -> list[Meaning]:
    """In their order; of what came before the last purge nothing is told, and it comes first."""
    ordered = sorted(union, key=lambda meaning: meaning.order)
    last = max((n for n, meaning in enumerate(ordered) if meaning.purges), default=-1)
    if last < 0:
        return ordered
    end, after = ordered[last], [meaning for meaning in ordered[last + 1 :] if not meaning.blank]
    if end.change.after is None:  # only a birth begins anew
        after = after[next((n for n, meaning in enumerate(after) if meaning.born), len(after)) :]
    lasting = {end.id, *(meaning.id for meaning in after)}
    blank = [_blank(meaning) for meaning in ordered if meaning.id not in lasting]
    early = [replace(each, place=min(each.place, end.place - 1)) for each in blank]
    return [*sorted(early, key=lambda meaning: meaning.order), end, *after]


def _blank(meaning: Meaning) -> Meaning:
    change = replace(meaning.change, after=None, reason=_PURGED, evidence=(), link=None, sets=())
    return Meaning(change, meaning.place)


@dataclass(slots=True)
class _Making:
    """A memory while its history is made again; of one that was removed, what it was."""

    made: Remade = field(default_factory=Remade)
    effective: list[Meaning] = field(default_factory=list)
    writers: dict[str, Meaning] = field(default_factory=dict)
    writer: str | None = None
    was: Memory | None = None
    there: bool = False
    revision: int = 0

    def step(self, meaning: Meaning) -> None:
        """Make one change again on top of those before it, or put it aside where it has no effect."""
        if meaning.writes:
            self.writers[meaning.id] = meaning
        again = self._again(meaning)
        if again is None:
            self.made.aside.append(meaning)
            return
        self.effective.append(meaning)
        self.made.chain.append((again, meaning.place))
        if meaning.writes and not (meaning.born and again.before is not None):
            self.writer = meaning.id

    def _again(self, meaning: Meaning) -> Change | None:
        change, now = meaning.change, self.was if self.there else None
        bare = replace(change, sets=())
        if meaning.blank:
            return bare
        if change.op in LINK_OPS:
            return replace(bare, before=now, after=now)
        if meaning.removes or change.after is None:
            self.there = False
            if meaning.purges:
                self.was, self.revision = None, 0
            return bare if meaning.purges else replace(bare, before=now) if now is not None else None
        if not self._may_be(meaning):
            return None
        return replace(bare, before=now, after=self._next(self._on_top(meaning, change.after)))

    def _may_be(self, meaning: Meaning) -> bool:
        if self.was is None:
            return meaning.change.sets == FIELDS
        return self.there or meaning.change.op not in _FAINT

    def _on_top(self, meaning: Meaning, after: Memory) -> Memory:
        """A birth means something only where there is nothing yet, and never was."""
        if self.was is None:
            return after
        return self.was if meaning.born else replace(self.was, **_values(after, meaning.change.sets))

    def _next(self, memory: Memory) -> Memory:
        """The memory as the next revision; the first keeps its own number."""
        self.revision = self.revision + 1 if self.revision else memory.revision
        self.was, self.there = replace(memory, revision=self.revision), True
        return self.was


def _lost(making: _Making) -> list[Meaning]:
    """The words that nobody replaced knowingly, and that are not there all the same."""
    winner = making.writers.get(making.writer or "")
    if winner is None or (winner.purges and winner.change.after is None):
        return []
    line = _line(making.writers, winner)
    replaced = {writer.over for writer in making.writers.values()}
    known = {writer.words for writer in line}
    head = making.made.head
    if head is not None:
        known.add(head.text)
    written = {change.id for change, _ in making.made.chain if change.after is not None and _wrote(change)}
    return [
        each
        for each in making.effective
        if each.words is not None and each.id in written and each.id not in replaced and each.words not in known
    ]


def _wrote(change: Change) -> bool:
    """Whether a change set its words: a birth does so only where it is the first."""
    return change.before is None or change.after is None or change.before.text != change.after.text


def _line(writers: Mapping[str, Meaning], last: Meaning) -> list[Meaning]:
    """A writer and those that it knew of, latest first."""
    line, seen = [last], {last.id}
    while (over := line[-1].over) in writers and over not in seen:
        assert over is not None
        line.append(writers[over])
        seen.add(over)
    return line


def waiting_ids(change_id: str) -> tuple[str, str]:
    """The memory that lost words wait as, and the change that brings it: told by the change that wrote them."""
    return stable_id("m", ACTOR, change_id), stable_id("c", ACTOR, change_id)


def waiting(chain: Sequence[Placed], lost: Meaning) -> Placed:
    """Lost words for the inbox, told by the history they are from, so that whoever finds them writes the same."""
    change = next(change for change, _ in chain if change.id == lost.id)
    after = change.after
    assert after is not None
    memory_id, change_id = waiting_ids(lost.id)
    memory = replace(
        after,
        id=memory_id,
        status=Status.QUARANTINED,
        created_at=change.at,
        updated_at=change.at,
        supersedes=change.memory_id,
        pinned=False,
        revision=1,
    )
    born = Change(
        id=change_id,
        batch=stable_id("b", ACTOR, lost.id),
        at=change.at,
        actor=ACTOR,
        op=Op.QUARANTINE,
        memory_id=memory.id,
        after=memory,
        reason="another device changed or removed the same memory later",
        evidence=change.evidence,
    )
    return born, lost.place
