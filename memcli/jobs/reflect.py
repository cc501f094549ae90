"""The job that looks back at conversations that are over: their topics and days become memories with evidence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from memcli import update
from memcli.errors import ConflictError, ModelMissingError
from memcli.ingest.secrets import mask
from memcli.jobs.job import Context
from memcli.jobs.overall import EVERY, rehearsed, sessions_of, sum_up
from memcli.lifecycle.segments import segments
from memcli.lifecycle.strand import HOLDS
from memcli.lifecycle.topics import DAY, TOPIC, Topic, joined, same_topic, topic_of
from memcli.records import Change, Filter, Kind, Lane, Memory, Op, Origin, Precision, Status, Turn, stable_id
from memcli.terms import terms
from memcli.update import Act

if TYPE_CHECKING:
    from memcli.ports import MemoryStore, Vectors

OVER: Final = timedelta(minutes=30)
"""A conversation in which nothing was said for so long is over."""
AT_ONCE: Final = 200
SIMILAR: Final = 5
IMPORTANCE: Final = 0.4
_MARK: Final = "reflected:"


def reflect(context: Context) -> str:
    """Summarise what was said since the last look, conversation by conversation; each is committed by itself."""
    assistant = context.assistant
    if assistant.settings.reflect_to == "off":
        return "off"
    act = Act(batch=context.batch, at=assistant.clock.now(), actor="job:reflect", reason="talked about")
    work = Reflection(assistant.store, act, assistant.settings.user_name, assistant.settings.reflect_to == "inbox")
    seen = made = 0
    for session, turns in work.unseen():
        if context.stopping():
            break
        made += work.look_back(session, turns)
        seen += 1
        context.progress.advance()
    if not work.inbox:
        made += sum_up(assistant.store, act, assistant.settings.user_name)
    return f"{seen} conversations, {made} summaries"


@dataclass(frozen=True, slots=True)
class Reflection:
    """One look back. With ``inbox`` nothing becomes a memory before the user accepts it."""

    store: MemoryStore
    act: Act
    user: str
    inbox: bool

    def unseen(self) -> Iterator[tuple[str, list[Turn]]]:
        """The latest conversations that are over, oldest first, with the turns that were not looked at yet."""
        marks = self.store.notes(_MARK)
        found: list[tuple[str, list[Turn]]] = []
        for session, _, last in self.store.sessions(limit=EVERY):
            if last > self.act.at - OVER:
                continue
            if turns := self.store.session_turns(session, first=int(marks.get(session, -1)) + 1):
                found.append((session, turns))
            if len(found) == AT_ONCE:
                break
        yield from reversed(found)

    def look_back(self, session: str, turns: Sequence[Turn]) -> int:
        """Keep a conversation's topics and the days they belong to; how many memories were made or changed."""
        spoken = [turn for turn in turns if turn.origin is not Origin.RECALLED and turn.source != "add"]
        spoken = [replace(turn, text=mask(turn.text).text) for turn in spoken]
        made = sum(self._keep(topic, vector) for topic, vector in self._topics(spoken))
        self.store.note(_MARK + session, str(turns[-1].position))
        return made

    def _topics(self, turns: Sequence[Turn]) -> Iterator[tuple[Topic, Vectors | None]]:
        vectors = self._vectors(turns)
        rarity = self._rarity(turns)
        stretches = segments(vectors) if vectors is not None else [slice(0, len(turns))]
        for stretch in stretches:
            own = None if vectors is None else vectors[stretch]
            topic = topic_of(turns[stretch], own, rarity)
            if topic is not None:
                yield topic, None if own is None else own.mean(axis=0)

    def _vectors(self, turns: Sequence[Turn]) -> Vectors | None:
        """A row for each turn; None where some have none, as when no embedder is here."""
        import numpy as np

        with suppress(ModelMissingError):
            found = self.store.vectors(Lane.TURN, [turn.id for turn in turns])
            if turns and len(found) == len({turn.id for turn in turns}):
                return np.stack([found[turn.id] for turn in turns])
        return None

    def _rarity(self, turns: Sequence[Turn]) -> dict[str, float]:
        asked = sorted({term for turn in turns for term in terms(turn.text)})
        number, _, holding = self.store.document_frequencies(Lane.TURN, asked)
        return {term: math.log(1 + (number + 0.5) / (holding.get(term, 0) + 0.5)) for term in asked}

    def _keep(self, topic: Topic, vector: Vectors | None) -> int:
        """Add the topic, or merge it into one that it continues (RMM, prospective reflection)."""
        old = None if self.inbox else self._continued(topic, vector)
        change = self._birth(topic) if old is None else self._merge(old, topic)
        days = [] if self.inbox else [self._day(topic)]
        changes = [each for each in (change, *days) if each is not None]
        ties = self._ties(change.after, topic) if change is not None and not self.inbox else []
        return len(changes) if self._commit([*changes, *ties]) else 0

    def _commit(self, changes: Sequence[Change]) -> bool:
        """Whether they could be made; a run that was cut short has made them already."""
        try:
            self.store.commit(changes)
        except ConflictError:
            return False
        return True

    def _ties(self, kept: Memory | None, topic: Topic) -> list[Change]:
        """Links to what was made of the topic's turns, so that a strand of memories can be followed (THEANINE)."""
        if kept is None:
            return []
        turns = set(topic.sources)
        told = [
            memory
            for session in sorted(sessions_of(self.store, topic.sources))
            for memory in self.store.list_memories(Filter(session=session), limit=AT_ONCE)
            if memory.kind is not Kind.INSIGHT and not turns.isdisjoint(memory.sources)
        ]
        known = {link.target for link in self.store.links(kept.id) if link.relation == HOLDS}
        act = replace(self.act, reason="told in this topic", evidence=())
        return [update.linked(kept, each, HOLDS, act) for each in told if each.id not in known]

    def _continued(self, topic: Topic, vector: Vectors | None) -> Memory | None:
        if vector is None:
            return None
        near = self.store.nearest(Lane.MEMORY, vector, SIMILAR, Filter(lanes=(Lane.MEMORY,), tags=(TOPIC,)))
        known = self.store.memories_by_id([scored.id for scored in near])
        for scored in near:
            memory = known.get(scored.id)
            if memory is not None and same_topic(topic.keywords, memory.keywords, scored.score):
                return memory
        return None

    def _birth(self, topic: Topic) -> Change | None:
        memory_id = stable_id("m", TOPIC, topic.sources[0])
        if self.store.memories_by_id([memory_id]):
            return None
        memory = self._memory(memory_id, topic, topic.text, TOPIC)
        if not self.inbox:
            return update.birth(memory, replace(self.act, evidence=topic.sources))
        act = replace(self.act, reason="a summary of what was talked about", evidence=topic.sources)
        return replace(update.birth(replace(memory, status=Status.QUARANTINED), act), op=Op.QUARANTINE)

    def _merge(self, old: Memory, topic: Topic) -> Change | None:
        sources = tuple(dict.fromkeys((*old.sources, *topic.sources)))
        if sources == old.sources:
            return None
        text, keywords = joined(old.text, old.keywords, topic, len(sessions_of(self.store, sources)))
        after = replace(
            rehearsed(old, self.act),
            text=text,
            keywords=keywords,
            sources=sources,
            event_at=min(filter(None, (old.event_at, topic.first))),
            event_end=max(filter(None, (old.event_end, topic.last))),
            trust=min(old.trust, topic.trust, key=lambda origin: origin.rank),
        )
        act = replace(self.act, reason="talked about again", evidence=topic.sources)
        return update.revised(old, after, act, Op.MERGE)

    def _day(self, topic: Topic) -> Change | None:
        """The summary of the day on which a topic began: what was talked about, in the order it was looked at."""
        day = topic.first.date()
        memory_id = stable_id("m", DAY, day.isoformat())
        names = ", ".join(topic.keywords)
        old = self.store.memories_by_id([memory_id]).get(memory_id)
        act = replace(self.act, reason="the day's summary", evidence=topic.sources)
        if old is None:
            memory = self._memory(memory_id, topic, _day_text(day, names), DAY)
            return update.birth(replace(memory, event_precision=Precision.DAY, event_end=None), act)
        if old.status is not Status.ACTIVE or set(topic.sources) <= set(old.sources):
            return None
        sources = tuple(dict.fromkeys((*old.sources, *topic.sources)))
        return update.revised(old, replace(old, text=f"{old.text}; {names}", sources=sources), act, Op.MERGE)

    def _memory(self, memory_id: str, topic: Topic, text: str, tag: str) -> Memory:
        return Memory(
            id=memory_id,
            text=text,
            kind=Kind.INSIGHT,
            created_at=self.act.at,
            updated_at=self.act.at,
            about=self.user,
            event_at=topic.first,
            event_end=topic.last,
            importance=IMPORTANCE,
            trust=topic.trust,
            tags=(tag,),
            keywords=topic.keywords,
            sources=topic.sources,
            made_by="rule",
        )


def _day_text(day: date, names: str) -> str:
    return f"On {day:%-d %B %Y} we talked about {names}"
