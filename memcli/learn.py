"""From waiting turns to memories: off the queue, extracted, decided, committed; knows ports and three rooms.

A turn and its changes are one commit with the queue, so that a turn is read exactly once, whatever happens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, cast

from memcli.errors import ConflictError, MemcliError, NotFoundError
from memcli.extract import (
    UNRESOLVED,
    ended,
    heard_as,
    owed,
    renewed,
    restated,
    states,
    talk_of,
    unspelled,
)
from memcli.ingest.secrets import Masked, mask
from memcli.ports import Clock, Extractor, MemoryStore
from memcli.records import (
    Candidate,
    Change,
    Filter,
    Kind,
    Memory,
    Origin,
    Priority,
    Stance,
    Status,
    Turn,
    Work,
    new_id,
)
from memcli.update import Act
from memcli.update.consensus import REFUSED
from memcli.update.decide import LEVEL, UNMEANT, WHICH, Review, Verdict
from memcli.update.endings import is_undone
from memcli.update.gone import WEIGHED, LetsGo, may_go
from memcli.update.index import Index
from memcli.update.levels import level_of
from memcli.update.plan import Ask, Planner, Settled, accepted, rejected
from memcli.update.revise import HEARD, LOOKED_AT, Revise, Revision, nearness
from memcli.update.rivals import Neighbour
from memcli.values import keeps_kinds

_NOBODY: Final = "user"
"""A user who gave no name; it is a word like any other in a text."""
_FOND: Final = "(?:ie|y|i)?"
"""What a name ends in among friends."""
_WORDS: Final = re.compile(r"\w+")
BEFORE: Final = 4
RECENT: Final = 10
_CLOSE: Final = 2
"""How many turns of the speaker back a value alone ("no, Friday") may mean."""
_PAGE: Final = 1_000
_KNOWN: Final = (Status.ACTIVE, Status.QUARANTINED)
_STEERING: Final = (Stance.CORRECTS, Stance.RETRACTS)
"""What names what it is about: whoever corrects or takes back means nothing else."""
_CLOSING: Final = (Verdict.UPDATE, Verdict.SUPERSEDE, Verdict.DELETE, Verdict.END, Verdict.QUARANTINE)
_RULE: Final = "rule"
_REVISED: Final = (Kind.CORE, Kind.SEMANTIC, Kind.EPISODIC)
"""What talk ends or changes: neither orders nor what was concluded."""

Similar: TypeAlias = Callable[[str], dict[str, float]]
"""The cosine of the memories nearest to a text, by id."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What became of one turn: the changes as committed, what was dropped and why, or the error that is kept."""

    turn: Turn
    settled: tuple[Settled, ...] = ()
    dropped: dict[str, int] = field(default_factory=dict)
    error: str = ""

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes, in order."""
        return tuple(change for one in self.settled for change in one.changes)

    @property
    def unclear(self) -> bool:
        """Was something left out that does not say what it is about ("it is on 13 September")?"""
        meant = (one.decision.reason for one in self.settled if one.decision.op is Verdict.NOOP)
        return bool(self.dropped.get(UNRESOLVED)) or UNMEANT in meant

    @property
    def known(self) -> tuple[str, ...]:
        """The ids of the memories that said it already."""
        settled = (one.decision for one in self.settled if one.decision.op is Verdict.NOOP)
        return tuple(decision.target.id for decision in settled if decision.target is not None)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a turn: what draws candidates from it, and who votes on those that no rule decides.

    ``revise`` says what the talk does to memories that no candidate touched; ``gone`` which one the words let go,
    where no rule and no vote knows of any.
    """

    extractor: Extractor
    vote: Ask | None = None
    revise: Revise | None = None
    gone: LetsGo | None = None


@dataclass(slots=True)
class Learner:
    """Reads turns for one memory. ``known`` is kept between turns and read anew when someone else wrote.

    Whoever reads sees no secret. With ``secrets`` set to ``keep`` it is put back into the memory. ``live`` gives
    who reads what is said right now, a turn at a time, and may take longer; ``imports`` who reads what came in
    bulk, by how many turns wait. Without them ``reader`` reads it too.
    """

    store: MemoryStore
    reader: Reader
    clock: Clock
    review: str = "none"
    similar: Similar | None = None
    secrets: str = "mask"
    user: str = ""
    live: Callable[[], Reader] | None = None
    imports: Callable[[int], Reader] | None = None
    known: Index = field(default_factory=Index)
    lessons: list[Memory] = field(default_factory=list)
    _seen: int = -1
    _waiting: int = 0

    def work_off(
        self, batch: str | None, stopping: Callable[[], bool], least: Priority = Priority.BATCH
    ) -> Iterator[Lesson]:
        """Read what waits, the most urgent first; each turn is tried once, and committed before it is told.

        What is less urgent than ``least`` is left.
        """
        failed: set[str] = set()
        while page := self._next(_PAGE, failed, least):
            urgent, self._waiting = page[0].priority, self.store.work_left()
            for work in (w for w in page if w.priority == urgent):
                if stopping():
                    return
                if urgent is Priority.BATCH and self._next(1, failed, Priority.NOTE):
                    break  # somebody is talking: an import can wait
                failed.add(work.turn)
                try:
                    lesson = self.learn(work, batch)
                except NotFoundError:
                    continue
                if not lesson.error:
                    failed.discard(work.turn)
                yield lesson

    def _next(self, limit: int, failed: set[str], least: Priority) -> list[Work]:
        """The next turns to read, without those that were tried in vain."""
        page = self.store.work(limit + len(failed))
        return [work for work in page if work.turn not in failed and work.priority >= least]

    def _who(self, work: Work) -> Reader:
        if self.live is not None and work.priority is Priority.LIVE:
            return self.live()
        if self.imports is not None and work.priority is Priority.BATCH:
            return self.imports(self._waiting)
        return self.reader

    def learn(self, work: Work, batch: str | None = None) -> Lesson:
        """Read one turn. An explained failure is kept on the queue with the work, and told.

        Raises:
            NotFoundError: the turn was erased meanwhile; its work is gone too.
        """
        turn = self.store.turns_by_id([work.turn]).get(work.turn)
        if turn is None:
            self.store.commit([], done=[work.turn])
            raise NotFoundError(f"turn {work.turn} was erased before it was read")
        try:
            return self._learned(turn, work, batch or new_id("b"))
        except ConflictError:
            if not self.store.waits(work.turn):
                return Lesson(turn)  # another process was quicker, and has kept what it tells
            self._seen = -1
            return self._learned(turn, work, batch or new_id("b"))
        except MemcliError as error:
            self.store.fail_work(work, error.message)
            return Lesson(turn, error=error.message)

    def _learned(self, turn: Turn, work: Work, batch: str) -> Lesson:
        before = self._before(turn)
        masked = mask(turn.text)
        read = replace(turn, text=masked.text)
        reader = self._who(work)
        found = reader.extractor.extract(read, before)
        candidates = [_told(candidate, work, read) for candidate in (*found.candidates, *owed(read, work, found))]
        if work.asked:  # it is worth a memory to whoever asked for one
            candidates = [replace(candidate, slight=False) for candidate in candidates]
        candidates = self._doubted([*candidates, *_leveled(read, candidates)], turn)
        if self.secrets == "keep":
            candidates = [_restored(candidate, masked) for candidate in candidates]
        act = Act(batch, self.clock.now(), reader.extractor.name)
        settled = self._settled(candidates, read, before, act, reader)
        changes = [change for one in settled for change in one.changes]
        self.store.commit(changes, done=[work.turn])
        self._note(changes)
        return Lesson(turn, tuple(settled), dict(found.dropped))

    def _doubted(self, candidates: Sequence[Candidate], turn: Turn) -> list[Candidate]:
        """A document or a tool that speaks of the user by name, or beside an order, waits for the user's word."""
        if turn.origin not in (Origin.DOCUMENT, Origin.TOOL):
            return list(candidates)
        beside = next((each.suspect for each in candidates if each.suspect), "")
        named = self._names_user(turn.text)

        def why(told: str) -> str:
            return beside or ("someone else says this of you" if named or self._names_user(told) else "")

        return [replace(each, suspect=each.suspect or why(each.text)) for each in candidates]

    def _names_user(self, text: str) -> bool:
        """Is the user named, also letter by letter, where words may have run together?"""
        if self.user in ("", _NOBODY):
            return text.startswith("The user")
        name, whole = re.escape(self.user), unspelled(text)
        found = re.search(rf"\b{name}{_FOND}\b", text, re.IGNORECASE)
        return bool(found or (whole != text and re.search(rf"\b{name}", whole, re.IGNORECASE)))

    def _before(self, turn: Turn) -> list[Turn]:
        first, last = max(0, turn.position - BEFORE), turn.position - 1
        told = self.store.session_turns(turn.session, first=first, last=last) if last >= first else []
        return [replace(each, text=mask(each.text).text) for each in told]

    def _settled(
        self, candidates: Sequence[Candidate], turn: Turn, before: Sequence[Turn], act: Act, reader: Reader
    ) -> list[Settled]:
        steers = any(each.stance in _STEERING for each in candidates)
        listens = not steers and states(turn) and not is_undone(turn.text)
        if not candidates and not (listens and (reader.revise or reader.gone)):
            return []
        planner = self._planner(turn, before, act, reader.vote)
        settled = planner.plan(candidates)
        listens = listens and not any(one.decision.reason.startswith((LEVEL, WHICH)) for one in settled)
        if listens and reader.revise is not None:
            settled += self._let_go(turn, before[-HEARD:], planner, settled, reader.revise)
        if listens and reader.gone is not None and not any(one.decision.op in _CLOSING for one in settled):
            settled += self._gone(turn, planner, settled, reader.gone)
        return settled

    def _let_go(
        self, turn: Turn, heard: Sequence[Turn], planner: Planner, settled: Sequence[Settled], revise: Revise
    ) -> Iterator[Settled]:
        """What becomes of the memories that a turn ends or changes in words that need not name them."""
        memories = _untouched(self._spoken_of(turn, heard), settled)
        for revision in revise(talk_of(turn, heard), memories[:LOOKED_AT]) if memories else ():
            if revision.text and not keeps_kinds(revision.memory.text, revision.text):
                continue  # a dose for a birthday is no news of either
            found = planner.let_go(_revision(revision, turn, heard), revision.memory, revision.sure)
            if found is not None:
                yield found

    def _gone(
        self, turn: Turn, planner: Planner, settled: Sequence[Settled], lets_go: LetsGo
    ) -> Iterator[Settled]:
        """What becomes of the memory that a turn lets go in words of its own."""
        new, memories = heard_as(turn), _untouched(self._spoken_of(turn, ()), settled)
        meant = lets_go(new, [each for each in memories if may_go(each, new)][:WEIGHED])
        if meant is not None:
            memory, sure = meant
            found = planner.let_go(restated(memory, turn, _RULE), memory, sure)
            if found is not None:
                yield found

    def _spoken_of(self, turn: Turn, heard: Sequence[Turn]) -> list[Memory]:
        """The memories that a turn may end or change, likeliest first."""
        known, talk = self._refreshed(), "\n".join([*(each.text for each in heard), turn.text])
        if not known.memories:
            return []
        to_turn, to_talk = (self.similar(text) if self.similar is not None else {} for text in (turn.text, talk))
        recent = self.store.list_memories(Filter(session=turn.session), limit=RECENT)
        found = [
            memory
            for memory in known.spoken_of(talk, turn.speaker, (*to_turn, *to_talk, *(each.id for each in recent)))
            if memory.status is Status.ACTIVE
            and memory.kind in _REVISED
            and memory.valid_to is None
            and memory.created_at <= turn.at
        ]
        scores = {
            each.id: nearness(turn.text, talk, each.text, to_turn.get(each.id, 0.0), to_talk.get(each.id, 0.0))
            for each in found
        }
        return sorted(found, key=lambda each: -scores[each.id])

    def _planner(self, turn: Turn, before: Sequence[Turn], act: Act, vote: Ask | None) -> Planner:
        known = self._refreshed()
        recent = self.store.list_memories(Filter(session=turn.session, statuses=_KNOWN), limit=RECENT)
        ranks = {memory.id: rank for rank, memory in enumerate(recent, start=1)}
        heard = [turn, *(each for each in before[::-1] if each.speaker == turn.speaker)]
        close = {each.id for each in heard[: _CLOSE + 1]}

        def near(candidate: Candidate) -> list[Neighbour]:
            cosines = self.similar(candidate.text) if self.similar is not None and known.memories else {}
            return [
                Neighbour(
                    memory,
                    cosines.get(memory.id, 0.0),
                    memory.created_at,
                    ranks.get(memory.id, 0),
                    far=close.isdisjoint(memory.sources),
                )
                for memory in known.near(candidate, (*ranks, *cosines))
            ]

        return Planner(near, act, cast("Review", self.review), vote, self.lessons)

    def _refreshed(self) -> Index:
        """Every memory that may be meant; read anew only when the history grew without us."""
        if self._seen != self.store.last_change():
            self.known = Index()
            while page := self.store.list_memories(
                Filter(statuses=_KNOWN), limit=_PAGE, offset=len(self.known.memories)
            ):
                for memory in page:
                    self.known.put(memory)
            self.lessons = self.store.list_memories(
                Filter(statuses=(Status.ARCHIVED,), tags=(REFUSED,)), limit=_PAGE
            )
            self._seen = self.store.last_change()
        return self.known

    def _note(self, changes: Sequence[Change]) -> None:
        self._seen += len(changes)
        for change in changes:
            if change.link is None and change.after is not None and change.after.status in _KNOWN:
                self.known.put(change.after)
            elif change.link is None:
                self.known.drop(change.memory_id)


def settled(store: MemoryStore, memories: Sequence[Memory], act: Act, *, accept: bool) -> list[Change]:
    """The changes that let waiting memories in, or refuse them.

    Raises:
        ConflictError: one of them does not wait.
    """
    changes: list[Change] = []
    for memory in memories:
        if memory.status is not Status.QUARANTINED:
            raise ConflictError(f"{memory.id} does not wait in the inbox", hint="see `memcli inbox list`")
        target = store.memories_by_id([memory.supersedes]).get(memory.supersedes) if memory.supersedes else None
        changes += accepted(memory, target, act) if accept else rejected(memory, act)
    return changes


def _told(candidate: Candidate, work: Work, turn: Turn) -> Candidate:
    """The candidate with what the user said about its words, and in those words where nothing had to change."""
    if _WORDS.findall(candidate.text.lower()) == _WORDS.findall(turn.text.lower()):
        candidate = replace(candidate, text=turn.text)
    given = replace(
        candidate, tags=tuple(dict.fromkeys((*candidate.tags, *work.tags))), expires_at=work.expires_at
    )
    if work.kind is not None:
        given = replace(given, kind=work.kind)
    return replace(given, event_at=work.event_at) if work.event_at and given.event_at is None else given


def _leveled(turn: Turn, candidates: Sequence[Candidate]) -> list[Candidate]:
    """A turn that tells another amount of something, where no candidate does: it is one, if a memory is meant."""
    heard = any(level_of(each.evidence, turn.speaker) for each in candidates)
    told = not heard and states(turn) and level_of(turn.text, turn.speaker) is not None
    return [replace(heard_as(turn), slight=True)] if told else []


def _untouched(memories: Sequence[Memory], settled: Sequence[Settled]) -> list[Memory]:
    """The memories that no candidate of a turn meant."""
    meant = {one.decision.target.id for one in settled if one.decision.target is not None}
    return [memory for memory in memories if memory.id not in meant]


def _revision(revision: Revision, turn: Turn, heard: Sequence[Turn]) -> Candidate:
    """What a model says of a memory as a candidate: ended, unless it is written anew and code lets that pass."""
    made = renewed(revision.text, revision.memory, turn, heard, revision.by) if revision.text else None
    return made or ended(revision.memory, turn, revision.by)


def _restored(candidate: Candidate, masked: Masked) -> Candidate:
    """The candidate as it was said."""
    return replace(candidate, text=masked.restored(candidate.text), evidence=masked.restored(candidate.evidence))
